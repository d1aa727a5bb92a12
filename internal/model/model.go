// Package model is what a declaration becomes once its type parameters are
// erased: lenses, changes, conditions and the parts of a model. Public packages
// build these values, package repo reads them. The generic interfaces below
// carry T in a method that is never called, so that a part, lens or change of
// another model does not compile.
package model

import (
	"reflect"

	"github.com/dystore/dystore/internal/attr"
	"github.com/dystore/dystore/internal/codec"
	"github.com/dystore/dystore/internal/expr"
)

// Lens is a typed accessor, compiled to a path.
type Lens struct {
	Root  reflect.Type // T
	Value reflect.Type // V
	Steps []Step       // how to walk a Go value
	Path  attr.Path    // of the value in the logical document
	Codec *codec.Codec // encodes V as the field that holds it does (tag options)
	Many  bool         // at least one Each or EachValue
	Err   error        // why the accessor was refused; a *lens.Error
	// BindAs is what encrypted values at the path are bound to; nil: to the path.
	BindAs attr.Path
}

// Step is one move of a lens in a Go value.
type Step struct {
	Kind  StepKind
	Index int           // Field, ArrayIndex, SliceIndex
	Key   reflect.Value // MapKey
	Type  reflect.Type  // Variant: what the interface holds
}

// StepKind says what a Step does.
type StepKind uint8

const (
	Field StepKind = iota
	Deref
	ArrayIndex
	SliceIndex
	MapKey
	EachElem
	EachValue
	Variant
)

// LensOf is a lens into T of any V: Lens[T,V] or Many[T,V].
type LensOf[T any] interface {
	ModelLens() *Lens
	ModelOf(*T)
}

// ComponentOf is a component of the key of a T: a lens or a word.
type ComponentOf[T any] interface {
	ModelComponent() Component
	ModelOf(*T)
}

// Component is one of the values that are joined to an attribute of a key.
type Component struct {
	Lens *Lens  // of a field; nil: it is a word
	Word string // which is the same in all keys
}

// ChangeOp says what a Change does.
type ChangeOp uint8

const (
	Set ChangeOp = iota
	SetIfAbsent
	Remove
	Add
	Append
	Prepend
	AddToSet
	DeleteFromSet
	Merge     // Sets
	If        // Cond must hold
	Unchanged // Object's version must be the stored one
)

// Change is one argument of Update.
type Change struct {
	Op     ChangeOp
	Lens   *Lens
	Value  reflect.Value // Set, SetIfAbsent: a V; Add: a number; Append, Prepend: a slice of new elements; AddToSet, DeleteFromSet: a V of these elements
	Sets   []*Change     // Merge: a Set of each field
	Cond   *Cond         // If
	Object reflect.Value // Unchanged: a *T
	Err    error         // a call that cannot work, found when it was made
}

// ChangeOf is a change of a T.
type ChangeOf[T any] interface {
	ModelChange() *Change
	ModelOf(*T)
}

// CondOp is the operator of a Cond.
type CondOp uint8

const (
	Eq CondOp = iota
	Ne
	Lt
	Le
	Gt
	Ge
	Between
	In
	Exists
	NotExists
	And
	Or
	Not
	Said // by Said, of the package expression
)

// Cond is a condition on the stored object: an operator on one path, or a
// combination of Subs.
type Cond struct {
	Op       CondOp
	Lens     *Lens
	Values   []reflect.Value
	Subs     []*Cond
	Said     *expr.Condition // one comparison or function of paths, never of existence
	Instants bool            // Said compares times, of which one has many spellings
	Sought   *Sought         // Eq of an encrypted value, by its tag: for a range of an index, to all else Err
	Err      error
}

// CondOf is a condition on a T.
type CondOf[T any] interface {
	ModelCond() *Cond
	ModelOf(*T)
}

// PartOf is a part of a model of T. ModelPart returns a *Shard, *Protect, *Keep,
// *Identity, *Unique, *OneOf, or what package repo has defined itself.
type PartOf[T any] interface {
	ModelPart() any
	ModelOf(*T)
}

// ShardOf is a part that may be nested in a shard of S.
type ShardOf[S any] interface {
	ModelShard() *Shard
	ModelOf(*S)
}

// ShardKind says how a shard divides the value at its path.
type ShardKind uint8

const (
	ShardOne          ShardKind = iota // a struct value: always one item
	ShardOptional                      // a pointer: nil is no item
	ShardEach                          // a slice: an item per element
	ShardEachPtr                       // a slice of pointers: an item per non-nil element
	ShardEachValue                     // a map: an item per value
	ShardWithin                        // a slice that stays; Parts of each element go elsewhere
	ShardWithinValues                  // a map that stays; Parts of each value go elsewhere
	ShardVariant                       // a variant of an interface: no item while the interface holds another
)

// String returns the constructor that declares shards of the kind.
func (k ShardKind) String() string {
	return [...]string{"shard.New", "shard.Optional", "shard.Each", "shard.EachPtr", "shard.EachValue", "shard.Within", "shard.WithinValues", "repo.Variant"}[k]
}

// Shard is a part of an object that lives in a separate table.
type Shard struct {
	Kind      ShardKind
	At        *Lens        // from the enclosing type to the value, pointer, slice or map
	Elem      reflect.Type // S, the struct stored per item (or the element type of Within)
	Table     string       // as declared, perhaps an ARN, or in another region; empty for Within and WithinValues
	KeyName   string       // partition key attribute of the shard's table
	WhenOver  int          // bytes; a part of at most this size stays in its parent; 0 = always apart
	MovedFrom []string     // tables where parts of this shard may still be
	Packed    bool         // parts are compressed
	Parts     []*Shard
	Err       error // a *lens.Error, or several joined
}

// Protect is a set of encrypted fields. Cipher is a cipher.Cipher, or a value
// with only half of it; package model cannot name the type.
type Protect struct {
	Cipher any
	Scope  *Lens   // the field of the key that says whose keys of the cipher; nil: they have no scopes
	All    bool    // every field except Lenses
	Lenses []*Lens // the fields
	Found  *Found  // of the fields: they are written without encryption, and read either way; nil: they are encrypted
	Err    error
}

// Keep names the field that receives the stored record.
type Keep struct{ At *Lens }

// Expiry names the field that says when an object expires.
type Expiry struct{ At *Lens }

// SoftDelete says that what is deleted is kept.
type SoftDelete struct{}

// Identity names fields that identify the elements of lists.
type Identity struct {
	Lenses []*Lens
	Err    error
}

// Unique names fields whose value only one object may have. Claims are kept in a
// table of their own.
type Unique struct {
	Root      reflect.Type // T
	Lenses    []*Lens      // the fields
	Fold      []*Lens      // those that are compared without regard to case
	FoldAll   bool         // all that are text
	Secret    []byte       // of a keyed hash that is stored instead of values; nil: values are stored
	Table     string
	KeyName   string
	MovedFrom []string
	Errs      []error
}
