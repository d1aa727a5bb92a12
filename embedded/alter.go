package embedded

// alter replaces a table by one with a new definition and the same items. It
// keeps the indexes that stay and fills the new ones. The write lock must be
// held.
func (db *DB) alter(t *table, d definition) (*table, error) {
	if err := db.journalTable(d.Name, &d); err != nil {
		return nil, err
	}
	changed := *t
	changed.definition = d
	changed.indexes = nil
	for _, def := range d.Global {
		i := t.index(def.Name)
		if i == nil {
			i = newIndex(&changed, def, true)
			changed.fill(i)
			db.lagIndex(i)
		} else {
			kept := *i
			kept.indexDefinition = def
			i = &kept
		}
		changed.indexes = append(changed.indexes, i)
	}
	for _, i := range t.indexes {
		if !i.global {
			changed.indexes = append(changed.indexes, i)
		}
	}
	db.tables[d.Name] = &changed
	return &changed, nil
}

// fill adds all items of the table to a new index.
func (t *table) fill(i *index) {
	t.items.current().Ascend("", func(_ string, r *record) bool {
		i.replace(nil, r)
		return true
	})
}
