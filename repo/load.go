package repo

import (
	"context"
	"errors"

	"github.com/aws/smithy-go"

	"github.com/dystore/dystore/internal/answer"
	"github.com/dystore/dystore/internal/backoff"
	"github.com/dystore/dystore/internal/fail"
	"github.com/dystore/dystore/internal/fetch"
	"github.com/dystore/dystore/internal/sorted"
	"github.com/dystore/dystore/internal/stored"
)

const loadRounds = 12

// load reads objects until each is whole, absent or broken; the error of one
// object is in its err, the returned one ends everything. Objects that come
// with a root (of a page) are not read again unless their parts differ.
//
// All objects of one call have the same projections.
func (c *reader) load(ctx context.Context, objs []*loading, strong bool, guess []fixedPart) error {
	for round := 1; round <= loadRounds; round++ {
		reads := c.needed(objs, guess, round)
		if len(reads.gets) == 0 {
			return nil
		}
		if changing(round) > 0 {
			if err := backoff.Read.Wait(ctx, round-3); err != nil {
				return fail.InTheWay(ErrBusy, changing(round), err)
			}
		}
		// Only the first round may be stale: what differs is settled strongly.
		items, err := c.get.Items(ctx, reads.gets, strong || round > 1, objs[0].proj)
		if reads.following && answer.Invalid(err) {
			return c.loadApart(ctx, objs, strong, err)
		}
		if err != nil {
			return fail.InTheWay(ErrBusy, changing(round), err)
		}
		reads.deliver(c, items, round, strong || round > 1)
		for _, o := range objs {
			c.judge(o, round)
		}
	}
	return c.loadIsolated(ctx, objs)
}

// changing is how many rounds before this one found an object changing: the
// first ones may only have had more to ask for.
func changing(round int) int {
	if round <= 3 {
		return 0
	}
	return round - 1
}

// loadApart goes on after the engine has refused a batch because of what a
// stored record says: the other objects do not suffer for it.
func (c *reader) loadApart(ctx context.Context, objs []*loading, strong bool, refusal error) error {
	if len(objs) == 1 {
		objs[0].fail(fail.Withf(ErrCorrupt, "the stored record leads to what cannot be read: %w", refusal))
		return nil
	}
	for _, o := range objs {
		o.seen, o.unfit = nil, nil // its rounds begin again
		if err := c.load(ctx, []*loading{o}, strong, nil); err != nil {
			return err
		}
	}
	return nil
}

// refusedRead reports whether DynamoDB found a read request wrong.
func refusedRead(err error) bool {
	var api smithy.APIError
	return errors.As(err, &api) && api.ErrorCode() == "ValidationException"
}

// reads pairs items to fetch with the objects that wait for them.
type reads struct {
	gets []fetch.Item
	obj  []*loading
	inst []stored.Inst // "" = root

	following bool // what a stored record says
}

func (r *reads) room(n int) {
	r.gets, r.obj, r.inst = make([]fetch.Item, 0, n), make([]*loading, 0, n), make([]stored.Inst, 0, n)
}

func (r *reads) add(o *loading, inst stored.Inst, g fetch.Item) {
	r.gets = append(r.gets, g)
	r.obj = append(r.obj, o)
	r.inst = append(r.inst, inst)
}

// needed lists what the objects still need. In the first round nothing is
// known of an object but its key: the parts whose keys follow from the
// declaration are read on the chance that they exist.
func (c *reader) needed(objs []*loading, guess []fixedPart, round int) (r reads) {
	if len(guess) > 0 && round == 1 {
		r.room(1 + len(guess)) // of one object, whose key is all that is known
	}
	for _, o := range objs {
		if o.done {
			continue
		}
		if o.root == nil || o.again {
			r.add(o, "", c.s.rootItem(o.key))
		}
		if o.root == nil && round == 1 {
			for _, p := range guess {
				r.add(o, p.inst, c.s.partItem(stored.Location{Table: p.place.Table, KeyName: p.place.KeyName,
					Key: stored.DerivedKey(c.s.entity, o.key.parts, p.inst)}))
			}
			continue
		}
		for _, inst := range o.missing() {
			r.following = true
			r.add(o, inst, c.s.partItem(o.meta.Locate(inst, o.key.parts)))
		}
	}
	return r
}

func (r *reads) deliver(c *reader, items []attrs, round int, strong bool) {
	for i, item := range items {
		o := r.obj[i]
		if r.inst[i] != "" {
			o.deliverPart(c, r.inst[i], item)
			continue
		}
		o.deliverRoot(c, item)
		if strong && o.meta != nil && !o.done {
			o.saw(round)
		}
	}
}

// judge decides what is known about an object after a round.
func (c *reader) judge(o *loading, round int) {
	if o.done {
		return
	}
	if o.meta == nil {
		o.done = true // written without a record: the item is the object
		return
	}
	if err := c.checkTables(o); err != nil {
		o.fail(err)
		return
	}
	c.dropProjections(o)
	missing := o.missing()
	if len(missing) == 0 {
		o.done = true
		return
	}
	for _, inst := range missing {
		p := o.parts[inst]
		if p == nil {
			continue // not asked for yet
		}
		if o.sameAround(o.unfit[inst]) {
			o.fail(fail.At(fail.Text(inst), fail.Withf(ErrCorrupt, "%s", o.wrong(c, inst, p))))
			return
		}
		o.misfits(inst, round)
	}
}

// checkTables refuses a manifest that leads into other tables than the model's,
// or two parts into one item.
func (c *reader) checkTables(o *loading) error {
	if c.atHome(o) {
		return nil
	}
	items := make(occupied, len(o.meta.Parts))
	for _, inst := range sorted.Keys(o.meta.Parts) {
		if !o.wants(inst) {
			continue
		}
		loc := o.meta.Locate(inst, o.key.parts)
		if err := c.s.checkTable(inst, loc); err != nil {
			return err
		}
		if err := items.take(inst, loc); err != nil {
			return err
		}
	}
	return nil
}

// checkManifest refuses a manifest that the parts of an object cannot be looked for
// by.
func (c *reader) checkManifest(key storedKey, m *stored.Root) error {
	return c.checkTables(&loading{key: key, meta: m})
}

// atHome reports whether every part is where the layout puts it, in tables of
// the model, as nearly always. Then no two are in one item: keys that are
// derived of different parts differ.
func (c *reader) atHome(o *loading) bool {
	for inst, ref := range o.meta.Parts {
		if !o.wants(inst) {
			continue
		}
		p := o.meta.Layout.Home(inst)
		if ref.Elsewhere() || p == nil || c.s.checkTable(inst, stored.Location{Table: p.Table, KeyName: p.KeyName}) != nil {
			return false
		}
	}
	return true
}
