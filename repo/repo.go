package repo

import (
	"context"
	"errors"
	"fmt"
	"reflect"

	"github.com/dystore/dystore/internal/commit"
	"github.com/dystore/dystore/internal/fail"
	"github.com/dystore/dystore/internal/model"
	"github.com/dystore/dystore/internal/schema"
	"github.com/dystore/dystore/internal/tables"
	"github.com/dystore/dystore/internal/write"
)

// Repo reads and writes objects of type T. It is safe for concurrent use;
// services hold a *Repo[T], and tests make one over the embedded engine.
type Repo[T any] struct {
	c    *core
	view callOptions
	lender
}

// New checks a model and returns its repository. It sends no request. The
// error names every mistake of the declaration; errors.As finds the first
// DeclarationError.
func New[T any](client Client, m Model[T], opts ...Option) (*Repo[T], error) {
	cfg, err := newConfig("New", opts)
	if err != nil {
		return nil, fmt.Errorf("repo.New: %w", err)
	}
	if model.IsNil(client) {
		return nil, fmt.Errorf("repo.New: %w", fail.Withf(ErrInvalid, "the client is nil"))
	}
	sends, err := cfg.reach(client)
	if err != nil {
		return nil, fmt.Errorf("repo.New: %w", err)
	}
	s, err := schema.Compile(m.erase(), &cfg.Settings)
	if err != nil {
		return nil, fmt.Errorf("repo.New: %w", err)
	}
	return newRepo[T](newCore(client, sends, s, &cfg), cfg.defaults), nil
}

func newRepo[T any](c *core, view callOptions) *Repo[T] {
	return &Repo[T]{c, view, model.Lend(lent[T]{c, view})}
}

// With returns a view of the repository whose every call has opts. It is
// cheap, and the way to give options to Update. A view takes any option, and
// each verb of it those that it knows: see the table of options.
func (r *Repo[T]) With(opts ...CallOption) *Repo[T] {
	return newRepo[T](r.c, r.view.with(opts))
}

// Create writes an object that must not exist: ErrExists otherwise. It fills a
// generated key and the meta.Record of v when the write is done, and only
// then; the key is also returned beside ErrOutcomeUnknown.
func (r *Repo[T]) Create(ctx context.Context, v *T, opts ...CallOption) (Key[T], error) {
	return r.create(ctx, nil, v, opts)
}

// CreateAt is Create for a model whose key is detached.
func (r *Repo[T]) CreateAt(ctx context.Context, key Key[T], v *T, opts ...CallOption) error {
	_, err := r.create(ctx, &key.k, v, opts)
	return err
}

func (r *Repo[T]) create(ctx context.Context, at *tables.Key, v *T, opts []CallOption) (_ Key[T], err error) {
	ctx, verb := r.c.writes(ctx, "Create", 1)
	defer verb.End(&err)
	call := r.view.call("Create", opts)
	if err := beginWrite(ctx, &r.c.s.Tables, call); err != nil {
		return r.refused("Create", nil, err)
	}
	d, err := r.c.write.Draft(ctx, reflect.ValueOf(v), at, call.write)
	if err != nil {
		return r.refused("Create", d, err)
	}
	id, err := r.c.write.Create(ctx, d, call.write)
	return Key[T]{d.Key}, r.c.fail("Create", d.Key, id, err)
}

// Put writes an object whether it exists or not. A tracked value, one whose
// meta.Record came from a read or a write, replaces exactly the version it was
// read from, ErrConflict otherwise, and only parts that changed are written.
// What the type does not know of the object is kept. The record may have been
// through JSON or an ETag; then the object is read first.
//
// A value of an item without a record, which another program has written, is
// tracked as well: Put adopts the item if the attributes that the type knows
// are as they were read, and leaves the others alone.
//
// An untracked value (no meta.Keep, or a zero record) replaces what is stored,
// whole: the attributes and parts that it does not have are deleted,
// also those that the type does not know. That takes a second request, to find
// out which parts the stored object has. A raw item of the root's table that
// was decoded with attributevalue.UnmarshalMap is such a value: its parts were
// never read, and Put deletes them. Read objects with Get, Scan or Query.
func (r *Repo[T]) Put(ctx context.Context, v *T, opts ...CallOption) (Key[T], error) {
	return r.put(ctx, nil, v, opts)
}

// PutAt is Put for a model whose key is detached.
func (r *Repo[T]) PutAt(ctx context.Context, key Key[T], v *T, opts ...CallOption) error {
	_, err := r.put(ctx, &key.k, v, opts)
	return err
}

func (r *Repo[T]) put(ctx context.Context, at *tables.Key, v *T, opts []CallOption) (_ Key[T], err error) {
	ctx, verb := r.c.writes(ctx, "Put", 1)
	defer verb.End(&err)
	call := r.view.call("Put", opts)
	if err := beginWrite(ctx, &r.c.s.Tables, call); err != nil {
		return r.refused("Put", nil, err)
	}
	d, err := r.c.write.Draft(ctx, reflect.ValueOf(v), at, call.write)
	if err != nil {
		return r.refused("Put", d, err)
	}
	id, err := r.c.write.Put(ctx, d, call.write)
	return Key[T]{d.Key}, r.c.fail("Put", d.Key, id, err)
}

