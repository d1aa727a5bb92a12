// Package filter is about the conditions on the objects of a range.
//
// DynamoDB evaluates them on root items, or on what an index has of them. It cannot judge
// some objects: one of another layout may have in the root what this one has in a part, or
// the other way round; an index may not have the attribute; a time may be spelt in many
// ways. So the filter passes them, and they are judged when the root is known.
package filter

import (
	"errors"
	"slices"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/dystore/dystore/internal/attr"
	"github.com/dystore/dystore/internal/condition"
	"github.com/dystore/dystore/internal/expr"
	"github.com/dystore/dystore/internal/fail"
	"github.com/dystore/dystore/internal/item"
	"github.com/dystore/dystore/internal/keys"
	"github.com/dystore/dystore/internal/model"
	"github.com/dystore/dystore/internal/place"
	"github.com/dystore/dystore/internal/schema"
	"github.com/dystore/dystore/internal/stored"
	"github.com/dystore/dystore/internal/tables"
)

// Filter is a condition on the objects of a range.
type Filter struct {
	Judged bool // what DynamoDB passes may not hold: every object is judged

	s     *schema.Schema
	in    *keys.Range
	cond  *model.Cond // with values in the form that is stored
	ofKey []attr.Path // fields in it that a key is made of: an item may lack them
}

// New refuses a condition that no filter can be.
func New(s *schema.Schema, r *keys.Range) (*Filter, error) {
	f := &Filter{s: s, in: r}
	said, err := s.Cond(r.Where)
	if err == nil {
		err = f.check(said)
	}
	if err != nil {
		return nil, err
	}
	where := condition.OfAbsent(said, condition.Withheld(s.Withholds), s.Operand)
	cond, err := condition.Stored(where, s.Operand)
	if wrong, ok := errors.AsType[*condition.Error](err); ok {
		return nil, fail.At(fail.Text(wrong.Path), fail.Withf(fail.ErrInvalid, "%s", wrong.Reason))
	}
	f.cond, f.ofKey = cond, s.OfKey(condition.Paths(cond))
	f.Judged = len(condition.Instants(cond)) > 0 || len(f.ofKey) > 0 || r.Index != nil && !r.Index.Whole()
	return f, nil
}

func (f *Filter) check(c *model.Cond) error {
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
		if err := f.s.Sealing.Visible(l, exists); err != nil {
			return err
		}
		if err := f.checkName(path); err != nil {
			return err
		}
		if divides(f.s.Tree, path, exists) {
			return fail.At(path, fail.Withf(fail.ErrInvalid, "the value may be stored in another table; a filter sees the root item only"))
		}
	}
	return nil
}

// checkName refuses what DynamoDB does not filter by, or what an index does not
// have. A scan is filtered by everything.
func (f *Filter) checkName(path attr.Path) error {
	name := path[0].Name
	key := f.s.Key.Attrs
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
	case x != nil && !x.Has(name) && !slices.ContainsFunc(f.s.Key.Attrs, of):
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

// Text writes the filter. It passes all objects that DynamoDB cannot judge.
func (f *Filter) Text(b *expr.Builder) string {
	if x := f.in.Index; x != nil && !x.Whole() && f.s.Model > stored.FirstModel {
		return "" // the index does not say which objects are of an earlier version
	}
	text := condition.Text(f.cond, b)
	var pass []string
	if x := f.in.Index; x != nil && !x.Whole() {
		for _, path := range condition.Paths(f.cond) {
			pass = append(pass, "attribute_not_exists("+b.Doc(path)+")")
		}
	} else if !f.s.Plain {
		layout := b.Path(f.s.MetaAttr, "l")
		other := layout + " <> " + b.Value(item.String(f.s.Tree.ID))
		switch unnamed := "attribute_not_exists(" + layout + ")"; {
		case f.s.Tree.ID == stored.Undivided: // a record that names no layout has this one
			other = "attribute_exists(" + layout + ") AND " + other
		case f.s.Outdated(nil): // nor can it judge an item without a record
			other = unnamed + " OR " + other
		default:
			other = "attribute_exists(" + b.Name(f.s.MetaAttr) + ") AND (" + unnamed + " OR " + other + ")"
		}
		pass = append(pass, "("+other+")")
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

// Holds reports whether the condition holds for an object of which root is the root item,
// or the whole document. What is not a sound object passes: reading it says why.
func (f *Filter) Holds(key tables.Key, root map[string]types.AttributeValue) bool {
	keyed, err := f.s.Keyed(key, root, f.ofKey)
	return err != nil || condition.Holds(f.cond, keyed)
}

// Apart is a path of the condition that a layout may have in another item, nil if there is none.
func (f *Filter) Apart(tree *place.Tree) attr.Path { return apart(f.cond, tree) }

// InRoot refuses an object of another layout than that of a tree, in whose tree apart finds a
// path that may be in another table.
func InRoot(layout stored.Layout, of *place.Tree, apart func(*place.Tree) attr.Path) error {
	tree, err := place.FromLayout(layout, of)
	if err != nil {
		return fail.Withf(fail.ErrCorrupt, "%w", err)
	}
	if path := apart(tree); path != nil {
		return fail.At(path, fail.Withf(fail.ErrInvalid, "the object was written under another layout, which may have the value in another table, where no filter sees it; a Put under today's layout brings it into the root"))
	}
	return nil
}

// ApartAt finds the value at a path.
func ApartAt(path attr.Path) func(*place.Tree) attr.Path {
	return func(tree *place.Tree) attr.Path {
		if tree.Owner(path) == nil {
			return nil
		}
		return path
	}
}

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
