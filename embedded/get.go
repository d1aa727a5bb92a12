package embedded

import (
	"context"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb"

	"github.com/dystore/dystore/internal/engine/attr"
	"github.com/dystore/dystore/internal/engine/expr"
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
	var r *record
	err := db.read(ctx, func() error {
		key, err := g.locate(db)
		if err == nil {
			err = db.throttled()
		}
		if err == nil {
			r = g.table.items.read(key, enabled(in.ConsistentRead))
		}
		return err
	})
	if err != nil {
		return nil, err
	}
	return &dynamodb.GetItemOutput{
		Item:             g.answer(r),
		ConsumedCapacity: (&usage{table: g.table, units: readUnits(r.itemSize(), readMode(in.ConsistentRead))}).report(in.ReturnConsumedCapacity, noAxis),
	}, nil
}

// itemRead is one read of one item, in a GetItem, a batch or a transaction.
type itemRead struct {
	tableName  *string
	key        attr.Item
	projection *string
	names      map[string]string

	parsedProjection *expr.Projection
	table            *table
}

// parse reads the expressions of the request.
func (g *itemRead) parse() (err error) {
	g.parsedProjection, err = parseProjection(g.projection, g.names)
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

// locate checks the key and finds the table and the storage key. The lock must
// be held.
func (g *itemRead) locate(db *DB) (string, error) {
	t, err := db.table(g.tableName)
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

// answer is the projected copy of a record, nil for none.
func (g *itemRead) answer(r *record) attr.Item {
	return attr.CopyItem(g.parsedProjection.Apply(r.attributes()))
}
