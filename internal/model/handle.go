package model

import "reflect"

// The public types of packages lens, shard, cipher, meta and repo embed these
// handles under an unexported alias. The methods that tie a value to its T are
// promoted, but do not show in the documentation.

// LensHandle carries a lens from a T to a V.
type LensHandle[T, V any, E Refused] struct{ lens *Lens }

// HandleLens returns the handle of l.
func HandleLens[T, V any, E Refused](l *Lens) LensHandle[T, V, E] {
	return LensHandle[T, V, E]{l}
}

// ModelLens returns the lens, never nil: the zero handle has one with an Err.
func (h LensHandle[T, V, E]) ModelLens() *Lens {
	if h.lens != nil {
		return h.lens
	}
	root := reflect.TypeFor[T]()
	return &Lens{Root: root, Value: reflect.TypeFor[V](), Err: Refuse[E](Refusal{
		Func: "lens.Lens", Type: root.String(), Reason: "a zero Lens has no path; make one with lens.Of"})}
}

// ModelOf marks the handle as one into a T.
func (LensHandle[T, V, E]) ModelOf(*T) {}

// ModelValue marks the handle as one of a V.
func (LensHandle[T, V, E]) ModelValue(*V) {}

// ModelComponent returns the lens as a component of a key.
func (h LensHandle[T, V, E]) ModelComponent() Component { return Component{Lens: h.ModelLens()} }

// WordHandle carries a word of the keys of a T.
type WordHandle[T any] struct{ word string }

// HandleWord returns the handle of a word.
func HandleWord[T any](word string) WordHandle[T] { return WordHandle[T]{word} }

// ModelComponent returns the word as a component of a key.
func (h WordHandle[T]) ModelComponent() Component { return Component{Word: h.word} }

// ModelOf marks the handle as one of a T.
func (WordHandle[T]) ModelOf(*T) {}

// LensInto is a lens of one or many values from a T to a V.
type LensInto[T, V any] interface {
	LensOf[T]
	ModelValue(*V)
}

// ChangeHandle carries a change of a T.
type ChangeHandle[T any, E Refused] struct{ change *Change }

// HandleChange returns the handle of c.
func HandleChange[T any, E Refused](c *Change) ChangeHandle[T, E] {
	return ChangeHandle[T, E]{c}
}

// ModelChange returns the change, never nil: the zero handle has one with an
// Err.
func (h ChangeHandle[T, E]) ModelChange() *Change {
	if h.change != nil {
		return h.change
	}
	return &Change{Err: Refuse[E](Refusal{Func: "lens.Edit", Type: reflect.TypeFor[T]().String(), Reason: "a zero Edit changes nothing; make one with Set, SetIfAbsent, Remove, Add or Append"})}
}

// ModelOf marks the handle as a change of a T.
func (ChangeHandle[T, E]) ModelOf(*T) {}

// CondHandle carries a condition on a T.
type CondHandle[T any, E Refused] struct{ cond *Cond }

// HandleCond returns the handle of c.
func HandleCond[T any, E Refused](c *Cond) CondHandle[T, E] {
	return CondHandle[T, E]{c}
}

// ModelCond returns the condition, never nil: the zero handle has one with an
// Err.
func (h CondHandle[T, E]) ModelCond() *Cond {
	if h.cond != nil {
		return h.cond
	}
	return &Cond{Err: Refuse[E](Refusal{Func: "lens.Predicate", Type: reflect.TypeFor[T]().String(), Reason: "a zero Predicate tests nothing; make one with Eq, Exists or another method of a Lens"})}
}

// ModelOf marks the handle as a condition on a T.
func (CondHandle[T, E]) ModelOf(*T) {}

// ShardHandle carries a shard of a T.
type ShardHandle[T any, E Refused] struct{ shard *Shard }

// HandleShard returns the handle of s.
func HandleShard[T any, E Refused](s *Shard) ShardHandle[T, E] {
	return ShardHandle[T, E]{s}
}

// ModelShard returns the shard, never nil: the zero handle has one with an Err.
func (h ShardHandle[T, E]) ModelShard() *Shard {
	if h.shard != nil {
		return h.shard
	}
	root := reflect.TypeFor[T]()
	err := Refuse[E](Refusal{Func: "shard.Shard", Type: root.String(), Reason: "a zero Shard has no place; make one with shard.New"})
	return &Shard{At: &Lens{Root: root, Err: err}, Err: err}
}

// ModelPart returns ModelShard.
func (h ShardHandle[T, E]) ModelPart() any { return h.ModelShard() }

// ModelOf marks the handle as part of a model of T.
func (ShardHandle[T, E]) ModelOf(*T) {}

// ProtectHandle carries a Protect of a T.
type ProtectHandle[T any, E Refused] struct{ protect *Protect }

// HandleProtect returns the handle of p.
func HandleProtect[T any, E Refused](p *Protect) ProtectHandle[T, E] {
	return ProtectHandle[T, E]{p}
}

// ModelPart returns the *Protect, never nil: the zero handle has one with an
// Err.
func (h ProtectHandle[T, E]) ModelPart() any {
	if h.protect != nil {
		return h.protect
	}
	return &Protect{Err: Refuse[E](Refusal{Func: "cipher.Protection", Type: reflect.TypeFor[T]().String(),
		Reason: "a zero Protection has no fields; make one with cipher.Protect"})}
}

// ModelOf marks the handle as part of a model of T.
func (ProtectHandle[T, E]) ModelOf(*T) {}

// IdentityHandle carries an Identity of a T.
type IdentityHandle[T any, E Refused] struct{ identity *Identity }

// HandleIdentity returns the handle of i.
func HandleIdentity[T any, E Refused](i *Identity) IdentityHandle[T, E] {
	return IdentityHandle[T, E]{i}
}

// ModelPart returns the *Identity, never nil: that of a zero handle has an Err.
func (h IdentityHandle[T, E]) ModelPart() any {
	if h.identity != nil {
		return h.identity
	}
	return &Identity{Err: Refuse[E](Refusal{Func: "repo.ElementIdentity", Type: reflect.TypeFor[T]().String(),
		Reason: "a zero ElementIdentity names no field; make one with repo.Identity"})}
}

// ModelOf marks the handle as part of a model of T.
func (IdentityHandle[T, E]) ModelOf(*T) {}

var (
	_ LensInto[int, string] = LensHandle[int, string, refused]{}
	_ ComponentOf[int]      = LensHandle[int, string, refused]{}
	_ ComponentOf[int]      = WordHandle[int]{}
	_ ChangeOf[int]         = ChangeHandle[int, refused]{}
	_ CondOf[int]           = CondHandle[int, refused]{}
	_ PartOf[int]           = ShardHandle[int, refused]{}
	_ ShardOf[int]          = ShardHandle[int, refused]{}
	_ PartOf[int]           = ProtectHandle[int, refused]{}
	_ PartOf[int]           = IdentityHandle[int, refused]{}
)

// IsNil reports whether a part, lens, change or condition that a caller passed
// as an interface is nil, or a nil pointer inside one, on which no method may
// be called.
func IsNil(x any) bool {
	v := reflect.ValueOf(x)
	return !v.IsValid() || v.Kind() == reflect.Pointer && v.IsNil()
}
