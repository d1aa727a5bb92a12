package model

// KeepHandle carries a Keep of a T.
type KeepHandle[T any] struct{ keep *Keep }

// HandleKeep returns the handle of k.
func HandleKeep[T any](k *Keep) KeepHandle[T] { return KeepHandle[T]{k} }

// ModelPart returns the *Keep.
func (h KeepHandle[T]) ModelPart() any { return h.keep }

// ModelOf marks the handle as part of a model of T.
func (KeepHandle[T]) ModelOf(*T) {}

var _ PartOf[int] = KeepHandle[int]{}
