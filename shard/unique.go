package shard

import (
	"fmt"
	"reflect"
	"slices"

	"github.com/dystore/dystore/internal/model"
	"github.com/dystore/dystore/lens"
)

// uniqueOf keeps the methods that tie a value to its T out of the documentation.
type uniqueOf[T any] = model.PartHandle[T]

// UniqueFields are fields whose value only one object may have, a part of a model of
// T. [Unique] makes one; it is immutable. The zero value is refused.
type UniqueFields[T any] struct{ uniqueOf[T] }

// minSecret is how many bytes the secret of a keyed hash has at least.
const minSecret = 32

// Unique declares that no two objects have the same value in a field, or the same
// values in several fields together:
//
//	shard.Unique(shard.To("Emails"), email)
//	shard.Unique(shard.To("Logins"), tenant, login)
//
// A write that would make a second one is refused with repo.ErrDuplicate, which names
// the fields, and never the other object. Each value is claimed by an item of its own
// in the table of the placement, whose key is made of the value. Every write that
// changes the value, or removes the object, writes or removes the item in the same
// transaction. So a claim costs one more action of a transaction with these writes,
// and nothing with others and with reads; a changed value costs two. An Update of such a
// field reads first: two requests. An object claims at most
// 99 values, and a write at most 100 actions on the root and on claims. In a repo.Transact an object may take the value
// that another one gives up.
//
// The fields are stored as strings, numbers or binary. They are in the object itself
// or in a part made by [New] or [Optional], all fields of one Unique in the same item;
// fields of the key may be among them. What is compared is what is stored: times as
// instants, numbers by value, texts byte by byte. A field that is not stored, because
// it is nil or left out by omitempty, claims nothing, and with it the other fields;
// an empty text that is stored is a value like others.
//
// Uniqueness is kept among the programs that declare it; one that does not leaves
// claims as they are. Objects that were stored before the declaration claim their
// values with their next Put, those in parts with one that has read the part, and with
// an Update of these fields; then claims also leave tables of [MovedFrom]. Models that
// share a table of claims do not meet in it: values are unique for one repo.Entity.
func Unique[T any](p Placement, fields ...lens.Field[T]) UniqueFields[T] {
	u := &model.Unique{Root: reflect.TypeFor[T](), Table: p.table, KeyName: p.keyName, MovedFrom: slices.Clone(p.movedFrom)}
	switch {
	case p.keyName == "" && len(p.faults) == 0:
		refuse(u, "", "the placement is empty; make one with shard.To")
	case p.whenOver != 0:
		refuse(u, "", "WhenOver is for parts; a claim is always in its table")
	case len(fields) == 0:
		refuse(u, "", "it has no fields")
	}
	for _, f := range p.faults {
		refuse(u, "", "%s", f)
	}
	u.Lenses = lensesOf(u, fields)
	return UniqueFields[T]{model.HandlePart[T](u)}
}

// FoldCase compares text without regard to case: two texts are the same if
// strings.EqualFold says so. It is for the fields that are named, or for all fields
// that are stored as text if none is named. Texts are not normalised otherwise. Objects
// that were stored under another FoldCase claim their values anew with their next Put.
func (u UniqueFields[T]) FoldCase(fields ...lens.Field[T]) UniqueFields[T] {
	return u.with(func(u *model.Unique) {
		u.Fold = append(slices.Clip(u.Fold), lensesOf(u, fields)...)
		u.FoldAll = u.FoldAll || len(fields) == 0
	})
}

// HashedBy stores a keyed hash of the values (HMAC-SHA-256) instead of the values, so
// that neither the table of claims nor the object's record, which names its claims, shows
// them; fields that are encrypted need it. The
// secret has at least 32 random bytes and is the same in all programs. Whoever has it
// and the table can find out by trial which values are claimed; whoever has only the
// table cannot. Under another secret the same value is another claim: objects claim
// theirs anew with their next Put.
func (u UniqueFields[T]) HashedBy(secret []byte) UniqueFields[T] {
	return u.with(func(u *model.Unique) {
		if u.Secret != nil {
			refuse(u, "", "HashedBy is said twice")
		}
		switch {
		case len(secret) < minSecret:
			refuse(u, "", "HashedBy: the secret has %d bytes; it needs at least %d random ones", len(secret), minSecret)
		case !slices.ContainsFunc(secret, func(b byte) bool { return b != 0 }):
			refuse(u, "", "HashedBy: the secret is all zero")
		}
		u.Secret = append([]byte{}, secret...)
	})
}

// with is a copy of u that is changed.
func (u UniqueFields[T]) with(change func(*model.Unique)) UniqueFields[T] {
	old, ok := u.ModelPart().(*model.Unique)
	if !ok {
		return u // a zero value, which is refused with the model
	}
	changed := *old
	changed.Errs = slices.Clip(old.Errs)
	change(&changed)
	return UniqueFields[T]{model.HandlePart[T](&changed)}
}

func lensesOf[T any](u *model.Unique, fields []lens.Field[T]) (all []*model.Lens) {
	for n, f := range fields {
		if model.IsNil(f) {
			refuse(u, "", "field %d is nil", n+1)
			continue
		}
		l := f.ModelLens()
		if l.Err != nil {
			u.Errs = append(u.Errs, l.Err)
			continue
		}
		all = append(all, l)
	}
	return all
}

func refuse(u *model.Unique, path, reason string, args ...any) {
	u.Errs = append(u.Errs, &lens.Error{Func: "shard.Unique", Type: u.Root.String(), Path: path, Reason: fmt.Sprintf(reason, args...)})
}

var _ model.PartOf[int] = UniqueFields[int]{}
