// Package layout describes a model as data: what is stored where, under which keys and
// in which types. What is derived from a model, its picture and the permissions that its
// verbs need, is made from that.
package layout

import (
	"slices"
	"strings"

	"github.com/dystore/dystore/internal/attr"
	"github.com/dystore/dystore/internal/keys"
	"github.com/dystore/dystore/internal/model"
	"github.com/dystore/dystore/internal/place"
	"github.com/dystore/dystore/internal/schema"
	"github.com/dystore/dystore/internal/snapshot"
	"github.com/dystore/dystore/internal/sorted"
	"github.com/dystore/dystore/internal/stored"
)

// Layout is a model. Names of tables are as declared, without the prefix. Package repo
// documents the fields.
type Layout struct {
	Type, Entity  string
	Prefix, Table string
	Record        string // the attribute that holds the record; empty: Plain
	Tracked       bool   // the model has meta.Keep
	Detached      bool
	Expires       string // the attribute that says when objects expire
	SoftDelete    bool
	Version       int // of the model
	Oldest        int // the earliest version whose objects are read
	Key           []Key
	Places        []Place
	Allowed       []string
	Indexes       []Index
	Uniques       []Unique
	Counters      []Counter
	Attributes    []Attribute
	Encrypted     []string
	BoundAs       map[string]string
	AcceptsPlain  []string
	AcceptsSealed []string
	AcceptsErased []string
	BlindIndexes  []BlindIndex
	Identities    []Identity
}

// Key is an attribute of the key of root items.
type Key struct {
	Name, Type string
	Value      string
	Generated  bool
	Components []Component
}

// Component is a word or a field of a joined key.
type Component struct{ Word, Field, Form string }

// Place is a shard, or a list or map with shards inside.
type Place struct {
	Path, Kind     string
	Inside         string
	Table, KeyName string
	Optional       bool
	WhenOver       int
	Compressed     bool
	MovedFrom      []string
}

// Index is a secondary index of the root's table.
type Index struct {
	Name            string
	Local           bool
	Partition, Sort []IndexKey
	Projection      string
	Include         []string
}

// IndexKey is an attribute of the key of an index.
type IndexKey struct{ Name, Type string }

// Unique is a value that one object may have.
type Unique struct {
	Fields         []string
	FoldCase       []string
	Table, KeyName string
	Hashed         bool
}

// BlindIndex is what the tags of an encrypted value depend on.
type BlindIndex struct {
	Tag, Path string
	Key       uint32
	Bits      int
	FoldCase  bool
	Scope     string
}

// Counter is a number that is spread over slots.
type Counter struct {
	Name, Field    string
	Slots          int
	Table, KeyName string
}

// Attribute is a value in the logical document.
type Attribute struct {
	Path, Field string
	Type, Value string
	Options     string
	Rules       string
}

// Identity is a list whose elements are known by a field.
type Identity struct{ List, Field string }

// The kinds of places.
const (
	One      = "item"
	Each     = "item per element"
	EachItem = "item per entry"
	List     = "list that stays"
	Map      = "map that stays"
)

var kinds = map[stored.PlaceKind]string{stored.One: One, stored.List: Each, stored.Map: EachItem, stored.KeptList: List, stored.KeptMap: Map}

