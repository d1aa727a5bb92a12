package repo

import (
	"context"
	"errors"
	"maps"
	"slices"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/dystore/dystore/internal/answer"
	"github.com/dystore/dystore/internal/fail"
	"github.com/dystore/dystore/internal/tables"
)

// CreateTables creates the tables of the model, the root's and the shards',
// with on-demand billing, and waits until they are active. It is meant for
// development and tests. Tables that exist are left alone, but must have the
// key that the model needs: ErrInvalid otherwise.
func (r *Repo[T]) CreateTables(ctx context.Context) error {
	return r.c.fail("CreateTables", tables.Key{}, [16]byte{}, r.c.createTables(ctx))
}

// tableKey is the key schema of a table.
type tableKey struct {
	names []string
	kinds []types.ScalarAttributeType
}

func (c *core) createTables(ctx context.Context) error {
	if err := begin(ctx, call{}); err != nil {
		return err
	}
	wanted := map[string]tableKey{}
	var root tableKey
	for _, a := range c.s.Keys {
		root.names, root.kinds = append(root.names, a.Name), append(root.kinds, a.Kind)
	}
	wanted[c.s.RootTable()] = root
	for _, p := range c.s.Tree.All {
		if p.Table != "" {
			wanted[c.s.FullName(p.Table)] = tableKey{[]string{p.KeyName}, []types.ScalarAttributeType{types.ScalarAttributeTypeS}}
		}
	}
	for _, name := range slices.Sorted(maps.Keys(wanted)) {
		if err := c.createTable(ctx, name, wanted[name]); err != nil {
			return err
		}
	}
	for name := range wanted {
		if err := c.awaitTable(ctx, name, wanted[name]); err != nil {
			return err
		}
	}
	return nil
}

func (c *core) createTable(ctx context.Context, name string, key tableKey) error {
	in := &dynamodb.CreateTableInput{TableName: &name, BillingMode: types.BillingModePayPerRequest}
	kinds := []types.KeyType{types.KeyTypeHash, types.KeyTypeRange}
	for i, n := range key.names {
		in.AttributeDefinitions = append(in.AttributeDefinitions, types.AttributeDefinition{AttributeName: new(n), AttributeType: key.kinds[i]})
		in.KeySchema = append(in.KeySchema, types.KeySchemaElement{AttributeName: new(n), KeyType: kinds[i]})
	}
	_, err := c.client.CreateTable(ctx, in, answer.Observed...)
	var exists *types.ResourceInUseException
	if err == nil || errors.As(err, &exists) {
		return nil
	}
	return answer.Error(err)
}

// awaitTable polls until a table is active; the context bounds the wait.
func (c *core) awaitTable(ctx context.Context, name string, key tableKey) error {
	for {
		out, err := c.client.DescribeTable(ctx, &dynamodb.DescribeTableInput{TableName: &name}, answer.Observed...)
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

func (k tableKey) matches(name string, t *types.TableDescription) error {
	have := make([]string, 0, len(t.KeySchema))
	for _, s := range t.KeySchema {
		have = append(have, *s.AttributeName)
	}
	if !slices.Equal(have, k.names) {
		return fail.Withf(ErrInvalid, "table %s exists with the key %v, the model needs %v", name, have, k.names)
	}
	for _, d := range t.AttributeDefinitions {
		if i := slices.Index(k.names, *d.AttributeName); i >= 0 && d.AttributeType != k.kinds[i] {
			return fail.Withf(ErrInvalid, "table %s exists with %s of type %s, the model needs %s", name, k.names[i], d.AttributeType, k.kinds[i])
		}
	}
	return nil
}
