package repo_test

import (
	"context"
	"fmt"
	"time"

	"github.com/dystore/dystore/lens"
	"github.com/dystore/dystore/repo"
)

type Request struct {
	ID     string    `dynamodbav:"id"`
	Status string    `dynamodbav:"status"`
	At     time.Time `dynamodbav:"at"`
	Votes  int       `dynamodbav:"votes"`
}

var (
	requestID       = repo.KeyOf(func(t *Request) *string { return &t.ID })
	requestVotes    = lens.Of(func(t *Request) *int { return &t.Votes })
	requestStatus   = lens.Of(func(t *Request) *string { return &t.Status })
	requestByStatus = repo.IndexOf("by-status", func(t *Request) *string { return &t.Status }, func(t *Request) *time.Time { return &t.At })
)

// An index is a part of the model; a range over it is a range like any other.
func ExampleIndexOf() {
	ctx := context.Background()
	requests := engineRepo(repo.TableOf("Requests", requestID, requestByStatus))
	noon := time.Date(2026, 11, 1, 12, 0, 0, 0, time.UTC)
	for i, id := range []string{"t1", "t2", "t3", "t4"} {
		_, err := requests.Create(ctx, &Request{ID: id, Status: "open", At: noon.Add(time.Duration(i) * time.Hour), Votes: 10 * i})
		if err != nil {
			fmt.Println(err)
		}
	}
	if err := requests.Update(ctx, requestID.Of("t2"), requestStatus.Set("closed")); err != nil {
		fmt.Println(err)
	}

	for t, err := range requests.Query(ctx, requestByStatus.In("open").From(noon).Where(requestVotes.Gt(5))) {
		if err != nil {
			fmt.Println(err)
			return
		}
		fmt.Println(t.ID, t.At.Format("15:04"))
	}
	// Output:
	// t3 14:00
	// t4 15:00
}
