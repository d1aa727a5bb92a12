package repo_test

import (
	"bytes"
	"context"
	"fmt"

	"github.com/dystore/dystore/embedded"
	"github.com/dystore/dystore/fault"
	"github.com/dystore/dystore/repo"
)

type Headline struct {
	ID   string `dynamodbav:"id"`
	Text string `dynamodbav:"text"`
}

var headlineID = repo.KeyOf(func(h *Headline) *string { return &h.ID })

// An eventually consistent read costs half. It may miss the last writes.
func ExampleEventually() {
	ctx := context.Background()
	client, net := fault.Wrap(embedded.New().Client())
	headlines, err := repo.New(client, repo.TableOf("Headlines", headlineID))
	if err == nil {
		err = headlines.CreateTables(ctx)
	}
	fmt.Println(err)
	key, err := headlines.Create(ctx, &Headline{ID: "h1", Text: "Rain"})
	fmt.Println(err)

	for _, opts := range [][]repo.CallOption{nil, {repo.Eventually()}} {
		net.Reset()
		h, err := headlines.Get(ctx, key, opts...)
		consistent := bytes.Contains(net.Requests()[0].Body, []byte(`"ConsistentRead":true`))
		fmt.Println(h.Text, err, "consistent:", consistent)
	}
	// Output:
	// <nil>
	// <nil>
	// Rain <nil> consistent: true
	// Rain <nil> consistent: false
}
