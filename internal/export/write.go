package export

import (
	"context"
	"errors"
	"io"
	"maps"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/dystore/dystore/internal/answer"
	"github.com/dystore/dystore/internal/claim"
	"github.com/dystore/dystore/internal/commit"
	"github.com/dystore/dystore/internal/expr"
	"github.com/dystore/dystore/internal/fail"
	"github.com/dystore/dystore/internal/item"
	"github.com/dystore/dystore/internal/large"
	"github.com/dystore/dystore/internal/load"
	"github.com/dystore/dystore/internal/sorted"
	"github.com/dystore/dystore/internal/stored"
	"github.com/dystore/dystore/internal/tables"
)

// Options say how a document is stored.
type Options struct {
	commit.Options
	Overwrite bool // also over an object that is there
}

// Import stores the object of a document in one write; the id is the write's. The key is
// there as soon as it is known.
func Import(ctx context.Context, t *load.Typed, p commit.Protocol, r io.Reader, opts Options) (key tables.Key, id stored.ID, err error) {
	id = commit.NewObject(commit.Object{}, opts.Options).ID
	d, err := decode(r)
	if err != nil {
		return key, id, err
	}
	o, err := check(ctx, t.Schema, d)
	if err != nil {
		return tables.Key{Parts: d.key}, id, err
	}
	if o.meta == nil && opts.ID != (stored.ID{}) {
		return o.at, id, fail.Withf(fail.ErrInvalid, "WithWriteID: the object of the document has no record, which would remember the id")
	}
	if err := o.keyed(ctx, t); err != nil {
		return o.at, id, err
	}
	opts.ID, opts.New = id, opts.ID == (stored.ID{})
	op := &importing{object: o, t: t, opts: opts, obj: commit.ObjectOf(t.Tables, o.at, opts.Options)}
	return o.at, id, commit.Run(ctx, p, op)
}

// keyed asks DynamoDB whether the document names the key attributes of old tables, of which
// the model knows the names only. A Put takes the key from the item: with another attribute
// in its place, it would go over the part of another object.
func (o *object) keyed(ctx context.Context, t *load.Typed) error {
	asked := map[[2]string]bool{}
	for _, p := range o.parts {
		loc := o.meta.Locate(p.inst, o.at.Parts)
		of := [2]string{loc.Table, loc.KeyName}
		if t.Schema.Parts[loc.Table] != "" || asked[of] {
			continue
		}
		asked[of] = true
		var e expr.Builder
		_, err := t.Fetch.Get(ctx, t.Schema.PartItem(loc), false, e.Project(e.Name(loc.KeyName)))
		switch {
		case answer.Invalid(err):
			return wrong("has a part %s whose key attribute %s is not that of table %s", p.inst, loc.KeyName, loc.Table)
		case err != nil:
			return answer.Error(err)
		}
	}
	return nil
}

// importing writes an object as it was exported.
type importing struct {
	*object
	t     *load.Typed
	opts  Options
	obj   commit.Object
	b     commit.Basis
	known bool // b is the latest that was seen
}

// Object returns what is written.
func (o *importing) Object() *commit.Object { return &o.obj }

// Done has nothing to tell: the caller has no value of the object.
func (*importing) Done(*commit.Plan) {}

// over takes the stored root, or its record, which the next plan is made over.
func (o *importing) over(root attrs) error {
	o.b, o.known = commit.Basis{}, true
	if len(root) == 0 {
		return nil
	}
	m, err := o.t.Schema.RootMeta(root)
	switch {
	case err != nil:
		return err
	case o.t.Schema.Gone(root, m):
		o.b.Gone = &commit.Gone{Meta: m, Expiry: root[o.t.Schema.TTL]}
	default:
		o.b.Exists, o.b.Meta = true, m
	}
	return nil
}

// stored is the record of what is stored, whether or not it counts.
func (o *importing) stored() *stored.Root {
	if o.b.Gone != nil {
		return o.b.Gone.Meta
	}
	return o.b.Meta
}

func (o *importing) done() bool {
	m := o.stored()
	return m != nil && m.Wrote(o.obj.ID)
}

func (o *importing) readOver(ctx context.Context) error {
	root, err := o.t.Schema.ReadRecord(ctx, o.t.Fetch, o.at)
	if err != nil {
		return err
	}
	return o.over(root)
}

