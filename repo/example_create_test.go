package repo_test

import (
	"context"
	"errors"
	"fmt"

	"github.com/dystore/dystore/repo"
)

type Domain struct {
	Name  string `dynamodbav:"name"`
	Owner string `dynamodbav:"owner"`
}

var domainName = repo.KeyOf(func(d *Domain) *string { return &d.Name })

// Verbs say what must be true: Create that nothing is there, Get and Update
// that something is. Put and Delete do not mind.
func ExampleRepo_Create() {
	ctx := context.Background()
	domains := engineRepo(repo.TableOf("Domains", domainName))

	_, err := domains.Create(ctx, &Domain{Name: "example.org", Owner: "ann"})
	fmt.Println(err)

	_, err = domains.Create(ctx, &Domain{Name: "example.org", Owner: "bob"})
	fmt.Println(errors.Is(err, repo.ErrExists), err)

	_, err = domains.Get(ctx, domainName.Of("example.net"))
	fmt.Println(errors.Is(err, repo.ErrNotFound), err)

	err = domains.Delete(ctx, domainName.Of("example.net"))
	fmt.Println(err)

	err = domains.Delete(ctx, domainName.Of("example.net"), repo.MustExist())
	fmt.Println(errors.Is(err, repo.ErrNotFound))
	// Output:
	// <nil>
	// true repo: Create Domains "example.org": object exists already
	// true repo: Get Domains "example.net": object not found
	// <nil>
	// true
}
