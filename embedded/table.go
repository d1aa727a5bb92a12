package embedded

import (
	"sync/atomic"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/dystore/dystore/internal/engine/attr"
	"github.com/dystore/dystore/internal/engine/expr"
)

// table is one table. It is never changed: a new definition makes a new table
// with the same storage. So an operation that has released the lock of the DB
// can go on with the table that it found.
type table struct {
	definition
	*storage
	arn     string
	key     keySchema
	indexes []*index
}

// storage is what a table holds, guarded by the lock of the DB.
type storage struct {
	items  ordered
	bytes  atomic.Int64
	expiry expiryQueue
}

// record is one stored item. Records are never changed, only replaced.
type record struct {
	key  string
	item attr.Item
	size int
}

func newRecord(key string, item attr.Item) *record {
	return &record{key: key, item: item, size: attr.ItemSize(item)}
}

// itemSize is the size of what a record holds, 0 for no record.
func (r *record) itemSize() int {
	if r == nil {
		return 0
	}
	return r.size
}

// attributes is the item of a record, nil for no record.
func (r *record) attributes() attr.Item {
	if r == nil {
		return nil
	}
	return r.item
}

// definition describes a table without its items. A journal keeps it, so its
// fields are exported and stay readable.
type definition struct {
	Name               string
	ID                 string
	Created            time.Time
	Attributes         []types.AttributeDefinition
	KeySchema          []types.KeySchemaElement
	BillingMode        types.BillingMode
	Read, Write        int64
	Global             []indexDefinition
	Local              []indexDefinition
	DeletionProtection bool
	TableClass         types.TableClass
	TTL                string
	RecoveryDays       int32 // of point-in-time recovery; 0: it is off
	Tags               []types.Tag
}

// indexDefinition is one secondary index.
type indexDefinition struct {
	Name        string
	KeySchema   []types.KeySchemaElement
	Projection  types.ProjectionType
	Included    []string
	Read, Write int64
}

// newTable builds an empty table out of a checked definition.
func newTable(d definition, arn string) *table {
	t := &table{definition: d, storage: &storage{}, arn: arn, key: schemaOf(d.KeySchema, d.Attributes)}
	for _, i := range d.Global {
		t.indexes = append(t.indexes, newIndex(t, i, true))
	}
	for _, i := range d.Local {
		t.indexes = append(t.indexes, newIndex(t, i, false))
	}
	return t
}

// schemaOf resolves the types of a key schema. Both have been checked.
func schemaOf(elements []types.KeySchemaElement, attributes []types.AttributeDefinition) keySchema {
	var k keySchema
	for _, e := range elements {
		k.attributes = append(k.attributes, keyAttribute{name: *e.AttributeName, kind: string(kindOf(attributes, *e.AttributeName))})
		if e.KeyType == types.KeyTypeHash {
			k.hashes++
		}
	}
	return k
}

// get is the record under a storage key, nil if there is none.
func (t *table) get(key string) *record {
	return t.items.get(key)
}

// index finds an index by name.
func (t *table) index(name string) *index {
	for _, i := range t.indexes {
		if i.Name == name {
			return i
		}
	}
	return nil
}

// replace replaces one record with another. Either may be nil.
func (t *table) replace(key string, before, after *record) {
	t.bytes.Add(int64(after.itemSize() - before.itemSize()))
	t.items.set(key, after)
	for _, i := range t.indexes {
		i.replace(before, after)
	}
}

// scalarKeys refuses paths into key attributes, which are never maps or lists.
func (t *table) scalarKeys(paths []expr.Path) error {
	for _, path := range paths {
		if len(path) == 1 {
			continue
		}
		if t.key.has(path[0].Name) {
			return validation("Key attributes must be scalars; list random access '[]' and map lookup '.' are not allowed: Key: %s", path[0].Name)
		}
		for _, i := range t.indexes {
			if i.key.has(path[0].Name) {
				return validation("Key attributes must be scalars; list random access '[]' and map lookup '.' are not allowed: IndexKey: %s", path[0].Name)
			}
		}
	}
	return nil
}

// checkItem checks a whole item before it is stored.
func (t *table) checkItem(item attr.Item) error {
	if err := t.key.check(item); err != nil {
		return err
	}
	for _, i := range t.indexes {
		if err := i.check(item); err != nil {
			return err
		}
	}
	return nil
}
