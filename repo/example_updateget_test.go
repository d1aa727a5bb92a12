package repo_test

import (
	"context"
	"fmt"

	"github.com/dystore/dystore/lens"
	"github.com/dystore/dystore/repo"
)

type Ticket struct {
	Queue string `dynamodbav:"queue"`
	Next  int    `dynamodbav:"next"`
}

var (
	ticketQueue = repo.KeyOf(func(t *Ticket) *string { return &t.Queue })
	ticketNext  = lens.Of(func(t *Ticket) *int { return &t.Next })
)

// UpdateGet returns an object that contains the changes, and possibly those of
// a writer that came right after: it is no ticket machine, but it saves the
// caller a line where the newest state is wanted.
func ExampleUpdateGet() {
	ctx := context.Background()
	tickets := engineRepo(repo.TableOf("Tickets", ticketQueue))
	key, err := tickets.Create(ctx, &Ticket{Queue: "q1", Next: 41})
	fmt.Println(err)

	t, err := repo.UpdateGet(ctx, tickets, key, lens.Add(ticketNext, 1))
	fmt.Println(t.Next, err)

	// An object without parts may be updated at half the cost: see Relaxed for
	// what that gives up.
	t, err = repo.UpdateGet(ctx, tickets.With(repo.Relaxed()), key, lens.Add(ticketNext, 1))
	fmt.Println(t.Next, err)
	// Output:
	// <nil>
	// 42 <nil>
	// 43 <nil>
}
