package load

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
	"github.com/dystore/dystore/internal/schema"
	"github.com/dystore/dystore/internal/seal"
	"github.com/dystore/dystore/internal/snapshot"
	"github.com/dystore/dystore/internal/sorted"
	"github.com/dystore/dystore/internal/stored"
	"github.com/dystore/dystore/internal/straight"
	"github.com/dystore/dystore/internal/tables"
)

// The read path: load (rounds.go) → open sealed values → assemble → decode.

// Get reads the object with a key; the snapshot is nil unless it is wanted. With
// Options.Damaged there may be a value and a *damage.Error.
func (t *Typed) Get(ctx context.Context, key tables.Key, opts Options) (reflect.Value, *snapshot.Snapshot, error) {
	sel, err := t.Select(opts)
	if err != nil {
		return reflect.Value{}, nil, err
	}
	o := NewObject(key, sel)
	if err := t.Load(ctx, []*Object{o}, !opts.Eventually, sel.Guesses()); err != nil {
		return reflect.Value{}, nil, err
	}
	if o.Err != nil {
		return reflect.Value{}, nil, o.Err
	}
	return t.finish(ctx, o)
}

// Exists reports whether there is a root item with the key.
func (r *Reader) Exists(ctx context.Context, key tables.Key, strong bool) (bool, error) {
	var e expr.Builder
	docs := append(r.Tables.LifeDocs(&e), e.Name(r.Tables.Keys[0].Name))
	proj := e.Project(docs...)
	older := r.Tables.Outdated(nil) && r.Tables.TTL != "" // only the record says when such an object expires
	if older {
		proj = nil
	}
	found, err := r.Fetch.One(ctx, r.Tables.RootItem(key), strong, proj)
	ended := r.Tables.Ended(found)
	if m, err := r.Tables.RootMeta(found); older && err == nil && m != nil {
		ended = ended || tables.Expired(m.Expires)
	}
	return found != nil && !ended, err
}

// finish turns loaded items into a value of T. Of a damaged object it returns the value
// and the damage.
func (t *Typed) finish(ctx context.Context, o *Object) (reflect.Value, *snapshot.Snapshot, error) {
	ptr, snap, err := t.Decoded(ctx, o)
	if err != nil {
		return reflect.Value{}, nil, err
	}
	t.Schema.SetRecord(ptr, snap)
	o.counted.Fill(ptr)
	if err := o.damage.Err(o.Key.Parts); err != nil {
		return ptr, snap, err
	}
	if t.validateOnRead {
		if err := t.Schema.Validate(ctx, ptr, t.Schema.Unvalidated(snap, false)); err != nil {
			return reflect.Value{}, nil, err
		}
	}
	return ptr, snap, nil
}

// Decoded is the value that was read, and what is to be remembered of it.
func (t *Typed) Decoded(ctx context.Context, o *Object) (reflect.Value, *snapshot.Snapshot, error) {
	if ptr, snap, err := t.straight(ctx, o); err != straight.ErrOtherwise {
		return ptr, snap, err
	}
	doc, snap, err := t.document(ctx, o)
	if err != nil {
		return reflect.Value{}, nil, err
	}
	if snap != nil && o.sel.former == nil {
		snap.Unloaded = o.sel.unloaded(o.Meta)
		snap.Unknown = snapshot.Extract(t.Schema.Codec, doc, nil)
	}
	ptr := reflect.New(t.Schema.Typ)
	if spec := t.Schema.Key; !spec.Detached && spec.Joined == nil {
		for i, a := range spec.Attrs {
			doc[a.Name] = o.Key.Parts[i]
		}
	}
	if err := codec.DecodeStruct(t.Schema.Codec, doc, ptr.Elem()); err != nil {
		err = t.Schema.Sealing.Explain(o.Key.Parts, nil, &types.AttributeValueMemberM{Value: doc}, t.Schema.Codec, err)
		return reflect.Value{}, nil, schema.Undecoded(nil, err)
	}
	if t.Schema.Key.Joined != nil {
		if err := t.Schema.Key.Joined.Fill(o.Key, doc, ptr); err != nil {
			return reflect.Value{}, nil, err
		}
	}
	if snap != nil {
		err = schema.Recognise(t.Schema, snap, ptr)
	}
	return ptr, snap, err
}

