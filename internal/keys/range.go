package keys

import (
	"errors"
	"fmt"
	"reflect"
	"slices"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/dystore/dystore/internal/expr"
	"github.com/dystore/dystore/internal/item"
	"github.com/dystore/dystore/internal/model"
	"github.com/dystore/dystore/internal/tables"
)

// Range is what a Query reads: the objects under one partition key of the table
// or of an index, or all of them, within bounds of the sort key.
type Range struct {
	Spec      *Spec  // of the table; nil for a range of an index, and for everything
	Index     *Index // nil for a range of the table
	Backwards bool
	Where     *model.Cond // the filter; nil: none
	Err       error

	equal        []equality // the partition key, and sort keys that are fixed
	sort         *Attr      // what the bounds are of; nil: there is none
	lower, upper *bound
	prefix       types.AttributeValue
	said         []string // the methods that have set bounds

	joined *joinedRange // of a range of a joined key, whose bounds are of a field in it
}

// equality fixes an attribute of a key.
type equality struct {
	attr   *Attr
	value  types.AttributeValue
	sought *Sought // the value is the tag of this one, once that is made; nil: it is said
}

// bound is one end of a range.
type bound struct {
	value types.AttributeValue
	open  bool // the value itself is not in the range
}

// Copy returns a range that can be changed without changing r.
func (r *Range) Copy() *Range {
	c := *r
	c.said = slices.Clip(c.said)
	return &c
}

// Everything returns the range of all objects.
func Everything() *Range { return &Range{} }

// Everything reports whether the range is all objects of a table.
func (r *Range) Everything() bool { return r.Spec == nil && r.Index == nil }

// NewRange returns the range of all sort keys under a partition key.
func NewRange(spec *Spec, partition reflect.Value) *Range {
	r := &Range{Spec: spec}
	switch {
	case spec == nil:
		r.Err = errors.New("the range was made from a zero CompositeKey")
	case len(spec.Errs) > 0:
		r.Err = Declared(spec.Errs[0])
	default:
		r.of(spec.Attrs[:1], spec.Attrs[1:], partition)
	}
	return r
}

// NewIndexRange returns the range of all sort keys of an index under a partition
// key.
func NewIndexRange(x *Index, partition reflect.Value) *Range {
	r := newIndexRange(x)
	if r.Err == nil {
		r.of(x.Partition, x.Sort, partition)
	}
	return r
}

// newIndexRange begins a range of an index.
func newIndexRange(x *Index) *Range {
	r := &Range{Index: x}
	switch {
	case x == nil:
		r.Err = errors.New("the range was made from a zero index")
	case len(x.Errs) > 0:
		r.Err = Declared(x.Errs[0])
	}
	return r
}

// of fixes the only attribute of a partition key.
func (r *Range) of(partition, sort []*Attr, value reflect.Value) {
	if len(partition) == 0 {
		r.Err = errors.New("the key of the table is wrong")
		return
	}
	av, err := partition[0].Encode(0, value)
	r.equal, r.Err = []equality{{attr: partition[0], value: av}}, err
	if len(sort) > 0 {
		r.sort = sort[0]
	}
}

// NewEqualRange returns the range of an index whose attributes have the values that
// conditions say: all of the partition key, and the first ones of the sort key.
func NewEqualRange(x *Index, conds []*model.Cond) *Range {
	r := newIndexRange(x)
	if r.Err == nil {
		r.Err = r.fix(conds)
	}
	return r
}

func (r *Range) fix(conds []*model.Cond) error {
	left := slices.Clone(conds)
	for _, c := range left {
		if c != nil && c.Err != nil && c.Sought == nil {
			return c.Err
		}
	}
	for i, a := range slices.Concat(r.Index.Partition, r.Index.Sort) {
		pos := 0
		if i >= len(r.Index.Partition) {
			pos = 1
		}
		at := slices.IndexFunc(left, func(c *model.Cond) bool { return c != nil && c.Lens != nil && a.Is(c.Lens) })
		if at < 0 {
			if pos == 0 {
				return fmt.Errorf("%s is in the partition key of index %s; say what it is equal to", a.Name, r.Index.Name)
			}
			r.sort = a
			break
		}
		c := left[at]
		left = slices.Delete(left, at, at+1)
		if c.Sought != nil {
			s, err := newSought(c.Sought)
			if err != nil {
				return err
			}
			r.equal = append(r.equal, equality{attr: a, sought: s})
			continue
		}
		if c.Op != model.Eq {
			return fmt.Errorf("%s: a key is compared with Eq here; bounds of the next sort key come with repo.Then", a.Name)
		}
		av, err := a.operand(pos, c.Lens, c.Values[0])
		if err != nil {
			return err
		}
		r.equal = append(r.equal, equality{attr: a, value: av})
	}
	if len(left) == 0 {
		return nil
	}
	switch c := left[0]; {
	case c == nil:
		return errors.New("a condition is nil")
	case c.Lens == nil:
		return errors.New("a key is compared with Eq; what else there is to say, Where takes")
	default:
		return fmt.Errorf("%s is not the next attribute in the key of index %s; Where takes other conditions", c.Lens.Path, r.Index.Name)
	}
}

