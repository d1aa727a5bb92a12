package repo

import (
	"context"
	"errors"
	"reflect"

	"github.com/dystore/dystore/internal/commit"
	"github.com/dystore/dystore/internal/fail"
	"github.com/dystore/dystore/internal/tables"
)

// Refused returns the object that a write was refused for, as DynamoDB has returned
// it with the refusal, without a request: errors of Create, Put, Update, Delete and
// DeleteValue that are [ErrExists], [ErrConflict], [ErrCondition] or [ErrNoPath]. So
// a caller who is told that a condition does not hold sees what does.
//
// It is the root item: fields in parts are zero. A meta.Record says so, as after
// [RootOnly], so that Put over that version leaves the parts alone; without
// meta.Keep, do not put the value. It is not validated. Its encrypted fields are
// opened, which may ask a key source; hence ctx.
//
// Errors: [ErrNotFound] if there was no object. [ErrNotLoaded] if no object came
// with the refusal: a part has refused the write, it was refused before any
// request or by what was read before, or a list or map is divided between the
// root and its parts (shard.WhenOver), so that half of it would be no value.
// [ErrInvalid] if err is nil or another repository's. Get reads the object in all
// cases.
//
// As long as err is held, so is the item.
func (r *Repo[T]) Refused(ctx context.Context, err error) (*T, error) {
	key, ptr, err := r.c.refused(ctx, err)
	if err != nil {
		return nil, r.c.fail("Refused", key, [16]byte{}, err)
	}
	return ptr.Interface().(*T), nil
}

// refused is what an error has of the object that it is about.
func (c *core) refused(ctx context.Context, of error) (tables.Key, reflect.Value, error) {
	var none reflect.Value
	refusal, ok := errors.AsType[*commit.Refusal](of)
	switch {
	case ctx == nil:
		return tables.Key{}, none, fail.Withf(ErrInvalid, "the context is nil")
	case of == nil:
		return tables.Key{}, none, fail.Withf(ErrInvalid, "there is no error")
	case !ok && errors.Is(of, ErrNotFound):
		return tables.Key{}, none, ErrNotFound
	case !ok:
		return tables.Key{}, none, fail.Withf(ErrNotLoaded, "no object came with the error; Get reads it")
	case refusal.Object.Table != c.s.RootTable() || refusal.Object.Entity != c.s.Entity:
		return tables.Key{}, none, fail.Withf(ErrInvalid, "the error is about table %s and entity %q, of another repository", refusal.Object.Table, refusal.Object.Entity)
	}
	key := tables.Key{Parts: refusal.Object.Key}
	if len(refusal.Root) == 0 {
		return key, none, ErrNotFound
	}
	ptr, err := c.read.RootAlone(ctx, refusal.Root)
	return key, ptr, err
}
