package write

import (
	"context"
	"reflect"

	"github.com/dystore/dystore/internal/fail"
	"github.com/dystore/dystore/internal/item"
	"github.com/dystore/dystore/internal/parts"
	"github.com/dystore/dystore/internal/snapshot"
	"github.com/dystore/dystore/internal/tables"
)

// Draft is a whole object on its way out: the caller's value, its key and its
// logical document. The caller's value is not touched before the write is
// known to be done.
type Draft struct {
	ptr   reflect.Value // *T of the caller
	value reflect.Value // *T, a shallow copy that has the key
	Key   tables.Key
	doc   attrs // without the key attributes, and without parts
	made  []int // which parts of the key were generated

	over  *snapshot.Snapshot // what the write is over, as far as that is known by now
	parts []*parts.Value     // what can be compared with it, or written, before it is encoded

	straight bool // attributes of doc may be written
	replans  bool // several writes may be planned of it

	before    *Draft           // of the same operation: what it has generated is not made again
	generated [2]reflect.Value // parts of the key
}

// Together lets several writes be planned of the draft, as of one of several objects.
func (d *Draft) Together() { d.replans = true }

// FirmKey is the key, unless a part of it was generated: then there is no object
// with it.
func (d *Draft) FirmKey() tables.Key {
	if d == nil || len(d.made) > 0 {
		return tables.Key{}
	}
	return d.Key
}

// KeyLost reports whether a key was generated that nothing would tell the caller of an
// operation: it is neither in the value nor in its record.
func (w *Writer) KeyLost(d *Draft) bool {
	return w.Schema.Key.Detached && w.Schema.Keep == nil && len(d.made) > 0
}

// documentOf returns what a plan over read is made of, which changes the document. What a
// plan before has made something else of is encoded again, and so is what was compared with
// something else.
func (w *Writer) documentOf(ctx context.Context, d *Draft, read *snapshot.Snapshot) (attrs, []*parts.Value, error) {
	if len(d.parts) > 0 && d.over != read {
		d.doc, d.over = nil, read
	}
	if d.doc == nil {
		if err := w.document(ctx, d, func() error { return nil }); err != nil {
			return nil, nil, err
		}
	}
	return d.document(), d.parts, nil
}

func (d *Draft) document() attrs {
	if d.replans {
		return item.CloneMap(d.doc)
	}
	doc := d.doc
	d.doc = nil // it is not what it was
	return doc
}

// Draft prepares ptr for a whole write. given is the key of a verb that names
// one, nil otherwise. Parts that were not read, or that stay, are not validated.
func (w *Writer) Draft(ctx context.Context, ptr reflect.Value, given *tables.Key, opts Options) (*Draft, error) {
	return w.DraftAgain(ctx, ptr, given, opts, nil)
}

// DraftAgain is Draft for an operation that was drafted before: it has the key that
// was generated then. Without a draft before it is Draft.
func (w *Writer) DraftAgain(ctx context.Context, ptr reflect.Value, given *tables.Key, opts Options, before *Draft) (*Draft, error) {
	if ptr.IsNil() {
		return nil, fail.Withf(fail.ErrInvalid, "the %s is nil", ptr.Type())
	}
	d, err := w.keyed(ptr, given, before)
	if err == nil {
		d.straight = !opts.KeepShards && !opts.Rewrite
		err = w.encode(ctx, d, w.Schema.Snapshot(ptr), opts)
	}
	return d, err
}

// keyed begins a draft: with a key, and without a document.
func (w *Writer) keyed(ptr reflect.Value, given *tables.Key, before *Draft) (*Draft, error) {
	d := &Draft{ptr: ptr, value: reflect.New(w.Schema.Typ), before: before}
	d.value.Elem().Set(ptr.Elem())
	err := w.keyOf(d, given)
	d.before = nil // what it had generated is in d
	if err != nil {
		return nil, err
	}
	return d, nil
}

// encode gives a draft of a value its document, and validates what was read of the value,
// and is written.
func (w *Writer) encode(ctx context.Context, d *Draft, read *snapshot.Snapshot, opts Options) error {
	d.compare(read, opts)
	gaps := w.Schema.Unvalidated(read, opts.KeepShards)
	return w.document(ctx, d, func() error { return w.Schema.Validate(ctx, d.value, gaps) })
}

// compare lets parts be left as they were read.
func (d *Draft) compare(read *snapshot.Snapshot, opts Options) {
	if !opts.Overwrite && !opts.Rewrite && !opts.KeepShards {
		d.over = read
	}
}

