package repo_test

import (
	"context"
	"fmt"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"

	"github.com/dystore/dystore/embedded"
	"github.com/dystore/dystore/repo"
)

// Requests are made from the options of the client, without its middleware. A client that
// was asked to log its requests would not do so, and is refused.
func ExampleLean() {
	ctx := context.Background()
	client := embedded.New().Client()
	r := atlases(ctx, client, repo.Lean())
	key, err := r.Create(ctx, &Atlas{ID: "a", Maps: []MapPage{{Name: "north"}, {Name: "south"}}})
	fmt.Println(err)
	got, err := r.Get(ctx, key)
	fmt.Println(len(got.Maps), err)

	logs := embedded.New().Client(func(o *dynamodb.Options) { o.ClientLogMode = aws.LogRequest })
	_, err = repo.Open(logs, "Atlases", "ID", repo.Lean())
	fmt.Println(err)
	// Output:
	// <nil>
	// 2 <nil>
	// repo.Open: invalid: repo.Lean: the client has a ClientLogMode
}
