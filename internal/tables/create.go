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

// Columns are the key attributes of a table.
type Columns struct {
	Names []string
	Kinds []types.ScalarAttributeType
}

// Create creates tables, by their full names, and waits until they are active.
// Those that exist must have the key that is wanted.
func Create(ctx context.Context, c Admin, wanted map[string]Columns) error {
	for _, name := range sorted.Keys(wanted) {
		if err := createTable(ctx, c, name, wanted[name]); err != nil {
			return err
		}
	}
	for _, name := range sorted.Keys(wanted) {
		if err := await(ctx, c, name, wanted[name]); err != nil {
			return err
		}
	}
	return nil
}

func createTable(ctx context.Context, c Admin, name string, key Columns) error {
	in := &dynamodb.CreateTableInput{TableName: &name, BillingMode: types.BillingModePayPerRequest}
	kinds := []types.KeyType{types.KeyTypeHash, types.KeyTypeRange}
	for i, n := range key.Names {
		in.AttributeDefinitions = append(in.AttributeDefinitions, types.AttributeDefinition{AttributeName: new(n), AttributeType: key.Kinds[i]})
		in.KeySchema = append(in.KeySchema, types.KeySchemaElement{AttributeName: new(n), KeyType: kinds[i]})
	}
	_, err := c.CreateTable(ctx, in, answer.Observed...)
	var exists *types.ResourceInUseException
	if err == nil || errors.As(err, &exists) {
		return nil
	}
	return answer.Error(err)
}

// await polls until a table is active; the context bounds the wait.
func await(ctx context.Context, c Admin, name string, key Columns) error {
	for {
		out, err := c.DescribeTable(ctx, &dynamodb.DescribeTableInput{TableName: &name}, answer.Observed...)
		if err != nil {
			return answer.Error(err)
		}
		if out.Table.TableStatus == types.TableStatusActive {
			return key.matches(name, out.Table)
		}
		timer := time.NewTimer(200 * time.Millisecond)
		select {
		case <-ctx.Done():
			timer.Stop()
			return ctx.Err()
		case <-timer.C:
		}
	}
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
