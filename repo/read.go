package repo

import (
	"context"
	"reflect"
	"slices"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/dystore/dystore/internal/attr"
	"github.com/dystore/dystore/internal/codec"
	"github.com/dystore/dystore/internal/expr"
	"github.com/dystore/dystore/internal/fail"
	"github.com/dystore/dystore/internal/item"
	"github.com/dystore/dystore/internal/place"
	"github.com/dystore/dystore/internal/record"
	"github.com/dystore/dystore/internal/stored"
)

// The read path: load (load.go) → open sealed values → assemble → decode.

// get reads the object with a key; the snapshot is nil where nobody wants it.
func (c *core) get(ctx context.Context, key storedKey, call call) (reflect.Value, *record.Snapshot, error) {
	if err := c.beginAt(ctx, call, key); err != nil {
		return reflect.Value{}, nil, err
	}
	sel, err := c.selection(call)
	if err != nil {
		return reflect.Value{}, nil, err
	}
	o := newLoading(key, sel)
	if err := c.load(ctx, []*loading{o}, !call.eventually, sel.guesses()); err != nil {
		return reflect.Value{}, nil, err
	}
	if o.err != nil {
		return reflect.Value{}, nil, o.err
	}
	return c.finish(ctx, o, sel)
}

func (c *core) exists(ctx context.Context, key storedKey, call call) (bool, error) {
	if err := c.beginAt(ctx, call, key); err != nil {
		return false, err
	}
	var e expr.Builder
	p := &projection{expr: e.Name(c.s.key.attrs[0].name), names: nil}
	p.names = e.Names
	item, err := c.fetchOne(ctx, get{c.table(c.s.table), c.s.keyAttrs(key)}, !call.eventually, p)
	return item != nil, err
}

// selection is what a read leaves out.
type selection struct {
	c     *core
	skip  []*place.Place
	track bool      // digests are wanted, for a later Put
	path  attr.Path // only what this path goes through, nil = everything
}

func (c *core) selection(call call) (*selection, error) {
	sel := &selection{c: c, track: c.s.keep != nil || call.track}
	if (call.rootOnly || len(call.skip) > 0) && c.s.keep == nil {
		return nil, fail.Withf(ErrInvalid, "RootOnly and Skip need meta.Keep: without a record nothing would remember, at the next Put, that parts are missing")
	}
	if call.rootOnly {
		for _, p := range c.s.tree.All {
			sel.leaveOut(p)
		}
	}
	for _, sh := range call.skip {
		places := c.s.shards[sh]
		if len(places) == 0 {
			return nil, fail.Withf(ErrInvalid, "Skip: the shard is not one of this model")
		}
		for _, p := range places {
			sel.leaveOut(p)
		}
	}
	return sel, nil
}

// guesses are the fixed parts to ask for at once, on the chance that they exist.
func (s *selection) guesses() []stored.Inst {
	fixed := s.c.s.guess
	if s.path == nil && len(s.skip) == 0 {
		return fixed
	}
	return slices.DeleteFunc(slices.Clone(fixed), func(inst stored.Inst) bool { return !s.wanted(inst, nil) })
}

// leaveOut skips a place. Lists and maps whose parts may stand in their parent
// are read whole all the same: half of one could not be written back.
func (s *selection) leaveOut(p *place.Place) {
	if p.Table != "" && !p.Whole() {
		s.skip = append(s.skip, p)
	}
}

// wanted reports whether a part of the object that m describes is read; m is
// nil as long as that is not known.
func (s *selection) wanted(inst stored.Inst, m *stored.Root) bool {
	if s.plainly(inst, m) {
		return true
	}
	path := stored.PlaceOf(inst)
	if s.path != nil && !path.Overlaps(s.path) {
		return false
	}
	for _, p := range s.skips(m) {
		if p.Path.Covers(path) {
			return false
		}
	}
	return !s.c.s.foreign(path)
}

// plainly reports whether there is no reason to leave a part out: everything
// is read, and the part has a place in the model.
func (s *selection) plainly(inst stored.Inst, m *stored.Root) bool {
	if s.path != nil || len(s.skip) > 0 || m == nil || m.LayoutID != s.c.s.tree.ID {
		return false
	}
	ref, part := m.Parts[inst]
	return part && !ref.Elsewhere()
}

// skips are the places that are left out. An object that is divided in another
// way is read whole: a part of one layout is half of one in another.
func (s *selection) skips(m *stored.Root) []*place.Place {
	if len(s.skip) > 0 && m != nil && m.LayoutID != s.c.s.tree.ID && !stored.SameShape(m.Layout, s.c.s.tree.Layout) {
		return nil
	}
	return s.skip
}

// unloaded names the places that are missing from a value read with s. A part
// that stands in its parent was read with it.
func (s *selection) unloaded(m *stored.Root) map[string]bool {
	skip := s.skips(m)
	if len(skip) == 0 || m == nil { // without a record there are no parts
		return nil
	}
	out := map[string]bool{}
	for _, p := range skip {
		if _, apart := m.Parts[stored.Inst("").Join(p.Path)]; !p.Spill || apart {
			out[p.Path.String()] = true
		}
	}
	return out
}

// finish turns loaded items into a value of T.
func (c *core) finish(ctx context.Context, o *loading, sel *selection) (reflect.Value, *record.Snapshot, error) {
	ptr, snap, err := c.decoded(ctx, o, sel)
	if err != nil {
		return reflect.Value{}, nil, err
	}
	c.setRecord(ptr, snap)
	if c.cfg.validateOnRead {
		if err := c.validate(ctx, ptr, c.unasked(snap, call{})); err != nil {
			return reflect.Value{}, nil, err
		}
	}
	return ptr, snap, nil
}

