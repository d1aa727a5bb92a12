// Package protect ties a set of encrypted fields to the type it is declared
// for. The public type of package cipher embeds the handle under an unexported
// alias, so that its methods are promoted but do not show in the
// documentation.
package protect

import (
	"reflect"

	"github.com/dystore/dystore/internal/model"
)

// Handle carries a Protect of a T.
type Handle[T any] struct{ protect *model.Protect }

// New returns the handle of p.
func New[T any](p *model.Protect) Handle[T] { return Handle[T]{p} }

// ModelPart returns the *model.Protect, never nil: the zero handle has one
// with an Err.
func (h Handle[T]) ModelPart() any {
	if h.protect != nil {
		return h.protect
	}
	return &model.Protect{Err: &model.DeclError{Func: "cipher.Protection", Type: reflect.TypeFor[T]().String(),
		Reason: "a zero Protection has no fields; make one with cipher.Protect"}}
}

// ModelOf marks the handle as part of a model of T.
func (Handle[T]) ModelOf(*T) {}

var _ model.PartOf[int] = Handle[int]{}
