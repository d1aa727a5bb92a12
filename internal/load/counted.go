package load

import (
	"context"

	"github.com/dystore/dystore/internal/schema"
	"github.com/dystore/dystore/internal/slots"
)

// counters are those that are read with an object. Without a record it has none.
func (o *Object) counters() []*schema.Counter {
	if o.sel == nil || !o.sel.counts || o.counted != nil || o.Meta == nil || o.Err != nil {
		return nil
	}
	return o.sel.Schema.Counters
}

// slots is how many items the counters wait for.
func (o *Object) slots() (n int) {
	for _, c := range o.counters() {
		n += c.Slots
	}
	return n
}

// count reads the counters of objects.
func (r *Reader) count(ctx context.Context, objs []*Object, strong bool) error {
	var all []*slots.Count
	var of []*Object
	for _, o := range objs {
		if c := o.counters(); len(c) > 0 {
			all, of = append(all, &slots.Count{Counters: c, Entity: o.Meta.Entity, Key: o.Key.Parts, Birth: o.Meta.Base().Birth}), append(of, o)
		}
	}
	if len(all) == 0 {
		return nil
	}
	if err := slots.Read(ctx, r.Fetch, all, strong); err != nil {
		return err
	}
	for i, o := range of {
		o.counted, o.Err = all[i], all[i].Err
	}
	return nil
}
