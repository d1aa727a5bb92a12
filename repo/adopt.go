package repo

import (
	"slices"

	"github.com/dystore/dystore/internal/attr"
	"github.com/dystore/dystore/internal/commit"
	"github.com/dystore/dystore/internal/expr"
	"github.com/dystore/dystore/internal/fail"
	"github.com/dystore/dystore/internal/item"
	"github.com/dystore/dystore/internal/record"
	"github.com/dystore/dystore/internal/sorted"
)

// An item without a record was written by another program. A value read from
// it is tracked like any other: for want of a version, a write states that
// there is still no record, and that the attributes are as they were read.
//
// The first write adopts the item, which then has a record. A Put leaves the
// attributes alone that the type does not know, so it states nothing of them.

// asRead is what a write over an item without a record states.
type asRead struct {
	item   attrs    // attributes that are as they were read
	absent []string // attributes that are still not there
}

// allOf states everything that was read.
func (c *core) allOf(snap *record.Snapshot) *asRead {
	r := &asRead{item: snap.Read}
	for _, f := range c.s.codec.Fields() {
		if _, ok := snap.Read[f.Name]; !ok && !c.s.isKey(attr.Names(f.Name)) {
			r.absent = append(r.absent, f.Name)
		}
	}
	slices.Sort(r.absent)
	return r
}

// knownOf states what was read of the attributes that the type knows.
func (c *core) knownOf(snap *record.Snapshot) *asRead {
	all := c.allOf(snap)
	known := &asRead{item: attrs{}, absent: all.absent}
	for name, av := range all.item {
		if c.s.codec.Lookup(name) != nil {
			known.item[name] = av
		}
	}
	return known
}

func (r *asRead) conds(e *expr.Builder) (conds []string) {
	for _, name := range sorted.Keys(r.item) {
		conds = append(conds, e.Name(name)+" = "+e.Value(r.item[name]))
	}
	for _, name := range r.absent {
		conds = append(conds, "attribute_not_exists("+e.Name(name)+")")
	}
	return conds
}

// holds reports whether an item is as it was read.
func (r *asRead) holds(it attrs) bool {
	for name, av := range r.item {
		if !item.Equal(av, it[name]) {
			return false
		}
	}
	return !slices.ContainsFunc(r.absent, func(name string) bool { return it[name] != nil })
}

// basisCond holds while the stored object is exactly the one a write was
// planned for.
func (c *core) basisCond(e *expr.Builder, b basis) (string, error) {
	switch {
	case !b.exists:
		return "attribute_not_exists(" + e.Name(c.s.key.attrs[0].name) + ")", nil
	case b.meta != nil:
		return c.versionCond(e, b.meta.Version, b.meta.WriteID(), b.meta.Birth), nil
	case b.broken != nil:
		return e.Name(c.s.metaAttr) + " = " + e.Value(b.broken), nil
	}
	conds := []string{"attribute_exists(" + e.Name(c.s.key.attrs[0].name) + ")", "attribute_not_exists(" + e.Name(c.s.metaAttr) + ")"}
	if b.read != nil {
		conds = append(conds, b.read.conds(e)...)
	}
	cond := expr.And(conds...)
	if operators := 2*len(conds) - 1; operators > maxOperators || len(cond) > maxExpression {
		return "", fail.Withf(ErrTooLarge, "the stored item has no record, so that the %d attributes concerned would have to be compared one by one, which is more than one condition of DynamoDB can do; any Update gives the item a record", len(conds)-2)
	}
	return cond, nil
}

// adoption turns the item that was read into the root item doc.
func (w *writer) adoption(doc attrs) (commit.Action, error) {
	c := w.c
	var x edit
	cond, err := c.basisCond(&x.Builder, w.b)
	if err != nil {
		return commit.Action{}, err
	}
	x.Require(cond)
	read := w.b.snap.Read
	for _, name := range sorted.Keys(doc) {
		if !c.s.isKey(attr.Names(name)) && !item.Equal(read[name], doc[name]) {
			x.Set(x.Name(name), x.Value(doc[name]))
		}
	}
	for _, name := range sorted.Keys(read) {
		if doc[name] == nil {
			x.Remove(x.Name(name))
		}
	}
	a := x.action(c.table(c.s.table), c.s.keyAttrs(w.d.key))
	a.Item = doc
	return a, nil
}
