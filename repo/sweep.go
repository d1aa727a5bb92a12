package repo

import (
	"context"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/dystore/dystore/internal/cursor"
	"github.com/dystore/dystore/internal/fail"
	"github.com/dystore/dystore/internal/large"
	"github.com/dystore/dystore/internal/meter"
	"github.com/dystore/dystore/internal/resolve"
	"github.com/dystore/dystore/internal/stored"
	"github.com/dystore/dystore/internal/sweep"
	"github.com/dystore/dystore/internal/tables"
	"github.com/dystore/dystore/meta"
)

// Resolve finds out what became of a write of one object that has ended in
// ErrOutcomeUnknown: whether it was applied. The id is that of [WithWriteID], or of the
// *Error. If it was not applied it never will be: a request that is still on its way is
// made vain.
//
// That takes a write. If the object exists it gets a version that differs from the one
// before in nothing else, so a value that was read before has to be read again.
//
// The record of an object remembers its last 8 writes. Of a write that was applied, and
// followed by 8 others or by the object's deletion, nothing may be left to see: then the
// answer is no, which is true of what is stored and of what will be. A call soon after the
// error does not have to mind. A deletion leaves no record where one transaction did it:
// whether the object is gone is for Exists to say. Of a write of several objects (Transact),
// Resolve knows what the one object shows, and cannot exclude the rest.
func (r *Repo[T]) Resolve(ctx context.Context, key Key[T], id meta.WriteID) (applied bool, err error) {
	ctx, verb := r.c.writes(ctx, "Resolve", 1)
	defer verb.End(&err)
	call := r.view.call("Resolve", nil)
	if err = beginAt(ctx, &r.c.s.Tables, call, key.k); err == nil {
		switch {
		case r.c.s.Plain:
			err = fail.Withf(ErrInvalid, "Resolve needs the record that repo.Plain leaves out")
		case id == meta.WriteID{}:
			err = fail.Withf(ErrInvalid, "the write id is zero")
		default:
			applied, err = r.c.resolver().Resolve(ctx, key.k, stored.ID(id))
		}
	}
	return applied, r.c.fail("Resolve", key.k, stored.ID(id), err)
}

func (c *core) resolver() *resolve.Resolver {
	r := &resolve.Resolver{Fetch: c.read.Fetch, Tables: &c.s.Tables, Protocol: c.protocol}
	if !c.alone {
		r.Tokens = transactions(c.sends, c.alone)
	}
	return r
}

// Sweep deletes what staged writes have left behind whose process has died, or whose
// clean-up has failed: copies of parts that no object has, placeholders of objects that
// were never created, and what remains of objects that were deleted.
//
//	done, err := people.Sweep(ctx, repo.Rate(500, 50), repo.OnProgress(log))
//
// No clock decides what may go. Each copy names the one state of its object in which it
// could have become a part. If the object does not have it, and is in another state, then
// it never will. So a sweep is safe beside writers, however slow, and beside other sweeps.
// A copy whose object is still in that state may be on its way, or its writer may be dead:
// it stays, and counts as InFlight, unless [Fence] is given. In most systems the next write
// of the object makes it sweepable.
//
// Sweep reads the tables of the model's parts whole, but for what their items hold, and the
// placeholders in the table of the roots. It costs the capacity of a strongly consistent
// scan of them, a read of the record of each object, and a write for each item that it
// deletes. Items of other models in the same tables are passed over. What KeepShards has
// left of an object that was deleted stays, until another object has its key.
//
// It takes [DryRun], [OnProgress], [Rate], [PageSize] (of DynamoDB's pages, 1 MB without)
// and [StartAt], with the Cursor of a Progress. Of Progress, Seen counts items, Changed those
// that were deleted. An object whose record cannot be read is counted in Failed, and its
// items stay.
func (r *Repo[T]) Sweep(ctx context.Context, opts ...CallOption) (done Progress, err error) {
	ctx, verb := r.c.writes(ctx, "Sweep", 0)
	defer verb.End(&err)
	call := r.view.call("Sweep", opts)
	if err = begin(ctx, call); err == nil && r.c.s.Plain {
		err = fail.Withf(ErrInvalid, "Sweep needs the records that repo.Plain leaves out")
	}
	if err != nil {
		return done, r.c.fail("Sweep", tables.Key{}, [16]byte{}, err)
	}
	done, err = r.c.sweep(ctx, call)
	verb.Count(done.Changed, done.Failed)
	return done, err
}

func (c *core) sweep(ctx context.Context, call call) (Progress, error) {
	metered := meter.New(call.rate[0], call.rate[1])
	client := large.Client(reach(c.tracer.With(metered), c.client, c.regions), &c.s.Tables)
	s := &sweep.Sweep{
		Client: client, Describe: func(region string) sweep.Describer { return c.admin(region) }, Tables: &c.s.Tables, Counters: c.s.Counters, Page: call.pageSize, DryRun: call.dryRun, Fence: call.fence,
		Send: transactions(client, c.alone),
		Cursors: cursor.Query{Entity: c.s.Entity, Text: []string{"sweep", c.s.Root}, Cipher: c.cursors,
			Key: []types.ScalarAttributeType{types.ScalarAttributeTypeS, types.ScalarAttributeTypeB}},
		Wrong: func(key tables.Key, err error) error { return c.fail("Sweep", key, [16]byte{}, err) },
	}
	progress := func(d sweep.Done) Progress {
		p := Progress{Seen: d.Seen, Changed: d.Changed, InFlight: d.InFlight, Failed: d.Failed, Cursor: Cursor(d.Cursor), Elapsed: d.Elapsed}
		p.Read, p.Write = metered.Units()
		return p
	}
	report := func(sweep.Done) {}
	if call.progress != nil {
		report = func(d sweep.Done) { call.progress(progress(d)) }
	}
	done, err := s.Run(ctx, string(call.startAt), report)
	if err != nil {
		err = c.fail("Sweep", tables.Key{}, [16]byte{}, err)
	}
	return progress(done), err
}

// Fence lets Sweep delete copies that may be on their way as well. First it makes that
// impossible: the object gets its next version, so that the write that has made them fails
// with ErrConflict, or is planned again. It is for objects that nobody writes any more.
func Fence() CallOption {
	return callOption{name: "Fence", apply: func(c *call) { c.fence = true }}
}
