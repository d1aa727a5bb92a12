package load

import (
	"context"
	"errors"
	"fmt"
	"reflect"

	"github.com/dystore/dystore/internal/fail"
	"github.com/dystore/dystore/internal/fetch"
	"github.com/dystore/dystore/internal/item"
	"github.com/dystore/dystore/internal/parallel"
	"github.com/dystore/dystore/internal/schema"
	"github.com/dystore/dystore/internal/stored"
	"github.com/dystore/dystore/internal/tables"
)

// atOnce is how many items are asked for in one go. So items are in memory, beside
// the values that are made of them, for some objects only: their roots and fixed
// parts, and then the other parts of some of these.
const atOnce = parallel.AtOnce * fetch.BatchKeys

// Found is what is stored under a key. Without a value and an error, nothing is.
type Found struct {
	Value reflect.Value
	Err   error
	known bool
}

// Many reads the objects with keys; the result is parallel to them. An object is
// read once, however often its key occurs, and each of its places gets a value of
// its own. An error that ends everything is that of every object that was not read.
func (t *Typed) Many(ctx context.Context, keys []tables.Key, opts Options) ([]Found, error) {
	sel, err := t.Select(opts)
	if err != nil {
		return nil, err
	}
	m := &many{t: t, ctx: ctx, found: make([]Found, len(keys))}
	m.wanted = t.Tables.Distinct(keys, func(at int, err error) { m.found[at] = Found{Err: err, known: true} })
	guess := sel.Guesses()
	some := max(1, atOnce/(1+len(guess)))
	for first := 0; first < len(m.wanted); first += some {
		if err := m.read(first, min(first+some, len(m.wanted)), sel, !opts.Eventually, guess); err != nil {
			m.end(err)
			break
		}
	}
	return m.found, nil
}

// many is one call of Many.
type many struct {
	t      *Typed
	ctx    context.Context
	wanted []tables.Places
	found  []Found
	inRow  int // objects that a key source gave no key for, one after the other
}

// end notes an error that ended everything.
func (m *many) end(err error) {
	for at := range m.found {
		if f := &m.found[at]; !f.known {
			f.Err = err
		}
	}
}

// read reads some of what is wanted. Objects that are whole after one round are
// done with; those that have other parts follow, as many at a time as have atOnce
// items.
func (m *many) read(first, last int, sel *Selection, strong bool, guess []schema.FixedPart) error {
	if err := m.ctx.Err(); err != nil {
		return err
	}
	objs, all := make([]*Object, last-first), make([]Object, last-first)
	for i := range objs {
		objs[i], all[i] = &all[i], *NewObject(m.wanted[first+i].Key, sel)
	}
	if _, err := m.t.round(m.ctx, 1, objs, strong, guess); err != nil {
		return err
	}
	var waiting []*Object
	var at []int // which of wanted they are
	items := 0
	rest := func() error {
		if err := m.t.loadFrom(m.ctx, 2, waiting, strong, nil); err != nil {
			return err
		}
		for i, o := range waiting {
			if err := m.take(o, m.wanted[at[i]].At); err != nil {
				return err
			}
		}
		waiting, at, items = waiting[:0], at[:0], 0
		return nil
	}
	for i, o := range objs {
		if o.done && o.slots() == 0 {
			if err := m.take(o, m.wanted[first+i].At); err != nil {
				return err
			}
			continue
		}
		n := 1 + len(o.missing()) + o.slots()
		if items+n > atOnce && items > 0 {
			if err := rest(); err != nil {
				return err
			}
		}
		waiting, at, items = append(waiting, o), append(at, first+i), items+n
	}
	return rest()
}

// take makes a value of an object for each of its places. It ends the call if the
// source of the keys has failed several times in a row: each time may take long.
func (m *many) take(o *Object, places []int) error {
	var err error
	for i, at := range places {
		f := &m.found[at]
		f.known = true
		switch {
		case o.Err == fail.ErrNotFound:
		case o.Err != nil:
			f.Err = o.Err
		case i < len(places)-1:
			f.Value, _, f.Err = m.t.finish(m.ctx, o.clone())
		default:
			f.Value, _, f.Err = m.t.finish(m.ctx, o)
		}
		err = f.Err
	}
	o.root, o.parts = nil, nil // in memory beside the values are only those of others
	if !errors.Is(err, fail.ErrUnavailable) {
		m.inRow = 0
		return nil
	}
	if m.inRow++; m.inRow < parallel.AtOnce {
		return nil
	}
	return fmt.Errorf("not read, because %d objects in a row could not be opened: %w", m.inRow, err)
}

// clone is an object of which another value can be made.
func (o *Object) clone() *Object {
	c := *o
	c.root, c.parts = o.root.Copy(item.CloneMap), make(map[stored.Inst]*partRead, len(o.parts))
	for inst, p := range o.parts {
		part := *p
		part.item = p.item.Copy(item.CloneMap)
		c.parts[inst] = &part
	}
	return &c
}
