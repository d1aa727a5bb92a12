package main

import (
	"context"
	"crypto/aes"
	stdcipher "crypto/cipher"
	"crypto/rand"
	"fmt"

	"github.com/dystore/dystore/cipher"
)

// master wraps the keys of the clinics with a key in memory. In production a KMS does that: see
// the module cipher/awskms.
type master struct{ aead stdcipher.AEAD }

func newMaster() (master, error) {
	secret := make([]byte, 32)
	rand.Read(secret)
	block, err := aes.NewCipher(secret)
	if err != nil {
		return master{}, err
	}
	aead, err := stdcipher.NewGCMWithRandomNonce(block)
	return master{aead}, err
}

// bound is what a key is bound to: one that is copied to another clinic does not unwrap.
func bound(name cipher.KeyName) []byte { return fmt.Appendf(nil, "%d %s", name.ID, name.Scope) }

func (m master) Wrap(_ context.Context, secret []byte, name cipher.KeyName) ([]byte, error) {
	return m.aead.Seal(nil, nil, secret, bound(name)), nil
}

func (m master) Unwrap(_ context.Context, wrapped []byte, name cipher.KeyName) ([]byte, error) {
	return m.aead.Open(nil, nil, wrapped, bound(name))
}
