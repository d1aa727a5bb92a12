// Package stored is the format of the record that dystore keeps beside an
// object's own attributes: the _meta map of the root item and of every shard
// item, the names of instances, and the keys derived from them.
//
// internal/docs/format.md describes the same format in prose, literal enough
// to write a second decoder from; the golden files under testdata pin it.
package stored

import "fmt"

// The formats of records. A reader refuses a newer one. An even one is that of objects
// with parts in pieces or a manifest on pages; only objects that have these need it.
// Records are written in the last two, but for single members of older ones.
const (
	FirstFormat = 1 // every member is there, and the ring is padded
	Compact     = 3 // what follows from other members is left out
	Format      = 4 // the newest
)

// RingSize is how many write ids the root remembers. The ring is proof of a
// commit only while fewer than RingSize writes of others have followed it.
const RingSize = 8

// MaxClaims bounds the unique values of one object: they are written and removed in one
// transaction with the root item, which has 100 actions.
const MaxClaims = 99

// TooNewError reports a record of a later format.
type TooNewError struct{ Got int }

func (e *TooNewError) Error() string {
	return fmt.Sprintf("stored format %d is newer than %d, the newest this program reads", e.Got, Format)
}

// CorruptError reports a record that no version of this package writes.
type CorruptError struct{ Field, Reason string }

func (e *CorruptError) Error() string { return "record field " + e.Field + ": " + e.Reason }

func corrupt(field, format string, args ...any) error {
	return &CorruptError{Field: field, Reason: fmt.Sprintf(format, args...)}
}
