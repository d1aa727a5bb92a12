// Package parts compares the parts of a value with those that were read before the value
// is encoded. A write of an object of a hundred parts changes one of them: the others need
// no attribute values, their digests do. Those that have changed are written as JSON at once,
// where the client takes that.
//
// It is a short way for the plain places of a model. What is stored at the others is
// encoded whole and divided after that, which comes to the same.
package parts

import (
	"reflect"

	"github.com/dystore/dystore/internal/canonical"
	"github.com/dystore/dystore/internal/codec"
	"github.com/dystore/dystore/internal/place"
	"github.com/dystore/dystore/internal/policy"
	"github.com/dystore/dystore/internal/schema"
	"github.com/dystore/dystore/internal/shape"
	"github.com/dystore/dystore/internal/snapshot"
	"github.com/dystore/dystore/internal/stored"
	"github.com/dystore/dystore/internal/towire"
)

// Sites are the places of a model that are compared in the short way.
type Sites struct {
	schema *schema.Schema
	all    []*site
}

// site is such a place: a field of T whose value is one part, or whose elements are parts.
type site struct {
	place *place.Place
	path  string // of the place
	field *codec.Field
	part  *codec.Codec    // of one part
	form  *canonical.Plan // of one part
	write *towire.Item    // of one part; nil: it cannot be written as JSON at once
	level int             // of one part, in the document
	key   *key            // of the elements of a list, nil if they have none
}

// SitesOf finds the places of a model that have the short way: fields of T that are always
// apart, and hold nothing that is looked at while the object is divided.
func SitesOf(s *schema.Schema) *Sites {
	sites := &Sites{schema: s}
	for _, p := range s.Tree.Top {
		if p.Table == "" || p.MayInline || p.Packed || len(p.Rel) != 1 || len(p.Kids) > 0 || s.IsVariant(p.Path) || claimed(s, p) {
			continue
		}
		if x := siteOf(s, p); x != nil {
			sites.all = append(sites.all, x)
		}
	}
	return sites
}

// claimed reports whether a part has a field whose value is unique.
func claimed(s *schema.Schema, p *place.Place) bool {
	for _, u := range s.Uniques {
		for _, f := range u.Fields {
			if p.Path.Covers(f.Path) {
				return true
			}
		}
	}
	return false
}

// siteOf is the site of a place, nil if its values are not of plain Go types.
func siteOf(s *schema.Schema, p *place.Place) *site {
	f := s.Codec.Lookup(p.Rel[0].Name)
	if f == nil {
		return nil
	}
	x := &site{place: p, path: p.Path.String(), field: f, part: codec.Core(f.Codec), level: 1}
	if p.Kind != stored.One {
		x.part, x.level = f.Codec.Elem(), 2
		if x.part == nil || codec.DropsAbsent(f.Codec) {
			return nil
		}
	}
	if f.Codec.Kind() != kinds[p.Kind] || x.part.Kind() != codec.Struct {
		return nil
	}
	if id := s.Identity.Of(p.Path); id != nil {
		if x.key = keyOf(id, x.part); x.key == nil {
			return nil
		}
	}
	x.form = canonical.Of(x.part)
	if state, _ := s.Sealing.Policy.At(p.Path); state == policy.Plain {
		x.write = towire.Of(x.part).Attributes(func(string) bool { return true })
	}
	return x
}

// kinds are how the field at a place is stored whose parts are plain.
var kinds = map[stored.PlaceKind]codec.Kind{stored.One: codec.Struct, stored.List: codec.List, stored.Map: codec.Map}

// key finds what identifies the elements of a list.
type key struct {
	steps []*codec.Field
	form  *canonical.Plan
	zero  snapshot.Digest // of the zero value, which identifies nothing
}

// keyOf is the key of elements with a codec, nil if it is not found in plain structs.
func keyOf(id *snapshot.Key, elem *codec.Codec) *key {
	k := &key{}
	for _, name := range id.Path {
		if elem.Kind() != codec.Struct || elem.Lookup(name) == nil {
			return nil
		}
		f := elem.Lookup(name)
		k.steps, elem = append(k.steps, f), f.Codec
	}
	switch elem.Kind() {
	case codec.String, codec.Number, codec.Binary:
	default:
		return nil
	}
	k.form = canonical.Of(elem)
	if id.Zero != nil {
		var digester snapshot.Digester
		k.zero = digester.Of(id.Zero)
	}
	return k
}

// of is the digest of what identifies an element, zero without it.
func (k *key) of(d *digester, v reflect.Value) (id snapshot.Digest, err error) {
	if k == nil {
		return id, nil
	}
	for _, step := range k.steps {
		for v.Kind() == reflect.Pointer {
			if v.IsNil() {
				return id, nil
			}
			v = v.Elem()
		}
		var there bool
		if v, there = shape.Follow(v, step.Index); !there {
			return id, nil
		}
	}
	made, there, err := d.of(k.form, v, 1)
	if !there || made == k.zero || d.form.Null {
		return id, err
	}
	return made, nil
}
