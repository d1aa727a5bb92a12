package patch

import (
	"slices"

	"github.com/dystore/dystore/internal/fail"
	"github.com/dystore/dystore/internal/model"
	"github.com/dystore/dystore/internal/place"
	"github.com/dystore/dystore/internal/schema"
	"github.com/dystore/dystore/internal/stored"
	"github.com/dystore/dystore/internal/tables"
	"github.com/dystore/dystore/meta"
)

// IfUnchanged: a version, or an item without a record as it was read.

// sameAs makes the plan depend on the stored object being what a value was read
// from. finishRoot states it of an item without a record.
func (p *plan) sameAs(rec *meta.Record) error {
	snap := rec.Snapshot()
	switch {
	case !snap.Bare():
		p.root.Require(p.obj.AtVersion(&p.root.Builder, rec.Version, stored.ID(rec.WriteID), schema.BirthOf(rec)))
	case !p.s.Fits(snap, p.key):
		return fail.Withf(fail.ErrConflict, "the value of IfUnchanged was read from another object, %s", tables.Key{Parts: snap.Key}.Text())
	default:
		p.read = p.s.AllOf(snap)
	}
	p.unchanged = rec
	return nil
}

// bareView is what an item without a record looks like: nothing is divided.
func bareView() *place.View { return &place.View{Tree: place.NewTree(nil), Bare: true} }

// unchangedBare reports whether the value of an IfUnchanged was read from an
// item without a record.
func unchangedBare(s *schema.Schema, changes []*model.Change) bool {
	return slices.ContainsFunc(changes, func(ch *model.Change) bool {
		return ch.Op == model.Unchanged && s.Record(ch.Object).Snapshot().Bare()
	})
}
