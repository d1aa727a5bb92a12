package model

import "reflect"

// Tally is a counter of a T: a number that many writers add to, and the field that
// receives its sum.
type Tally struct {
	Name string // stored
	At   *Lens  // to the field, which is not stored
	Err  error
}

// Spread says over how many items a counter is spread, and where they are.
type Spread struct {
	Root           reflect.Type
	Tally          *Tally
	Table, KeyName string
	Slots          int
	Errs           []error
}

// TallyHandle carries a counter of a T.
type TallyHandle[T any, E Refused] struct{ tally *Tally }

// HandleTally returns the handle of t.
func HandleTally[T any, E Refused](t *Tally) TallyHandle[T, E] { return TallyHandle[T, E]{t} }

// ModelTally returns the counter, never nil: that of the zero handle has an Err.
func (h TallyHandle[T, E]) ModelTally() *Tally {
	if h.tally != nil {
		return h.tally
	}
	return &Tally{Err: Refuse[E](Refusal{Func: "lens.Tally", Type: reflect.TypeFor[T]().String(), Reason: "a zero Tally counts nothing; make one with lens.Counter"})}
}

// ModelOf marks the handle as a counter of a T.
func (TallyHandle[T, E]) ModelOf(*T) {}