// Plan expects that there is no object, unless one may be replaced.
func (o *importing) Plan(ctx context.Context) (*commit.Plan, error) {
	s := o.t.Schema
	if s.Plain {
		return o.plain(), nil
	}
	if o.opts.Overwrite && !o.known {
		if err := o.readOver(ctx); err != nil {
			return nil, err
		}
	}
	if o.done() {
		return nil, nil
	}
	if err := s.CheckModel(o.b.Meta); err != nil {
		return nil, err // what only a newer program knows is not replaced
	}
	var e expr.Builder
	cond, err := o.b.Condition(&e, &o.obj)
	if err != nil {
		return nil, err
	}
	parts := make(map[stored.Inst]stored.Ref, len(o.parts))
	for _, p := range o.parts {
		parts[p.inst] = o.newRef(p.inst)
	}
	expires := o.expires()
	plan := o.b.Plan()
	guard := commit.Guard{Object: &o.obj, Expires: expires}
	taken := tables.Items{}
	for _, p := range o.parts {
		ref := parts[p.inst]
		loc := stored.Location{Table: ref.Table, KeyName: ref.KeyName, Key: ref.Key}
		if err := taken.Take(p.inst, loc); err != nil {
			return nil, err
		}
		part := commit.Part{Inst: p.inst, Action: guard.Put(s.FullName(loc.Table), loc, o.partItem(p.item, ref, expires))}
		how := large.How{Staged: o.obj.Staged, Pack: s.Tree.Packs(p.inst)}
		switch cuts := how.Cuts(part.Item); {
		case o.obj.Staged:
			part.Copy, part.Cut, part.Pack, ref.Cut = loc.Key, cuts, how.Pack, cuts
			parts[p.inst] = ref
		case cuts:
			return nil, commit.ErrStage
		}
		plan.Parts = append(plan.Parts, part)
	}
	if err := o.rest(plan, &guard, taken); err != nil {
		return nil, err
	}
	root := maps.Clone(o.root)
	next, pages, err := o.next(parts, expires)
	if err != nil {
		return nil, err
	}
	if next != nil {
		root[s.MetaAttr] = next
	}
	plan.Parts = append(plan.Parts, pages...)
	plan.Root = commit.Action{Op: commit.Put, Table: o.obj.Table, KeyIn: o.obj.KeyNames, Item: root, Cond: cond, Names: e.Names, Values: e.Values}
	return plan, nil
}

// expires is when the object does, in seconds since 1970, 0 for never.
func (o *importing) expires() int64 { return tables.Seconds(o.root[o.ttl()]) }

// newRef says where a part is written: under the key that is derived of the object's, or
// as a copy. The key of a copy that was exported may be that of an item which a staged
// write is about to delete.
func (o *importing) newRef(inst stored.Inst) stored.Ref {
	entity, loc, stamp := o.t.Schema.Entity, o.meta.Locate(inst, o.at.Parts), o.meta.Parts[inst].Stamp
	if o.obj.Staged {
		stamp = stored.NewID()
		return stored.Ref{Stamp: stamp, Table: loc.Table, KeyName: loc.KeyName, Key: stored.StagedKey(entity, o.at.Parts, inst, stamp)}
	}
	return stored.Ref{Stamp: stamp, Table: loc.Table, KeyName: loc.KeyName, Key: stored.DerivedKey(entity, o.at.Parts, inst)}
}

// partItem is the item of a part as it is written.
func (o *importing) partItem(exported attrs, ref stored.Ref, expires int64) attrs {
	it := maps.Clone(exported)
	it[ref.KeyName] = item.String(ref.Key)
	record := maps.Clone(it[o.t.Schema.MetaAttr].(*types.AttributeValueMemberM).Value)
	record["w"] = ref.Stamp.AV()
	delete(record, "b") // of the write that was exported
	it[o.t.Schema.MetaAttr] = &types.AttributeValueMemberM{Value: record}
	if o.ttl() != "" {
		delete(it, stored.PartTTL)
		commit.Expire(it, expires)
	}
	return it
}

// rest claims what is unique, and removes what the stored object leaves.
func (o *importing) rest(plan *commit.Plan, guard *commit.Guard, taken tables.Items) error {
	s, old := o.t.Schema, o.stored()
	for _, name := range sorted.Keys(o.claims) {
		if err := taken.Take(stored.Inst(name), o.claims[name]); err != nil {
			return err
		}
	}
	move := claim.Move{Tables: &s.Tables, Guard: guard, From: claim.Of(old), To: o.claims, Items: func() tables.Items { return taken }}
	plan.Parts = append(plan.Parts, move.Puts(func(string) bool { return true })...)
	if old == nil {
		return nil
	}
	for _, inst := range sorted.Keys(old.Parts) {
		loc := old.Locate(inst, o.at.Parts)
		if taken[loc] == inst {
			continue
		}
		if err := s.CheckTable(inst, loc); err != nil {
			return err
		}
		if err := taken.Take(inst, loc); err != nil {
			return err
		}
		plan.Parts = append(plan.Parts, commit.Part{Inst: inst, Stamp: old.Parts[inst].Stamp, Action: guard.Delete(s.FullName(loc.Table), loc)})
	}
	gone, err := move.Deletes()
	plan.Parts = append(plan.Parts, gone...)
	return err
}

