package policy

import (
	"context"
	"errors"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/dystore/dystore/cipher"
	"github.com/dystore/dystore/internal/attr"
)

// Values whose key is destroyed, which a model accepts as absent.

// AcceptErased returns n such that the encrypted value at a path is absent if its key is
// destroyed; it is reported then. It is nil if no value is encrypted at exactly this path.
func (n *Node) AcceptErased(path attr.Path, report func(context.Context, string)) *Node {
	return n.with(path, func(leaf *Node) { leaf.Erased = report })
}

// ErasedPaths are those of Paths where values whose key is destroyed are accepted.
func (n *Node) ErasedPaths() []attr.Path {
	return n.paths(func(n *Node) bool { return n.Erased != nil })
}

// erased is what a value is that does not open because of err; nil if it is an error.
func (w *walk) erased(n *Node, err error) types.AttributeValue {
	if n.Erased == nil || !errors.Is(err, cipher.ErrKeyDestroyed) || errors.Is(err, cipher.ErrKeySource) {
		return nil
	}
	n.Erased(w.ctx, w.b.Path.String())
	return &types.AttributeValueMemberNULL{Value: true}
}
