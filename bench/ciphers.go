package bench

import (
	"bytes"
	"context"
	"crypto/aes"
	stdcipher "crypto/cipher"
	"errors"
	"fmt"

	"github.com/dystore/dystore/cipher"
)

// RawGCM is AES-256-GCM of the standard library under one key that never
// changes: no key per value, no commitment, no binding. It is the least that
// encryption costs.
const RawGCM = "AES-256-GCM, one key"

// CipherSizes are the plaintexts that are sealed and opened.
var CipherSizes = []int{64, 1 << 10, 64 << 10}

// Ciphers compares sealing and opening of one value.
func Ciphers() []Workload {
	var out []Workload
	for _, size := range CipherSizes {
		plaintext := bytes.Repeat([]byte{'x'}, size)
		out = append(out, Workload{fmt.Sprintf("Seal and open %d B", size), 1, []Contender{
			{RawGCM, func(context.Context, Engine) (Op, error) { return rawGCM(plaintext) }},
			{"dystore's cipher", func(context.Context, Engine) (Op, error) { return ourCipher(plaintext) }},
		}})
	}
	return out
}

var errPlaintext = errors.New("the plaintext is another")

func rawGCM(plaintext []byte) (Op, error) {
	block, err := aes.NewCipher(make([]byte, 32))
	if err != nil {
		return nil, err
	}
	gcm, err := stdcipher.NewGCMWithRandomNonce(block)
	aad := []byte("Root/S0190f5f3-0000-7000-8000-000000000001/location/city")
	return func(context.Context) error {
		got, err := gcm.Open(nil, nil, gcm.Seal(nil, nil, plaintext, aad), aad)
		if err == nil && !bytes.Equal(got, plaintext) {
			err = errPlaintext
		}
		return err
	}, err
}

func ourCipher(plaintext []byte) (Op, error) {
	keys, err := Keys()
	b := &cipher.Binding{Entity: "Root", Key: []cipher.KeyPart{cipher.KeyString("0190f5f3-0000-7000-8000-000000000001")},
		Path: cipher.Path{cipher.Name("location"), cipher.Name("city")}}
	return func(ctx context.Context) error {
		envelope, err := keys.Seal(ctx, nil, plaintext, b)
		if err != nil {
			return err
		}
		got, err := keys.Open(ctx, nil, envelope, b)
		if err == nil && !bytes.Equal(got, plaintext) {
			err = errPlaintext
		}
		return err
	}, err
}
