package item

// Limits of the service. They are checked before a request is sent, so that the
// error can name what is too large.
const (
	MaxSize         = 400 << 10 // bytes of an item, names included
	MaxPartitionKey = 2048      // bytes of a partition key value
	MaxSortKey      = 1024      // bytes of a sort key value
	MaxName         = 64<<10 - 1
	MaxDepth        = 32 // as Depth counts
	MaxDigits       = 38 // significant digits of a number

	maxExponent = 125  // of the first significant digit
	minExponent = -130 // of the first significant digit
)