// ttl is the attribute that says when the object expires, empty if there is none.
func (o *importing) ttl() string {
	if o.t.Schema.TTL != "" || o.meta == nil {
		return o.t.Schema.TTL
	}
	return o.meta.TTL
}

// next is the record that the import writes, with parts as they are written, nil if the
// object has none; and what is to be done about its pages. The import is a write, with an
// id of its own: what was known of the version that was exported must not hold of this
// one. Who has created and last changed the object, and when, stays; what this program
// does not know stays too.
func (o *importing) next(parts map[stored.Inst]stored.Ref, expires int64) (types.AttributeValue, []commit.Part, error) {
	s := o.t.Schema
	if o.meta == nil {
		pages, err := o.obj.RemovePages(&s.Tables, o.stored())
		return nil, pages, err
	}
	record := maps.Clone(o.root[s.MetaAttr].(*types.AttributeValueMemberM).Value)
	as := *o.meta
	as.Made = stored.NewID() // it is another object than the one that was exported
	if was := o.b.Meta; was != nil {
		as.Version, as.Made = max(as.Version, was.Version), was.Base().Birth
	}
	as.Version, as.Ring = as.Version+1, stored.Push(as.Ring, o.obj.ID)
	as.Entity, as.Parts, as.Expires, as.TTL = s.Entity, make(map[stored.Inst]stored.Ref, len(parts)), expires, o.ttl()
	for inst, ref := range parts {
		at := stored.Location{Table: ref.Table, KeyName: ref.KeyName, Key: ref.Key}
		as.Parts[inst] = o.meta.RefTo(inst, ref, at, o.at.Parts)
	}
	pages, err := o.obj.Page(&s.Tables, &as, o.stored())
	if err != nil {
		return nil, nil, err
	}
	as.Renew(record)
	if delete(record, "a"); o.meta.Updater != "" {
		record["a"] = stored.Actor(o.obj.ID, o.meta.Updater)
	}
	if delete(record, "q"); len(o.claims) > 0 {
		record["q"] = stored.EncodeClaims(o.claims)
	}
	if ttl := o.ttl(); ttl != "" {
		record["t"] = item.String(ttl)
	}
	return &types.AttributeValueMemberM{Value: record}, pages, nil
}

// plain is the write of an object without a record.
func (o *importing) plain() *commit.Plan {
	a := commit.Action{Op: commit.Put, Table: o.obj.Table, KeyIn: o.obj.KeyNames, Item: o.root}
	if !o.opts.Overwrite {
		var e expr.Builder
		a.Cond = o.obj.Absent(&e)
		a.Names, a.Values = e.Names, e.Values
	}
	return &commit.Plan{Root: a}
}

// Judge plans again where what is stored counts as absent, or may be replaced.
func (o *importing) Judge(ctx context.Context, out *commit.Outcome) (commit.Next, error) {
	if err := out.Complete(ctx, o.t.Fetch, o.t.Tables, o.at); err != nil {
		return commit.End, err
	}
	switch {
	case out.Kind == commit.Rejected:
		return commit.End, out.Rejection()
	case o.t.Schema.Plain:
		return commit.End, fail.ErrExists
	case out.Root == nil:
		if out.Disowned(o.b.Gone) {
			return commit.Learnt, nil
		}
		return commit.End, out.PartRefused()
	}
	before := o.b
	err := o.over(out.Root)
	switch {
	case o.done():
		return commit.End, nil
	case !out.Excludes(o.stored(), &before):
		return commit.End, commit.ErrOverwritten()
	case err != nil && (o.opts.Overwrite || !errors.Is(err, fail.ErrCorrupt)):
		return commit.End, err
	case o.opts.Overwrite:
		return commit.Beaten, nil
	case err == nil && o.b.Gone != nil:
		return commit.Learnt, nil
	case len(out.Root) == 0 && before.Gone != nil: // DynamoDB has deleted it meanwhile
		return commit.Beaten, nil
	}
	return commit.End, fail.ErrExists
}

// Recall looks whether the stored object shows that the write is done.
func (o *importing) Recall(ctx context.Context) (bool, error) {
	if o.t.Schema.Plain || o.meta == nil {
		return false, nil
	}
	err := o.readOver(ctx)
	return o.done(), err
}
