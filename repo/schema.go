package repo

import (
	"reflect"

	"github.com/dystore/dystore/internal/model"
)

// Versions is which version of a model a declaration is: a part of the model. [Schema]
// makes one. The zero value is refused.
type Versions[T any] struct{ versionsHandle[T] }

// versionsHandle keeps the methods that tie Versions to their T out of the documentation.
type versionsHandle[T any] = model.PartHandle[T]

// Step leads from a version of a model to the next one. [Upgrade] makes it; the zero Step
// is refused.
type Step struct{ u *model.Upgrade }

// Schema says that a T is the given version of its model, and how stored objects of
// earlier versions become a T:
//
//	repo.Schema[Person](3,
//		repo.Upgrade(1, func(p *PersonV1) (*PersonV2, error) { … }),
//		repo.Upgrade(2, func(p *PersonV2) (*Person, error) { … }))
//
// A model needs a new version when the stored data must change its meaning or its shape:
// an attribute gets another name, type or unit, one becomes two, a list becomes a map. A
// field that is only added, or only removed, needs none, and neither does a shard that
// moves; package schematest says which changes do.
//
// The version is stored with each object. An object that says none is of version 1: it was
// written before the model had a Schema, or by another program.
//
// Each read of an older object takes the steps: Get, GetMany, ranges, Read of a path. The
// object is read whole for that, also with [RootOnly] or [Skip], since the steps get the
// whole value. The next write of the object stores it as today's version, in the same
// transaction: what the old type had and the new one has not is gone then, parts
// included, and what neither type knows stays. An Update upgrades the object by a write of
// its own first, and so do UpdateOp and CheckOp, since an older object has no paths of
// today's type. [Repo.Migrate] writes all objects that are not as they would be written today.
//
// What DynamoDB itself looks at is what is stored: an older object is in an index by the
// attributes that it has, and it has claimed the unique values that it had. Where is
// judged of the upgraded object, so it costs more as long as there are older ones.
//
// An object of a newer version than the program's is [ErrSchemaTooNew] to every read and
// to every write but Delete. So roll out a program that knows a version before one that
// writes it, or accept that error in between. An object of a version from which no step
// leads is [ErrSchemaTooOld].
//
// Steps may lack from the first versions on, once no object is of them, and may not lack
// in between. New reports steps that do not fit.
func Schema[T any](version int, steps ...Step) *Versions[T] {
	v := &model.Versions{Version: version}
	for _, s := range steps {
		v.Upgrades = append(v.Upgrades, s.u)
	}
	return &Versions[T]{model.HandlePart[T](v)}
}

// Upgrade is the step of [Schema] from a version to the next one. f gets an object as it
// was stored, and returns what it is in the next version. It must depend on nothing but
// its argument, which it may use and change: it runs at each read until the object is
// written, by several goroutines. An error of f is ErrInvalid, in the place of the object.
// The key is not f's to change: it is what it was. f keeps the order of lists: what no
// type knows of their elements stays at its position.
//
// Old is the type of that version, with its tags. Interfaces and encrypted fields of it
// need what the model said of them then, [OneOf] and cipher.Protect:
//
//	repo.Upgrade(1, fromV1, cipher.Protect(aes, ssnV1))
//
// Parts need not be declared: the record of an object says where they are. Tables that
// today's model does not name need [AllowTables]. An object with encrypted values whose
// step says of none is refused with ErrInvalid. If the old version did not encrypt what
// today's does, then whoever can write to the table can pass off an object as an old one,
// with values of his own: migrate, and take the step out.
func Upgrade[Old, New any](from int, f func(*Old) (*New, error), parts ...Part[Old]) Step {
	u := &model.Upgrade{From: from, Old: reflect.TypeFor[Old](), New: reflect.TypeFor[New]()}
	if f != nil {
		u.Call = func(v reflect.Value) (reflect.Value, error) {
			next, err := f(v.Interface().(*Old))
			return reflect.ValueOf(next), err
		}
	}
	for _, p := range parts {
		if model.IsNil(p) {
			u.Parts = append(u.Parts, nil)
			continue
		}
		u.Parts = append(u.Parts, p.ModelPart())
	}
	return Step{u}
}
