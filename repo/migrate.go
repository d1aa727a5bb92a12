package repo

import (
	"context"

	"github.com/dystore/dystore/internal/fail"
	"github.com/dystore/dystore/internal/keys"
	"github.com/dystore/dystore/internal/meter"
	"github.com/dystore/dystore/internal/migrate"
	"github.com/dystore/dystore/internal/tables"
)

// Migrate writes all objects again that are not stored as a Put of today would store
// them, each over the version that was read:
//
//	done, err := people.Migrate(ctx, repo.Rate(100, 50), repo.OnProgress(log))
//
// So one call brings whatever has changed in the model to what is stored:
//   - objects of an earlier version of the model ([Schema]),
//   - parts that have moved, have come or have gone (shard.MovedFrom, [AllowTables]),
//   - values that are to be encrypted and are not ([AcceptPlain]), or are and are not to be
//     (cipher.Unprotect), that are under an old key, or padded otherwise,
//   - unique values that are not claimed yet (shard.Unique), and encrypted ones that have no
//     tag yet (cipher.BlindIndex),
//   - other formats of values, such as times under unixtime, and names of the attribute
//     that says when an object expires,
//   - items without a record, which are adopted.
//
// What is as it should be is only read; so a migration may be repeated, and one that
// changes nothing proves that nothing is left. An object's version rises when it is
// written, and who has written it last stays. Attributes that no version of the type knows
// stay, under the key of today, and so do claims that the model does not declare. Other programs may read and write meanwhile: an object that was changed since it
// was read is read again. Objects that have expired or are deleted are passed over: one
// that [SoftDelete] keeps is brought to today's form by Restore.
//
// An object that cannot be migrated, because it is not valid by today's rules, is
// corrupt or has a unique value of another one, is counted in Failed, and the others go
// on. The error joins those of the first 10 such objects, each an *Error with its key, and
// says how many there were. If the context ends, DynamoDB or a key source is out of
// reach, or a request is refused for no fault of the object (credentials that have expired,
// a permission or a table that is missing), Migrate stops: Progress is that of the last
// page that was done, and the error says why. What a key source refuses, and has not failed at,
// is about one scope (cipher.Scope): it fails the objects of that scope, and the others go on.
//
// It takes [DryRun], [OnProgress], [Rate], [PageSize] (of 50 objects by default; 8 are
// written at a time), [Segments], each of which has its pages, and [StartAt], with the Cursor of a
// Progress. A Cursor of a run in segments has the place of each, so it goes on in the same
// number of them; another number is [ErrInvalid]. Without Rate it takes all
// the capacity that there is. An object that one
// transaction does not take is staged ([Staged]). It costs a read of all items, and a write
// of each object that it changes, which is what a Put of it costs.
func (r *Repo[T]) Migrate(ctx context.Context, opts ...CallOption) (done Progress, err error) {
	return r.c.migrate(ctx, "Migrate", r.view.call("Migrate", opts), migrate.Migration{})
}

// migrate goes through all objects.
func (c *core) migrate(ctx context.Context, op string, call call, m migrate.Migration) (done Progress, err error) {
	ctx, verb := c.writes(ctx, op, 0)
	defer verb.End(&err)
	err = begin(ctx, call)
	switch {
	case err != nil:
	case c.s.Plain:
		err = fail.Withf(ErrInvalid, "%s needs the record that repo.Plain leaves out", op)
	case m.Sealed && c.s.Sealing.Policy == nil:
		err = fail.Withf(ErrInvalid, "Reencrypt is for models with encrypted fields; cipher.Protect says which, and Migrate does the rest")
	}
	all := keys.Everything()
	metered := meter.New(call.rate[0], call.rate[1])
	over := c.over(reach(c.tracer.With(metered), c.client, c.regions))
	if err == nil {
		m.Cursors, err = over.read.Cursors(ctx, all, c.cursors)
	}
	if err != nil {
		return Progress{}, c.fail(op, tables.Key{}, [16]byte{}, err)
	}
	m.Writer, m.Page, m.Segments, m.DryRun = over.write, call.pageSize, call.segments, call.dryRun
	m.Count = func(ctx context.Context) int64 { return tables.ItemCount(ctx, c.client, c.s.RootTable()) }
	m.Wrong = func(key tables.Key, err error) error { return c.fail(op, key, [16]byte{}, err) }
	m.Ended = func(err error) error { return c.fail(op, tables.Key{}, [16]byte{}, err) }
	progress := func(d migrate.Done) Progress {
		p := Progress{Seen: d.Seen, Changed: d.Changed, Failed: d.Failed, Cursor: Cursor(d.Cursor), Errors: d.Errors, Total: d.Total, Elapsed: d.Elapsed, Left: d.Left}
		p.Keys = each(d.Keys, keyUse)
		p.Read, p.Write = metered.Units()
		return p
	}
	end, err := m.Run(ctx, all, string(call.startAt), func(d migrate.Done) {
		if call.progress != nil {
			call.progress(progress(d))
		}
	})
	done = progress(end)
	verb.Count(done.Changed, done.Failed)
	return done, err
}
