package repo

import (
	"context"
	"reflect"

	"github.com/dystore/dystore/internal/fetch"
)

// objects reads the objects whose roots the pages hold, as long as yield wants
// more. An error that ends it comes with no key.
func (c *typed) objects(ctx context.Context, opts readOptions, next fetch.Page, yield func(storedKey, reflect.Value, error) bool) {
	stop := func(err error) { yield(storedKey{}, reflect.Value{}, err) }
	sel, err := c.selection(opts)
	if err != nil {
		stop(err)
		return
	}
	p := &pageReader{c: &c.reader, ctx: ctx, sel: sel, strong: !opts.eventually, object: func(o *loading) bool {
		if o.err == ErrNotFound {
			return true // deleted after its page was read
		}
		if o.err != nil {
			return yield(o.key, reflect.Value{}, o.err)
		}
		v, _, err := c.finish(ctx, o)
		return yield(o.key, v, err)
	}}
	p.pages(next, stop)
}
