package schema

import (
	"errors"
	"reflect"
	"regexp"
	"slices"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/dystore/dystore/internal/attr"
	"github.com/dystore/dystore/internal/codec"
	"github.com/dystore/dystore/internal/fail"
	"github.com/dystore/dystore/internal/item"
	"github.com/dystore/dystore/internal/keys"
	"github.com/dystore/dystore/internal/model"
	"github.com/dystore/dystore/internal/tables"
)

// indexed is an attribute that is in the key of an index, and not in the table's.
type indexed struct {
	*keys.Attr
	pos int // 1 if it is in a sort key, whose values are shorter
}

// IndexForm brings the attributes of a document that are in keys of indexes into
// the form that sorts. What an index cannot have is left out: nil and empty values.
func (s *Schema) IndexForm(doc map[string]types.AttributeValue) error {
	for i := range s.indexed {
		x := &s.indexed[i]
		av, ok := doc[x.Name]
		if !ok {
			continue
		}
		av, err := x.form(av)
		switch {
		case err != nil:
			return err
		case av == nil:
			delete(doc, x.Name)
		default:
			doc[x.Name] = av
		}
	}
	return nil
}

// IndexFormAt is IndexForm for the value at a path, nil for one that is left out.
func (s *Schema) IndexFormAt(path attr.Path, av types.AttributeValue) (types.AttributeValue, error) {
	for i := range s.indexed {
		if x := &s.indexed[i]; len(path) == 1 && path[0].Name == x.Name {
			return x.form(av)
		}
	}
	return av, nil
}

// InIndex reports whether a path is an attribute in the key of an index, and not in
// that of the table.
func (s *Schema) InIndex(path attr.Path) bool {
	return len(path) == 1 && slices.ContainsFunc(s.indexed, func(x indexed) bool { return x.Name == path[0].Name })
}

// Withholds reports whether the empty value of a field is not stored because it
// cannot be in the key of an index. Behind a pointer it becomes nil, which is another
// value.
func (s *Schema) Withholds(l *model.Lens) bool {
	kind := l.Codec.Kind()
	return s.InIndex(l.Path) && (kind == codec.String || kind == codec.Binary) && l.Codec.Type().Kind() != reflect.Pointer
}

func (x *indexed) form(av types.AttributeValue) (types.AttributeValue, error) {
	if item.Absent(av) || item.EmptyText(av) {
		return nil, nil
	}
	var err error
	if x.Instant {
		av, err = keys.Sortable(av)
	}
	if err == nil {
		err = tables.CheckKeyValue(x.pos, av)
	}
	if err != nil {
		return nil, fail.At(x.Path, fail.Withf(fail.ErrInvalid, "in the key of an index it %w", err))
	}
	return av, nil
}

var indexName = regexp.MustCompile(`^[a-zA-Z0-9_.-]{3,255}$`)

// DynamoDB's limits per table. The number of global indexes is a quota, which can be
// raised.
const maxLocalIndexes = 5

// indexes checks the indexes of a model; sound says whether its shards are.
func (c *compiler) indexes(all []*keys.Index, sound bool) {
	s, local := c.s, 0
	for _, x := range all {
		c.index(x, sound)
		if x.Local() {
			local++
		}
		if s.Index(x.Name) != nil {
			c.decline("", "index %q is declared twice", x.Name)
		}
		s.Indexes = append(s.Indexes, x)
	}
	if local > maxLocalIndexes {
		c.decline("", "%d local indexes; DynamoDB takes %d", local, maxLocalIndexes)
	}
}

// Index is the index with a name, nil if there is none.
func (s *Schema) Index(name string) *keys.Index {
	if i := slices.IndexFunc(s.Indexes, func(x *keys.Index) bool { return x.Name == name }); i >= 0 {
		return s.Indexes[i]
	}
	return nil
}

// wrong notes a mistake that shows only in the model. The declaration may be part
// of others, and stays as it is.
func (c *compiler) wrong(x *keys.Index, path, reason string, args ...any) {
	c.errs = append(c.errs, x.Mistake(path, reason, args...))
}

func (c *compiler) index(x *keys.Index, sound bool) {
	c.decl(errors.Join(x.Errs...))
	if !indexName.MatchString(x.Name) {
		c.wrong(x, "", "index name %q is not valid: it has 3 to 255 of the characters a-z, A-Z, 0-9, _, - and .", x.Name)
	}
	switch {
	case !x.Local():
	case len(c.s.Key.Attrs) < 2:
		c.wrong(x, "", "a local index needs a table with a sort key")
	case len(x.Base.Errs) == 0 && x.Base.Attrs[0] != c.s.Key.Attrs[0]: // with or without generators it is one key
		c.wrong(x, "", "the key is not that of the model")
	}
	for pos, attrs := range [][]*keys.Attr{x.Partition, x.Sort} {
		for _, a := range attrs {
			c.indexAttr(a, pos)
			if sound {
				c.stays(x, a.Path.(attr.Path), "the key of an index")
			}
		}
	}
	for _, l := range x.Include {
		switch {
		case l == nil:
			c.wrong(x, "", "Include: a field is nil")
		case l.Err != nil:
			c.decl(l.Err)
		case l.Root != x.Typ:
			c.wrong(x, l.Path.String(), "Include: the field is one of %s", l.Root)
		case l.Many || len(l.Path) != 1:
			c.wrong(x, l.Path.String(), "Include: an index projects attributes of the object itself, not what is inside them")
		case sound:
			c.stays(x, l.Path, "an index")
		}
	}
}

// stays refuses an attribute of an index that is stored elsewhere, or encrypted.
func (c *compiler) stays(x *keys.Index, path attr.Path, what string) {
	for _, p := range c.s.Tree.All {
		if p.Path.Overlaps(path) {
			c.wrong(x, path.String(), "%s is or holds a shard; %s is made of what stays in the root", p.Path, what)
			return
		}
	}
	if c.s.Sealing.Visible(&model.Lens{Path: path}, false) != nil {
		c.wrong(x, path.String(), "the field is encrypted; %s would show it, or be of no use", what)
	}
}

// indexAttr notes an attribute of the key of an index. Each has one type.
func (c *compiler) indexAttr(a *keys.Attr, pos int) {
	if slices.ContainsFunc(c.s.Key.Attrs, func(k *keys.Attr) bool { return k.Name == a.Name }) {
		return // it is stored as the table's key
	}
	for i := range c.s.indexed {
		if other := &c.s.indexed[i]; other.Name == a.Name {
			other.pos = max(other.pos, pos)
			return
		}
	}
	c.s.indexed = append(c.s.indexed, indexed{Attr: a, pos: pos})
}
