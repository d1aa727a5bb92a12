package tables

import (
	"context"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/dystore/dystore/internal/answer"
	"github.com/dystore/dystore/internal/fail"
)

// expirer is an Admin that can set the time to live of a table.
type expirer interface {
	DescribeTimeToLive(context.Context, *dynamodb.DescribeTimeToLiveInput, ...func(*dynamodb.Options)) (*dynamodb.DescribeTimeToLiveOutput, error)
	UpdateTimeToLive(context.Context, *dynamodb.UpdateTimeToLiveInput, ...func(*dynamodb.Options)) (*dynamodb.UpdateTimeToLiveOutput, error)
}

// ExpiryInput is the request that lets items of a table expire by an attribute.
func ExpiryInput(name, attribute string) *dynamodb.UpdateTimeToLiveInput {
	return &dynamodb.UpdateTimeToLiveInput{TableName: &name, TimeToLiveSpecification: &types.TimeToLiveSpecification{AttributeName: &attribute, Enabled: new(true)}}
}

// ExpiresBy is the attribute by which the items of a table expire, "" if they do not.
func ExpiresBy(d *types.TimeToLiveDescription) string {
	if d == nil {
		return ""
	}
	switch d.TimeToLiveStatus {
	case types.TimeToLiveStatusEnabled, types.TimeToLiveStatusEnabling:
		return aws.ToString(d.AttributeName)
	}
	return ""
}

// expire lets the items of an active table expire by an attribute. A table whose items
// expire by another one is refused: to change that would keep what was to go.
func expire(ctx context.Context, c Admin, name, attribute string) error {
	if attribute == "" {
		return nil
	}
	admin, ok := c.(expirer)
	if !ok {
		return fail.Withf(fail.ErrInvalid, "the items of table %s expire by %s, and the client has no DescribeTimeToLive and UpdateTimeToLive to set that", name, attribute)
	}
	there, err := expiresBy(ctx, admin, name)
	if err != nil || there == attribute {
		return err
	}
	if there != "" {
		return fail.Withf(fail.ErrInvalid, "table %s exists, and its items expire by %s, the model needs %s; switch that off first", name, there, attribute)
	}
	_, err = admin.UpdateTimeToLive(ctx, ExpiryInput(name, attribute), answer.Observed...)
	if err == nil {
		return nil
	}
	// Another program may have set it meanwhile.
	if there, again := expiresBy(ctx, admin, name); again == nil && there == attribute {
		return nil
	}
	return answer.Error(err)
}

func expiresBy(ctx context.Context, admin expirer, name string) (string, error) {
	out, err := admin.DescribeTimeToLive(ctx, &dynamodb.DescribeTimeToLiveInput{TableName: &name}, answer.Observed...)
	if err != nil {
		return "", answer.Error(err)
	}
	return ExpiresBy(out.TimeToLiveDescription), nil
}
