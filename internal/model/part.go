package model

// PartHandle carries a part of a model of T that a package has defined itself.
type PartHandle[T any] struct{ part any }

// HandlePart returns the handle of a part.
func HandlePart[T any](part any) PartHandle[T] { return PartHandle[T]{part} }

// ModelPart returns the part, nil of a zero handle.
func (h PartHandle[T]) ModelPart() any { return h.part }

// ModelOf marks the handle as part of a model of T.
func (PartHandle[T]) ModelOf(*T) {}

var _ PartOf[int] = PartHandle[int]{}
