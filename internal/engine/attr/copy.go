package attr

import "github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

// CopyItem is a deep copy. A nil item stays nil.
func CopyItem(item Item) Item {
	if item == nil {
		return nil
	}
	var c copier
	for _, v := range item {
		c.expect(v)
	}
	copied := make(Item, len(item))
	for name, v := range item {
		copied[name] = c.copy(v)
	}
	return copied
}

func copyList(list []Value) []Value {
	var c copier
	for _, v := range list {
		c.expect(v)
	}
	copied := make([]Value, len(list))
	for i, v := range list {
		copied[i] = c.copy(v)
	}
	return copied
}

// copier allocates the values of each frequent type in one piece, as many as
// expect has announced.
type copier struct {
	nS, nN, nB int
	s          []types.AttributeValueMemberS
	n          []types.AttributeValueMemberN
	b          []types.AttributeValueMemberB
	size       int // of the binary values
	binary     []byte
}

// expect announces a value that copy will get.
func (c *copier) expect(v Value) {
	switch v := v.(type) {
	case *types.AttributeValueMemberS:
		c.nS++
	case *types.AttributeValueMemberN:
		c.nN++
	case *types.AttributeValueMemberB:
		c.nB++
		c.size += len(v.Value)
	}
}

func (c *copier) copy(v Value) Value {
	switch v := v.(type) {
	case *types.AttributeValueMemberS:
		to := take(&c.s, c.nS)
		to.Value = v.Value
		return to
	case *types.AttributeValueMemberN:
		to := take(&c.n, c.nN)
		to.Value = v.Value
		return to
	case *types.AttributeValueMemberB:
		to := take(&c.b, c.nB)
		to.Value = c.bytes(v.Value)
		return to
	case *types.AttributeValueMemberSS:
		return &types.AttributeValueMemberSS{Value: copySlice(v.Value)}
	case *types.AttributeValueMemberNS:
		return &types.AttributeValueMemberNS{Value: copySlice(v.Value)}
	case *types.AttributeValueMemberBS:
		set := make([][]byte, len(v.Value))
		for i, b := range v.Value {
			set[i] = copySlice(b)
		}
		return &types.AttributeValueMemberBS{Value: set}
	case *types.AttributeValueMemberM:
		return &types.AttributeValueMemberM{Value: CopyItem(v.Value)}
	case *types.AttributeValueMemberL:
		return &types.AttributeValueMemberL{Value: copyList(v.Value)}
	case *types.AttributeValueMemberBOOL:
		return &types.AttributeValueMemberBOOL{Value: v.Value}
	case *types.AttributeValueMemberNULL:
		return &types.AttributeValueMemberNULL{Value: v.Value}
	}
	return nil
}

// bytes copies b. Appending to the result does not write to the piece.
func (c *copier) bytes(b []byte) []byte {
	if len(b) > len(c.binary) || c.binary == nil {
		c.binary = make([]byte, max(c.size, len(b)))
	}
	n := copy(c.binary, b)
	copied := c.binary[:n:n]
	c.binary = c.binary[n:]
	return copied
}

// take returns the next element of a piece of n elements. It allocates the
// piece with the first one.
func take[E any](piece *[]E, n int) *E {
	if len(*piece) == 0 {
		*piece = make([]E, max(n, 1))
	}
	e := &(*piece)[0]
	*piece = (*piece)[1:]
	return e
}

// copySlice never returns nil: an empty binary is a value.
func copySlice[E any](s []E) []E { return append(make([]E, 0, len(s)), s...) }
