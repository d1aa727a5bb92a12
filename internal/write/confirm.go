package write

import (
	"maps"
	"slices"

	"github.com/dystore/dystore/internal/snapshot"
	"github.com/dystore/dystore/internal/stored"
)

// A lost reply leaves two cases: the write was applied, which the stored write
// ids prove, or it is still in flight, which only a compare-and-set rules out.

// confirm is the success of a write that m proves to be done: by an attempt
// whose answer was lost, or by an earlier call with the same WithWriteID. That
// call had another plan: its stamps and element ids are stored, not those
// of plan (nil: none was made), and nothing may be skipped by the content of
// parts that were not read.
func (o *whole) confirm(plan *snapshot.Snapshot, m *stored.Root) {
	age := slices.Index(m.Ring, o.obj.ID)
	if age != 0 && plan != nil {
		o.proven = plan // other writes followed; the next compare-and-set will notice
		return
	}
	s := o.w.Schema
	snap := snapshot.Snapshot{Table: s.Root, Owner: o.obj.Owner, Sealed: s.Sealing.Encoded, Key: o.key.Parts}
	if plan != nil {
		snap = *plan
	} else if read := s.Snapshot(o.d.ptr); s.Fits(read, o.key) {
		snap.Unloaded = read.Unloaded // the value still lacks it
	}
	snap.Root, snap.Partial = m, true
	if plan == nil || !sameManifest(m, plan.Root) {
		snap.Digests, snap.Elems, snap.Envelopes = nil, nil, nil
	}
	if age != 0 {
		snap.Root = rootAsOf(m, o.obj.ID, age)
	}
	o.proven = &snap
}

// rootAsOf is m with the version and the id of the write that was age writes
// ago, or the first one if the ring no longer has it.
func rootAsOf(m *stored.Root, id stored.ID, age int) *stored.Root {
	root := *m
	root.Version, root.Ring = 1, stored.NewRing(id)
	if age > 0 {
		root.Version = m.Version - int64(age)
		copy(root.Ring, m.Ring[age:])
	}
	return &root
}

func sameManifest(a, b *stored.Root) bool {
	return maps.Equal(a.Parts, b.Parts) && maps.EqualFunc(a.Orders, b.Orders, func(x, y stored.Order) bool {
		return x.IsMap == y.IsMap && slices.Equal(x.Elems, y.Elems) && slices.Equal(x.Nils, y.Nils)
	})
}
