package linear

import (
	"context"
	"encoding/binary"
	"errors"
	"fmt"

	"github.com/dystore/dystore/lens"
	"github.com/dystore/dystore/meta"
	"github.com/dystore/dystore/repo"
)

// program is a release as its clients use it, for any type.
type program interface {
	// do runs an operation. held is a value that an earlier one returned. do
	// returns the value that the program has afterwards, nil for none.
	do(ctx context.Context, o *op, held *value) (*result, *value)
	// partly is how many ways there are to read only a part of the object.
	partly() int
}

// value is a program's result of an operation: a *T and what it means.
type value struct {
	v       any
	basis   *basis
	partial bool     // read by RootOnly or Skip
	content *content // as the program sees it
}

// programOf is a program with the type T.
type programOf[T any] struct {
	repo     *repo.Repo[T]
	key      repo.Key[T]
	absent   repo.Key[T] // of no object
	detached bool
	paths    paths[T]
	content  func(*T) *content
	fill     func(*T, *content)
	record   func(*T) *meta.Record // nil: the type has none
	parts    []repo.CallOption     // what reads only a part
}

func (p *programOf[T]) partly() int { return len(p.parts) }

func writeID(n int) (id meta.WriteID) {
	binary.BigEndian.PutUint64(id[8:], uint64(n))
	return id
}

func numberOfID(id meta.WriteID) int { return int(binary.BigEndian.Uint64(id[8:])) }

func (p *programOf[T]) do(ctx context.Context, o *op, held *value) (*result, *value) {
	switch o.verb {
	case create, putBlind, putTracked, putRecord:
		return p.put(ctx, o, held)
	case get, getPart, exists, read, readAll:
		return p.look(ctx, o)
	}
	r := p.repo.With(repo.WithWriteID(writeID(o.writeID())))
	var err error
	switch o.verb {
	case update:
		return p.update(ctx, r, o, held)
	case modify:
		err = r.Modify(ctx, p.key, func(v *T) error {
			c := p.content(v)
			revise(c, o.edits)
			p.fill(v, c)
			return nil
		}, o.options()...)
	case remove:
		if o.how == byMany { // each of its writes has an id of its own
			return o.outcome(oneOf(p.repo.DeleteMany(ctx, p.keys(), o.options()...))), nil
		}
		err = r.Delete(ctx, p.key, o.options()...)
	case removeValue:
		err = r.DeleteValue(ctx, held.v.(*T))
	}
	return o.outcome(err), nil
}

// put is every verb that takes a value.
func (p *programOf[T]) put(ctx context.Context, o *op, held *value) (*result, *value) {
	v, c := new(T), o.value
	if held != nil {
		*v = *held.v.(*T)
		if c == nil {
			c = p.content(v)
			revise(c, o.edits)
		}
	}
	if c = c.clone(); o.keep && o.shards.home {
		c.Home.City = "not to be written"
	}
	p.fill(v, c)
	if o.verb == putRecord {
		*p.record(v) = meta.Record{Version: o.basis.version, WriteID: writeID(o.basis.id)}
	}
	before := p.known(v)
	options := append(o.options(), repo.WithWriteID(writeID(o.writeID())))
	var err error
	switch {
	case o.verb == create && p.detached:
		err = p.repo.CreateAt(ctx, p.key, v, options...)
	case o.verb == create:
		_, err = p.repo.Create(ctx, v, options...)
	case p.detached:
		err = p.repo.PutAt(ctx, p.key, v, options...)
	default:
		_, err = p.repo.Put(ctx, v, options...)
	}
	r, after := o.outcome(err), p.known(v)
	if after.content.String() != c.String() || err != nil && after.basis != nil && *after.basis != *before.basis {
		return &result{kind: broken, err: fmt.Errorf("the caller's value became %v, %v", after.content, after.basis)}, nil
	}
	if err != nil || p.record == nil {
		return r, nil
	}
	r.version, r.id = after.basis.version, after.basis.id
	after.partial = held != nil && held.partial
	if o.keep { // its parts are not the stored ones
		return r, nil
	}
	return r, after
}

// known is a value with the state that its record names.
func (p *programOf[T]) known(v *T) *value {
	out := &value{v: v, content: p.content(v)}
	if p.record != nil {
		rec := p.record(v)
		out.basis = &basis{version: rec.Version, id: numberOfID(rec.WriteID)}
		if snap := rec.Snapshot(); snap != nil && !snap.Bare() {
			out.basis.birth = numberOfStored(snap.Root.Birth)
		}
	}
	return out
}

func (p *programOf[T]) update(ctx context.Context, r *repo.Repo[T], o *op, held *value) (*result, *value) {
	var changes []lens.Change[T]
	for _, e := range o.edits {
		changes = append(changes, p.paths.change(e))
	}
	if o.ifN != nil {
		changes = append(changes, repo.If(p.paths.n.Ge(*o.ifN)))
	}
	if o.unchanged != nil {
		changes = append(changes, repo.IfUnchanged(held.v.(*T)))
	}
	if r = r.With(o.options()...); !o.andGet {
		return o.outcome(r.Update(ctx, p.key, changes...)), nil
	}
	v, err := repo.UpdateGet(ctx, r, p.key, changes...)
	var unread *repo.WrittenError
	switch {
	case errors.As(err, &unread):
		err = unread.Err
	case err != nil:
		return o.outcome(err), nil
	}
	out := &result{kind: done}
	out.then, held = p.got(o, v, err)
	return out, held
}

// look is every verb that reads.
func (p *programOf[T]) look(ctx context.Context, o *op) (r *result, held *value) {
	options := o.options()
	var err error
	switch o.verb {
	case exists:
		var there bool
		there, err = p.repo.Exists(ctx, p.key, options...)
		r = o.outcome(err)
		r.there = there
		return r, nil
	case read:
		var city string
		city, err = repo.Read(ctx, p.repo, p.key, p.paths.city, options...)
		r = o.outcome(err)
		r.texts = []string{city}
		return r, nil
	case readAll:
		var cities []string
		cities, err = repo.ReadAll(ctx, p.repo, p.key, p.paths.cities, options...)
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
		for found, e := range p.repo.Scan(ctx, options...) {
			v, err = found, e
		}
	case byMany:
		found, e := p.repo.GetMany(ctx, p.keys(), options...)
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
		v, err = p.repo.Get(ctx, p.key, options...)
	}
	return p.got(o, v, err)
}

// keys are those of a call by many.
func (p *programOf[T]) keys() []repo.Key[T] { return []repo.Key[T]{p.key, p.absent, p.key} }

// oneOf is the error at the last place of a call by many.
func oneOf(err error) error {
	if many, ok := errors.AsType[*repo.BatchError](err); ok {
		return many.Errs[2]
	}
	return err
}

// got is what a Get returned.
func (p *programOf[T]) got(o *op, v *T, err error) (r *result, held *value) {
	if r = o.outcome(err); err != nil {
		return r, nil
	}
	held = p.known(v)
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
