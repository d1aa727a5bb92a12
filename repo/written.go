package repo

import (
	"maps"
	"slices"

	"github.com/dystore/dystore/internal/commit"
	"github.com/dystore/dystore/internal/fail"
	"github.com/dystore/dystore/internal/record"
	"github.com/dystore/dystore/internal/stored"
)

// What an attempt without an answer means for the outcome: it may have been
// applied already, which what is stored can prove, or it may still be under
// way and arrive later, which only a compare-and-set excludes.

// written is the success of a write that m proves to be done: by an attempt
// whose answer was lost, or by an earlier call with the same WithWriteID. That
// call had a plan of its own: its stamps and element ids are stored, not those
// of plan (nil: none was made), and nothing may be skipped by the content of
// parts that nobody has seen.
func (op *operation) written(d *draft, plan *record.Snapshot, m *stored.Root) error {
	c, age := op.c, slices.Index(m.Ring, op.id)
	if age != 0 && plan != nil {
		// Other writes followed. The next compare-and-set will notice.
		op.finish = func() { c.done(d, plan) }
		return nil
	}
	snap := record.Snapshot{Table: c.s.table, Owner: stored.Owner(c.s.entity, d.key.parts), Sealed: c.s.sealed, Key: d.key.parts}
	if plan != nil {
		snap = *plan
	}
	snap.Root, snap.Partial = m, true
	if plan == nil || !sameManifest(m, plan.Root) {
		snap.Digests, snap.Elems, snap.Envelopes = nil, nil, nil
	}
	if age != 0 {
		snap.Root = asWritten(m, op.id, age)
	}
	op.finish = func() { c.done(d, &snap) }
	return nil
}

// asWritten is m with the version and the id of the write that was age writes
// ago, or the first one if the ring no longer has it.
func asWritten(m *stored.Root, id stored.ID, age int) *stored.Root {
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

// excludes reports whether a refused write over b was not applied by an earlier
// attempt; m is what is stored now. Where the engine does not know that, for
// want of a token, the ring of m does, as far as it goes back.
func excludes(o commit.Outcome, m *stored.Root, b basis) bool {
	return !o.Ambiguous || settles(m, b)
}

// settles reports whether the ring of m would hold a write made over b.
func settles(m *stored.Root, b basis) bool {
	return m != nil && b.meta != nil && m.Birth == b.meta.Birth && m.Version-b.meta.Version < stored.RingSize
}

// errOverwritten: no evidence is left.
func errOverwritten() error {
	return fail.Withf(ErrOutcomeUnknown, "an earlier attempt may have been applied and overwritten since")
}
