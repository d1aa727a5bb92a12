package repo

import (
	"context"
	"errors"
	"maps"
	"reflect"

	"github.com/dystore/dystore/internal/commit"
	"github.com/dystore/dystore/internal/fail"
	"github.com/dystore/dystore/internal/item"
	"github.com/dystore/dystore/internal/model"
	"github.com/dystore/dystore/internal/place"
	"github.com/dystore/dystore/internal/stored"
	"github.com/dystore/dystore/lens"
)

// Update changes single paths of an object that must exist, in one atomic
// request: the item that owns each path is changed, and the root's version is
// raised. Nothing is read first, unless a change depends on what is stored (an
// element of a divided list, an object written under another layout); then a
// second request follows the first. Options are given with Repo.With.
//
// Errors: ErrNotFound, ErrNoPath, ErrCondition (If), ErrConflict
// (IfUnchanged), ErrInvalid before any request.
func (r *Repo[T]) Update(ctx context.Context, key Key[T], changes ...lens.Change[T]) error {
	erased := make([]*model.Change, len(changes))
	for i, ch := range changes {
		if !model.IsNil(ch) {
			erased[i] = ch.ModelChange()
		}
	}
	id, err := r.c.update(ctx, key.storedKey, erased, r.view.call("Update", nil))
	return r.c.fail("Update", key.storedKey, id, err)
}

// UpdateGet is Update followed by a Get: the object it returns contains the
// changes, also through a view with Eventually, and possibly those of a writer
// that came right after. An Error whose Op is Get says nothing about the
// changes, which have been made by then.
func UpdateGet[T any](ctx context.Context, r *Repo[T], key Key[T], changes ...lens.Change[T]) (*T, error) {
	read := r.view.call("Get", nil)
	read.eventually = false
	if _, err := r.c.selection(read); err != nil { // before anything is written
		return nil, r.c.fail("Update", key.storedKey, [16]byte{}, err)
	}
	if err := r.Update(ctx, key, changes...); err != nil {
		return nil, err
	}
	return r.get(ctx, key, read)
}

// If makes an Update depend on conditions: all must hold for the stored
// object, or nothing is written and the error is ErrCondition.
func If[T any](conditions ...lens.Condition[T]) lens.Change[T] {
	c := &model.Change{Op: model.If, Cond: &model.Cond{Op: model.And}}
	for _, cond := range conditions {
		if model.IsNil(cond) {
			c.Err = &lens.Error{Func: "repo.If", Type: reflect.TypeFor[T]().String(), Reason: "a condition is nil"}
			break
		}
		c.Cond.Subs = append(c.Cond.Subs, cond.ModelCond())
	}
	if len(conditions) == 0 {
		c.Err = &lens.Error{Func: "repo.If", Type: reflect.TypeFor[T]().String(), Reason: "no condition"}
	}
	return model.HandleChange[T, lens.Error](c)
}

// IfUnchanged makes an Update depend on the stored object being the version
// that v was read from or written as; ErrConflict otherwise. An item without a
// record must have all the attributes that were read, as they were read; one
// that has come since, and that the type does not know, goes unseen.
func IfUnchanged[T any](v *T) lens.Change[T] {
	return model.HandleChange[T, lens.Error](&model.Change{Op: model.Unchanged, Object: reflect.ValueOf(v)})
}

// update plans, sends and, where what is stored is not what the plan took it
// for, plans again.
func (c *core) update(ctx context.Context, key storedKey, changes []*model.Change, call call) (stored.ID, error) {
	if err := c.checkUpdate(ctx, key, changes, call); err != nil {
		return c.writeID(call), err
	}
	return c.write(ctx, key, call, func(op *operation) error {
		u := &updating{c: c, ctx: ctx, op: op, call: call, changes: changes,
			v: &view{tree: c.s.tree}, nulls: map[string]bool{}, spelt: attrs{}, absent: map[string]bool{}}
		if u.bare = c.unchangedBare(changes); u.bare {
			u.v = bareView()
		}
		for n := 0; n < replans; n++ {
			done, err := u.try()
			if !done && err == nil {
				err = sleep(ctx, n)
			}
			if done || err != nil {
				return inTheWay(ErrContention, u.beaten, err)
			}
		}
		return fail.Withf(ErrContention, "the object changed before each of %d attempts", replans)
	})
}

