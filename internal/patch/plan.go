package patch

import (
	"context"
	"errors"
	"slices"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/dystore/dystore/internal/attr"
	"github.com/dystore/dystore/internal/claim"
	"github.com/dystore/dystore/internal/commit"
	"github.com/dystore/dystore/internal/condition"
	"github.com/dystore/dystore/internal/fail"
	"github.com/dystore/dystore/internal/item"
	"github.com/dystore/dystore/internal/model"
	"github.com/dystore/dystore/internal/place"
	"github.com/dystore/dystore/internal/schema"
	"github.com/dystore/dystore/internal/snapshot"
	"github.com/dystore/dystore/internal/sorted"
	"github.com/dystore/dystore/internal/stored"
	"github.com/dystore/dystore/internal/tables"
	"github.com/dystore/dystore/meta"
)

// plan turns changes into one transaction: an edit of the root, which
// carries the version and the manifest, and an edit of each part concerned.
type plan struct {
	s   *schema.Schema
	ctx context.Context
	obj *commit.Object
	key tables.Key
	v   *place.View

	root      commit.Edit
	parts     map[stored.Inst]*commit.Edit
	order     []stored.Inst // parts in the order they came up
	m         *manifest
	watch     []watch
	nulls     map[string]bool // paths known to hold a NULL of another writer
	spelt     attrs           // spellings known to be stored of times that conditions compare
	spellings []spelling
	puts      []putting     // the values that go into items
	claimed   claim.Claims  // after the update; nil: as before
	needs     []attr.Path   // fields whose values have to be read
	fields    *claim.Fields // those that were; nil: none

	policy  []byte // of the record that an item without one gets
	until   int64  // when the object expires after the update, 0 for never; 0 if that need not be known
	retimed bool   // at another time than before
	pages   []commit.Part

	stated    map[stored.Inst]bool // parts that conditions are about
	unclaimed bool                 // it has the condition that the object claims nothing

	checks  bool            // nothing changes
	parents bool            // EnsureParents
	absent  map[string]bool // parents known to be absent, by parentKey

	guesses   guesses
	unchanged *meta.Record     // of IfUnchanged
	read      *snapshot.AsRead // of IfUnchanged, for an item without a record
	renewed   *meta.Record     // in the place of that of IfUnchanged; nil: none is
}

// guesses are what a plan without a manifest takes for granted of parts, each
// with a condition on the root's entry: not holding, it needs another plan.
type guesses struct {
	present []stored.Inst // there is one, where the layout says
	home    []stored.Inst // if there is one, it is where the layout says
	inline  []stored.Inst // there is none: the value is in its parent
}

// watch is a path whose surroundings explain a refusal.
type watch struct {
	path  attr.Path
	owner stored.Inst
	rel   attr.Path
	kind  string // a NULL there counts as absent, and the change is of values of this type, of any if that is NULL; "" if there may be anything
}

func (u *updating) plan() *plan {
	return &plan{s: u.s, ctx: u.ctx, obj: &u.obj, key: u.key, v: u.v, checks: u.checks,
		parts: map[stored.Inst]*commit.Edit{}, m: newManifest(), nulls: u.nulls, spelt: u.spelt, parents: u.opts.Parents, absent: u.absent, fields: u.fields, renewed: u.renewed}
}

// pinned reports whether the plan is for one version of the object, which can
// never come back once it is gone: after a refusal no attempt that is still
// under way can be applied.
func (p *plan) pinned() bool {
	return p.v.Meta != nil || p.unchanged != nil && p.read == nil
}

// guessed reports whether the plan took the object to have this program's
// layout, without having read it.
func (p *plan) guessed() bool { return !p.v.Certain() }

// over is what a pinned plan is for.
func (p *plan) over() *commit.Basis {
	b := &commit.Basis{Exists: true, Meta: p.v.Meta}
	if b.Meta != nil || p.unchanged == nil {
		return b
	}
	if snap := p.unchanged.Snapshot(); snap != nil && schema.SameVersion(snap.Root, p.unchanged) {
		b.Meta = snap.Root
	}
	return b
}

