package repo

import (
	"reflect"

	"github.com/dystore/dystore/internal/keys"
	"github.com/dystore/dystore/internal/probe"
	"github.com/dystore/dystore/internal/tables"
	"github.com/dystore/dystore/keygen"
	"github.com/dystore/dystore/lens"
)

// Keyed declares the key of a model of T: what KeyOf, CompositeKeyOf, JoinedKeyOf and
// DetachedKey return.
type Keyed[T any] interface {
	keySpec() *keys.Spec
	keyOf(*T)
}

// SimpleKey declares a key of one attribute, the partition key.
type SimpleKey[T, K any] struct{ spec *keys.Spec }

// KeyOf declares the field that holds an object's key. K may be a string, an
// integer, []byte, a byte array, a time.Time, a type with a text form such as
// uuid.UUID, or a named form of these. With a generator, Create and Put fill a
// zero key; without, an empty string or []byte is refused, and any other zero,
// that of a uuid.UUID as well, is a key like others: whether a zero was meant
// is not to be seen, and validate:"required" in the field's tag refuses it. So
// New refuses the tag options omitempty and nullempty where they would leave
// such a key out.
func KeyOf[T, K any](field func(*T) *K, generator ...keygen.Generator[T, K]) SimpleKey[T, K] {
	spec := &keys.Spec{}
	spec.Add("repo.KeyOf", probe.Of[lens.Error]("repo.KeyOf", field))
	keys.AddGenerator(spec, 0, "repo.KeyOf", generator)
	return SimpleKey[T, K]{spec}
}

// DetachedKey declares a key that is not in the model: objects are written
// with CreateAt and PutAt, or with Create if there is a generator.
func DetachedKey[T, K any](attribute string, generator ...keygen.Generator[T, K]) SimpleKey[T, K] {
	spec := &keys.Spec{}
	spec.AddDetached("repo.DetachedKey", reflect.TypeFor[T](), attribute, reflect.TypeFor[K]())
	keys.AddGenerator(spec, 0, "repo.DetachedKey", generator)
	return SimpleKey[T, K]{spec}
}

// Of returns the key of the object with the key value k.
func (d SimpleKey[T, K]) Of(k K) Key[T] {
	if d.spec == nil {
		return Key[T]{}
	}
	return Key[T]{d.spec.Key(reflect.ValueOf(&k).Elem())}
}

func (d SimpleKey[T, K]) keySpec() *keys.Spec { return d.spec }
func (SimpleKey[T, K]) keyOf(*T)              {}

// CompositeKey declares a key of a partition key and a sort key.
type CompositeKey[T, P, S any] struct{ spec *keys.Spec }

// CompositeKeyOf declares the fields of the partition key and the sort key.
// Objects with the same partition key are stored in the order of their sort
// keys and found by Query. Times sort correctly: they are stored in UTC with
// nine fractional digits, or under unixtime in whole seconds, and then all times
// of one second are one key. A type that marshals itself to text sorts as text.
// Either may be generated, see [CompositeKey.GenerateSort].
func CompositeKeyOf[T, P, S any](partition func(*T) *P, sort func(*T) *S) CompositeKey[T, P, S] {
	spec := &keys.Spec{}
	spec.Add("repo.CompositeKeyOf", probe.Of[lens.Error]("repo.CompositeKeyOf", partition))
	spec.Add("repo.CompositeKeyOf", probe.Of[lens.Error]("repo.CompositeKeyOf", sort))
	return CompositeKey[T, P, S]{spec}
}

// Of returns the key of the object with the partition key p and sort key s.
func (d CompositeKey[T, P, S]) Of(p P, s S) Key[T] {
	if d.spec == nil {
		return Key[T]{}
	}
	return Key[T]{d.spec.Key(reflect.ValueOf(&p).Elem(), reflect.ValueOf(&s).Elem())}
}

// GeneratePartition returns the same key with a generator for the partition
// key. What is said of GenerateSort holds for it as well.
func (d CompositeKey[T, P, S]) GeneratePartition(g keygen.Generator[T, P]) CompositeKey[T, P, S] {
	return CompositeKey[T, P, S]{keys.Generating(d.spec, 0, "repo.CompositeKey.GeneratePartition", g)}
}

// GenerateSort returns the same key with a generator for the sort key: Create
// and Put fill a zero one, and the value learns it when the write is done. A
// partition key that is generated as well comes first, and the generator of the
// sort key sees it. Without a generator, an empty string or []byte is refused,
// and any other zero is a key like others.
func (d CompositeKey[T, P, S]) GenerateSort(g keygen.Generator[T, S]) CompositeKey[T, P, S] {
	return CompositeKey[T, P, S]{keys.Generating(d.spec, 1, "repo.CompositeKey.GenerateSort", g)}
}

func (d CompositeKey[T, P, S]) keySpec() *keys.Spec { return d.spec }
func (CompositeKey[T, P, S]) keyOf(*T)              {}

// Key is the key of one object of a T. It is made by a key declaration
// (personID.Of("p1")), by Repo.Key, or returned by a write. A key that cannot
// work is an error of the verb that uses it, before any request. The zero Key
// is such a key.
type Key[T any] struct{ k tables.Key }

// String shows the key for people; it is not a stored form.
func (k Key[T]) String() string { return k.k.Text() }

// Equal reports whether two keys are the same stored key.
func (k Key[T]) Equal(o Key[T]) bool { return k.k.Text() == o.k.Text() }
