package load

import (
	"context"
	"slices"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/dystore/dystore/internal/expr"
	"github.com/dystore/dystore/internal/fail"
	"github.com/dystore/dystore/internal/fetch"
	"github.com/dystore/dystore/internal/filter"
	"github.com/dystore/dystore/internal/item"
	"github.com/dystore/dystore/internal/keys"
	"github.com/dystore/dystore/internal/wire"
)

// Listing says how the objects of a range are read.
type Listing struct {
	Options
	Limit    int      // objects; 0: all
	OnDemand bool     // no page is read ahead
	Start    attrs    // where to begin; nil: at the beginning
	Exact    bool     // the taker asks for the rest: so one item more is read than the limit is
	Position bool     // the taker wants to know where each object was found
	Segment  *Segment // of a parallel scan; nil: the whole range

	Members []Member // whose objects are wanted; nil: the reader's own
}

// rangeReader reads one range: the table or the index that it is of, its key
// condition and its filter.
type rangeReader struct {
	*keys.Range
	t      *Typed
	filter *filter.Filter // nil: none
}

// open checks a range, and makes the tags of encrypted values that it is of.
func (t *Typed) open(ctx context.Context, r *keys.Range) (*rangeReader, error) {
	switch {
	case r == nil:
		return nil, fail.Withf(fail.ErrInvalid, "no range is given")
	case r.Err != nil:
		return nil, fail.Withf(fail.ErrInvalid, "key range: %w", r.Err)
	case r.Spec != nil && r.Spec.Attrs[0] != t.Schema.Key.Attrs[0]: // with or without generators it is one key
		return nil, fail.Withf(fail.ErrInvalid, "the range is of another key declaration than the model's")
	case r.Index != nil && !slices.Contains(t.Schema.Indexes, r.Index):
		return nil, fail.Withf(fail.ErrInvalid, "the range is of index %s, which is not a part of the model", r.Index.Name)
	}
	r, err := t.Schema.Tags.In(ctx, r)
	if err != nil {
		return nil, err
	}
	in := &rangeReader{Range: r, t: t}
	if r.Where != nil {
		if in.filter, err = filter.New(t.Schema, r); err != nil {
			return nil, err
		}
	}
	return in, nil
}

// Source is where the objects of a range are found.
func (t *Typed) Source(ctx context.Context, r *keys.Range, l Listing) (*Source, error) {
	in, err := t.open(ctx, r)
	if err != nil {
		return nil, err
	}
	return in.source(l)
}

// source is where the objects of the range are found, or of a segment of it.
func (in *rangeReader) source(l Listing) (*Source, error) {
	s := &Source{Start: l.Start, Ahead: !l.OnDemand, Limit: l.Limit, Strong: !l.Eventually, Whole: in.whole(), Repeats: in.Index != nil}
	if err := in.choose(s, &l); err != nil {
		return nil, err
	}
	if in.Half() {
		s.Leave = func(it *wire.Item) bool { return in.Excluded(it.Attr(in.Ended())) }
	}
	if l.Position {
		s.Place = in.place()
	}
	s.Pages = in.pages(in.strong(l.Options), &request{limit: in.pageLimit(l), names: in.names(), segment: l.Segment})
	return s, nil
}

// choose says what is read of the objects.
func (in *rangeReader) choose(s *Source, l *Listing) (err error) {
	if l.Members != nil {
		s.kinds, err = in.kinds(l)
		return err
	}
	if s.Selection, err = in.t.Select(l.Options); err != nil {
		return err
	}
	s.Selection.in = in
	if !s.Whole {
		s.Guess = s.Selection.Guesses()
	}
	return nil
}

// maxLimit is up to which number of objects DynamoDB is told that it is enough.
const maxLimit = 1001

// leastLimit is the limit of a page in which most items may be of other entities.
const leastLimit = 100

// pageLimit keeps DynamoDB from reading far more than is wanted. Its limit counts
// what is read, not what passes a filter.
func (in *rangeReader) pageLimit(l Listing) *int32 {
	n := l.Limit
	if l.Exact {
		n++
	}
	if n <= 0 || n > maxLimit || in.filter != nil || l.Segment != nil && !l.Exact { // segments together have one limit
		return nil
	}
	switch {
	case in.Half() && in.Index != nil: // any number of items may lie on an open end
		return nil
	case in.Half(): // one item at each end at most
		n += 2
	case in.Mixed() || in.Everything() && in.t.Schema.Form != nil:
		n = max(n, leastLimit)
	}
	return new(int32(n))
}

