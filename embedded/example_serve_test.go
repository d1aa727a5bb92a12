package embedded_test

import (
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"

	"github.com/dystore/dystore/embedded"
)

// counted is a transport in front of the engine's that counts requests.
type counted struct {
	dynamodb.HTTPClient
	requests int
}

func (c *counted) Do(r *http.Request) (*http.Response, error) {
	c.requests++
	return c.HTTPClient.Do(r)
}

// A DB answers DynamoDB's wire protocol, for programs in any language; the
// command dynamodb-embedded does no more. In process, Transport replaces the
// network.
func ExampleDB_ServeHTTP() {
	ctx := context.Background()
	db := embedded.New()
	server := httptest.NewServer(db)
	defer server.Close()
	outside := dynamodb.New(dynamodb.Options{Region: "local", BaseEndpoint: aws.String(server.URL),
		Credentials: aws.CredentialsProviderFunc(func(context.Context) (aws.Credentials, error) {
			return aws.Credentials{AccessKeyID: "any", SecretAccessKey: "any"}, nil
		})})
	notes(ctx, outside)

	inside := &counted{HTTPClient: db.Transport()}
	client := db.Client(func(o *dynamodb.Options) { o.HTTPClient = inside })
	tables, err := client.ListTables(ctx, &dynamodb.ListTablesInput{})
	fmt.Println(tables.TableNames, inside.requests, err)
	// Output: [notes] 1 <nil>
}
