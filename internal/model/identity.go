package model

import "reflect"

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

var _ PartOf[int] = IdentityHandle[int]{}
