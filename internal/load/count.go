package load

import (
	"context"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/dystore/dystore/internal/expr"
	"github.com/dystore/dystore/internal/item"
	"github.com/dystore/dystore/internal/keys"
)

// Count counts the objects of a range. DynamoDB counts, unless it cannot tell which
// items are objects of the model and in the range: then the roots are read.
func (t *Typed) Count(ctx context.Context, r *keys.Range, l Listing) (n int64, err error) {
	in, err := t.open(ctx, r)
	if err != nil {
		return 0, err
	}
	if in.whole() && in.filter == nil && !in.Half() && in.Sought() == nil {
		return in.count(ctx, in.strong(l.Options))
	}
	s, err := in.source(l)
	if err != nil {
		return 0, err
	}
	s.Selection = &Selection{Schema: t.Schema, in: in, rootsOnly: true}
	s.Guess = nil
	t.Each(ctx, s, func(o *Object, why error) bool {
		if o == nil || o.Err == nil && why != nil { // the filter cannot tell
			err = why
			return false
		}
		n++
		return true
	})
	return n, err
}

// count lets DynamoDB count. Items of other entities in the table are left out. Where
// the key of an item without a record says whether it is one, the keys are read: that
// costs what counting costs.
func (in *rangeReader) count(ctx context.Context, strong bool) (n int64, err error) {
	form := in.t.Schema.Form
	next := in.pages(strong, &request{count: true, keys: form != nil})
	for start := attrs(nil); ; {
		page, err := next(ctx, start)
		if err != nil {
			return 0, err
		}
		for _, it := range page.Attrs() { // there are none unless the keys are read
			if !in.t.Schema.Recorded(it) && !form.Fits(in.t.Schema.KeyIn(it)) {
				n--
			}
		}
		if n += page.Count; len(page.Next) == 0 {
			return n, nil
		}
		start = page.Next
	}
}

// ofEntity is the condition that an item is not of another entity.
func (in *rangeReader) ofEntity(e *expr.Builder) string {
	if in.t.Schema.Plain {
		return ""
	}
	entity := e.Path(in.t.Schema.MetaAttr, "e")
	return "(NOT attribute_type(" + entity + ", " + e.Value(item.String("S")) + ") OR " + entity + " = " + e.Value(item.String(in.t.Schema.Entity)) + ")"
}

// selects is what a request returns.
func (q *request) selects() types.Select {
	if q.count && !q.keys {
		return types.SelectCount
	}
	return ""
}
