package embedded

import (
	"context"
	"maps"
	"slices"

	"github.com/dystore/dystore/embedded/internal/btree"
)

// redefine changes a definition, in the journal too, and returns the table with
// it. change gets the table and returns what it becomes.
func (db *DB) redefine(ctx context.Context, name *string, absent func() error, change func(*table) (*table, error)) (*table, error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	db.expire()
	db.defining.Lock()
	defer db.defining.Unlock()
	slots := db.find([]*string{name})
	lock(slots)
	defer unlock(slots)
	t := at(slots).find(name)
	if t == nil {
		return nil, absent()
	}
	changed, err := change(t)
	if err != nil {
		return nil, err
	}
	if err := db.journalTable(t.Name, &changed.definition); err != nil {
		return nil, err
	}
	publish([]*table{changed})
	if changed.TTL != t.TTL {
		db.requeue(changed)
	}
	return changed, nil
}

// with is the table with another definition whose keys and indexes are the
// same.
func (t *table) with(d definition) *table {
	changed, schema := *t, *t.tableSchema
	schema.definition = d
	changed.tableSchema = &schema
	return &changed
}

// alter is the table with a new definition and the same items. It keeps the
// indexes that stay and fills the new ones.
func (db *DB) alter(t *table, d definition) *table {
	changed := t.with(d)
	changed.indexes, changed.indexed = nil, nil
	add := func(i *index, c content) {
		changed.indexes, changed.indexed = append(changed.indexes, i), append(changed.indexed, c)
	}
	for _, def := range d.Global {
		i := t.index(def.Name)
		if i == nil {
			i = newIndex(changed.tableSchema, def, true)
			filled := i.fill(t.records)
			i.replica = db.replicaOf(i, filled)
			add(i, filled)
			continue
		}
		kept := *i
		kept.indexDefinition = def
		add(&kept, t.indexed[slices.Index(t.indexes, i)])
	}
	for n, i := range t.indexes {
		if !i.global {
			add(i, t.indexed[n])
		}
	}
	changed.nameKeys()
	return changed
}

// fill is what a new index has of the items of its table.
func (i *index) fill(all btree.Tree[record]) (c content) {
	names := i.key.names()
	maps.Copy(names, i.base.names())
	all.Ascend("", func(_ string, r record) bool {
		if keys := r.values(names); i.holds(keys) {
			c.put(i.encode(keys), r)
			c.bytes += int64(i.size(r))
		}
		return true
	})
	return c
}
