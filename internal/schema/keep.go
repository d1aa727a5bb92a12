package schema

import (
	"errors"
	"reflect"
	"slices"

	"github.com/dystore/dystore/internal/codec"
	"github.com/dystore/dystore/internal/model"
	"github.com/dystore/dystore/lens"
	"github.com/dystore/dystore/meta"
)

var recordType = reflect.TypeFor[meta.Record]()

// records refuses a meta.Record that is not kept. One among T's own fields was
// meant for meta.Keep, and without it every Put is blind: the last writer wins,
// though the type says otherwise; with repo.Plain it is said. One that would be
// stored is none anywhere: it is about another version of the object than the
// one it would be stored in.
// What is not stored and lies deeper is of another model, as of a customer that
// an order carries along.
func (c *compiler) records(d Declaration) {
	r := &recordFinder{c: c, kept: c.s.Plain}
	for _, p := range d.Parts {
		keep, ok := p.(*model.Keep)
		r.kept = r.kept || ok
		var wrong *lens.Error
		if ok && errors.As(keep.At.Err, &wrong) {
			r.told = append(r.told, wrong.Path)
		}
	}
	r.own(d.Typ, "", map[reflect.Type]bool{})
	r.stored(c.s.Codec, "", map[reflect.Type]bool{})
}

type recordFinder struct {
	c    *compiler
	kept bool     // meta.Keep names one, or the model says that there is none
	told []string // paths
}

// own looks at the fields of T and of what it embeds.
func (r *recordFinder) own(t reflect.Type, path string, open map[reflect.Type]bool) {
	if open[t] {
		return
	}
	open[t] = true
	for i := range t.NumField() {
		f := t.Field(i)
		name, base := path+f.Name, f.Type
		if base.Kind() == reflect.Pointer { // not more: a type may point to itself, where it is not stored
			base = base.Elem()
		}
		switch {
		case base == recordType && !r.kept && (codec.Skipped(f) || !f.IsExported()):
			r.tell(name, "nothing keeps this meta.Record, so that every Put would replace whatever is stored; name it with meta.Keep")
		case base == recordType && !r.kept:
			r.tell(name, `a meta.Record is no attribute of the object; tag it dynamodbav:"-" and name it with meta.Keep`)
		case f.Anonymous && base.Kind() == reflect.Struct:
			r.own(base, name+".", open)
		}
	}
	delete(open, t)
}

const storedRecord = `a meta.Record is no attribute: an object has one, which meta.Keep names; tag it dynamodbav:"-", or store its Version and WriteID`

// stored looks at what a codec stores, at each type once.
func (r *recordFinder) stored(of *codec.Codec, path string, seen map[reflect.Type]bool) {
	t := pointee(of.Type())
	if of.Kind() == codec.Union {
		for _, f := range of.Fields() {
			r.stored(f.Codec, path, seen)
		}
		return
	}
	if seen[t] {
		return
	}
	seen[t] = true
	switch {
	case t == recordType:
		r.tell(path, storedRecord)
	case of.Kind() == codec.List || of.Kind() == codec.Map:
		r.stored(of.Elem(), path+"[]", seen)
	case of.Kind() == codec.Struct:
	fields:
		for _, f := range of.Fields() {
			name, at := path, t
			for _, i := range f.Index { // through what is embedded, which has no codec of its own
				step := pointee(at).Field(i)
				if at = step.Type; name != "" {
					name += "."
				}
				if name += step.Name; pointee(at) == recordType {
					r.tell(name, storedRecord)
					continue fields
				}
			}
			r.stored(f.Codec, name, seen)
		}
	}
}

// tell reports a path once.
func (r *recordFinder) tell(path, reason string) {
	if !slices.Contains(r.told, path) {
		r.told = append(r.told, path)
		r.c.decline(path, "%s", reason)
	}
}

// pointee follows the pointers of a type that can be stored.
func pointee(t reflect.Type) reflect.Type {
	for t.Kind() == reflect.Pointer {
		t = t.Elem()
	}
	return t
}
