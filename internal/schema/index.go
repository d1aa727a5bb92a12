package schema

import (
	"errors"
	"fmt"
	"reflect"
	"regexp"
	"slices"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/dystore/dystore/internal/attr"
	"github.com/dystore/dystore/internal/codec"
	"github.com/dystore/dystore/internal/fail"
	"github.com/dystore/dystore/internal/item"
	"github.com/dystore/dystore/internal/model"
	"github.com/dystore/dystore/internal/tables"
	"github.com/dystore/dystore/lens"
)

// Index is the declaration of a secondary index on the table of the roots.
type Index struct {
	Fn         string // the constructor
	Typ        reflect.Type
	Name       string
	Partition  []*Attr
	Sort       []*Attr
	Projection types.ProjectionType
	Include    []*model.Lens // of projection INCLUDE

	base *KeySpec // of a local index: the key of the table
	errs []error
}

// NewIndex declares an index over fields of a t.
func NewIndex(fn string, t reflect.Type, name string, partition, sort []*model.Lens) *Index {
	x := &Index{Fn: fn, Typ: t, Name: name, Projection: types.ProjectionTypeAll}
	x.Partition = x.attrs(0, partition)
	x.Sort = x.attrs(1, sort)
	return x
}

// NewLocalIndex declares an index with the partition key of the table.
func NewLocalIndex(fn string, t reflect.Type, name string, base *KeySpec, sort *model.Lens) *Index {
	x := &Index{Fn: fn, Typ: t, Name: name, Projection: types.ProjectionTypeAll, base: base}
	switch {
	case base == nil:
		x.Decline("", "the key is a zero CompositeKey")
	case len(base.Errs) == 0: // others are reported as mistakes of the key
		x.Partition = base.Attrs[:1]
	}
	x.Sort = x.attrs(1, []*model.Lens{sort})
	return x
}

// Local reports whether the index shares the partition key of the table.
func (x *Index) Local() bool { return x.base != nil }

// Whole reports whether an entry of the index is a whole root item.
func (x *Index) Whole() bool { return x.Projection == types.ProjectionTypeAll }

// Has reports whether the index has an attribute, beside those of keys.
func (x *Index) Has(name string) bool {
	return x.Whole() || slices.ContainsFunc(x.Include, func(l *model.Lens) bool { return l.Path[0].Name == name })
}

// Decline notes a mistake of the declaration.
func (x *Index) Decline(path, reason string, args ...any) {
	x.errs = append(x.errs, x.mistake(path, reason, args...))
}

func (x *Index) mistake(path, reason string, args ...any) error {
	return &lens.Error{Func: x.Fn, Type: x.Typ.String(), Path: path, Reason: fmt.Sprintf(reason, args...)}
}

// attrs are the attributes of the fields of a key; pos is 0 for partition keys.
func (x *Index) attrs(pos int, fields []*model.Lens) (all []*Attr) {
	for _, l := range fields {
		switch a := indexAttr(l); {
		case l == nil:
			x.Decline("", "a field is nil")
		case l.Err != nil:
			x.errs = append(x.errs, l.Err)
		case l.Many || len(l.Path) != 1:
			x.Decline(l.Path.String(), "the key of an index is an attribute of the object itself, not inside another")
		case a.Kind == "":
			x.Decline(l.Path.String(), "%s", NotKeyable(l.Value))
		case slices.ContainsFunc(slices.Concat(x.Partition, all), func(b *Attr) bool { return a.Name == b.Name }):
			x.Decline(a.Name, "the attribute is twice in the key of the index")
		default:
			all = append(all, a)
		}
	}
	switch n := len(all); {
	case n > maxIndexAttrs:
		x.Decline("", "%d fields in one of its keys; DynamoDB takes %d", n, maxIndexAttrs)
	case n == 0 && pos == 0 && len(x.errs) == 0:
		x.Decline("", "it has no partition key")
	}
	return all
}

// maxIndexAttrs is DynamoDB's limit for the partition key and for the sort key of
// a global index.
const maxIndexAttrs = 4

// indexAttr is the attribute of a field that is in the key of an index. Unlike one
// of the table's key it may be absent, so that the field may be a pointer.
func indexAttr(l *model.Lens) *Attr {
	if l == nil || l.Err != nil || len(l.Path) == 0 {
		return &Attr{}
	}
	a := &Attr{Name: l.Path[0].Name, Typ: l.Value, Path: l.Path}
	kept := *l // a bound may be a zero that is not stored
	kept.Codec = l.Codec.Kept()
	a.KeyForm = keyForm(l.Codec, inOrder(l, l.Encode), inOrder(l, kept.EncodeOperand))
	return a
}

