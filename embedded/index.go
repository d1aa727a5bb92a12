package embedded

import (
	"maps"
	"slices"
	"strings"

	"github.com/dystore/dystore/internal/engine/attr"
	"github.com/dystore/dystore/internal/engine/expr"
	"github.com/dystore/dystore/internal/engine/packed"
)

// index is one secondary index: the records of the table that have all of its
// key attributes, in its own order. Records are those of the table. They are
// projected when they are read.
type index struct {
	indexDefinition
	global bool
	key    keySchema
	base   keySchema
	// kept are the attributes that are projected, nil for all.
	kept    packed.Names
	replica *replica // nil if all reads are current
}

func newIndex(s *tableSchema, d indexDefinition, global bool) *index {
	i := &index{indexDefinition: d, global: global, key: schemaOf(d.KeySchema, s.Attributes), base: s.key}
	if d.Projection != "ALL" {
		i.kept = i.key.names()
		maps.Copy(i.kept, i.base.names())
		for _, name := range d.Included {
			i.kept[name] = true
		}
	}
	return i
}

// holds reports whether an item appears in the index: sparse indexes hold only
// items that have the key. Items that are older than the index may have a value
// that cannot be its key. They stay outside.
func (i *index) holds(item attr.Item) bool {
	for _, a := range i.key.attributes {
		if item[a.name] == nil {
			return false
		}
	}
	return i.check(item) == nil
}

// encode is the place of an item in the order of the index. Items of equal
// index keys follow each other in the order of the table.
func (i *index) encode(item attr.Item) string { return i.key.encode(item) + i.base.encode(item) }

// missing lists the attributes of paths that the index does not have.
func (i *index) missing(paths []expr.Path) string {
	var names []string
	for _, path := range paths {
		if name := path[0].Name; i.kept != nil && !i.kept[name] && !slices.Contains(names, name) {
			names = append(names, name)
		}
	}
	slices.Sort(names)
	return strings.Join(names, ", ")
}

// size is the size of what the index has of an item.
func (i *index) size(r record) int {
	if i.kept == nil {
		return r.size()
	}
	return r.item().Size(i.kept)
}

// checkUpdated is check for the result of an update, for which DynamoDB words
// an empty value differently. A value that the update leaves alone is not
// checked: it may be older than the index.
func (i *index) checkUpdated(before, item attr.Item) error {
	for _, a := range i.key.attributes {
		v := item[a.name]
		if empty := emptyKind(v); empty != "" && !unchanged(before, a.name, v) {
			return emptyKeyf("One or more parameter values are not valid. The update expression attempted to update a secondary index key to a value that is not supported. The AttributeValue for a key attribute cannot contain an empty %s value.", empty)
		}
	}
	return i.checkChanged(before, item)
}

func unchanged(before attr.Item, name string, v attr.Value) bool {
	old, ok := before[name]
	return ok && attr.Equal(old, v)
}

// check reports index key attributes of an item that have the wrong type, are
// empty, or are too large.
func (i *index) check(item attr.Item) error { return i.checkChanged(nil, item) }

// checkChanged is check for the values that differ from those before.
func (i *index) checkChanged(before, item attr.Item) error {
	if err := i.checkPart(i.key.hash(), maxHashKey, before, item); err != nil {
		return err
	}
	return i.checkPart(i.key.sort(), maxRangeKey, before, item)
}

// checkPart checks the partition key or the sort key, whose values may have so
// many bytes together. The item need not have all of its attributes.
func (i *index) checkPart(attributes []keyAttribute, limit int, before, item attr.Item) error {
	changed := false
	for _, a := range attributes {
		v, ok := item[a.name]
		if !ok || unchanged(before, a.name, v) {
			continue
		}
		changed = true
		if t := attr.Type(v); t != a.kind {
			return validation("One or more parameter values were invalid: Type mismatch for Index Key %s Expected: %s Actual: %s IndexName: %s", a.name, a.kind, t, i.Name)
		}
		if empty := emptyKind(v); empty != "" {
			return emptyKeyf("One or more parameter values are not valid. A value specified for a secondary index key is not supported. The AttributeValue for a key attribute cannot contain an empty %s value. IndexName: %s, IndexKey: %s", empty, i.Name, a.name)
		}
	}
	if changed && sizeOfKey(attributes, item) > limit {
		var names []string
		for _, a := range attributes {
			names = append(names, a.name)
		}
		return validation("One or more parameter values were invalid: Size of the key attribute %s of the index %s has exceeded the maximum size limit of %d bytes", strings.Join(names, ", "), i.Name, limit)
	}
	return nil
}
