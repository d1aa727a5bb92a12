package traced

import (
	"slices"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/dystore/dystore/internal/direct"
	"github.com/dystore/dystore/internal/sorted"
	"github.com/dystore/dystore/trace"
)

// describe is what an input asks.
func describe(in any) (s trace.RequestStart) {
	switch in := in.(type) {
	case *dynamodb.GetItemInput:
		s = trace.RequestStart{Operation: "GetItem", Items: 1, Consistent: value(in.ConsistentRead), Tables: tables(in.TableName)}
	case *dynamodb.PutItemInput:
		s = trace.RequestStart{Operation: "PutItem", Items: 1, Tables: tables(in.TableName)}
	case *dynamodb.UpdateItemInput:
		s = trace.RequestStart{Operation: "UpdateItem", Items: 1, Tables: tables(in.TableName)}
	case *dynamodb.DeleteItemInput:
		s = trace.RequestStart{Operation: "DeleteItem", Items: 1, Tables: tables(in.TableName)}
	case *dynamodb.BatchWriteItemInput:
		s = trace.RequestStart{Operation: "BatchWriteItem", Tables: sorted.Keys(in.RequestItems)}
		for _, writes := range in.RequestItems {
			s.Items += len(writes)
		}
	case *dynamodb.QueryInput:
		s = trace.RequestStart{Operation: "Query", Index: value(in.IndexName), Limit: int(value(in.Limit)), Consistent: value(in.ConsistentRead), Tables: tables(in.TableName)}
	case *dynamodb.ScanInput:
		s = trace.RequestStart{Operation: "Scan", Index: value(in.IndexName), Limit: int(value(in.Limit)), Consistent: value(in.ConsistentRead), Tables: tables(in.TableName), Segments: int(value(in.TotalSegments))}
	case *dynamodb.BatchGetItemInput:
		s = trace.RequestStart{Operation: "BatchGetItem", Tables: sorted.Keys(in.RequestItems)}
		for _, ka := range in.RequestItems {
			s.Items += len(ka.Keys)
			s.Consistent = value(ka.ConsistentRead)
		}
	case *dynamodb.TransactGetItemsInput:
		s = trace.RequestStart{Operation: "TransactGetItems", Items: len(in.TransactItems), Consistent: true}
		for i := range in.TransactItems {
			if get := in.TransactItems[i].Get; get != nil {
				s.Tables = append(s.Tables, value(get.TableName))
			}
		}
	case *dynamodb.TransactWriteItemsInput:
		s = trace.RequestStart{Operation: "TransactWriteItems", Items: len(in.TransactItems)}
		for i := range in.TransactItems {
			s.Tables = append(s.Tables, tableOf(&in.TransactItems[i]))
		}
	}
	slices.Sort(s.Tables)
	s.Tables = slices.Compact(s.Tables)
	return s
}

func tableOf(a *types.TransactWriteItem) string {
	switch {
	case a.Put != nil:
		return value(a.Put.TableName)
	case a.Update != nil:
		return value(a.Update.TableName)
	case a.Delete != nil:
		return value(a.Delete.TableName)
	case a.ConditionCheck != nil:
		return value(a.ConditionCheck.TableName)
	}
	return ""
}

func tables(name *string) []string { return []string{value(name)} }

// value is what a pointer points to, the zero value if it is nil.
func value[V any](p *V) (v V) {
	if p != nil {
		v = *p
	}
	return v
}

// result notes what an answer has. An answer of nil has nothing.
func result(operation string, answer any, e *trace.RequestEnd) {
	var consumed []types.ConsumedCapacity
	switch out := answer.(type) {
	case *dynamodb.GetItemOutput:
		if out != nil {
			e.Items, consumed = min(1, len(out.Item)), one(out.ConsumedCapacity)
		}
	case *dynamodb.PutItemOutput:
		if out != nil {
			consumed = one(out.ConsumedCapacity)
		}
	case *dynamodb.UpdateItemOutput:
		if out != nil {
			e.Items, consumed = min(1, len(out.Attributes)), one(out.ConsumedCapacity)
		}
	case *dynamodb.DeleteItemOutput:
		if out != nil {
			consumed = one(out.ConsumedCapacity)
		}
	case *dynamodb.BatchWriteItemOutput:
		if out != nil {
			consumed = out.ConsumedCapacity
			for _, writes := range out.UnprocessedItems {
				e.Unprocessed += len(writes)
			}
		}
	case *dynamodb.QueryOutput:
		if out != nil {
			e.Items, e.Scanned, consumed = int(out.Count), int(out.ScannedCount), one(out.ConsumedCapacity)
		}
	case *dynamodb.ScanOutput:
		if out != nil {
			e.Items, e.Scanned, consumed = int(out.Count), int(out.ScannedCount), one(out.ConsumedCapacity)
		}
	case *dynamodb.BatchGetItemOutput:
		if out != nil {
			consumed = out.ConsumedCapacity
			for _, items := range out.Responses {
				e.Items += direct.Count(items)
			}
			for _, ka := range out.UnprocessedKeys {
				e.Unprocessed += len(ka.Keys)
			}
		}
	case *dynamodb.TransactGetItemsOutput:
		if out != nil {
			consumed = out.ConsumedCapacity
			for i := range out.Responses {
				e.Items += min(1, len(out.Responses[i].Item))
			}
		}
	case *dynamodb.TransactWriteItemsOutput:
		if out != nil {
			consumed = out.ConsumedCapacity
		}
	}
	for i := range consumed {
		e.Capacity = append(e.Capacity, capacities(operation, &consumed[i])...)
	}
}

func one(c *types.ConsumedCapacity) []types.ConsumedCapacity {
	if c == nil {
		return nil
	}
	return []types.ConsumedCapacity{*c}
}

// capacities are the units of a table and its indexes.
func capacities(operation string, c *types.ConsumedCapacity) (all []trace.Capacity) {
	table := types.Capacity{CapacityUnits: c.CapacityUnits, ReadCapacityUnits: c.ReadCapacityUnits, WriteCapacityUnits: c.WriteCapacityUnits}
	if c.Table != nil {
		table = *c.Table
	}
	add := func(index string, units types.Capacity) {
		u := trace.Capacity{Table: value(c.TableName), Index: index, Read: value(units.ReadCapacityUnits), Write: value(units.WriteCapacityUnits)}
		if units.ReadCapacityUnits == nil && units.WriteCapacityUnits == nil {
			if Writes(operation) {
				u.Write = value(units.CapacityUnits)
			} else {
				u.Read = value(units.CapacityUnits)
			}
		}
		if u.Read != 0 || u.Write != 0 {
			all = append(all, u)
		}
	}
	add("", table)
	for _, name := range sorted.Keys(c.LocalSecondaryIndexes) {
		add(name, c.LocalSecondaryIndexes[name])
	}
	for _, name := range sorted.Keys(c.GlobalSecondaryIndexes) {
		add(name, c.GlobalSecondaryIndexes[name])
	}
	return all
}

// Writes reports whether an operation of DynamoDB, such as "PutItem", writes items.
func Writes(operation string) bool {
	switch operation {
	case "PutItem", "UpdateItem", "DeleteItem", "BatchWriteItem", "TransactWriteItems":
		return true
	}
	return false
}
