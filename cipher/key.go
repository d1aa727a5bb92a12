package cipher

import (
	"crypto/hkdf"
	"crypto/hmac"
	"crypto/sha256"
	"errors"
	"fmt"
	"hash"
	"io"
	"log/slog"
	"strconv"
	"sync"
)

// KeyID names a key. It is stored in the clear in every envelope, so that a
// reader finds the key again. 0 is not a valid id.
type KeyID uint32

// secretSize is the length of a secret in bytes.
const secretSize = 32

// Labels of the key derivation, part of the stored format.
const (
	extractSalt = "github.com/dystore/dystore/cipher/v1 extract"
	expandLabel = "github.com/dystore/dystore/cipher/v1 expand"
)

// Key is a secret key and its id. It prints, logs and marshals without the
// secret, and never gives it back.
//
// A Key is immutable and safe for concurrent use.
type Key struct {
	id KeyID
	// derive is the only way to the secret: a closure has nothing in it that
	// a printer which walks values by reflection could meet.
	derive func(header []byte, okm *[okmSize]byte)
}

// NewKey makes a key of 32 random bytes, from a secrets manager or from
// crypto/rand. A password or other text is no key: it has to go through a
// password hash first. The secret is copied; the caller may overwrite it.
func NewKey(id KeyID, secret []byte) (*Key, error) {
	if id == 0 {
		return nil, errors.New("cipher: NewKey: 0 is not a valid key id")
	}
	if len(secret) != secretSize {
		return nil, fmt.Errorf("cipher: NewKey: key %d has %d bytes, want %d", id, len(secret), secretSize)
	}
	if [secretSize]byte(secret) == [secretSize]byte{} {
		return nil, fmt.Errorf("cipher: NewKey: key %d is all zero", id)
	}
	prk, err := hkdf.Extract(sha256.New, secret, []byte(extractSalt))
	if err != nil {
		return nil, fmt.Errorf("cipher: NewKey: key %d: %w", id, err)
	}
	return &Key{id: id, derive: expander(prk)}, nil
}

// ID returns the id.
func (k Key) ID() KeyID { return k.id }

// String returns the id, and a reminder that the rest is secret.
func (k Key) String() string {
	return "cipher.Key(" + strconv.FormatUint(uint64(k.id), 10) + ", redacted)"
}

// GoString is String.
func (k Key) GoString() string { return k.String() }

// Format writes String for every verb.
func (k Key) Format(f fmt.State, _ rune) { _, _ = io.WriteString(f, k.String()) }

// LogValue is String.
func (k Key) LogValue() slog.Value { return slog.StringValue(k.String()) }

// MarshalJSON is String.
func (k Key) MarshalJSON() ([]byte, error) { return []byte(strconv.Quote(k.String())), nil }

// okmSize is what is derived per envelope: an encryption key and a commitment.
const okmSize = 2 * sha256.Size

// expander returns HKDF-Expand under prk for info = expandLabel || header. It
// keeps keyed MACs, since keying one costs more than everything else in the
// derivation, and two blocks by hand are all that 64 bytes need.
func expander(prk []byte) func(header []byte, okm *[okmSize]byte) {
	macs := sync.Pool{New: func() any { return &expansion{mac: hmac.New(sha256.New, prk), label: []byte(expandLabel)} }}
	return func(header []byte, okm *[okmSize]byte) {
		x := macs.Get().(*expansion)
		x.block(okm[:0], nil, header, 1)
		x.block(okm[:sha256.Size], okm[:sha256.Size], header, 2)
		macs.Put(x)
	}
}

// expansion is a keyed MAC and what it is fed with, on the heap once.
type expansion struct {
	mac     hash.Hash
	label   []byte
	counter [1]byte
}

// block appends block n of the expansion, which follows block previous.
func (x *expansion) block(dst, previous, header []byte, n byte) {
	x.counter[0] = n
	x.mac.Reset()
	for _, b := range [...][]byte{previous, x.label, header, x.counter[:]} {
		x.mac.Write(b)
	}
	x.mac.Sum(dst)
}
