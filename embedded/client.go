package embedded

import (
	"context"
	"net/http"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"

	"github.com/dystore/dystore/embedded/internal/wire"
)

// region is where every DB lies.
const region = "local"

// Client is the SDK's own client with the engine as its HTTP transport, so
// that its validation, tokens, retries and error decoding are those of
// production. It opens no sockets and starts no goroutines. The functions are
// applied last; one that replaces HTTPClient with something around
// [DB.Transport] can inject faults.
func (db *DB) Client(optFns ...func(*dynamodb.Options)) *dynamodb.Client {
	return dynamodb.New(dynamodb.Options{
		Region:       region,
		BaseEndpoint: aws.String("http://dynamodb.local.invalid"),
		Credentials: aws.CredentialsProviderFunc(func(context.Context) (aws.Credentials, error) {
			return aws.Credentials{AccessKeyID: "embedded", SecretAccessKey: "embedded", Source: "embedded"}, nil
		}),
		HTTPClient: db.Transport(),
	}, append([]func(*dynamodb.Options){wire.Direct}, optFns...)...)
}

// Transport answers requests of the SDK's clients inside of the process, for
// whoever wants to put something in between.
func (db *DB) Transport() dynamodb.HTTPClient { return wire.NewTransport(db) }

// ServeHTTP answers DynamoDB's wire protocol, for clients outside of the
// process.
func (db *DB) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	wire.NewHandler(db).ServeHTTP(w, r)
}
