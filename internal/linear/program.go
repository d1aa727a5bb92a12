package linear

import (
	"context"
	"errors"
	"fmt"

	"github.com/dystore/dystore/internal/linear/aggregate"
	"github.com/dystore/dystore/internal/linear/ids"
	"github.com/dystore/dystore/lens"
	"github.com/dystore/dystore/meta"
	"github.com/dystore/dystore/repo"
)

// program is a release as its clients use it, for any type.
type program interface {
	// do runs an operation. held is a value that an earlier one returned. do
	// returns the value that the program has afterwards, nil for none.
	do(ctx context.Context, o *op, held *value) (*result, *value)
	// operation and reading make operations of a Transact and a TransactGet.
	operation(ctx context.Context, o *op, held *value) (repo.Op, after)
	reading(ctx context.Context, o *op) (repo.ReadOp, after)
	// many runs a call over many keys.
	many(ctx context.Context, o *op, held []*value) (*result, []*value)
	// page and query read a range.
	page(ctx context.Context, o *op, size int, at repo.Cursor) (found []sight, failed []error, next repo.Cursor, err error)
	query(ctx context.Context, o *op) (found []sight, failed []error)
	// sweep sweeps a repository.
	sweep(ctx context.Context, o *op) error
	// partly is how many ways there are to read only a part of the object.
	partly() int
}

// value is a program's result of an operation: a *T and what it means.
type value struct {
	v       any
	object  int
	basis   *basis
	partial bool               // read by RootOnly or Skip
	content *aggregate.Content // as the program sees it
}

// programOf is a program with the type T.
type programOf[T any] struct {
	estate   *estate
	repos    [pair]*repo.Repo[T] // by object; twice the same if it has both
	keys     [pair]repo.Key[T]
	absent   repo.Key[T] // of no object
	indexes  map[scope]repo.Index[T, string, int]
	detached bool
	indexed  bool // this release declares the indexes; its tables have them anyway
	paths    aggregate.Paths[T]
	content  func(*T) *aggregate.Content
	fill     func(*T, *aggregate.Content)
	record   func(*T) *meta.Record // nil: the type has none
	parts    []repo.CallOption     // what reads only a part
}

func (p *programOf[T]) partly() int { return len(p.parts) }

// name is the option that gives an operation its write id, if it is named.
func (o *op) name(ctx context.Context) []repo.CallOption {
	switch {
	case o.repeat != 0:
		return []repo.CallOption{repo.WithWriteID(scheduleOf(ctx).ids.ID(o.repeat))}
	case o.named:
		return []repo.CallOption{repo.WithWriteID(ids.Named(o.id))}
	}
	return nil
}

func (p *programOf[T]) do(ctx context.Context, o *op, held *value) (*result, *value) {
	switch o.verb {
	case create, putBlind, putTracked, putRecord:
		return p.put(ctx, o, held)
	case get, getPart, exists, read, readAll:
		return p.look(ctx, o)
	}
	r, key := p.repos[o.object].With(o.name(ctx)...), p.keys[o.object]
	var err error
	switch o.verb {
	case update:
		return p.update(ctx, r, o, held)
	case modify:
		err = r.Modify(ctx, key, func(v *T) error {
			c := p.content(v)
			aggregate.Revise(c, o.edits)
			p.fill(v, c)
			return nil
		}, o.options()...)
	case remove:
		if o.how == byMany { // each of its writes has an id of its own
			return o.outcome(oneOf(p.repos[o.object].DeleteMany(ctx, p.same(o), o.options()...))), nil
		}
		err = r.Delete(ctx, key, o.options()...)
	case removeValue:
		err = r.DeleteValue(ctx, held.v.(*T))
	}
	return o.outcome(err), nil
}

func (p *programOf[T]) update(ctx context.Context, r *repo.Repo[T], o *op, held *value) (*result, *value) {
	if r = r.With(o.options()...); !o.andGet {
		return o.outcome(r.Update(ctx, p.keys[o.object], p.changes(o, held)...)), nil
	}
	v, err := repo.UpdateGet(ctx, r, p.keys[o.object], p.changes(o, held)...)
	var unread *repo.WrittenError
	switch {
	case errors.As(err, &unread):
		err = unread.Err
	case err != nil:
		return o.outcome(err), nil
	}
	out := &result{kind: done}
	out.then, held = p.got(ctx, o, v, err)
	return out, held
}

// changes are those of an Update.
func (p *programOf[T]) changes(o *op, held *value) (changes []lens.Change[T]) {
	for _, e := range o.edits {
		changes = append(changes, p.paths.Change(e))
	}
	if o.ifN != nil {
		changes = append(changes, repo.If(p.paths.N.Ge(*o.ifN)))
	}
	if o.unchanged != nil {
		changes = append(changes, repo.IfUnchanged(held.v.(*T)))
	}
	return changes
}