// document gives a draft its document, if the value is right.
func (w *Writer) document(ctx context.Context, d *Draft, right func() error) error {
	d.parts = w.sites.Of(d.value.Elem(), d.over, w.writes(d))
	doc, err := w.encoded(d, parts.Fields(d.parts))
	if err != nil { // first: of a value that holds itself the validator finds no end
		return fail.Withf(fail.ErrInvalid, "%w", err)
	}
	if err := right(); err != nil {
		return err
	}
	for _, a := range w.Schema.Key.Attrs {
		delete(doc, a.Name)
	}
	if err := w.Schema.Tags.Give(ctx, d.Key, d.value, doc); err != nil {
		return err
	}
	d.doc = doc
	return w.Schema.IndexForm(doc)
}

// keyOf finds the key of a value: given, in its fields, remembered from a read
// (a detached key), or generated.
func (w *Writer) keyOf(d *Draft, given *tables.Key) error {
	spec := w.Schema.Key
	switch {
	case spec.Detached && given != nil:
		d.Key = *given
	case given != nil:
		return fail.Withf(fail.ErrInvalid, "the model keeps its key in a field; CreateAt and PutAt are for repo.DetachedKey")
	case spec.Detached:
		if snap := w.Schema.Snapshot(d.ptr); snap != nil && snap.Table == w.Schema.Root {
			d.Key = tables.Key{Parts: snap.Key}
			break
		}
		if spec.Generate[0] == nil {
			return fail.Withf(fail.ErrInvalid, "the key is not in the model and nothing generates it; use CreateAt or PutAt")
		}
		v, err := w.generate(d, 0)
		if err != nil {
			return err
		}
		d.Key = spec.Key(v)
	case spec.Joined != nil:
		d.Key = spec.Joined.KeyOf(d.value.Elem())
	default:
		values := w.keyFields(d.value)
		for i, a := range spec.Attrs {
			if spec.Generate[i] == nil || !values[i].IsZero() {
				continue
			}
			v, err := w.generate(d, i)
			if err != nil {
				return err
			}
			a.Set(d.value.Elem(), v)
			values[i] = v
		}
		d.Key = spec.Key(values...)
	}
	return w.Schema.CheckKey(d.Key)
}

// KeyOf returns the key that a value has.
func (w *Writer) KeyOf(ptr reflect.Value) (tables.Key, error) {
	d := &Draft{ptr: ptr, value: ptr}
	err := w.presentKey(d)
	return d.Key, err
}

// presentKey finds the key that a value has; it generates none.
func (w *Writer) presentKey(d *Draft) error {
	if j := w.Schema.Key.Joined; j != nil {
		d.Key = j.KeyOf(d.value.Elem())
	} else if !w.Schema.Key.Detached {
		d.Key = w.Schema.Key.Key(w.keyFields(d.value)...)
	} else if snap := w.Schema.Snapshot(d.ptr); snap != nil && snap.Table == w.Schema.Root {
		d.Key = tables.Key{Parts: snap.Key}
	} else {
		return fail.Withf(fail.ErrInvalid, "the key is not in the model, and the value was not read")
	}
	return w.Schema.CheckKey(d.Key)
}

func (w *Writer) keyFields(ptr reflect.Value) []reflect.Value {
	values := make([]reflect.Value, len(w.Schema.Key.Attrs))
	for i, a := range w.Schema.Key.Attrs {
		// A key is never behind a pointer, so it is always there.
		values[i], _ = a.Get(ptr.Elem())
	}
	return values
}

// generate makes a part of the key.
func (w *Writer) generate(d *Draft, part int) (reflect.Value, error) {
	var v reflect.Value
	if d.before != nil {
		v = d.before.generated[part]
	}
	if !v.IsValid() {
		// The generator gets the copy: what it may do to its argument stays there.
		var err error
		if v, err = w.Schema.Key.Generate[part](d.value); err != nil {
			return v, fail.Withf(fail.ErrInvalid, "key: %w", err)
		}
	}
	d.made = append(d.made, part)
	d.generated[part] = v
	return v, nil
}

// publish writes back what the caller is to learn: a generated key, the record.
func (w *Writer) publish(d *Draft, snap *snapshot.Snapshot) {
	if !w.Schema.Key.Detached {
		for _, part := range d.made {
			a := w.Schema.Key.Attrs[part]
			v, _ := a.Get(d.value.Elem())
			a.Set(d.ptr.Elem(), v)
		}
	}
	w.Schema.Tags.Copy(d.ptr, d.value)
	w.Schema.SetRecord(d.ptr, snap)
}
