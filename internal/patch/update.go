// Package patch changes single paths of objects.
package patch

import (
	"context"
	"errors"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/dystore/dystore/internal/attr"
	"github.com/dystore/dystore/internal/claim"
	"github.com/dystore/dystore/internal/commit"
	"github.com/dystore/dystore/internal/fail"
	"github.com/dystore/dystore/internal/fetch"
	"github.com/dystore/dystore/internal/item"
	"github.com/dystore/dystore/internal/model"
	"github.com/dystore/dystore/internal/place"
	"github.com/dystore/dystore/internal/schema"
	"github.com/dystore/dystore/internal/stored"
	"github.com/dystore/dystore/internal/tables"
	"github.com/dystore/dystore/internal/vet"
	"github.com/dystore/dystore/meta"
)

// Updater changes single paths of objects.
type Updater struct {
	get      fetch.Reader
	s        *schema.Schema
	protocol commit.Protocol
	upgrade  Upgrader
}

// Upgrader brings an object of an earlier version of the model to today's. over is the
// version of the object that it must be, nil for any. root is the root item that it has
// then, nil if that has to be read.
type Upgrader func(ctx context.Context, key tables.Key, over *stored.Root) (root attrs, err error)

// New returns an updater of the objects of a schema.
func New(r fetch.Reader, s *schema.Schema, p commit.Protocol, up Upgrader) *Updater {
	return &Updater{r, s, p, up}
}

// Options say how an object is updated.
type Options struct {
	commit.Options
	Parents bool // create absent parents
	Return  bool // the root item is wanted as the write leaves it
}

// Update changes an object that must exist; the id is the write's. left is the root
// item as the write has left it, if that was asked for and can be had.
func (u *Updater) Update(ctx context.Context, key tables.Key, changes []*model.Change, opts Options) (id stored.ID, left attrs, err error) {
	o, err := u.update(ctx, key, changes, opts)
	if err != nil {
		return commit.NewObject(commit.Object{}, opts.Options).ID, nil, err
	}
	err = commit.Run(ctx, u.protocol, o)
	return o.obj.ID, o.left, err
}

// UpdateOp is the operation of Update.
func (u *Updater) UpdateOp(ctx context.Context, key tables.Key, changes []*model.Change, opts Options) (commit.Op, error) {
	o, err := u.update(ctx, key, changes, opts)
	if err != nil {
		return nil, err
	}
	return o, nil
}

func (u *Updater) update(ctx context.Context, key tables.Key, changes []*model.Change, opts Options) (*updating, error) {
	changes, err := u.s.Changes(vet.Spread(changes))
	if err == nil {
		err = vet.Changes(ctx, u.s, changes, opts.Parents)
	}
	if err == nil {
		changes, err = u.s.Tags.With(ctx, key, changes)
	}
	if err != nil {
		return nil, err
	}
	o := u.updating(ctx, key, changes, opts)
	if o.bare = unchangedBare(u.s, changes); o.bare {
		if u.s.Outdated(nil) {
			return nil, fail.Withf(fail.ErrInvalid, "the value of IfUnchanged was read from an item without a record, which counts as version %d of the model; put it once", stored.FirstModel)
		}
		o.v = bareView()
	}
	return o, nil
}

func (u *Updater) updating(ctx context.Context, key tables.Key, changes []*model.Change, opts Options) *updating {
	return &updating{Updater: u, ctx: ctx, key: key, changes: changes, opts: opts,
		obj: commit.ObjectOf(&u.s.Tables, key, opts.Options), v: &place.View{Tree: u.s.Tree}}
}

// updating is one Update over its plans. What it learns about what is stored, from
// refusals, makes the next plan.
type updating struct {
	*Updater
	ctx     context.Context
	key     tables.Key
	obj     commit.Object
	opts    Options
	changes []*model.Change
	last    *plan
	left    attrs // the root item after the write, if it is known

	v      *place.View
	nulls  map[string]bool // paths with a NULL that counts as absent
	spelt  attrs           // spellings of times that conditions compare, by place
	absent map[string]bool // parents to create
	fields *claim.Fields   // what was read of fields
	torn   stored.ID       // the version beside which a part was found that is not of it
	bare   bool            // IfUnchanged has a value of an item without a record
	checks bool            // nothing changes, so that the object does not have the id

	root    attrs        // the root item that was read last, as an upgrade has left it
	done    bool         // the object shows that the write is
	renewed *meta.Record // what the version of IfUnchanged has become by an upgrade; nil: nothing
}

// Object returns what is written.
func (u *updating) Object() *commit.Object { return &u.obj }

// Done takes the root item that was asked for. The caller has no other value of the
// object.
func (u *updating) Done(plan *commit.Plan) {
	if plan != nil {
		u.left = plan.Left
	}
}

