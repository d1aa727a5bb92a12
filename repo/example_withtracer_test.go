package repo_test

import (
	"context"
	"fmt"

	"github.com/dystore/dystore/embedded"
	"github.com/dystore/dystore/repo"
	"github.com/dystore/dystore/trace"
)

type Gate struct {
	Name string `dynamodbav:"name"`
	Open bool   `dynamodbav:"open"`
}

var gateName = repo.KeyOf(func(g *Gate) *string { return &g.Name })

// timeline is a tracer that prints a line when a verb begins, when it ends, and for
// each of its requests.
type timeline struct{}

func (timeline) StartVerb(ctx context.Context, s trace.VerbStart) (context.Context, func(trace.VerbEnd)) {
	fmt.Println(s.Verb, s.Entity)
	return ctx, func(e trace.VerbEnd) { fmt.Println("=", e.Outcome, e.Protocol, e.Requests) }
}

func (timeline) StartRequest(ctx context.Context, s trace.RequestStart) (context.Context, func(trace.RequestEnd)) {
	return ctx, func(e trace.RequestEnd) { fmt.Println("-", s.Operation, s.Tables, s.Items, e.Capacity) }
}

func (timeline) WantsCapacity() bool { return true }

// A tracer is told of each call of a verb and of each request.
func ExampleWithTracer() {
	ctx := context.Background()
	client := embedded.New().Client()
	plain, err := repo.New(client, repo.TableOf("Gates", gateName))
	if err == nil {
		err = plain.CreateTables(ctx)
	}
	fmt.Println(err)
	gates, err := repo.New(client, repo.TableOf("Gates", gateName), repo.WithTracer(timeline{}))
	fmt.Println(err)

	_, err = gates.Put(ctx, &Gate{Name: "north", Open: true})
	fmt.Println(err)
	// Output:
	// <nil>
	// <nil>
	// Put Gates
	// - GetItem [Gates] 1 [{Gates  1 0}]
	// - TransactWriteItems [Gates] 1 [{Gates  0 2}]
	// = committed transaction 2
	// <nil>
}
