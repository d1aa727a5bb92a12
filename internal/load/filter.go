package load

import (
	"context"
	"errors"
	"maps"
	"slices"

	"github.com/dystore/dystore/internal/attr"
	"github.com/dystore/dystore/internal/condition"
	"github.com/dystore/dystore/internal/expr"
	"github.com/dystore/dystore/internal/fail"
	"github.com/dystore/dystore/internal/item"
	"github.com/dystore/dystore/internal/keys"
	"github.com/dystore/dystore/internal/model"
	"github.com/dystore/dystore/internal/place"
	"github.com/dystore/dystore/internal/stored"
)

// Filters of ranges. DynamoDB evaluates them on root items, or on what an index has
// of them. It cannot judge some objects: one of another layout may have in the root
// what this one has in a part, or the other way round; an index may not have the
// attribute; a time may be spelt in many ways. So the filter passes them, and they
// are judged when the root is known.

// filter is a condition on the objects of a range.
type filter struct {
	t      *Typed
	in     *keys.Range
	cond   *model.Cond // with values in the form that is stored
	ofKey  []attr.Path // fields in it that a key is made of: an item may lack them
	judged bool        // what DynamoDB passes may not hold: every object is judged
}

// newFilter refuses a condition that no filter can be.
func (t *Typed) newFilter(r *keys.Range) (*filter, error) {
	f := &filter{t: t, in: r}
	said, err := t.Schema.Cond(r.Where)
	if err == nil {
		err = f.check(said)
	}
	if err != nil {
		return nil, err
	}
	where := condition.OfAbsent(said, condition.Withheld(t.Schema.Withholds), t.Schema.Operand)
	cond, err := condition.Stored(where, t.Schema.Operand)
	if wrong, ok := errors.AsType[*condition.Error](err); ok {
		return nil, fail.At(fail.Text(wrong.Path), fail.Withf(fail.ErrInvalid, "%s", wrong.Reason))
	}
	f.cond, f.ofKey = cond, t.Schema.OfKey(condition.Paths(cond))
	f.judged = len(condition.Instants(cond)) > 0 || len(f.ofKey) > 0 || r.Index != nil && !r.Index.Whole()
	return f, nil
}

func (f *filter) check(c *model.Cond) error {
	if c.Err != nil {
		return fail.Withf(fail.ErrInvalid, "%w", c.Err)
	}
	for _, sub := range c.Subs {
		if err := f.check(sub); err != nil {
			return err
		}
	}
	exists := c.Said == nil && len(c.Values) == 0
	for _, path := range leafPaths(c) {
		l := c.Lens
		if l == nil {
			l = &model.Lens{Path: path}
		}
		if err := f.t.Schema.Sealing.Visible(l, exists); err != nil {
			return err
		}
		if err := f.checkName(path); err != nil {
			return err
		}
		if divides(f.t.Schema.Tree, path, exists) {
			return fail.At(path, fail.Withf(fail.ErrInvalid, "the value may be stored in another table; a filter sees the root item only"))
		}
	}
	return nil
}

// checkName refuses what DynamoDB does not filter by, or what an index does not
// have. A scan is filtered by everything.
func (f *filter) checkName(path attr.Path) error {
	name := path[0].Name
	key := f.t.Schema.Key.Attrs
	if x := f.in.Index; x != nil {
		key = slices.Concat(x.Partition, x.Sort)
	}
	of := func(a *keys.Attr) bool { return a.Name == name }
	switch x := f.in.Index; {
	case !f.in.Everything() && slices.ContainsFunc(key, of):
		what := "the object's key"
		if x != nil {
			what = "in the key of index " + x.Name
		}
		return fail.At(path, fail.Withf(fail.ErrInvalid, "is %s, which DynamoDB does not filter by; use the bounds of the range", what))
	case x != nil && !x.Has(name) && !slices.ContainsFunc(f.t.Schema.Key.Attrs, of):
		return fail.At(path, fail.Withf(fail.ErrInvalid, "is not projected into index %s, where a filter would have to find it", x.Name))
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

// text writes the filter. It passes all objects that DynamoDB cannot judge.
func (f *filter) text(b *expr.Builder) string {
	if x := f.in.Index; x != nil && !x.Whole() && f.t.Schema.Model > stored.FirstModel {
		return "" // the index does not say which objects are of an earlier version
	}
	text := condition.Text(f.cond, b)
	var pass []string
	if x := f.in.Index; x != nil && !x.Whole() {
		for _, path := range condition.Paths(f.cond) {
			pass = append(pass, "attribute_not_exists("+b.Doc(path)+")")
		}
	} else if !f.t.Schema.Plain {
		layout := b.Path(f.t.Schema.MetaAttr, "l")
		recorded, other := "attribute_exists("+layout+") AND ", layout+" <> "+b.Value(item.String(f.t.Schema.Tree.ID))
		if f.t.Schema.Outdated(nil) { // nor can it judge an item without a record
			recorded = "attribute_not_exists(" + layout + ") OR "
		}
		pass = append(pass, "("+recorded+other+")")
	}
	for _, path := range f.ofKey {
		pass = append(pass, "attribute_not_exists("+b.Doc(path)+")")
	}
	for _, c := range condition.Instants(f.cond) {
		doc := b.Doc(c.Lens.Path)
		pass = append(pass, "attribute_type("+doc+", "+b.Value(item.String("S"))+")")
		if !c.Lens.Codec.Seconds() { // stored before the tag option unixtime was removed
			pass = append(pass, "attribute_type("+doc+", "+b.Value(item.String("N"))+")")
		}
	}
	if len(pass) == 0 {
		return text
	}
	text = "(" + text + ")"
	for _, p := range pass {
		text += " OR " + p
	}
	return text
}

// passes reports whether an object is in the range, where DynamoDB has not judged
// that as it was read: one of another layout, or whose root was read again.
func (s *Selection) passes(ctx context.Context, o *Object) (bool, error) {
	if s == nil || s.in == nil {
		return true, nil
	}
	if !o.asFiltered && !s.in.Holds(o.root.Attrs()) {
		return false, nil
	}
	f := s.in.filter
	if f == nil {
		return true, nil
	}
	other := o.Meta != nil && o.Meta.LayoutID != s.Schema.Tree.ID
	switch {
	case s.former != nil: // DynamoDB has passed it, as one of another layout
		doc, _, err := f.t.document(ctx, o)
		if err != nil {
			return true, nil // reading the object says why
		}
		doc = maps.Clone(doc)
		for i, k := range f.t.Schema.Keys {
			doc[k.Name] = o.Key.Parts[i]
		}
		return f.holds(o, doc), nil
	case o.asFiltered && !other && !f.judged:
		return true, nil
	}
	if other {
		tree, err := place.FromLayout(o.Meta.Layout, s.Schema.Tree)
		if err != nil {
			return false, fail.Withf(fail.ErrCorrupt, "%w", err)
		}
		if path := apart(f.cond, tree); path != nil {
			return false, fail.At(path, fail.Withf(fail.ErrInvalid, "the object was written under another layout, which may have the value in another table, where no filter sees it; a Put under today's layout brings it into the root"))
		}
	}
	return f.holds(o, o.root.Attrs()), nil
}

// holds reports whether the condition holds for an object of which root is the root item,
// or the whole document. What is not a sound object passes: reading it says why.
func (f *filter) holds(o *Object, root attrs) bool {
	keyed, err := f.t.Schema.Keyed(o.Key, root, f.ofKey)
	return err != nil || condition.Holds(f.cond, keyed)
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
