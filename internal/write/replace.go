package write

import (
	"context"
	"maps"
	"slices"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/dystore/dystore/internal/attr"
	"github.com/dystore/dystore/internal/claim"
	"github.com/dystore/dystore/internal/commit"
	"github.com/dystore/dystore/internal/expr"
	"github.com/dystore/dystore/internal/fail"
	"github.com/dystore/dystore/internal/item"
	"github.com/dystore/dystore/internal/large"
	"github.com/dystore/dystore/internal/parts"
	"github.com/dystore/dystore/internal/place"
	"github.com/dystore/dystore/internal/recordjson"
	"github.com/dystore/dystore/internal/seal"
	"github.com/dystore/dystore/internal/snapshot"
	"github.com/dystore/dystore/internal/sorted"
	"github.com/dystore/dystore/internal/stored"
	"github.com/dystore/dystore/internal/tables"
	"github.com/dystore/dystore/internal/wire"
)

// basis is what a whole write replaces.
type basis struct {
	commit.Basis
	snap  *snapshot.Snapshot // what the value was read with; nil: every part is written
	root  attrs              // the stored root item, where KeepShards takes parts over from it
	whole bool               // not the record alone was read
}

// replacement plans the write of d over b: what changed, what is gone, in one
// transaction, or one PutItem if only the root is concerned.
func (o *whole) replacement(ctx context.Context, d *Draft, b basis) (*commit.Plan, error) {
	s := o.w.Schema
	if s.Plain {
		return o.plainReplacement(d, b), nil
	}
	tree, err := s.Tree, o.w.checkGaps(d, b)
	if err == nil && b.snap != nil {
		tree, err = s.Over(b.Meta)
	}
	if err == nil && o.opts.KeepShards {
		b, err = o.keeping(ctx, b, tree)
	}
	if err != nil {
		return nil, err
	}
	doc, apart, err := o.w.documentOf(ctx, d, b.snap)
	writes := o.w.writes(d)
	if err == nil && writes && o.looksInto(b) {
		writes = false
		doc, err = wire.Expand(doc)
	}
	if err != nil {
		return nil, err
	}
	a := &aligner{s: s, meta: b.Meta, snap: b.snap, parts: apart, ignore: o.opts.KeepShards,
		ids: map[stored.Inst][]stored.ElemID{}, elems: map[stored.Inst][]snapshot.Element{}}
	if o.opts.KeepShards {
		leaveOut(tree.Top, doc)
	}
	unknown, err := a.follow(doc)
	if err == nil {
		err = a.places(tree.Top, "", doc)
	}
	if err == nil && o.opts.Rewrite {
		err = a.checkRewritten()
	}
	if err != nil {
		return nil, err
	}
	sealed, forms := seal.Object{}, seal.Forms{}
	if sealed, err = s.Sealing.Of(d.Key.Parts); err == nil && (o.opts.Rewrite || o.renews) {
		unknown, err = renewed(ctx, unknown, &sealed, forms)
	}
	if err != nil {
		return nil, err
	}
	unknown.Restore(doc)
	next := b.Next(&o.obj, tree.ID, tree.Layout)
	next.Expires = tables.Seconds(doc[next.TTL])
	if err := a.claim(next, doc, d.Key); err != nil {
		return nil, err
	}
	snap := &snapshot.Snapshot{
		Table: s.Root, Owner: o.obj.Owner, Sealed: s.Sealing.Encoded, Key: d.Key.Parts,
		Root: next, Digests: make(map[stored.Inst]snapshot.Digest, b.Parts()), Elems: a.elems, Envelopes: seal.Noted{},
	}
	a.keepSnapshot(snap, unknown)
	for _, inst := range a.carried {
		a.keepEntries(inst, snap.Root, d.Key)
	}
	split, err := tree.Split(doc, a.idsOf)
	if err != nil {
		return nil, fail.Withf(fail.ErrInvalid, "%w", err)
	}
	pieces := parts.Divide(tree, split, apart, a.idsOf)
	maps.Copy(snap.Root.Orders, split.Orders)
	p := &planner{w: o.w, ctx: ctx, obj: &o.obj, d: d, b: b, snap: snap, guard: commit.Guard{Object: &o.obj, Expires: next.Expires}, all: o.opts.Rewrite, keeps: o.opts.KeepShards || len(a.carried) > 0, sealed: sealed, forms: forms, writes: writes}
	if !o.renews {
		return p.plan(split.Root, pieces)
	}
	p.sealed.Trim(ctx, "", split.Root)
	var digester snapshot.Digester
	root := digester.OfMap(split.Root)
	plan, err := p.plan(split.Root, pieces)
	if err == nil {
		o.stays, err = p.asStored(root)
	}
	return plan, err
}

