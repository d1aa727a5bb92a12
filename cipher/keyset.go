package cipher

import (
	"context"
	"errors"
	"fmt"
	"io"
)

// KeySource gives out keys. [Keyset] is one that holds them in memory.
//
// scope is the scope of a binding. A source without keys per scope ignores it.
// Both methods may block, and should give up when ctx ends; a failure other
// than the errors named below is reported as [ErrKeySource], by package repo as
// repo.ErrUnavailable. A KeySource is used concurrently.
type KeySource interface {
	// Primary returns the key that new values are sealed with.
	Primary(ctx context.Context, scope string) (*Key, error)
	// ByID returns the key that an envelope names, or ErrUnknownKey,
	// ErrKeyDisabled or ErrKeyDestroyed.
	ByID(ctx context.Context, scope string, id KeyID) (*Key, error)
}

// Keyset is a fixed set of keys, the same for every scope. To rotate, deploy
// the new key as Enabled everywhere, then make it Primary, re-encrypt what the
// old one sealed, and only then take the old one out of use.
//
// A Keyset is immutable and safe for concurrent use.
type Keyset struct {
	primary *Key
	entries map[KeyID]KeysetEntry
}

// KeysetEntry is a key and its state: [Primary], [Enabled], [Disabled] or
// [Destroyed].
type KeysetEntry struct {
	id    KeyID
	key   *Key // nil if destroyed
	state keyState
}

type keyState uint8

const (
	noState keyState = iota
	primary
	enabled
	disabled
	destroyed
)

// Primary is the key that seals, and opens what it sealed. A keyset has one.
func Primary(k *Key) KeysetEntry { return entry(k, primary) }

// Enabled is a key that opens, but does not seal.
func Enabled(k *Key) KeysetEntry { return entry(k, enabled) }

// Disabled is a key that is out of use but not lost: opening fails with
// ErrKeyDisabled.
func Disabled(k *Key) KeysetEntry { return entry(k, disabled) }

// Destroyed is the id of a key that is lost on purpose, and must not be given
// to another: opening fails with ErrKeyDestroyed.
func Destroyed(id KeyID) KeysetEntry { return KeysetEntry{id: id, state: destroyed} }

func entry(k *Key, s keyState) KeysetEntry {
	if k == nil {
		return KeysetEntry{state: s}
	}
	return KeysetEntry{id: k.id, key: k, state: s}
}

// NewKeyset makes a keyset. It has exactly one primary key, no id twice, and
// no secret under two ids.
func NewKeyset(entries ...KeysetEntry) (*Keyset, error) {
	ks := &Keyset{entries: make(map[KeyID]KeysetEntry, len(entries))}
	secrets := make(map[[okmSize]byte]KeyID, len(entries))
	for i, e := range entries {
		switch {
		case e.state == noState:
			return nil, fmt.Errorf("cipher: NewKeyset: entry %d is empty; use Primary, Enabled, Disabled or Destroyed", i)
		case e.state != destroyed && e.key == nil:
			return nil, fmt.Errorf("cipher: NewKeyset: the key of entry %d is nil", i)
		case e.id == 0 || e.key != nil && e.key.derive == nil:
			return nil, fmt.Errorf("cipher: NewKeyset: entry %d is no key; make it with NewKey", i)
		}
		if _, dup := ks.entries[e.id]; dup {
			return nil, fmt.Errorf("cipher: NewKeyset: key %d is given twice", e.id)
		}
		ks.entries[e.id] = e
		if e.state == primary {
			if ks.primary != nil {
				return nil, fmt.Errorf("cipher: NewKeyset: keys %d and %d are both primary", ks.primary.id, e.id)
			}
			ks.primary = e.key
		}
		if e.key != nil {
			id := e.key.fingerprint()
			if other, dup := secrets[id]; dup {
				return nil, fmt.Errorf("cipher: NewKeyset: keys %d and %d have the same secret", other, e.id)
			}
			secrets[id] = e.id
		}
	}
	if ks.primary == nil {
		return nil, errors.New("cipher: NewKeyset: no key is primary")
	}
	return ks, nil
}

// fingerprint is equal for keys of the same secret. No envelope has the empty
// header.
func (k *Key) fingerprint() (okm [okmSize]byte) {
	k.derive(nil, &okm)
	return okm
}

// Primary implements [KeySource].
func (ks *Keyset) Primary(context.Context, string) (*Key, error) { return ks.primary, nil }

// ByID implements [KeySource].
func (ks *Keyset) ByID(_ context.Context, _ string, id KeyID) (*Key, error) {
	e := ks.entries[id]
	switch e.state {
	case primary, enabled:
		return e.key, nil
	case disabled:
		return nil, ErrKeyDisabled
	case destroyed:
		return nil, ErrKeyDestroyed
	}
	return nil, ErrUnknownKey
}

// Format writes how many keys there are and which is primary, for every verb.
func (ks *Keyset) Format(f fmt.State, _ rune) {
	if ks == nil || ks.primary == nil {
		_, _ = io.WriteString(f, "cipher.Keyset(none)")
		return
	}
	_, _ = fmt.Fprintf(f, "cipher.Keyset(%d keys, primary %d)", len(ks.entries), ks.primary.id)
}

var _ KeySource = (*Keyset)(nil)
