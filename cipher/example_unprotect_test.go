package cipher_test

import (
	"bytes"
	"context"
	"fmt"

	"github.com/dystore/dystore/cipher"
	"github.com/dystore/dystore/embedded"
	"github.com/dystore/dystore/lens"
	"github.com/dystore/dystore/repo"
)

type Parcel struct {
	ID   string `dynamodbav:"id"`
	Note string `dynamodbav:"note"`
}

var (
	parcelID   = repo.KeyOf(func(p *Parcel) *string { return &p.ID })
	parcelNote = lens.Of(func(p *Parcel) *string { return &p.Note })
)

// parcels is a repository over a table, with more parts.
func parcels(db *embedded.DB, parts ...repo.Part[Parcel]) *repo.Repo[Parcel] {
	r, err := repo.New(db.Client(), repo.TableOf("Parcels", parcelID, parts...))
	if err == nil {
		err = r.CreateTables(context.Background())
	}
	if err != nil {
		panic(err)
	}
	return r
}

// parcelKeys is the cipher of the parcels.
func parcelKeys() *cipher.AES {
	key, err := cipher.NewKey(1, bytes.Repeat([]byte{1}, 32)) // of a secret store, in a real program
	if err != nil {
		panic(err)
	}
	ring, err := cipher.NewKeyset(cipher.Primary(key))
	if err != nil {
		panic(err)
	}
	aes, err := cipher.New(ring)
	if err != nil {
		panic(err)
	}
	return aes
}

// A field that was encrypted becomes one that is not. Programs of the release before have
// repo.AcceptPlain, and read what this one writes.
func ExampleUnprotect() {
	ctx := context.Background()
	db, keys := embedded.New(), parcelKeys()
	before := parcels(db, cipher.Protect(keys, parcelNote), repo.AcceptPlain(parcelNote))
	_, err := before.Create(ctx, &Parcel{ID: "p1", Note: "fragile"})
	fmt.Println(err)

	open := cipher.Unprotect(keys, parcelNote)
	today := parcels(db, open)
	p, err := today.Get(ctx, parcelID.Of("p1"))
	fmt.Println(p.Note, err, open.Found())
	err = today.Update(ctx, parcelID.Of("p1"), parcelNote.Set("heavy"))
	fmt.Println(err)
	p, err = before.Get(ctx, parcelID.Of("p1"))
	fmt.Println("before:", p.Note, err)

	_, err = today.Migrate(ctx)
	fmt.Println(err)
	p, err = parcels(db).Get(ctx, parcelID.Of("p1"))
	fmt.Println("without a cipher:", p.Note, err)
	// Output:
	// <nil>
	// fragile <nil> map[note:1]
	// <nil>
	// before: heavy <nil>
	// <nil>
	// without a cipher: heavy <nil>
}

// Found has a number for each path that Unprotect names.
func ExampleUnprotection_Found() {
	ctx := context.Background()
	db, open := embedded.New(), cipher.Unprotect(parcelKeys(), parcelNote)
	r := parcels(db, open)
	_, err := r.Create(ctx, &Parcel{ID: "p1", Note: "fragile"})
	_, readErr := r.Get(ctx, parcelID.Of("p1"))
	fmt.Println(err, readErr, open.Found())
	// Output:
	// <nil> <nil> map[note:0]
}
