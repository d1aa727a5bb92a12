package repo

import (
	"context"
	"reflect"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/dystore/dystore/internal/model"
	"github.com/dystore/dystore/internal/schema"
	"github.com/dystore/dystore/internal/tables"
	"github.com/dystore/dystore/meta"
)

// lender keeps lent out of the documentation.
type lender = model.Lender

// lent is what package dynamostore needs of a repository to import objects. It is
// about this module, so it is no part of a Repo that others see.
type lent[T any] struct {
	c    *core
	view callOptions
}

// ImportSchema is the model.
func (l lent[T]) ImportSchema() *schema.Schema { return l.c.s }

// ImportCall reads the options of a call of another package.
func (l lent[T]) ImportCall(verb string, opts []CallOption) (start Cursor, dryRun bool, progress func(Progress), err error) {
	call := l.view.call(verb, opts)
	return call.startAt, call.dryRun, call.progress, call.err
}

// ImportKey is the key that v has, or the detached key with this value. It generates
// none: an import that is repeated must find what it has created.
func (l lent[T]) ImportKey(v *T, detached types.AttributeValue) (Key[T], error) {
	if l.c.s.Key.Detached {
		key := tables.Key{Parts: []types.AttributeValue{detached}}
		return Key[T]{key}, l.c.s.CheckKey(key)
	}
	key, err := l.c.write.KeyOf(reflect.ValueOf(v))
	return Key[T]{key}, err
}

// ImportOrigin is the id of the write that has created the object with a key, and
// whether there is an item with the key. The id is zero if the item has no record.
func (l lent[T]) ImportOrigin(ctx context.Context, key Key[T]) (id meta.WriteID, exists bool, err error) {
	item, err := l.c.s.ReadRecord(ctx, l.c.read.Fetch, key.k)
	if err != nil || item == nil {
		return id, false, err
	}
	m, err := l.c.s.RootMeta(item)
	if tables.IsOtherEntity(err) {
		return id, true, nil
	}
	if err != nil || m == nil {
		return id, true, err
	}
	return meta.WriteID(m.Birth), !m.Void, nil // or an object is only on its way
}

// ImportCheck does all that Create does before its first request.
func (l lent[T]) ImportCheck(ctx context.Context, v *T, key Key[T]) error {
	var given *tables.Key
	if l.c.s.Key.Detached {
		given = &key.k
	}
	call := l.view.call("Create", nil)
	_, err := l.c.write.Draft(ctx, reflect.ValueOf(v), given, call.write)
	return err
}
