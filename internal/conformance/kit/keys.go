package kit

import (
	"bytes"
	"testing"

	"github.com/dystore/dystore/cipher"
)

// Keys is the cipher of the suite, with key 1.
func Keys(t testing.TB) *cipher.AES {
	t.Helper()
	return KeysOf(t, 1, 7)
}

// KeysOf is a cipher with one key, which is 32 times the byte secret.
func KeysOf(t testing.TB, id cipher.KeyID, secret byte) *cipher.AES {
	t.Helper()
	key, err := cipher.NewKey(id, bytes.Repeat([]byte{secret}, 32))
	if err != nil {
		t.Fatal(err)
	}
	ring, err := cipher.NewKeyset(cipher.Primary(key))
	if err != nil {
		t.Fatal(err)
	}
	keys, err := cipher.New(ring)
	if err != nil {
		t.Fatal(err)
	}
	return keys
}
