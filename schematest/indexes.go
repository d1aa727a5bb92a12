package schematest

import (
	"fmt"
	"reflect"
	"slices"
	"strings"

	"github.com/dystore/dystore/repo"
)

func (c *comparison) indexes() {
	for _, x := range c.old.Indexes {
		y, ok := find(c.new.Indexes, func(y repo.LayoutIndex) bool { return x.Name == y.Name })
		switch {
		case !ok:
			c.add(Safe, x.Name, "the index was removed", "", "leave it in the table until no old program queries it")
			c.formed(x, "Programs of the new declaration store empty values, which DynamoDB refuses while the table has the index, and times in a form that does not sort", "remove the index from the table, when no old program queries it, before programs of the new declaration run")
		case !reflect.DeepEqual(x, y):
			c.add(BreaksOldReaders, x.Name, "the index has other keys or another projection", "An index cannot be changed, and old programs query it as it was", "declare it under another name, and remove this one later")
		}
	}
	for _, y := range c.new.Indexes {
		if slices.ContainsFunc(c.old.Indexes, func(x repo.LayoutIndex) bool { return x.Name == y.Name }) {
			continue
		}
		if y.Local {
			c.add(BreaksStoredData, y.Name, "a local index was added", "DynamoDB makes a local index together with its table only", "use a global index, or copy the objects into a new table")
			continue
		}
		c.add(NeedsTables, y.Name, "the index was added", "Queries fail until the table has it", "add it to the table first; CreateTables does")
		c.formed(y, "Old programs store empty values, which DynamoDB refuses once the table has the index, and times in a form that does not sort", "deploy the declaration before the table gets the index, without queries; then put the objects that have times")
	}
}

// formed judges the attributes of the key of an index that only one of the programs
// stores in the form that an index needs.
func (c *comparison) formed(x repo.LayoutIndex, why, do string) {
	for _, k := range slices.Concat(x.Partition, x.Sort) {
		a, ok := at(c.old, k.Name)
		if !ok || indexed(c.old, k.Name) && indexed(c.new, k.Name) || keyed(c.old, k.Name) {
			continue
		}
		if a.Value == "time as text" || k.Type != "N" && a.Options == "" {
			c.add(BreaksOldReaders, k.Name, fmt.Sprintf("it is in the key of the index %s in one declaration only", x.Name), why, do)
		}
	}
}

func indexed(l *repo.Layout, name string) bool {
	return slices.ContainsFunc(l.Indexes, func(x repo.LayoutIndex) bool {
		return slices.ContainsFunc(slices.Concat(x.Partition, x.Sort), func(k repo.LayoutIndexKey) bool { return k.Name == name })
	})
}

func keyed(l *repo.Layout, name string) bool {
	return slices.ContainsFunc(l.Key, func(k repo.LayoutKey) bool { return k.Name == name })
}

func (c *comparison) uniques() {
	name := func(u repo.LayoutUnique) string { return strings.Join(u.Fields, ", ") }
	for _, u := range c.old.Uniques {
		v, ok := find(c.new.Uniques, func(v repo.LayoutUnique) bool { return name(u) == name(v) })
		switch {
		case !ok:
			c.told[u.Table] = true
			c.add(BreaksOldReaders, name(u), "it is unique no longer", "New programs claim nothing: old ones do not see their values", "stop the old programs first")
			if !names(c.new, u.Table, u.KeyName) {
				c.add(NeedsAllowTables, name(u), "it is unique no longer", "Objects with a claim cannot be deleted by a program that does not go into the table "+u.Table, fmt.Sprintf("add repo.AllowTables(%q)", u.Table))
			}
		case !reflect.DeepEqual(u, v):
			c.told[u.Table] = true
			c.add(NeedsUpgrade, name(u), "its claims have other keys or are elsewhere", "A value that is claimed in one form is free in the other", "put all objects while only new programs run")
			if !names(c.new, u.Table, u.KeyName) {
				c.add(NeedsMovedFrom, name(u), "its claims have moved from "+u.Table, "The new program does not go there, and cannot free them", fmt.Sprintf("add shard.MovedFrom(%q)", u.Table))
			}
			if !names(c.old, v.Table, v.KeyName) {
				c.come(name(u), "its claims have moved", v.Table, v.KeyName)
			}
		}
	}
	for _, v := range c.new.Uniques {
		if slices.ContainsFunc(c.old.Uniques, func(u repo.LayoutUnique) bool { return name(u) == name(v) }) {
			continue
		}
		c.add(NeedsUpgrade, name(v), "it is unique now", "Values of stored objects are not claimed until the objects were put", "put all objects; one of two with the same value is refused")
		c.add(BreaksOldReaders, name(v), "it is unique now", "Old programs claim nothing: a second object with the value is possible while they run", "stop them before you rely on it")
		c.come(name(v), "it is unique now", v.Table, v.KeyName)
	}
}
