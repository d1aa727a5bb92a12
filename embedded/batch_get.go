package embedded

import (
	"context"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/dystore/dystore/embedded/internal/attr"
)

// The limits of a batch of reads.
const (
	maxBatchGet          = 100
	maxBatchBytes        = 16 << 20
	maxBatchPerPartition = 1 << 20
)

// BatchGetItem reads up to 100 items of any tables, each as GetItem would.
// What it does not get to within 16 MB, or 1 MB of one partition, comes back
// as unprocessed.
func (db *DB) BatchGetItem(ctx context.Context, in *dynamodb.BatchGetItemInput) (*dynamodb.BatchGetItemOutput, error) {
	in = orEmpty(in)
	if err := firstError(ctx.Err(), checkBatchGet(in)); err != nil {
		return nil, err
	}
	b := batchGet{
		in: in, reads: map[string]*tableReads{},
		out: &dynamodb.BatchGetItemOutput{
			Responses:       map[string][]map[string]types.AttributeValue{},
			UnprocessedKeys: map[string]types.KeysAndAttributes{},
		},
	}
	if err := b.parse(); err != nil {
		return nil, err
	}
	if err := db.read(ctx, func() error { return b.fetch(db) }); err != nil {
		return nil, err
	}
	b.answer(db)
	return b.out, nil
}

func checkBatchGet(in *dynamodb.BatchGetItemInput) error {
	if len(in.RequestItems) == 0 {
		return validation("The requestItems parameter is required for BatchGetItem")
	}
	var c constraints
	c.consumedCapacity(in.ReturnConsumedCapacity)
	total := 0
	for _, name := range sortedNames(in.RequestItems) {
		k := in.RequestItems[name]
		c.tableName(plainName(name), 1)
		if len(k.Keys) == 0 {
			c.add("Value at 'RequestItems.%s.member.Keys' failed to satisfy constraint: Member must have length greater than or equal to 1", name)
		}
		if total += len(k.Keys); total > maxBatchGet {
			c.add("Value at 'RequestItems.%s.member.Keys' failed to satisfy constraint: Member must have length less than or equal to %d", name, maxBatchGet)
			break
		}
	}
	if err := c.err(); err != nil {
		return err
	}
	for _, name := range sortedNames(in.RequestItems) {
		if err := refuse(in.RequestItems[name].AttributesToGet != nil, "AttributesToGet"); err != nil {
			return err
		}
	}
	return nil
}

// batchGet is one BatchGetItem.
type batchGet struct {
	in    *dynamodb.BatchGetItemInput
	reads map[string]*tableReads
	out   *dynamodb.BatchGetItemOutput
	// total and done count keys; size is that of all records so far.
	total, done, undone, size int
	// left are the keys, in order, that are left out on purpose.
	left []bool
}

// tableReads are the reads on one table.
type tableReads struct {
	read    itemRead
	records []*record
	usage   usage
}

func (b *batchGet) parse() error {
	for _, name := range sortedNames(b.in.RequestItems) {
		k := b.in.RequestItems[name]
		t := &tableReads{read: itemRead{tableName: &name, projection: k.ProjectionExpression, names: k.ExpressionAttributeNames}}
		if err := t.read.parse(); err != nil {
			return err
		}
		b.reads[name] = t
		b.total += len(k.Keys)
	}
	return nil
}

// fetch checks all keys before it reads the first one. The lock must be held.
func (b *batchGet) fetch(db *DB) error {
	// One table can be named in two ways, so duplicates are looked for in all.
	seen := map[itemID]bool{}
	for _, name := range sortedNames(b.reads) {
		t := b.reads[name]
		for _, key := range b.in.RequestItems[name].Keys {
			t.read.key = key
			storage, err := t.read.locate(db)
			if err != nil {
				return err
			}
			id := itemID{t.read.table, storage}
			if seen[id] {
				return validation("Provided list of item keys contains duplicates")
			}
			seen[id] = true
		}
		t.usage.table = t.read.table
	}
	if err := db.throttled(); err != nil {
		return err
	}
	b.left = db.left(b.total)
	for _, name := range sortedNames(b.reads) {
		if err := b.fetchTable(db, name); err != nil {
			return err
		}
	}
	return nil
}

func (b *batchGet) fetchTable(db *DB, name string) error {
	t, k := b.reads[name], b.in.RequestItems[name]
	seen := b.done + b.undone
	partitions := map[string]int{}
	for n, key := range k.Keys {
		t.read.key = key
		storage, err := t.read.locate(db)
		if err != nil {
			return err
		}
		partition := t.read.table.key.partition(key)
		rec := t.read.table.items.read(storage, enabled(k.ConsistentRead))
		if b.left[seen+n] || b.size+rec.itemSize() > maxBatchBytes || partitions[partition]+rec.itemSize() > maxBatchPerPartition {
			b.undone++
			b.leave(name, key)
			continue
		}
		b.size += rec.itemSize()
		partitions[partition] += rec.itemSize()
		b.done++
		t.usage.units += readUnits(rec.itemSize(), readMode(k.ConsistentRead))
		if rec != nil {
			t.records = append(t.records, rec)
		}
	}
	return nil
}

// leave returns a key as unprocessed, with the parameters that it came with.
func (b *batchGet) leave(name string, key attr.Item) {
	k, ok := b.out.UnprocessedKeys[name]
	if !ok {
		asked := b.in.RequestItems[name]
		k = types.KeysAndAttributes{ConsistentRead: copyPointer(asked.ConsistentRead), ProjectionExpression: copyPointer(asked.ProjectionExpression)}
		if asked.ExpressionAttributeNames != nil {
			k.ExpressionAttributeNames = map[string]string{}
			for placeholder, n := range asked.ExpressionAttributeNames {
				k.ExpressionAttributeNames[placeholder] = n
			}
		}
	}
	k.Keys = append(k.Keys, attr.CopyItem(key))
	b.out.UnprocessedKeys[name] = k
}

func (b *batchGet) answer(db *DB) {
	for _, name := range sortedNames(b.reads) {
		t := b.reads[name]
		items := make([]map[string]types.AttributeValue, len(t.records))
		for n, rec := range t.records {
			items[n] = t.read.answer(rec)
		}
		if db.config.shuffle {
			db.shuffled(len(items), func(i, j int) { items[i], items[j] = items[j], items[i] })
		}
		b.out.Responses[name] = items
		if c := t.usage.report(b.in.ReturnConsumedCapacity, noAxis); c != nil {
			b.out.ConsumedCapacity = append(b.out.ConsumedCapacity, *c)
		}
	}
}
