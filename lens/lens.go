package lens

import (
	"reflect"

	"github.com/dystore/dystore/internal/model"
	"github.com/dystore/dystore/internal/probe"
)

// The methods behind these aliases tie a value to its T for the compiler and
// carry it to package repo. They are not part of the API.
type (
	handle[T, V any] = model.LensHandle[T, V, Error]
	lensOf[T any]    = model.LensOf[T]
	into[T, V any]   = model.LensInto[T, V]
)

// Lens is the path from a T to one value of type V inside it. [Of] makes one.
//
// A Lens is immutable, small, and safe for concurrent use; package variables
// are the usual place for it. The zero Lens leads nowhere: everything made from
// it is refused with an [*Error].
type Lens[T, V any] struct {
	handle[T, V]
}

// Many is the path from a T to any number of values of type V inside it:
// those at one place in every element of a list or entry of a map. [Each],
// [EachValue], [Elems] and [ElemValues] make one.
//
// A Many can be read and protected, but not written: it has no Set, because
// DynamoDB changes only paths that a request spells out.
type Many[T, V any] struct {
	handle[T, V]
}

// Field is any lens into a T, a [Lens] or a [Many] of any V.
type Field[T any] interface {
	lensOf[T]
}

// Into is a lens from an E to a V, or to many: a [Lens] or a [Many].
type Into[E, V any] interface {
	into[E, V]
}

var (
	_ Field[int]        = Lens[int, string]{}
	_ Field[int]        = Many[int, string]{}
	_ Into[int, string] = Lens[int, string]{}
	_ Into[int, string] = Many[int, string]{}
)

// Of returns the lens to the field whose address accessor returns:
//
//	city = lens.Of(func(p *Person) *string { return &p.Location.City })
//
// The accessor only takes an address. It is called here, a few times, on values
// that Of builds itself, and never again. It may go through nested and embedded
// structs, through pointers (&p.Birth.Hospital, or p.Birth for what the pointer
// points to) and through constant indexes of arrays. Elements of slices and
// maps have lenses too: [At], [Entry], [Each], [EachValue].
//
// The field must be stored as a separate attribute. These are not: unexported
// fields; fields tagged dynamodbav:"-"; an embedded struct, whose fields are
// stored as fields of its parent; and what is inside a type that marshals
// itself, such as time.Time.
//
// Of never panics. For an accessor that it refuses it returns a lens whose
// [Lens.Err] is not nil.
func Of[T, V any](accessor func(*T) *V) Lens[T, V] {
	return lensFrom[T, V](probe.Of[Error]("lens.Of", accessor))
}

// Err returns why the lens is refused, an [*Error], or nil.
func (l Lens[T, V]) Err() error { return l.ModelLens().Err }

// String returns the attribute path, as in location.city or past[3].city. It
// is for people: different paths may read alike.
func (l Lens[T, V]) String() string { return text(l.ModelLens()) }

// Err returns why the lens is refused, an [*Error], or nil.
func (m Many[T, V]) Err() error { return m.ModelLens().Err }

// String returns the attribute path with [] for every element of a list and
// {} for every value of a map, as in past[].city. It is for people: different
// paths may read alike.
func (m Many[T, V]) String() string { return text(m.ModelLens()) }

func text(l *model.Lens) string {
	if l.Err != nil {
		return "!(" + l.Err.Error() + ")"
	}
	return l.Path.String()
}

func lensFrom[T, V any](l *model.Lens) Lens[T, V] {
	return Lens[T, V]{model.HandleLens[T, V, Error](l)}
}

func manyFrom[T, V any](l *model.Lens) Many[T, V] {
	return Many[T, V]{model.HandleLens[T, V, Error](l)}
}

// valueOf captures v under its static type, interfaces included.
func valueOf[V any](v V) reflect.Value { return reflect.ValueOf(&v).Elem() }
