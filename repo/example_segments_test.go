package repo_test

import (
	"context"
	"fmt"

	"github.com/dystore/dystore/repo"
)

type Signal struct {
	ID string `dynamodbav:"id"`
}

var signalID = repo.KeyOf(func(e *Signal) *string { return &e.ID })

// Four requests at once read four segments of the table.
func ExampleSegments() {
	ctx := context.Background()
	signals := engineRepo(repo.TableOf("Signals", signalID))
	for i := range 50 {
		if _, err := signals.Create(ctx, &Signal{fmt.Sprint("e", i)}); err != nil {
			fmt.Println(err)
		}
	}
	n := 0
	for _, err := range signals.Scan(ctx, repo.Segments(4)) {
		if err != nil {
			fmt.Println(err)
			return
		}
		n++
	}
	fmt.Println(n)
	// Output: 50
}
