package bench

import (
	"context"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
	"github.com/guregu/dynamo/v2"
)

// gureguDB returns guregu/dynamo over a client. Its queries use KeyConditions,
// the parameter that DynamoDB keeps for old programs and that the embedded
// engine refuses. So they are translated, at the cost of two strings per
// request and nothing per item.
func gureguDB(c *dynamodb.Client) *dynamo.DB { return dynamo.NewFromIface(modernQueries{c}) }

type modernQueries struct{ *dynamodb.Client }

func (m modernQueries) Query(ctx context.Context, in *dynamodb.QueryInput, opts ...func(*dynamodb.Options)) (*dynamodb.QueryOutput, error) {
	for name, cond := range in.KeyConditions {
		if len(in.KeyConditions) > 1 || cond.ComparisonOperator != types.ComparisonOperatorEq {
			break
		}
		modern := *in
		modern.KeyConditions = nil
		modern.KeyConditionExpression = aws.String(name + " = :v")
		modern.ExpressionAttributeValues = item{":v": cond.AttributeValueList[0]}
		in = &modern
	}
	return m.Client.Query(ctx, in, opts...)
}
