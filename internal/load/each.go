package load

import (
	"context"
	"reflect"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/dystore/dystore/internal/fetch"
	"github.com/dystore/dystore/internal/schema"
	"github.com/dystore/dystore/internal/tables"
	"github.com/dystore/dystore/internal/wire"
)

// Source is where objects are found, and how they are read.
type Source struct {
	Pages     fetch.Pages
	Start     attrs // where the first page begins; nil: at the beginning
	Ahead     bool  // the next page is read while the taker has one
	Limit     int   // objects; 0: all
	Strong    bool
	Whole     bool                  // the items are root items; others have only keys
	Leave     func(*wire.Item) bool // which items are none of the range; nil: all are of it
	Repeats   bool                  // several items may be of one object; DynamoDB refuses a batch that has a key twice
	Foreign   bool                  // the items come from the caller, and may be anything
	Place     []string              // attributes of the items that the taker wants with each object
	Guess     []schema.FixedPart    // parts to ask for beside a root, of items that have only keys
	Selection *Selection            // nil: everything

	kinds []kind // the models that items are of, each with its selection; nil: the reader's own
}

// Each reads the objects of a source, as long as yield wants more. One that was
// deleted after its page was read is left out. An error that ends it comes without
// an object. There is a rest if the limit was reached before the last item.
func (r *Reader) Each(ctx context.Context, s *Source, yield func(*Object, error) bool) (rest bool) {
	p := &pageReader{Source: s, r: r, ctx: ctx, yield: yield}
	if err := p.pages(); err != nil {
		yield(nil, err)
	}
	return p.rest
}

// Result is an object of a source, or why it cannot be had. An error without a key
// ends the source.
type Result struct {
	Key   tables.Key
	Value reflect.Value          // a *T
	At    []types.AttributeValue // of Source.Place
	Err   error
}

// Ends reports whether nothing follows.
func (r *Result) Ends() bool { return r.Key.Parts == nil }

// Objects is Each for values.
func (t *Typed) Objects(ctx context.Context, s *Source, yield func(Result) bool) (rest bool) {
	return t.Each(ctx, s, func(o *Object, err error) bool {
		if o == nil {
			return yield(Result{Err: err})
		}
		res := Result{Key: o.Key, At: o.At, Err: err}
		if err == nil {
			res.Value, _, res.Err = o.typed(t).finish(ctx, o)
		}
		return yield(res)
	})
}
