package cipher

import (
	"crypto/rand"
	"encoding/binary"
	"fmt"
)

// Layout of an envelope of version 1; see internal/docs/format.md.
const (
	magic0, magic1 = 0xd5, 0xec
	version1       = 1

	keyIDAt    = 4
	saltAt     = 8
	headerSize = 32                     // magic, version, suite, key id, salt
	sealedAt   = headerSize + okmSize/2 // header and commitment
	nonceSize  = 12
	tagSize    = 16
)

// Overhead is the length of an envelope beyond that of its plaintext, in bytes,
// without padding: 92.
const Overhead = sealedAt + nonceSize + tagSize

// Suite says how an envelope is made. It is authenticated: it cannot be
// changed without the key.
type Suite uint8

// The suites. Both are AES-256-GCM under a key derived for each salt with
// HKDF-SHA256, with a commitment to the key.
const (
	SuiteAES256GCM       Suite = 1
	SuiteAES256GCMPadded Suite = 2 // the length of the plaintext is hidden, see WithPadding
)

func (s Suite) String() string {
	switch s {
	case SuiteAES256GCM:
		return "AES-256-GCM"
	case SuiteAES256GCMPadded:
		return "AES-256-GCM padded"
	}
	return fmt.Sprintf("suite %d", uint8(s))
}

// suites is a set of suites that exist.
type suites uint8

const allSuites = suites(1<<SuiteAES256GCM | 1<<SuiteAES256GCMPadded)

func (set suites) has(s Suite) bool { return set&(1<<s) != 0 }

// Header is what an envelope says about itself. It is not authenticated until
// the envelope has been opened.
type Header struct {
	Version uint8
	Suite   Suite
	KeyID   KeyID
}

// Inspect reads the header of an envelope. It needs no key, and proves
// nothing. Its errors are ErrNotEncrypted, ErrMalformed, ErrVersion and
// ErrSuite.
func Inspect(envelope []byte) (Header, error) {
	h, err := parseHeader(envelope, allSuites)
	if err != nil {
		return Header{}, fail("inspect", nil, 0, err)
	}
	return h, nil
}

// parseHeader checks everything about an envelope that can be checked without
// a key.
func parseHeader(envelope []byte, accepted suites) (Header, error) {
	switch {
	case len(envelope) < 2 || envelope[0] != magic0 || envelope[1] != magic1:
		return Header{}, ErrNotEncrypted
	case len(envelope) < keyIDAt:
		return Header{}, ErrMalformed
	case envelope[2] != version1:
		return Header{}, ErrVersion
	case !accepted.has(Suite(envelope[3])):
		return Header{}, ErrSuite
	case len(envelope) < Overhead:
		return Header{}, ErrMalformed
	}
	h := Header{Version: version1, Suite: Suite(envelope[3]), KeyID: KeyID(binary.BigEndian.Uint32(envelope[keyIDAt:]))}
	if h.KeyID == 0 {
		return Header{}, ErrMalformed
	}
	return h, nil
}

// putHeader writes a header with a fresh salt.
func putHeader(dst []byte, s Suite, id KeyID) {
	dst[0], dst[1], dst[2], dst[3] = magic0, magic1, version1, byte(s)
	binary.BigEndian.PutUint32(dst[keyIDAt:], uint32(id))
	rand.Read(dst[saltAt:headerSize]) // never fails: the program ends instead
}
