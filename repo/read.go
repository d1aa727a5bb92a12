package repo

import (
	"context"
	"reflect"
	"slices"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/dystore/dystore/cipher"
	"github.com/dystore/dystore/internal/codec"
	"github.com/dystore/dystore/internal/expr"
	"github.com/dystore/dystore/internal/fail"
	"github.com/dystore/dystore/internal/item"
	"github.com/dystore/dystore/internal/place"
	"github.com/dystore/dystore/internal/record"
	"github.com/dystore/dystore/internal/seal"
	"github.com/dystore/dystore/internal/sorted"
	"github.com/dystore/dystore/internal/stored"
)

// The read path: load (load.go) → open sealed values → assemble → decode.

// read reads the object with a key; the snapshot is nil where nobody wants it.
func (c *typed) read(ctx context.Context, key storedKey, opts readOptions) (reflect.Value, *record.Snapshot, error) {
	sel, err := c.selection(opts)
	if err != nil {
		return reflect.Value{}, nil, err
	}
	o := newLoading(key, sel)
	if err := c.load(ctx, []*loading{o}, !opts.eventually, sel.guesses()); err != nil {
		return reflect.Value{}, nil, err
	}
	if o.err != nil {
		return reflect.Value{}, nil, o.err
	}
	return c.finish(ctx, o)
}

// exists reports whether there is a root item with the key.
func (c *reader) exists(ctx context.Context, key storedKey, strong bool) (bool, error) {
	var e expr.Builder
	found, err := c.get.One(ctx, c.s.rootItem(key), strong, e.Project(e.Name(c.s.keys[0].name)))
	return found != nil, err
}

// finish turns loaded items into a value of T.
func (c *typed) finish(ctx context.Context, o *loading) (reflect.Value, *record.Snapshot, error) {
	ptr, snap, err := c.decoded(ctx, o)
	if err != nil {
		return reflect.Value{}, nil, err
	}
	c.s.setRecord(ptr, snap)
	if c.validateOnRead {
		if err := c.s.validateValue(ctx, ptr, c.s.unasked(snap, false)); err != nil {
			return reflect.Value{}, nil, err
		}
	}
	return ptr, snap, nil
}

// decoded is the value that was read, and what is to be remembered of it.
func (c *typed) decoded(ctx context.Context, o *loading) (reflect.Value, *record.Snapshot, error) {
	doc, snap, err := c.assemble(ctx, o, &c.s.sealing)
	if err != nil {
		return reflect.Value{}, nil, err
	}
	if snap != nil {
		snap.Unloaded = o.sel.unloaded(o.meta)
		snap.Unknown = record.Extract(c.s.codec, doc, nil)
	}
	ptr := reflect.New(c.s.typ)
	for i, a := range c.s.key.attrs {
		if !c.s.key.detached {
			doc[a.name] = o.key.parts[i]
		}
	}
	if err := codec.DecodeStruct(c.s.codec, doc, ptr.Elem()); err != nil {
		err = c.s.sealing.Explain(o.key.parts, nil, &types.AttributeValueMemberM{Value: doc}, c.s.codec, err)
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
func (c *reader) assemble(ctx context.Context, o *loading, sealing *seal.Sealing) (map[string]types.AttributeValue, *record.Snapshot, error) {
	doc, track := o.root, o.sel != nil && o.sel.track
	delete(doc, c.s.metaAttr)
	for _, k := range c.s.keys {
		delete(doc, k.name)
	}
	var bare *record.Snapshot
	if o.meta == nil && track && !c.s.plain {
		bare = &record.Snapshot{Table: c.s.root, Owner: o.ownerOf(c), Sealed: sealing.Encoded, Key: slices.Clone(o.key.parts), Read: item.CloneMap(doc)}
	}
	sealed, err := sealing.Of(o.key.parts)
	if err != nil {
		return nil, nil, err
	}
	if err := sealed.Open(ctx, "", doc, nil); err != nil || o.meta == nil {
		return doc, bare, err
	}
	if err := o.checkShape(sealing); err != nil {
		return nil, nil, err
	}
	parts := c.partDocs(o)
	var digests map[stored.Inst]record.Digest
	var notes seal.Noted
	var digester record.Digester
	if track && len(parts) > 0 {
		digests, notes = make(map[stored.Inst]record.Digest, len(parts)), seal.Noted{}
	}
	for inst, part := range parts {
		if err := sealed.Open(ctx, inst, part, notes); err != nil {
			return nil, nil, err
		}
		if digests != nil {
			digests[inst] = digester.OfMap(part)
		}
	}
	if err := place.Assemble(o.meta, doc, parts, func(i stored.Inst) bool { return !o.wants(i) }); err != nil {
		return nil, nil, fail.Withf(ErrCorrupt, "%w", err)
	}
	if !track {
		return doc, nil, nil
	}
	return doc, &record.Snapshot{
		Table: c.s.root, Owner: o.ownerOf(c), Sealed: sealing.Encoded, Key: slices.Clone(o.key.parts), Root: o.meta, Digests: digests, Envelopes: notes,
	}, nil
}

// checkShape refuses a record that would put parts, lists or maps where they
// would displace encrypted values: the record itself is not encrypted.
func (o *loading) checkShape(sealing *seal.Sealing) error {
	if sealing.Policy == nil {
		return nil
	}
	for _, inst := range sorted.Keys(o.meta.Parts) {
		if o.wants(inst) && !sealing.Admits(inst, false) {
			return misplaced(inst)
		}
	}
	for _, inst := range sorted.Keys(o.meta.Orders) {
		if o.wants(inst) && !sealing.Admits(inst, !o.meta.Orders[inst].IsMap) {
			return misplaced(inst)
		}
	}
	return nil
}

func misplaced(inst stored.Inst) error {
	return fail.At(fail.Text(inst), fail.Withf(ErrCorrupt, "%w: the stored record has a part, list or map here", cipher.ErrNotEncrypted))
}

// recognise notes what the elements of lists are recognised by when the value
// is written back. What is stored would not do: it may lack fields that the
// type has, or hold parts that were not read. So the value is encoded again, as
// a write will do. Only elements that have an id are to be recognised.
func (c *typed) recognise(snap *record.Snapshot, ptr reflect.Value) error {
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
func (c *typed) listElements(snap *record.Snapshot, places []*place.Place, base stored.Inst, doc attrs) {
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
