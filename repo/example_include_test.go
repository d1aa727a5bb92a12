package repo_test

import (
	"context"
	"fmt"

	"github.com/dystore/dystore/lens"
	"github.com/dystore/dystore/repo"
)

type Task struct {
	ID       string `dynamodbav:"id"`
	Queue    string `dynamodbav:"queue"`
	Priority int    `dynamodbav:"priority"`
	Attempts int    `dynamodbav:"attempts"`
	Payload  string `dynamodbav:"payload"`
}

var (
	taskID       = repo.KeyOf(func(t *Task) *string { return &t.ID })
	taskAttempts = lens.Of(func(t *Task) *int { return &t.Attempts })
	taskPayload  = lens.Of(func(t *Task) *string { return &t.Payload })
	taskByQueue  = repo.IndexOf("by-queue", func(t *Task) *string { return &t.Queue }, func(t *Task) *int { return &t.Priority },
		repo.Include(taskAttempts))
)

// The index has the attribute that queries are filtered by, and not the payload. What
// it does not have is refused, before any request.
func ExampleInclude() {
	ctx := context.Background()
	tasks := engineRepo(repo.TableOf("Tasks", taskID, taskByQueue))
	for i, id := range []string{"j1", "j2", "j3"} {
		if _, err := tasks.Create(ctx, &Task{ID: id, Queue: "mail", Priority: i, Attempts: 2 * i, Payload: "…"}); err != nil {
			fmt.Println(err)
		}
	}
	for t, err := range tasks.Query(ctx, taskByQueue.In("mail").Where(taskAttempts.Lt(3))) {
		fmt.Println(t.ID, t.Payload, err)
	}
	_, err := tasks.Count(ctx, taskByQueue.In("mail").Where(taskPayload.Eq("")))
	fmt.Println(err)
	// Output:
	// j1 … <nil>
	// j2 … <nil>
	// repo: Count Tasks, payload: invalid: is not projected into index by-queue, where a filter would have to find it
}