func (c *core) checkUpdate(ctx context.Context, key storedKey, changes []*model.Change, call call) error {
	if err := c.beginAt(ctx, call, key); err != nil {
		return err
	}
	if err := c.beginWrite(ctx, call); err != nil {
		return err
	}
	return c.checkChanges(ctx, changes, call.parents)
}

// updating is one Update over its plans.
type updating struct {
	c       *core
	ctx     context.Context
	op      *operation
	call    call
	changes []*model.Change
	v       *view
	nulls   map[string]bool // paths with a NULL that counts as absent
	spelt   attrs           // spellings of times that conditions compare, by place
	absent  map[string]bool // parents to create
	bare    bool            // IfUnchanged has a value of an item without a record
	beaten  int             // plans for a version that another writer replaced
}

// try makes one plan and sends it; false without an error asks for another try
// with the view that has been learnt.
func (u *updating) try() (done bool, err error) {
	p := u.plan()
	err = p.all(u.changes)
	if errors.Is(err, errNeedManifest) {
		if done, err := u.look(); done || err != nil {
			return true, err
		}
		return u.try() // reading is no failed attempt: plan again at once
	}
	if err != nil {
		return true, err
	}
	w, insts, err := p.write()
	if err != nil {
		return true, err
	}
	o := u.op.send(u.ctx, w)
	switch o.Kind {
	case commit.Refused:
		return u.refused(o, p, w, insts)
	case commit.Rejected:
		return true, u.rejected(o, p, w, insts)
	}
	return true, u.c.failure(o)
}

// look reads the manifest for the next plan; true if there is none to make.
func (u *updating) look() (done bool, err error) {
	b, err := u.c.readBasis(u.ctx, u.op.key)
	switch {
	case err != nil:
		return true, err
	case !b.exists:
		return true, ErrNotFound
	case b.meta != nil && b.meta.Wrote(u.op.id):
		return true, nil
	}
	return false, u.see(b)
}

// see makes the view what a basis says.
func (u *updating) see(b basis) error {
	if b.meta == nil {
		u.v = bareView()
		return nil
	}
	if u.bare {
		return ErrConflict
	}
	tree := u.c.s.tree
	if b.meta.LayoutID != tree.ID {
		var err error
		if tree, err = place.FromLayout(b.meta.Layout, tree); err != nil {
			return fail.Withf(ErrCorrupt, "%w", err)
		}
	}
	u.v = &view{tree: tree, meta: b.meta}
	return nil
}

// refused finds out why the write was refused, in an order in which each
// reason excludes those before it.
func (u *updating) refused(o commit.Outcome, p *updatePlan, w *commit.Write, insts []stored.Inst) (bool, error) {
	root := o.Items[0]
	if root == nil {
		return u.partSays(o, p, w, insts)
	}
	m, err := u.c.rootMeta(root)
	switch {
	case m != nil && m.Wrote(u.op.id):
		return true, nil
	case !excludes(o, m, p.over()):
		return true, errOverwritten()
	case len(root) == 0:
		return true, ErrNotFound
	case err != nil:
		return true, err
	case !u.c.s.plain && (u.stale(m, p) || o.Reread && p.guessed()):
		if p.v.meta != nil {
			u.beaten++
		}
		u.forget()
		return false, u.see(basis{exists: true, meta: m})
	}
	if changedSince(root, m, p) {
		return true, ErrConflict
	}
	learnt, err := u.surroundings("", root, p)
	if err != nil || u.c.s.plain {
		return !learnt, err
	}
	return false, u.see(basis{exists: true, meta: m})
}

// forget drops what was learnt about another version of the object.
func (u *updating) forget() {
	clear(u.nulls)
	clear(u.spelt)
	clear(u.absent)
}

// stale reports whether a plan has to be made anew from the stored record.
func (u *updating) stale(m *stored.Root, p *updatePlan) bool {
	// A list that grows needs room: with the manifest the count is exact.
	return u.elsewhere(m, p) || !p.v.certain() && len(p.m.grown) > 0
}

