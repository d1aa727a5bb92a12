package repo

import (
	"context"
	"errors"
	"fmt"
	"reflect"
	"strings"

	"github.com/dystore/dystore/internal/tables"
	"github.com/dystore/dystore/internal/traced"
	"github.com/dystore/dystore/internal/write"
)

// BatchError is the error of GetMany, PutMany or DeleteMany if some of it failed.
// What its Errs do not name was done. errors.Is and errors.As look into all of
// them.
type BatchError struct {
	// Errs is parallel to the keys or values of the call: nil where it worked,
	// otherwise an *Error.
	Errs []error
}

// shownErrors is how many errors a BatchError has in its text.
const shownErrors = 3

func (e *BatchError) Error() string {
	op, failed := "", 0
	var shown []string
	for at, err := range e.Errs {
		if err == nil {
			continue
		}
		if failed++; failed > shownErrors {
			continue
		}
		where, cause := fmt.Sprint("at ", at), err
		if one, ok := errors.AsType[*Error](err); ok {
			op, cause = one.Op+" "+one.Table+": ", one.Err
			if one.Key != "" {
				where = one.Key + " " + where
			}
			if one.Path != "" {
				where += ", " + one.Path
			}
		}
		shown = append(shown, where+": "+cause.Error())
	}
	if failed > shownErrors {
		shown = append(shown, fmt.Sprint(failed-shownErrors, " more"))
	}
	return fmt.Sprintf("repo: %s%d of %d failed: %s", op, failed, len(e.Errs), strings.Join(shown, "; "))
}

// Unwrap returns the errors that are not nil.
func (e *BatchError) Unwrap() []error {
	var errs []error
	for _, err := range e.Errs {
		if err != nil {
			errs = append(errs, err)
		}
	}
	return errs
}

// batch collects the errors of a call by position.
type batch struct {
	c    *core
	op   string
	n    int
	errs []error // nil: there is none yet

	absent int64 // objects that do not exist, which is no error
}

func (b *batch) note(at int, key tables.Key, id [16]byte, err error) {
	if err == nil {
		return
	}
	if b.errs == nil {
		b.errs = make([]error, b.n)
	}
	b.errs[at] = b.c.fail(b.op, key, id, err)
}

// err is the error of the call, of which verb is told.
func (b *batch) err(verb *traced.Verb) error {
	failed := int64(0)
	for _, err := range b.errs {
		if err != nil {
			failed++
		}
	}
	verb.Count(int64(b.n)-b.absent-failed, failed)
	if b.errs == nil {
		return nil
	}
	return &BatchError{b.errs}
}

// beginMany is begin for a call that says for each position that its context has
// ended.
func beginMany(ctx context.Context, call call) error {
	if ctx == nil {
		return begin(ctx, call)
	}
	return call.err
}

// GetMany reads the objects with keys: any number of them, each whole and in one
// committed state, though not all at one moment. The result is in the order of the
// keys, with nil where there is no object, which is no error. A key that occurs
// several times is read once, and each of its positions gets a value of its own.
//
// Root items, and the parts whose keys follow from the declaration, are read
// together, 100 items in a request: 100 objects of one item are one request, and
// 100 objects with 3 fixed parts are four. The elements of lists and maps that are
// items follow, together as well. At most 8 requests are under way at a time.
// Items that DynamoDB leaves unprocessed are asked for again.
//
// An object that cannot be read is an error at its position, and the others are
// returned. An error of the table or of the context ends the call: every object
// that has not been read has it. The error is a *BatchError, unless the call
// itself is wrong.
func (r *Repo[T]) GetMany(ctx context.Context, keys []Key[T], opts ...CallOption) (_ []*T, err error) {
	ctx, verb := r.c.reads(ctx, "GetMany", len(keys))
	defer verb.End(&err)
	call := r.view.call("GetMany", opts)
	if err := beginMany(ctx, call); err != nil {
		return nil, r.c.fail("GetMany", tables.Key{}, [16]byte{}, err)
	}
	erased := eraseKeys(keys)
	found, err := r.c.read.Many(ctx, erased, call.read)
	if err != nil {
		return nil, r.c.fail("GetMany", tables.Key{}, [16]byte{}, err)
	}
	out, b := make([]*T, len(keys)), &batch{c: r.c, op: "GetMany", n: len(keys)}
	for at, f := range found {
		b.note(at, erased[at], [16]byte{}, f.Err)
		if out[at] = valueOf[T](f.Value); out[at] == nil && f.Err == nil {
			b.absent++
		}
	}
	return out, b.err(verb)
}

