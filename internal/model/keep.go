package model

import "reflect"

// KeepHandle carries a Keep of a T.
type KeepHandle[T any, E Refused] struct{ keep *Keep }

// HandleKeep returns the handle of k.
func HandleKeep[T any, E Refused](k *Keep) KeepHandle[T, E] { return KeepHandle[T, E]{k} }

// ModelPart returns the *Keep, never nil: the lens of a zero handle has an Err.
func (h KeepHandle[T, E]) ModelPart() any {
	if h.keep != nil {
		return h.keep
	}
	root := reflect.TypeFor[T]()
	return &Keep{At: &Lens{Root: root, Err: Refuse[E](Refusal{
		Func: "meta.Kept", Type: root.String(), Reason: "a zero Kept names no field; make one with meta.Keep"})}}
}

// ModelOf marks the handle as part of a model of T.
func (KeepHandle[T, E]) ModelOf(*T) {}

var _ PartOf[int] = KeepHandle[int, refused]{}
