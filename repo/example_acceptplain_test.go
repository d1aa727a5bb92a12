package repo_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"

	"github.com/dystore/dystore/cipher"
	"github.com/dystore/dystore/embedded"
	"github.com/dystore/dystore/lens"
	"github.com/dystore/dystore/repo"
)

type Donor struct {
	ID   string `dynamodbav:"id"`
	IBAN string `dynamodbav:"iban"`
}

var (
	donorID   = repo.KeyOf(func(d *Donor) *string { return &d.ID })
	donorIBAN = lens.Of(func(d *Donor) *string { return &d.IBAN })
)

// donors is a repository over a table, with more parts.
func donors(db *embedded.DB, parts ...repo.Part[Donor]) *repo.Repo[Donor] {
	r, err := repo.New(db.Client(), repo.TableOf("Donors", donorID, parts...))
	if err == nil {
		err = r.CreateTables(context.Background())
	}
	if err != nil {
		panic(err)
	}
	return r
}

// donorKeys is the cipher of the donors.
func donorKeys() *cipher.AES {
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

// A field that was stored without encryption becomes an encrypted one. Found says what is
// still read in the old form.
func ExampleAcceptPlain() {
	ctx := context.Background()
	db, aes := embedded.New(), donorKeys()
	_, err := donors(db).Create(ctx, &Donor{ID: "d1", IBAN: "DE00"})
	fmt.Println(err)

	strict := donors(db, cipher.Protect(aes, donorIBAN))
	_, err = strict.Get(ctx, donorID.Of("d1"))
	fmt.Println("strictly:", errors.Is(err, cipher.ErrNotEncrypted))

	plain := repo.AcceptPlain(donorIBAN)
	both := donors(db, cipher.Protect(aes, donorIBAN), plain)
	d, err := both.Get(ctx, donorID.Of("d1"))
	fmt.Println(d.IBAN, err, plain.Found())

	done, err := both.Migrate(ctx)
	fmt.Println("encrypted:", done.Changed, err)
	d, err = strict.Get(ctx, donorID.Of("d1"))
	fmt.Println("strictly:", d.IBAN, err)
	// Output:
	// <nil>
	// strictly: true
	// DE00 <nil> map[iban:1]
	// encrypted: 1 <nil>
	// strictly: DE00 <nil>
}

// Found has a number for each path that AcceptPlain names.
func ExamplePlaintext_Found() {
	ctx := context.Background()
	db, plain := embedded.New(), repo.AcceptPlain(donorIBAN)
	r := donors(db, cipher.Protect(donorKeys(), donorIBAN), plain)
	_, err := r.Create(ctx, &Donor{ID: "d1", IBAN: "DE00"})
	_, readErr := r.Get(ctx, donorID.Of("d1"))
	fmt.Println(err, readErr, plain.Found())
	// Output:
	// <nil> <nil> map[iban:0]
}