// refused is the result of a write that never became a request.
func (r *Repo[T]) refused(op string, d *write.Draft, err error) (Key[T], error) {
	key := d.FirmKey()
	return Key[T]{key}, r.c.fail(op, key, [16]byte{}, err)
}

// Get reads a whole object in one committed state: ErrNotFound if there is none.
func (r *Repo[T]) Get(ctx context.Context, key Key[T], opts ...CallOption) (*T, error) {
	return r.get(ctx, key, r.view.call("Get", opts))
}

func (r *Repo[T]) get(ctx context.Context, key Key[T], call call) (_ *T, err error) {
	ctx, verb := r.c.reads(ctx, "Get", 1)
	defer verb.End(&err)
	err = beginAt(ctx, &r.c.s.Tables, call, key.k)
	var ptr reflect.Value
	if err == nil {
		ptr, _, err = r.c.read.Get(ctx, key.k, call.read)
	}
	return valueOf[T](ptr), r.c.fail("Get", key.k, [16]byte{}, err)
}

// valueOf is a value that was read, nil if none was.
func valueOf[T any](ptr reflect.Value) *T {
	if !ptr.IsValid() {
		return nil
	}
	return ptr.Interface().(*T)
}

// Exists reports whether an object has the key.
func (r *Repo[T]) Exists(ctx context.Context, key Key[T], opts ...CallOption) (ok bool, err error) {
	ctx, verb := r.c.reads(ctx, "Exists", 1)
	defer verb.End(&err)
	call := r.view.call("Exists", opts)
	err = beginAt(ctx, &r.c.s.Tables, call, key.k)
	if err == nil {
		ok, err = r.c.read.Exists(ctx, key.k, !call.read.Eventually)
	}
	return ok, r.c.fail("Exists", key.k, [16]byte{}, err)
}

// Key returns the key that v has, without a request. It generates nothing.
func (r *Repo[T]) Key(v *T) (Key[T], error) {
	if v == nil {
		return Key[T]{}, r.c.fail("Key", tables.Key{}, [16]byte{}, fail.Withf(ErrInvalid, "the value is nil"))
	}
	key, err := r.c.write.KeyOf(reflect.ValueOf(v))
	return Key[T]{key}, r.c.fail("Key", tables.Key{}, [16]byte{}, err)
}

// Delete removes an object and all its parts. Deleting what does not exist
// succeeds, unless MustExist is given. It reads the stored record only: wrong
// values are not in its way, and a wrong record is not with Damaged.
func (r *Repo[T]) Delete(ctx context.Context, key Key[T], opts ...CallOption) (err error) {
	ctx, verb := r.c.writes(ctx, "Delete", 1)
	defer verb.End(&err)
	id, err := remove(ctx, r.c.write.Remover, key.k, r.view.call("Delete", opts))
	return r.c.fail("Delete", key.k, id, err)
}

// DeleteValue removes an object only if it still is the version that v was
// read from or written as: ErrConflict otherwise. An item without a record must
// be as it was read, with all its attributes. The model needs meta.Keep.
func (r *Repo[T]) DeleteValue(ctx context.Context, v *T, opts ...CallOption) (err error) {
	ctx, verb := r.c.writes(ctx, "DeleteValue", 1)
	defer verb.End(&err)
	call := r.view.call("DeleteValue", opts)
	key, err := r.c.write.TrackedKey(reflect.ValueOf(v))
	if err == nil {
		err = begin(ctx, call)
	}
	if err != nil {
		return r.c.fail("DeleteValue", key, call.id(), err)
	}
	id, err := r.c.write.DeleteValue(ctx, key, reflect.ValueOf(v), call.write)
	return r.c.fail("DeleteValue", key, id, err)
}

// Modify reads an object, lets change edit it, and writes it back over the
// version that was read; when another writer was faster it starts over. If
// change returns an error, nothing is written and Modify returns that error.
// change may run several times.
func (r *Repo[T]) Modify(ctx context.Context, key Key[T], change func(*T) error, opts ...CallOption) (err error) {
	ctx, verb := r.c.writes(ctx, "Modify", 1)
	defer verb.End(&err)
	if change == nil {
		return r.c.fail("Modify", key.k, [16]byte{}, fail.Withf(ErrInvalid, "the function is nil"))
	}
	call := r.view.call("Modify", opts)
	if err := beginAt(ctx, &r.c.s.Tables, call, key.k); err != nil {
		return r.c.fail("Modify", key.k, call.id(), err)
	}
	id, err := r.c.write.Modify(ctx, key.k, call.read, call.write, func(ptr reflect.Value) error {
		return change(ptr.Interface().(*T))
	})
	var own *commit.CallerError
	if errors.As(err, &own) {
		return own.Err
	}
	return r.c.fail("Modify", key.k, id, err)
}
