package load

import (
	"context"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/dystore/dystore/internal/fetch"
	"github.com/dystore/dystore/internal/tables"
)

// pageReader turns pages of root items into objects, in the order of the items.
// Objects without parts are handed on at once. An object with parts, and
// everything after it, is queued until the parts fill a batch.
type pageReader struct {
	r      *Reader
	ctx    context.Context
	sel    *Selection
	strong bool
	object func(*Object) bool // takes an object, which is not valid afterwards; false ends it

	waiting []*Object
	parts   int // that they wait for
}

// pages reads one page after the other, until there are no more or the taker
// wants none; stop is given an error that ends it before.
func (p *pageReader) pages(next fetch.Page, stop func(error)) {
	for start := attrs(nil); ; {
		if err := p.ctx.Err(); err != nil {
			stop(err)
			return
		}
		items, last, err := next(start)
		if err != nil {
			stop(err)
			return
		}
		more, err := p.read(items)
		if err != nil {
			stop(err)
		}
		if !more || len(last) == 0 {
			return
		}
		start = last
	}
}

// read hands on the objects of a page, and takes its items over. It is false
// when the taker wants no more.
func (p *pageReader) read(items []attrs) (more bool, err error) {
	var o *Object
	for i, it := range items {
		items[i] = nil
		if o = p.r.fromRoot(o, it, p.sel); o.otherEntity() {
			continue
		}
		n := len(o.missing())
		if n == 0 && len(p.waiting) == 0 {
			if !p.object(o) {
				return false, nil
			}
			continue
		}
		if p.parts+n > fetch.BatchKeys {
			if more, err := p.flush(); !more {
				return false, err
			}
		}
		p.waiting, p.parts = append(p.waiting, o), p.parts+n
		o = nil
	}
	return p.flush()
}

// flush reads the parts of the objects that wait, and hands them on.
func (p *pageReader) flush() (more bool, err error) {
	if len(p.waiting) == 0 {
		return true, nil
	}
	if err := p.r.Load(p.ctx, p.waiting, p.strong, nil); err != nil {
		return false, err
	}
	for i, o := range p.waiting {
		p.waiting[i] = nil
		if !p.object(o) {
			return false, nil
		}
	}
	p.waiting, p.parts = p.waiting[:0], 0
	return true, nil
}

// fromRoot begins an object whose root is already there. It uses the memory of
// one that is done with, if there is one.
func (r *Reader) fromRoot(used *Object, it attrs, sel *Selection) *Object {
	o, key := used, r.Tables.Keys
	if o == nil {
		o = &Object{Key: tables.Key{Parts: make([]types.AttributeValue, len(key))}}
	}
	*o = Object{Key: o.Key, sel: sel}
	for i, a := range key {
		o.Key.Parts[i] = it[a.Name]
	}
	o.deliverRoot(r, it)
	o.asFiltered = true
	r.settle(o, 0)
	return o
}

// otherEntity reports whether the root belongs to another entity.
func (o *Object) otherEntity() bool { return o.Err != nil && tables.IsOtherEntity(o.Err) }
