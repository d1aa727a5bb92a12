package repo_test

import (
	"context"
	"fmt"

	"github.com/dystore/dystore/lens"
	"github.com/dystore/dystore/repo"
)

type Stall struct {
	Hall string `dynamodbav:"hall"`
	Row  string `dynamodbav:"row"`
	No   int    `dynamodbav:"no"`
	Free bool   `dynamodbav:"free"`
}

var (
	stallHall = lens.Of(func(s *Stall) *string { return &s.Hall })
	stallRow  = lens.Of(func(s *Stall) *string { return &s.Row })
	stallNo   = lens.Of(func(s *Stall) *int { return &s.No })
	stallFree = lens.Of(func(s *Stall) *bool { return &s.Free })
)

// An attribute needs no words, and a key no second attribute. The fields are
// attributes of their own too, so they can be in conditions.
func ExampleAttributeOf() {
	ctx := context.Background()
	key := repo.JoinedKeyOf(repo.AttributeOf("stall", stallHall, stallRow, stallNo))
	stalls := engineRepo(repo.TableOf("Stalls", key))
	at, err := stalls.Create(ctx, &Stall{Hall: "A", Row: "1#left", No: 7, Free: true})
	fmt.Println(at, err)
	err = stalls.Update(ctx, at, stallFree.Set(false), repo.If(stallRow.Eq("1#left")))
	fmt.Println(err)
	err = stalls.Update(ctx, at, stallNo.Set(8))
	fmt.Println(err)
	// Output:
	// "A#1$23left#00000000000000000007" <nil>
	// <nil>
	// repo: Update Stalls "A#1$23left#00000000000000000007", no: invalid: is part of the object's key, which cannot change
}
