package export

import (
	"context"
	"errors"
	"maps"
	"sync"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/dystore/dystore/internal/fail"
	"github.com/dystore/dystore/internal/fetch"
	"github.com/dystore/dystore/internal/item"
	"github.com/dystore/dystore/internal/load"
	"github.com/dystore/dystore/internal/sorted"
	"github.com/dystore/dystore/internal/stored"
	"github.com/dystore/dystore/internal/tables"
)

// Export returns the document of the object with a key, in one committed state. Nothing is
// opened: encrypted values are in it as they are stored.
func Export(ctx context.Context, t *load.Typed, key tables.Key) ([]byte, error) {
	seen := &recorder{Client: t.Fetch.Client, items: map[string]attrs{}}
	r := load.New(seen, t.Tables)
	r.Fetch.Alone = t.Fetch.Alone
	o := load.NewObject(key, nil)
	if err := r.Load(ctx, []*load.Object{o}, true, t.Schema.Fixed); err != nil {
		return nil, err
	}
	if o.Err != nil {
		return nil, o.Err
	}
	d := &document{entity: t.Tables.Entity, key: key.Parts, root: seen.of(t.Tables.RootItem(key))}
	if o.Meta != nil {
		if o.Meta.Large() { // a document has no pages and pieces
			d.root = maps.Clone(d.root)
			d.root[t.Tables.MetaAttr] = stored.Flat(d.root[t.Tables.MetaAttr], o.Meta)
		}
		for _, inst := range sorted.Keys(o.Meta.Parts) {
			loc := o.Meta.Locate(inst, key.Parts)
			d.parts = append(d.parts, part{inst, loc.Table, seen.of(t.Tables.PartItem(loc))})
		}
	}
	text, err := d.encode()
	if err != nil && !errors.Is(err, fail.ErrTooLarge) {
		err = fail.Withf(fail.ErrCorrupt, "%w", err)
	}
	return text, err
}

// recorder remembers the last that was read of each item. An object that is whole is made
// of these.
type recorder struct {
	fetch.Client
	mu    sync.Mutex // batches of large objects are read at the same time
	items map[string]attrs
}

func (r *recorder) of(it fetch.Item) attrs { return r.items[nameOf(it.Table, it.Key)] }

func (r *recorder) note(table string, key, it attrs) {
	if it != nil {
		r.mu.Lock()
		defer r.mu.Unlock()
		r.items[nameOf(table, key)] = item.CloneMap(it)
	}
}

// nameOf tells the items of all tables apart.
func nameOf(table string, key attrs) string {
	text, err := item.AppendCanonical(append([]byte(table), 0), &types.AttributeValueMemberM{Value: key})
	if err != nil {
		return "" // no item has such a key
	}
	return string(text)
}

func (r *recorder) GetItem(ctx context.Context, in *dynamodb.GetItemInput, opts ...func(*dynamodb.Options)) (*dynamodb.GetItemOutput, error) {
	out, err := r.Client.GetItem(ctx, in, opts...)
	if err == nil && out != nil {
		r.note(*in.TableName, in.Key, out.Item)
	}
	return out, err
}

func (r *recorder) BatchGetItem(ctx context.Context, in *dynamodb.BatchGetItemInput, opts ...func(*dynamodb.Options)) (*dynamodb.BatchGetItemOutput, error) {
	out, err := r.Client.BatchGetItem(ctx, in, opts...)
	if err != nil || out == nil {
		return out, err
	}
	for table, items := range out.Responses {
		for _, it := range items {
			key := attrs{}
			for name := range in.RequestItems[table].Keys[0] {
				key[name] = it[name]
			}
			r.note(table, key, it)
		}
	}
	return out, nil
}

func (r *recorder) TransactGetItems(ctx context.Context, in *dynamodb.TransactGetItemsInput, opts ...func(*dynamodb.Options)) (*dynamodb.TransactGetItemsOutput, error) {
	out, err := r.Client.TransactGetItems(ctx, in, opts...)
	if err == nil && out != nil {
		for i := range min(len(out.Responses), len(in.TransactItems)) {
			get := in.TransactItems[i].Get
			r.note(*get.TableName, get.Key, out.Responses[i].Item)
		}
	}
	return out, err
}

// held answers reads with the items of a document.
type held struct {
	fetch.Client // nil: there are no ranges
	items        map[string]attrs
}

func (h *held) add(it fetch.Item, with attrs) { h.items[nameOf(it.Table, it.Key)] = with }

// get is a copy: what reads an object takes its items apart.
func (h *held) get(table string, key attrs) attrs {
	it, ok := h.items[nameOf(table, key)]
	if !ok {
		return nil
	}
	return item.CloneMap(it)
}

func (h *held) GetItem(_ context.Context, in *dynamodb.GetItemInput, _ ...func(*dynamodb.Options)) (*dynamodb.GetItemOutput, error) {
	return &dynamodb.GetItemOutput{Item: h.get(*in.TableName, in.Key)}, nil
}

func (h *held) BatchGetItem(_ context.Context, in *dynamodb.BatchGetItemInput, _ ...func(*dynamodb.Options)) (*dynamodb.BatchGetItemOutput, error) {
	out := &dynamodb.BatchGetItemOutput{Responses: map[string][]map[string]types.AttributeValue{}}
	for table, of := range in.RequestItems {
		for _, key := range of.Keys {
			if it := h.get(table, key); it != nil {
				out.Responses[table] = append(out.Responses[table], it)
			}
		}
	}
	return out, nil
}

func (h *held) TransactGetItems(_ context.Context, in *dynamodb.TransactGetItemsInput, _ ...func(*dynamodb.Options)) (*dynamodb.TransactGetItemsOutput, error) {
	out := &dynamodb.TransactGetItemsOutput{}
	for _, x := range in.TransactItems {
		out.Responses = append(out.Responses, types.ItemResponse{Item: h.get(*x.Get.TableName, x.Get.Key)})
	}
	return out, nil
}

// owned reports whether a record of a part says that it is part inst of an owner, with the
// stamp of the manifest.
func owned(record types.AttributeValue, owner string, inst stored.Inst, stamp stored.ID) bool {
	rec, err := stored.DecodePart(record)
	return err == nil && rec.Stamp == stamp && rec.Owner == owner && rec.Inst == inst
}
