package load

import (
	"context"
	"slices"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/dystore/dystore/internal/fail"
	"github.com/dystore/dystore/internal/fetch"
	"github.com/dystore/dystore/internal/item"
	"github.com/dystore/dystore/internal/stored"
	"github.com/dystore/dystore/internal/tables"
	"github.com/dystore/dystore/internal/wire"
)

// pageReader turns pages of items into objects, in the order of the items.
// Objects without parts are handed on at once. An object with parts, and
// everything after it, is queued until the parts fill a batch.
type pageReader struct {
	*Source
	r     *Reader
	ctx   context.Context
	yield func(*Object, error) bool // takes an object, which is not valid afterwards; false ends it

	waiting []*Object
	items   int                      // that they wait for
	wait    map[tables.Identity]bool // their keys, if Repeats
	handed  int
	keys    wire.Keys
	rest    bool // the limit was reached before the last item
}

// pages reads one page after the other, until there are no more or the taker
// wants none. The error ends it before.
func (p *pageReader) pages() error {
	var ahead chan fetched
	ctx, cancel := context.WithCancel(p.ctx)
	defer func() {
		cancel()
		if ahead != nil {
			<-ahead
		}
	}()
	for start := p.Start; ; {
		if err := p.ctx.Err(); err != nil {
			return err
		}
		next := ahead
		ahead = nil // it is taken, also if taking it panics
		page, err := p.page(start, next)
		if err != nil {
			return err
		}
		last := len(page.Next) == 0
		if p.Ahead && !last && (p.Limit == 0 || p.handed+len(page.Items) < p.Limit) {
			ahead = p.fetchAhead(ctx, page.Next)
		}
		more, err := p.read(page.Items)
		if err == nil {
			page.Release() // its objects have been handed on
		}
		switch {
		case err != nil:
			return err
		case !more:
			p.rest = p.rest || !last
			return nil
		case last:
			return nil
		}
		start = page.Next
	}
}

// fetched is a page that was read ahead.
type fetched struct {
	fetch.Page
	err      error
	panicked any // what the client panicked with
}

// fetchAhead fetches a page while the taker has the one before.
func (p *pageReader) fetchAhead(ctx context.Context, start attrs) chan fetched {
	ahead := make(chan fetched, 1)
	go func() {
		var f fetched
		defer func() {
			f.panicked = recover()
			ahead <- f
		}()
		f.Page, f.err = p.Pages(ctx, start)
	}()
	return ahead
}

// page is the page that begins after start.
func (p *pageReader) page(start attrs, ahead chan fetched) (fetch.Page, error) {
	if ahead == nil {
		return p.Pages(p.ctx, start)
	}
	f := <-ahead
	if f.panicked != nil {
		panic(f.panicked) // where the caller can recover
	}
	return f.Page, f.err
}

// read hands on the objects of a page, and takes its items over. It is false
// when the taker wants no more, or has as many as the limit is.
func (p *pageReader) read(items []*wire.Item) (more bool, err error) {
	var o *Object
	for i, it := range items {
		items[i] = nil
		if p.Leave != nil && p.Leave(it) {
			continue
		}
		if o = p.begin(o, it); o.otherEntity() {
			continue
		}
		n := p.needs(o)
		if n == 0 && len(p.waiting) == 0 {
			if !p.hand(o) {
				p.rest = p.any(items[i+1:])
				return false, nil
			}
			continue
		}
		if p.items+n > fetch.BatchKeys || p.Limit > 0 && p.handed+len(p.waiting) == p.Limit || p.Repeats && p.wait[o.Key.Identity()] {
			if more, err := p.flush(); !more {
				p.rest = true // at least this object
				return false, err
			}
		}
		p.waiting, p.items = append(p.waiting, o), p.items+n
		if p.Repeats {
			if p.wait == nil {
				p.wait = map[tables.Identity]bool{}
			}
			p.wait[o.Key.Identity()] = true
		}
		o = nil
	}
	return p.flush()
}

// any reports whether any of the items is one of the range.
func (p *pageReader) any(items []*wire.Item) bool {
	return slices.ContainsFunc(items, func(it *wire.Item) bool { return p.Leave == nil || !p.Leave(it) })
}

// needs is how many items an object waits for.
func (p *pageReader) needs(o *Object) int {
	switch {
	case o.done:
		return o.slots()
	case o.root == nil:
		return 1 + len(p.Guess)
	}
	return len(o.missing()) + o.slots()
}

// flush reads what the objects wait for, and hands them on.
func (p *pageReader) flush() (more bool, err error) {
	if len(p.waiting) == 0 {
		return true, nil
	}
	if err := p.r.Load(p.ctx, p.waiting, p.Strong, p.Guess); err != nil {
		return false, err
	}
	for i, o := range p.waiting {
		p.waiting[i] = nil
		if !p.hand(o) {
			return false, nil
		}
	}
	p.waiting, p.items = p.waiting[:0], 0
	clear(p.wait)
	return true, nil
}

// hand hands an object on, unless it was deleted after its page was read, has
// left the range, or is of another entity. It is false when the taker wants no more.
func (p *pageReader) hand(o *Object) bool {
	err := o.Err
	if err == nil {
		var passes bool
		if passes, err = o.sel.passes(p.ctx, o); !passes && err == nil {
			return true
		}
	}
	if err == fail.ErrNotFound || o.otherEntity() {
		return true
	}
	p.handed++
	return p.yield(o, err) && (p.Limit == 0 || p.handed < p.Limit)
}

// begin begins an object whose item was found. It uses the memory of one that is
// done with, if there is one.
func (p *pageReader) begin(used *Object, it *wire.Item) *Object {
	o, key := used, p.r.Tables.Keys
	if o == nil {
		o = &Object{Key: tables.Key{Parts: make([]types.AttributeValue, len(key))}, memory: new(stored.Memory)}
	}
	*o = Object{Key: o.Key, sel: p.Selection, among: p.kinds, memory: o.memory}
	if p.tracks() {
		o.memory = nil
	}
	for i, a := range key {
		o.Key.Parts[i] = it.Key(a.Name, o.Key.Parts[i], &p.keys)
	}
	if len(p.Place) > 0 {
		o.At = make([]types.AttributeValue, len(p.Place))
		for i, name := range p.Place {
			o.At[i] = it.Attr(name)
		}
	}
	if p.Foreign {
		if err := p.check(o.Key, it.Attrs()); err != nil {
			o.fail(err)
			return o
		}
	}
	if p.Whole && !p.r.Tables.Unread(it) {
		o.deliverRoot(p.r, it)
		o.asFiltered = true
		p.r.settle(o, 0)
	}
	return o
}

// tracks reports whether the record of an object may be remembered with its value.
func (p *pageReader) tracks() bool {
	return p.Selection == nil || p.Selection.Track || p.kinds != nil
}

// check refuses an item of the caller that cannot be one of the table.
func (p *pageReader) check(key tables.Key, it attrs) error {
	if err := p.r.Tables.CheckRootKey(key); err != nil {
		return err
	}
	if err := item.CheckValue("", &types.AttributeValueMemberM{Value: it}); err != nil {
		return fail.Withf(fail.ErrInvalid, "%w", err)
	}
	return nil
}

// otherEntity reports whether the root belongs to another entity.
func (o *Object) otherEntity() bool { return o.Err != nil && tables.IsOtherEntity(o.Err) }