// Plan makes a plan of what is known, and reads the manifest if that is not enough.
func (u *updating) Plan(ctx context.Context) (*commit.Plan, error) {
	if u.done {
		return nil, nil
	}
	u.ctx, u.last = ctx, u.plan()
	if u.obj.Staged && !u.v.Certain() && !u.s.Plain {
		if done, err := u.readManifest(); done || err != nil {
			return nil, err
		}
		u.last = u.plan()
	}
	err := u.last.all(u.changes)
	for errors.Is(err, place.ErrNeedManifest) || errors.Is(err, errNeedFields) {
		if done, err := u.read(u.last.needs); done || err != nil {
			return nil, err
		}
		u.last = u.plan()
		err = u.last.all(u.changes)
	}
	if err != nil {
		return nil, err
	}
	plan, err := u.last.write()
	if plan != nil {
		plan.Return = u.opts.Return
	}
	return plan, err
}

// read reads what the next plan depends on; done if the write is.
func (u *updating) read(fields []attr.Path) (done bool, err error) {
	if len(fields) > 0 {
		return u.readFields(fields)
	}
	return u.readManifest()
}

// readManifest reads the manifest for the next plan; done if the write is.
func (u *updating) readManifest() (done bool, err error) {
	root, err := u.s.ReadRecord(u.ctx, u.get, u.key)
	if err != nil {
		return false, err
	}
	return u.learn(root)
}

// learn makes the view what a root item says, or its record; done if the write is.
func (u *updating) learn(root attrs) (done bool, err error) {
	m, err := u.s.RootMeta(root)
	switch {
	case err != nil:
		return false, err
	case u.wrote(m):
		return true, nil
	case len(root) == 0, u.s.Gone(root, m):
		return false, fail.ErrNotFound
	}
	err = u.adopt(m)
	return u.done, err
}

// wrote reports whether a stored record shows that the update is done.
func (u *updating) wrote(m *stored.Root) bool { return m != nil && !u.checks && m.Wrote(u.obj.ID) }

// Recall looks whether the stored object shows that the update is done.
func (u *updating) Recall(ctx context.Context) (bool, error) {
	if u.checks || u.s.Plain {
		return false, nil
	}
	root, err := u.s.ReadRecord(ctx, u.get, u.key)
	if err != nil {
		return false, err
	}
	m, err := u.s.RootMeta(root)
	return u.wrote(m), err
}

// adopt makes the view what a stored record says, nil for none.
func (u *updating) adopt(m *stored.Root) error {
	if u.s.Outdated(m) {
		return u.renew(m)
	}
	if err := u.s.CheckModel(m); err != nil {
		return err
	}
	if m == nil {
		u.v = bareView()
		return nil
	}
	if u.bare {
		return fail.ErrConflict
	}
	tree := u.s.Tree
	if m.LayoutID != tree.ID {
		var err error
		if tree, err = place.FromLayout(m.Layout, tree); err != nil {
			return fail.Withf(fail.ErrCorrupt, "%w", err)
		}
	}
	u.v = &place.View{Tree: tree, Meta: m}
	return nil
}

// Judge finds out why the write was refused, in an order in which each reason
// excludes those before it.
func (u *updating) Judge(ctx context.Context, o *commit.Outcome) (commit.Next, error) {
	if err := o.Complete(ctx, u.get, &u.s.Tables, u.key); err != nil {
		return commit.End, err
	}
	switch {
	case o.Kind == commit.Rejected:
		err := u.rejected(o)
		if errors.Is(err, commit.ErrStage) {
			return commit.Learnt, nil
		}
		return commit.End, err
	case o.Root == nil:
		return u.judgeParts(o)
	}
	p := u.last
	m, err := u.s.RootMeta(o.Root)
	switch {
	case u.wrote(m):
		return commit.End, nil
	case !o.Excludes(m, p.over()):
		return commit.End, commit.ErrOverwritten()
	case len(o.Root) == 0, err == nil && u.s.Gone(o.Root, m):
		return commit.End, fail.ErrNotFound
	case err != nil:
		return commit.End, err
	case !u.s.Plain && (u.stale(m, p) || o.Reread && p.guessed()):
		next := commit.Learnt
		if p.v.Meta != nil {
			next = commit.Beaten
		}
		u.reset()
		if err := u.adopt(m); err != nil || next == commit.Learnt || !u.obj.Staged {
			return next, err
		}
		// A staged write takes several requests. What it begins after a pause over what was
		// stored before the pause, others have overtaken again: it reads anew.
		u.v = &place.View{Tree: u.s.Tree}
		return next, nil
	}
	switch {
	case changedSince(o.Root, m, p):
		return commit.End, fail.ErrConflict
	case p.v.Bare && p.fields.Changed(o.Root):
		u.fields = nil
		return commit.Beaten, nil
	}
	learnt, err := u.explainRefusal("", o.Root, p)
	if err != nil || u.s.Plain {
		return again(learnt), err
	}
	return commit.Learnt, u.adopt(m)
}

