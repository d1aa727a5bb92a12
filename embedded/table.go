package embedded

import (
	"maps"
	"slices"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/dystore/dystore/embedded/internal/btree"
	"github.com/dystore/dystore/internal/engine/attr"
	"github.com/dystore/dystore/internal/engine/expr"
	"github.com/dystore/dystore/internal/engine/packed"
)

// table is one table at one moment: its definition and what it holds. It is
// never changed: a write makes the next one. So an operation that has a table
// needs no lock.
type table struct {
	*tableSchema
	content
	indexed []content // by the indexes of the schema

	slot  *slot
	joint *joint
}

// tableSchema is a definition with what follows from it. Many tables share it,
// one after the other.
type tableSchema struct {
	definition
	arn     string
	key     keySchema
	indexes []*index
	// inKeys are the attributes of the keys of the table and its indexes.
	inKeys  packed.Names
	replica *replica // nil if all reads are current
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

// newTable is an empty table with a checked definition, in a slot of its own.
func (db *DB) newTable(d definition) *table {
	t := &table{tableSchema: &tableSchema{definition: d, arn: db.arn(d.Name), key: schemaOf(d.KeySchema, d.Attributes)}, slot: &slot{name: d.Name}}
	t.replica = newReplica(db.config.stale, db.config.seed, t.records)
	for _, i := range d.Global {
		t.indexes = append(t.indexes, newIndex(t.tableSchema, i, true))
	}
	for _, i := range d.Local {
		t.indexes = append(t.indexes, newIndex(t.tableSchema, i, false))
	}
	t.nameKeys()
	t.indexed = make([]content, len(t.indexes))
	for n, i := range t.indexes {
		i.replica = db.replicaOf(i, t.indexed[n])
	}
	return t
}

// replicaOf is the replica of an index: global ones lag behind their table even
// where reads of the table are current.
func (db *DB) replicaOf(i *index, c content) *replica {
	most := db.config.stale
	if i.global {
		most = max(most, db.config.indexLag)
	}
	return newReplica(most, db.config.seed, c.records)
}

// nameKeys notes the attributes of all keys.
func (s *tableSchema) nameKeys() {
	s.inKeys = s.key.names()
	for _, i := range s.indexes {
		maps.Copy(s.inKeys, i.key.names())
	}
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

// get is the record under a storage key, empty if there is none.
func (t *table) get(key string) record {
	r, _ := t.records.Get(key)
	return r
}

// read is the record as a read of the given consistency sees it.
func (t *table) read(key string, consistent bool) record {
	r, _ := t.source(nil, consistent).Get(key)
	return r
}

// source is what a read of the table, or of one of its indexes, sees.
func (t *table) source(i *index, consistent bool) btree.Tree[record] {
	c, r := t.content, t.replica
	if i != nil {
		c, r = t.indexed[slices.Index(t.indexes, i)], i.replica
	}
	if consistent || r == nil {
		return c.records
	}
	return r.read()
}

// index finds an index by name.
func (s *tableSchema) index(name string) *index {
	for _, i := range s.indexes {
		if i.Name == name {
			return i
		}
	}
	return nil
}

// scalarKeys refuses paths into key attributes, which are never maps or lists.
func (s *tableSchema) scalarKeys(paths []expr.Path) error {
	for _, path := range paths {
		if len(path) == 1 {
			continue
		}
		if s.key.has(path[0].Name) {
			return validation("Key attributes must be scalars; list random access '[]' and map lookup '.' are not allowed: Key: %s", path[0].Name)
		}
		for _, i := range s.indexes {
			if i.key.has(path[0].Name) {
				return validation("Key attributes must be scalars; list random access '[]' and map lookup '.' are not allowed: IndexKey: %s", path[0].Name)
			}
		}
	}
	return nil
}

// checkItem checks a whole item before it is stored.
func (s *tableSchema) checkItem(item attr.Item) error {
	if err := s.key.check(item); err != nil {
		return err
	}
	for _, i := range s.indexes {
		if err := i.check(item); err != nil {
			return err
		}
	}
	return nil
}
