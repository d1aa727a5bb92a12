package repo

import (
	"context"
	"errors"
	"fmt"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
	"github.com/aws/smithy-go"

	"github.com/dystore/dystore/internal/fail"
	"github.com/dystore/dystore/internal/sorted"
	"github.com/dystore/dystore/internal/stored"
)

const loadRounds = 12

// load reads objects until each is whole, absent or broken; the error of one
// object is in its err, the returned one ends everything. Objects that come
// with a root (of a page) are not read again unless their parts differ.
//
// All objects of one call have the same projections.
func (c *core) load(ctx context.Context, objs []*loading, strong bool, guess []stored.Inst) error {
	for round := 1; round <= loadRounds; round++ {
		reads := c.collect(objs, guess, round)
		if len(reads.gets) == 0 {
			return nil
		}
		if changing(round) > 0 {
			if err := sleep(ctx, round-3); err != nil {
				return inTheWay(ErrBusy, changing(round), err)
			}
		}
		// Only the first round may be stale: what differs is settled strongly.
		items, err := c.fetch(ctx, reads.gets, strong || round > 1, objs[0].proj)
		if reads.following && refusedRead(err) {
			return c.loadApart(ctx, objs, strong, err)
		}
		if err != nil {
			return inTheWay(ErrBusy, changing(round), err)
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
func (c *core) loadApart(ctx context.Context, objs []*loading, strong bool, refusal error) error {
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
	gets []get
	obj  []*loading
	inst []stored.Inst // "" = root

	following bool // what a stored record says
}

func (r *reads) room(n int) {
	r.gets, r.obj, r.inst = make([]get, 0, n), make([]*loading, 0, n), make([]stored.Inst, 0, n)
}

func (r *reads) add(o *loading, inst stored.Inst, g get) {
	r.gets = append(r.gets, g)
	r.obj = append(r.obj, o)
	r.inst = append(r.inst, inst)
}

// collect lists what the objects still need. In the first round nothing is
// known of an object but its key: the parts whose keys follow from the
// declaration are read on the chance that they exist.
func (c *core) collect(objs []*loading, guess []stored.Inst, round int) (r reads) {
	if len(guess) > 0 && round == 1 {
		r.room(1 + len(guess)) // of one object, whose key is all that is known
	}
	for _, o := range objs {
		if o.done {
			continue
		}
		if o.root == nil || o.again {
			r.add(o, "", get{c.table(c.s.table), c.s.keyAttrs(o.key)})
		}
		if o.root == nil && round == 1 {
			for _, inst := range guess {
				p := c.s.fixed[inst]
				r.add(o, inst, c.partGet(stored.Location{Table: p.Table, KeyName: p.KeyName,
					Key: stored.DerivedKey(c.s.entity, o.key.parts, inst)}))
			}
			continue
		}
		for _, inst := range o.missing() {
			r.following = true
			r.add(o, inst, c.partGet(o.meta.Locate(inst, o.key.parts)))
		}
	}
	return r
}

func (c *core) partGet(l stored.Location) get {
	return get{c.table(l.Table), attrs{l.KeyName: &types.AttributeValueMemberS{Value: l.Key}}}
}

func (r *reads) deliver(c *core, items []attrs, round int, strong bool) {
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
func (c *core) judge(o *loading, round int) {
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
	c.unproject(o)
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

// checkTables refuses to follow a manifest into a table that neither the
// layout nor MovedFrom nor AllowTables names: metadata must not decide where we
// read or delete.
func (c *core) checkTables(o *loading) error {
	if c.atHome(o) {
		return nil
	}
	items := make(occupied, len(o.meta.Parts))
	for _, inst := range sorted.Keys(o.meta.Parts) {
		if !o.wants(inst) {
			continue
		}
		loc := o.meta.Locate(inst, o.key.parts)
		if err := c.checkTable(inst, loc); err != nil {
			return err
		}
		if err := items.take(inst, loc); err != nil {
			return err
		}
	}
	return nil
}

// occupied are the items of an object's parts. No two parts are in one.
type occupied map[stored.Location]stored.Inst

func (o occupied) take(inst stored.Inst, loc stored.Location) error {
	if other, twice := o[loc]; twice {
		return fail.At(fail.Text(inst), fail.Withf(ErrCorrupt, "the stored layout puts this part into the item of %s", other))
	}
	o[loc] = inst
	return nil
}

// atHome reports whether every part is where the layout puts it, in tables of
// the model, as nearly always. Then no two are in one item: keys that are
// derived of different parts differ.
func (c *core) atHome(o *loading) bool {
	for inst, ref := range o.meta.Parts {
		if !o.wants(inst) {
			continue
		}
		p := o.meta.Layout.Home(inst)
		if ref.Elsewhere() || p == nil || c.checkTable(inst, stored.Location{Table: p.Table, KeyName: p.KeyName}) != nil {
			return false
		}
	}
	return true
}

func (c *core) checkTable(inst stored.Inst, loc stored.Location) error {
	key, named := c.s.tables[loc.Table]
	switch {
	case !named:
		return fail.At(fail.Text(inst), fail.Withf(ErrCorrupt, "the stored layout puts this part into table %s, which the model does not name; see shard.MovedFrom and repo.AllowTables", loc.Table))
	case key != "" && key != loc.KeyName:
		return fail.At(fail.Text(inst), fail.Withf(ErrCorrupt, "the stored layout has the key attribute %q for table %s, whose key is %q", loc.KeyName, loc.Table, key))
	}
	return nil
}

// rootMeta decodes the record of a root item; nil if there is none.
func (c *core) rootMeta(item attrs) (*stored.Root, error) {
	av, ok := item[c.s.metaAttr]
	if !ok || c.s.plain {
		return nil, nil
	}
	m, err := c.layouts.Decode(av)
	if err != nil {
		var tooNew *stored.TooNewError
		if errors.As(err, &tooNew) {
			return nil, fail.At(fail.Text(c.s.metaAttr), fail.Withf(ErrSchemaTooNew, "%w", err))
		}
		return nil, fail.At(fail.Text(c.s.metaAttr), fail.Withf(ErrCorrupt, "%w", err))
	}
	if c.s.entity != "" && m.Entity != c.s.entity {
		return nil, fail.At(fail.Text(c.s.metaAttr), &foreignError{m.Entity, c.s.entity})
	}
	return m, nil
}

// foreignError: another kind of object stands under the key.
type foreignError struct{ got, want string }

func (e *foreignError) Error() string {
	return fmt.Sprintf("%v: the item is an object of entity %q, not %q", ErrCorrupt, e.got, e.want)
}

func (e *foreignError) Unwrap() error { return ErrCorrupt }

func isForeign(err error) bool {
	var f *foreignError
	return errors.As(err, &f)
}

// errGone: the object was deleted after its page was read.
var errGone = errors.New("deleted meanwhile")
