package cipher_test

import (
	"bytes"
	"context"
	"crypto/aes"
	stdcipher "crypto/cipher"
	"errors"
	"fmt"
	"time"

	"github.com/dystore/dystore/cipher"
)

// master wraps keys with a key in memory. In production a KMS does: see the module awskms.
type master struct{ aead stdcipher.AEAD }

func newMaster(key []byte) (master, error) {
	block, err := aes.NewCipher(key)
	if err != nil {
		return master{}, err
	}
	aead, err := stdcipher.NewGCMWithRandomNonce(block)
	return master{aead}, err
}

// bound is what a key is bound to: its name.
func bound(name cipher.KeyName) []byte { return fmt.Appendf(nil, "%d %s", name.ID, name.Scope) }

func (m master) Wrap(_ context.Context, secret []byte, name cipher.KeyName) ([]byte, error) {
	return m.aead.Seal(nil, nil, secret, bound(name)), nil
}

func (m master) Unwrap(_ context.Context, wrapped []byte, name cipher.KeyName) ([]byte, error) {
	fmt.Println("unwrap a key of", name.Scope)
	return m.aead.Open(nil, nil, wrapped, bound(name))
}

// drawer is a store of wrapped keys: in production a table. A nil key is destroyed.
type drawer map[cipher.KeyName][]byte

// Primary is key 1 of each tenant.
func (drawer) Primary(context.Context, string) (cipher.KeyID, error) { return 1, nil }

func (d drawer) ByID(_ context.Context, tenant string, id cipher.KeyID) ([]byte, error) {
	switch wrapped, ok := d[cipher.KeyName{Scope: tenant, ID: id}]; {
	case !ok:
		return nil, cipher.ErrUnknownKey
	case wrapped == nil:
		return nil, cipher.ErrKeyDestroyed
	default:
		return wrapped, nil
	}
}

// Each tenant has a key, which is stored wrapped and unwrapped once for a time. Without the key
// its values are lost.
func ExampleNewWrapped() {
	ctx := context.Background()
	m, err := newMaster(make([]byte, 32)) // an example; a key is random
	if err != nil {
		fmt.Println(err)
		return
	}
	store := drawer{}
	for _, tenant := range []string{"tenant-1", "tenant-2"} {
		name := cipher.KeyName{Scope: tenant, ID: 1}
		if store[name], err = m.Wrap(ctx, bytes.Repeat([]byte(tenant[7:]), 32), name); err != nil {
			fmt.Println(err)
			return
		}
	}
	source, err := cipher.NewWrapped(store, m, cipher.KeepKeys(10*time.Minute, time.Minute), cipher.KeepFailures(time.Second), cipher.KeepAtMost(1000))
	if err != nil {
		fmt.Println(err)
		return
	}
	keys, err := cipher.New(source)
	if err != nil {
		fmt.Println(err)
		return
	}
	at := &cipher.Binding{Entity: "person", Scope: "tenant-1", Key: []cipher.KeyPart{cipher.KeyString("p1")}, Path: cipher.Path{cipher.Name("city")}}
	var envelope []byte
	for range 3 {
		if envelope, err = keys.Seal(ctx, nil, []byte("Osaka"), at); err != nil {
			fmt.Println(err)
			return
		}
	}
	plain, err := keys.Open(ctx, nil, envelope, at)
	fmt.Printf("%s %v, %v\n", plain, err, source)

	store[cipher.KeyName{Scope: "tenant-1", ID: 1}] = nil
	source.Forget("tenant-1") // other processes use it to the end of its time
	_, err = keys.Open(ctx, nil, envelope, at)
	fmt.Println(errors.Is(err, cipher.ErrKeyDestroyed))
	key, err := source.Primary(ctx, "tenant-2")
	fmt.Println(key, err)
	key, err = source.ByID(ctx, "tenant-2", 1)
	fmt.Println(key, err)
	// Output:
	// unwrap a key of tenant-1
	// Osaka <nil>, cipher.Wrapped(1 keys in memory)
	// true
	// unwrap a key of tenant-2
	// cipher.Key(1, redacted) <nil>
	// cipher.Key(1, redacted) <nil>
}

// A new key is stored as it was wrapped; nobody has seen it.
func ExampleGenerateWrapped() {
	m, err := newMaster(make([]byte, 32)) // an example; a key is random
	if err != nil {
		fmt.Println(err)
		return
	}
	name := cipher.KeyName{Scope: "tenant-1", ID: 1}
	wrapped, err := cipher.GenerateWrapped(context.Background(), m, name)
	fmt.Println(len(wrapped), err)
	// Output:
	// unwrap a key of tenant-1
	// 60 <nil>
}

// The values of one item are sealed under one derived key. Package repo does so by itself.
func ExampleBatch() {
	ctx := context.Background()
	key, err := cipher.NewKey(1, bytes.Repeat([]byte("k"), 32)) // an example; a key is random
	if err != nil {
		fmt.Println(err)
		return
	}
	ring, err := cipher.NewKeyset(cipher.Primary(key))
	if err != nil {
		fmt.Println(err)
		return
	}
	keys, err := cipher.New(ring)
	if err != nil {
		fmt.Println(err)
		return
	}
	batch := cipher.Batch(keys)
	for _, name := range []string{"city", "street"} {
		at := &cipher.Binding{Entity: "person", Key: []cipher.KeyPart{cipher.KeyString("p1")}, Path: cipher.Path{cipher.Name(name)}}
		envelope, err := batch.Seal(ctx, nil, []byte("value of "+name), at)
		if err != nil {
			fmt.Println(err)
			return
		}
		plain, err := keys.Open(ctx, nil, envelope, at) // by any cipher with the key
		fmt.Printf("%s %v\n", plain, err)
	}
	// Output:
	// value of city <nil>
	// value of street <nil>
}

// Where keys are taken away seldom, they can stay for longer.
func ExampleKeepKeys() {
	m, err := newMaster(make([]byte, 32))
	if err != nil {
		fmt.Println(err)
		return
	}
	_, err = cipher.NewWrapped(drawer{}, m, cipher.KeepKeys(time.Hour, 5*time.Minute))
	fmt.Println(err)
	_, err = cipher.NewWrapped(drawer{}, m, cipher.KeepKeys(time.Minute, time.Hour))
	fmt.Println(err)
	// Output:
	// <nil>
	// cipher: NewWrapped: KeepKeys(1m0s, 1h0m0s): at least a second each, and the primary key is chosen anew at least as often
}

// A test that takes keys away and puts them back wants no failure to be remembered.
func ExampleKeepFailures() {
	m, err := newMaster(make([]byte, 32))
	if err != nil {
		fmt.Println(err)
		return
	}
	_, err = cipher.NewWrapped(drawer{}, m, cipher.KeepFailures(0))
	fmt.Println(err)
	// Output: <nil>
}

// A service with a key for each of a million people keeps those that are in use.
func ExampleKeepAtMost() {
	m, err := newMaster(make([]byte, 32))
	if err != nil {
		fmt.Println(err)
		return
	}
	_, err = cipher.NewWrapped(drawer{}, m, cipher.KeepAtMost(100_000))
	fmt.Println(err)
	// Output: <nil>
}