// renewed is what the type does not know, sealed as today: or an old key would stay in use.
func renewed(ctx context.Context, u *snapshot.Unknown, sealed *seal.Object, forms seal.Forms) (*snapshot.Unknown, error) {
	return u.Replaced(func(path attr.Path, av types.AttributeValue) (types.AttributeValue, error) {
		return sealed.Renew(ctx, forms, path, av, false)
	})
}

func (a *aligner) idsOf(list stored.Inst, n int) []stored.ElemID { return a.ids[list] }

// checkGaps refuses to write a value that was read without some part to where
// that part is not kept: it would be stored empty.
func (w *Writer) checkGaps(d *Draft, b basis) error {
	s := w.Schema
	snap := s.Snapshot(d.ptr)
	if snap == nil || len(snap.Unloaded) == 0 {
		return nil
	}
	unloaded := sorted.Keys(snap.Unloaded)
	for _, path := range unloaded {
		if !slices.ContainsFunc(s.Tree.All, func(p *place.Place) bool { return p.Path.String() == path }) {
			return fail.At(fail.Text(path), fail.Withf(fail.ErrNotLoaded, "the value was read without this part, by a declaration that keeps it apart; this one does not"))
		}
	}
	gap := fail.Text(unloaded[0])
	switch {
	case snap.Sealed != s.Sealing.Encoded:
		return fail.At(gap, fail.Withf(fail.ErrNotLoaded, "the value was read without this part, by a declaration that encrypts other fields; read it whole"))
	case b.snap == nil || b.Meta == nil:
		return fail.At(gap, fail.Withf(fail.ErrNotLoaded, "the value was read without this part, and the object to be written has none to keep"))
	case !stored.SameShape(b.Meta.Layout, snap.Root.Layout):
		return fail.At(gap, fail.Withf(fail.ErrNotLoaded, "the value was read without this part, and the object has been divided in another way since; read it again"))
	}
	return nil
}

// planner turns a divided document into a plan.
type planner struct {
	w      *Writer
	ctx    context.Context
	obj    *commit.Object
	d      *Draft
	b      basis
	snap   *snapshot.Snapshot
	sealed seal.Object
	guard  commit.Guard
	out    *commit.Plan

	all    bool       // Rewrite: every part is written
	keeps  bool       // parts stay as they are that nobody has looked at
	writes bool       // parts and records may be written as JSON
	forms  seal.Forms // how values are sealed today

	table, full string // the last one that was named
}

// fullName is Schema.FullName. Most parts are in the table of the part before.
func (p *planner) fullName(table string) string {
	if p.table != table {
		p.table, p.full = table, p.w.Schema.FullName(table)
	}
	return p.full
}

