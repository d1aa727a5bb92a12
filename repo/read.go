package repo

import (
	"context"
	"reflect"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/dystore/dystore/internal/fail"
	"github.com/dystore/dystore/internal/model"
	"github.com/dystore/dystore/internal/tables"
	"github.com/dystore/dystore/lens"
)

// Read returns one value of an object. It fetches what owns the path, and of
// that only the path, in one request wherever the path can be followed from
// the declaration alone. An absent value is the zero value of V, one below an
// absent parent ErrNoPath.
func Read[T, V any](ctx context.Context, r *Repo[T], key Key[T], path lens.Lens[T, V], opts ...CallOption) (v V, err error) {
	ctx, verb := r.c.reads(ctx, "Read", 1)
	defer verb.End(&err)
	found, err := r.c.readPath(ctx, key.k, path.ModelLens(), r.view.call("Read", opts))
	if err == nil && len(found) > 0 {
		err = r.c.read.Decode(key.k, path.ModelLens(), found[0], reflect.ValueOf(&v).Elem())
	}
	return v, r.c.fail("Read", key.k, [16]byte{}, err)
}

// ReadAll returns the values of a path through lists and maps: lists in order,
// maps in the order of their keys. What is below a nil element is left
// out; a nil list has no values.
func ReadAll[T, V any](ctx context.Context, r *Repo[T], key Key[T], path lens.Many[T, V], opts ...CallOption) (_ []V, err error) {
	ctx, verb := r.c.reads(ctx, "ReadAll", 1)
	defer verb.End(&err)
	found, err := r.c.readPath(ctx, key.k, path.ModelLens(), r.view.call("ReadAll", opts))
	if err != nil {
		return nil, r.c.fail("ReadAll", key.k, [16]byte{}, err)
	}
	out := make([]V, len(found))
	for i, av := range found {
		if err := r.c.read.Decode(key.k, path.ModelLens(), av, reflect.ValueOf(&out[i]).Elem()); err != nil {
			return nil, r.c.fail("ReadAll", key.k, [16]byte{}, err)
		}
	}
	return out, nil
}

func (c *core) readPath(ctx context.Context, key tables.Key, l *model.Lens, call call) ([]types.AttributeValue, error) {
	if l.Err != nil {
		return nil, fail.Withf(ErrInvalid, "%w", l.Err)
	}
	if err := beginAt(ctx, &c.s.Tables, call, key); err != nil {
		return nil, err
	}
	return c.read.Values(ctx, key, l, !call.read.Eventually)
}
