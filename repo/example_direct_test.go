package repo_test

import (
	"context"
	"fmt"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	smithyhttp "github.com/aws/smithy-go/transport/http"

	"github.com/dystore/dystore/embedded"
	"github.com/dystore/dystore/repo"
)

// Middleware of the client names the program in each request. It looks at no item, so
// objects may be read straight from JSON.
func ExampleDirect() {
	ctx := context.Background()
	client := embedded.New().Client(func(o *dynamodb.Options) {
		o.APIOptions = append(o.APIOptions, smithyhttp.SetHeaderValue("X-Program", "atlas"))
	})
	r := atlases(ctx, client, repo.Direct())
	key, err := r.Create(ctx, &Atlas{ID: "a", Maps: []MapPage{{Name: "north"}, {Name: "south"}}})
	fmt.Println(err)
	got, err := r.Get(ctx, key)
	fmt.Println(len(got.Maps), err)
	// Output:
	// <nil>
	// 2 <nil>
}
