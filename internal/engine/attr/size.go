package attr

import "github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

// MaxItemSize is the largest item in bytes, names included.
const MaxItemSize = 400 << 10

// Size is the number of bytes that the value takes in an item, its name not
// counted.
func Size(v Value) int {
	switch v := v.(type) {
	case *types.AttributeValueMemberS:
		return len(v.Value)
	case *types.AttributeValueMemberN:
		return Number(v.Value).Size()
	case *types.AttributeValueMemberB:
		return len(v.Value)
	case *types.AttributeValueMemberSS:
		n := 0
		for _, s := range v.Value {
			n += len(s)
		}
		return n
	case *types.AttributeValueMemberNS:
		n := 0
		for _, s := range v.Value {
			n += Number(s).Size()
		}
		return n
	case *types.AttributeValueMemberBS:
		n := 0
		for _, b := range v.Value {
			n += len(b)
		}
		return n
	case *types.AttributeValueMemberM:
		return 3 + len(v.Value) + ItemSize(v.Value)
	case *types.AttributeValueMemberL:
		n := 3 + len(v.Value)
		for _, e := range v.Value {
			n += Size(e)
		}
		return n
	}
	return 1
}

// ItemSize is the size of a whole item in bytes, names included.
func ItemSize(item Item) int {
	n := 0
	for name, v := range item {
		n += len(name) + Size(v)
	}
	return n
}

// Depth is the number of levels of the deepest value of an item: 1 for a
// scalar, one more for each map or list around it.
func Depth(item Item) int {
	deepest := 0
	for _, v := range item {
		deepest = max(deepest, depth(v))
	}
	return deepest
}

func depth(v Value) int {
	deepest := 0
	switch v := v.(type) {
	case *types.AttributeValueMemberM:
		deepest = Depth(v.Value)
	case *types.AttributeValueMemberL:
		for _, e := range v.Value {
			deepest = max(deepest, depth(e))
		}
	}
	return deepest + 1
}
