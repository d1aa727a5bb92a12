// Package snapshot is what a meta.Record remembers beyond its exported fields:
// the state of the object that a value was read from or written to. It lives
// in memory only.
package snapshot

import (
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/dystore/dystore/internal/stored"
)

// Digest identifies the plaintext of a part.
type Digest [32]byte

// Snapshot describes one version of one object. It is immutable: copies of a
// user's struct share it.
type Snapshot struct {
	Table string
	Owner string // stored.Owner of entity and key: the object it is about
	// Sealed says what is encrypted by the declaration that the value was read
	// or written with. Another declaration stores parts in another form.
	Sealed string
	Key    []types.AttributeValue
	// Root is the record of the object, nil if its item has none: another
	// program has written it. Then Read is the item as it was read, without its
	// key.
	Root *stored.Root
	Read map[string]types.AttributeValue
	// Digests holds the digest of the plaintext of each loaded part, Elems what
	// identifies each element of a divided list.
	Digests map[stored.Inst]Digest
	Elems   map[stored.Inst][]Element
	// Envelopes holds those of each loaded part that has any.
	Envelopes map[stored.Inst][]Envelope
	// Unloaded names places (logical paths as text) that were not read.
	Unloaded map[string]bool
	Unknown  *Unknown
	// Partial: the stored object may have more unknown attributes than Unknown
	// has. Before the object is replaced it has to be read.
	Partial bool
	// Damaged: Root is without parts that could not be had, and the value too.
	Damaged bool
}

// Bare reports whether the snapshot is of an item without a record.
func (s *Snapshot) Bare() bool { return s != nil && s.Root == nil }

// Envelope is how an encrypted value is stored, as far as it shows.
type Envelope struct {
	Bare  bool   // it is not encrypted, though it should be
	Group int    // the number of its cipher
	Scope string // of its key, by the path of the value
	Key   uint32 // 0: it is no envelope of package cipher
	Suite uint8
	Size  int // of the envelope in bytes
	Plain int // of what is in it
}

// Holder carries a snapshot through packages that must not show it.
type Holder struct{ s *Snapshot }

// Snapshot returns what the holder carries, nil for a value never stored.
func (h *Holder) Snapshot() *Snapshot { return h.s }

// SetSnapshot replaces what the holder carries.
func (h *Holder) SetSnapshot(s *Snapshot) { h.s = s }
