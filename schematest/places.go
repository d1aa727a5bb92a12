package schematest

import (
	"fmt"
	"slices"

	"github.com/dystore/dystore/repo"
)

// names reports whether a program goes into a table with a key attribute: its stored
// layouts may lead there.
func names(l *repo.Layout, table, key string) bool {
	return slices.Contains(l.Allowed, table) ||
		slices.ContainsFunc(l.Places, func(p repo.LayoutPlace) bool { return p.Table == table && p.KeyName == key }) ||
		slices.ContainsFunc(l.Uniques, func(u repo.LayoutUnique) bool { return u.Table == table && u.KeyName == key })
}

// named are the tables that a program goes into beside that of the roots.
func named(l *repo.Layout) (all []string) {
	all = slices.Clone(l.Allowed)
	for _, p := range l.Places {
		if p.Table != "" {
			all = append(all, p.Table)
		}
	}
	for _, u := range l.Uniques {
		all = append(all, u.Table)
	}
	slices.Sort(all)
	return slices.Compact(all)
}

func (c *comparison) places() {
	c.told = map[string]bool{}
	for _, p := range c.old.Places {
		q, ok := find(c.new.Places, func(q repo.LayoutPlace) bool { return q.Path == p.Path })
		switch {
		case !ok:
			c.gone(p)
		default:
			c.place(p, q)
		}
	}
	for _, q := range c.new.Places {
		if !slices.ContainsFunc(c.old.Places, func(p repo.LayoutPlace) bool { return q.Path == p.Path }) {
			c.come(q.Path, "it became a shard", q.Table, q.KeyName)
		}
	}
}

const twoDeploys = "deploy the present declaration with repo.AllowTables(%q) first, then this one; create the table before"

// come judges parts in a table where the old program has none.
func (c *comparison) come(path, what, table, key string) {
	c.told[table] = true
	switch {
	case table == "":
		c.add(Safe, path, what, "", "")
	case names(c.old, table, key):
		c.add(Safe, path, what, "Old programs follow the stored layout into the table "+table, "")
	default:
		c.add(NeedsAllowTables, path, what, "Old programs do not go into the table "+table+": they cannot read the parts there, nor delete the object", fmt.Sprintf(twoDeploys, table))
	}
}

// gone judges a shard that the new program does not have.
func (c *comparison) gone(p repo.LayoutPlace) {
	c.told[p.Table] = true
	what := "it is a shard no longer"
	switch {
	case p.Table == "":
		c.add(Safe, p.Path, what, "", "")
	case names(c.new, p.Table, p.KeyName):
		c.add(Safe, p.Path, what, "The next Put of an object takes its part back", "")
	default:
		c.add(NeedsAllowTables, p.Path, what, "The new program does not go into the table "+p.Table+", where parts are stored", fmt.Sprintf("add repo.AllowTables(%q) until all objects were put", p.Table))
	}
}

// place judges a shard of both.
func (c *comparison) place(p, q repo.LayoutPlace) {
	switch {
	case p.Table == q.Table && p.KeyName != q.KeyName:
		c.told[p.Table] = true
		c.add(BreaksStoredData, p.Path, "the key of its table "+was(p.KeyName, q.KeyName), "A table has one key", "declare another table, and shard.MovedFrom")
	case p.Table == "" || q.Table == "":
		if p.Table != q.Table {
			c.gone(p)
			c.come(q.Path, "it became a shard", q.Table, q.KeyName)
		}
	case p.Table != q.Table:
		c.told[p.Table] = true
		what := "its table " + was(p.Table, q.Table)
		if !names(c.new, p.Table, p.KeyName) {
			c.add(NeedsMovedFrom, p.Path, what, "Stored parts are in the old one, where the new program does not go", fmt.Sprintf("add shard.MovedFrom(%q)", p.Table))
		}
		c.come(q.Path, what, q.Table, q.KeyName)
	}
	if p.WhenOver != q.WhenOver {
		c.add(Safe, p.Path, "shard.WhenOver "+was(p.WhenOver, q.WhenOver), "Each object has the layout that it was written with", "")
	}
	if p.Compressed != q.Compressed {
		c.add(Safe, p.Path, "shard.Compressed "+was(p.Compressed, q.Compressed), "Parts that are stored stay as they are until they are written; programs of earlier releases cannot read those that are compressed", "")
	}
	if p.Optional != q.Optional {
		c.add(Safe, p.Path, "shard.Optional "+was(p.Optional, q.Optional), "", "")
	}
}

// tables judges tables that programs may go into, as far as no shard or unique value
// has explained them.
func (c *comparison) tables() {
	before, after := named(c.old), named(c.new)
	for _, t := range before {
		if !slices.Contains(after, t) && !c.told[t] {
			c.add(NeedsUpgrade, "", fmt.Sprintf("the table %s is not named any more", t),
				"Objects that were not put since have parts there: they are corrupt to the new program", "put all objects first; KeysInUse and a scan of the table show what is left")
		}
	}
	for _, t := range after {
		if !slices.Contains(before, t) && !c.told[t] {
			c.add(Safe, "", fmt.Sprintf("the table %s may be read", t), "", "")
		}
	}
}
