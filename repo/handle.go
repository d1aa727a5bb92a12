package repo

import (
	"context"
	"reflect"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/dystore/dystore/internal/schema"
	"github.com/dystore/dystore/internal/tables"
	"github.com/dystore/dystore/meta"
)

// handle is what a repository is made of. It keeps the methods by which package
// dynamostore imports objects out of the documentation: they are about this module.
type handle[T any] struct {
	c    *core
	view callOptions
}

// ImportSchema is the model, nil of a repository that New has not made.
func (h handle[T]) ImportSchema() *schema.Schema {
	if h.c == nil {
		return nil
	}
	return h.c.s
}

// ImportCall reads the options of a call of another package.
func (h handle[T]) ImportCall(verb string, opts []CallOption) (start Cursor, dryRun bool, progress func(Progress), err error) {
	call := h.view.call(verb, opts)
	return call.startAt, call.dryRun, call.progress, call.err
}

// ImportKey is the key that v has, or the detached key with this value. It generates
// none: an import that is repeated must find what it has created.
func (h handle[T]) ImportKey(v *T, detached types.AttributeValue) (Key[T], error) {
	if h.c.s.Key.Detached {
		key := tables.Key{Parts: []types.AttributeValue{detached}}
		return Key[T]{key}, h.c.s.CheckKey(key)
	}
	key, err := h.c.write.KeyOf(reflect.ValueOf(v))
	return Key[T]{key}, err
}

// ImportOrigin is the id of the write that has created the object with a key, and
// whether there is an item with the key. The id is zero if the item has no record.
func (h handle[T]) ImportOrigin(ctx context.Context, key Key[T]) (id meta.WriteID, exists bool, err error) {
	item, err := h.c.s.ReadRecord(ctx, h.c.read.Fetch, key.k)
	if err != nil || item == nil {
		return id, false, err
	}
	m, err := h.c.s.RootMeta(item)
	if tables.IsOtherEntity(err) {
		return id, true, nil
	}
	if err != nil || m == nil {
		return id, true, err
	}
	return meta.WriteID(m.Birth), true, nil
}

// ImportCheck does all that Create does before its first request.
func (h handle[T]) ImportCheck(ctx context.Context, v *T, key Key[T]) error {
	var given *tables.Key
	if h.c.s.Key.Detached {
		given = &key.k
	}
	call := h.view.call("Create", nil)
	_, err := h.c.write.Draft(ctx, reflect.ValueOf(v), given, call.write)
	return err
}
