package cipher_test

import (
	"bytes"
	"crypto/aes"
	stdcipher "crypto/cipher"
	"crypto/hkdf"
	"crypto/sha256"
	"encoding/binary"
	"errors"
)

// A second decoder, written from the section "Envelope" of
// internal/docs/format.md alone: no code and no constant is shared with the
// package.

type specPart struct {
	kind  byte
	value string
}

type specSegment struct {
	elem bool
	name string
}

type specBinding struct {
	entity, scope string
	key           []specPart
	path          []specSegment
}

func (b specBinding) bytes() []byte {
	var out bytes.Buffer
	u64 := func(n int) { _ = binary.Write(&out, binary.BigEndian, uint64(n)) }
	text := func(s string) { u64(len(s)); out.WriteString(s) }
	text(b.entity)
	text(b.scope)
	u64(len(b.key))
	for _, p := range b.key {
		out.WriteByte(p.kind)
		text(p.value)
	}
	u64(len(b.path))
	for _, s := range b.path {
		if s.elem {
			out.WriteByte(2)
			continue
		}
		out.WriteByte(1)
		text(s.name)
	}
	return out.Bytes()
}

// specDerive is the section "Keys": everything from the secret and the header.
func specDerive(secret, header []byte) (prk, enc, commit []byte, err error) {
	prk, err = hkdf.Extract(sha256.New, secret, []byte("github.com/dystore/dystore/cipher/v1 extract"))
	if err != nil {
		return nil, nil, nil, err
	}
	okm, err := hkdf.Expand(sha256.New, prk, "github.com/dystore/dystore/cipher/v1 expand"+string(header), 64)
	if err != nil {
		return nil, nil, nil, err
	}
	return prk, okm[0:32], okm[32:64], nil
}

// specKey is what a reader knows of a key.
type specKey struct {
	secret []byte
	state  string // enabled, disabled, destroyed
}

// specOpen is the section "Opening", with the names of the errors as texts.
func specOpen(envelope []byte, keys map[uint32]specKey, b specBinding) ([]byte, error) {
	switch {
	case len(envelope) < 2 || !bytes.Equal(envelope[:2], []byte{0xd5, 0xec}):
		return nil, errors.New("ErrNotEncrypted")
	case len(envelope) < 4:
		return nil, errors.New("ErrMalformed")
	case envelope[2] != 1:
		return nil, errors.New("ErrVersion")
	case envelope[3] != 1 && envelope[3] != 2:
		return nil, errors.New("ErrSuite")
	case len(envelope) < 92 || bytes.Equal(envelope[4:8], []byte{0, 0, 0, 0}):
		return nil, errors.New("ErrMalformed")
	}
	key, ok := keys[binary.BigEndian.Uint32(envelope[4:8])]
	switch {
	case !ok:
		return nil, errors.New("ErrUnknownKey")
	case key.state == "disabled":
		return nil, errors.New("ErrKeyDisabled")
	case key.state == "destroyed":
		return nil, errors.New("ErrKeyDestroyed")
	}
	_, enc, commit, err := specDerive(key.secret, envelope[:32])
	if err != nil {
		return nil, err
	}
	if !bytes.Equal(commit, envelope[32:64]) {
		return nil, errors.New("ErrWrongKey")
	}
	block, err := aes.NewCipher(enc)
	if err != nil {
		return nil, err
	}
	gcm, err := stdcipher.NewGCMWithRandomNonce(block) // it takes the nonce with the ciphertext
	if err != nil {
		return nil, err
	}
	plaintext, err := gcm.Open(nil, nil, envelope[64:], append(bytes.Clone(envelope[:64]), b.bytes()...))
	if err != nil {
		return nil, errors.New("ErrAuth")
	}
	if envelope[3] == 2 {
		trimmed := bytes.TrimRight(plaintext, "\x00")
		if !bytes.HasSuffix(trimmed, []byte{0x80}) {
			return nil, errors.New("ErrMalformed")
		}
		plaintext = trimmed[:len(trimmed)-1]
	}
	return plaintext, nil
}