func again(learnt bool) commit.Next {
	if learnt {
		return commit.Learnt
	}
	return commit.End
}

// reset drops what was learnt about another version of the object.
func (u *updating) reset() {
	clear(u.nulls)
	clear(u.spelt)
	clear(u.absent)
}

// stale reports whether a plan has to be made anew from the stored record.
func (u *updating) stale(m *stored.Root, p *plan) bool {
	return u.elsewhere(m, p) || !p.v.Certain() && (len(p.m.grown) > 0 || p.unclaimed && len(m.Claims) > 0)
}

// elsewhere reports whether the stored record is not the one a plan was for:
// another version where it has one, otherwise another layout or entry.
func (u *updating) elsewhere(m *stored.Root, p *plan) bool {
	switch {
	case m == nil:
		return !p.v.Bare
	case p.v.Meta != nil:
		return p.v.Meta.WriteID() != m.WriteID()
	case p.v.Bare || m.LayoutID != u.s.Tree.ID || m.Large():
		return true
	}
	for _, inst := range p.guesses.present {
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
func changedSince(root attrs, m *stored.Root, p *plan) bool {
	if p.read != nil {
		return m != nil || !p.read.Holds(root)
	}
	return p.unchanged != nil && !schema.SameVersion(m, p.unchanged)
}

// judgeParts explains a refusal by the item of a part; the root was as planned.
func (u *updating) judgeParts(o *commit.Outcome) (commit.Next, error) {
	p := u.last
	if o.Reread {
		// The item says something about the version that it was found in.
		if done, err := u.readManifest(); done || err != nil {
			return commit.End, err
		}
		if u.stale(u.v.Meta, p) || p.guessed() {
			u.reset()
			return commit.Learnt, nil
		}
	}
	for i, it := range o.Parts {
		if it == nil {
			continue
		}
		part := &o.Plan.Parts[i]
		if part.Claim != "" {
			return commit.End, o.PartRefused()
		}
		rec, err := stored.DecodePart(it[u.s.MetaAttr])
		if len(it) == 0 || err != nil || rec.Owner != u.obj.Owner {
			return commit.End, u.unfit(part, it)
		}
		if _, err := u.explainRefusal(part.Inst, it, p); err != nil {
			return commit.End, err
		}
		return u.learnPart(part.Inst, rec.Stamp)
	}
	return commit.End, fail.Withf(fail.ErrCondition, "%w", o.Err)
}

// learnPart reads the manifest to fix the version in which a part is as it was
// found; if it has changed meanwhile, what was learnt of it is void.
func (u *updating) learnPart(inst stored.Inst, stamp stored.ID) (commit.Next, error) {
	done, err := u.readManifest()
	if done || err != nil {
		return commit.End, err
	}
	if u.v.Meta == nil || u.v.Meta.Parts[inst].Stamp != stamp {
		u.reset()
	}
	return commit.Learnt, nil
}

// explainRefusal explains a refusal by an item that is otherwise as planned: a
// NULL that counts as absent, a parent that may be created or the spelling of
// a time, which the next plan can do something about, or an error: a missing
// parent, the caller's condition.
func (u *updating) explainRefusal(owner stored.Inst, it attrs, p *plan) (learnt bool, err error) {
	absent := map[string]bool{} // learnt now: several changes may have one parent
	for _, w := range p.watch {
		if w.owner != owner {
			continue
		}
		if n, ok := item.ParentOf(it, w.rel); !ok {
			if parent := parentKey(owner, w.rel[:n]); u.opts.Parents && !beyond(it, w.rel, n) && !u.s.IsVariant(w.path[:len(w.path)-len(w.rel)+n]) && !u.absent[parent] {
				absent[parent], learnt = true, true
				continue
			}
			return false, noParent(it, w, n)
		}
		if w.kind != "" && item.IsNull(item.Follow(it, w.rel)) && !u.nulls[w.path.String()] {
			set(&u.nulls, w.path.String(), true)
			learnt = true
		}
		if w.kind != "" && wrongKind(it, w) {
			return false, fail.At(w.path, fail.Withf(fail.ErrInvalid, "the stored value is %s, which the change cannot be applied to", item.TypeText(item.Follow(it, w.rel))))
		}
	}
	for _, s := range p.spellings {
		learnt = s.owner == owner && u.spelling(s, it) || learnt
	}
	if !learnt {
		return false, fail.ErrCondition
	}
	for parent := range absent {
		set(&u.absent, parent, true)
	}
	return true, nil
}

// attrs is an item, or a document.
type attrs = map[string]types.AttributeValue

// set puts an entry into a map, which most updates need none of.
func set[K comparable, V any](m *map[K]V, key K, v V) {
	if *m == nil {
		*m = map[K]V{}
	}
	(*m)[key] = v
}