// PutMany writes values as Put does. Each is a write of its own, with a write id
// and an outcome of its own, and they have no order; what is to be written all or
// not at all needs a transaction. The keys that it returns are parallel to the
// values, zero where a value has none. The generated key and the meta.Record of a
// value are filled when its write is done, and only then.
//
// At most 8 writes are under way at a time. What the writes of untracked values
// are made over is read before, 100 objects in a request: 100 objects of one item
// are one request and 100 writes.
//
// A value that cannot be written is an error at its position, and the others are
// written. Two values with one key, or the same pointer twice, are both refused
// before any request, with ErrInvalid: their writes would have no order. When the
// context ends, or 8 writes in a row have failed for reasons that are not about
// their object, no other write is begun, and the values that are left have that
// error. They are not written. The error is a *BatchError, unless the call itself
// is wrong.
//
// WithWriteID is for one write of one object, and refused here, also in a view. A
// detached key is the one that a value was read with, or generated; values with
// other keys are for PutAt.
func (r *Repo[T]) PutMany(ctx context.Context, values []*T, opts ...CallOption) (_ []Key[T], err error) {
	ctx, verb := r.c.writes(ctx, "PutMany", len(values))
	defer verb.End(&err)
	call := r.view.call("PutMany", opts)
	if err := beginMany(ctx, call); err != nil {
		return nil, r.c.fail("PutMany", tables.Key{}, [16]byte{}, err)
	}
	erased := make([]reflect.Value, len(values))
	for i, v := range values {
		erased[i] = reflect.ValueOf(v)
	}
	results := r.c.write.PutMany(ctx, erased, call.write)
	keys := make([]Key[T], len(values))
	for i := range results {
		keys[i] = Key[T]{results[i].Key}
	}
	return keys, r.c.failures("PutMany", results, verb)
}

// DeleteMany removes the objects with keys, and all their parts, as Delete does.
// Each is a write of its own, with an outcome of its own. A key that occurs
// several times is deleted once, and each of its positions has that outcome. It
// sends requests, and ends early, as PutMany does: 100 objects of one item are one
// request and 100 writes.
func (r *Repo[T]) DeleteMany(ctx context.Context, keys []Key[T], opts ...CallOption) (err error) {
	ctx, verb := r.c.writes(ctx, "DeleteMany", len(keys))
	defer verb.End(&err)
	call := r.view.call("DeleteMany", opts)
	if err := beginMany(ctx, call); err != nil {
		return r.c.fail("DeleteMany", tables.Key{}, [16]byte{}, err)
	}
	return r.c.failures("DeleteMany", r.c.write.Remover.DeleteMany(ctx, eraseKeys(keys), call.write), verb)
}

// failures is the error of writes of many objects.
func (c *core) failures(op string, results []write.Result, verb *traced.Verb) error {
	b := &batch{c: c, op: op, n: len(results)}
	for at := range results {
		r := &results[at]
		b.note(at, r.Key, r.ID, r.Err)
	}
	return b.err(verb)
}

func eraseKeys[T any](keys []Key[T]) []tables.Key {
	erased := make([]tables.Key, len(keys))
	for i, k := range keys {
		erased[i] = k.k
	}
	return erased
}
