package load

import (
	"context"
	"slices"

	"github.com/dystore/dystore/internal/answer"
	"github.com/dystore/dystore/internal/arn"
	"github.com/dystore/dystore/internal/backoff"
	"github.com/dystore/dystore/internal/damage"
	"github.com/dystore/dystore/internal/fail"
	"github.com/dystore/dystore/internal/fetch"
	"github.com/dystore/dystore/internal/schema"
	"github.com/dystore/dystore/internal/sorted"
	"github.com/dystore/dystore/internal/stored"
	"github.com/dystore/dystore/internal/tables"
	"github.com/dystore/dystore/internal/traced"
	"github.com/dystore/dystore/internal/wire"
	"github.com/dystore/dystore/trace"
)

const loadRounds = 12

// Load reads objects until each is whole, absent or broken; the error of one
// object is in its err, the returned one ends everything. Objects that come
// with a root (of a page) are not read again unless their parts differ.
//
// All objects of one call have the same projections. They may be of several models,
// whose tables one client reads.
func (r *Reader) Load(ctx context.Context, objs []*Object, strong bool, guess []schema.FixedPart) error {
	return r.loadFrom(ctx, 1, objs, strong, guess)
}

// loadFrom is Load with the rounds from one on.
func (r *Reader) loadFrom(ctx context.Context, first int, objs []*Object, strong bool, guess []schema.FixedPart) error {
	for round := first; round <= loadRounds; round++ {
		switch more, err := r.round(ctx, round, objs, strong, guess); {
		case err != nil:
			return err
		case !more:
			return r.count(ctx, objs, strong)
		}
	}
	if err := r.loadIsolated(ctx, objs); err != nil {
		return err
	}
	return r.count(ctx, objs, strong)
}

