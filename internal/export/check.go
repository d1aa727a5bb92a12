package export

import (
	"context"
	"errors"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/dystore/dystore/internal/claim"
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
		case loc.Key != stored.DerivedKey(s.Entity, o.at.Parts, p.inst), !ok, key.Value != loc.Key:
			return wrong("has a part %s whose key is not derived from the object's", p.inst)
		case !owned(p.item[s.MetaAttr], owner, p.inst, ref.Stamp):
			return wrong("has a part %s that is not the one which the record of its root names", p.inst)
		}
		h.add(s.PartItem(loc), p.item)
	}
	return nil
}

// read reads the object as the model does.
func (o *object) read(ctx context.Context, s *schema.Schema, h *held) error {
	t := load.NewTyped(h, s, true)
	if _, _, err := t.Get(ctx, o.at, load.Options{}); err != nil {
		if errors.Is(err, fail.ErrNotFound) {
			return wrong("is of an object that has expired, or was deleted")
		}
		return o.refused(err)
	}
	if len(s.Uniques) == 0 {
		return nil
	}
	sel, err := t.Select(load.Options{})
	if err != nil {
		return err
	}
	whole := load.NewObject(o.at, sel)
	if err := t.Load(ctx, []*load.Object{whole}, true, nil); err != nil {
		return err
	}
	doc, _, err := t.Assemble(ctx, whole, &s.Sealing)
	if err != nil {
		return err
	}
	return o.claim(s, doc)
}

// claim notes what the object claims. What the document says about that is of another
// environment.
func (o *object) claim(s *schema.Schema, doc attrs) error {
	if o.meta == nil {
		return nil // as of all items without a record, until the next write
	}
	for _, u := range s.Uniques {
		values := make([]types.AttributeValue, len(u.Fields))
		for i, f := range u.Fields {
			if f.Key >= 0 {
				values[i] = o.at.Parts[f.Key]
				continue
			}
			av, err := s.Key.Joined.Value(o.at, f.Path, item.Follow(doc, f.Path))
			if err != nil {
				return err
			}
			values[i] = av
		}
		l, ok, err := u.Claim(s.Entity, values)
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
