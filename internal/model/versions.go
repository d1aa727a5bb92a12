package model

import (
	"context"
	"reflect"
	"sync/atomic"
)

// Versions says which version of the model a declaration is, and how objects of earlier
// ones become objects of it.
type Versions struct {
	Version  int
	Upgrades []*Upgrade
}

// Upgrade leads from a version of a model to the next one.
type Upgrade struct {
	From     int
	Old, New reflect.Type
	Call     func(old reflect.Value) (reflect.Value, error) // *Old to *New; nil: none was given
	Parts    []any                                          // of the model of that version: *Protect, *OneOf
}

// Plaintext are encrypted fields that may also be stored without encryption.
type Plaintext struct {
	Lenses []*Lens
	Found  []*atomic.Int64 // how many were read so, by lens
}

// Erased are encrypted fields that are absent if their key is destroyed.
type Erased struct {
	Lenses []*Lens
	Report func(ctx context.Context, path string)
}
