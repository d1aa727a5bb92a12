package repo

import (
	"context"

	"github.com/dystore/dystore/internal/counter"
	"github.com/dystore/dystore/internal/fail"
	"github.com/dystore/dystore/internal/schema"
	"github.com/dystore/dystore/lens"
)

// Add adds a number, which may be negative, to a counter of an object that must exist:
// ErrNotFound otherwise. The counter is made by [lens.Counter], and is in the model by
// shard.Spread.
//
//	err := pages.Add(ctx, key, views, 1)
//
// The object is not written. So Add meets no conflict with writes of the object, no
// validator sees the number, and no version is raised. A Get, GetMany, Query, Scan or
// Modify that follows has the sum in the field, at the price of a second round trip that
// reads the slots. It is the sum of slots that are read one by one, not at one moment:
// what was added before the read began is in it, of what is added meanwhile it may have
// the later and lack the earlier. [RootOnly], [Repo.Refused], [Open] and [Repo.Export]
// leave counters out.
//
// Add reads the root item, to find out whether there is the object and which one, and
// writes one slot, in one transaction of one item: as exact as any write, and two units.
// With [Relaxed] it is one. Two that meet in one slot wait for each other; more slots
// make that rare. The first change that goes to a slot makes it, with up to three
// requests more.
//
// With [WithWriteID] a number is added once, however often Add is called, as long as the
// counter has the same number of slots and no 8 other changes have come to the slot. Then
// the slot is read first.
//
// A counter belongs to one object, not to its key: if the object is deleted and another
// one is created under the key, that begins with 0. What the deleted one has left is read
// by nobody, and [Repo.Sweep] deletes it.
func (r *Repo[T]) Add(ctx context.Context, key Key[T], tally lens.Tally[T], n int64, opts ...CallOption) (err error) {
	ctx, verb := r.c.writes(ctx, "Add", 1)
	defer verb.End(&err)
	call := r.view.call("Add", opts)
	id := call.id()
	if err = beginAt(ctx, &r.c.s.Tables, call, key.k); err == nil {
		switch c := schema.CounterOf(r.c.s, tally.ModelTally()); {
		case tally.Err() != nil:
			err = fail.Withf(ErrInvalid, "%w", tally.Err())
		case c == nil:
			err = fail.At(fail.Text(tally.String()), fail.Withf(ErrInvalid, "the counter is not one of the model; declare it with shard.Spread"))
		default:
			id, err = r.c.adder().Add(ctx, c, key.k, n, call.write.Options)
		}
	}
	return r.c.fail("Add", key.k, id, err)
}

// adder adds to counters. Each slot is one item, so nothing of it is staged unless the
// engine has no transactions.
func (c *core) adder() *counter.Adder {
	a := &counter.Adder{Tables: &c.s.Tables, Get: c.read.Fetch, Protocol: c.protocol}
	if !c.alone {
		a.Protocol = transactions(c.sends, false)
	}
	return a
}
