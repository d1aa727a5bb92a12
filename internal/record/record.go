// Package record is what a meta.Record remembers beyond its exported fields:
// the state of the object that a value was read from or written to. It lives
// in memory only.
package record

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
	Key   []types.AttributeValue
	Root  *stored.Root
	// Digests holds the plaintext of each loaded part, Elems that of each
	// element of a divided list together with everything inside the element.
	Digests map[stored.Inst]Digest
	Elems   map[stored.Inst][]Digest
	// Unloaded names places (logical paths as text) that were not read.
	Unloaded map[string]bool
	Unknown  *Unknown
}

// Holder carries a snapshot through packages that must not show it.
type Holder struct{ s *Snapshot }

// Snapshot returns what the holder carries, nil for a value never stored.
func (h *Holder) Snapshot() *Snapshot { return h.s }

// SetSnapshot replaces what the holder carries.
func (h *Holder) SetSnapshot(s *Snapshot) { h.s = s }
