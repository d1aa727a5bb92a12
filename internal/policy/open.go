package policy

import (
	"context"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/dystore/dystore/cipher"
	"github.com/dystore/dystore/internal/attr"
)

var (
	opening     = direction{op: "open", misfit: cipher.ErrNotEncrypted, leaf: openLeaf, drop: true}
	openingLive = direction{op: "open", misfit: cipher.ErrNotEncrypted, leaf: openLive, drop: true}
)

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
	return n.open(ctx, doc, base, b, note, opening)
}

// OpenLive is Open that accepts no value as erased: who can read in another way as well tries
// this first, so that nothing is reported twice.
func (n *Node) OpenLive(ctx context.Context, doc map[string]types.AttributeValue, base attr.Path, b cipher.Binding, note Note) error {
	return n.open(ctx, doc, base, b, note, openingLive)
}

func (n *Node) open(ctx context.Context, doc map[string]types.AttributeValue, base attr.Path, b cipher.Binding, note Note, d direction) error {
	w, at, err := n.start(ctx, base, b, d)
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
	opened, err := openLive(w, n, av)
	if err != nil {
		if opened = w.erased(n, err); opened == nil {
			return nil, err
		}
		w.noted(n, av, 0)
	}
	return opened, nil
}

func openLive(w *walk, n *Node, av types.AttributeValue) (types.AttributeValue, error) {
	if n.Cipher == nil {
		return nil, w.fail(cipher.ErrNoOpener)
	}
	opened, plain, err := w.openAccepted(n, av)
	if err != nil {
		return nil, err
	}
	switch {
	case plain < 0 && n.Unsealed != nil:
		return opened, nil
	case plain < 0:
		n.Plain.Add(1)
	case n.Unsealed != nil:
		n.Unsealed.Add(1)
	}
	w.noted(n, av, plain)
	return opened, nil
}

// noted shows the note what was opened; plain is -1 if it is stored without encryption.
func (w *walk) noted(n *Node, av types.AttributeValue, plain int) {
	if w.note == nil {
		return
	}
	if plain < 0 || n.Unsealed != nil {
		w.note(n.Group, w.binding(n), nil, 0) // it is stored otherwise than a write stores it
		return
	}
	w.note(n.Group, w.binding(n), av.(*types.AttributeValueMemberB).Value, plain)
}
