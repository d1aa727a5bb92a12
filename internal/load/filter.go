package load

import (
	"context"
	"maps"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/dystore/dystore/internal/attr"
	"github.com/dystore/dystore/internal/filter"
	"github.com/dystore/dystore/internal/item"
	"github.com/dystore/dystore/internal/search"
)

// passes reports whether an object is in the range, where DynamoDB has not judged
// that as it was read: one of another layout, or whose root was read again.
func (s *Selection) passes(ctx context.Context, o *Object) (bool, error) {
	if s == nil || s.in == nil {
		return true, nil
	}
	if !o.asFiltered && !s.in.Holds(o.root.Attrs()) {
		return false, nil
	}
	if all := s.in.Sought(); all != nil { // which few ranges are of: the function would cost memory for each object
		holds, err := search.Holds(all, func(path attr.Path) (types.AttributeValue, error) { return s.opened(ctx, o, path) })
		if !holds {
			return false, err
		}
	}
	f := s.in.filter
	if f == nil {
		return true, nil
	}
	other := o.Meta != nil && o.Meta.LayoutID != s.Schema.Tree.ID
	switch {
	case s.former != nil: // DynamoDB has passed it, as one of another layout
		doc, _, err := s.in.t.document(ctx, o)
		if err != nil {
			return true, nil // reading the object says why
		}
		doc = maps.Clone(doc)
		for i, k := range s.in.t.Schema.Keys {
			doc[k.Name] = o.Key.Parts[i]
		}
		return f.Holds(o.Key, doc), nil
	case o.asFiltered && !other && !f.Judged:
		return true, nil
	}
	if other {
		if err := filter.InRoot(o.Meta.Layout, s.Schema.Tree, f.Apart); err != nil {
			return false, err
		}
	}
	return f.Holds(o.Key, o.root.Attrs()), nil
}

// opened is the value at a path of the root of an object.
func (s *Selection) opened(ctx context.Context, o *Object, path attr.Path) (types.AttributeValue, error) {
	if s.former != nil {
		doc, _, err := s.in.t.document(ctx, o)
		return item.Follow(doc, path), err
	}
	if o.Meta != nil && o.Meta.LayoutID != s.Schema.Tree.ID {
		if err := filter.InRoot(o.Meta.Layout, s.Schema.Tree, filter.ApartAt(path)); err != nil {
			return nil, err
		}
	}
	sealed, err := s.Schema.Sealing.Of(o.Key.Parts)
	if err != nil {
		return nil, err
	}
	return sealed.OpenAt(ctx, path, item.Follow(attrs{path[0].Name: o.root.Attr(path[0].Name)}, path))
}
