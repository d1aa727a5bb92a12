package cipher_test

import (
	"bytes"
	"context"
	"encoding/hex"
	"errors"
	"fmt"
	"sync/atomic"

	"github.com/dystore/dystore/cipher"
	"github.com/dystore/dystore/lens"
)

// exampleSecret stands for what a secrets manager returns. DO NOT put a secret
// into source code.
var exampleSecret, _ = hex.DecodeString("9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08")

func exampleKeys() *cipher.AES {
	key, err := cipher.NewKey(1, exampleSecret)
	if err != nil {
		panic(err)
	}
	ring, err := cipher.NewKeyset(cipher.Primary(key))
	if err != nil {
		panic(err)
	}
	keys, err := cipher.New(ring)
	if err != nil {
		panic(err)
	}
	return keys
}

func Example() {
	ctx := context.Background()
	keys := exampleKeys()
	where := &cipher.Binding{
		Entity: "person",
		Key:    []cipher.KeyPart{cipher.KeyString("p1")},
		Path:   cipher.Path{cipher.Name("location"), cipher.Name("city")},
	}
	envelope, err := keys.Seal(ctx, nil, []byte("Paris"), where)
	if err != nil {
		panic(err)
	}
	city, err := keys.Open(ctx, nil, envelope, where)
	fmt.Printf("%s %v\n", city, err)

	// The same bytes in another item are worth nothing.
	elsewhere := *where
	elsewhere.Key = []cipher.KeyPart{cipher.KeyString("p2")}
	_, err = keys.Open(ctx, nil, envelope, &elsewhere)
	fmt.Println(err)
	fmt.Println(errors.Is(err, cipher.ErrAuth))
	// Output:
	// Paris <nil>
	// cipher: open person location.city with key 1: value was changed or belongs elsewhere
	// true
}

// A Cipher has the keys of one source. Each value is sealed anew: equal values
// have different envelopes.
func ExampleNew() {
	ctx := context.Background()
	key, err := cipher.NewKey(1, exampleSecret)
	if err != nil {
		panic(err)
	}
	ring, err := cipher.NewKeyset(cipher.Primary(key))
	if err != nil {
		panic(err)
	}
	keys, err := cipher.New(ring)
	if err != nil {
		panic(err)
	}
	where := &cipher.Binding{Entity: "person", Key: []cipher.KeyPart{cipher.KeyString("p1")}, Path: cipher.Path{cipher.Name("city")}}
	first, err := keys.Seal(ctx, nil, []byte("Paris"), where)
	fmt.Println(len(first)-cipher.Overhead, err)
	second, err := keys.Seal(ctx, nil, []byte("Paris"), where)
	fmt.Println(bytes.Equal(first, second), err)
	// Output:
	// 5 <nil>
	// false <nil>
}

type Patient struct {
	ID        string
	Name      string
	Diagnosis string
	Visits    []Visit
}

type Visit struct{ Ward, Notes string }

var (
	diagnosis = lens.Of(func(p *Patient) *string { return &p.Diagnosis })
	visits    = lens.Of(func(p *Patient) *[]Visit { return &p.Visits })
	notes     = lens.Of(func(v *Visit) *string { return &v.Notes })
)

// The result is a part of a model: repo.TableOf("Patients", key, protection).
func ExampleProtect() {
	keys := exampleKeys()
	eachNote := lens.Each(visits, notes)
	protection := cipher.Protect(keys, diagnosis, eachNote)
	fmt.Println(diagnosis, eachNote)
	_ = protection
	// Output: Diagnosis Visits[].Notes
}

// Everything but keys is encrypted; here also except the name.
func ExampleProtectAll() {
	keys := exampleKeys()
	name := lens.Of(func(p *Patient) *string { return &p.Name })
	everything := cipher.ProtectAll[Patient](keys)
	allButName := cipher.ProtectAll(keys, name)
	_, _ = everything, allButName
	fmt.Println("readable:", name)
	// Output: readable: Name
}

