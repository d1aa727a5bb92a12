package repo_test

import (
	"context"
	"errors"
	"fmt"

	"github.com/dystore/dystore/repo"
)

type Vote struct {
	Voter  string `dynamodbav:"voter"`
	Choice string `dynamodbav:"choice"`
}

var voteVoter = repo.KeyOf(func(v *Vote) *string { return &v.Voter })

// A view has options for all of its calls. Each verb takes those that concern
// it: here Put and Delete take MustExist, and Get has no use for it.
func ExampleRepo_With() {
	ctx := context.Background()
	votes := engineRepo(repo.TableOf("Votes", voteVoter))
	cast := votes.With(repo.MustExist())

	_, err := cast.Put(ctx, &Vote{"ann", "yes"})
	fmt.Println(errors.Is(err, repo.ErrNotFound))
	key, err := votes.Create(ctx, &Vote{"ann", "yes"})
	fmt.Println(err)
	_, err = cast.Put(ctx, &Vote{"ann", "no"})
	fmt.Println(err)
	v, err := cast.Get(ctx, key)
	fmt.Println(v.Choice, err)

	// Given to Get itself, the option is a mistake.
	_, err = votes.Get(ctx, key, repo.MustExist())
	fmt.Println(err)
	// Output:
	// true
	// <nil>
	// <nil>
	// no <nil>
	// repo: Get Votes "ann": invalid: repo.MustExist is no option of Get, but of Put, PutMany, Delete, DeleteMany and Stored.Delete
}
