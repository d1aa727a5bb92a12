package embedded

import (
	"context"
	"net/http"
	"net/url"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	smithyendpoints "github.com/aws/smithy-go/endpoints"

	"github.com/dystore/dystore/embedded/internal/wire"
)

// The region and the account of a DB without WithAccount.
const (
	defaultRegion  = "local"
	defaultAccount = "000000000000"
)

// Client is the SDK's own client with the engine as its HTTP transport. Its
// validation, tokens, retries and error decoding are those of production. It
// opens no sockets and starts no goroutines. The functions are applied last:
// one of them can inject faults by wrapping [DB.Transport] and setting the
// result as HTTPClient.
//
// Requests are encoded, signed and decoded as on their way to AWS. Answers with
// items reach the caller without having been JSON, unless something around the
// transport reads them, or the caller wants JSON, as repositories do. The client does not check checksums of answers: do not
// make a client for AWS from its options.
func (db *DB) Client(optFns ...func(*dynamodb.Options)) *dynamodb.Client {
	return dynamodb.New(dynamodb.Options{
		Region:             db.config.region,
		BaseEndpoint:       aws.String("http://dynamodb.local.invalid"),
		EndpointResolverV2: baseEndpoint{dynamodb.NewDefaultEndpointResolverV2()},
		Credentials: aws.CredentialsProviderFunc(func(context.Context) (aws.Credentials, error) {
			return aws.Credentials{AccessKeyID: "embedded", SecretAccessKey: "no secret, but long enough for FIPS", Source: "embedded"}, nil
		}),
		HTTPClient: db.Transport(),
	}, append([]func(*dynamodb.Options){wire.Direct}, optFns...)...)
}

// baseEndpoint resolves to the BaseEndpoint of the options. For a region that
// AWS does not have, the SDK's resolver compiles the patterns of all
// partitions, in every request.
type baseEndpoint struct{ dynamodb.EndpointResolverV2 }

func (r baseEndpoint) ResolveEndpoint(ctx context.Context, p dynamodb.EndpointParameters) (smithyendpoints.Endpoint, error) {
	if p.Endpoint == nil {
		return r.EndpointResolverV2.ResolveEndpoint(ctx, p)
	}
	u, err := url.Parse(*p.Endpoint)
	if err != nil {
		return smithyendpoints.Endpoint{}, err
	}
	return smithyendpoints.Endpoint{URI: *u}, nil
}

// Transport answers requests of the SDK's clients in process. Wrap it to put
// something in between.
func (db *DB) Transport() dynamodb.HTTPClient { return wire.NewTransport(packing{db}) }

// ServeHTTP answers DynamoDB's wire protocol, for clients in other processes.
func (db *DB) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	wire.NewHandler(packing{db}).ServeHTTP(w, r)
}
