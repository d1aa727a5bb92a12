package embedded

import (
	"context"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb"

	"github.com/dystore/dystore/internal/engine/expr"
)

// Query reads the items of one partition of a table or index, in the order of
// the sort key.
func (db *DB) Query(ctx context.Context, in *dynamodb.QueryInput) (*dynamodb.QueryOutput, error) {
	r, p, err := db.query(ctx, orEmpty(in))
	if err != nil {
		return nil, err
	}
	return &dynamodb.QueryOutput{
		Items: r.answers(p), Count: int32(len(p.records)), ScannedCount: int32(p.scanned), LastEvaluatedKey: p.last, ConsumedCapacity: r.consumed(p),
	}, nil
}

func (db *DB) query(ctx context.Context, in *dynamodb.QueryInput) (*pageRead, page, error) {
	var c constraints
	c.page(in.Select)
	c.consumedCapacity(in.ReturnConsumedCapacity)
	c.table(in.TableName)
	if in.Limit != nil && *in.Limit < 1 {
		c.add("Value at 'Limit' failed to satisfy constraint: Member must have value greater than or equal to 1")
	}
	// Legacy conditions on the key may be given beside other expressions.
	mixed := in.KeyConditions != nil && in.KeyConditionExpression != nil
	if err := firstError(ctx.Err(), c.err(),
		refuseLegacy([]parameter{
			{"AttributesToGet", in.AttributesToGet != nil}, {"QueryFilter", in.QueryFilter != nil},
			{"ConditionalOperator", in.ConditionalOperator != ""}, {"KeyConditions", mixed},
		}, parameter{"ProjectionExpression", in.ProjectionExpression != nil}, parameter{"FilterExpression", in.FilterExpression != nil}, parameter{"KeyConditionExpression", in.KeyConditionExpression != nil}),
		refuse(in.KeyConditions != nil, "KeyConditions"),
	); err != nil {
		return nil, page{}, err
	}
	if in.KeyConditionExpression == nil {
		return nil, page{}, validation("Either the KeyConditions or KeyConditionExpression parameter must be specified in the request.")
	}
	r := &pageRead{
		operation: "Query", tableName: in.TableName, indexName: in.IndexName, consistent: enabled(in.ConsistentRead),
		limit: in.Limit, start: in.ExclusiveStartKey, backward: in.ScanIndexForward != nil && !*in.ScanIndexForward,
		selected: in.Select, filter: in.FilterExpression, projection: in.ProjectionExpression,
		names: in.ExpressionAttributeNames, values: in.ExpressionAttributeValues, price: in.ReturnConsumedCapacity,
	}
	var terms []expr.KeyTerm
	err := r.parse(func(s *expr.Scope) (err error) {
		terms, err = s.KeyCondition(*in.KeyConditionExpression)
		return err
	})
	if err != nil {
		return nil, page{}, err
	}
	v, err := db.view(ctx, in.TableName)
	if err != nil {
		return nil, page{}, err
	}
	if err := r.bind(v); err != nil {
		return nil, page{}, err
	}
	if err := r.checkFilterKeys(); err != nil {
		return nil, page{}, err
	}
	if r.condition, err = r.keys().match(terms); err != nil {
		return nil, page{}, err
	}
	if err := db.throttled(); err != nil {
		return nil, page{}, err
	}
	p, err := r.run(r.keys().bounds(r.condition))
	return r, p, err
}

// checkFilterKeys refuses filters on the key, which belong in the key
// condition.
func (r *pageRead) checkFilterKeys() error {
	for _, path := range r.parsedFilter.Paths() {
		if r.keys().has(path[0].Name) {
			return validation("Filter Expression can only contain non-primary key attributes: Primary key attribute: %s", path[0].Name)
		}
	}
	return nil
}
