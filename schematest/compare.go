package schematest

import (
	"fmt"
	"reflect"
	"slices"
	"strings"

	"github.com/dystore/dystore/repo"
)

// Compare returns the changes from one declaration to another, the worst first, none if
// they are alike. The Go type's name and the prefix of tables do not matter.
func Compare(old, new repo.Layout) []Change {
	c := &comparison{old: &old, new: &new}
	c.model()
	c.life()
	c.versions()
	c.key()
	c.places()
	c.attributes()
	c.encryption()
	c.accepted()
	c.indexes()
	c.blindIndexes()
	c.uniques()
	c.counters()
	c.identities()
	c.tables() // after what has explained them
	slices.SortStableFunc(c.changes, func(a, b Change) int { return int(b.Verdict - a.Verdict) })
	return c.changes
}

type comparison struct {
	old, new *repo.Layout
	changes  []Change
	told     map[string]bool // tables about which something was said
	steps    bool            // repo.Upgrade makes what is stored today's
}

func (c *comparison) add(v Verdict, path, what, why, do string) {
	c.changes = append(c.changes, Change{v, path, what, why, do})
}

func was(old, new any) string { return fmt.Sprintf("was %v, is %v", old, new) }

func (c *comparison) model() {
	if c.old.Entity != c.new.Entity {
		c.add(BreaksStoredData, "", fmt.Sprintf("the entity was %q, is %q", c.old.Entity, c.new.Entity),
			"The entity is in the records of objects, the keys of parts and the binding of encrypted values: stored objects are another program's",
			"keep it, with repo.Entity")
	}
	if c.old.Table != c.new.Table {
		c.add(BreaksStoredData, "", "the table of roots "+was(c.old.Table, c.new.Table), "Stored objects are not found there", "keep it, or copy the objects by a program that has both repositories")
	}
	switch {
	case c.old.Record == c.new.Record:
	case c.old.Record == "" || c.new.Record == "":
		c.add(BreaksOldReaders, "", "repo.Plain "+was(c.old.Record == "", c.new.Record == ""),
			"Programs without records write over those of the others: versions are lost, and tracked writes are refused", "stop the old programs first")
	default:
		c.add(BreaksStoredData, "", "the record's attribute "+was(c.old.Record, c.new.Record), "Stored objects seem to have no record: no version and no parts", "keep it, with repo.MetaAttribute")
	}
	switch {
	case c.old.Tracked == c.new.Tracked:
	case c.new.Tracked:
		c.add(Safe, "", "meta.Keep was added", "", "")
	default:
		c.add(BreaksOldReaders, "", "meta.Keep was removed", "A Put of the new program replaces what others have written meanwhile, and what its type does not know", "keep it")
	}
}

// life judges how objects end.
func (c *comparison) life() {
	if c.old.Expires != c.new.Expires {
		what := fmt.Sprintf("the attribute of repo.ExpiresAt was %q, is %q", c.old.Expires, c.new.Expires)
		c.add(BreaksOldReaders, c.new.Expires, what, "Programs without it, or with another one, read and change what has expired, and do not keep the times of parts", "stop the old programs before anything relies on it; put all objects, so that their parts have the time; switch time to live on by repo.CreateTables or Repo.TimeToLive")
	}
	if c.old.SoftDelete != c.new.SoftDelete {
		c.add(BreaksOldReaders, "", "repo.SoftDelete "+was(c.old.SoftDelete, c.new.SoftDelete), "Programs without it remove for good what they delete", "stop the old programs before anything relies on it")
	}
}

func (c *comparison) key() {
	old, new := slices.Clone(c.old.Key), slices.Clone(c.new.Key)
	form := func(keys []repo.LayoutKey) (all []string) {
		for i := range keys {
			k := &keys[i]
			if k.Generated = false; len(k.Components) == 0 && !strings.HasPrefix(k.Value, "time") {
				k.Value = "" // texts of one type and numbers are keys alike, as attributes they are judged
			}
			text := k.Name + " (" + k.Type + ")"
			for _, x := range k.Components {
				text += " " + x.Word + x.Field
				if x.Form != "" {
					text += ":" + x.Form
				}
			}
			all = append(all, text)
		}
		return all
	}
	before, after := form(old), form(new)
	switch {
	case !reflect.DeepEqual(old, new):
		what := was(strings.Join(before, ", "), strings.Join(after, ", "))
		c.add(BreaksStoredData, "", "the key "+what, "Stored objects are under keys that the new program does not make", "keep it, or copy the objects by a program that has both repositories")
	case c.old.Detached != c.new.Detached:
		c.add(Safe, "", "the key as a field "+was(!c.old.Detached, !c.new.Detached), "", "")
	}
	for i := range min(len(old), len(new)) {
		if c.old.Key[i].Generated != c.new.Key[i].Generated {
			c.add(Safe, c.new.Key[i].Name, "its generator "+was(c.old.Key[i].Generated, c.new.Key[i].Generated), "", "")
		}
	}
}

func (c *comparison) identities() {
	if !reflect.DeepEqual(c.old.Identities, c.new.Identities) {
		c.add(Safe, "", "repo.Identity has changed", "It is not stored", "")
	}
}

// holds reports whether a path leads to something inside the value at another.
func holds(outer, inner string) bool {
	rest, ok := strings.CutPrefix(inner, outer)
	return ok && rest != "" && strings.ContainsAny(rest[:1], ".[{")
}

// byPath finds the element of a list with a path.
func find[E any](all []E, is func(E) bool) (found E, ok bool) {
	if i := slices.IndexFunc(all, is); i >= 0 {
		return all[i], true
	}
	return found, false
}
