package slogtrace_test

import (
	"context"
	"fmt"
	"log/slog"
	"os"

	"github.com/dystore/dystore/embedded"
	"github.com/dystore/dystore/repo"
	"github.com/dystore/dystore/trace/slogtrace"
)

type City struct {
	Name   string `dynamodbav:"name"`
	People int    `dynamodbav:"people"`
}

var cityName = repo.KeyOf(func(c *City) *string { return &c.Name })

// logger writes without what differs from run to run.
func logger() *slog.Logger {
	varies := map[string]bool{slog.TimeKey: true, "duration": true, "request_id": true, "write_id": true, "sent_bytes": true, "received_bytes": true}
	return slog.New(slog.NewTextHandler(os.Stdout, &slog.HandlerOptions{Level: slog.LevelDebug,
		ReplaceAttr: func(_ []string, a slog.Attr) slog.Attr {
			if varies[a.Key] {
				return slog.Attr{}
			}
			return a
		}}))
}

func cities(ctx context.Context, opts ...slogtrace.Option) *repo.Repo[City] {
	client := embedded.New().Client()
	plain, err := repo.New(client, repo.TableOf("Cities", cityName))
	if err == nil {
		err = plain.CreateTables(ctx)
	}
	if err != nil {
		panic(err)
	}
	r, err := repo.New(client, repo.TableOf("Cities", cityName), repo.WithTracer(slogtrace.New(logger(), opts...)))
	if err != nil {
		panic(err)
	}
	return r
}

func ExampleNew() {
	ctx := context.Background()
	r := cities(ctx)
	key, err := r.Create(ctx, &City{Name: "Rome", People: 2_748_109})
	fmt.Println(err)
	_, err = r.Create(ctx, &City{Name: "Rome"})
	fmt.Println(err)
	_, err = r.Get(ctx, key)
	fmt.Println(err)
	// Output:
	// level=DEBUG msg=request operation=TransactWriteItems tables=[Cities] items=1
	// level=INFO msg=verb verb=Create entity=Cities table=Cities outcome=committed protocol=transaction objects=1 requests=1
	// <nil>
	// level=DEBUG msg=request operation=TransactWriteItems tables=[Cities] items=1 error=other code=TransactionCanceledException reasons=[ConditionalCheckFailed]
	// level=INFO msg=verb verb=Create entity=Cities table=Cities error=ErrExists outcome="not written" protocol=transaction requests=1
	// repo: Create Cities "Rome": object exists already
	// level=DEBUG msg=request operation=GetItem tables=[Cities] items=1 returned=1
	// level=INFO msg=verb verb=Get entity=Cities table=Cities objects=1 requests=1
	// <nil>
}

// Calls at debug level too, with what they consume, and requests not at all.
func ExampleCapacity() {
	ctx := context.Background()
	r := cities(ctx, slogtrace.Capacity(), slogtrace.VerbLevel(slog.LevelDebug), slogtrace.RequestLevel(slog.LevelDebug-4))
	_, err := r.Create(ctx, &City{Name: "Rome", People: 2_748_109})
	fmt.Println(err)
	// Output:
	// level=DEBUG msg=verb verb=Create entity=Cities table=Cities outcome=committed protocol=transaction objects=1 requests=1 write_units=2
	// <nil>
}
