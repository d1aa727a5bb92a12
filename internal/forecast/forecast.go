// Package forecast writes down the requests of operations instead of sending them.
package forecast

import (
	"context"
	"slices"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/dystore/dystore/internal/item"
	"github.com/dystore/dystore/internal/sorted"
	"github.com/dystore/dystore/internal/tables"
	"github.com/dystore/dystore/internal/traced"
)

// Request is one that would be sent. Package repo documents it.
type Request struct {
	Operation   string
	Actions     []Action
	Sent        bool
	Read, Write float64
	AtLeast     bool
}

// Action is what a request does to one item, or to several of one table.
type Action struct {
	Operation string
	Table     string
	Items     int
	Bytes     int
}

// Client is a client that sends nothing, or only reads. To a read that it does not
// send it answers that there is nothing, and to a write that it is done.
type Client struct {
	reads    traced.DataClient // nil: reads are not sent
	indexes  map[string]tables.Columns
	Requests []Request
}

// New returns a client. reads sends what is read, if that is wanted; without it
// nothing is sent. Client is for one goroutine.
func New(reads traced.DataClient) *Client {
	return &Client{reads: reads, indexes: map[string]tables.Columns{}}
}

// Know tells the client which indexes tables have, for the price of a write.
func (c *Client) Know(wanted map[string]tables.Columns) {
	for name, columns := range wanted {
		c.indexes[name] = columns
	}
}

// Assumed reports whether something was taken to be absent without a look.
func (c *Client) Assumed() bool {
	return slices.ContainsFunc(c.Requests, func(r Request) bool { return r.Read > 0 && !r.Sent })
}

// DynamoDB's price of a read: a unit is 4 KB, read strongly.
const (
	eventual      = 0.5
	strong        = 1.0
	transactional = 2.0
)

func price(consistent *bool) float64 {
	if consistent != nil && *consistent {
		return strong
	}
	return eventual
}

// reading notes a read of which the size is not known: each item costs a unit at least.
func (c *Client) reading(operation string, each float64, asked []Action) {
	r := Request{Operation: operation, Actions: asked, AtLeast: true}
	for _, a := range asked {
		r.Read += each * float64(a.Items)
	}
	c.Requests = append(c.Requests, r)
}

// measured notes what a read that was sent has consumed.
func (c *Client) measured(all ...types.ConsumedCapacity) {
	r := &c.Requests[len(c.Requests)-1]
	r.Sent, r.AtLeast, r.Read = true, false, 0
	for _, one := range all {
		if one.CapacityUnits != nil {
			r.Read += *one.CapacityUnits
		}
	}
}

func some(one *types.ConsumedCapacity) types.ConsumedCapacity {
	if one == nil {
		return types.ConsumedCapacity{}
	}
	return *one
}

// GetItem reads one item.
func (c *Client) GetItem(ctx context.Context, in *dynamodb.GetItemInput, opts ...func(*dynamodb.Options)) (*dynamodb.GetItemOutput, error) {
	c.reading("GetItem", price(in.ConsistentRead), []Action{{"Get", *in.TableName, 1, 0}})
	if c.reads == nil {
		return &dynamodb.GetItemOutput{}, nil
	}
	asked := *in
	asked.ReturnConsumedCapacity = types.ReturnConsumedCapacityTotal
	out, err := c.reads.GetItem(ctx, &asked, opts...)
	if err == nil {
		c.measured(some(out.ConsumedCapacity))
	}
	return out, err
}

// BatchGetItem reads several items.
func (c *Client) BatchGetItem(ctx context.Context, in *dynamodb.BatchGetItemInput, opts ...func(*dynamodb.Options)) (*dynamodb.BatchGetItemOutput, error) {
	var all []Action
	each := eventual
	for _, table := range sorted.Keys(in.RequestItems) {
		each = price(in.RequestItems[table].ConsistentRead)
		all = append(all, Action{"Get", table, len(in.RequestItems[table].Keys), 0})
	}
	c.reading("BatchGetItem", each, all)
	if c.reads == nil {
		return &dynamodb.BatchGetItemOutput{}, nil
	}
	asked := *in
	asked.ReturnConsumedCapacity = types.ReturnConsumedCapacityTotal
	out, err := c.reads.BatchGetItem(ctx, &asked, opts...)
	if err == nil {
		c.measured(out.ConsumedCapacity...)
	}
	return out, err
}

// TransactGetItems reads several items as they are at one moment.
func (c *Client) TransactGetItems(ctx context.Context, in *dynamodb.TransactGetItemsInput, opts ...func(*dynamodb.Options)) (*dynamodb.TransactGetItemsOutput, error) {
	var all []Action
	for i := range in.TransactItems {
		all = append(all, Action{"Get", *in.TransactItems[i].Get.TableName, 1, 0})
	}
	c.reading("TransactGetItems", transactional, all)
	if c.reads == nil {
		return &dynamodb.TransactGetItemsOutput{Responses: make([]types.ItemResponse, len(in.TransactItems))}, nil
	}
	asked := *in
	asked.ReturnConsumedCapacity = types.ReturnConsumedCapacityTotal
	out, err := c.reads.TransactGetItems(ctx, &asked, opts...)
	if err == nil {
		c.measured(out.ConsumedCapacity...)
	}
	return out, err
}

