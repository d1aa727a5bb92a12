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

// Found counts the values of some fields that were read in a form which is to end.
type Found struct {
	Lenses []*Lens
	Counts []*atomic.Int64 // by lens
}

// FoundAt counts from zero.
func FoundAt(lenses []*Lens) *Found {
	f := &Found{Lenses: lenses}
	for range lenses {
		f.Counts = append(f.Counts, new(atomic.Int64))
	}
	return f
}

// ByPath are the counts by the paths of the fields; of nil there are none.
func (f *Found) ByPath() map[string]int64 {
	paths := map[string]int64{}
	if f == nil {
		return paths
	}
	for i, l := range f.Lenses {
		if l != nil && l.Err == nil {
			paths[l.Path.String()] += f.Counts[i].Load()
		}
	}
	return paths
}

// Plaintext are encrypted fields that may also be stored without encryption.
type Plaintext struct{ *Found }

// Erased are encrypted fields that are absent if their key is destroyed.
type Erased struct {
	Lenses []*Lens
	Report func(ctx context.Context, path string)
}
