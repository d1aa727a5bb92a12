package trace_test

import (
	"context"
	"errors"
	"fmt"

	"github.com/dystore/dystore/embedded"
	"github.com/dystore/dystore/repo"
	"github.com/dystore/dystore/trace"
)

type City struct {
	Name   string `dynamodbav:"name"`
	People int    `dynamodbav:"people"`
}

var cityName = repo.KeyOf(func(c *City) *string { return &c.Name })

// printer is a tracer: it prints events when they end.
type printer struct{ name string }

func (p printer) StartVerb(ctx context.Context, s trace.VerbStart) (context.Context, func(trace.VerbEnd)) {
	return ctx, func(e trace.VerbEnd) {
		fmt.Printf("%s: %s %s, %d requests: %q\n", p.name, s.Verb, s.Entity, e.Requests, e.Kind)
	}
}

func (p printer) StartRequest(ctx context.Context, s trace.RequestStart) (context.Context, func(trace.RequestEnd)) {
	return ctx, func(e trace.RequestEnd) {
		fmt.Printf("%s: %s of %d %v\n", p.name, s.Operation, s.Items, s.Tables)
	}
}

func cities(ctx context.Context, t trace.Tracer) *repo.Repo[City] {
	client := embedded.New().Client()
	plain, err := repo.New(client, repo.TableOf("Cities", cityName))
	if err == nil {
		err = plain.CreateTables(ctx)
	}
	r, wrong := repo.New(client, repo.TableOf("Cities", cityName), repo.WithTracer(t))
	if err := errors.Join(err, wrong); err != nil {
		panic(err)
	}
	return r
}

// Two tracers are told of the same events.
func ExampleJoin() {
	ctx := context.Background()
	r := cities(ctx, trace.Join(printer{"a"}, printer{"b"}))
	_, err := r.Get(ctx, cityName.Of("Rome"))
	fmt.Println(errors.Is(err, repo.ErrNotFound))
	// Output:
	// b: GetItem of 1 [Cities]
	// a: GetItem of 1 [Cities]
	// b: Get Cities, 1 requests: "ErrNotFound"
	// a: Get Cities, 1 requests: "ErrNotFound"
	// true
}

// What a call has cost, as DynamoDB has charged it. Plan says it beforehand.
func ExampleMeasure() {
	ctx := context.Background()
	r := cities(ctx, trace.Costs())

	measured, cost := trace.Measure(ctx)
	_, err := r.Put(measured, &City{Name: "Rome", People: 2_748_109})
	fmt.Println(err)
	fmt.Print(cost)
	read, write := cost.Units()
	fmt.Println(len(cost.Requests()), read, write)
	// Output:
	// <nil>
	// request             tables  items  read  write
	// GetItem             Cities  1      1     0
	// TransactWriteItems  Cities  1      0     2
	// all                                1     2
	// 2 1 2
}

// The tracer of [trace.Measure] counts what calls with its context cost.
func ExampleCosts() {
	ctx := context.Background()
	r := cities(ctx, trace.Join(trace.Costs(), printer{"log"}))

	measured, cost := trace.Measure(ctx)
	ok, err := r.Exists(measured, cityName.Of("Rome"))
	fmt.Println(ok, err)
	ok, err = r.Exists(ctx, cityName.Of("Rome")) // not counted
	fmt.Println(ok, err)
	fmt.Println(len(cost.Requests()))
	// Output:
	// log: GetItem of 1 [Cities]
	// log: Exists Cities, 1 requests: ""
	// false <nil>
	// log: GetItem of 1 [Cities]
	// log: Exists Cities, 1 requests: ""
	// false <nil>
	// 1
}
