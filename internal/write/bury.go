package write

import (
	"github.com/dystore/dystore/internal/commit"
	"github.com/dystore/dystore/internal/stored"
)

// stage decides whether a plan is staged. What is left of the object in the meantime says
// of which entity it is, which Open learns from the record; of an item without one it
// deletes nothing else.
func (o *deletion) stage() {
	o.staged = o.staged || o.obj.Staged
	if o.r.Tables.Entity != "" {
		return
	}
	o.obj.Entity = ""
	if m := o.b.record(); m != nil {
		o.obj.Entity = m.Entity
	} else if o.b.Broken != nil {
		o.obj.Entity = o.salvaged.Entity
	}
	o.obj.Staged = o.staged && o.obj.Entity != ""
}

// bury makes a plan put a record in the place of the root item that it would delete. The
// record counts as absent, and says whose write it is and which parts are still there:
// so a lost answer leaves no doubt, and whoever finds the record can go on. It is removed
// after the parts.
func (o *deletion) bury(plan *commit.Plan, parts []part) {
	next := o.b.Next(&o.obj, stored.Layout(nil).ID(), nil)
	was := o.b.record()
	if was != nil {
		next.Entity, next.LayoutID, next.Layout = was.Entity, was.LayoutID, was.Layout
	}
	next.Deleted, next.Void, next.TTL = next.Updated, true, ""
	for _, p := range parts {
		switch {
		case p.claim:
		case was != nil && was.Pages != nil && was.Copied(p.inst, o.key.Parts):
			// A copy that no record names is debris. The entries of all would need pages.
		case was != nil:
			next.Parts[p.inst] = was.RefTo(p.inst, stored.Ref{Stamp: p.stamp, Cut: was.Parts[p.inst].Cut}, p.loc, o.key.Parts)
		default:
			next.Parts[p.inst] = stored.Ref{Stamp: p.stamp, Table: p.loc.Table, KeyName: p.loc.KeyName, Key: p.loc.Key}
		}
	}
	next.CountDynamic()
	doc := attrs{o.obj.MetaAttr: next.Encode()}
	o.obj.PutKey(doc)
	plan.Root.Op, plan.Root.Key, plan.Root.KeyIn, plan.Root.Item = commit.Put, nil, o.obj.KeyNames, doc
	plan.Purge = new(o.obj.Remove(next))
}
