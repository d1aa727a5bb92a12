package load

import (
	"context"
	"reflect"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/dystore/dystore/internal/fail"
	"github.com/dystore/dystore/internal/item"
	"github.com/dystore/dystore/internal/tables"
	"github.com/dystore/dystore/internal/wire"
)

// Objects whose root item a write has brought.

// fromRoot begins an object whose root item is there. The client of a repository reads the
// pages of a manifest with the item. Where the item comes from elsewhere, the object is read
// as if only its key was known.
func (r *Reader) fromRoot(root attrs, sel *Selection) *Object {
	o := &Object{Key: tables.Key{Parts: make([]types.AttributeValue, len(r.Tables.Keys))}, sel: sel}
	for i, k := range r.Tables.Keys {
		o.Key.Parts[i] = root[k.Name]
	}
	if it := wire.Decoded(root); !r.Tables.Unread(it) {
		o.deliverRoot(r, it)
		r.settle(o, 0)
	}
	return o
}

// FromRoot returns the object of a root item, which it takes over, with the parts
// that opts does not leave out: they are read, and the root again if they are
// younger.
func (t *Typed) FromRoot(ctx context.Context, root attrs, opts Options) (reflect.Value, error) {
	sel, err := t.Select(opts)
	if err != nil {
		return reflect.Value{}, err
	}
	o := t.fromRoot(root, sel)
	if err := t.Load(ctx, []*Object{o}, true, nil); err != nil {
		return reflect.Value{}, err
	}
	if o.Err != nil {
		return reflect.Value{}, o.Err
	}
	ptr, _, err := t.finish(ctx, o)
	return ptr, err
}

// RootAlone returns what a root item holds, without a request and without
// validation. Parts are left out; if the model keeps a record, that says so. The
// parts of a list or map of which some are in the root cannot be left out.
func (t *Typed) RootAlone(ctx context.Context, root attrs) (reflect.Value, error) {
	sel := &Selection{Schema: t.Schema, Track: t.Schema.Keep != nil}
	for _, p := range t.Schema.Tree.All {
		sel.leaveOut(p)
	}
	o := t.fromRoot(item.CloneMap(root), sel)
	if o.root == nil && o.Err == nil {
		return reflect.Value{}, fail.Withf(fail.ErrNotLoaded, "the manifest is in other items; Get reads them")
	}
	if o.Err != nil {
		return reflect.Value{}, o.Err
	}
	if missing := o.missing(); len(missing) > 0 {
		return reflect.Value{}, fail.At(fail.Text(missing[0]), fail.Withf(fail.ErrNotLoaded, "the part cannot be left out: the stored list or map has elements in the root item too, or the object was divided by another declaration; Get reads it"))
	}
	ptr, snap, err := t.Decoded(ctx, o)
	if err != nil {
		return reflect.Value{}, err
	}
	t.Schema.SetRecord(ptr, snap)
	return ptr, nil
}
