package repo

import (
	"context"
	"maps"
	"slices"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/dystore/dystore/internal/commit"
	"github.com/dystore/dystore/internal/expr"
	"github.com/dystore/dystore/internal/fail"
	"github.com/dystore/dystore/internal/item"
	"github.com/dystore/dystore/internal/place"
	"github.com/dystore/dystore/internal/record"
	"github.com/dystore/dystore/internal/sorted"
	"github.com/dystore/dystore/internal/stored"
)

// basis is what a whole write replaces.
type basis struct {
	exists bool
	meta   *stored.Root     // nil if nothing exists, or without a record
	snap   *record.Snapshot // what the value was read with; nil: every part is written
	root   attrs            // the stored root item, where KeepShards takes parts over from it
	read   *asRead          // of an item without a record; nil: whatever it is

	broken types.AttributeValue // the record of a damaged object, which cannot be read
}

// pinned reports whether a write over b is for one version, which can never come
// back once it is gone. That nothing exists, or no record, may hold again.
func (b basis) pinned() bool { return b.meta != nil }

// replacement is a whole write, ready to be sent.
type replacement struct {
	write *commit.Write
	insts []stored.Inst // by action, "" = the root
	snap  *record.Snapshot
}

// replacement plans the write of d over b: what changed, what is gone, in one
// transaction, or one PutItem if only the root is concerned.
func (c *core) replacement(ctx context.Context, d *draft, b basis, id stored.ID, call call) (*replacement, error) {
	if c.s.plain {
		return c.plainReplacement(d, b)
	}
	tree, err := c.s.tree, c.checkGaps(d, b)
	if err == nil && b.snap != nil {
		tree, err = c.s.over(b.meta)
	}
	if err == nil && call.keepShards {
		b, err = c.keeping(ctx, d.key, b, tree)
	}
	if err != nil {
		return nil, err
	}
	a := &aligner{c: c, meta: b.meta, snap: b.snap, ignore: call.keepShards,
		ids: map[stored.Inst][]stored.ElemID{}, elems: map[stored.Inst][]record.Element{}}
	doc := d.document()
	if call.keepShards {
		leaveOut(tree.Top, doc)
	}
	unknown, err := a.follow(doc)
	if err != nil {
		return nil, err
	}
	if err := a.places(tree.Top, "", doc); err != nil {
		return nil, err
	}
	if call.rewrite {
		if err := a.checkRewritten(); err != nil {
			return nil, err
		}
	}
	unknown.Restore(doc)
	snap := &record.Snapshot{
		Table: c.s.table, Owner: stored.Owner(c.s.entity, d.key.parts), Sealed: c.s.sealed, Key: d.key.parts,
		Root: c.nextRoot(b, tree, id), Digests: map[stored.Inst]record.Digest{}, Elems: a.elems, Envelopes: noted{},
	}
	a.remember(snap, unknown)
	for _, inst := range a.carried {
		a.carry(inst, snap.Root, d.key)
	}
	split, err := tree.Split(doc, a.idsOf)
	if err != nil {
		return nil, fail.Withf(ErrInvalid, "%w", err)
	}
	maps.Copy(snap.Root.Orders, split.Orders)
	w := &writer{c: c, ctx: ctx, d: d, b: b, snap: snap, guard: guard{c: c, owner: snap.Owner}, all: call.rewrite, forms: map[int]form{}}
	if w.bound, err = c.bound(d.key); err != nil {
		return nil, err
	}
	return w.write(split)
}

func (a *aligner) idsOf(list stored.Inst, n int) []stored.ElemID { return a.ids[list] }

// checkGaps refuses to write a value that was read without some part to where
// that part is not kept: it would be stored empty.
func (c *core) checkGaps(d *draft, b basis) error {
	snap := c.snapshot(d.ptr)
	if snap == nil || len(snap.Unloaded) == 0 {
		return nil
	}
	unloaded := sorted.Keys(snap.Unloaded)
	for _, path := range unloaded {
		if !slices.ContainsFunc(c.s.tree.All, func(p *place.Place) bool { return p.Path.String() == path }) {
			return fail.At(fail.Text(path), fail.Withf(ErrNotLoaded, "the value was read without this part, by a declaration that keeps it apart; this one does not"))
		}
	}
	gap := fail.Text(unloaded[0])
	switch {
	case snap.Sealed != c.s.sealed:
		return fail.At(gap, fail.Withf(ErrNotLoaded, "the value was read without this part, by a declaration that encrypts other fields; read it whole"))
	case b.snap == nil || b.meta == nil:
		return fail.At(gap, fail.Withf(ErrNotLoaded, "the value was read without this part, and the object to be written has none to keep"))
	case !stored.SameShape(b.meta.Layout, snap.Root.Layout):
		return fail.At(gap, fail.Withf(ErrNotLoaded, "the value was read without this part, and the object has been divided in another way since; read it again"))
	}
	return nil
}

