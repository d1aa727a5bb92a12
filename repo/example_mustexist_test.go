package repo_test

import (
	"context"
	"errors"
	"fmt"

	"github.com/dystore/dystore/repo"
)

type Account struct {
	Mail string `dynamodbav:"mail"`
	Name string `dynamodbav:"name"`
}

var accountMail = repo.KeyOf(func(a *Account) *string { return &a.Mail })

// Put and Delete work whether or not the object exists. MustExist makes its
// absence an error.
func ExampleMustExist() {
	ctx := context.Background()
	accounts := engineRepo(repo.TableOf("Accounts", accountMail))
	ann := Account{Mail: "ann@example.org", Name: "Ann"}

	_, err := accounts.Put(ctx, &ann, repo.MustExist())
	fmt.Println(errors.Is(err, repo.ErrNotFound))
	key, err := accounts.Put(ctx, &ann)
	fmt.Println(err)
	_, err = accounts.Put(ctx, &ann, repo.MustExist())
	fmt.Println(err)

	fmt.Println(accounts.Delete(ctx, key, repo.MustExist()))
	fmt.Println(errors.Is(accounts.Delete(ctx, key, repo.MustExist()), repo.ErrNotFound))
	fmt.Println(accounts.Delete(ctx, key))
	// Output:
	// true
	// <nil>
	// <nil>
	// <nil>
	// true
	// <nil>
}
