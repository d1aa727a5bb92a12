package tables

import (
	"context"
	"errors"
	"math"
	"slices"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/dystore/dystore/internal/answer"
	"github.com/dystore/dystore/internal/arn"
	"github.com/dystore/dystore/internal/fail"
	"github.com/dystore/dystore/internal/regions"
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

// Create creates tables, by their full names, and waits until they are active.
// Those that exist must have the key that is wanted; global indexes and the time to
// live that they lack are added.
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

// CreateIn is Create for tables in several regions; of is the client of one, "" is the
// root's.
func CreateIn(ctx context.Context, of func(region string) Admin, wanted map[string]Columns) error {
	in := map[string]map[string]Columns{}
	for name, columns := range wanted {
		region, there := arn.Region(name)
		if in[region] == nil {
			in[region] = map[string]Columns{}
		}
		in[region][there] = columns
	}
	for _, region := range sorted.Keys(in) {
		if err := Create(ctx, of(region), in[region]); err != nil {
			return regions.Failed(region, err, sorted.Keys(in[region])...)
		}
	}
	return nil
}

func createTable(ctx context.Context, c Admin, name string, key Columns) error {
	place, plain := arn.Split(name)
	if place != "" {
		there, err := exists(ctx, c, name)
		if there || err != nil {
			return err
		}
	}
	out, err := c.CreateTable(ctx, key.Input(name), answer.Observed...)
	var already *types.ResourceInUseException
	switch {
	case place == "" && (err == nil || errors.As(err, &already)):
		return nil
	case errors.As(err, &already):
		return fail.Withf(fail.ErrInvalid, "there is no table %s, and the client's own account has a table %s; use a client of the region and account of the ARN", name, plain)
	case err != nil:
		return answer.Error(err)
	}
	if made := aws.ToString(out.TableDescription.TableArn); made != name {
		return fail.Withf(fail.ErrInvalid, "the client has created %s, the model names %s; delete that table, and use a client of the region and account of the ARN", made, name)
	}
	return nil
}

// exists looks for a table by its ARN. CreateTable takes names only and creates in the
// client's account: it must not be asked for a table of another one, whose owner alone
// may describe it.
func exists(ctx context.Context, c Admin, name string) (bool, error) {
	_, err := c.DescribeTable(ctx, &dynamodb.DescribeTableInput{TableName: &name}, answer.Observed...)
	var none *types.ResourceNotFoundException
	if errors.As(err, &none) {
		return false, nil
	}
	return err == nil, answer.Error(err)
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
		switch {
		case err != nil:
			return err
		case missing == nil:
			return expire(ctx, c, name, key.TTL)
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

// The pauses between two looks at a table that is not ready, and how often in a
// row it may not even be there: DescribeTable may be late by some moments.
const (
	shortPause = 200 * time.Millisecond
	longPause  = 5 * time.Second
	mostAbsent = 20
)

// await waits until a table and its indexes are active. The context bounds the wait:
// DynamoDB may take hours to fill an index.
func await(ctx context.Context, c Admin, name string) (*types.TableDescription, error) {
	absent := 0
	waiter := dynamodb.NewTableExistsWaiter(c, func(o *dynamodb.TableExistsWaiterOptions) {
		o.MinDelay, o.MaxDelay, o.ClientOptions = shortPause, longPause, answer.Observed
		o.Retryable = func(_ context.Context, _ *dynamodb.DescribeTableInput, out *dynamodb.DescribeTableOutput, err error) (again bool, _ error) {
			var none *types.ResourceNotFoundException
			switch {
			case err == nil:
				return !active(out.Table), nil
			case errors.As(err, &none) && absent < mostAbsent:
				absent++
				return true, nil
			}
			return false, answer.Error(err)
		}
	})
	out, err := waiter.WaitForOutput(ctx, &dynamodb.DescribeTableInput{TableName: &name}, math.MaxInt64)
	if err != nil {
		return nil, err
	}
	return out.Table, nil
}

// active reports whether a table and its indexes are; an answer without a table is no answer.
func active(t *types.TableDescription) bool {
	return t != nil && t.TableStatus == types.TableStatusActive && !slices.ContainsFunc(t.GlobalSecondaryIndexes, func(x types.GlobalSecondaryIndexDescription) bool {
		return x.IndexStatus != "" && x.IndexStatus != types.IndexStatusActive
	})
}

// KeyOf is the key that a table has.
func KeyOf(t *types.TableDescription) (key Columns) {
	for _, s := range t.KeySchema {
		key.Names = append(key.Names, *s.AttributeName)
		key.Kinds = append(key.Kinds, definitions(t.AttributeDefinitions).kindOf(*s.AttributeName))
	}
	return key
}

func (k Columns) matches(name string, t *types.TableDescription) error {
	have := KeyOf(t)
	if !slices.Equal(have.Names, k.Names) {
		return fail.Withf(fail.ErrInvalid, "table %s exists with the key %v, the model needs %v", name, have.Names, k.Names)
	}
	for i, kind := range have.Kinds {
		if kind != k.Kinds[i] {
			return fail.Withf(fail.ErrInvalid, "table %s exists with %s of type %s, the model needs %s", name, k.Names[i], kind, k.Kinds[i])
		}
	}
	return nil
}

// missing is a global index that a table lacks, nil if there is none.
func (k Columns) missing(name string, t *types.TableDescription) (*Index, error) {
	var first *Index
	for i := range k.Indexes {
		x := &k.Indexes[i]
		switch have := Existing(t, x.Name); {
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