// nextRoot is the record that follows b.
func (c *core) nextRoot(b basis, tree *place.Tree, id stored.ID) *stored.Root {
	now := time.Now().UTC().Truncate(time.Millisecond)
	r := &stored.Root{
		Format: stored.Format, Entity: c.s.entity, Version: 1, Birth: id, Ring: stored.NewRing(id),
		Created: now, Updated: now, LayoutID: tree.ID, Layout: tree.Layout,
		Parts: map[stored.Inst]stored.Ref{}, Orders: map[stored.Inst]stored.Order{},
	}
	if b.meta != nil {
		r.Version, r.Birth, r.Created = b.meta.Version+1, b.meta.Birth, b.meta.Created
		r.Ring = stored.Push(b.meta.Ring, id)
	}
	return r
}

// writer turns a divided document into actions.
type writer struct {
	c     *core
	ctx   context.Context
	d     *draft
	b     basis
	snap  *record.Snapshot
	bound bound
	guard guard
	out   replacement

	all   bool         // Rewrite: every part is written
	forms map[int]form // how values are sealed today, by group
}

func (w *writer) write(split *place.Split) (*replacement, error) {
	root := w.snap.Root
	puts := make([]place.Piece, 0, len(split.Pieces))
	var digester record.Digester
	for _, p := range split.Pieces {
		digest := digester.OfMap(p.Doc)
		w.snap.Digests[p.Inst] = digest
		ref, ok, err := w.unchanged(p.Inst, digest)
		if err != nil {
			return nil, err
		}
		if ok {
			root.Parts[p.Inst] = ref
			if e := w.b.snap.Envelopes[p.Inst]; e != nil {
				w.snap.Envelopes[p.Inst] = e
			}
			continue
		}
		root.Parts[p.Inst] = stored.Ref{Stamp: stored.NewID()}
		puts = append(puts, p)
	}
	root.CountDynamic()
	if n := len(root.Parts); n > stored.MaxParts {
		return nil, fail.Withf(ErrTooLarge, "the object has %d parts; %d fit into one transaction", n, stored.MaxParts)
	}
	w.out.snap, w.out.write = w.snap, &commit.Write{Pinned: w.b.pinned(), Actions: make([]commit.Action, 0, 1+len(puts))}
	w.out.insts = make([]stored.Inst, 0, 1+len(puts))
	if err := w.rootAction(split.Root); err != nil {
		return nil, err
	}
	for _, p := range puts {
		if err := w.partAction(p); err != nil {
			return nil, err
		}
	}
	if err := w.deletions(); err != nil {
		return nil, err
	}
	return &w.out, w.c.checkLimits(w.out.write, w.out.insts)
}

// unchanged returns the manifest entry of a part that need not be written: the
// value was read with exactly this content, it would be sealed as it is, and
// the part is where it belongs. What a declaration that encrypts other fields
// has read is stored as that one wants it.
func (w *writer) unchanged(inst stored.Inst, digest record.Digest) (ref stored.Ref, ok bool, err error) {
	if w.b.snap == nil || w.b.meta == nil || w.all || w.b.snap.Sealed != w.c.s.sealed {
		return stored.Ref{}, false, nil
	}
	ref, ok = w.b.meta.Parts[inst]
	known, read := w.b.snap.Digests[inst]
	loc := w.b.meta.Locate(inst, w.d.key.parts)
	if !ok || !read || known != digest || !w.snap.Root.Derives(inst, loc, w.d.key.parts) {
		return stored.Ref{}, false, nil
	}
	ok, err = w.sealedAsToday(inst)
	return stored.Ref{Stamp: ref.Stamp}, ok, err
}