// all adds the changes and conditions of an Update to the plan.
func (p *plan) all(all []*model.Change) error {
	for _, ch := range all {
		if ch.Op != model.Unchanged {
			continue
		}
		rec := p.s.Record(ch.Object)
		if p.renewed != nil {
			rec = p.renewed
		}
		if err := p.sameAs(rec); err != nil {
			return err
		}
		if p.v.Certain() && p.read == nil && !schema.SameVersion(p.v.Meta, p.unchanged) {
			return fail.ErrConflict // before any refusal that depends on the version that was read
		}
	}
	err := p.edits(all)
	if err != nil && !errors.Is(err, place.ErrNeedManifest) {
		return err
	}
	if claim := p.claim(all); claim != nil {
		return claim // what it needs is read with the manifest
	}
	if err != nil {
		return err
	}
	return p.life(all)
}

// edits adds the changes and conditions to the items that they are about.
func (p *plan) edits(all []*model.Change) error {
	edits := &changes{plan: p}
	for _, ch := range all {
		var err error
		switch ch.Op {
		case model.If:
			err = (&conditions{p}).condition(condition.OfAbsent(ch.Cond, p.ofAbsent, p.s.Operand))
		case model.Unchanged:
		default:
			err = edits.change(ch)
		}
		if err != nil {
			return err
		}
	}
	return edits.writeNewParents()
}

// ofAbsent is the value of a field that the item may lack: its key says it, or it is empty.
func (p *plan) ofAbsent(l *model.Lens) types.AttributeValue {
	if av, ok, err := p.s.StoredIn(p.key, l.Path); ok && err == nil && !item.Absent(av) {
		return av
	}
	return condition.EmptyIf(p.s.Withholds(l), l)
}

// edit returns the edit of the item that owns a target; the item must exist.
func (p *plan) edit(t *place.Target) (*commit.Edit, error) {
	p.assumeInline(t)
	if t.Owner == "" {
		return &p.root, nil
	}
	if !p.v.Present(t.Owner) {
		return nil, fail.At(t.Path, fail.Withf(fail.ErrNoPath, "%s has no value", t.Owner))
	}
	if _, ok := p.m.parts[t.Owner]; !ok {
		p.restamp(t.Owner)
	}
	return p.part(t.Owner), nil
}

// assumeInline verifies the guess that parts stand in their parent.
func (p *plan) assumeInline(t *place.Target) {
	for _, inst := range t.Inline {
		p.root.Require("attribute_not_exists(" + p.entry(inst) + ")")
		p.guesses.inline = append(p.guesses.inline, inst)
	}
}

// assumePresent verifies the guess that a part is there, and where the layout says.
func (p *plan) assumePresent(inst stored.Inst) {
	if p.v.Meta == nil && !slices.Contains(p.guesses.present, inst) {
		p.root.Require("attribute_type(" + p.entry(inst) + ", " + p.root.Value(item.String("B")) + ")")
		p.guesses.present = append(p.guesses.present, inst)
	}
}

// assumeAtHome verifies the guess that a part, if it is there, is where the layout
// says. An entry that leads elsewhere would leave its item behind.
func (p *plan) assumeAtHome(inst stored.Inst) {
	if p.v.Meta == nil {
		p.root.Require("NOT attribute_type(" + p.entry(inst) + ", " + p.root.Value(item.String("M")) + ")")
		p.guesses.home = append(p.guesses.home, inst)
	}
}

// part returns the edit of a part's item, with the condition that it is ours.
func (p *plan) part(inst stored.Inst) *commit.Edit {
	x, ok := p.parts[inst]
	if !ok {
		x = &commit.Edit{}
		p.parts[inst] = x
		p.order = append(p.order, inst)
	}
	return x
}