// Of describes a model.
func Of(s *schema.Schema) *Layout {
	l := &Layout{
		Type: s.Typ.String(), Entity: s.Entity, Prefix: s.Prefix, Table: s.Root, Record: s.MetaAttr,
		Tracked: s.Keep != nil, Detached: s.Key.Detached, Expires: s.TTL, SoftDelete: s.Keeps, Attributes: attributes(s),
	}
	l.Version, l.Oldest = schema.VersionsOf(s)
	if s.Plain {
		l.Record = ""
	}
	for i, a := range s.Key.Attrs {
		k := Key{Name: a.Name, Type: string(a.Kind), Value: keyValue(a), Generated: s.Key.Generate[i] != nil}
		for _, c := range s.Key.Components(i) {
			k.Components = append(k.Components, Component(c))
		}
		l.Key = append(l.Key, k)
	}
	l.places(s, s.Tree.Top, "")
	l.Allowed = allowed(s)
	for _, x := range s.Indexes {
		l.Indexes = append(l.Indexes, index(x))
	}
	for _, u := range s.Uniques {
		l.Uniques = append(l.Uniques, unique(u))
	}
	for _, c := range s.Counters {
		l.Counters = append(l.Counters, Counter{c.Name, c.At.GoPath(), c.Slots, c.Of.Root, c.KeyName})
	}
	sealing := s.Sealing.Policy
	l.Encrypted, l.AcceptsPlain = texts(sealing.SealedPaths()), texts(sealing.PlainPaths())
	l.AcceptsSealed, l.AcceptsErased = texts(sealing.UnsealedPaths()), texts(sealing.ErasedPaths())
	for _, p := range sealing.Paths() {
		if as := sealing.BoundAs(p); as != nil {
			if l.BoundAs == nil {
				l.BoundAs = map[string]string{}
			}
			l.BoundAs[Text(p)] = Text(as)
		}
	}
	s.Tags.Each(func(b *model.Blind) {
		x := BlindIndex{Tag: Text(b.Tag.Path), Path: Text(b.Of.Path), Key: b.Key, Bits: b.Bits, FoldCase: b.Fold}
		if b.Scope != nil {
			x.Scope = Text(b.Scope.Path)
		}
		l.BlindIndexes = append(l.BlindIndexes, x)
	})
	s.Identity.Each(func(list attr.Path, k *snapshot.Key) {
		l.Identities = append(l.Identities, Identity{Text(list), Text(attr.Names(k.Path...))})
	})
	return l
}

func (l *Layout) places(s *schema.Schema, places []*place.Place, inside string) {
	for _, p := range places {
		out := Place{Path: Text(p.Path), Kind: kinds[p.Kind], Inside: inside, Table: p.Table, KeyName: p.KeyName, WhenOver: p.WhenOver, Compressed: p.Packed}
		if sh := s.Declared(p); sh != nil {
			out.Optional, out.MovedFrom = sh.Kind == model.ShardOptional, slices.Sorted(slices.Values(schema.Called(s, sh.MovedFrom...)))
		}
		l.Places = append(l.Places, out)
		l.places(s, p.Kids, out.Path)
	}
}

// allowed are the tables that a stored layout may lead into, and that the model puts
// nothing into.
func allowed(s *schema.Schema) (all []string) {
	for _, name := range sorted.Keys(s.Parts) {
		if s.Parts[name] == "" {
			all = append(all, name)
		}
	}
	return all
}

func index(x *keys.Index) Index {
	w := x.Wanted()
	out := Index{Name: w.Name, Local: w.Local, Projection: string(w.Projection), Include: slices.Sorted(slices.Values(w.Include))}
	for i, n := range w.Partition.Names {
		out.Partition = append(out.Partition, IndexKey{n, string(w.Partition.Kinds[i])})
	}
	for i, n := range w.Sort.Names {
		out.Sort = append(out.Sort, IndexKey{n, string(w.Sort.Kinds[i])})
	}
	return out
}

func unique(u *schema.Unique) Unique {
	out := Unique{Hashed: u.Hashed()}
	out.Table, out.KeyName = u.Table()
	for i := range u.Fields {
		f := &u.Fields[i]
		if out.Fields = append(out.Fields, Text(f.Path)); f.Folds() {
			out.FoldCase = append(out.FoldCase, Text(f.Path))
		}
	}
	return out
}

func texts(paths []attr.Path) (all []string) {
	for _, p := range paths {
		all = append(all, Text(p))
	}
	return all
}

// Text is a path as attr.Path.String shows it, but no two paths have one text: names
// with characters that have a meaning in paths are quoted.
func Text(p attr.Path) string {
	quoted := make(attr.Path, len(p))
	for i, s := range p {
		if quoted[i] = s; s.Kind == attr.Name && (s.Name == "" || strings.ContainsAny(s.Name, `.[]{}"`)) {
			quoted[i].Name = quote(s.Name)
		}
	}
	return quoted.String()
}