// Query reads a range.
func (c *Client) Query(ctx context.Context, in *dynamodb.QueryInput, opts ...func(*dynamodb.Options)) (*dynamodb.QueryOutput, error) {
	c.reading("Query", price(in.ConsistentRead), []Action{{"Query", *in.TableName, 1, 0}})
	if c.reads == nil {
		return &dynamodb.QueryOutput{}, nil
	}
	asked := *in
	asked.ReturnConsumedCapacity = types.ReturnConsumedCapacityTotal
	out, err := c.reads.Query(ctx, &asked, opts...)
	if err == nil {
		c.measured(some(out.ConsumedCapacity))
	}
	return out, err
}

// Scan reads a table.
func (c *Client) Scan(ctx context.Context, in *dynamodb.ScanInput, opts ...func(*dynamodb.Options)) (*dynamodb.ScanOutput, error) {
	c.reading("Scan", price(in.ConsistentRead), []Action{{"Scan", *in.TableName, 1, 0}})
	if c.reads == nil {
		return &dynamodb.ScanOutput{}, nil
	}
	asked := *in
	asked.ReturnConsumedCapacity = types.ReturnConsumedCapacityTotal
	out, err := c.reads.Scan(ctx, &asked, opts...)
	if err == nil {
		c.measured(some(out.ConsumedCapacity))
	}
	return out, err
}

// PutItem sends nothing.
func (c *Client) PutItem(_ context.Context, in *dynamodb.PutItemInput, _ ...func(*dynamodb.Options)) (*dynamodb.PutItemOutput, error) {
	w := c.writing("PutItem")
	w.put(1, *in.TableName, in.Item)
	return &dynamodb.PutItemOutput{}, nil
}

// UpdateItem sends nothing.
func (c *Client) UpdateItem(_ context.Context, in *dynamodb.UpdateItemInput, _ ...func(*dynamodb.Options)) (*dynamodb.UpdateItemOutput, error) {
	w := c.writing("UpdateItem")
	w.change(1, "Update", *in.TableName, in.Key, in.ExpressionAttributeValues)
	return &dynamodb.UpdateItemOutput{}, nil
}

// DeleteItem sends nothing.
func (c *Client) DeleteItem(_ context.Context, in *dynamodb.DeleteItemInput, _ ...func(*dynamodb.Options)) (*dynamodb.DeleteItemOutput, error) {
	w := c.writing("DeleteItem")
	w.change(1, "Delete", *in.TableName, in.Key, nil)
	return &dynamodb.DeleteItemOutput{}, nil
}

// BatchWriteItem sends nothing.
func (c *Client) BatchWriteItem(_ context.Context, in *dynamodb.BatchWriteItemInput, _ ...func(*dynamodb.Options)) (*dynamodb.BatchWriteItemOutput, error) {
	w := c.writing("BatchWriteItem")
	for _, table := range sorted.Keys(in.RequestItems) {
		for _, r := range in.RequestItems[table] {
			if r.PutRequest != nil {
				w.put(1, table, r.PutRequest.Item)
			} else {
				w.change(1, "Delete", table, r.DeleteRequest.Key, nil)
			}
		}
	}
	return &dynamodb.BatchWriteItemOutput{}, nil
}

// TransactWriteItems sends nothing.
func (c *Client) TransactWriteItems(_ context.Context, in *dynamodb.TransactWriteItemsInput, _ ...func(*dynamodb.Options)) (*dynamodb.TransactWriteItemsOutput, error) {
	w := c.writing("TransactWriteItems")
	for i := range in.TransactItems {
		switch a := &in.TransactItems[i]; {
		case a.Put != nil:
			w.put(2, *a.Put.TableName, a.Put.Item)
		case a.Update != nil:
			w.change(2, "Update", *a.Update.TableName, a.Update.Key, a.Update.ExpressionAttributeValues)
		case a.Delete != nil:
			w.change(2, "Delete", *a.Delete.TableName, a.Delete.Key, a.Delete.ExpressionAttributeValues)
		case a.ConditionCheck != nil:
			w.change(2, "Check", *a.ConditionCheck.TableName, a.ConditionCheck.Key, a.ConditionCheck.ExpressionAttributeValues)
		}
	}
	return &dynamodb.TransactWriteItemsOutput{}, nil
}

// write is a request that writes, as it is put together.
type write struct {
	*Request
	c *Client
}

func (c *Client) writing(operation string) write {
	c.Requests = append(c.Requests, Request{Operation: operation})
	return write{&c.Requests[len(c.Requests)-1], c}
}

// put notes an item that is written whole. A transaction doubles the price of the
// table, and not that of indexes.
func (w write) put(factor float64, table string, it map[string]types.AttributeValue) {
	w.Actions = append(w.Actions, Action{"Put", table, 1, item.Size(it)})
	w.Write += factor * units(item.Size(it))
	columns := w.c.indexes[table]
	for i := range columns.Indexes {
		if entry := columns.Indexes[i].Entry(columns.Names, it); entry != nil {
			w.Write += units(item.Size(entry))
		}
	}
}

// change notes an action on an item whose size is not known. What it brings is a lower
// bound of an Update.
func (w write) change(factor float64, operation, table string, key, values map[string]types.AttributeValue) {
	size := item.Size(key)
	for _, v := range values {
		size += item.ValueSize(v)
	}
	w.Actions = append(w.Actions, Action{operation, table, 1, size})
	w.Write += factor
	w.AtLeast = true
}

// units is DynamoDB's price of writing an item: one for each KB that is begun.
func units(size int) float64 { return float64(max(1, (size+1023)/1024)) }
