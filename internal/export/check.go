package export

import (
	"context"
	"errors"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/dystore/dystore/internal/claim"
	"github.com/dystore/dystore/internal/codec"
	"github.com/dystore/dystore/internal/fail"
	"github.com/dystore/dystore/internal/item"
	"github.com/dystore/dystore/internal/load"
	"github.com/dystore/dystore/internal/schema"
	"github.com/dystore/dystore/internal/stored"
	"github.com/dystore/dystore/internal/tables"
)

// object is what a document has been found to be.
type object struct {
	*document
	at     tables.Key
	meta   *stored.Root // nil: without a record
	claims claim.Claims // of its values, as the model declares
}

// check finds out whether a document is an object of the model. Nothing in it is trusted:
// it is read as if it were stored, whole, opened, decoded and validated.
func check(ctx context.Context, s *schema.Schema, d *document) (*object, error) {
	o := &object{document: d, at: tables.Key{Parts: d.key}, claims: claim.Claims{}}
	h := &held{items: map[string]attrs{}}
	if err := o.identify(s, h); err != nil {
		return nil, err
	}
	if err := o.locate(s, h); err != nil {
		return nil, err
	}
	return o, o.read(ctx, s, h)
}

// identify checks what the document says that it is.
func (o *object) identify(s *schema.Schema, h *held) (err error) {
	if o.entity != s.Entity {
		return wrong("is of an object of entity %q, not %q", o.entity, s.Entity)
	}
	if err := s.CheckKey(o.at); err != nil {
		return err
	}
	for i, k := range s.Keys {
		if why := tables.CheckKeyValue(i, o.at.Parts[i]); why != nil {
			return wrong("has a key of which %s %w", k.Name, why)
		}
		if !item.Equal(o.root[k.Name], o.at.Parts[i]) {
			return wrong("is of object %s, and its root has another %s", o.at.Text(), k.Name)
		}
	}
	if s.Plain && o.root[s.MetaAttr] != nil {
		return wrong("has a record, which a repo.Plain model does not store")
	}
	if o.meta, err = s.RootMeta(o.root); err != nil {
		return o.refused(err)
	}
	if o.meta != nil && (o.meta.Version < 1 || o.meta.Version > maxVersion) {
		return wrong("is of version %d of its object", o.meta.Version)
	}
	h.add(s.RootItem(o.at), o.root)
	return nil
}

// maxVersion leaves room for the writes to come.
const maxVersion = 1 << 53

// locate finds the part that each item is. A document has all of them, and nothing else.
func (o *object) locate(s *schema.Schema, h *held) error {
	expected := 0
	if o.meta != nil {
		expected = len(o.meta.Parts)
	}
	if len(o.parts) != expected {
		return wrong("has %d parts, and the record of its root names %d", len(o.parts), expected)
	}
	owner := stored.Owner(s.Entity, o.at.Parts)
	for i := range o.parts {
		p := &o.parts[i]
		ref, named := o.meta.Parts[p.inst]
		if !named {
			return wrong("has a part %s, which the record of its root does not name", p.inst)
		}
		loc := o.meta.Locate(p.inst, o.at.Parts)
		if err := s.CheckTable(p.inst, loc); err != nil {
			return o.refused(err)
		}
		switch key, ok := p.item[loc.KeyName].(*types.AttributeValueMemberS); {
		case p.table != loc.Table:
			return wrong("has part %s in table %s, and the record of its root in %s", p.inst, p.table, loc.Table)
		case !stored.IsKeyOf(s.Entity, o.at.Parts, p.inst, ref.Stamp, loc.Key), !ok, key.Value != loc.Key:
			return wrong("has a part %s whose key is not derived from the object's", p.inst)
		case !owned(p.item[s.MetaAttr], owner, p.inst, ref.Stamp):
			return wrong("has a part %s that is not the one which the record of its root names", p.inst)
		}
		h.add(s.PartItem(loc), p.item)
	}
	return nil
}

// read reads the object as the model does, and notes what it claims and is found by. What the
// document says about that is of another environment.
func (o *object) read(ctx context.Context, s *schema.Schema, h *held) error {
	v, _, err := load.NewTyped(h, s, true).Get(ctx, o.at, load.Options{Uncounted: true})
	switch {
	case errors.Is(err, fail.ErrNotFound):
		return wrong("is of an object that has expired, or was deleted")
	case err != nil:
		return o.refused(err)
	case len(s.Uniques) == 0 && s.Tags.None() || o.meta == nil: // an item without a record claims at its next write
		return nil
	}
	doc, err := codec.EncodeStruct(s.Codec, v.Elem())
	if err == nil {
		err = s.Tags.Give(ctx, o.at, v, doc)
	}
	if err == nil {
		err = s.IndexForm(doc)
	}
	if err != nil {
		return err
	}
	s.Tags.CopyAttributes(o.root, doc)
	for _, u := range s.Uniques {
		l, ok, err := u.ClaimIn(s.Entity, doc, o.at.Parts)
		if err != nil {
			return err
		}
		if ok {
			o.claims[u.Name] = l
		}
	}
	return nil
}

// refused is the error of a document that is read as if it were stored. Its fault is the
// document's; but not that of a key source, or of a program that is too old.
func (o *object) refused(err error) error {
	for _, kind := range []error{fail.ErrSchemaTooNew, fail.ErrSchemaTooOld, fail.ErrUnavailable, fail.ErrInvalid, context.Canceled, context.DeadlineExceeded} {
		if errors.Is(err, kind) {
			return err
		}
	}
	if path, known := fail.Path(err); known {
		return fail.At(fail.Text(path), wrong("is no object of the model: %v", err))
	}
	return wrong("is no object of the model: %v", err)
}
