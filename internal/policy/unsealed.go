package policy

import (
	"errors"

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
		switch _, _, err := sealvalue.OpenValue(w.ctx, w.cipher(n), av, w.binding(n), &w.scratch); {
		case err != nil && noEnvelope(err):
			return av, nil
		case errors.Is(err, cipher.ErrKeySource), w.ctx.Err() != nil:
			return nil, w.placed(n, err)
		}
	}
	return nil, w.fail(cipher.ErrUnexpectedEnvelope)
}

// unsealedWithin refuses a value that is stored as it is and has an encrypted value of the model in
// it: one of a field that was encrypted by itself. Bytes of the caller's own that look like an
// envelope do not open in their place.
func (w *walk) unsealedWithin(n *Node, av types.AttributeValue) error {
	depth := len(w.b.Path)
	var within func(types.AttributeValue) error
	step := func(s cipher.Segment, av types.AttributeValue) error {
		w.down(s)
		if err := within(av); err != nil {
			return err
		}
		w.up()
		return nil
	}
	within = func(av types.AttributeValue) error {
		switch v := av.(type) {
		case *types.AttributeValueMemberM:
			for name, e := range v.Value {
				if err := step(cipher.Name(name), e); err != nil {
					return err
				}
			}
		case *types.AttributeValueMemberL:
			for _, e := range v.Value {
				if err := step(cipher.Elem(), e); err != nil {
					return err
				}
			}
		case *types.AttributeValueMemberB:
			if sealvalue.IsEnvelope(v.Value) {
				return w.foreign(n, av, depth)
			}
		}
		return nil
	}
	return within(av)
}

// foreign is nil if an envelope inside a value of n, whose path has a depth, is not of the model.
func (w *walk) foreign(n *Node, av types.AttributeValue, depth int) error {
	b := w.b
	if n.As != nil {
		b.Path = append(boundTo(n, b.Path[:depth], cipher.Name), b.Path[depth:]...)
	}
	_, _, err := sealvalue.OpenValue(w.ctx, w.cipher(n), av, &b, &w.scratch)
	switch {
	case err == nil:
		return w.fail(cipher.ErrUnexpectedEnvelope)
	case noEnvelope(err), errors.Is(err, cipher.ErrAuth), errors.Is(err, cipher.ErrWrongKey), errors.Is(err, cipher.ErrUnknownKey) && !errors.Is(err, cipher.ErrKeySource):
		return nil
	}
	return w.placed(n, err)
}
