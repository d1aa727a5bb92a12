package meta

import (
	"encoding/base64"
	"errors"
	"slices"
	"time"

	"github.com/dystore/dystore/internal/snapshot"
	"github.com/dystore/dystore/internal/stored"
)

// FormatVersion is the newest version of the stored format that this program reads. It
// writes it for objects that need it, those with parts of more than 390 KB or thousands of
// parts. For all others it writes 3. What is stored in 1 and 2 it reads and updates as it
// is, and a write of the whole object stores it anew.
const FormatVersion = 4

// The number is written out for the documentation. One that differs from that
// of package stored does not compile.
var _ [FormatVersion]struct{} = [stored.Format]struct{}{}

// Record is what is known about the stored object that a value was read from or
// written to. Declare a field of this type, tagged `dynamodbav:"-"`, and name
// it with Keep; its zero value means that the object was never stored.
//
// A value with a record is tracked: Put replaces exactly the version the record
// names, writes only the parts that changed, and reports ErrConflict if another
// write was committed first. Each successful write renews the record of its
// value. Copies share the immutable part of it; a copy that was not part of the
// last write is out of date, and Put says so.
//
// Version and WriteID together name one version, also when the object is
// deleted and created again. The exception is a write that is repeated with its
// id in both objects (see repo.WithWriteID); a record from a read distinguishes
// even these.
//
// A record made of Version and WriteID alone, from an ETag or JSON, names the
// same version but remembers nothing: Put reads the object first.
//
// An item that another program has written has no stored record. The record of
// a value read from it has Version 0 and remembers what was read. Outside the
// program it equals that of a new object.
type Record struct {
	Version   int64     // 1 for a new object, one more with each committed write
	WriteID   WriteID   // the last write
	CreatedAt time.Time // UTC, milliseconds, the writer's clock
	UpdatedAt time.Time
	CreatedBy string    // as repo.By said, empty if it was not said
	UpdatedBy string    // of this version
	DeletedAt time.Time // of an object that is deleted and kept, otherwise zero

	holder
}

// holder keeps the methods of snapshot.Holder out of the documentation.
type holder = snapshot.Holder

// Equal reports whether two records name the same version of an object.
// Comparison packages such as go-cmp use it.
func (r Record) Equal(o Record) bool {
	return r.Version == o.Version && r.WriteID == o.WriteID &&
		r.CreatedAt.Equal(o.CreatedAt) && r.UpdatedAt.Equal(o.UpdatedAt)
}

// Reference is one part of an object in a separate table.
type Reference struct {
	Part  string // instance, for instance location.geo or past#AbCdEfGhIjk
	Table string // without prefix
	Key   string
}

// References lists the parts of the object that the record describes, sorted
// by name. It is empty for a value that was never stored.
func (r Record) References() []Reference {
	s := r.Snapshot()
	if s == nil || s.Bare() {
		return nil
	}
	refs := make([]Reference, 0, len(s.Root.Parts))
	for inst := range s.Root.Parts {
		ref := s.Root.Locate(inst, s.Key)
		refs = append(refs, Reference{Part: string(inst), Table: ref.Table, Key: ref.Key})
	}
	slices.SortFunc(refs, func(a, b Reference) int {
		if a.Part < b.Part {
			return -1
		}
		return 1
	})
	return refs
}

// WriteID identifies one write of one object.
type WriteID [16]byte

// NewWriteID returns a random id, to be kept by the program until the write is
// known to be done, and given to repo.WithWriteID.
func NewWriteID() WriteID { return WriteID(stored.NewID()) }

// ParseWriteID reads what String returns.
func ParseWriteID(s string) (id WriteID, err error) {
	b, err := base64.RawURLEncoding.Strict().DecodeString(s)
	if err != nil || len(b) != len(id) {
		return id, errors.New("meta: a write id is 22 characters of unpadded base64url")
	}
	copy(id[:], b)
	return id, nil
}

// String returns the id as 22 characters.
func (id WriteID) String() string { return stored.ID(id).String() }

// MarshalText and UnmarshalText use the form of String.
func (id WriteID) MarshalText() ([]byte, error) { return []byte(id.String()), nil }

// UnmarshalText reads the form of String.
func (id *WriteID) UnmarshalText(b []byte) (err error) {
	*id, err = ParseWriteID(string(b))
	return err
}
