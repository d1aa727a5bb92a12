// Package resolve finds out what became of a write whose outcome is unknown, and excludes
// that it is applied later.
package resolve

import (
	"context"

	"github.com/dystore/dystore/internal/commit"
	"github.com/dystore/dystore/internal/fail"
	"github.com/dystore/dystore/internal/fetch"
	"github.com/dystore/dystore/internal/stored"
	"github.com/dystore/dystore/internal/tables"
)

// Resolver resolves writes of the objects of a model.
type Resolver struct {
	Fetch    fetch.Reader
	Tables   *tables.Tables
	Protocol commit.Protocol
	// Tokens excludes writes by their tokens; nil: the engine has none.
	Tokens *commit.Transactions
}

// Resolve reports whether the write of an object with an id was applied. If it was not, it
// never will be.
//
// A request that is still on its way is either for one state of the root item, and then
// it is in vain once the item is in another; or it has a token that follows from the id,
// and then another request takes that first.
func (r *Resolver) Resolve(ctx context.Context, key tables.Key, id stored.ID) (applied bool, err error) {
	if r.Tokens != nil {
		if m, err := r.record(ctx, key); m != nil && m.Wrote(id) || err != nil {
			return err == nil, err
		}
		obj := commit.ObjectOf(r.Tables, key, commit.Options{ID: id})
		if executed, err := r.Tokens.Exclude(ctx, &obj); executed || err != nil {
			return executed, err
		}
	}
	f := &fence{Resolver: r, key: key, id: id, obj: commit.ObjectOf(r.Tables, key, commit.Options{})}
	err = commit.Run(ctx, r.Protocol, f)
	return f.applied, err
}

// record is that of the object, nil if there is none.
func (r *Resolver) record(ctx context.Context, key tables.Key) (*stored.Root, error) {
	root, err := r.Tables.ReadRecord(ctx, r.Fetch, key)
	if err != nil || len(root) == 0 {
		return nil, err
	}
	return r.Tables.RootMeta(root)
}

// fence gives an object its next version, by which nothing else changes.
type fence struct {
	*Resolver
	key     tables.Key
	id      stored.ID // of the write to be resolved
	obj     commit.Object
	applied bool
}

// Object returns what is written.
func (f *fence) Object() *commit.Object { return &f.obj }

// Plan ends the operation if the write shows, or if there is no version to be passed.
func (f *fence) Plan(ctx context.Context) (*commit.Plan, error) {
	m, err := f.record(ctx, f.key)
	if err != nil || m == nil {
		return nil, err
	}
	if f.applied = m.Wrote(f.id); f.applied {
		return nil, nil
	}
	plan := &commit.Plan{Pinned: true, Over: m}
	plan.Root = f.obj.Pass(m)
	return plan, nil
}

// Judge plans again: only another writer can have been faster.
func (f *fence) Judge(_ context.Context, o *commit.Outcome) (commit.Next, error) {
	if o.Kind == commit.Rejected {
		return commit.End, fail.Withf(fail.ErrInvalid, "%w", o.Err)
	}
	return commit.Beaten, nil
}

// Recall finds nothing: nobody repeats a fence.
func (*fence) Recall(context.Context) (bool, error) { return false, nil }

// Done has nothing to tell.
func (*fence) Done(*commit.Plan) {}
