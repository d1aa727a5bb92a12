package repo

import (
	"reflect"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/dystore/dystore/internal/model"
	"github.com/dystore/dystore/internal/probe"
	"github.com/dystore/dystore/internal/schema"
	"github.com/dystore/dystore/lens"
	"github.com/dystore/dystore/shard"
)

// The methods behind these aliases tie a value to its type for the compiler. They are
// not part of the API.
type (
	variantHandle[I any] = model.VariantHandle[I]
	variantOf[I any]     = model.VariantOf[I]
	oneOfHandle[T any]   = model.PartHandle[T]
)

// Case is a type V that a field of the interface type I may hold. [Variant] makes one;
// it is immutable. The zero Case is refused.
type Case[V, I any] struct{ variantHandle[I] }

// CaseOf is a [Case] of any V.
type CaseOf[I any] interface{ variantOf[I] }

// Variant declares that a field of the interface type I may hold a V, for [OneOf] and
// [EachOneOf]. A V is stored as a map with one attribute, which has the tag as its name
// and the V as its value:
//
//	pay = {"card": {"number": "4111"}}
//
// So the tag is part of what is stored, as attribute names are: it has 1 to 255 bytes,
// and a V that gets another tag is another variant to what is stored already. V may be any
// type that can be stored, and need not be a struct: a string, number, list or map is
// stored under its tag in the same way. V is exactly the type that the interface holds: a
// Card and a *Card are two types.
//
// With a placement the variant, a struct or a pointer to one, is a part of its own, as a
// shard is: it is in its table while the interface holds it, and a write that puts another
// variant in its place deletes it in the same transaction. Where it is left out of a read,
// by [RootOnly], the interface holds the zero V.
//
// A V that does not implement I is a mistake that New reports.
func Variant[V, I any](tag string, at ...shard.Placement) Case[V, I] {
	placements := make([]model.Placement, len(at))
	for i, p := range at {
		placements[i] = p.ModelPlacement()
	}
	v := schema.NewVariant(reflect.TypeFor[V](), reflect.TypeFor[I](), tag, placements)
	return Case[V, I]{model.HandleVariant[I](v)}
}

// Lens returns the lens from the interface to the variant. It is joined to lenses of
// the field and of what is in the variant:
//
//	card   = repo.Variant[Card, Payment]("card")
//	number = lens.Join(lens.Join(pay, card.Lens()), cardNumber)
//
// A lens of another interface, or into another variant, does not compile. Where the
// stored object has another variant, or none, there is no path: Update returns
// [ErrNoPath], also with EnsureParents, Exists does not hold, and lens.Get is false. So
// Exists is also the question whether the interface holds the variant.
//
// Set of the lens itself sets the interface to hold that V, whatever it held. All other
// changes of the variant as a whole are refused: with them the interface might hold two
// variants. Changes of what is in it are as everywhere.
func (c Case[V, I]) Lens() lens.Lens[I, V] {
	var l lens.Lens[I, V]
	if v := c.ModelVariant(); v != nil {
		l.ModelAdopt(v.Lens(reflect.TypeFor[I]()))
	}
	return l
}

// Variants are the types that an interface field of a T may hold, a part of a model.
// [OneOf], [EachOneOf] and [OneOfAt] make them; they are immutable. The zero value is
// refused.
type Variants[T any] struct{ oneOfHandle[T] }

// OneOf declares what a field of an interface type holds:
//
//	repo.OneOf(func(o *Order) *Payment { return &o.Pay },
//		repo.Variant[Card, Payment]("card"),
//		repo.Variant[*Transfer, Payment]("transfer", shard.To("Transfers")))
//
// The accessor may go through structs and pointers, also where these are shards. The
// variants belong to the field of the struct that declares it, in this model: they are
// the same wherever the model has such a struct, and another model may give the same
// interface other variants. An interface with methods that has none is a mistake that New
// reports; a field of type any without variants holds plain values.
//
// A nil interface is stored as a nil pointer is, not at all. A value that is no variant
// is [ErrInvalid], and so is a nil pointer inside an interface that is not nil; nothing
// is written.
//
// A stored variant that the model does not declare, as a newer version of the program may
// have stored it, is [ErrUnknownVariant]: Get fails, Query yields the error in the place
// of that object and goes on. Read of other paths works, and so does Update, which leaves
// the variant as it is. A map with several attributes, or none, is [ErrCorrupt].
func OneOf[T, I any](field func(*T) *I, cases ...CaseOf[I]) *Variants[T] {
	return variantsOf[T](probe.Of[lens.Error]("repo.OneOf", field), false, cases)
}

// EachOneOf is [OneOf] for the elements of a list. A nil element is NULL. Variants with a
// placement are parts of their elements, as by shard.Within.
func EachOneOf[T any, L ~[]I, I any](field func(*T) *L, cases ...CaseOf[I]) *Variants[T] {
	return variantsOf[T](probe.Of[lens.Error]("repo.EachOneOf", field), true, cases)
}

// OneOfAt is [OneOf] for an interface that no accessor leads to: in the elements of a
// list, the values of a map, or a variant of another interface.
//
//	repo.OneOfAt(lens.Each(lines, linePay), card, transfer)
func OneOfAt[T, I any](at lens.Into[T, I], cases ...CaseOf[I]) *Variants[T] {
	if model.IsNil(at) {
		return variantsOf[T](lens.Lens[T, I]{}.ModelLens(), false, cases)
	}
	return variantsOf[T](at.ModelLens(), false, cases)
}

func variantsOf[T, I any](at *model.Lens, each bool, cases []CaseOf[I]) *Variants[T] {
	variants := make([]*model.VariantType, len(cases))
	for i, c := range cases {
		if !model.IsNil(c) {
			variants[i] = c.ModelVariant()
		}
	}
	return &Variants[T]{model.HandlePart[T](schema.NewOneOf(at, each, variants))}
}

// Choose returns the same variants for data that other programs have stored without
// tags. Where a value is not a map with a tag as its only attribute, tag is given the
// value as it is stored and returns the tag that it should have, or "" if it knows none:
//
//	repo.OneOf(…).Choose(func(stored types.AttributeValue) string {
//		if m, ok := stored.(*types.AttributeValueMemberM); ok && m.Value["iban"] != nil {
//			return "transfer"
//		}
//		return "card"
//	})
//
// It is asked by reads only, must not change what it is given, and may be called from
// several goroutines. The next Put stores the value with its tag. Until then there is no
// path into it: Update returns [ErrNoPath], and conditions find nothing.
//
// New refuses a chooser where an attribute of a variant has the name of a tag, or a variant
// is a map, because its values could be taken for another variant, and where a field inside a variant is
// encrypted, because values without a tag would be read in plain.
func (v *Variants[T]) Choose(tag func(stored types.AttributeValue) string) *Variants[T] {
	o, ok := v.ModelPart().(*model.OneOf)
	if !ok {
		return v
	}
	return &Variants[T]{model.HandlePart[T](schema.Choosing(o, tag))}
}
