package repo_test

import (
	"context"
	"fmt"

	"github.com/dystore/dystore/repo"
)

type Seat struct {
	Row    string `dynamodbav:"row"`
	Number int    `dynamodbav:"number"`
}

var seatKey = repo.CompositeKeyOf(func(s *Seat) *string { return &s.Row }, func(s *Seat) *int { return &s.Number })

// A key is made from the declaration, or from a value that has it.
func ExampleRepo_Exists() {
	ctx := context.Background()
	seats := engineRepo(repo.TableOf("Seats", seatKey))
	created, err := seats.Create(ctx, &Seat{Row: "F", Number: 12})
	fmt.Println(created, err)

	key, err := seats.Key(&Seat{Row: "F", Number: 12}) // no request
	fmt.Println(key.Equal(created), key.Equal(seatKey.Of("F", 12)), err)

	taken, err := seats.Exists(ctx, key)
	fmt.Println(taken, err)
	taken, err = seats.Exists(ctx, seatKey.Of("F", 13))
	fmt.Println(taken, err)
	// Output:
	// "F"/12 <nil>
	// true true <nil>
	// true <nil>
	// false <nil>
}