func (p *planner) plan(doc attrs, pieces []parts.Piece) (*commit.Plan, error) {
	root := p.snap.Root
	puts := make([]*parts.Piece, 0, len(pieces))
	var digester snapshot.Digester
	for i := range pieces {
		piece := &pieces[i]
		if piece.Doc != nil {
			p.sealed.Trim(p.ctx, piece.Inst, piece.Doc)
			piece.Digest = digester.OfMap(piece.Doc)
		}
		p.snap.Digests[piece.Inst] = piece.Digest
		ref, ok, err := p.unchanged(piece.Inst, piece.Digest)
		if err != nil {
			return nil, err
		}
		if ok && (ref.Cut || !p.packs(piece)) {
			root.Parts[piece.Inst] = ref
			if e := p.b.snap.Envelopes[piece.Inst]; e != nil {
				p.snap.Envelopes[piece.Inst] = e
			}
			continue
		}
		if err := piece.Encode(p.writes); err != nil {
			return nil, fail.Withf(fail.ErrInvalid, "%w", err)
		}
		root.Parts[piece.Inst] = p.obj.NewRef(root.Layout.Home(piece.Inst), piece.Inst)
		puts = append(puts, piece)
	}
	root.CountDynamic()
	p.out = p.b.Plan()
	p.out.Snapshot = p.snap
	if len(puts) > 0 {
		p.out.Parts = make([]commit.Part, 0, len(puts))
	}
	if err := p.retimeCopies(); err != nil {
		return nil, err
	}
	for _, piece := range puts {
		if err := p.partAction(piece); err != nil {
			return nil, err
		}
	}
	if err := p.rest(); err != nil {
		return nil, err
	}
	return p.out, p.rootAction(doc) // last: the record says what has become of the parts
}

// packs reports whether a part is to be compressed.
func (p *planner) packs(piece *parts.Piece) bool {
	return p.w.Schema.Tree.Packs(piece.Inst) && item.Size(piece.Doc) >= large.LeastPacked
}

// unchanged returns the manifest entry of a part that need not be written: the
// value was read with exactly this content, it would be sealed as it is, and
// the part is where it belongs. What a declaration that encrypts other fields
// has read is stored as that one wants it.
func (p *planner) unchanged(inst stored.Inst, digest snapshot.Digest) (ref stored.Ref, ok bool, err error) {
	if p.b.snap == nil || p.b.Meta == nil || p.all || p.b.snap.Sealed != p.w.Schema.Sealing.Encoded {
		return stored.Ref{}, false, nil
	}
	_, there := p.b.Meta.Parts[inst]
	known, read := p.b.snap.Digests[inst]
	if !there || !read || known != digest {
		return stored.Ref{}, false, nil
	}
	if ref, ok = p.snap.Root.Stays(inst, p.b.Meta, p.d.Key.Parts); ok {
		ok, err = p.forms.Current(p.ctx, &p.sealed, p.b.snap.Envelopes[inst])
	}
	return ref, ok, err
}

func (p *planner) rootAction(doc attrs) error {
	s := p.w.Schema
	if err := p.sealed.Seal(p.ctx, "", doc, nil); err != nil {
		return err
	}
	if p.b.root != nil {
		copyInlineParts(s.Tree.Top, doc, p.b.root)
	}
	policy, err := p.list()
	if err != nil {
		return err
	}
	p.snap.Root.Policy, p.out.Policy = policy, policy
	p.obj.PutKey(doc)
	pages, err := p.obj.Page(&s.Tables, p.snap.Root, p.b.record())
	if err != nil {
		return err
	}
	p.out.Parts = append(p.out.Parts, pages...)
	if p.writes {
		doc[s.MetaAttr] = recordjson.Root(p.snap.Root)
	} else {
		doc[s.MetaAttr] = p.snap.Root.Encode()
	}
	if p.b.Read != nil {
		p.out.Root, err = p.adoption(doc)
		return err
	}
	var e expr.Builder
	cond, err := p.b.Condition(&e, p.obj)
	p.out.Root = commit.Action{Op: commit.Put, Table: p.obj.Table, KeyIn: p.obj.KeyNames, Item: doc, Cond: cond, Names: e.Names, Values: e.Values}
	return err
}

// list is the list of encrypted paths of the new root.
func (p *planner) list() ([]byte, error) {
	if p.keeps && p.b.Meta != nil {
		return p.sealed.ListOver(p.ctx, p.b.Meta.Policy)
	}
	return p.sealed.List(p.ctx)
}

