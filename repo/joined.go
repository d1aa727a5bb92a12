package repo

import (
	"reflect"

	"github.com/dystore/dystore/internal/fail"
	"github.com/dystore/dystore/internal/keys"
	"github.com/dystore/dystore/internal/model"
	"github.com/dystore/dystore/lens"
)

// JoinedKey declares a key whose attributes are texts that are made of several fields.
// [JoinedKeyOf] makes one.
type JoinedKey[T any] struct{ spec *keys.Spec }

// KeyAttribute is one attribute of a [JoinedKey]. [AttributeOf] makes one.
type KeyAttribute[T any] struct{ declared keys.JoinedAttr }

// KeyComponent is what an attribute of a [JoinedKey] is made of: a lens of a field, or
// a [KeyWord].
type KeyComponent[T any] interface{ componentOf[T] }

// componentOf keeps the methods that carry a component to this package out of the
// documentation.
type componentOf[T any] = model.ComponentOf[T]

// KeyWord is a word that is the same in all keys of a T. [Word] makes one.
type KeyWord[T any] struct{ wordHandle[T] }

type wordHandle[T any] = model.WordHandle[T]

// Word is a word in the keys of a T. It has at least one character, and none up to $:
// no space, " or #.
func Word[T any](word string) KeyWord[T] { return KeyWord[T]{model.HandleWord[T](word)} }

// AttributeOf declares an attribute of a joined key: its name, which no field has, and
// the words and fields that its text is made of.
func AttributeOf[T any](name string, components ...KeyComponent[T]) KeyAttribute[T] {
	a := keys.JoinedAttr{Name: name, Components: make([]*model.Component, len(components))}
	for i, c := range components {
		if !model.IsNil(c) {
			a.Components[i] = new(c.ModelComponent())
		}
	}
	return KeyAttribute[T]{a}
}

// JoinedKeyOf declares a key for a table that has objects of several types: a
// partition key and, if it is given, a sort key, which are texts made of words and
// fields.
//
//	orderKey = repo.JoinedKeyOf(
//		repo.AttributeOf("PK", repo.Word[Order]("CUSTOMER"), customer),
//		repo.AttributeOf("SK", repo.Word[Order]("ORDER"), at, no))
//
// An order has the partition key CUSTOMER#c1 and the sort key
// ORDER#2026-11-29T08:00:00.000000000Z#00000000000000000017. No two lists of values have
// one text, and texts sort as the values do, the first one first. So every field of
// the sort key can be fixed or bounded, see [JoinedKey.In].
//
// The fields are attributes of the object itself, neither encrypted nor in a shard nor
// behind a pointer. They stay attributes of their own, so conditions, filters and
// indexes work on them; Update cannot change them. A field may be in both attributes.
// Between the # of the text there are
//
//   - strings, as they are, but each byte up to $ is a $ and two hexadecimal digits: a
//     space is $20, # is $23. They may be empty
//   - integers, in 20 characters: 17 is 00000000000000000017. A negative number n is a
//     minus sign and 10¹⁹ + n: -1 is -9999999999999999999
//   - times, in UTC with nine fractional digits, or under unixtime as integers
//   - binary, in hexadecimal digits
//   - the text of a type that marshals itself to text, which sorts as that text does
//
// Other types are refused, floats and attributevalue.Number among them. The two texts
// are no longer than 2,048 and 1,024 bytes; a longer one is [ErrInvalid] before any
// request.
//
// A value is read with its key: a field that the item lacks is taken from there, and
// one that says something else is [ErrCorrupt]. An item without a record, of another
// program, is an object of the model only if its key has these words and as many
// values. Filters, conditions and unique values take a field that it lacks from the key
// too; Exists in a condition of Update, and indexes, see only attributes. A Put adds them.
// Mistakes of the declaration are reported by New.
func JoinedKeyOf[T any](partition KeyAttribute[T], sort ...KeyAttribute[T]) JoinedKey[T] {
	attrs := []keys.JoinedAttr{partition.declared}
	for _, a := range sort {
		attrs = append(attrs, a.declared)
	}
	return JoinedKey[T]{keys.NewJoined("repo.JoinedKeyOf", reflect.TypeFor[T](), attrs)}
}

// Of returns the key of the object for which all conditions hold: an Eq of each field
// of the key, in any order.
//
//	orderKey.Of(customer.Eq("c1"), at.Eq(t), no.Eq(17))
func (d JoinedKey[T]) Of(equal ...lens.Condition[T]) Key[T] {
	if d.spec == nil {
		return Key[T]{}
	}
	return Key[T]{d.spec.KeyWith(condsOf(equal))}
}

// In selects the objects for which all conditions hold: an Eq of each field of the
// partition key, and of none or the first ones of the sort key. It selects no other
// sort keys than those with the words of the declaration. [Then] puts bounds on the
// next field.
//
//	orders.Query(ctx, orderKey.In(customer.Eq("c1")))
//	orders.Query(ctx, repo.Then(orderKey.In(customer.Eq("c1")), at).From(t0).Before(t1))
func (d JoinedKey[T]) In(equal ...lens.Condition[T]) Selection[T] {
	return Selection[T]{keys.NewJoinedRange(d.spec, condsOf(equal))}
}

// Partition selects all objects of a partition, whatever their sort keys are: the
// conditions are an Eq of each field of the partition key. A Query of a T has only
// objects of its entity, and DynamoDB reads the others as well.
func (d JoinedKey[T]) Partition(equal ...lens.Condition[T]) Selection[T] {
	return Selection[T]{keys.NewJoinedPartition(d.spec, condsOf(equal))}
}

// Parse fills the fields of a T that the key is made of, and leaves the others as they
// are. A key of another form is [ErrInvalid], and then nothing is changed.
func (d JoinedKey[T]) Parse(key Key[T], into *T) error {
	if d.spec == nil {
		return fail.Withf(ErrInvalid, "Parse: a zero JoinedKey reads no key")
	}
	if err := d.spec.Parse(key.k, reflect.ValueOf(into)); err != nil {
		return fail.Withf(ErrInvalid, "Parse: %w", err)
	}
	return nil
}

func (d JoinedKey[T]) keySpec() *keys.Spec { return d.spec }
func (JoinedKey[T]) keyOf(*T)              {}

// condsOf are conditions, nil for one that is nil.
func condsOf[T any](conditions []lens.Condition[T]) []*model.Cond {
	conds := make([]*model.Cond, len(conditions))
	for n, c := range conditions {
		if !model.IsNil(c) {
			conds[n] = c.ModelCond()
		}
	}
	return conds
}
