package load

import (
	"context"
	"slices"

	"github.com/dystore/dystore/internal/item"
	"github.com/dystore/dystore/internal/keys"
)

// Ranges of encrypted values. The index has tags of them, of which several values may have one,
// so that what is found there is opened and compared.

// resolved is a range with the tags of the encrypted values that it is of.
func (t *Typed) resolved(ctx context.Context, r *keys.Range) (*keys.Range, error) {
	if r.Sought() == nil {
		return r, nil
	}
	return r.Resolved(func(s *keys.Sought) ([]byte, error) {
		return t.Schema.Tags.Sought(ctx, s.Blind, s.Scope, s.Value)
	})
}

// holdsSought reports whether an object has the encrypted values that the range is of. Of one
// that cannot be opened, reading it says why.
func (s *Selection) holdsSought(ctx context.Context, o *Object, all []*keys.Sought) bool {
	if s.former != nil {
		doc, _, err := s.in.t.document(ctx, o)
		return err != nil || !slices.ContainsFunc(all, func(of *keys.Sought) bool { return !of.Is(item.Follow(doc, of.Blind.Of.Path)) })
	}
	sealed, err := s.Schema.Sealing.Of(o.Key.Parts)
	if err != nil {
		return true
	}
	for _, of := range all {
		path := of.Blind.Of.Path
		av, err := sealed.OpenAt(ctx, path, item.Follow(attrs{path[0].Name: o.root.Attr(path[0].Name)}, path))
		if err == nil && !of.Is(av) {
			return false
		}
	}
	return true
}