func (p *planner) partAction(piece *parts.Piece) error {
	s := p.w.Schema
	var notes seal.Noted
	if s.Keep != nil {
		notes = p.snap.Envelopes
	}
	if err := p.sealed.Seal(p.ctx, piece.Inst, piece.Doc, notes); err != nil {
		return err
	}
	loc := p.snap.Root.Locate(piece.Inst, p.d.Key.Parts)
	piece.Doc[loc.KeyName] = item.String(loc.Key)
	commit.Expire(piece.Doc, p.guard.Expires)
	record := stored.Part{Stamp: p.snap.Root.Parts[piece.Inst].Stamp, Owner: p.snap.Owner, Inst: piece.Inst}
	if p.writes {
		piece.Doc[s.MetaAttr] = recordjson.Part(record)
	} else {
		piece.Doc[s.MetaAttr] = record.Encode()
	}
	part := commit.Part{Inst: piece.Inst, Action: p.guard.Put(p.fullName(loc.Table), loc, piece.Doc)}
	how := large.How{Staged: p.obj.Staged, Pack: s.Tree.Packs(piece.Inst)}
	switch cuts := how.Cuts(piece.Doc); {
	case cuts && !p.obj.Staged:
		return commit.ErrStage
	case p.obj.Staged:
		ref := p.snap.Root.Parts[piece.Inst]
		ref.Cut = cuts
		p.snap.Root.Parts[piece.Inst] = ref
		part.Copy, part.Cut, part.Pack = loc.Key, cuts, how.Pack
	}
	p.out.Parts = append(p.out.Parts, part)
	return nil
}

// rest removes the parts that the new version no longer has, and the old copies of
// those that have moved; those that stay expire with the object. Then it claims what is
// unique.
func (p *planner) rest() error {
	var taken tables.Items // by the new version, then by what goes
	items := func() tables.Items {
		if taken == nil {
			taken = tables.ItemsOf(p.snap.Root, p.d.Key.Parts)
		}
		return taken
	}
	old, retimed := p.replaced()
	for _, inst := range sorted.Keys(old.Parts) {
		ref, kept := p.snap.Root.Parts[inst]
		kept = kept && p.snap.Root.Shares(inst, old, p.d.Key.Parts)
		if kept && !(retimed && ref.Stamp == old.Parts[inst].Stamp) {
			continue // nearly always
		}
		loc := old.Locate(inst, p.d.Key.Parts)
		if err := p.w.Schema.CheckTable(inst, loc); err != nil {
			return err
		}
		if kept {
			p.out.Parts = append(p.out.Parts, p.guard.Retimed(inst, p.fullName(loc.Table), loc, ref.Stamp, old.Expires))
			continue
		}
		if err := items().Take(inst, loc); err != nil {
			return err
		}
		p.out.Parts = append(p.out.Parts, commit.Part{Inst: inst, Stamp: old.Parts[inst].Stamp, Action: p.guard.Delete(p.fullName(loc.Table), loc)})
	}
	move := claim.Move{Tables: &p.w.Schema.Tables, Guard: &p.guard, From: old.Claims, To: p.snap.Root.Claims, Items: items}
	p.out.Parts = append(p.out.Parts, move.Puts(func(name string) bool { return retimed || p.all && p.w.Schema.Claims(name) })...)
	gone, err := move.Deletes()
	p.out.Parts = append(p.out.Parts, gone...)
	return err
}

// plainReplacement is the write of an object without a record.
func (o *whole) plainReplacement(d *Draft, b basis) *commit.Plan {
	doc := d.document()
	o.obj.PutKey(doc)
	a := commit.Action{Op: commit.Put, Table: o.obj.Table, KeyIn: o.obj.KeyNames, Item: doc}
	var e expr.Builder
	if b.Exists {
		a.Cond = o.obj.Present(&e)
	} else {
		a.Cond = o.obj.Absent(&e)
	}
	a.Names, a.Values = e.Names, e.Values
	return &commit.Plan{Root: a}
}
