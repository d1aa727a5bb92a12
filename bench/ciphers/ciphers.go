// Package ciphers compares dystore's cipher with other ways to encrypt a value.
package ciphers

import (
	"bytes"
	"context"
	"crypto/aes"
	stdcipher "crypto/cipher"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"errors"
	"fmt"
	"unicode/utf8"

	"github.com/tink-crypto/tink-go/v2/aead"
	"github.com/tink-crypto/tink-go/v2/keyset"

	"github.com/dystore/dystore/bench"
	"github.com/dystore/dystore/cipher"
	"github.com/dystore/dystore/internal/legacy"
)

// The ways to encrypt one value.
const (
	// RawGCM is AES-256-GCM of the standard library under one key that never
	// changes. It is the least that encryption costs.
	RawGCM = "AES-256-GCM, one key"
	// Tink is AES256-GCM of Tink under a keyset of one key.
	Tink = "Tink AES256-GCM"
	// OldScheme is what the Python library dynamo-store stores, made in Go: a text,
	// padded to 32 characters, under AES-256-CBC and SHA-256 of a passphrase, in
	// base64.
	OldScheme = "dynamo-store's scheme"
	// Dystore is cipher.AES with a key in memory, one value at a time.
	Dystore = "dystore's cipher"
)

// Sealer encrypts and decrypts the value of one field.
type Sealer struct {
	Name       string
	Seal, Open func(ctx context.Context, in []byte) ([]byte, error)
}

// Sealers makes every way to encrypt a value of the named field. Each has the
// same key for every field.
func Sealers(field string) ([]Sealer, error) {
	var out []Sealer
	for _, s := range sealers {
		made, err := s.make(field)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", s.name, err)
		}
		made.Name = s.name
		out = append(out, made)
	}
	return out, nil
}

var sealers = []struct {
	name string
	make func(field string) (Sealer, error)
}{{RawGCM, rawGCM}, {Tink, tinkGCM}, {OldScheme, oldScheme}, {Dystore, dystore}}

// Sizes are the plaintexts that are sealed and opened.
var Sizes = []int{64, 1 << 10, 64 << 10}

// Workloads compares sealing and opening of one value.
func Workloads() []bench.Workload {
	var out []bench.Workload
	for _, size := range Sizes {
		plaintext := bytes.Repeat([]byte{'x'}, size)
		seal, open := bench.Workload{Name: fmt.Sprintf("Seal %d B", size), Items: 1}, bench.Workload{Name: fmt.Sprintf("Open %d B", size), Items: 1}
		for _, s := range sealers {
			seal.Contenders = append(seal.Contenders, bench.Contender{Name: s.name, Make: func(context.Context, bench.Engine) (bench.Op, error) {
				made, err := s.make("city")
				return func(ctx context.Context) error { _, err := made.Seal(ctx, plaintext); return err }, err
			}})
			open.Contenders = append(open.Contenders, bench.Contender{Name: s.name, Make: func(ctx context.Context, _ bench.Engine) (bench.Op, error) {
				made, err := s.make("city")
				if err != nil {
					return nil, err
				}
				sealed, err := made.Seal(ctx, plaintext)
				return func(ctx context.Context) error {
					got, err := made.Open(ctx, sealed)
					if err == nil && !bytes.Equal(got, plaintext) {
						err = errPlaintext
					}
					return err
				}, err
			}})
		}
		out = append(out, seal, open)
	}
	return out
}

var errPlaintext = errors.New("the plaintext is another")

// object is the object that has the value.
const object = "0190f5f3-0000-7000-8000-000000000001"

// place is what a program passes by hand as the place of a value.
func place(field string) []byte { return []byte("Root/S" + object + "/location/" + field) }

func rawGCM(field string) (Sealer, error) {
	block, err := aes.NewCipher(make([]byte, 32))
	if err != nil {
		return Sealer{}, err
	}
	gcm, err := stdcipher.NewGCMWithRandomNonce(block)
	at := place(field)
	return Sealer{
		Seal: func(_ context.Context, in []byte) ([]byte, error) { return gcm.Seal(nil, nil, in, at), nil },
		Open: func(_ context.Context, in []byte) ([]byte, error) { return gcm.Open(nil, nil, in, at) },
	}, err
}

// tinkKeys are made once, so that all fields have one key.
var tinkKeys, errTinkKeys = keyset.NewHandle(aead.AES256GCMKeyTemplate())

func tinkGCM(field string) (Sealer, error) {
	if errTinkKeys != nil {
		return Sealer{}, errTinkKeys
	}
	gcm, err := aead.New(tinkKeys)
	at := place(field)
	return Sealer{
		Seal: func(_ context.Context, in []byte) ([]byte, error) { return gcm.Encrypt(in, at) },
		Open: func(_ context.Context, in []byte) ([]byte, error) { return gcm.Decrypt(in, at) },
	}, err
}

const passphrase = "a passphrase for benchmarks"

// oldScheme knows no fields. Opening is what dystore reads old tables with, which
// checks more than dynamo-store does.
func oldScheme(string) (Sealer, error) {
	return Sealer{Seal: sealOld, Open: func(_ context.Context, in []byte) ([]byte, error) {
		text, err := legacy.Decrypt(passphrase, in)
		return []byte(text), err
	}}, nil
}

func sealOld(_ context.Context, text []byte) ([]byte, error) {
	key := sha256.Sum256([]byte(passphrase))
	block, err := aes.NewCipher(key[:])
	if err != nil {
		return nil, err
	}
	pad := 32 - utf8.RuneCount(text)%32
	raw := make([]byte, aes.BlockSize, aes.BlockSize+len(text)+pad)
	_, _ = rand.Read(raw) // never fails
	raw = append(raw, text...)
	for range pad {
		raw = append(raw, byte(pad))
	}
	if len(raw)%aes.BlockSize != 0 {
		return nil, errors.New("the padded text is no multiple of a block")
	}
	stdcipher.NewCBCEncrypter(block, raw[:aes.BlockSize]).CryptBlocks(raw[aes.BlockSize:], raw[aes.BlockSize:])
	return base64.StdEncoding.AppendEncode(nil, raw), nil
}

func dystore(field string) (Sealer, error) {
	keys, err := bench.Keys()
	b := &cipher.Binding{Entity: "Root", Key: []cipher.KeyPart{cipher.KeyString(object)},
		Path: cipher.Path{cipher.Name("location"), cipher.Name(field)}}
	return Sealer{
		Seal: func(ctx context.Context, in []byte) ([]byte, error) { return keys.Seal(ctx, nil, in, b) },
		Open: func(ctx context.Context, in []byte) ([]byte, error) { return keys.Open(ctx, nil, in, b) },
	}, err
}
