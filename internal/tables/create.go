package tables

import (
	"context"
	"errors"
	"slices"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/dystore/dystore/internal/answer"
	"github.com/dystore/dystore/internal/fail"
	"github.com/dystore/dystore/internal/sorted"
)

// Admin is what creating tables needs of *dynamodb.Client.
type Admin interface {
	CreateTable(context.Context, *dynamodb.CreateTableInput, ...func(*dynamodb.Options)) (*dynamodb.CreateTableOutput, error)
	DescribeTable(context.Context, *dynamodb.DescribeTableInput, ...func(*dynamodb.Options)) (*dynamodb.DescribeTableOutput, error)
}

// updater is an Admin that can add an index to a table.
type updater interface {
	UpdateTable(context.Context, *dynamodb.UpdateTableInput, ...func(*dynamodb.Options)) (*dynamodb.UpdateTableOutput, error)
}

// Columns are the key attributes of a table, and its indexes.
type Columns struct {
	Names   []string
	Kinds   []types.ScalarAttributeType
	Indexes []Index
}

// Create creates tables, by their full names, and waits until they are active.
// Those that exist must have the key that is wanted; global indexes that they lack
// are added.
func Create(ctx context.Context, c Admin, wanted map[string]Columns) error {
	for _, name := range sorted.Keys(wanted) {
		if err := createTable(ctx, c, name, wanted[name]); err != nil {
			return err
		}
	}
	for _, name := range sorted.Keys(wanted) {
		if err := complete(ctx, c, name, wanted[name]); err != nil {
			return err
		}
	}
	return nil
}

func createTable(ctx context.Context, c Admin, name string, key Columns) error {
	in := &dynamodb.CreateTableInput{TableName: &name, BillingMode: types.BillingModePayPerRequest}
	d := definitions{}
	kinds := []types.KeyType{types.KeyTypeHash, types.KeyTypeRange}
	for i, n := range key.Names {
		d.add(n, key.Kinds[i])
		in.KeySchema = append(in.KeySchema, types.KeySchemaElement{AttributeName: new(n), KeyType: kinds[i]})
	}
	for i := range key.Indexes {
		switch x := &key.Indexes[i]; {
		case x.Local:
			in.LocalSecondaryIndexes = append(in.LocalSecondaryIndexes, types.LocalSecondaryIndex{IndexName: &x.Name, KeySchema: x.keySchema(&d), Projection: x.projection()})
		default:
			in.GlobalSecondaryIndexes = append(in.GlobalSecondaryIndexes, types.GlobalSecondaryIndex{IndexName: &x.Name, KeySchema: x.keySchema(&d), Projection: x.projection()})
		}
	}
	in.AttributeDefinitions = d
	_, err := c.CreateTable(ctx, in, answer.Observed...)
	var exists *types.ResourceInUseException
	if err == nil || errors.As(err, &exists) {
		return nil
	}
	return answer.Error(err)
}

// complete waits until a table is active and adds the global indexes that it
// lacks, one after the other, as DynamoDB wants it.
func complete(ctx context.Context, c Admin, name string, key Columns) error {
	for {
		t, err := await(ctx, c, name)
		if err != nil {
			return err
		}
		if err := key.matches(name, t); err != nil {
			return err
		}
		missing, err := key.missing(name, t)
		if missing == nil || err != nil {
			return err
		}
		admin, ok := c.(updater)
		if !ok {
			return fail.Withf(fail.ErrInvalid, "table %s exists without the index %s, and the client has no UpdateTable to add it", name, missing.Name)
		}
		d := definitions{}
		for i, n := range key.Names {
			d.add(n, key.Kinds[i])
		}
		create := &types.CreateGlobalSecondaryIndexAction{IndexName: &missing.Name, KeySchema: missing.keySchema(&d), Projection: missing.projection()}
		_, err = admin.UpdateTable(ctx, &dynamodb.UpdateTableInput{TableName: &name, AttributeDefinitions: d,
			GlobalSecondaryIndexUpdates: []types.GlobalSecondaryIndexUpdate{{Create: create}}}, answer.Observed...)
		if busy := (*types.ResourceInUseException)(nil); err != nil && !errors.As(err, &busy) {
			return answer.Error(err)
		}
	}
}

// await polls until a table and its indexes are active; the context bounds the
// wait.
func await(ctx context.Context, c Admin, name string) (*types.TableDescription, error) {
	for {
		out, err := c.DescribeTable(ctx, &dynamodb.DescribeTableInput{TableName: &name}, answer.Observed...)
		if err != nil {
			return nil, answer.Error(err)
		}
		if active(out.Table) {
			return out.Table, nil
		}
		timer := time.NewTimer(200 * time.Millisecond)
		select {
		case <-ctx.Done():
			timer.Stop()
			return nil, ctx.Err()
		case <-timer.C:
		}
	}
}

func active(t *types.TableDescription) bool {
	return t.TableStatus == types.TableStatusActive && !slices.ContainsFunc(t.GlobalSecondaryIndexes, func(x types.GlobalSecondaryIndexDescription) bool {
		return x.IndexStatus != "" && x.IndexStatus != types.IndexStatusActive
	})
}

func (k Columns) matches(name string, t *types.TableDescription) error {
	have := make([]string, 0, len(t.KeySchema))
	for _, s := range t.KeySchema {
		have = append(have, *s.AttributeName)
	}
	if !slices.Equal(have, k.Names) {
		return fail.Withf(fail.ErrInvalid, "table %s exists with the key %v, the model needs %v", name, have, k.Names)
	}
	for _, d := range t.AttributeDefinitions {
		if i := slices.Index(k.Names, *d.AttributeName); i >= 0 && d.AttributeType != k.Kinds[i] {
			return fail.Withf(fail.ErrInvalid, "table %s exists with %s of type %s, the model needs %s", name, k.Names[i], d.AttributeType, k.Kinds[i])
		}
	}
	return nil
}

// missing is a global index that a table lacks, nil if there is none.
func (k Columns) missing(name string, t *types.TableDescription) (*Index, error) {
	var first *Index
	for i := range k.Indexes {
		x := &k.Indexes[i]
		switch have := existing(t, x.Name); {
		case have == nil && x.Local:
			return nil, fail.Withf(fail.ErrInvalid, "table %s exists without the local index %s, which DynamoDB adds only when it creates a table", name, x.Name)
		case have == nil && first == nil:
			first = x
		case have == nil:
		default:
			if want := x.String(); have.String() != want {
				return nil, fail.Withf(fail.ErrInvalid, "table %s exists with the index %s, the model needs %s", name, have, want)
			}
		}
	}
	return first, nil
}
