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
	err := db.write(ctx, func() error {
		t, err := db.table(in.TableName)
		if err != nil {
			return err
		}
		return db.setTTL(t, attribute, *spec.Enabled)
	})
	if err != nil {
		return nil, err
	}
	return &dynamodb.UpdateTimeToLiveOutput{TimeToLiveSpecification: &types.TimeToLiveSpecification{
		AttributeName: aws.String(attribute), Enabled: aws.Bool(*spec.Enabled),
	}}, nil
}

func (db *DB) setTTL(t *table, attribute string, enable bool) error {
	switch active := t.TTL != ""; {
	case active && t.TTL != attribute:
		return validation("TimeToLive is active on a different AttributeName: current AttributeName is %s", t.TTL)
	case active && enable:
		return validation("TimeToLive is already enabled")
	case !active && !enable:
		return validation("TimeToLive is already disabled")
	}
	changed := t.definition
	changed.TTL = ""
	if enable {
		changed.TTL = attribute
	}
	if err := db.journalTable(t.Name, &changed); err != nil {
		return err
	}
	db.redefine(t, changed)
	t.expiry = nil
	if enable {
		oldest := db.oldestExpiry()
		t.items.current().Ascend("", func(_ string, r *record) bool {
			t.expiry.add(attribute, r, oldest)
			return true
		})
	}
	db.noteExpiry(t)
	return nil
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
	err = db.write(ctx, func() error {
		due, expiring := db.config.now().Unix(), make([]*table, 0, len(tables))
		for _, name := range tables {
			t, err := db.table(&name)
			if err != nil {
				return err
			}
			expiring = append(expiring, t)
		}
		if len(tables) == 0 {
			expiring = slices.AppendSeq(expiring, maps.Values(db.tables))
		}
		var first error
		for _, t := range expiring {
			n, err := db.expireTable(t, due)
			if deleted += n; first == nil {
				first = err
			}
		}
		return first
	})
	return deleted, err
}

// DescribeTimeToLive says which attribute holds the expiry.
func (db *DB) DescribeTimeToLive(ctx context.Context, in *dynamodb.DescribeTimeToLiveInput) (*dynamodb.DescribeTimeToLiveOutput, error) {
	in = orEmpty(in)
	description := &types.TimeToLiveDescription{TimeToLiveStatus: types.TimeToLiveStatusDisabled}
	err := db.read(ctx, func() error {
		t, err := db.table(in.TableName)
		if err == nil && t.TTL != "" {
			description.TimeToLiveStatus = types.TimeToLiveStatusEnabled
			description.AttributeName = aws.String(t.TTL)
		}
		return err
	})
	if err != nil {
		return nil, err
	}
	return &dynamodb.DescribeTimeToLiveOutput{TimeToLiveDescription: description}, nil
}