// inOrder makes a time in text one that sorts.
func inOrder(l *model.Lens, encode keyEncoder) keyEncoder {
	return func(v reflect.Value) (types.AttributeValue, error) {
		av, err := encode(v)
		if err == nil && l.Codec.Kind() == codec.String && l.Codec.Instant() {
			return sortable(av)
		}
		return av, err
	}
}

// sortable is a time in text, as text that sorts. What is not one stays.
func sortable(av types.AttributeValue) (types.AttributeValue, error) {
	s, ok := av.(*types.AttributeValueMemberS)
	if !ok {
		return av, nil
	}
	t, err := time.Parse(time.RFC3339Nano, s.Value)
	if err != nil {
		return av, nil
	}
	return encodeKeyTime(reflect.ValueOf(t))
}

// operand encodes what an attribute is compared with in a condition of a lens.
func (a *Attr) operand(pos int, l *model.Lens, v reflect.Value) (types.AttributeValue, error) {
	return a.checked(pos, v, inOrder(l, l.EncodeOperand))
}

// indexed is an attribute that is in the key of an index, and not in the table's.
type indexed struct {
	*Attr
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
	if item.Absent(av) || emptyText(av) {
		return nil, nil
	}
	var err error
	if x.Instant {
		av, err = sortable(av)
	}
	if err == nil {
		err = tables.CheckKeyValue(x.pos, av)
	}
	if err != nil {
		return nil, fail.At(x.Path, fail.Withf(fail.ErrInvalid, "in the key of an index it %w", err))
	}
	return av, nil
}

// emptyText reports whether a value is an empty string or empty binary.
func emptyText(av types.AttributeValue) bool {
	switch v := av.(type) {
	case *types.AttributeValueMemberS:
		return v.Value == ""
	case *types.AttributeValueMemberB:
		return len(v.Value) == 0
	}
	return false
}

var indexName = regexp.MustCompile(`^[a-zA-Z0-9_.-]{3,255}$`)

// DynamoDB's limits per table. The number of global indexes is a quota, which can be
// raised.
const maxLocalIndexes = 5

// indexes checks the indexes of a model; sound says whether its shards are.
func (c *compiler) indexes(all []*Index, sound bool) {
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
func (s *Schema) Index(name string) *Index {
	if i := slices.IndexFunc(s.Indexes, func(x *Index) bool { return x.Name == name }); i >= 0 {
		return s.Indexes[i]
	}
	return nil
}

// wrong notes a mistake that shows only in the model. The declaration may be part
// of others, and stays as it is.
func (c *compiler) wrong(x *Index, path, reason string, args ...any) {
	c.errs = append(c.errs, x.mistake(path, reason, args...))
}

func (c *compiler) index(x *Index, sound bool) {
	c.decl(errors.Join(x.errs...))
	if !indexName.MatchString(x.Name) {
		c.wrong(x, "", "index name %q is not valid: it has 3 to 255 of the characters a-z, A-Z, 0-9, _, - and .", x.Name)
	}
	switch {
	case !x.Local():
	case len(c.s.Key.Attrs) < 2:
		c.wrong(x, "", "a local index needs a table with a sort key")
	case len(x.base.Errs) == 0 && x.base.Attrs[0] != c.s.Key.Attrs[0]: // with or without generators it is one key
		c.wrong(x, "", "the key is not that of the model")
	}
	for pos, attrs := range [][]*Attr{x.Partition, x.Sort} {
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
func (c *compiler) stays(x *Index, path attr.Path, what string) {
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
func (c *compiler) indexAttr(a *Attr, pos int) {
	if slices.ContainsFunc(c.s.Key.Attrs, func(k *Attr) bool { return k.Name == a.Name }) {
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

// columns are the names and types of the attributes of a key.
func columns(attrs []*Attr) (names []string, kinds []types.ScalarAttributeType) {
	for _, a := range attrs {
		names, kinds = append(names, a.Name), append(kinds, a.Kind)
	}
	return names, kinds
}

// wanted is what the table must have for the index.
func (x *Index) wanted() tables.Index {
	w := tables.Index{Name: x.Name, Local: x.Local(), Projection: x.Projection}
	w.Partition.Names, w.Partition.Kinds = columns(x.Partition)
	w.Sort.Names, w.Sort.Kinds = columns(x.Sort)
	for _, l := range x.Include {
		w.Include = append(w.Include, l.Path[0].Name)
	}
	return w
}