// round reads once what the objects still need; without more they need nothing.
func (r *Reader) round(ctx context.Context, round int, objs []*Object, strong bool, guess []schema.FixedPart) (more bool, err error) {
	reads := r.needed(objs, guess, round)
	if len(reads.gets) == 0 {
		return false, nil
	}
	if changing(round) > 0 {
		if err := backoff.Read.Wait(ctx, round-3); err != nil {
			return false, fail.InTheWay(fail.ErrBusy, changing(round), err)
		}
	}
	if reads.torn {
		ctx = traced.Because(ctx, trace.Torn)
	}
	// Only the first round may be stale: what differs is settled strongly.
	items, err := r.Fetch.Read(ctx, reads.gets, strong || round > 1, objs[0].proj)
	reads.lost(err)
	if reads.following && answer.Invalid(err) {
		return false, r.loadApart(ctx, objs, strong, err)
	}
	if err != nil {
		return false, fail.InTheWay(fail.ErrBusy, changing(round), err)
	}
	reads.deliver(r, items, round, strong || round > 1)
	for _, o := range objs {
		r.settle(o, round)
	}
	return true, nil
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
// stored record says: the other objects do not suffer for it. It reads each half
// by itself, so that few requests find the object.
func (r *Reader) loadApart(ctx context.Context, objs []*Object, strong bool, refusal error) error {
	if len(objs) == 1 {
		objs[0].fail(fail.Withf(fail.ErrCorrupt, "the manifest names an item that DynamoDB refuses to read: %w", refusal))
		return nil
	}
	for half := range slices.Chunk(objs, (len(objs)+1)/2) {
		for _, o := range half {
			o.seen, o.mismatched = nil, nil // its rounds begin again
		}
		if err := r.Load(ctx, half, strong, nil); err != nil {
			return err
		}
	}
	return nil
}

// reads pairs items to fetch with the objects that wait for them.
type reads struct {
	gets []fetch.Item
	obj  []*Object
	inst []stored.Inst // "" = root

	following bool // what a stored record says
	torn      bool // because a part did not fit its root
}

func (r *reads) room(n int) {
	r.gets, r.obj, r.inst = make([]fetch.Item, 0, n), make([]*Object, 0, n), make([]stored.Inst, 0, n)
}

func (r *reads) add(o *Object, inst stored.Inst, g fetch.Item) {
	r.gets = append(r.gets, g)
	r.obj = append(r.obj, o)
	r.inst = append(r.inst, inst)
}

// lost notes in the error of a region which parts were wanted of it.
func (r *reads) lost(err error) {
	fail.Lost(err, len(r.gets), func(region string, i int) (string, bool) {
		at, _ := arn.Region(r.gets[i].Table)
		return stored.PlaceOf(r.inst[i]).String(), at == region
	})
}

// needed lists what the objects still need. In the first round nothing is
// known of an object but its key: the parts whose keys follow from the
// declaration are read on the chance that they exist.
func (r *Reader) needed(objs []*Object, guess []schema.FixedPart, round int) (ask reads) {
	if len(guess) > 0 && round == 1 {
		ask.room(len(objs) * (1 + len(guess))) // their keys are all that is known
	}
	for _, o := range objs {
		if o.done {
			continue
		}
		in := o.reader(r).Tables
		ask.torn = ask.torn || o.rereadRoot
		if o.root == nil || o.rereadRoot {
			ask.add(o, "", in.RootItem(o.Key))
		}
		if o.root == nil && round == 1 {
			for _, p := range guess {
				ask.add(o, p.Inst, in.PartItem(p.Place.Derived(in.Entity, o.Key.Parts, p.Inst)))
			}
			continue
		}
		for _, inst := range o.missing() {
			ask.following = true
			ask.add(o, inst, in.PartItem(o.Meta.Locate(inst, o.Key.Parts)))
		}
	}
	return ask
}

func (r *reads) deliver(c *Reader, items []*wire.Item, round int, strong bool) {
	for i, item := range items {
		o := r.obj[i]
		if r.inst[i] != "" {
			o.deliverPart(c, r.inst[i], item)
			continue
		}
		o.deliverRoot(c, item)
		if strong && o.Meta != nil && !o.done && len(o.Meta.Parts) > 0 {
			o.note(round)
		}
	}
}

// settle decides what is known about an object after a round.
func (r *Reader) settle(o *Object, round int) {
	if o.done {
		return
	}
	if o.Meta == nil {
		o.done = true // written without a record: the item is the object
		return
	}
	r = o.reader(r)
	if err := r.checkTables(o); err != nil {
		o.fail(err)
		return
	}
	r.dropProjections(o)
	missing := o.missing()
	if len(missing) == 0 {
		o.done = true
		return
	}
	var lost []damage.Part
	for _, inst := range missing {
		p := o.parts[inst]
		if p == nil {
			continue // not asked for yet
		}
		if o.rootUnchangedAround(o.mismatched[inst]) {
			lost = append(lost, o.lost(r, inst, p))
		} else {
			o.mismatch(inst, round)
		}
	}
	o.lose(lost)
}

// checkTables refuses a manifest that leads into other tables than the model's,
// or two parts into one item.
func (r *Reader) checkTables(o *Object) error {
	if r.atHome(o) {
		return nil
	}
	items := make(tables.Items, len(o.Meta.Parts))
	for _, inst := range sorted.Keys(o.Meta.Parts) {
		if !o.wants(inst) {
			continue
		}
		loc := o.Meta.Locate(inst, o.Key.Parts)
		if err := r.Tables.CheckTable(inst, loc); err != nil {
			return err
		}
		if err := items.Take(inst, loc); err != nil {
			return err
		}
	}
	return nil
}

// CheckManifest refuses a record by which the parts of an object, and what it claims,
// cannot be looked for.
func (r *Reader) CheckManifest(key tables.Key, m *stored.Root) error {
	if err := r.checkTables(&Object{Key: key, Meta: m}); err != nil || len(m.Claims) == 0 {
		return err
	}
	items := tables.ItemsOf(&stored.Root{Entity: m.Entity, Layout: m.Layout, Parts: m.Parts}, key.Parts)
	for _, name := range sorted.Keys(m.Claims) {
		if err := r.Tables.CheckClaim(name, m.Claims[name]); err != nil {
			return err
		}
		if err := items.Take(stored.Inst(name), m.Claims[name]); err != nil {
			return err
		}
	}
	return nil
}

// atHome reports whether every part is where the layout puts it, in tables of
// the model, as nearly always. Then no two are in one item: keys that are
// derived of different parts differ.
func (r *Reader) atHome(o *Object) bool {
	for inst, ref := range o.Meta.Parts {
		if !o.wants(inst) {
			continue
		}
		p := o.Meta.Layout.Home(inst)
		if ref.Elsewhere() || p == nil || r.Tables.CheckTable(inst, stored.Location{Table: p.Table, KeyName: p.KeyName}) != nil {
			return false
		}
	}
	return true
}
