package repo

import (
	"reflect"

	"github.com/dystore/dystore/internal/model"
	"github.com/dystore/dystore/internal/schema"
)

// Part is a part of a model of T: a shard, cipher.Protect, meta.Keep, Identity. A
// part of another model does not compile.
type Part[T any] interface{ partOf[T] }

// partOf keeps the methods that carry a part to this package out of the
// documentation.
type partOf[T any] = model.PartOf[T]

// Model is a declaration of T: its root table, its key and its parts. It is
// checked by New.
type Model[T any] struct {
	table string
	key   Keyed[T]
	parts []Part[T]
}

// TableOf declares that objects of type T have their root in a table, under a
// key, and what else there is to say about them.
func TableOf[T any](table string, key Keyed[T], parts ...Part[T]) Model[T] {
	return Model[T]{table: table, key: key, parts: parts}
}

func (m Model[T]) erase() schema.Declaration {
	d := schema.Declaration{Typ: reflect.TypeFor[T](), Table: m.table}
	if !model.IsNil(m.key) {
		d.Key = m.key.keySpec()
	}
	for _, p := range m.parts {
		if model.IsNil(p) {
			d.Parts = append(d.Parts, nil)
			continue
		}
		d.Parts = append(d.Parts, p.ModelPart())
	}
	return d
}