// A rotation in four deployments, with all objects written anew after the
// second. Readers come first: a service that does not know a key cannot read
// what another one seals with it.
func ExampleNewKeyset() {
	older, _ := cipher.NewKey(1, exampleSecret)
	newer, _ := cipher.NewKey(2, append([]byte("another secret, "), exampleSecret[16:]...))

	first, _ := cipher.NewKeyset(cipher.Primary(older), cipher.Enabled(newer))
	second, _ := cipher.NewKeyset(cipher.Enabled(older), cipher.Primary(newer))
	third, _ := cipher.NewKeyset(cipher.Disabled(older), cipher.Primary(newer))
	fourth, _ := cipher.NewKeyset(cipher.Destroyed(older.ID()), cipher.Primary(newer))
	fmt.Println(first)
	fmt.Println(second)
	_, err := third.ByID(context.Background(), "", 1)
	fmt.Println(third, err)
	_, err = fourth.ByID(context.Background(), "", 1)
	fmt.Println(fourth, err)
	// Output:
	// cipher.Keyset(2 keys, primary 1)
	// cipher.Keyset(2 keys, primary 2)
	// cipher.Keyset(2 keys, primary 2) key is disabled
	// cipher.Keyset(2 keys, primary 2) key is destroyed
}

// Inspect tells which key an envelope needs: how many values still depend on
// an old key is a matter of reading headers.
func ExampleInspect() {
	where := &cipher.Binding{Entity: "person", Key: []cipher.KeyPart{cipher.KeyString("p1")}, Path: cipher.Path{cipher.Name("city")}}
	envelope, err := exampleKeys().Seal(context.Background(), nil, []byte("Paris"), where)
	if err != nil {
		panic(err)
	}
	h, err := cipher.Inspect(envelope)
	fmt.Println(h.Version, h.Suite, h.KeyID, err)
	_, err = cipher.Inspect([]byte("Paris"))
	fmt.Println(err)
	// Output:
	// 1 AES-256-GCM 1 <nil>
	// cipher: inspect: value is not encrypted
}

// Without padding the length of an envelope tells "HIV" from "influenza".
func ExampleWithPadding() {
	key, _ := cipher.NewKey(1, exampleSecret)
	ring, _ := cipher.NewKeyset(cipher.Primary(key))
	keys, err := cipher.New(ring, cipher.WithPadding(32))
	if err != nil {
		panic(err)
	}
	where := &cipher.Binding{Entity: "patient", Key: []cipher.KeyPart{cipher.KeyString("p1")}, Path: cipher.Path{cipher.Name("diagnosis")}}
	for _, diagnosis := range []string{"HIV", "influenza"} {
		envelope, err := keys.Seal(context.Background(), nil, []byte(diagnosis), where)
		fmt.Println(len(envelope)-cipher.Overhead, err)
	}
	// Output:
	// 32 <nil>
	// 32 <nil>
}

// A reader that takes padded values only refuses all others.
func ExampleAccept() {
	key, _ := cipher.NewKey(1, exampleSecret)
	ring, _ := cipher.NewKeyset(cipher.Primary(key))
	strict, err := cipher.New(ring, cipher.WithPadding(32), cipher.Accept(cipher.SuiteAES256GCMPadded))
	if err != nil {
		panic(err)
	}
	where := &cipher.Binding{Entity: "patient", Key: []cipher.KeyPart{cipher.KeyString("p1")}, Path: cipher.Path{cipher.Name("diagnosis")}}
	unpadded, err := exampleKeys().Seal(context.Background(), nil, []byte("HIV"), where)
	if err != nil {
		panic(err)
	}
	_, err = strict.Open(context.Background(), nil, unpadded, where)
	fmt.Println(err)
	// Output: cipher: open patient diagnosis: envelope has a suite that is not accepted
}

