package repo_test

import (
	"context"
	"fmt"

	"github.com/dystore/dystore/embedded"
	"github.com/dystore/dystore/repo"
	"github.com/dystore/dystore/shard"
)

type Report struct {
	ID    string `dynamodbav:"id"`
	Title string `dynamodbav:"title"`
	Body  *Prose `dynamodbav:"body"`
}

type Prose struct {
	Text string `dynamodbav:"text"`
}

var reportID = repo.KeyOf(func(r *Report) *string { return &r.ID })

// What a write would send and cost, before it is made. The plan of a deletion depends
// on what is stored.
func ExampleRepo_Plan() {
	ctx := context.Background()
	client := embedded.New().Client()
	reports, err := repo.New(client, repo.TableOf("Reports", reportID,
		shard.Optional(shard.To("Bodies"), func(r *Report) **Prose { return &r.Body })))
	if err == nil {
		err = reports.CreateTables(ctx)
	}
	fmt.Println(err)

	report := Report{ID: "r1", Title: "Rain", Body: &Prose{Text: "It has rained."}}
	plan, err := reports.Plan(ctx, reports.CreateOp(&report))
	fmt.Println(err)
	for _, r := range plan.Requests {
		fmt.Println(r.Operation, len(r.Actions), plan.Read, plan.Write)
	}
	key, err := reports.Create(ctx, &report)
	fmt.Println(err)

	plan, err = reports.With(repo.ReadFirst()).Plan(ctx, reports.DeleteOp(key))
	fmt.Println(err)
	fmt.Print(plan)
	// Output:
	// <nil>
	// <nil>
	// TransactWriteItems 2 0 4
	// <nil>
	// <nil>
	// request             action  table    items  bytes  read  write
	// GetItem                                            1     0
	//                     Get     Reports  1      0
	// TransactWriteItems                                 0     ≥ 4
	//                     Delete  Reports  1      22
	//                     Delete  Bodies   1      30
	// all                                                ≥ 1   ≥ 4
}

// Without ReadFirst, Plan sends nothing.
func ExampleReadFirst() {
	ctx := context.Background()
	reports, err := repo.New(embedded.New().Client(), repo.TableOf("Reports", reportID))
	if err == nil {
		err = reports.CreateTables(ctx)
	}
	fmt.Println(err)
	for _, r := range []*repo.Repo[Report]{reports, reports.With(repo.ReadFirst())} {
		plan, err := r.Plan(ctx, r.PutOp(&Report{ID: "r1"}))
		fmt.Println(err, len(plan.Requests), plan.Read, plan.Write, plan.Assumed)
	}
	// Output:
	// <nil>
	// <nil> 2 1 2 true
	// <nil> 2 1 2 false
}
