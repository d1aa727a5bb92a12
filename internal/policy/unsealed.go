package policy

import (
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/dystore/dystore/cipher"
	"github.com/dystore/dystore/internal/attr"
	"github.com/dystore/dystore/internal/sealvalue"
)

// Values that are written without encryption and may be stored with it, while a model ends to
// encrypt what it did, or does not begin yet.

// UnsealedAt reports whether the values at a path are written without encryption, though they may
// be stored with it.
func (n *Node) UnsealedAt(path attr.Path) bool {
	at, depth := n.find(path)
	return at != nil && depth == len(path) && at.Unsealed != nil
}

// UnsealedPaths are those of Paths whose values are written without encryption.
func (n *Node) UnsealedPaths() []attr.Path {
	return n.paths(func(n *Node) bool { return n.Unsealed != nil })
}

// SealedPaths are the others of Paths.
func (n *Node) SealedPaths() []attr.Path {
	return n.paths(func(n *Node) bool { return n.Unsealed == nil })
}

// bare returns a value as it is. Bytes that a reader would take for an envelope are refused.
func (w *walk) bare(n *Node, av types.AttributeValue) (types.AttributeValue, error) {
	b, binary := av.(*types.AttributeValueMemberB)
	if !binary {
		return av, nil
	}
	if !sealvalue.IsEnvelope(b.Value) {
		_, _, err := sealvalue.OpenValue(w.ctx, w.cipher(n), av, w.binding(n), &w.scratch)
		if err != nil && noEnvelope(err) {
			return av, nil
		}
	}
	return nil, w.fail(cipher.ErrUnexpectedEnvelope)
}