// decoded is the value that was read, and what is to be remembered of it.
func (c *core) decoded(ctx context.Context, o *loading, sel *selection) (reflect.Value, *record.Snapshot, error) {
	doc, snap, err := c.assemble(ctx, o, sel)
	if err != nil {
		return reflect.Value{}, nil, err
	}
	if snap != nil {
		snap.Unloaded = sel.unloaded(o.meta)
		snap.Unknown = record.Extract(c.s.codec, doc, nil)
	}
	ptr := reflect.New(c.s.typ)
	for i, a := range c.s.key.attrs {
		if !c.s.key.detached {
			doc[a.name] = o.key.parts[i]
		}
	}
	if err := codec.DecodeStruct(c.s.codec, doc, ptr.Elem()); err != nil {
		err = c.explain(o.key, nil, &types.AttributeValueMemberM{Value: doc}, c.s.codec, err)
		return reflect.Value{}, nil, fail.Withf(ErrCorrupt, "%w", err)
	}
	if snap != nil {
		err = c.recognise(snap, ptr)
	}
	return ptr, snap, err
}

// assemble opens the sealed values of a loaded object and puts it together.
// The document has no key attributes and no record. The snapshot is nil unless
// digests are wanted.
func (c *core) assemble(ctx context.Context, o *loading, sel *selection) (attrs, *record.Snapshot, error) {
	doc := o.root
	delete(doc, c.s.metaAttr)
	for _, a := range c.s.key.attrs {
		delete(doc, a.name)
	}
	var bare *record.Snapshot
	if o.meta == nil && sel.track && !c.s.plain {
		bare = &record.Snapshot{Table: c.s.table, Owner: o.ownerOf(c), Sealed: c.s.sealed, Key: slices.Clone(o.key.parts), Read: item.CloneMap(doc)}
	}
	bound, err := c.bound(o.key)
	if err != nil {
		return nil, nil, err
	}
	if err := bound.open(ctx, "", doc, nil); err != nil || o.meta == nil {
		return doc, bare, err
	}
	if err := c.checkShape(o.meta, sel); err != nil {
		return nil, nil, err
	}
	parts := c.partDocs(o)
	var digests map[stored.Inst]record.Digest
	var sealed noted
	var digester record.Digester
	if sel.track && len(parts) > 0 {
		digests, sealed = make(map[stored.Inst]record.Digest, len(parts)), noted{}
	}
	for inst, part := range parts {
		if err := bound.open(ctx, inst, part, sealed); err != nil {
			return nil, nil, err
		}
		if digests != nil {
			digests[inst] = digester.OfMap(part)
		}
	}
	if err := place.Assemble(o.meta, doc, parts, func(i stored.Inst) bool { return !sel.wanted(i, o.meta) }); err != nil {
		return nil, nil, fail.Withf(ErrCorrupt, "%w", err)
	}
	if !sel.track {
		return doc, nil, nil
	}
	return doc, &record.Snapshot{
		Table: c.s.table, Owner: o.ownerOf(c), Sealed: c.s.sealed, Key: slices.Clone(o.key.parts), Root: o.meta, Digests: digests, Envelopes: sealed,
	}, nil
}

// recognise notes what the elements of lists are recognised by when the value
// is written back. What is stored would not do: it may lack fields that the
// type has, or hold parts that were not read. So the value is encoded again, as
// a write will do. Only elements that have an id are to be recognised.
func (c *core) recognise(snap *record.Snapshot, ptr reflect.Value) error {
	tree, err := c.s.over(snap.Root)
	if err != nil {
		return err
	}
	divided := snap.Root != nil && snap.Root.HasElements()
	if !divided && !snap.Unknown.Lists() {
		return nil
	}
	doc, err := codec.EncodeStruct(c.s.codec, ptr.Elem())
	if err != nil {
		return nil // nor can it be written
	}
	snap.Unknown.Recognise(doc, c.s.identity)
	if divided {
		snap.Elems = map[stored.Inst][]record.Element{}
		c.listElements(snap, tree.Top, "", doc)
	}
	return nil
}

// listElements is recognise for divided lists.
func (c *core) listElements(snap *record.Snapshot, places []*place.Place, base stored.Inst, doc attrs) {
	for _, p := range places {
		parent, name, ok := place.Locate(doc, p.Rel)
		if !ok {
			continue
		}
		inst := base.Join(p.Rel)
		switch v := parent[name].(type) {
		case *types.AttributeValueMemberM:
			if p.Kind == stored.One {
				c.listElements(snap, p.Kids, inst, v.Value)
				continue
			}
			for key, e := range v.Value {
				if m, ok := e.(*types.AttributeValueMemberM); ok && len(p.Kids) > 0 {
					c.listElements(snap, p.Kids, inst.Key(key), m.Value)
				}
			}
		case *types.AttributeValueMemberL:
			snap.Elems[inst] = record.Elements(v.Value, c.s.identity.Of(p.Path))
			ids := snap.Root.Orders[inst].Elems
			for i, e := range v.Value {
				if m, ok := e.(*types.AttributeValueMemberM); ok && i < len(ids) && len(p.Kids) > 0 {
					c.listElements(snap, p.Kids, inst.Elem(ids[i].ID), m.Value)
				}
			}
		}
	}
}
