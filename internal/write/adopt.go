package write

import (
	"github.com/dystore/dystore/internal/attr"
	"github.com/dystore/dystore/internal/commit"
	"github.com/dystore/dystore/internal/item"
	"github.com/dystore/dystore/internal/sorted"
)

// An item without a record was written by another program. A value read from
// it is tracked like any other: for want of a version, a write states that
// there is still no record, and that the attributes are as they were read.
//
// The first write adopts the item, which then has a record. A Put leaves the
// attributes alone that the type does not know, so it states nothing of them.

// adoption turns the item that was read into the root item doc.
func (p *planner) adoption(doc attrs) (commit.Action, error) {
	s := p.w.Schema
	var x commit.Edit
	cond, err := p.b.Condition(&x.Builder, p.obj)
	if err != nil {
		return commit.Action{}, err
	}
	x.Require(cond)
	read := p.b.snap.Read
	for _, name := range sorted.Keys(doc) {
		if !s.IsKey(attr.Names(name)) && !item.Equal(read[name], doc[name]) {
			x.Set(x.Name(name), x.Value(doc[name]))
		}
	}
	for _, name := range sorted.Keys(read) {
		if doc[name] == nil {
			x.Remove(x.Name(name))
		}
	}
	root := p.obj.Item()
	a := x.Action(root.Table, root.Key)
	a.Item = doc
	return a, nil
}
