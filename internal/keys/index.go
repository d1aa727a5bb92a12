package keys

import (
	"fmt"
	"reflect"
	"slices"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/dystore/dystore/internal/codec"
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

	Base *Spec   // of a local index: the key of the table
	Errs []error // mistakes of the declaration
}

// NewIndex declares an index over fields of a t.
func NewIndex(fn string, t reflect.Type, name string, partition, sort []*model.Lens) *Index {
	x := &Index{Fn: fn, Typ: t, Name: name, Projection: types.ProjectionTypeAll}
	x.Partition = x.attrs(0, partition)
	x.Sort = x.attrs(1, sort)
	return x
}

// NewLocalIndex declares an index with the partition key of the table.
func NewLocalIndex(fn string, t reflect.Type, name string, base *Spec, sort *model.Lens) *Index {
	x := &Index{Fn: fn, Typ: t, Name: name, Projection: types.ProjectionTypeAll, Base: base}
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
func (x *Index) Local() bool { return x.Base != nil }

// Whole reports whether an entry of the index is a whole root item.
func (x *Index) Whole() bool { return x.Projection == types.ProjectionTypeAll }

// Has reports whether the index has an attribute, beside those of keys.
func (x *Index) Has(name string) bool {
	return x.Whole() || slices.ContainsFunc(x.Include, func(l *model.Lens) bool { return l.Path[0].Name == name })
}

// Decline notes a mistake of the declaration.
func (x *Index) Decline(path, reason string, args ...any) {
	x.Errs = append(x.Errs, x.Mistake(path, reason, args...))
}

// Mistake is the error of a declaration.
func (x *Index) Mistake(path, reason string, args ...any) error {
	return &lens.Error{Func: x.Fn, Type: x.Typ.String(), Path: path, Reason: fmt.Sprintf(reason, args...)}
}

// attrs are the attributes of the fields of a key; pos is 0 for partition keys.
func (x *Index) attrs(pos int, fields []*model.Lens) (all []*Attr) {
	for _, l := range fields {
		switch a := indexAttr(l); {
		case l == nil:
			x.Decline("", "a field is nil")
		case l.Err != nil:
			x.Errs = append(x.Errs, l.Err)
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
	case n == 0 && pos == 0 && len(x.Errs) == 0:
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
	a.Form = keyForm(l.Codec, inOrder(l, l.Encode), inOrder(l, kept.EncodeOperand))
	return a
}

// inOrder makes a time in text one that sorts.
func inOrder(l *model.Lens, encode keyEncoder) keyEncoder {
	return func(v reflect.Value) (types.AttributeValue, error) {
		av, err := encode(v)
		if err == nil && l.Codec.Kind() == codec.String && l.Codec.Instant() {
			return Sortable(av)
		}
		return av, err
	}
}

// Sortable is a time in text, as text that sorts. What is not one stays.
func Sortable(av types.AttributeValue) (types.AttributeValue, error) {
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

// columns are the names and types of the attributes of a key.
func columns(attrs []*Attr) (names []string, kinds []types.ScalarAttributeType) {
	for _, a := range attrs {
		names, kinds = append(names, a.Name), append(kinds, a.Kind)
	}
	return names, kinds
}

// Wanted is what the table must have for the index.
func (x *Index) Wanted() tables.Index {
	w := tables.Index{Name: x.Name, Local: x.Local(), Projection: x.Projection}
	w.Partition.Names, w.Partition.Kinds = columns(x.Partition)
	w.Sort.Names, w.Sort.Kinds = columns(x.Sort)
	for _, l := range x.Include {
		w.Include = append(w.Include, l.Path[0].Name)
	}
	return w
}
