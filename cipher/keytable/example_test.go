package keytable_test

import (
	"context"
	"crypto/aes"
	stdcipher "crypto/cipher"
	"errors"
	"fmt"

	"github.com/dystore/dystore/cipher"
	"github.com/dystore/dystore/cipher/keytable"
	"github.com/dystore/dystore/embedded"
	"github.com/dystore/dystore/lens"
	"github.com/dystore/dystore/repo"
)

// master wraps keys with a key in memory. In production a KMS does: see the module awskms.
type master struct{ aead stdcipher.AEAD }

func newMaster() (master, error) {
	block, err := aes.NewCipher(make([]byte, 32)) // an example; a key is random
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
	return m.aead.Open(nil, nil, wrapped, bound(name))
}

// newStore makes a store with an empty table. In production the client is that of AWS.
func newStore(opts ...keytable.Option) (*keytable.Store, error) {
	m, err := newMaster()
	if err != nil {
		return nil, err
	}
	store, err := keytable.New(embedded.New().Client(), "Keys", m, opts...)
	if err != nil {
		return nil, err
	}
	return store, store.CreateTable(context.Background())
}

type Person struct {
	ID   string `dynamodbav:"id"`
	City string `dynamodbav:"city"`
}

var (
	personKey = repo.KeyOf(func(p *Person) *string { return &p.ID })
	id        = lens.Of(func(p *Person) *string { return &p.ID })
	city      = lens.Of(func(p *Person) *string { return &p.City })
)

// Each person has a key of their own, made when it is first needed. What was sealed for a person
// is erased by destroying the key.
func Example() {
	ctx := context.Background()
	client := embedded.New().Client() // in production that of AWS
	m, err := newMaster()
	if err != nil {
		fmt.Println(err)
		return
	}
	store, err := keytable.New(client, "Keys", m, keytable.OnDemand())
	if err != nil {
		fmt.Println(err)
		return
	}
	source, err := cipher.NewWrapped(store, m)
	if err != nil {
		fmt.Println(err)
		return
	}
	keys, err := cipher.New(source)
	if err != nil {
		fmt.Println(err)
		return
	}
	people, err := repo.New(client, repo.TableOf("People", personKey, cipher.Protect(cipher.Scope(keys, id), city)))
	if err != nil {
		fmt.Println(err)
		return
	}
	if err := errors.Join(store.CreateTable(ctx), people.CreateTables(ctx)); err != nil {
		fmt.Println(err)
		return
	}
	for _, p := range []Person{{"person-17", "Osaka"}, {"person-18", "Kyoto"}} {
		if _, err := people.Create(ctx, &p); err != nil {
			fmt.Println(err)
			return
		}
	}

	erasure, err := store.Erase(ctx, "person-17", keytable.Audit{By: "privacy desk", Why: "request 2026-118"})
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(erasure.Scope, erasure.IDs, erasure.By, erasure.Why) // String has the time as well
	source.Forget("person-17")                                       // other processes use the key to the end of its time

	for _, id := range []string{"person-17", "person-18"} {
		p, err := people.Get(ctx, personKey.Of(id))
		if err != nil {
			fmt.Println(id, "is erased:", errors.Is(err, cipher.ErrKeyDestroyed))
			continue
		}
		fmt.Println(id, p.City)
	}
	_, err = people.Put(ctx, &Person{"person-17", "Kobe"})
	fmt.Println(errors.Is(err, cipher.ErrKeyDestroyed))
	// Output:
	// person-17 [1] privacy desk request 2026-118
	// person-17 is erased: true
	// person-18 Kyoto
	// true
}

// A key is made for whoever is first sealed for.
func ExampleOnDemand() {
	ctx := context.Background()
	store, err := newStore(keytable.OnDemand())
	if err != nil {
		fmt.Println(err)
		return
	}
	primary, err := store.Primary(ctx, "tenant-1")
	fmt.Println(primary, err)
	_, err = store.ByID(ctx, "tenant-2", 1)
	fmt.Println(err)
	// Output:
	// 1 <nil>
	// keytable: ByID: key 1: key is unknown
}

// The second call finds that somebody has rotated already: it may be a repetition, or another process.
func ExampleStore_Mint() {
	ctx := context.Background()
	store, err := newStore()
	if err != nil {
		fmt.Println(err)
		return
	}
	first, err := store.Mint(ctx, "tenant-1", 0)
	fmt.Println(first, err)
	for range 2 {
		second, err := store.Mint(ctx, "tenant-1", first)
		fmt.Println(second, err)
	}
	// Output:
	// 1 <nil>
	// 2 <nil>
	// 2 <nil>
}

// An old key is taken out of use for a while, to see whether anybody misses it, before it is destroyed.
func ExampleStore_Destroy() {
	ctx := context.Background()
	store, err := newStore()
	if err != nil {
		fmt.Println(err)
		return
	}
	for replaced := range cipher.KeyID(3) {
		if _, err := store.Mint(ctx, "tenant-1", replaced); err != nil {
			fmt.Println(err)
			return
		}
	}
	fmt.Println(store.Disable(ctx, "tenant-1", 1), store.Disable(ctx, "tenant-1", 2))
	_, err = store.ByID(ctx, "tenant-1", 2)
	fmt.Println(err)
	fmt.Println(store.Enable(ctx, "tenant-1", 2)) // it was missed

	rotation := keytable.Audit{By: "ops", Why: "rotation of 2026-11"}
	done, err := store.Destroy(ctx, "tenant-1", 1, rotation)
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(done.IDs, done.By, done.Why)
	_, err = store.Destroy(ctx, "tenant-1", 3, rotation)
	fmt.Println(err)

	keys, err := store.Scope(ctx, "tenant-1")
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, k := range keys.Keys {
		fmt.Println(k.ID, k.State, k.ID == keys.Primary)
	}
	// Output:
	// <nil> <nil>
	// keytable: ByID: key 2: key is disabled
	// <nil>
	// [1] ops rotation of 2026-11
	// keytable: Destroy: key 3: key is the primary of its scope
	// 1 destroyed false
	// 2 enabled false
	// 3 enabled true
}

// An audit finds the scopes whose primary is old, and those that are erased.
func ExampleStore_Scopes() {
	ctx := context.Background()
	store, err := newStore()
	if err != nil {
		fmt.Println(err)
		return
	}
	if _, err := store.Mint(ctx, "tenant-1", 0); err != nil {
		fmt.Println(err)
		return
	}
	if _, err := store.Erase(ctx, "tenant-2", keytable.Audit{By: "ops", Why: "contract 7 has ended"}); err != nil {
		fmt.Println(err)
		return
	}
	for scope, err := range store.Scopes(ctx) {
		switch {
		case err != nil:
			fmt.Println(err)
		case scope.Erased != nil:
			fmt.Println(scope.Name, "is erased:", scope.Erased.Why)
		default:
			fmt.Println(scope.Name, "has key", scope.Primary)
		}
	}
	// Unordered output:
	// tenant-1 has key 1
	// tenant-2 is erased: contract 7 has ended
}