// restamp gives a part that is changed in place a new stamp, in its own item
// and in the manifest.
func (p *plan) restamp(inst stored.Inst) {
	ref := p.newRef(inst)
	p.assumePresent(inst)
	p.m.parts[inst] = ref
	x := p.part(inst)
	x.Require(p.obj.Owns(&x.Builder))
	x.Set(x.Path(p.s.MetaAttr, "w"), x.Value(ref.Stamp.AV()))
}

// newRef is the manifest entry of a part after the plan: a new one, or one that stays
// where it is unless the plan is staged.
func (p *plan) newRef(inst stored.Inst) stored.Ref {
	if p.obj.Staged {
		ref := p.obj.NewRef(p.v.Tree.Layout.Home(inst), inst)
		if p.v.Has(inst) { // it stays in its table
			was := p.v.Meta.Locate(inst, p.key.Parts)
			ref.Table, ref.KeyName = was.Table, was.KeyName
			ref.Cut = p.obj.Grows || p.v.Meta.Parts[inst].Cut
		}
		return ref
	}
	ref := stored.Ref{Stamp: stored.NewID()}
	if p.v.Has(inst) && !p.v.Meta.Copied(inst, p.key.Parts) { // a copy never changes
		old := p.v.Meta.Parts[inst]
		ref.Table, ref.KeyName, ref.Key = old.Table, old.KeyName, old.Key
	}
	return ref
}

// conditionOn adds the part's item to the transaction, if only as a ConditionCheck.
// The manifest says what is absent, never the part's item: so the part must be
// there, also to be replaced or removed.
func (p *plan) conditionOn(inst stored.Inst) *commit.Edit {
	p.assumePresent(inst)
	set(&p.stated, inst, true)
	x, ok := p.parts[inst]
	if !ok {
		x = p.part(inst)
		x.Require(p.obj.Owns(&x.Builder))
	}
	return x
}

// entry is the document path of a manifest entry in the root item.
func (p *plan) entry(inst stored.Inst) string {
	return p.root.Path(p.s.MetaAttr, "m", string(inst))
}

// location is where a part is, or goes.
func (p *plan) location(inst stored.Inst) stored.Location {
	ref, written := p.m.parts[inst]
	if written && ref.Elsewhere() {
		return stored.Location{Table: ref.Table, KeyName: ref.KeyName, Key: ref.Key}
	}
	if p.v.Has(inst) && !(written && p.v.Meta.Copied(inst, p.key.Parts)) {
		return p.v.Meta.Locate(inst, p.key.Parts)
	}
	return p.v.Tree.Layout.Find(stored.PlaceOf(inst)).Derived(p.s.Entity, p.key.Parts, inst)
}

// write finishes the plan: the root's version, ring and manifest, and the
// conditions that the view is the stored truth.
func (p *plan) write() (*commit.Plan, error) {
	if err := p.finishRoot(); err != nil {
		return nil, err
	}
	root := p.obj.Item()
	plan := &commit.Plan{Pinned: p.pinned(), Over: p.v.Meta, Bare: p.v.Bare, Policy: p.policy, Root: p.root.Action(root.Table, root.Key)}
	items := tables.Items{}
	for _, inst := range p.order {
		loc := p.location(inst)
		if err := p.s.CheckTable(inst, loc); err != nil {
			return nil, err
		}
		if err := items.Take(inst, loc); err != nil {
			return nil, err
		}
		if err := p.addPart(plan, inst, loc); err != nil {
			return nil, err
		}
	}
	plan.Parts = append(plan.Parts, p.pages...)
	return plan, p.moveClaims(plan, items)
}

