package kit

import (
	"bytes"
	"testing"

	"github.com/dystore/dystore/cipher"
)

func Keys(t testing.TB) *cipher.AES {
	t.Helper()
	return KeysOf(t, 1, 7)
}

// KeysOf is one key, of which all bytes are secret.
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
