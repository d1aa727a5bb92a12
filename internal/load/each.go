package load

import (
	"context"
	"reflect"

	"github.com/dystore/dystore/internal/fail"
	"github.com/dystore/dystore/internal/fetch"
	"github.com/dystore/dystore/internal/tables"
)

// Each reads the objects whose roots the pages hold, as long as yield wants more;
// one that was deleted after its page was read is left out. An error that ends it
// comes without an object.
func (r *Reader) Each(ctx context.Context, sel *Selection, strong bool, next fetch.Page, yield func(*Object, error) bool) {
	p := &pageReader{r: r, ctx: ctx, sel: sel, strong: strong, object: func(o *Object) bool {
		if o.Err != nil {
			return o.Err == fail.ErrNotFound || yield(o, o.Err)
		}
		passes, err := sel.passes(o)
		return !passes && err == nil || yield(o, err)
	}}
	p.pages(next, func(err error) { yield(nil, err) })
}

// Objects is Each for values.
func (t *Typed) Objects(ctx context.Context, opts Options, next fetch.Page, yield func(tables.Key, reflect.Value, error) bool) {
	sel, err := t.Select(opts)
	if err != nil {
		yield(tables.Key{}, reflect.Value{}, err)
		return
	}
	t.Each(ctx, sel, !opts.Eventually, next, func(o *Object, err error) bool {
		var v reflect.Value
		if err == nil {
			v, _, err = t.finish(ctx, o)
		}
		if o == nil {
			return yield(tables.Key{}, v, err)
		}
		return yield(o.Key, v, err)
	})
}