func (p *plan) finishRoot() error {
	s, x := p.s, &p.root
	if s.Plain {
		x.Require(p.obj.Present(&x.Builder))
		return nil
	}
	if p.checks {
		return p.stateRoot()
	}
	switch {
	case p.v.Bare:
		// The first write adopts an item without a record; nothing of it moves.
		next := (&commit.Basis{Exists: true}).Next(p.obj, p.v.Tree.ID, p.v.Tree.Layout)
		next.Claims = p.claimed
		sealed, err := s.Sealing.Of(p.key.Parts)
		if err != nil {
			return err
		}
		if next.Policy, err = sealed.List(p.ctx); err != nil {
			return err
		}
		p.policy = next.Policy
		over := &commit.Basis{Exists: true, Read: p.read}
		cond, err := over.Condition(&x.Builder, p.obj)
		if err != nil {
			return err
		}
		x.Require(cond)
		x.Set(x.Name(s.MetaAttr), x.Value(next.Encode()))
		return nil
	case p.v.Meta != nil:
		x.Require(p.obj.AtState(&x.Builder, p.v.Meta))
		x.Require(p.obj.Alive(&x.Builder, ""))
		if err := p.setManifest(); err != nil {
			return err
		}
	default:
		p.guessConds()
		x.Require("NOT contains(" + x.Path(s.MetaAttr, "r") + ", " + x.Value(p.obj.ID.AV()) + ")")
		p.growManifest()
	}
	p.obj.Advance(x)
	return nil
}

// guessConds verify a guess: nothing is in pieces or on pages, and the layout is this one.
func (p *plan) guessConds() {
	s, x, rec := p.s, &p.root, p.s.MetaAttr
	for _, cond := range s.Layouted(&x.Builder, s.Tree.ID) {
		x.Require(cond)
	}
	x.Require(x.Path(rec, "e") + " = " + x.Value(item.String(s.Entity)))
	x.Require(p.obj.Alive(&x.Builder, ""))
	// Staged writes leave records of what is absent, and so do models with SoftDelete.
	x.Require("attribute_not_exists(" + x.Path(rec, "d") + ")")
}

// setManifest writes the changed manifest whole: the version has been read, so
// no other writer's entry can be lost.
func (p *plan) setManifest() (err error) {
	if p.m.empty() && p.claimed == nil {
		return nil
	}
	next := *p.v.Meta
	next.Parts, next.Orders = p.m.apply(p.v.Meta)
	if p.claimed != nil {
		next.Claims = p.claimed
	}
	next.CountDynamic()
	if p.retimed {
		next.Expires = p.until
	}
	x, rec := &p.root, p.s.MetaAttr
	switch {
	case p.claimed == nil:
	case len(next.Claims) == 0:
		x.Remove(x.Path(rec, "q"))
	default:
		x.Set(x.Path(rec, "q"), x.Value(stored.EncodeClaims(next.Claims)))
	}
	if p.m.empty() && (p.v.Meta.Pages == nil || !p.retimed) {
		return nil
	}
	if p.pages, err = p.obj.Page(&p.s.Tables, &next, p.v.Meta); err != nil {
		return err
	}
	var single []stored.Inst
	if len(p.m.dropped) == 0 && len(p.m.orders) == 0 && len(p.m.grown) == 0 {
		single = sorted.Keys(p.m.parts)
	}
	p.obj.SetManifest(x, &next, p.v.Meta, single)
	return nil
}

// growManifest sets single entries of a manifest that was not read. Nothing is
// known of the rest of it, so only fixed parts come and go, and lists grow.
func (p *plan) growManifest() {
	x, rec := &p.root, p.s.MetaAttr
	dynamic := 0
	for _, inst := range sorted.Keys(p.m.parts) {
		x.Set(p.entry(inst), x.Value(p.m.parts[inst].AV()))
	}
	for _, inst := range p.m.dropped {
		x.Remove(p.entry(inst))
	}
	for _, inst := range sorted.Keys(p.m.orders) { // of lists and maps in new elements
		x.Set(x.Path(rec, "o", string(inst)), x.Value(p.m.orders[inst].AV()))
	}
	for _, inst := range sorted.Keys(p.m.grown) {
		path := x.Path(rec, "o", string(inst))
		g := p.m.grown[inst]
		lengthen(x, path, stored.Order{Elems: g.elems}.AV(), g.front)
		for part := range p.m.parts {
			if part.Under(inst) && part != inst {
				dynamic++
			}
		}
	}
	if dynamic > 0 {
		n := x.Path(rec, "n")
		x.Set(n, n+" + "+x.Value(item.Int(int64(dynamic))))
	}
}
