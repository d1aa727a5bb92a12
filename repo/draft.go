package repo

import (
	"context"
	"reflect"

	"github.com/dystore/dystore/internal/codec"
	"github.com/dystore/dystore/internal/fail"
	"github.com/dystore/dystore/internal/item"
	"github.com/dystore/dystore/internal/record"
	"github.com/dystore/dystore/internal/rules"
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
// one, nil otherwise. Parts that were not read, or that stay, are not validated.
func (w *writer) draft(ctx context.Context, ptr reflect.Value, given *storedKey, opts writeOptions) (*draft, error) {
	if ptr.IsNil() {
		return nil, fail.Withf(ErrInvalid, "the %s is nil", ptr.Type())
	}
	return w.draftBut(ctx, ptr, given, w.s.unasked(w.s.snapshot(ptr), opts.keepShards))
}

// draftBut is draft with the gaps that are not validated.
func (w *writer) draftBut(ctx context.Context, ptr reflect.Value, given *storedKey, gaps []*rules.Gap) (*draft, error) {
	d := &draft{ptr: ptr, value: reflect.New(w.s.typ)}
	d.value.Elem().Set(ptr.Elem())
	if err := w.keyOf(d, given); err != nil {
		return nil, err
	}
	doc, err := codec.EncodeStruct(w.s.codec, d.value.Elem())
	if err != nil { // first: of a value that holds itself the validator finds no end
		return d, fail.Withf(ErrInvalid, "%w", err)
	}
	if err := w.s.validateValue(ctx, d.value, gaps); err != nil {
		return d, err
	}
	for _, a := range w.s.key.attrs {
		delete(doc, a.name)
	}
	d.doc = doc
	return d, nil
}

// keyOf finds the key of a value: given, in its fields, remembered from a read
// (a detached key), or generated.
func (w *writer) keyOf(d *draft, given *storedKey) error {
	spec := w.s.key
	switch {
	case spec.detached && given != nil:
		d.key = *given
	case given != nil:
		return fail.Withf(ErrInvalid, "the model keeps its key in a field; CreateAt and PutAt are for repo.DetachedKey")
	case spec.detached:
		if snap := w.s.snapshot(d.ptr); snap != nil && snap.Table == w.s.root {
			d.key = storedKey{parts: snap.Key}
			break
		}
		if spec.generate[0] == nil {
			return fail.Withf(ErrInvalid, "the key is not in the model and nothing generates it; use CreateAt or PutAt")
		}
		v, err := w.generate(d, 0)
		if err != nil {
			return err
		}
		d.key = spec.key(v)
	default:
		values := w.keyFields(d.value)
		for i, a := range spec.attrs {
			if spec.generate[i] == nil || !values[i].IsZero() {
				continue
			}
			v, err := w.generate(d, i)
			if err != nil {
				return err
			}
			a.set(d.value.Elem(), v)
			values[i] = v
		}
		d.key = spec.key(values...)
	}
	return w.s.checkKey(d.key)
}

// keyPresent returns the key that a value has.
func (w *writer) keyPresent(ptr reflect.Value) (storedKey, error) {
	d := &draft{ptr: ptr, value: ptr}
	err := w.presentKey(d)
	return d.key, err
}

// presentKey finds the key that a value has; it generates none.
func (w *writer) presentKey(d *draft) error {
	if !w.s.key.detached {
		d.key = w.s.key.key(w.keyFields(d.value)...)
	} else if snap := w.s.snapshot(d.ptr); snap != nil && snap.Table == w.s.root {
		d.key = storedKey{parts: snap.Key}
	} else {
		return fail.Withf(ErrInvalid, "the key is not in the model, and the value was not read")
	}
	return w.s.checkKey(d.key)
}

func (w *writer) keyFields(ptr reflect.Value) []reflect.Value {
	values := make([]reflect.Value, len(w.s.key.attrs))
	for i, a := range w.s.key.attrs {
		// A key is never behind a pointer, so it is always there.
		values[i], _ = a.get(ptr.Elem())
	}
	return values
}

// generate makes a part of the key.
func (w *writer) generate(d *draft, part int) (reflect.Value, error) {
	// The generator gets the copy: what it may do to its argument stays there.
	v, err := w.s.key.generate[part](d.value)
	if err != nil {
		return v, fail.Withf(ErrInvalid, "key: %w", err)
	}
	d.made = append(d.made, part)
	return v, nil
}

// publish writes back what the caller is to learn: a generated key, the record.
func (w *writer) publish(d *draft, snap *record.Snapshot) {
	if !w.s.key.detached {
		for _, part := range d.made {
			a := w.s.key.attrs[part]
			v, _ := a.get(d.value.Elem())
			a.set(d.ptr.Elem(), v)
		}
	}
	w.s.setRecord(d.ptr, snap)
}
