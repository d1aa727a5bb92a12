package dynamodbtest_test

import (
	"context"
	"fmt"
	"log"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb"

	"github.com/dystore/dystore/dynamodbtest"
)

// Without a test, the caller closes the server. Ways are tried in order: here a
// process where the program is, and otherwise the embedded engine.
func ExampleOpen() {
	ctx := context.Background()
	server, err := dynamodbtest.Open(ctx, dynamodbtest.Dynoxide("no-such-program"), dynamodbtest.Embedded())
	if err != nil {
		log.Fatal(err)
	}
	defer server.Close()
	_, err = server.Client().ListTables(ctx, &dynamodb.ListTablesInput{})
	fmt.Println(err)
	// Output: <nil>
}
