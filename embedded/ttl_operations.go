package embedded

import (
	"context"
	"maps"
	"slices"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
)

// UpdateTimeToLive names the attribute that holds the expiry of the items of a
// table, in epoch seconds, or turns expiry off.
func (db *DB) UpdateTimeToLive(ctx context.Context, in *dynamodb.UpdateTimeToLiveInput) (*dynamodb.UpdateTimeToLiveOutput, error) {
	in = orEmpty(in)
	spec := in.TimeToLiveSpecification
	if spec == nil || spec.Enabled == nil {
		return nil, missing("timeToLiveSpecification.enabled")
	}
	attribute := aws.ToString(spec.AttributeName)
	if attribute == "" || len(attribute) > 255 {
		return nil, validation("1 validation error detected: Value '%s' at 'timeToLiveSpecification.attributeName' failed to satisfy constraint: Member must have length between 1 and 255", attribute)
	}
	_, err := db.redefine(ctx, in.TableName, notFound, func(t *table) (*table, error) {
		return t.withTTL(attribute, *spec.Enabled)
	})
	if err != nil {
		return nil, err
	}
	return &dynamodb.UpdateTimeToLiveOutput{TimeToLiveSpecification: &types.TimeToLiveSpecification{
		AttributeName: aws.String(attribute), Enabled: aws.Bool(*spec.Enabled),
	}}, nil
}

func (t *table) withTTL(attribute string, enable bool) (*table, error) {
	switch active := t.TTL != ""; {
	case active && t.TTL != attribute:
		return nil, validation("TimeToLive is active on a different AttributeName: current AttributeName is %s", t.TTL)
	case active && enable:
		return nil, validation("TimeToLive is already enabled")
	case !active && !enable:
		return nil, validation("TimeToLive is already disabled")
	}
	changed := t.definition
	changed.TTL = ""
	if enable {
		changed.TTL = attribute
	}
	return t.with(changed), nil
}

// ExpireNow deletes the items that have expired by the clock of the engine, and
// does not wait for WithTTLDelay. It returns how many it deleted. Tables are
// named by names or ARNs; without any, it is all tables.
//
// DynamoDB deletes expired items one by one, at any time within some days and
// in no order: of two items that expire together, one may be gone much earlier
// than the other. So a test of items in two tables lets one table expire and
// then looks. A table without time to live loses nothing.
func (db *DB) ExpireNow(ctx context.Context, tables ...string) (deleted int, err error) {
	if err := ctx.Err(); err != nil {
		return 0, err
	}
	db.expire()
	due, expiring := db.config.now().Unix(), make([]*slot, 0, len(tables))
	for _, name := range tables {
		t, err := at(db.find([]*string{&name})).table(&name)
		if err != nil {
			return 0, err
		}
		expiring = append(expiring, t.slot)
	}
	if len(tables) == 0 {
		expiring = slices.AppendSeq(expiring, maps.Values(*db.slots.Load()))
	}
	for _, s := range expiring {
		n, failed := db.expireTable(s, due)
		if deleted += n; err == nil {
			err = failed
		}
	}
	return deleted, err
}

// DescribeTimeToLive says which attribute holds the expiry.
func (db *DB) DescribeTimeToLive(ctx context.Context, in *dynamodb.DescribeTimeToLiveInput) (*dynamodb.DescribeTimeToLiveOutput, error) {
	in = orEmpty(in)
	description := &types.TimeToLiveDescription{TimeToLiveStatus: types.TimeToLiveStatusDisabled}
	v, err := db.view(ctx, in.TableName)
	if err != nil {
		return nil, err
	}
	t, err := v.table(in.TableName)
	if err != nil {
		return nil, err
	}
	if t.TTL != "" {
		description.TimeToLiveStatus = types.TimeToLiveStatusEnabled
		description.AttributeName = aws.String(t.TTL)
	}
	return &dynamodb.DescribeTimeToLiveOutput{TimeToLiveDescription: description}, nil
}