// The report service cannot write to encrypted fields, not even by mistake.
func ExampleOpenOnly() {
	reports := cipher.OpenOnly(exampleKeys())
	where := &cipher.Binding{Entity: "person", Key: []cipher.KeyPart{cipher.KeyString("p1")}, Path: cipher.Path{cipher.Name("city")}}
	_, err := reports.Seal(context.Background(), nil, []byte("Paris"), where)
	fmt.Println(err)
	// Output: cipher: seal person city: this cipher only opens
}

// The form at the reception takes data in, and shows none.
func ExampleSealOnly() {
	reception := cipher.SealOnly(exampleKeys())
	where := &cipher.Binding{Entity: "person", Key: []cipher.KeyPart{cipher.KeyString("p1")}, Path: cipher.Path{cipher.Name("city")}}
	envelope, err := reception.Seal(context.Background(), nil, []byte("Paris"), where)
	if err != nil {
		panic(err)
	}
	_, err = reception.Open(context.Background(), nil, envelope, where)
	fmt.Println(err)
	// Output: cipher: open person city: this cipher only seals
}

// counting is a Cipher that counts what it opens.
type counting struct {
	cipher.Cipher
	opened atomic.Int64
}

func (c *counting) Open(ctx context.Context, dst, envelope []byte, b *cipher.Binding) ([]byte, error) {
	c.opened.Add(1)
	return c.Cipher.Open(ctx, dst, envelope, b)
}

func ExampleCipher() {
	keys := &counting{Cipher: exampleKeys()}
	where := &cipher.Binding{Entity: "person", Key: []cipher.KeyPart{cipher.KeyString("p1")}, Path: cipher.Path{cipher.Name("city")}}
	envelope, err := keys.Seal(context.Background(), nil, []byte("Paris"), where)
	if err != nil {
		panic(err)
	}
	city, err := keys.Open(context.Background(), nil, envelope, where)
	fmt.Printf("%s %v, opened %d\n", city, err, keys.opened.Load())
	// Output: Paris <nil>, opened 1
}

// perTenant has other keys for each tenant. The scope comes from the
// binding, never from what is stored.
type perTenant map[string]*cipher.Keyset

func (p perTenant) Primary(ctx context.Context, scope string) (*cipher.Key, error) {
	if ring, ok := p[scope]; ok {
		return ring.Primary(ctx, scope)
	}
	return nil, cipher.ErrUnknownKey
}

func (p perTenant) ByID(ctx context.Context, scope string, id cipher.KeyID) (*cipher.Key, error) {
	if ring, ok := p[scope]; ok {
		return ring.ByID(ctx, scope, id)
	}
	return nil, cipher.ErrUnknownKey
}

func ExampleKeySource() {
	key, _ := cipher.NewKey(1, exampleSecret)
	ring, _ := cipher.NewKeyset(cipher.Primary(key))
	keys, err := cipher.New(perTenant{"acme": ring})
	if err != nil {
		panic(err)
	}
	where := &cipher.Binding{Entity: "person", Scope: "globex", Key: []cipher.KeyPart{cipher.KeyString("p1")}, Path: cipher.Path{cipher.Name("city")}}
	_, err = keys.Seal(context.Background(), nil, []byte("Paris"), where)
	fmt.Println(err)
	// Output: cipher: seal person city: key is unknown
}

func ExampleFieldError() {
	where := &cipher.Binding{Entity: "person", Key: []cipher.KeyPart{cipher.KeyString("p1")}, Path: cipher.Path{cipher.Name("city")}}
	_, err := exampleKeys().Open(context.Background(), nil, []byte("Paris"), where)
	var field *cipher.FieldError
	if errors.As(err, &field) {
		fmt.Println(field.Op, field.Entity, field.Path, errors.Is(err, cipher.ErrNotEncrypted))
	}
	// Output: open person city true
}

// A key prints without its secret, and marshals without it.
func ExampleNewKey() {
	key, err := cipher.NewKey(7, exampleSecret)
	fmt.Println(key, err)
	_, err = cipher.NewKey(7, []byte("password"))
	fmt.Println(err)
	// Output:
	// cipher.Key(7, redacted) <nil>
	// cipher: NewKey: key 7 has 8 bytes, want 32
}
