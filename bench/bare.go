package bench

import (
	"context"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/feature/dynamodb/attributevalue"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
)

// Contenders of the SDK alone: items are built before, and answers are left as
// the SDK returns them. No library that uses the SDK's types can do less.

func bareCreate() Contender {
	return onTable(SDKBare, func(_ context.Context, c *dynamodb.Client, table string) (Op, error) {
		p := NewPerson()
		it, err := attributevalue.MarshalMap(&p)
		return func(ctx context.Context) error {
			it["ID"] = stringKey("ID", newID())["ID"]
			_, err := c.PutItem(ctx, &dynamodb.PutItemInput{TableName: &table, Item: it, ConditionExpression: aws.String("attribute_not_exists(ID)")})
			return err
		}, err
	})
}

func bareQuery() Contender {
	return onOrders(SDKBare, func(c *dynamodb.Client, table string) Op {
		return func(ctx context.Context) error {
			out, err := c.Query(ctx, &dynamodb.QueryInput{TableName: &table, ConsistentRead: aws.Bool(true),
				KeyConditionExpression: aws.String("customer = :c"), ExpressionAttributeValues: stringKey(":c", "customer-1")})
			if err != nil {
				return err
			}
			return counted(len(out.Items), nil)
		}
	})
}

func bareScan() Contender {
	return onOrders(SDKBare, func(c *dynamodb.Client, table string) Op {
		return func(ctx context.Context) error {
			out, err := c.Scan(ctx, &dynamodb.ScanInput{TableName: &table, ConsistentRead: aws.Bool(true)})
			if err != nil {
				return err
			}
			return counted(len(out.Items), nil)
		}
	})
}

func bareGetMany() Contender {
	numbers := manyNumbers()
	return onOrders(SDKBare, func(c *dynamodb.Client, table string) Op {
		return func(ctx context.Context) error {
			out, err := c.BatchGetItem(ctx, &dynamodb.BatchGetItemInput{RequestItems: ordersByNumber(table, numbers)})
			if err != nil {
				return err
			}
			return countedOf(manyKeys, len(out.Responses[table]))
		}
	})
}
