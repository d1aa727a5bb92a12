package tables_test

import (
	"context"
	"errors"
	"testing"
	"testing/synctest"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/dystore/dystore/embedded"
	"github.com/dystore/dystore/internal/tables"
)

// slow is a DynamoDB whose tables need time: each answer of DescribeTable is changed by
// the next of steps, the later ones by none.
type slow struct {
	tables.Admin
	steps []func(*types.TableDescription) error
	asked int
}

func (s *slow) DescribeTable(ctx context.Context, in *dynamodb.DescribeTableInput, opts ...func(*dynamodb.Options)) (*dynamodb.DescribeTableOutput, error) {
	out, err := s.Admin.DescribeTable(ctx, in, opts...)
	if s.asked++; err == nil && s.asked <= len(s.steps) {
		if err = s.steps[s.asked-1](out.Table); out.Table.TableName == nil {
			out = &dynamodb.DescribeTableOutput{}
		}
	}
	return out, err
}

func absent(*types.TableDescription) error { return &types.ResourceNotFoundException{} }

// nothing is an answer without a table.
func nothing(d *types.TableDescription) error {
	d.TableName = nil
	return nil
}

func creating(d *types.TableDescription) error {
	d.TableStatus = types.TableStatusCreating
	return nil
}

func filling(d *types.TableDescription) error {
	d.GlobalSecondaryIndexes = []types.GlobalSecondaryIndexDescription{{IndexStatus: types.IndexStatusCreating}}
	return nil
}

// Create waits for a table that is not described yet, not active yet, or whose indexes
// are not.
func TestCreateWaits(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		client := &slow{Admin: embedded.New().Client(), steps: []func(*types.TableDescription) error{absent, absent, nothing, creating, filling, filling}}
		if err := tables.Create(t.Context(), client, notes("")); err != nil || client.asked != 7 {
			t.Errorf("error %v after %d requests, want none after 7", err, client.asked)
		}
	})
}

// A table that is gone, or a wait without end, is an error and not a loop.
func TestCreateGivesUp(t *testing.T) {
	for name, c := range map[string]struct {
		step func(*types.TableDescription) error
		want func(error, int) bool
	}{
		"absent": {absent, func(err error, asked int) bool {
			var none *types.ResourceNotFoundException
			return errors.As(err, &none) && asked == 21
		}},
		"filling": {filling, func(err error, asked int) bool { return errors.Is(err, context.DeadlineExceeded) && asked > 700 }},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				ctx, cancel := context.WithTimeout(t.Context(), time.Hour)
				defer cancel()
				client := &slow{Admin: embedded.New().Client()}
				for range 50_000 {
					client.steps = append(client.steps, c.step)
				}
				if err := tables.Create(ctx, client, notes("")); !c.want(err, client.asked) {
					t.Errorf("error %v after %d requests", err, client.asked)
				}
			})
		})
	}
}