func (w *writer) add(inst stored.Inst, a commit.Action) {
	w.out.insts = append(w.out.insts, inst)
	w.out.write.Actions = append(w.out.write.Actions, a)
}

func (w *writer) rootAction(doc attrs) error {
	c := w.c
	if err := w.bound.seal(w.ctx, "", doc, nil); err != nil {
		return err
	}
	if w.b.root != nil {
		takeOver(c.s.tree.Top, doc, w.b.root)
	}
	policy, err := w.bound.sealedPolicy(w.ctx)
	if err != nil {
		return err
	}
	w.snap.Root.Policy = policy
	maps.Copy(doc, c.s.keyAttrs(w.d.key))
	doc[c.s.metaAttr] = w.snap.Root.Encode()
	if w.b.read != nil {
		a, err := w.adoption(doc)
		w.add("", a)
		return err
	}
	var e expr.Builder
	cond, err := c.basisCond(&e, w.b)
	w.add("", commit.Action{Op: commit.Put, Table: c.table(c.s.table), KeyIn: c.s.keyNames(), Item: doc, Cond: cond, Names: e.Names, Values: e.Values})
	return err
}

// versionCond holds while the stored object is at a version. The birth, zero if
// it is not known, tells objects apart that were stored under the same key one
// after the other: a write that is repeated with its id may have made the same
// version of both.
func (c *core) versionCond(e *expr.Builder, version int64, id, birth stored.ID) string {
	conds := append(make([]string, 0, 3),
		e.Path(c.s.metaAttr, "v")+" = "+e.Value(item.Int(version)),
		e.Path(c.s.metaAttr, "r")+"[0] = "+e.Value(id.AV()))
	if birth != (stored.ID{}) {
		conds = append(conds, e.Path(c.s.metaAttr, "b")+" = "+e.Value(birth.AV()))
	}
	return expr.And(conds...)
}

func (w *writer) partAction(p place.Piece) error {
	c := w.c
	var notes noted
	if c.s.keep != nil {
		notes = w.snap.Envelopes
	}
	if err := w.bound.seal(w.ctx, p.Inst, p.Doc, notes); err != nil {
		return err
	}
	loc := w.snap.Root.Locate(p.Inst, w.d.key.parts)
	p.Doc[loc.KeyName] = item.String(loc.Key)
	p.Doc[c.s.metaAttr] = stored.Part{Stamp: w.snap.Root.Parts[p.Inst].Stamp, Owner: w.snap.Owner, Inst: p.Inst}.Encode()
	w.add(p.Inst, w.guard.put(loc, p.Doc))
	return nil
}

// deletions removes the parts that the new version no longer has, and the old
// copies of those that have moved.
func (w *writer) deletions() error {
	if w.b.meta == nil {
		return nil
	}
	var items occupied // by the new version, then by the parts that go
	for _, inst := range sorted.Keys(w.b.meta.Parts) {
		loc := w.b.meta.Locate(inst, w.d.key.parts)
		if _, kept := w.snap.Root.Parts[inst]; kept && w.snap.Root.Locate(inst, w.d.key.parts) == loc {
			continue
		}
		if err := w.c.checkTable(inst, loc); err != nil {
			return err
		}
		if items == nil {
			items = occupied{}
			for new := range w.snap.Root.Parts {
				items[w.snap.Root.Locate(new, w.d.key.parts)] = new
			}
		}
		if err := items.take(inst, loc); err != nil {
			return err
		}
		w.add(inst, w.guard.deletion(loc))
	}
	return nil
}

// plainReplacement is the write of an object without a record.
func (c *core) plainReplacement(d *draft, b basis) (*replacement, error) {
	doc := d.document()
	maps.Copy(doc, c.s.keyAttrs(d.key))
	a := commit.Action{Op: commit.Put, Table: c.table(c.s.table), KeyIn: c.s.keyNames(), Item: doc}
	var e expr.Builder
	pk := e.Name(c.s.key.attrs[0].name)
	if b.exists {
		a.Cond = "attribute_exists(" + pk + ")"
	} else {
		a.Cond = "attribute_not_exists(" + pk + ")"
	}
	a.Names = e.Names
	r := &replacement{write: &commit.Write{Actions: []commit.Action{a}}, insts: []stored.Inst{""}}
	return r, c.checkLimits(r.write, r.insts)
}