// look is every verb that reads.
func (p *programOf[T]) look(ctx context.Context, o *op) (r *result, held *value) {
	options, from, key := o.options(), p.repos[o.object], p.keys[o.object]
	var err error
	switch o.verb {
	case exists:
		var there bool
		there, err = from.Exists(ctx, key, options...)
		r = o.outcome(err)
		r.there = there
		return r, nil
	case read:
		var city string
		city, err = repo.Read(ctx, from, key, p.paths.City, options...)
		r = o.outcome(err)
		r.texts = []string{city}
		return r, nil
	case readAll:
		var cities []string
		cities, err = repo.ReadAll(ctx, from, key, p.paths.Cities, options...)
		r = o.outcome(err)
		r.texts = cities
		return r, nil
	case getPart:
		options = append(options, p.parts[o.part])
	}
	var v *T
	switch o.how {
	case byScan:
		err = repo.ErrNotFound
		for found, e := range from.Scan(ctx, options...) {
			if v, err = found, e; e != nil || p.content(v).Rank == rank(o.object) {
				break
			}
			v, err = nil, repo.ErrNotFound
		}
	case byMany:
		found, e := from.GetMany(ctx, p.same(o), options...)
		if err = oneOf(e); err != nil {
			break
		}
		if v = found[2]; v == nil {
			err = repo.ErrNotFound
		}
		if found[1] != nil || (v == nil) != (found[0] == nil) || v != nil && p.content(v).String() != p.content(found[0]).String() {
			return &result{kind: broken, err: fmt.Errorf("GetMany returned %v", found)}, nil
		}
	default:
		v, err = from.Get(ctx, key, options...)
	}
	return p.got(ctx, o, v, err)
}

// same are the keys of a call by many for one object.
func (p *programOf[T]) same(o *op) []repo.Key[T] {
	return []repo.Key[T]{p.keys[o.object], p.absent, p.keys[o.object]}
}

// oneOf is the error at the last place of a call by many.
func oneOf(err error) error {
	if many, ok := errors.AsType[*repo.BatchError](err); ok {
		return many.Errs[2]
	}
	return err
}

// got is what a Get returned.
func (p *programOf[T]) got(ctx context.Context, o *op, v *T, err error) (r *result, held *value) {
	if r = o.outcome(err); err != nil {
		return r, nil
	}
	held = p.known(ctx, v)
	held.partial = o.verb == getPart
	r.there, r.content = true, held.content
	if p.record != nil {
		r.version, r.id = held.basis.version, held.basis.id
		if held.basis.id == 0 {
			held.basis.content, held.basis.age = held.content, o.age
		}
	}
	return r, held
}

// options are those of the call.
func (o *op) options() (out []repo.CallOption) {
	given := func(yes bool, option func() repo.CallOption) {
		if yes {
			out = append(out, option())
		}
	}
	given(o.keep, repo.KeepShards)
	given(o.mustExist, repo.MustExist)
	given(o.ensure, repo.EnsureParents)
	given(o.overwrite, repo.Overwrite)
	given(o.rewrite, repo.Rewrite)
	given(o.relaxed, relaxed)
	given(o.stale, repo.Eventually)
	return out
}

func relaxed() repo.CallOption { return repo.Relaxed() }

// outcome classifies an error. An error that the verb must not return is
// broken.
func (o *op) outcome(err error) *result {
	r := &result{kind: o.kindOf(err), err: err}
	switch r.kind {
	case notFound, existing, conflict, noPath, condition:
		r.err = nil // the kind says everything
	}
	return r
}

func (o *op) kindOf(err error) kind {
	is := func(kinds ...error) bool {
		for _, k := range kinds {
			if errors.Is(err, k) {
				return true
			}
		}
		return false
	}
	switch {
	case err == nil:
		return done
	case is(repo.ErrOutcomeUnknown):
		return unknown
	case is(repo.ErrCorrupt, repo.ErrSchemaTooNew, repo.ErrTooLarge):
		return broken
	case is(repo.ErrInvalid, repo.ErrNotLoaded):
		if o.mayRefuse {
			return refused
		}
		return broken
	case is(repo.ErrNotFound):
		return notFound
	case is(repo.ErrExists):
		return existing
	case is(repo.ErrConflict):
		return conflict
	case is(repo.ErrNoPath):
		return noPath
	case is(repo.ErrCondition):
		return condition
	}
	return nothing // throttled, contended, busy, cancelled, or no read came through
}
