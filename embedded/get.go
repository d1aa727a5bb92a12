package embedded

import (
	"context"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/dystore/dystore/internal/engine/attr"
	"github.com/dystore/dystore/internal/engine/expr"
)

// GetItem reads one item by its key.
func (db *DB) GetItem(ctx context.Context, in *dynamodb.GetItemInput) (*dynamodb.GetItemOutput, error) {
	in = orEmpty(in)
	g, r, err := db.getItem(ctx, in)
	if err != nil {
		return nil, err
	}
	return &dynamodb.GetItemOutput{Item: g.shown.values(r), ConsumedCapacity: g.consumed(in, r)}, nil
}

func (db *DB) getItem(ctx context.Context, in *dynamodb.GetItemInput) (*itemRead, record, error) {
	var c constraints
	c.consumedCapacity(in.ReturnConsumedCapacity)
	c.item("key", in.Key)
	c.table(in.TableName)
	if err := firstError(ctx.Err(), c.err(), refuseLegacy([]parameter{{"AttributesToGet", in.AttributesToGet != nil}},
		parameter{"ProjectionExpression", in.ProjectionExpression != nil})); err != nil {
		return nil, "", err
	}
	g := &itemRead{tableName: in.TableName, key: in.Key, projection: in.ProjectionExpression, names: in.ExpressionAttributeNames}
	if err := g.parse(); err != nil {
		return nil, "", err
	}
	v, err := db.view(ctx, in.TableName)
	if err != nil {
		return nil, "", err
	}
	key, err := g.locate(v)
	if err != nil {
		return nil, "", err
	}
	if err := db.throttled(); err != nil {
		return nil, "", err
	}
	return g, g.table.read(key, enabled(in.ConsistentRead)), nil
}

// consumed is the price of a read.
func (g *itemRead) consumed(in *dynamodb.GetItemInput, r record) *types.ConsumedCapacity {
	u := usage{table: g.table, units: readUnits(r.size(), readMode(in.ConsistentRead))}
	return u.report(in.ReturnConsumedCapacity, noAxis)
}

// itemRead is one read of one item, in a GetItem, a batch or a transaction.
type itemRead struct {
	tableName  *string
	key        attr.Item
	projection *string
	names      map[string]string

	parsedProjection *expr.Projection
	shown            shown
	table            *table
}

// parse reads the expressions of the request.
func (g *itemRead) parse() (err error) {
	g.parsedProjection, err = parseProjection(g.projection, g.names)
	g.shown = shows(g.parsedProjection, nil)
	return err
}

// parseProjection parses a projection in a new scope.
func parseProjection(text *string, names map[string]string) (*expr.Projection, error) {
	if text == nil {
		if names != nil {
			return nil, validation("ExpressionAttributeNames can only be specified when using expressions")
		}
		return nil, nil
	}
	scope, err := expr.NewScope(names, nil)
	if err != nil {
		return nil, asValidation(err)
	}
	p, err := scope.Projection(*text)
	if err != nil {
		return nil, asValidation(err)
	}
	return p, asValidation(scope.Done())
}

// locate checks the key and finds the table and the storage key.
func (g *itemRead) locate(v view) (string, error) {
	t, err := v.table(g.tableName)
	if err != nil {
		return "", err
	}
	g.table = t
	if err := t.scalarKeys(g.parsedProjection.Paths()); err != nil {
		return "", err
	}
	return t.key.locate(g.key)
}
