package repo

import (
	"reflect"

	"github.com/dystore/dystore/internal/model"
	"github.com/dystore/dystore/internal/schema"
	"github.com/dystore/dystore/lens"
)

// Part is a part of a model of T: a shard, an index, cipher.Protect, meta.Keep,
// Identity. A
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
// key, with the parts given.
//
// A table has a name, of 3 to 255 of the characters a-z, A-Z, 0-9, _, - and a full stop.
// It may be named by its ARN (arn:aws:dynamodb:eu-west-1:123456789012:table/People), where
// it belongs to another account, which must allow that by a policy of the table. One ARN
// speaks for all tables of the model, because an object is written in one transaction, which
// is in one region of one account. Two that differ in more than the name are refused, unless
// [WithRegions] has a client for the table's region; and so is [TablePrefix] beside an ARN.
// Stored are names without the rest of the ARN: tables may move to another account
// unchanged.
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

// ElementIdentity says which fields tell the elements of lists apart. It is a
// part of a model: pass it to TableOf. [Identity] makes one.
type ElementIdentity[T any] struct{ identityHandle[T] }

// identityHandle keeps the methods that tie an ElementIdentity to its T out of
// the documentation.
type identityHandle[T any] = model.IdentityHandle[T, lens.Error]

// Identity names, for lists of structs, the field by which an element is the
// same one before and after a change:
//
//	repo.Identity(lens.Each(lines, lineID), lens.Each(phones, number))
//
// A field is a string, a number, binary, or a type with a text form. It lies in
// the elements themselves, or in a struct inside them. A list inside the
// elements of another has a lens of both: lens.Each(orders, lens.Each(lines,
// lineID)). Nothing of it is stored.
//
// It matters to a tracked Put and to Modify where elements have more than the
// type knows: attributes and parts that another version of the program has
// stored. They stay with the element that has the same value in the field,
// however else it and the list were changed, and they go where no element has
// it. In a divided list elements also keep their items. Without an Identity
// (and for a zero value of the field, or one that two elements have) an element
// is the same if all that the type knows of it is; a change that leaves open
// which element such attributes belong to is refused with [ErrNotLoaded].
//
// Mistakes are reported by New.
func Identity[T any](fields ...lens.Field[T]) *ElementIdentity[T] {
	i := schema.NewIdentity(reflect.TypeFor[T](), lensesOf(fields))
	return &ElementIdentity[T]{model.HandleIdentity[T, lens.Error](i)}
}
