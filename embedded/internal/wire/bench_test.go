package wire_test

import (
	"context"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/dystore/dystore/embedded/internal/wire"
)

func benchItem() map[string]types.AttributeValue {
	return map[string]types.AttributeValue{
		"ID":        &types.AttributeValueMemberS{Value: "0190f5f3-0000-7000-8000-000000000001"},
		"firstname": &types.AttributeValueMemberS{Value: "John"},
		"lastname":  &types.AttributeValueMemberS{Value: "Doe"},
		"visits":    &types.AttributeValueMemberN{Value: "42"},
		"tags":      &types.AttributeValueMemberL{Value: []types.AttributeValue{&types.AttributeValueMemberS{Value: "vip"}}},
		"location": &types.AttributeValueMemberM{Value: map[string]types.AttributeValue{
			"city": &types.AttributeValueMemberS{Value: "Zürich"}, "country": &types.AttributeValueMemberS{Value: "CH"},
		}},
	}
}

// BenchmarkPutGet is what one Put and one Get cost before the engine does
// anything: the SDK's client and this package.
func BenchmarkPutGet(b *testing.B) {
	item := benchItem()
	c := client(fake(func(_ context.Context, in any) (any, error) {
		if _, ok := in.(*dynamodb.PutItemInput); ok {
			return &dynamodb.PutItemOutput{}, nil
		}
		return &dynamodb.GetItemOutput{Item: item}, nil
	}))
	key := map[string]types.AttributeValue{"ID": item["ID"]}
	b.ReportAllocs()
	for b.Loop() {
		if _, err := c.PutItem(b.Context(), &dynamodb.PutItemInput{TableName: aws.String("t"), Item: item}); err != nil {
			b.Fatal(err)
		}
		if _, err := c.GetItem(b.Context(), &dynamodb.GetItemInput{TableName: aws.String("t"), Key: key}); err != nil {
			b.Fatal(err)
		}
	}
}

// BenchmarkTransport is this package's share of one Put.
func BenchmarkTransport(b *testing.B) {
	d := wire.NewTransport(fake(func(_ context.Context, in any) (any, error) {
		return &dynamodb.PutItemOutput{Attributes: in.(*dynamodb.PutItemInput).Item}, nil
	}))
	const body = `{"TableName":"t","Item":{"ID":{"S":"0190f5f3-0000-7000-8000-000000000001"},"firstname":{"S":"John"},` +
		`"lastname":{"S":"Doe"},"visits":{"N":"42"},"tags":{"L":[{"S":"vip"}]},` +
		`"location":{"M":{"city":{"S":"Zürich"},"country":{"S":"CH"}}}}}`
	b.ReportAllocs()
	for b.Loop() {
		res, err := d.Do(request(b, "PutItem", body))
		if err != nil || res.StatusCode != 200 {
			b.Fatal(res, err)
		}
	}
}