// Next makes the field of a lens the one that bounds are of. It must be the next one
// in the sort key.
func (r *Range) Next(l *model.Lens) {
	switch {
	case r.Err != nil:
	case l.Err != nil:
		r.Err = l.Err
	case r.joined.nextIs(l):
	case r.sort == nil || r.Index == nil || !r.sort.Is(l):
		r.Err = fmt.Errorf("%s is not the next attribute in the sort key", l.Path)
	default: // as the lens encodes it
		form := *r.sort
		form.Form = indexAttr(l).Form
		r.sort = &form
	}
}

// Methods of repo.Range that set bounds.
const (
	Between    = "Between"
	Before     = "Before"
	UpTo       = "UpTo"
	After      = "After"
	From       = "From"
	BeginsWith = "BeginsWith"
)

// Bound limits the range by one of the methods.
func (r *Range) Bound(by string, values ...reflect.Value) {
	if r.Err != nil {
		return
	}
	r.Err = r.bound(by, values)
}

func (r *Range) bound(by string, values []reflect.Value) error {
	switch {
	case r.sort == nil:
		return fmt.Errorf("%s: there is no sort key left to be bounded", by)
	case by != BeginsWith && r.sort.Spelled:
		return fmt.Errorf("%s: the sort key is a number that is stored as text, where 10 comes before 9; leave the option string out of its tag", by)
	case by == BeginsWith && r.sort.Kind == types.ScalarAttributeTypeN:
		return fmt.Errorf("%s: the sort key is a number", by)
	}
	ends := make([]types.AttributeValue, len(values))
	for i, v := range values {
		var err error
		if r.joined != nil {
			ends[i], err = r.joined.bound(by, v)
		} else {
			ends[i], err = r.sort.Bound(v)
		}
		if err != nil {
			return err
		}
	}
	if r.joined != nil {
		r.prefix = nil // the bounds have it
	}
	below, above := r.lower != nil, r.upper != nil
	switch by {
	case Before, UpTo:
		r.upper, below = &bound{ends[0], by == Before}, false
	case After, From:
		r.lower, above = &bound{ends[0], by == After}, false
	case Between:
		r.lower, r.upper = &bound{value: ends[0]}, &bound{value: ends[1]}
	default:
		if r.prefix = ends[0]; item.EmptyText(r.prefix) { // only of a joined key: all begin with it
			r.prefix = nil
		}
	}
	if below || above || len(r.said) > 0 && (by == BeginsWith || r.said[0] == BeginsWith) {
		return fmt.Errorf("it has two bounds of one end, %s and %s", r.said[0], by)
	}
	r.said = append(r.said, by)
	if r.lower != nil && r.upper != nil && item.Less(r.upper.value, r.lower.value) {
		return fmt.Errorf("%s: the lower bound is greater than the upper one", by)
	}
	return nil
}

// ends are the bounds of the sort keys.
func (r *Range) ends() (lower, upper *bound) {
	if r.joined == nil || r.prefix != nil {
		return r.lower, r.upper
	}
	return r.joined.ends(r.lower, r.upper)
}

