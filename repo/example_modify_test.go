package repo_test

import (
	"context"
	"errors"
	"fmt"

	"github.com/dystore/dystore/repo"
)

type Wallet struct {
	ID    string `dynamodbav:"id"`
	Cents int64  `dynamodbav:"cents"`
}

var walletID = repo.KeyOf(func(w *Wallet) *string { return &w.ID })

// Modify is for changes that depend on what is stored. It starts over when
// another writer was faster; an error of the function ends it, with nothing
// written.
func ExampleRepo_Modify() {
	ctx := context.Background()
	wallets := engineRepo(repo.TableOf("Wallets", walletID))
	key, err := wallets.Create(ctx, &Wallet{ID: "w1", Cents: 500})
	fmt.Println(err)

	errBroke := errors.New("not enough money")
	pay := func(cents int64) error {
		return wallets.Modify(ctx, key, func(w *Wallet) error {
			if w.Cents < cents {
				return errBroke
			}
			w.Cents -= cents
			return nil
		})
	}
	fmt.Println(pay(300))
	fmt.Println(pay(300))

	w, err := wallets.Get(ctx, key)
	fmt.Println(w.Cents, err)
	// Output:
	// <nil>
	// <nil>
	// not enough money
	// 200 <nil>
}