// Assemble opens the sealed values of a loaded object and puts it together.
// The document has no key attributes and no record. The snapshot is nil unless
// digests are wanted.
func (r *Reader) Assemble(ctx context.Context, o *Object, sealing *seal.Sealing) (map[string]types.AttributeValue, *snapshot.Snapshot, error) {
	doc, track := o.root.Attrs(), o.sel != nil && o.sel.Track
	delete(doc, r.Tables.MetaAttr)
	for _, k := range r.Tables.Keys {
		delete(doc, k.Name)
	}
	var bare *snapshot.Snapshot
	if o.Meta == nil && track && !r.Tables.Plain {
		bare = &snapshot.Snapshot{Table: r.Tables.Root, Owner: o.ownerOf(r), Sealed: sealing.Encoded, Key: slices.Clone(o.Key.Parts), Read: item.CloneMap(doc)}
	}
	sealed, err := sealing.Of(o.Key.Parts)
	if err != nil {
		return nil, nil, err
	}
	renew := track && o.sel.renew
	var notes, ofRoot seal.Noted
	if renew {
		notes = seal.Noted{}
		ofRoot = notes
	}
	if err := o.open(ctx, &sealed, "", doc, ofRoot); err != nil || o.Meta == nil {
		if bare != nil {
			bare.Envelopes = notes
		}
		return doc, bare, err
	}
	if err := o.checkShape(sealing); err != nil {
		return nil, nil, err
	}
	parts := r.partDocs(o)
	var digests map[stored.Inst]snapshot.Digest
	var digester snapshot.Digester
	if track && len(parts) > 0 || renew {
		digests = make(map[stored.Inst]snapshot.Digest, len(parts)+1)
		if notes == nil {
			notes = seal.Noted{}
		}
	}
	if renew {
		digests[""] = digester.OfMap(doc)
	}
	of := o.schema()
	for inst, part := range parts {
		err := o.open(ctx, &sealed, inst, part, notes)
		if err == nil && o.bears() {
			err = o.decodes(of, inst, part)
		}
		if err != nil {
			if err := o.excuse(inst, err); err != nil {
				return nil, nil, err
			}
			continue
		}
		if digests != nil {
			digests[inst] = digester.OfMap(part)
		}
	}
	leftOut := func(i stored.Inst) bool { return !o.wants(i) }
	shape := o.shape(of, parts)
	if o.sel != nil && o.sel.path == nil && schema.HasVariants(of) {
		parts, leftOut = of.Variants(o.Meta, parts, o.wants)
	}
	if err := place.Assemble(shape, doc, parts, leftOut); err != nil {
		return nil, nil, fail.Withf(fail.ErrCorrupt, "%w", err)
	}
	if !track {
		return doc, nil, nil
	}
	return doc, &snapshot.Snapshot{
		Table: r.Tables.Root, Owner: o.ownerOf(r), Sealed: sealing.Encoded, Key: slices.Clone(o.Key.Parts), Root: o.Meta, Digests: digests, Envelopes: notes, Damaged: o.damage != nil,
	}, nil
}

// open opens the values of a piece, as the reader accepts them.
func (o *Object) open(ctx context.Context, sealed *seal.Object, inst stored.Inst, doc attrs, notes seal.Noted) error {
	if o.sel != nil && o.sel.live {
		return sealed.OpenLive(ctx, inst, doc, notes)
	}
	return sealed.Open(ctx, inst, doc, notes)
}

// schema is the one that the object is stored by, nil without a type.
func (o *Object) schema() *schema.Schema {
	switch {
	case o.sel == nil:
		return nil
	case o.sel.former != nil:
		return o.sel.former.Old
	}
	return o.sel.Schema
}

// checkShape refuses a record that would put parts, lists or maps where they
// would displace encrypted values: the record itself is not encrypted.
func (o *Object) checkShape(sealing *seal.Sealing) error {
	if sealing.Policy == nil {
		return nil
	}
	for _, inst := range sorted.Keys(o.Meta.Parts) {
		if o.wants(inst) && !sealing.Admits(inst, false) {
			return misplaced(inst)
		}
	}
	for _, inst := range sorted.Keys(o.Meta.Orders) {
		if o.wants(inst) && !sealing.Admits(inst, !o.Meta.Orders[inst].IsMap) {
			return misplaced(inst)
		}
	}
	return nil
}

func misplaced(inst stored.Inst) error {
	return fail.At(fail.Text(inst), fail.Withf(fail.ErrCorrupt, "%w: the stored record has a part, list or map here", cipher.ErrNotEncrypted))
}
