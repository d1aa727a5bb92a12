package write

import (
	"reflect"
	"slices"

	"github.com/dystore/dystore/internal/attr"
	"github.com/dystore/dystore/internal/codec"
	"github.com/dystore/dystore/internal/schema"
	"github.com/dystore/dystore/internal/towire"
	"github.com/dystore/dystore/internal/wire"
)

// Between the value and the request nobody looks at most attributes of a root item, or at
// what parts hold. With the records they are written as JSON at once, without attribute
// values: [wire.Written]. Whatever turns out to need attribute values expands the document.

// straight is what a model has of such attributes in its root items.
type straight struct {
	attributes *towire.Item // nil: none
	rest       *codec.Codec // the others
}

func straightOf(s *schema.Schema) *straight {
	x := &straight{}
	if s.Codec.Err() != nil || s.Codec.Kind() != codec.Struct || s.Typ.Kind() != reflect.Struct {
		return x
	}
	written := func(name string) bool { return !looked(s, name) }
	if x.attributes = towire.Of(s.Codec).Attributes(written); x.attributes != nil {
		x.rest = codec.Except(s.Codec, func(f *codec.Field) bool { return written(f.Name) })
	}
	return x
}

// looked reports whether a write of an object looks at an attribute of its root item, or at
// something inside of it: to divide or to encrypt it, for a key, a unique value or the time
// when the object ends.
func looked(s *schema.Schema, name string) bool {
	if s.IsKey(attr.Names(name)) || s.InIndex(attr.Names(name)) || s.Tags.Has(name) || name == s.TTL || name == s.MetaAttr {
		return true
	}
	within := func(p attr.Path) bool { return len(p) > 0 && p[0].Name == name }
	for _, p := range s.Tree.All {
		if within(p.Path) {
			return true
		}
	}
	for _, u := range s.Uniques {
		if slices.ContainsFunc(u.Fields, func(f schema.UniqueField) bool { return within(f.Path) }) {
			return true
		}
	}
	sealed, ok := s.Sealing.Names("")
	return !ok || sealed != nil && sealed([]byte(name))
}

// Straight lets documents have attributes that are written: the client sends them.
func (w *Writer) Straight() { w.straight = straightOf(w.Schema) }

// writes reports whether what a draft becomes may be written: the draft is of a verb that
// names the value.
func (w *Writer) writes(d *Draft) bool { return w.straight != nil && d.straight }

// encoded is the document of a value, but for some fields.
func (w *Writer) encoded(d *Draft, without []*codec.Field) (attrs, error) {
	if v := d.value.Elem(); w.writes(d) && w.straight.attributes != nil {
		// Of a value that cannot be written the codec says why.
		if written, err := w.straight.attributes.Write(v); err == nil {
			doc, err := codec.EncodeStruct(w.straight.rest, v, without...)
			if err == nil && len(written.JSON) > 0 {
				doc[wire.WrittenName] = written
			}
			return doc, err
		}
	}
	return codec.EncodeStruct(w.Schema.Codec, d.value.Elem(), without...)
}

// looksInto reports whether a plan over b looks at more of a document than the model says:
// what is stored has something of another version of the program, or no record.
func (o *whole) looksInto(b basis) bool {
	s := o.w.Schema
	switch {
	case o.obj.Staged, b.Read != nil:
		return true
	case b.Meta != nil && b.Meta.TTL != "" && b.Meta.TTL != s.TTL:
		return true
	}
	return b.snap != nil && (b.snap.Unknown != nil || b.Meta == nil || b.Meta.LayoutID != s.Tree.ID)
}
