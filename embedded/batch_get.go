package embedded

import (
	"context"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/dystore/dystore/internal/engine/attr"
	"github.com/dystore/dystore/internal/engine/packed"
)

// The limits of a batch of reads.
const (
	maxBatchGet          = 100
	maxBatchBytes        = 16 << 20
	maxBatchPerPartition = 1 << 20
)

// BatchGetItem reads up to 100 items of any tables, each as GetItem would. The
// keys that do not fit into 16 MB, or into 1 MB of one partition, come back as
// unprocessed.
func (db *DB) BatchGetItem(ctx context.Context, in *dynamodb.BatchGetItemInput) (*dynamodb.BatchGetItemOutput, error) {
	b, err := db.batchGet(ctx, in)
	if err != nil {
		return nil, err
	}
	out := &dynamodb.BatchGetItemOutput{
		Responses: make(map[string][]map[string]types.AttributeValue, len(b.reads)), UnprocessedKeys: b.unprocessed, ConsumedCapacity: b.consumed(),
	}
	for name, t := range b.reads {
		out.Responses[name] = each(t.records, t.read.shown.values)
	}
	return out, nil
}

func (db *DB) batchGet(ctx context.Context, in *dynamodb.BatchGetItemInput) (*batchGet, error) {
	in = orEmpty(in)
	if err := firstError(ctx.Err(), checkBatchGet(in)); err != nil {
		return nil, err
	}
	b := &batchGet{in: in, reads: map[string]*tableReads{}, unprocessed: map[string]types.KeysAndAttributes{}}
	if err := b.parse(); err != nil {
		return nil, err
	}
	var names []*string
	for _, t := range b.reads {
		names = append(names, t.read.tableName)
	}
	v, err := db.view(ctx, names...)
	if err != nil {
		return nil, err
	}
	return b, b.fetch(db, v)
}

func checkBatchGet(in *dynamodb.BatchGetItemInput) error {
	if len(in.RequestItems) == 0 {
		return validation("The requestItems parameter is required for BatchGetItem")
	}
	var c constraints
	for _, name := range sortedNames(in.RequestItems) {
		c.tableOfBatch(name)
	}
	total := 0
	for _, name := range sortedNames(in.RequestItems) {
		k := in.RequestItems[name]
		if len(k.Keys) == 0 {
			c.add("Value at 'RequestItems.%s.member.Keys' failed to satisfy constraint: Member must have length greater than or equal to 1", name)
		}
		if total += len(k.Keys); total > maxBatchGet {
			c.add("Value at 'RequestItems.%s.member.Keys' failed to satisfy constraint: Member must have length less than or equal to %d", name, maxBatchGet)
			break
		}
	}
	c.consumedCapacity(in.ReturnConsumedCapacity)
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
	in          *dynamodb.BatchGetItemInput
	reads       map[string]*tableReads
	unprocessed map[string]types.KeysAndAttributes
	// total and done count keys; size is that of all records so far.
	total, done, undone, size int
	// left are the keys that are left out on purpose, in order.
	left []bool
}

// tableReads are the reads on one table.
type tableReads struct {
	read    itemRead
	keys    []keyRead
	records []record
	usage   usage
}

// keyRead is one key as it was asked for, and where its item is.
type keyRead struct {
	key     attr.Item
	storage string
}

func (b *batchGet) parse() error {
	for _, name := range sortedNames(b.in.RequestItems) {
		k := b.in.RequestItems[name]
		t := &tableReads{read: itemRead{tableName: &name, projection: k.ProjectionExpression, names: k.ExpressionAttributeNames}}
		if err := t.read.parse(); err != nil {
			return err
		}
		b.reads[name] = t
	}
	return nil
}

// fetch checks all keys before it reads the first one.
func (b *batchGet) fetch(db *DB, v view) error {
	if err := b.locate(v); err != nil {
		return err
	}
	if err := db.throttled(); err != nil {
		return err
	}
	b.left = db.left(b.total)
	for _, name := range sortedNames(b.reads) {
		b.fetchTable(name)
		if r := b.reads[name].records; db.config.shuffle {
			db.shuffled(len(r), func(i, j int) { r[i], r[j] = r[j], r[i] })
		}
	}
	return nil
}

// locate finds where the items are. The same key twice, in the same form, is an
// error. An item that is asked for in two forms (a number can be written in
// several) is read once.
func (b *batchGet) locate(v view) error {
	// One table can be named in two ways, so duplicates are looked for across
	// all names.
	asked, found := map[itemID]bool{}, map[itemID]bool{}
	for _, name := range sortedNames(b.reads) {
		t := b.reads[name]
		for _, key := range b.in.RequestItems[name].Keys {
			t.read.key = key
			storage, err := t.read.locate(v)
			if err != nil {
				return err
			}
			text, item := itemID{t.read.table, string(packed.Encode(key))}, itemID{t.read.table, storage}
			if asked[text] {
				return validation("Provided list of item keys contains duplicates")
			}
			asked[text] = true
			if found[item] {
				continue
			}
			found[item] = true
			t.keys = append(t.keys, keyRead{key, storage})
		}
		b.total += len(t.keys)
		t.usage.table = t.read.table
	}
	return nil
}

func (b *batchGet) fetchTable(name string) {
	t, consistent := b.reads[name], b.in.RequestItems[name].ConsistentRead
	seen := b.done + b.undone
	partitions := map[string]int{}
	for n, k := range t.keys {
		partition := t.read.table.key.partition(k.key)
		rec := t.read.table.read(k.storage, enabled(consistent))
		if b.left[seen+n] || b.size+rec.size() > maxBatchBytes || partitions[partition]+rec.size() > maxBatchPerPartition {
			b.undone++
			b.leave(name, k.key)
			continue
		}
		b.size += rec.size()
		partitions[partition] += rec.size()
		b.done++
		t.usage.units += readUnits(rec.size(), readMode(consistent))
		if rec != "" {
			t.records = append(t.records, rec)
		}
	}
}

// leave returns a key as unprocessed, with the parameters that it came with.
func (b *batchGet) leave(name string, key attr.Item) {
	k, ok := b.unprocessed[name]
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
	b.unprocessed[name] = k
}

// consumed is the price of the batch, by table.
func (b *batchGet) consumed() (all []types.ConsumedCapacity) {
	for _, name := range sortedNames(b.reads) {
		if c := b.reads[name].usage.report(b.in.ReturnConsumedCapacity, noAxis); c != nil {
			all = append(all, *c)
		}
	}
	return all
}
