package embedded

import (
	"context"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/dystore/dystore/internal/engine/attr"
	"github.com/dystore/dystore/internal/engine/packed"
)

// maxBatchWrite is the number of writes in one batch. It keeps a batch below
// the 16 MB that it may have: 25 items are at most 10 MB.
const maxBatchWrite = 25

// BatchWriteItem stores and deletes up to 25 items of any tables. Each write
// is atomic, the batch is not; writes that are not done come back as
// unprocessed.
func (db *DB) BatchWriteItem(ctx context.Context, in *dynamodb.BatchWriteItemInput) (*dynamodb.BatchWriteItemOutput, error) {
	in = orEmpty(in)
	if err := firstError(ctx.Err(), checkBatchWrite(in)); err != nil {
		return nil, err
	}
	var b batchWrite
	if err := b.parse(in); err != nil {
		return nil, err
	}
	err := db.write(ctx, b.tables(), func(v view) (changes, *tokenChange, error) {
		err := b.run(db, v)
		return b.done, nil, err
	})
	if err != nil {
		return nil, err
	}
	return b.answer(in), nil
}

func checkBatchWrite(in *dynamodb.BatchWriteItemInput) error {
	if len(in.RequestItems) == 0 {
		return validation("The requestItems parameter is required for BatchWriteItem")
	}
	var c constraints
	c.consumedCapacity(in.ReturnConsumedCapacity)
	c.collectionMetrics(in.ReturnItemCollectionMetrics)
	total := 0
	for _, name := range sortedNames(in.RequestItems) {
		n := len(in.RequestItems[name])
		if total += n; n == 0 || total > maxBatchWrite {
			c.add("Value '{%s=%s}' at 'requestItems' failed to satisfy constraint: Map value must satisfy constraint: [Member must have length less than or equal to %d, Member must have length greater than or equal to 1]", name, echo(n), maxBatchWrite)
			break
		}
	}
	if err := c.err(); err != nil {
		return err
	}
	// Names of tables are checked last.
	for _, name := range sortedNames(in.RequestItems) {
		c.tableOfBatch(name)
	}
	return c.err()
}

// batchWrite is one BatchWriteItem.
type batchWrite struct {
	writes []*itemWrite
	done   changes
	// trouble decides which writes stay unprocessed, if the batch is not
	// throttled.
	trouble     draw
	unprocessed []bool
	// left are the writes that come back as unprocessed.
	left []*itemWrite
}

func (b *batchWrite) parse(in *dynamodb.BatchWriteItemInput) error {
	for _, name := range sortedNames(in.RequestItems) {
		for _, request := range in.RequestItems[name] {
			w := &itemWrite{tableName: &name, batched: true}
			switch {
			case request.PutRequest != nil && request.DeleteRequest == nil:
				w.kind, w.item = putItem, request.PutRequest.Item
			case request.DeleteRequest != nil && request.PutRequest == nil:
				w.kind, w.item = deleteItem, request.DeleteRequest.Key
			default:
				return validation("Supplied AttributeValue has more than one datatypes set, must contain exactly one of the supported datatypes")
			}
			if err := w.parse(); err != nil {
				return err
			}
			b.writes = append(b.writes, w)
		}
	}
	return nil
}

// tables are the names of the tables of all writes.
func (b *batchWrite) tables() []*string {
	var names []*string
	for _, w := range b.writes {
		names = append(names, w.tableName)
	}
	return names
}

// run checks all writes before it decides the first one.
func (b *batchWrite) run(db *DB, v view) error {
	b.done, b.left = nil, nil
	seen := map[itemID]bool{}
	for _, w := range b.writes {
		if err := w.bind(v); err != nil {
			return err
		}
		if err := w.locate(); err != nil {
			return err
		}
		id := itemID{w.table, w.key}
		if seen[id] {
			return validation("Provided list of item keys contains duplicates")
		}
		seen[id] = true
	}
	err := b.trouble.once(func() error {
		if err := db.throttled(); err != nil {
			return err
		}
		b.unprocessed = db.left(len(b.writes))
		return nil
	})
	if err != nil {
		return err
	}
	for n, w := range b.writes {
		if b.unprocessed[n] {
			b.left = append(b.left, w)
			continue
		}
		c, _, err := w.evaluate()
		if err != nil {
			return err
		}
		b.done = append(b.done, c)
	}
	return nil
}

// itemID names one item of the DB.
type itemID struct {
	table *table
	key   string
}

func (b *batchWrite) answer(in *dynamodb.BatchWriteItemInput) *dynamodb.BatchWriteItemOutput {
	out := &dynamodb.BatchWriteItemOutput{UnprocessedItems: map[string][]types.WriteRequest{}}
	for _, w := range b.left {
		out.UnprocessedItems[*w.tableName] = append(out.UnprocessedItems[*w.tableName], w.request())
	}
	out.ConsumedCapacity = b.done.consumed(in.ReturnConsumedCapacity, 1, noAxis)
	out.ItemCollectionMetrics = b.done.collectionMetrics(in.ReturnItemCollectionMetrics)
	return out
}

// request is the write in the form of the batch.
func (w *itemWrite) request() types.WriteRequest {
	if w.kind == putItem {
		return types.WriteRequest{PutRequest: &types.PutRequest{Item: packed.Item(w.packed).Decode(nil)}}
	}
	return types.WriteRequest{DeleteRequest: &types.DeleteRequest{Key: attr.CopyItem(w.item)}}
}

// consumed is what the changes cost, nil when nothing was asked. The factor is 2
// for transactions.
func (list changes) consumed(mode types.ReturnConsumedCapacity, factor float64, a axis) []types.ConsumedCapacity {
	if !reported(mode) {
		return nil
	}
	all := usages{}
	for _, c := range list {
		all.of(c.table).addWrite(c, factor)
	}
	return all.report(mode, a)
}
