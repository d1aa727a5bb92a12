package policy

import (
	"sync/atomic"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/dystore/dystore/cipher"
	"github.com/dystore/dystore/internal/attr"
)

// Plaintext in the place of an encrypted value, which is accepted while a model begins to
// encrypt what it did not.

// AcceptPlain returns n such that the encrypted value at a path may also be stored without
// encryption; found counts those that were opened. It is nil if no value is encrypted at
// exactly this path. What n shares with other places stays as it is.
func (n *Node) AcceptPlain(path attr.Path, found *atomic.Int64) *Node {
	if n == nil {
		return nil
	}
	own := *n
	if len(path) == 0 {
		if !n.Sealed {
			return nil
		}
		own.Plain = found
		return &own
	}
	next := n.child(path[0]).AcceptPlain(path[1:], found)
	if next == nil {
		return nil
	}
	switch s := path[0]; {
	case s.Kind == attr.AnyValue:
		own.Values = next
	case s.Kind != attr.Name && s.Kind != attr.Key:
		own.Elem = next
	default:
		own.Fields = map[string]*Node{}
		for name, f := range n.Fields {
			own.Fields[name] = f
		}
		own.Fields[s.Name] = next
	}
	own.order()
	return &own
}

// plain reports whether a value at n is one that is stored without encryption, and
// accepted so.
func (n *Node) plain(av types.AttributeValue) bool {
	if n.Plain == nil {
		return false
	}
	b, binary := av.(*types.AttributeValueMemberB)
	if !binary {
		return true
	}
	_, err := cipher.Inspect(b.Value)
	return err != nil
}
