// Package wired runs the repository suite over clients that exchange JSON with the embedded
// engine, as they do with AWS: requests and items are written and read by the library itself.
package wired

import (
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/schemas"
	"github.com/aws/smithy-go/transport/http/protocol/awsjson"

	"github.com/dystore/dystore/embedded"
)

func client() *dynamodb.Client { return embeddedClient() }

func embeddedClient(opts ...func(*dynamodb.Options)) *dynamodb.Client {
	return embedded.New().Client(append(opts, func(o *dynamodb.Options) { o.Protocol = awsjson.New10(schemas.DynamoDB_20120810) })...)
}
