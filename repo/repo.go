package repo

import (
	"context"
	"errors"
	"fmt"
	"reflect"

	"github.com/dystore/dystore/internal/commit"
	"github.com/dystore/dystore/internal/fail"
	"github.com/dystore/dystore/internal/model"
)

// Repo reads and writes objects of type T. It is safe for concurrent use;
// services hold a *Repo[T], and tests make one over the embedded engine.
type Repo[T any] struct {
	c    *core
	view callOptions
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
	s, err := compile(m.erase(), &cfg.settings)
	if err != nil {
		return nil, fmt.Errorf("repo.New: %w", err)
	}
	return &Repo[T]{c: newCore(client, s, &cfg), view: cfg.defaults}, nil
}

// With returns a view of the repository whose every call has opts. It is
// cheap, and the way to give options to Update. A view takes any option, and
// each verb of it those that it knows: see the table of options.
func (r *Repo[T]) With(opts ...CallOption) *Repo[T] {
	return &Repo[T]{c: r.c, view: r.view.with(opts)}
}

// Create writes an object that must not exist: ErrExists otherwise. It fills a
// generated key and the meta.Record of v when the write is done, and only
// then; the key is also returned beside ErrOutcomeUnknown.
func (r *Repo[T]) Create(ctx context.Context, v *T, opts ...CallOption) (Key[T], error) {
	return r.create(ctx, nil, v, opts)
}

// CreateAt is Create for a model whose key is detached.
func (r *Repo[T]) CreateAt(ctx context.Context, key Key[T], v *T, opts ...CallOption) error {
	_, err := r.create(ctx, &key.storedKey, v, opts)
	return err
}

