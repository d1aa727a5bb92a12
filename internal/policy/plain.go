package policy

import (
	"errors"
	"sync/atomic"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/dystore/dystore/cipher"
	"github.com/dystore/dystore/internal/attr"
	"github.com/dystore/dystore/internal/sealvalue"
)

// Plaintext in the place of an encrypted value, which is accepted while a model begins to
// encrypt what it did not.

// AcceptPlain returns n such that the encrypted value at a path may also be stored without
// encryption; found counts those that were opened. It is nil if no value is encrypted at
// exactly this path. What n shares with other places stays as it is.
func (n *Node) AcceptPlain(path attr.Path, found *atomic.Int64) *Node {
	if at, _ := n.find(path); at != nil && at.Unsealed != nil {
		return nil
	}
	return n.with(path, func(leaf *Node) { leaf.Plain = found })
}

// with returns n such that the sealed node at a path is changed, and nothing else; nil if
// there is none at exactly this path.
func (n *Node) with(path attr.Path, change func(leaf *Node)) *Node {
	if n == nil {
		return nil
	}
	own := *n
	if len(path) == 0 {
		if !n.Sealed {
			return nil
		}
		change(&own)
		return &own
	}
	next := n.child(path[0]).with(path[1:], change)
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

// openAccepted opens av if it is encrypted, and returns it as it is if it is stored without
// encryption and accepted so. plain is -1 then.
func (w *walk) openAccepted(n *Node, av types.AttributeValue) (opened types.AttributeValue, plain int, err error) {
	b, binary := av.(*types.AttributeValueMemberB)
	lenient := n.Plain != nil || n.Unsealed != nil
	if lenient && !binary {
		return av, -1, w.unsealedWithin(n, av)
	}
	opened, plain, err = sealvalue.OpenValue(w.ctx, w.cipher(n), av, w.binding(n), &w.scratch)
	if err != nil && lenient && !sealvalue.IsEnvelope(b.Value) && noEnvelope(err) {
		return av, -1, nil
	}
	return opened, plain, w.placed(n, err)
}

// noEnvelope reports whether a cipher says that what it was to open has not its format. A
// cipher that is not of package cipher has a format that only it knows: any other error
// may be that of an envelope.
func noEnvelope(err error) bool {
	return errors.Is(err, cipher.ErrNotEncrypted) || errors.Is(err, cipher.ErrMalformed) || errors.Is(err, cipher.ErrVersion) || errors.Is(err, cipher.ErrSuite)
}
