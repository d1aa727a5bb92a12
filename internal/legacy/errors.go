package legacy

import (
	"errors"

	"github.com/dystore/dystore/internal/fail"
)

// Kinds of errors. Package dynamostore shows them under its own names.
var (
	ErrTable        = errors.New("reference into a table that is not allowed")
	ErrRegion       = errors.New("reference into another region")
	ErrMissing      = errors.New("referenced item is missing")
	ErrCycle        = errors.New("references form a cycle")
	ErrTooDeep      = errors.New("references nest too deep")
	ErrDecrypt      = errors.New("value cannot be decrypted: wrong passphrase, or damaged")
	ErrNotEncrypted = errors.New("value is not encrypted")
)

// Error says which value of an object, or which item, cannot be read.
type Error struct {
	Path  string // as dynamo-store spelled it; empty: the whole object
	Table string // of the item that a reference leads to; empty: it is about a value
	Key   string // of that item
	Err   error
}

func (e *Error) Error() string { return e.Path + ": " + e.Err.Error() }

func (e *Error) Unwrap() error { return e.Err }

// corrupt is an error about stored data that contradicts itself.
func corrupt(format string, args ...any) error { return fail.Withf(fail.ErrCorrupt, format, args...) }
