package load

import (
	"github.com/dystore/dystore/internal/attr"
	"github.com/dystore/dystore/internal/condition"
	"github.com/dystore/dystore/internal/expr"
	"github.com/dystore/dystore/internal/fail"
	"github.com/dystore/dystore/internal/item"
	"github.com/dystore/dystore/internal/model"
	"github.com/dystore/dystore/internal/place"
)

// Filters of queries. DynamoDB evaluates them on root items. An object of
// another layout may have there what this one has in a part, or the other way
// round; so the filter passes it, and it is judged when its record is known.

// CheckFilter refuses a condition that no filter of root items can be.
func (t *Typed) CheckFilter(c *model.Cond) error {
	for _, sub := range c.Subs {
		if err := t.CheckFilter(sub); err != nil {
			return err
		}
	}
	exists := c.Said == nil
	for _, path := range leafPaths(c) {
		l := c.Lens
		if l == nil {
			l = &model.Lens{Path: path}
		}
		if err := t.Schema.Sealing.Visible(l, exists); err != nil {
			return err
		}
		for _, a := range t.Schema.Key.Attrs {
			if path[0].Name == a.Name {
				return fail.At(path, fail.Withf(fail.ErrInvalid, "is the object's key, which DynamoDB does not filter by; use the bounds of the range"))
			}
		}
		if divides(t.Schema.Tree, path, exists) {
			return fail.At(path, fail.Withf(fail.ErrInvalid, "the value may be stored in another table; a filter sees the root item only"))
		}
	}
	return nil
}

func leafPaths(c *model.Cond) []attr.Path {
	if len(c.Subs) > 0 {
		return nil
	}
	return condition.Paths(c)
}

// divides reports whether a value, or something in it, may be in another item
// than the root. That a value is there is known in the root if only what is in
// it is elsewhere.
func divides(tree *place.Tree, path attr.Path, exists bool) bool {
	for _, p := range tree.All {
		if p.Table != "" && p.Path.Overlaps(path) && !(exists && len(path) < len(p.Path)) {
			return true
		}
	}
	return false
}

// FilterText writes a filter of root items. It passes all objects of another
// layout.
func (t *Typed) FilterText(c *model.Cond, b *expr.Builder) string {
	text := condition.Text(c, b)
	if t.Schema.Plain {
		return text
	}
	layout := b.Path(t.Schema.MetaAttr, "l")
	return "(" + text + ") OR (attribute_exists(" + layout + ") AND " + layout + " <> " + b.Value(item.String(t.Schema.Tree.ID)) + ")"
}

// passes judges an object that DynamoDB has not judged as it was read: one of
// another layout, or whose root was read again.
func (s *Selection) passes(o *Object) (bool, error) {
	if s == nil || s.where == nil {
		return true, nil
	}
	other := o.Meta != nil && o.Meta.LayoutID != s.Schema.Tree.ID
	if o.asFiltered && !other {
		return true, nil
	}
	if other {
		tree, err := place.FromLayout(o.Meta.Layout, s.Schema.Tree)
		if err != nil {
			return false, fail.Withf(fail.ErrCorrupt, "%w", err)
		}
		if path := apart(s.where, tree); path != nil {
			return false, fail.At(path, fail.Withf(fail.ErrInvalid, "the object was written under another layout, which may have the value in another table, where no filter sees it; a Put under today's layout brings it into the root"))
		}
	}
	return condition.Holds(s.where, o.root), nil
}

// apart is a path of a condition that a layout may have in another item.
func apart(c *model.Cond, tree *place.Tree) attr.Path {
	for _, sub := range c.Subs {
		if path := apart(sub, tree); path != nil {
			return path
		}
	}
	for _, path := range leafPaths(c) {
		if divides(tree, path, c.Said == nil) {
			return path
		}
	}
	return nil
}
