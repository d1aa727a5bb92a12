package keys

import (
	"errors"
	"fmt"
	"reflect"
	"slices"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/dystore/dystore/internal/item"
	"github.com/dystore/dystore/internal/joined"
	"github.com/dystore/dystore/internal/model"
)

// joinedRange is what a range of a joined key says of its sort keys: how they begin,
// and which field comes next.
type joinedRange struct {
	attr   *joinedAttr
	prefix string       // of all sort keys in the range: whole segments, each with its separator
	next   *joinedField // bounds are of it
	after  int          // how many segments follow it
}

// NewJoinedRange returns the range of the objects for which conditions hold: an Eq of
// each field of the partition key, and of the first ones of the sort key. Its sort keys
// have the words of the declaration.
func NewJoinedRange(s *Spec, conds []*model.Cond) *Range {
	r, of := newJoinedRange(s, conds)
	if r.Err != nil || len(s.Joined.attrs) < 2 {
		return r
	}
	a := &s.Joined.attrs[1]
	texts, next, after := a.leading(of)
	for _, c := range a.components[len(texts):] {
		if f := c.field; f != nil && of[f.at] != unknown && !s.Joined.attrs[0].has(f) {
			r.Err = fmt.Errorf("%s comes after %s in %s, of which nothing is said; Where takes other conditions", f.name, next.name, a.Name)
			return r
		}
	}
	text := joined.Join(texts)
	if next == nil {
		av, err := a.checkedText(1, text)
		r.equal, r.Err = append(r.equal, equality{attr: a.Attr, value: av}), err
		return r
	}
	r.sort, r.joined = a.Attr, &joinedRange{attr: a, next: next, after: after}
	if len(texts) > 0 {
		r.joined.prefix = text + joined.Separator
		r.prefix, r.Err = a.checkedText(1, r.joined.prefix)
	}
	return r
}

// NewJoinedPartition returns the range of all objects of a partition, whatever their
// sort keys are: conditions are an Eq of each field of the partition key.
func NewJoinedPartition(s *Spec, conds []*model.Cond) *Range {
	r, of := newJoinedRange(s, conds)
	if r.Err != nil || len(s.Joined.attrs) < 2 {
		return r
	}
	for _, f := range s.Joined.fields {
		if of[f.at] != unknown && !s.Joined.attrs[0].has(f) {
			r.Err = fmt.Errorf("%s is not in the partition key; In takes fields of the sort key, Where other conditions", f.name)
		}
	}
	return r
}

// newJoinedRange begins a range: it fixes the partition key.
func newJoinedRange(s *Spec, conds []*model.Cond) (*Range, segments) {
	r := &Range{Spec: s}
	switch {
	case s == nil:
		r.Err = errors.New("the range was made from a zero JoinedKey")
		return r, nil
	case len(s.Errs) > 0:
		r.Err = Declared(s.Errs[0])
		return r, nil
	}
	of, err := s.Joined.equal(conds, true)
	if r.Err = err; err != nil {
		return r, nil
	}
	a := &s.Joined.attrs[0]
	if _, left, _ := a.leading(of); left != nil {
		r.Err = fmt.Errorf("%s is in the partition key; say what it is equal to", left.name)
		return r, nil
	}
	av, err := a.value(0, of)
	r.equal, r.Err = []equality{{attr: a.Attr, value: av}}, err
	return r, of
}

// has reports whether an attribute is made of a field.
func (a *joinedAttr) has(f *joinedField) bool {
	return slices.ContainsFunc(a.components, func(c component) bool { return c.field == f })
}

// nextIs reports whether a lens leads to the next field.
func (j *joinedRange) nextIs(l *model.Lens) bool {
	return j != nil && len(l.Path) == 1 && l.Path[0].Name == j.next.name
}

// bound is the text that sort keys with a value of the next field begin with.
func (j *joinedRange) bound(by string, v reflect.Value) (types.AttributeValue, error) {
	if by == BeginsWith && (j.next.form == joinedNumber || j.next.form == joinedSeconds) {
		return nil, fmt.Errorf("%s: %s is a number", by, j.next.name)
	}
	text, err := j.next.segment(v, true)
	if text = j.prefix + text; err != nil || text == "" {
		return item.String(""), err
	}
	return j.attr.checkedText(1, text)
}

// ends are the bounds of sort keys for bounds of the next field. In a sort key that
// field is followed by a separator or by nothing, so a text with joined.Beyond is
// greater than all keys with the value, and less than all keys with a greater one; no
// key is equal to it. Bounds that are missing are those of the prefix.
func (j *joinedRange) ends(lower, upper *bound) (lo, hi *bound) {
	lo, hi = lower, upper
	if lo != nil && lo.open {
		lo = beyond(lo)
	}
	if hi != nil && j.after > 0 {
		if hi.open {
			hi = &bound{value: hi.value} // the field alone is no key
		} else {
			hi = beyond(hi)
		}
	}
	if n := len(j.prefix); n > 0 {
		if lo == nil {
			lo = &bound{value: item.String(j.prefix)}
		}
		if hi == nil {
			hi = &bound{value: item.String(j.prefix[:n-len(joined.Separator)] + joined.Beyond)}
		}
	}
	if lo != nil && item.EmptyText(lo.value) { // DynamoDB has no empty bound; every key is greater
		lo = nil
	}
	if hi != nil && item.EmptyText(hi.value) { // and none is less
		lo, hi = beyond(hi), beyond(hi)
	}
	if lo != nil && hi != nil && item.Less(hi.value, lo.value) {
		hi = lo // After and Before the same value: no key is there
	}
	return lo, hi
}

// beyond is a bound behind all sort keys that a text, or the text and a separator,
// begins. If that would be too long then no key continues the text.
func beyond(b *bound) *bound {
	text := b.value.(*types.AttributeValueMemberS).Value + joined.Beyond
	if len(text) > item.MaxSortKey {
		return b
	}
	return &bound{value: item.String(text)}
}
