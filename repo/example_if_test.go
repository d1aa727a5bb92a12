package repo_test

import (
	"context"
	"errors"
	"fmt"

	"github.com/dystore/dystore/lens"
	"github.com/dystore/dystore/repo"
)

type Job struct {
	ID     string `dynamodbav:"id"`
	State  string `dynamodbav:"state"`
	Worker string `dynamodbav:"worker"`
}

var (
	jobID     = repo.KeyOf(func(j *Job) *string { return &j.ID })
	jobState  = lens.Of(func(j *Job) *string { return &j.State })
	jobWorker = lens.Of(func(j *Job) *string { return &j.Worker })
)

// Two workers want one job. DynamoDB decides in the moment of the write, so
// nobody has to read the job first.
func ExampleIf() {
	ctx := context.Background()
	jobs := engineRepo(repo.TableOf("Jobs", jobID))
	key, err := jobs.Create(ctx, &Job{ID: "j1", State: "queued"})
	fmt.Println(err)

	for _, worker := range []string{"ann", "bob"} {
		err := jobs.Update(ctx, key, jobState.Set("running"), jobWorker.Set(worker), repo.If(jobState.Eq("queued")))
		fmt.Println(worker, "is refused:", errors.Is(err, repo.ErrCondition))
	}

	worker, err := repo.Read(ctx, jobs, key, jobWorker)
	fmt.Println(worker, err)
	// Output:
	// <nil>
	// ann is refused: false
	// bob is refused: true
	// ann <nil>
}
