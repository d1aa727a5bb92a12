package repo

import (
	"context"
	"reflect"

	"github.com/dystore/dystore/internal/codec"
	"github.com/dystore/dystore/internal/fail"
	"github.com/dystore/dystore/internal/item"
	"github.com/dystore/dystore/internal/record"
	"github.com/dystore/dystore/internal/rules"
	"github.com/dystore/dystore/internal/stored"
	"github.com/dystore/dystore/meta"
)

// draft is a whole object on its way out: the caller's value, its key and its
// logical document. The caller's value is not touched before the write is
// known to be done.
type draft struct {
	ptr   reflect.Value // *T of the caller
	value reflect.Value // *T, a shallow copy that has the key
	key   storedKey
	doc   attrs // without the key attributes
	made  []int // which parts of the key were generated

	replans bool // several writes may be planned of it
}

// document returns what a plan is made of, which changes it.
func (d *draft) document() attrs {
	if d.replans {
		return item.CloneMap(d.doc)
	}
	doc := d.doc
	d.doc = nil // it is not what it was
	return doc
}

// draft prepares ptr for a whole write. given is the key of a verb that names
// one, nil otherwise. gaps are parts of it that are not validated.
func (c *core) draft(ctx context.Context, ptr reflect.Value, given *storedKey, gaps []*rules.Gap) (*draft, error) {
	if ptr.IsNil() {
		return nil, fail.Withf(ErrInvalid, "the %s is nil", ptr.Type())
	}
	d := &draft{ptr: ptr, value: reflect.New(c.s.typ)}
	d.value.Elem().Set(ptr.Elem())
	if err := c.keyOf(d, given); err != nil {
		return nil, err
	}
	doc, err := codec.EncodeStruct(c.s.codec, d.value.Elem())
	if err != nil { // first: of a value that holds itself the validator finds no end
		return d, fail.Withf(ErrInvalid, "%w", err)
	}
	if err := c.validate(ctx, d.value, gaps); err != nil {
		return d, err
	}
	for _, a := range c.s.key.attrs {
		delete(doc, a.name)
	}
	d.doc = doc
	return d, nil
}

// keyOf finds the key of a value: given, in its fields, remembered from a read
// (a detached key), or generated.
func (c *core) keyOf(d *draft, given *storedKey) error {
	spec := c.s.key
	switch {
	case spec.detached && given != nil:
		d.key = *given
	case given != nil:
		return fail.Withf(ErrInvalid, "the model keeps its key in a field; CreateAt and PutAt are for repo.DetachedKey")
	case spec.detached:
		if snap := c.snapshot(d.ptr); snap != nil && snap.Table == c.s.table {
			d.key = storedKey{parts: snap.Key}
			break
		}
		if spec.generate[0] == nil {
			return fail.Withf(ErrInvalid, "the key is not in the model and nothing generates it; use CreateAt or PutAt")
		}
		v, err := c.generate(d, 0)
		if err != nil {
			return err
		}
		d.key = spec.key(v)
	default:
		values := c.keyFields(d.value)
		for i, a := range spec.attrs {
			if spec.generate[i] == nil || !values[i].IsZero() {
				continue
			}
			v, err := c.generate(d, i)
			if err != nil {
				return err
			}
			a.set(d.value.Elem(), v)
			values[i] = v
		}
		d.key = spec.key(values...)
	}
	return c.checkKey(d.key)
}

// presentKey finds the key that a value has; it generates none.
func (c *core) presentKey(d *draft) error {
	if !c.s.key.detached {
		d.key = c.s.key.key(c.keyFields(d.value)...)
	} else if snap := c.snapshot(d.ptr); snap != nil && snap.Table == c.s.table {
		d.key = storedKey{parts: snap.Key}
	} else {
		return fail.Withf(ErrInvalid, "the key is not in the model, and the value was not read")
	}
	return c.checkKey(d.key)
}

func (c *core) keyFields(ptr reflect.Value) []reflect.Value {
	values := make([]reflect.Value, len(c.s.key.attrs))
	for i, a := range c.s.key.attrs {
		// A key is never behind a pointer, so it is always there.
		values[i], _ = a.get(ptr.Elem())
	}
	return values
}

// generate makes a part of the key.
func (c *core) generate(d *draft, part int) (reflect.Value, error) {
	// The generator gets the copy: what it may do to its argument stays there.
	v, err := c.s.key.generate[part](d.value)
	if err != nil {
		return v, fail.Withf(ErrInvalid, "key: %w", err)
	}
	d.made = append(d.made, part)
	return v, nil
}

// snapshot is what the value remembers of its last read or write, nil if
// nothing that fits this repository.
func (c *core) snapshot(ptr reflect.Value) *record.Snapshot {
	if r := c.record(ptr); r != nil {
		return r.Snapshot()
	}
	return nil
}

// record is the value's meta.Record, nil if the model has none.
func (c *core) record(ptr reflect.Value) *meta.Record {
	if c.s.keep == nil {
		return nil
	}
	v, ok := c.s.keep.Get(ptr.Elem())
	if !ok {
		return nil
	}
	return v.Addr().Interface().(*meta.Record)
}

// done writes back what the caller is to learn: a generated key, the record.
func (c *core) done(d *draft, snap *record.Snapshot) {
	if !c.s.key.detached {
		for _, part := range d.made {
			a := c.s.key.attrs[part]
			v, _ := a.get(d.value.Elem())
			a.set(d.ptr.Elem(), v)
		}
	}
	c.setRecord(d.ptr, snap)
}

func (c *core) setRecord(ptr reflect.Value, snap *record.Snapshot) {
	if c.s.keep == nil || snap == nil {
		return
	}
	var r meta.Record
	if root := snap.Root; root != nil {
		r = meta.Record{
			Version: root.Version, WriteID: meta.WriteID(root.WriteID()),
			CreatedAt: root.Created, UpdatedAt: root.Updated,
		}
	}
	r.SetSnapshot(snap)
	c.s.keep.Set(ptr.Elem(), reflect.ValueOf(r))
}

// fits reports whether a snapshot is about the object with this key.
func (c *core) fits(snap *record.Snapshot, key storedKey) bool {
	return snap != nil && snap.Table == c.s.table && snap.Owner == stored.Owner(c.s.entity, key.parts)
}
