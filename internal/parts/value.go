package parts

import (
	"cmp"
	"errors"
	"reflect"
	"slices"

	"github.com/dystore/dystore/internal/codec"
	"github.com/dystore/dystore/internal/place"
	"github.com/dystore/dystore/internal/shape"
	"github.com/dystore/dystore/internal/snapshot"
	"github.com/dystore/dystore/internal/stored"
)

// Value is what a value of T has at one place. The document of T has it not.
type Value struct {
	*site
	value reflect.Value      // of the field, behind pointers
	elems []snapshot.Element // the part, or those of a list; of a map in the order of their names
	names []string           // of the entries of a map
	keys  reflect.Value      // a slice of its keys, in the order of names
}

// Of describes what a struct T has at the places in the short way: if it can be compared with
// what T was read with, or if T is over nothing that was read, and parts may be written as
// JSON.
func (s *Sites) Of(v reflect.Value, read *snapshot.Snapshot, writes bool) []*Value {
	fresh := read == nil && writes
	if len(s.all) == 0 || !fresh && !s.comparable(read) {
		return nil
	}
	all, d := make([]*Value, 0, len(s.all)), newDigester()
	for _, x := range s.all {
		if fresh && x.write == nil || !fresh && read.Unloaded[x.path] {
			continue
		}
		d.null = false
		// NULLs are trimmed off what is encrypted before it is compared.
		if value := x.describe(d, v); value != nil && !(d.null && s.schema.Sealing.Policy != nil) {
			all = append(all, value)
		}
	}
	return all
}

// comparable reports whether the parts of a value that was read so can be left as they are.
func (s *Sites) comparable(read *snapshot.Snapshot) bool {
	return read != nil && read.Root != nil && !read.Partial && !read.Damaged && read.Unknown == nil && len(read.Digests) > 0 &&
		read.Sealed == s.schema.Sealing.Encoded && read.Root.LayoutID == s.schema.Tree.ID
}

// Fields are those of T that the values are of.
func Fields(all []*Value) (fields []*codec.Field) {
	for _, x := range all {
		fields = append(fields, x.field)
	}
	return fields
}

// At is the value at a place, nil if it is in the document.
func At(all []*Value, p *place.Place) *Value {
	for _, x := range all {
		if x.place == p {
			return x
		}
	}
	return nil
}

// Elements describe the elements of a list; not ok if the value is none.
func (x *Value) Elements() (elems []snapshot.Element, ok bool) {
	if x.place.Kind != stored.List {
		return nil, false
	}
	return x.elems, true
}

// describe is the value of T at x, nil if there is none, or one that cannot be encoded.
func (x *site) describe(d *digester, of reflect.Value) *Value {
	v, ok := shape.Follow(of, x.field.Index)
	if !ok || x.field.Codec.Emptiness() != "" && codec.Empty(x.field.Codec, v) {
		return nil
	}
	for v.Kind() == reflect.Pointer {
		if v.IsNil() {
			return nil
		}
		v = v.Elem()
	}
	if k := v.Kind(); (k == reflect.Slice || k == reflect.Map) && v.IsNil() {
		return nil
	}
	out, err := &Value{site: x, value: v}, error(nil)
	switch x.place.Kind {
	case stored.One:
		out.elems = make([]snapshot.Element, 1)
		err = x.element(d, v, &out.elems[0])
	case stored.List:
		out.elems = make([]snapshot.Element, v.Len())
		for i := 0; i < len(out.elems) && err == nil; i++ {
			err = x.element(d, v.Index(i), &out.elems[i])
		}
	default:
		err = out.entries(d)
	}
	if err != nil {
		return nil // the codec says what is wrong
	}
	return out
}

// element describes one part.
func (x *site) element(d *digester, v reflect.Value, e *snapshot.Element) error {
	content, there, err := d.of(x.form, v, x.level)
	switch {
	case err != nil:
		return err
	case !there:
		e.Content, e.Nil = null, true
		return nil
	}
	d.null = d.null || d.form.Null
	e.Content = content
	e.Key, err = x.key.of(d, v)
	return err
}

var errSameName = errors.New("two keys of the map have one name")

// entries describes the entries of a map.
func (x *Value) entries(d *digester) error {
	t, n := x.value.Type(), x.value.Len()
	names := make([]named, 0, n)
	keys, val := reflect.MakeSlice(reflect.SliceOf(t.Key()), n, n), reflect.New(t.Elem()).Elem()
	elems := make([]snapshot.Element, n)
	for it := x.value.MapRange(); it.Next(); {
		i := len(names)
		keys.Index(i).SetIterKey(it)
		val.SetIterValue(it)
		name, err := x.field.Codec.MapKey(keys.Index(i))
		if err == nil {
			err = x.element(d, val, &elems[i])
		}
		if err != nil {
			return err
		}
		names = append(names, named{name, i})
	}
	slices.SortFunc(names, func(a, b named) int { return cmp.Compare(a.name, b.name) })
	x.names, x.elems = make([]string, n), make([]snapshot.Element, n)
	x.keys = reflect.MakeSlice(keys.Type(), n, n)
	for i, e := range names {
		if i > 0 && e.name == x.names[i-1] {
			return errSameName
		}
		x.names[i], x.elems[i] = e.name, elems[e.at]
		x.keys.Index(i).Set(keys.Index(e.at))
	}
	return nil
}

// named is an entry of a map, and its number in the order in which Go has the map.
type named struct {
	name string
	at   int
}
