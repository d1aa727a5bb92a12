package policy

import (
	"context"
	"errors"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/dystore/dystore/cipher"
	"github.com/dystore/dystore/internal/attr"
	"github.com/dystore/dystore/internal/sealvalue"
)

var (
	errInside   = errors.New("the path leads into a value that is encrypted whole")
	errDocument = errors.New("the document is encrypted whole, not attribute by attribute")
	errShape    = errors.New("the value cannot hold the encrypted values that the policy expects in it")
)

var sealing = direction{op: "seal", misfit: errShape, leaf: sealLeaf, absent: &types.AttributeValueMemberNULL{Value: true}}

// Seal encrypts doc in place: the attributes of the struct or map at base in
// the logical document, or of the whole document if base is empty. The Path of
// b is ignored; note may be nil. After an error doc holds a mixture and must
// not be stored.
//
// A sealed attribute of a struct that doc does not have becomes a sealed NULL,
// so that a nil pointer, slice or map is an envelope like any other, if a
// short one. Where the struct itself is absent, nothing is added.
func (n *Node) Seal(ctx context.Context, doc map[string]types.AttributeValue, base attr.Path, b cipher.Binding, note Note) error {
	w, at, err := n.start(ctx, base, b, sealing)
	if err != nil || at == nil {
		return err
	}
	w.note = note
	return w.document(at, doc)
}

// SealValue returns the value av of the place base in its stored form. Lists
// and maps are changed in place, as by Seal. A nil av is absent: it becomes a
// sealed NULL if the place is sealed, and stays nil otherwise.
func (n *Node) SealValue(ctx context.Context, av types.AttributeValue, base attr.Path, b cipher.Binding) (types.AttributeValue, error) {
	w, at, err := n.start(ctx, base, b, sealing)
	switch {
	case err != nil:
		return nil, err
	case at == nil:
		return av, nil
	case av == nil && at.Unsealed != nil:
		return nil, nil
	case av == nil && at.Sealed:
		av = w.absent
	}
	return w.whole(at, av)
}

var trimming = direction{op: "seal", misfit: errShape, leaf: trimLeaf, drop: true}

// Trim leaves the sealed attributes out of doc that are NULL, in place. Seal makes the same
// of them as of absent ones, and Open reads both as absent: so a document that is trimmed
// compares with one that was opened. What Seal refuses is left to it.
func (n *Node) Trim(ctx context.Context, doc map[string]types.AttributeValue, base attr.Path) {
	if w, at, err := n.start(ctx, base, cipher.Binding{}, trimming); err == nil && at != nil {
		_ = w.document(at, doc)
	}
}

func trimLeaf(_ *walk, _ *Node, av types.AttributeValue) (types.AttributeValue, error) {
	return av, nil
}

func sealLeaf(w *walk, n *Node, av types.AttributeValue) (types.AttributeValue, error) {
	if n.Unsealed != nil {
		return w.bare(n, av)
	}
	b, plain, err := sealvalue.SealValue(w.ctx, w.cipher(n), av, w.binding(n), &w.scratch)
	if err != nil {
		return nil, w.placed(n, err)
	}
	if w.note != nil {
		w.note(n.Group, w.binding(n), b.Value, plain)
	}
	return b, nil
}