// elsewhere reports whether the stored record is not the one a plan was for:
// another version where it has one, otherwise another layout or entry.
func (u *updating) elsewhere(m *stored.Root, p *updatePlan) bool {
	switch {
	case m == nil:
		return !p.v.bare
	case p.v.meta != nil:
		return p.v.meta.WriteID() != m.WriteID()
	case p.v.bare || m.LayoutID != u.c.s.tree.ID:
		return true
	}
	for _, inst := range p.guesses.apart {
		if ref, ok := m.Parts[inst]; !ok || ref.Elsewhere() {
			return true
		}
	}
	for _, inst := range p.guesses.home {
		if m.Parts[inst].Elsewhere() {
			return true
		}
	}
	for _, inst := range p.guesses.inline {
		if _, apart := m.Parts[inst]; apart {
			return true
		}
	}
	return false
}

// changedSince reports whether IfUnchanged is the reason.
func changedSince(root attrs, m *stored.Root, p *updatePlan) bool {
	if p.read != nil {
		return m != nil || !p.read.holds(root)
	}
	return p.unchanged != nil && !same(m, p.unchanged)
}

// partSays explains a refusal by the item of a part; the root was as planned.
func (u *updating) partSays(o commit.Outcome, p *updatePlan, w *commit.Write, insts []stored.Inst) (bool, error) {
	if o.Reread {
		// The item says something about the version that it was found in.
		if done, err := u.look(); done || err != nil {
			return true, err
		}
		if u.stale(u.v.meta, p) || p.guessed() {
			u.forget()
			return false, nil
		}
	}
	for i, it := range o.Items {
		if it == nil || i >= len(insts) {
			continue
		}
		rec, err := stored.DecodePart(it[u.c.s.metaAttr])
		if len(it) == 0 || err != nil || rec.Owner != p.owner {
			what := "belongs to another object"
			if len(it) == 0 {
				what = "is missing"
			}
			return true, fail.At(fail.Text(insts[i]), fail.Withf(ErrCorrupt, "the item of this part in table %s %s; nothing was written", w.Actions[i].Table, what))
		}
		if _, err := u.surroundings(insts[i], it, p); err != nil {
			return true, err
		}
		return u.learnPart(insts[i], rec.Stamp)
	}
	return true, fail.Withf(ErrCondition, "%w", o.Err)
}

// learnPart reads the manifest to fix the version in which a part is as it was
// found; if it has changed meanwhile, what was learnt of it is void.
func (u *updating) learnPart(inst stored.Inst, stamp stored.ID) (bool, error) {
	done, err := u.look()
	if !done && (u.v.meta == nil || u.v.meta.Parts[inst].Stamp != stamp) {
		u.forget()
	}
	return done, err
}

// surroundings explains a refusal by an item that is otherwise as planned: a
// NULL that counts as absent, a parent that may be created or the spelling of
// a time, which the next plan can do something about, or an error: a missing
// parent, the caller's condition.
func (u *updating) surroundings(owner stored.Inst, it attrs, p *updatePlan) (learnt bool, err error) {
	absent := map[string]bool{} // learnt now: several changes may have one parent
	for _, w := range p.watch {
		if w.owner != owner {
			continue
		}
		if n, ok := parentOf(it, w.rel); !ok {
			if parent := parentKey(owner, w.rel[:n]); u.call.parents && !beyond(it, w.rel, n) && !u.absent[parent] {
				absent[parent], learnt = true, true
				continue
			}
			return false, noParent(it, w, n)
		}
		if w.nullable && item.IsNull(item.Follow(it, w.rel)) && !u.nulls[w.path.String()] {
			u.nulls[w.path.String()] = true
			learnt = true
		}
		if w.nullable && wrongKind(it, w) {
			return false, fail.At(w.path, fail.Withf(ErrInvalid, "the stored value is %s, which the change cannot be applied to", item.TypeName(item.Follow(it, w.rel))))
		}
	}
	for _, s := range p.spellings {
		learnt = s.owner == owner && u.spelling(s, it) || learnt
	}
	if !learnt {
		return false, ErrCondition
	}
	maps.Copy(u.absent, absent)
	return true, nil
}
