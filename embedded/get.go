package embedded

import (
	"context"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb"

	"github.com/dystore/dystore/internal/engine/attr"
	"github.com/dystore/dystore/internal/engine/expr"
	"github.com/dystore/dystore/internal/engine/packed"
)

// GetItem reads one item by its key.
func (db *DB) GetItem(ctx context.Context, in *dynamodb.GetItemInput) (*dynamodb.GetItemOutput, error) {
	in = orEmpty(in)
	var c constraints
	c.consumedCapacity(in.ReturnConsumedCapacity)
	c.item("key", in.Key)
	c.table(in.TableName)
	if err := firstError(ctx.Err(), c.err(), refuseLegacy([]parameter{{"AttributesToGet", in.AttributesToGet != nil}},
		parameter{"ProjectionExpression", in.ProjectionExpression != nil})); err != nil {
		return nil, err
	}
	g := itemRead{tableName: in.TableName, key: in.Key, projection: in.ProjectionExpression, names: in.ExpressionAttributeNames}
	if err := g.parse(); err != nil {
		return nil, err
	}
	v, err := db.view(ctx, in.TableName)
	if err != nil {
		return nil, err
	}
	key, err := g.locate(v)
	if err != nil {
		return nil, err
	}
	if err := db.throttled(); err != nil {
		return nil, err
	}
	r := g.table.read(key, enabled(in.ConsistentRead))
	return &dynamodb.GetItemOutput{
		Item:             g.answer(r),
		ConsumedCapacity: (&usage{table: g.table, units: readUnits(r.size(), readMode(in.ConsistentRead))}).report(in.ReturnConsumedCapacity, noAxis),
	}, nil
}

// itemRead is one read of one item, in a GetItem, a batch or a transaction.
type itemRead struct {
	tableName  *string
	key        attr.Item
	projection *string
	names      map[string]string

	parsedProjection *expr.Projection
	projectedNames   packed.Names // nil for all
	table            *table
}

// parse reads the expressions of the request.
func (g *itemRead) parse() (err error) {
	if g.parsedProjection, err = parseProjection(g.projection, g.names); g.parsedProjection != nil {
		g.projectedNames = namesIn(g.parsedProjection.Paths())
	}
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
	key, err := t.key.readKey(g.key)
	if err != nil {
		return "", err
	}
	return t.key.encode(key), nil
}

// answer is what the request gets of a record, nil for none.
func (g *itemRead) answer(r record) attr.Item {
	return g.parsedProjection.Apply(r.values(g.projectedNames))
}
