package dynamostore

import (
	"errors"
	"strings"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/dystore/dystore/internal/fail"
	"github.com/dystore/dystore/internal/legacy"
)

// Kinds of errors, beside those of package repo; test with errors.Is. ErrMissing,
// ErrCycle and ErrTooDeep are repo.ErrCorrupt as well.
var (
	// ErrTable: a reference leads into a table that AllowTables does not name.
	ErrTable = legacy.ErrTable
	// ErrRegion: a reference leads into a region that Region does not name.
	ErrRegion = legacy.ErrRegion
	// ErrMissing: an item that the object refers to is not there, also when the object
	// was read again.
	ErrMissing = legacy.ErrMissing
	// ErrCycle: a reference leads to an item that it is in.
	ErrCycle = legacy.ErrCycle
	// ErrTooDeep: references have no end in sight: more than 64 levels, 100,000 items or
	// 1 GiB, where each value counts 64 bytes more than its size.
	ErrTooDeep = legacy.ErrTooDeep
	// ErrDecrypt: the passphrase is wrong, or the value was damaged.
	ErrDecrypt = legacy.ErrDecrypt
	// ErrNotEncrypted: Passphrase has a passphrase for a value that is not encrypted.
	ErrNotEncrypted = legacy.ErrNotEncrypted
)

// Error says what could not be read or imported. The cause is in Err; errors.Is and
// errors.As see through it.
type Error struct {
	Op    string // Open, Get, All, Import or ImportAll
	Table string // of the root items, with its prefix
	Key   string // the object's key, as text for people
	Path  string // the path concerned, if one is: as Passphrase sees it, or as the type has it
	Err   error
}

func (e *Error) Error() string {
	var b strings.Builder
	b.WriteString("dynamostore: " + e.Op)
	for _, s := range []string{e.Table, e.Key} {
		if s != "" {
			b.WriteString(" " + s)
		}
	}
	if e.Path != "" {
		b.WriteString(", " + e.Path)
	}
	return b.String() + ": " + e.Err.Error()
}

func (e *Error) Unwrap() error { return e.Err }

// ReferenceError is the cause of an Error that is about an item which the object refers
// to at Error.Path.
type ReferenceError struct {
	Table string // where the reference leads, with its prefix
	Key   string // and to which item, as text for people
	Err   error
}

func (e *ReferenceError) Error() string {
	return "the reference to " + e.Table + " " + e.Key + ": " + e.Err.Error()
}

func (e *ReferenceError) Unwrap() error { return e.Err }

// fail gives an error its place.
func (s *Store) fail(op string, key types.AttributeValue, err error) error {
	if err == nil {
		return nil
	}
	e := &Error{Op: op, Table: s.r.RootTable(), Err: err}
	if key != nil {
		e.Key = legacy.KeyText(key)
	}
	at, ok := errors.AsType[*legacy.Error](err)
	if !ok {
		e.Path, _ = fail.Path(err)
		return e
	}
	e.Path, e.Err = at.Path, at.Err
	if at.Table != "" {
		e.Err = &ReferenceError{Table: s.r.Prefix + at.Table, Key: at.Key, Err: at.Err}
	}
	return e
}