// whole reports whether the items of the range are root items.
func (in *rangeReader) whole() bool { return in.Index == nil || in.Index.Whole() }

// strong reports whether the items are read consistently. A global index cannot be.
func (in *rangeReader) strong(opts Options) bool {
	return !opts.Eventually && (in.Index == nil || in.Index.Local())
}

// place are the attributes that are a place in the range: those of the key of the
// index and of the object that the range does not fix.
func (in *rangeReader) place() (names []string) {
	fixed := in.Fixed()
	for _, a := range in.Key() {
		names = append(names, a.Name)
	}
	for _, k := range in.t.Schema.Keys {
		if fixed[k.Name] == nil && !slices.Contains(names, k.Name) {
			names = append(names, k.Name)
		}
	}
	return names
}

// names are the attributes that are read, nil for all: of an index without whole
// items those that say which object it is, and where.
func (in *rangeReader) names() []string {
	if in.whole() {
		return nil
	}
	names := in.place()
	for name := range in.Fixed() {
		if in.t.Schema.IsKeyName(name) {
			names = append(names, name)
		}
	}
	return names
}

// request says how a range is read, beside what it is.
type request struct {
	limit   *int32
	names   []string // attributes to be read; nil: all
	segment *Segment // of a parallel scan; nil: it is none
	count   bool     // items are counted, not returned
	keys    bool     // of those that are counted the keys are returned, and the entity
}

// pages are those of a Query, or of a Scan of everything.
func (in *rangeReader) pages(strong bool, q *request) fetch.Pages {
	var e expr.Builder
	var filter, projection *string
	switch {
	case q.count:
		filter = text(expr.And(in.ofEntity(&e), in.t.Schema.Counts(&e)))
	case in.filter != nil:
		filter = text(in.filter.Text(&e))
	}
	if q.names != nil || q.keys {
		var docs []string
		for _, name := range q.names {
			docs = append(docs, e.Name(name))
		}
		if q.keys {
			docs = in.t.Schema.KeyDocs(&e)
		}
		projection = &e.Project(docs...).Expression
	}
	table, get := new(in.t.Schema.RootTable()), in.t.Fetch
	if in.Everything() {
		s := &dynamodb.ScanInput{TableName: table, ConsistentRead: &strong, Limit: q.limit, FilterExpression: filter, Select: q.selects(),
			ProjectionExpression: projection, ExpressionAttributeNames: e.Names, ExpressionAttributeValues: e.Values}
		if q.segment != nil {
			s.Segment, s.TotalSegments = &q.segment.N, &q.segment.Of
		}
		return get.Scan(s)
	}
	key := in.Condition(&e)
	s := &dynamodb.QueryInput{TableName: table, ConsistentRead: &strong, Limit: q.limit, FilterExpression: filter, Select: q.selects(),
		ProjectionExpression: projection, KeyConditionExpression: &key, ScanIndexForward: new(!in.Backwards)}
	if in.Index != nil {
		s.IndexName = &in.Index.Name
	}
	s.ExpressionAttributeNames, s.ExpressionAttributeValues = e.Names, e.Values
	return get.Query(s)
}

// text is nil for an empty expression, which DynamoDB would refuse.
func text(s string) *string {
	if s == "" {
		return nil
	}
	return &s
}

// Segment is one of the parts of a parallel scan.
type Segment struct{ N, Of int32 }

// rest is where the rest of a caller's items begins.
var rest = attrs{"": nil}

// Items is a source of root items that the caller has read. They are not changed.
func (t *Typed) Items(items []map[string]types.AttributeValue, l Listing) (*Source, error) {
	sel, err := t.Select(l.Options)
	if err != nil {
		return nil, err
	}
	left := items
	pages := func(context.Context, map[string]types.AttributeValue) (fetch.Page, error) {
		n := min(len(left), fetch.BatchKeys)
		page := fetch.Page{Items: make([]*wire.Item, n)}
		for i, it := range left[:n] {
			page.Items[i] = wire.Decoded(item.CloneMap(it))
		}
		if left = left[n:]; len(left) > 0 {
			page.Next = rest
		}
		return page, nil
	}
	return &Source{Pages: pages, Limit: l.Limit, Strong: !l.Eventually, Whole: true, Repeats: true, Foreign: true, Selection: sel}, nil
}
