package policy

import (
	"context"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/dystore/dystore/cipher"
	"github.com/dystore/dystore/internal/attr"
	"github.com/dystore/dystore/internal/sealvalue"
)

var opening = direction{op: "open", misfit: cipher.ErrNotEncrypted, leaf: openLeaf, drop: true}

// Open decrypts doc in place, the reverse of Seal. A sealed attribute that is
// absent stays absent, and one that holds a sealed NULL becomes absent. After
// an error doc holds a mixture and must not be used.
//
// It is strict: what is sealed by the policy is either absent or a valid
// envelope with the right binding, and a list, map or struct that should hold
// sealed values is one, NULL, or absent. Everything else, plaintext first, is
// an error that names the path. Values on plain paths are not looked at: see
// Explain.
func (n *Node) Open(ctx context.Context, doc map[string]types.AttributeValue, base attr.Path, b cipher.Binding, note Note) error {
	w, at, err := n.start(ctx, base, b, opening)
	if err != nil || at == nil {
		return err
	}
	w.note = note
	return w.document(at, doc)
}

// OpenValue returns the stored value av of the place base as it was before it
// was sealed; nil, for absent, stays nil. Lists and maps are changed in place.
// A sealed NULL is returned as NULL.
func (n *Node) OpenValue(ctx context.Context, av types.AttributeValue, base attr.Path, b cipher.Binding) (types.AttributeValue, error) {
	w, at, err := n.start(ctx, base, b, opening)
	switch {
	case err != nil:
		return nil, err
	case at == nil || av == nil:
		return av, nil
	}
	return w.whole(at, av)
}

func openLeaf(w *walk, n *Node, av types.AttributeValue) (types.AttributeValue, error) {
	if n.Cipher == nil {
		return nil, w.fail(cipher.ErrNoOpener)
	}
	if n.plain(av) {
		n.Plain.Add(1)
		if w.note != nil {
			w.note(n.Group, nil, 0)
		}
		return av, nil
	}
	opened, plain, err := sealvalue.OpenValue(w.ctx, n.Cipher, av, &w.b)
	if err == nil && w.note != nil {
		w.note(n.Group, av.(*types.AttributeValueMemberB).Value, plain)
	}
	return opened, err
}