// Condition is the key condition of a Query. DynamoDB has no condition for two
// bounds of which one is open; [Range.Excluded] leaves out what it finds there.
func (r *Range) Condition(e *expr.Builder) string {
	text := ""
	for _, eq := range r.equal {
		if text != "" {
			text += " AND "
		}
		text += e.Name(eq.attr.Name) + " = " + e.Value(eq.value)
	}
	lower, upper := r.ends()
	switch {
	case r.prefix != nil:
		text += " AND begins_with(" + e.Name(r.sort.Name) + ", " + e.Value(r.prefix) + ")"
	case lower != nil && upper != nil:
		text += " AND " + e.Name(r.sort.Name) + " BETWEEN " + e.Value(lower.value) + " AND " + e.Value(upper.value)
	case lower != nil:
		text += " AND " + e.Name(r.sort.Name) + operator(" >", lower) + e.Value(lower.value)
	case upper != nil:
		text += " AND " + e.Name(r.sort.Name) + operator(" <", upper) + e.Value(upper.value)
	}
	return text
}

func operator(than string, b *bound) string {
	if b.open {
		return than + " "
	}
	return than + "= "
}

// Half reports whether Excluded leaves out anything.
func (r *Range) Half() bool {
	lower, upper := r.ends()
	return lower != nil && upper != nil && (lower.open || upper.open)
}

// Ended is the attribute that has the ends, where it is Half.
func (r *Range) Ended() string { return r.sort.Name }

// Excluded reports whether an item that DynamoDB has found lies on an open end; av is what
// it has of Ended.
func (r *Range) Excluded(av types.AttributeValue) bool {
	lower, upper := r.ends()
	return lower.open && item.Equal(av, lower.value) || upper.open && item.Equal(av, upper.value)
}

// Holds reports whether a root item is in the range.
func (r *Range) Holds(root map[string]types.AttributeValue) bool {
	for _, eq := range r.equal {
		if av := root[eq.attr.Name]; av == nil || !item.Equal(av, eq.value) {
			return false
		}
	}
	if r.Index != nil && slices.ContainsFunc(r.Index.Sort, func(a *Attr) bool { return item.TypeText(root[a.Name]) != string(a.Kind) }) {
		return false // the index does not have it
	}
	if r.sort == nil {
		return true
	}
	av := root[r.sort.Name]
	lower, upper := r.ends()
	return (lower == nil || item.Less(lower.value, av) || !lower.open && item.Equal(av, lower.value)) &&
		(upper == nil || item.Less(av, upper.value) || !upper.open && item.Equal(av, upper.value)) &&
		(r.prefix == nil || item.HasPrefix(av, r.prefix))
}

// Key are the attributes of the key of the table or index, less those whose values
// the range fixes: with the key of the object, they are a place in the range.
func (r *Range) Key() (place []*Attr) {
	if r.Index == nil {
		return nil
	}
	for _, a := range slices.Concat(r.Index.Partition, r.Index.Sort) {
		if !slices.ContainsFunc(r.equal, func(eq equality) bool { return eq.attr.Name == a.Name }) {
			place = append(place, a)
		}
	}
	return place
}

// Ordered reports whether the objects of the range come in an order.
func (r *Range) Ordered() bool {
	if r.Index != nil {
		return len(r.Index.Sort) > 0
	}
	return r.Spec != nil && len(r.Spec.Attrs) > 1
}

// Mixed reports whether the range may have objects of other entities, by what their
// keys are made of.
func (r *Range) Mixed() bool {
	return r.Spec != nil && r.Spec.Joined != nil && r.prefix == nil && len(r.equal) < len(r.Spec.Attrs) && (r.joined == nil || r.joined.prefix == "")
}

// Fixed are the values that the range fixes, by attribute.
func (r *Range) Fixed() map[string]types.AttributeValue {
	m := make(map[string]types.AttributeValue, len(r.equal))
	for _, eq := range r.equal {
		m[eq.attr.Name] = eq.value
	}
	return m
}

// Description says what the range is, and in which order: two ranges have the same
// one only if they are the same. The filter is not in it.
func (r *Range) Description() []string {
	text := []string{"table"}
	if r.Index != nil {
		text = []string{"index", r.Index.Name}
	}
	value := func(word, name string, av types.AttributeValue) {
		text = append(text, word, name, item.TypeText(av), tables.Key{Parts: []types.AttributeValue{av}}.Text())
	}
	for _, eq := range r.equal {
		value("=", eq.attr.Name, eq.value)
	}
	lower, upper := r.ends()
	if lower != nil {
		value(operator(">", lower), r.sort.Name, lower.value)
	}
	if upper != nil {
		value(operator("<", upper), r.sort.Name, upper.value)
	}
	if r.prefix != nil {
		value("begins", r.sort.Name, r.prefix)
	}
	if r.Backwards {
		text = append(text, "backwards")
	}
	return text
}
