package policy_test

import (
	"bytes"
	"testing"

	"github.com/dystore/dystore/cipher"
)

func newAES(t testing.TB) *cipher.AES {
	t.Helper()
	key, err := cipher.NewKey(1, bytes.Repeat([]byte("k"), 32))
	if err != nil {
		t.Fatal(err)
	}
	ks, err := cipher.NewKeyset(cipher.Primary(key))
	if err != nil {
		t.Fatal(err)
	}
	a, err := cipher.New(ks)
	if err != nil {
		t.Fatal(err)
	}
	return a
}
