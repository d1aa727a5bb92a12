package model

import "reflect"

// The handles below are what the public types of packages lens, shard, cipher
// and repo embed, under an unexported alias: the methods that mark a value as belonging
// to a T are promoted, but do not show in the documentation.

// LensHandle carries a lens from a T to a V.
type LensHandle[T, V any] struct{ lens *Lens }

// HandleLens returns the handle of l.
func HandleLens[T, V any](l *Lens) LensHandle[T, V] { return LensHandle[T, V]{l} }

// ModelLens returns the lens, never nil: the zero handle has one with an Err.
func (h LensHandle[T, V]) ModelLens() *Lens {
	if h.lens != nil {
		return h.lens
	}
	root := reflect.TypeFor[T]()
	return &Lens{Root: root, Value: reflect.TypeFor[V](), Err: &DeclError{
		Func: "lens.Lens", Type: root.String(), Reason: "a zero Lens has no path; make one with lens.Of"}}
}

// ModelOf marks the handle as one into a T.
func (LensHandle[T, V]) ModelOf(*T) {}

// ModelValue marks the handle as one of a V.
func (LensHandle[T, V]) ModelValue(*V) {}

// LensInto is a lens of one or many values from a T to a V.
type LensInto[T, V any] interface {
	LensOf[T]
	ModelValue(*V)
}

// ChangeHandle carries a change of a T.
type ChangeHandle[T any] struct{ change *Change }

// HandleChange returns the handle of c.
func HandleChange[T any](c *Change) ChangeHandle[T] { return ChangeHandle[T]{c} }

// ModelChange returns the change, never nil: the zero handle has one with an
// Err.
func (h ChangeHandle[T]) ModelChange() *Change {
	if h.change != nil {
		return h.change
	}
	return &Change{Err: &DeclError{Func: "lens.Edit", Type: reflect.TypeFor[T]().String(), Reason: "a zero Edit changes nothing; make one with Set, SetIfAbsent, Remove, Add or Append"}}
}

// ModelOf marks the handle as a change of a T.
func (ChangeHandle[T]) ModelOf(*T) {}

// CondHandle carries a condition on a T.
type CondHandle[T any] struct{ cond *Cond }

// HandleCond returns the handle of c.
func HandleCond[T any](c *Cond) CondHandle[T] { return CondHandle[T]{c} }

// ModelCond returns the condition, never nil: the zero handle has one with an
// Err.
func (h CondHandle[T]) ModelCond() *Cond {
	if h.cond != nil {
		return h.cond
	}
	return &Cond{Err: &DeclError{Func: "lens.Predicate", Type: reflect.TypeFor[T]().String(), Reason: "a zero Predicate tests nothing; make one with Eq, Exists or another method of a Lens"}}
}

// ModelOf marks the handle as a condition on a T.
func (CondHandle[T]) ModelOf(*T) {}

// ShardHandle carries a shard of a T.
type ShardHandle[T any] struct{ shard *Shard }

// HandleShard returns the handle of s.
func HandleShard[T any](s *Shard) ShardHandle[T] { return ShardHandle[T]{s} }

// ModelShard returns the shard, never nil: the zero handle has one with an Err.
func (h ShardHandle[T]) ModelShard() *Shard {
	if h.shard != nil {
		return h.shard
	}
	root := reflect.TypeFor[T]()
	err := &DeclError{Func: "shard.Shard", Type: root.String(), Reason: "a zero Shard has no place; make one with shard.New"}
	return &Shard{At: &Lens{Root: root, Err: err}, Err: err}
}

// ModelPart returns ModelShard.
func (h ShardHandle[T]) ModelPart() any { return h.ModelShard() }

// ModelOf marks the handle as part of a model of T.
func (ShardHandle[T]) ModelOf(*T) {}

// ProtectHandle carries a Protect of a T.
type ProtectHandle[T any] struct{ protect *Protect }

// HandleProtect returns the handle of p.
func HandleProtect[T any](p *Protect) ProtectHandle[T] { return ProtectHandle[T]{p} }

// ModelPart returns the *Protect, never nil: the zero handle has one with an
// Err.
func (h ProtectHandle[T]) ModelPart() any {
	if h.protect != nil {
		return h.protect
	}
	return &Protect{Err: &DeclError{Func: "cipher.Protection", Type: reflect.TypeFor[T]().String(),
		Reason: "a zero Protection has no fields; make one with cipher.Protect"}}
}

// ModelOf marks the handle as part of a model of T.
func (ProtectHandle[T]) ModelOf(*T) {}

// IdentityHandle carries an Identity of a T.
type IdentityHandle[T any] struct{ identity *Identity }

// HandleIdentity returns the handle of i.
func HandleIdentity[T any](i *Identity) IdentityHandle[T] { return IdentityHandle[T]{i} }

// ModelPart returns the *Identity, never nil: that of a zero handle has an Err.
func (h IdentityHandle[T]) ModelPart() any {
	if h.identity != nil {
		return h.identity
	}
	return &Identity{Err: &DeclError{Func: "repo.ElementIdentity", Type: reflect.TypeFor[T]().String(),
		Reason: "a zero ElementIdentity names no field; make one with repo.Identity"}}
}

// ModelOf marks the handle as part of a model of T.
func (IdentityHandle[T]) ModelOf(*T) {}

var (
	_ LensInto[int, string] = LensHandle[int, string]{}
	_ ChangeOf[int]         = ChangeHandle[int]{}
	_ CondOf[int]           = CondHandle[int]{}
	_ PartOf[int]           = ShardHandle[int]{}
	_ ShardOf[int]          = ShardHandle[int]{}
	_ PartOf[int]           = ProtectHandle[int]{}
	_ PartOf[int]           = IdentityHandle[int]{}
)

// IsNil reports whether a part, lens, change or condition that a caller passed
// as an interface is nil, or a nil pointer inside one, on which no method may
// be called.
func IsNil(x any) bool {
	v := reflect.ValueOf(x)
	return !v.IsValid() || v.Kind() == reflect.Pointer && v.IsNil()
}
