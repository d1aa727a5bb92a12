package embedded

import (
	"context"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb"

	"github.com/dystore/dystore/embedded/internal/attr"
	"github.com/dystore/dystore/embedded/internal/expr"
)

// Query reads the items of one partition of a table or index, in the order of
// the sort key.
func (db *DB) Query(ctx context.Context, in *dynamodb.QueryInput) (*dynamodb.QueryOutput, error) {
	in = orEmpty(in)
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
		return nil, err
	}
	if in.KeyConditionExpression == nil {
		return nil, validation("Either the KeyConditions or KeyConditionExpression parameter must be specified in the request.")
	}
	r := pageRead{
		operation: "Query", tableName: in.TableName, indexName: in.IndexName, consistent: enabled(in.ConsistentRead),
		limit: in.Limit, start: in.ExclusiveStartKey, backward: in.ScanIndexForward != nil && !*in.ScanIndexForward,
		selected: in.Select, filter: in.FilterExpression, projection: in.ProjectionExpression,
		names: in.ExpressionAttributeNames, values: in.ExpressionAttributeValues,
	}
	var terms []expr.KeyTerm
	err := r.parse(func(s *expr.Scope) (err error) {
		terms, err = s.KeyCondition(*in.KeyConditionExpression)
		return err
	})
	if err != nil {
		return nil, err
	}
	var p page
	err = db.read(ctx, func() error {
		if err := r.bind(db); err != nil {
			return err
		}
		if err := r.checkFilterKeys(); err != nil {
			return err
		}
		bounds, err := r.keys().bounds(terms)
		if err != nil {
			return err
		}
		if err := db.throttled(); err != nil {
			return err
		}
		p, err = r.run(bounds)
		return err
	})
	if err != nil {
		return nil, err
	}
	return &dynamodb.QueryOutput{
		Items: r.answers(p), Count: int32(len(p.records)), ScannedCount: int32(p.scanned), LastEvaluatedKey: p.last,
		ConsumedCapacity: r.consumed(in.ReturnConsumedCapacity, p),
	}, nil
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

// bounds is a range of storage keys: from <= key < before.
type bounds struct{ from, before string }

// bounds is the range that a key condition selects.
func (k keySchema) bounds(terms []expr.KeyTerm) (bounds, error) {
	var hash, rng *expr.KeyTerm
	for i := range terms {
		switch terms[i].Name {
		case k.hash.name:
			hash = &terms[i]
		case k.rng.name:
			rng = &terms[i]
		}
	}
	switch {
	case len(terms) > 2:
		return bounds{}, validation("The number of query conditions (%d) exceeds the number of key attributes defined in the schema (%d)", len(terms), len(k.attributes()))
	case hash == nil:
		return bounds{}, validation("Query condition missed key schema element: %s", k.hash.name)
	case hash.Operator != "=":
		return bounds{}, validation("Query key condition not supported")
	case len(terms) == 2 && rng == nil:
		return bounds{}, k.unknownTerm()
	}
	if err := k.checkTerm(k.hash, hash); err != nil {
		return bounds{}, err
	}
	prefix := attr.AppendPartition(nil, hash.Values[0])
	all := bounds{string(prefix), after(prefix)}
	if rng == nil {
		return all, nil
	}
	if err := k.checkTerm(k.rng, rng); err != nil {
		return bounds{}, err
	}
	return all.narrow(prefix, rng), nil
}

func (k keySchema) unknownTerm() error {
	if k.rng.name == "" {
		return validation("Query key condition not supported")
	}
	return validation("Query condition missed key schema element: %s", k.rng.name)
}

// checkTerm reports values that the key attribute can never have.
func (k keySchema) checkTerm(a keyAttribute, term *expr.KeyTerm) error {
	for _, v := range term.Values {
		if attr.Type(v) != a.kind {
			return validation("One or more parameter values were invalid: Condition parameter type does not match schema type")
		}
		if err := a.refuseEmpty(v); err != nil {
			return err
		}
	}
	if term.Operator == "begins_with" && a.kind == "N" {
		return validation("Invalid KeyConditionExpression: Incorrect operand type for operator or function; operator or function: begins_with, operand type: N")
	}
	if a == k.hash {
		return k.checkSizes(attr.Item{a.name: term.Values[0]})
	}
	for _, v := range term.Values {
		if attr.Size(v) > maxRangeKey {
			return validation("One or more parameter values were invalid: Aggregated size of all range keys has exceeded the size limit of 1024 bytes")
		}
	}
	return nil
}

// narrow applies the condition on the sort key.
func (b bounds) narrow(prefix []byte, term *expr.KeyTerm) bounds {
	at := func(v attr.Value) []byte { return attr.AppendOrdered(append([]byte{}, prefix...), v) }
	v := term.Values[0]
	switch term.Operator {
	case "=":
		return bounds{string(at(v)), after(at(v))}
	case "<":
		return bounds{b.from, string(at(v))}
	case "<=":
		return bounds{b.from, after(at(v))}
	case ">":
		return bounds{after(at(v)), b.before}
	case ">=":
		return bounds{string(at(v)), b.before}
	case "between":
		return bounds{string(at(v)), after(at(term.Values[1]))}
	}
	start := attr.AppendPrefix(append([]byte{}, prefix...), v)
	return bounds{string(start), after(start)}
}

// after is the smallest key above all that begin with the prefix, "" if there
// is none.
func after(prefix []byte) string {
	end := append([]byte{}, prefix...)
	for len(end) > 0 {
		if end[len(end)-1]++; end[len(end)-1] != 0 {
			return string(end)
		}
		end = end[:len(end)-1]
	}
	return ""
}