func (r *Repo[T]) create(ctx context.Context, at *storedKey, v *T, opts []CallOption) (Key[T], error) {
	call := r.view.call("Create", opts)
	if err := beginWrite(ctx, &r.c.s.storage, call); err != nil {
		return r.refused("Create", nil, err)
	}
	d, err := r.c.write.draft(ctx, reflect.ValueOf(v), at, call.write)
	if err != nil {
		return r.refused("Create", d, err)
	}
	id, err := r.c.write.create(ctx, d, call.write)
	return Key[T]{d.key}, r.c.fail("Create", d.key, id, err)
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
// An untracked value (no meta.Keep, or a zero record) replaces whatever is
// stored, whole: the attributes and parts that it does not have are deleted,
// also those that the type does not know. That takes a second request, to find
// out which parts the stored object has. A raw item of the root's table that
// was decoded with attributevalue.UnmarshalMap is such a value: its parts were
// never read, and Put deletes them. Read objects with Get, Scan or Query.
func (r *Repo[T]) Put(ctx context.Context, v *T, opts ...CallOption) (Key[T], error) {
	return r.put(ctx, nil, v, opts)
}

// PutAt is Put for a model whose key is detached.
func (r *Repo[T]) PutAt(ctx context.Context, key Key[T], v *T, opts ...CallOption) error {
	_, err := r.put(ctx, &key.storedKey, v, opts)
	return err
}

func (r *Repo[T]) put(ctx context.Context, at *storedKey, v *T, opts []CallOption) (Key[T], error) {
	call := r.view.call("Put", opts)
	if err := beginWrite(ctx, &r.c.s.storage, call); err != nil {
		return r.refused("Put", nil, err)
	}
	d, err := r.c.write.draft(ctx, reflect.ValueOf(v), at, call.write)
	if err != nil {
		return r.refused("Put", d, err)
	}
	id, err := r.c.write.put(ctx, d, call.write)
	return Key[T]{d.key}, r.c.fail("Put", d.key, id, err)
}

// refused is the result of a write that never became a request.
func (r *Repo[T]) refused(op string, d *draft, err error) (Key[T], error) {
	var key storedKey
	if d != nil && len(d.made) == 0 {
		key = d.key
	}
	return Key[T]{key}, r.c.fail(op, key, [16]byte{}, err)
}

// Get reads a whole object in one committed state: ErrNotFound if there is none.
func (r *Repo[T]) Get(ctx context.Context, key Key[T], opts ...CallOption) (*T, error) {
	return r.get(ctx, key, r.view.call("Get", opts))
}

func (r *Repo[T]) get(ctx context.Context, key Key[T], call call) (*T, error) {
	err := beginAt(ctx, &r.c.s.storage, call, key.storedKey)
	var ptr reflect.Value
	if err == nil {
		ptr, _, err = r.c.read.read(ctx, key.storedKey, call.read)
	}
	if err != nil {
		return nil, r.c.fail("Get", key.storedKey, [16]byte{}, err)
	}
	return ptr.Interface().(*T), nil
}

// Exists reports whether an object has the key.
func (r *Repo[T]) Exists(ctx context.Context, key Key[T], opts ...CallOption) (bool, error) {
	call := r.view.call("Exists", opts)
	err := beginAt(ctx, &r.c.s.storage, call, key.storedKey)
	ok := false
	if err == nil {
		ok, err = r.c.read.exists(ctx, key.storedKey, !call.read.eventually)
	}
	return ok, r.c.fail("Exists", key.storedKey, [16]byte{}, err)
}

// Key returns the key that v has, without a request. It generates nothing.
func (r *Repo[T]) Key(v *T) (Key[T], error) {
	if v == nil {
		return Key[T]{}, r.c.fail("Key", storedKey{}, [16]byte{}, fail.Withf(ErrInvalid, "the value is nil"))
	}
	key, err := r.c.write.keyPresent(reflect.ValueOf(v))
	return Key[T]{key}, r.c.fail("Key", storedKey{}, [16]byte{}, err)
}

// Delete removes an object and all its parts. Deleting what does not exist
// succeeds, unless MustExist is given. It reads the stored record only: wrong
// values are not in its way, and a wrong record is not with Damaged.
func (r *Repo[T]) Delete(ctx context.Context, key Key[T], opts ...CallOption) error {
	id, err := remove(ctx, &r.c.write.remover, key.storedKey, r.view.call("Delete", opts))
	return r.c.fail("Delete", key.storedKey, id, err)
}

// DeleteValue removes an object only if it still is the version that v was
// read from or written as: ErrConflict otherwise. An item without a record must
// be as it was read, with all its attributes. The model needs meta.Keep.
func (r *Repo[T]) DeleteValue(ctx context.Context, v *T, opts ...CallOption) error {
	call := r.view.call("DeleteValue", opts)
	key, err := r.c.write.trackedKey(reflect.ValueOf(v))
	if err == nil {
		err = begin(ctx, call)
	}
	if err != nil {
		return r.c.fail("DeleteValue", key, [16]byte{}, err)
	}
	id, err := r.c.write.deleteValue(ctx, key, reflect.ValueOf(v), call.write)
	return r.c.fail("DeleteValue", key, id, err)
}

// Modify reads an object, lets change edit it, and writes it back over the
// version that was read; when another writer was faster it starts over. An
// error of change ends it and is returned as it is, with nothing written.
// change may run several times.
func (r *Repo[T]) Modify(ctx context.Context, key Key[T], change func(*T) error, opts ...CallOption) error {
	if change == nil {
		return r.c.fail("Modify", key.storedKey, [16]byte{}, fail.Withf(ErrInvalid, "the function is nil"))
	}
	call := r.view.call("Modify", opts)
	if err := beginAt(ctx, &r.c.s.storage, call, key.storedKey); err != nil {
		return r.c.fail("Modify", key.storedKey, [16]byte{}, err)
	}
	id, err := r.c.write.modify(ctx, key.storedKey, call.read, call.write, func(ptr reflect.Value) error {
		return change(ptr.Interface().(*T))
	})
	var own *commit.CallerError
	if errors.As(err, &own) {
		return own.Err
	}
	return r.c.fail("Modify", key.storedKey, id, err)
}
