package claim

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/dystore/dystore/internal/attr"
	"github.com/dystore/dystore/internal/fail"
	"github.com/dystore/dystore/internal/fetch"
	"github.com/dystore/dystore/internal/item"
	"github.com/dystore/dystore/internal/place"
	"github.com/dystore/dystore/internal/schema"
	"github.com/dystore/dystore/internal/stored"
	"github.com/dystore/dystore/internal/tables"
)

// Fields are values of an object in one version.
type Fields struct {
	version stored.ID // zero for an item without a record
	all     []Field
}

// Field is the value at a path, as it is stored and opened if it was encrypted; nil
// for none.
type Field struct {
	path           attr.Path
	Stored, Opened types.AttributeValue
}

// At is the field at a path, nil if it is not one of the version that v is of.
func (f *Fields) At(v *place.View, path attr.Path) *Field {
	if f == nil || !v.Certain() || f.version != versionOf(v) {
		return nil
	}
	i := slices.IndexFunc(f.all, func(f Field) bool { return f.path.String() == path.String() })
	if i < 0 {
		return nil
	}
	return &f.all[i]
}

// And returns paths, and those of the fields that are none of them.
func (f *Fields) And(paths []attr.Path) []attr.Path {
	if f == nil {
		return paths
	}
	for i := range f.all {
		same := func(p attr.Path) bool { return p.String() == f.all[i].path.String() }
		if !slices.ContainsFunc(paths, same) {
			paths = append(paths, f.all[i].path)
		}
	}
	return paths
}

func versionOf(v *place.View) (id stored.ID) {
	if v.Meta != nil {
		id = v.Meta.WriteID()
	}
	return id
}

// Changed reports whether a root item without a record has other values.
func (f *Fields) Changed(root attrs) bool {
	return f != nil && slices.ContainsFunc(f.all, func(f Field) bool {
		now := item.Follow(root, f.path)
		return (now == nil) != (f.Stored == nil) || now != nil && !item.Equal(now, f.Stored)
	})
}

// Torn is the error of a part that is not of the version of the object that was read.
type Torn struct {
	Inst    stored.Inst
	Table   string
	Missing bool // there is no item
}

func (t *Torn) Error() string {
	return fmt.Sprintf("the item of part %s in table %s is not the one that the stored record names", t.Inst, t.Table)
}

// ReadFields completes a root item that was read with its record and these fields, and
// of which v is the view. The error may be a *Torn.
func ReadFields(ctx context.Context, get fetch.Reader, s *schema.Schema, v *place.View, key tables.Key, root attrs, fields []attr.Path) (*Fields, error) {
	sealed, err := s.Sealing.Of(key.Parts)
	if err != nil {
		return nil, err
	}
	r := &reading{ctx, get, s, v, key, map[stored.Inst]attrs{"": root}}
	out := &Fields{version: versionOf(v)}
	for _, path := range fields {
		f := Field{path: path}
		if f.Stored, err = r.field(path); err != nil {
			return nil, err
		}
		if f.Opened, err = sealed.OpenAt(ctx, path, f.Stored); err != nil {
			return nil, err
		}
		out.all = append(out.all, f)
	}
	return out, nil
}

// reading is one ReadFields.
type reading struct {
	ctx   context.Context
	get   fetch.Reader
	s     *schema.Schema
	v     *place.View
	key   tables.Key
	items map[stored.Inst]attrs // that were read, the root's first
}

// field returns the stored value of a field, nil if there is none.
func (r *reading) field(path attr.Path) (types.AttributeValue, error) {
	t, err := r.v.Resolve(path)
	switch {
	case errors.Is(err, fail.ErrNoPath):
		return nil, nil
	case err != nil:
		return nil, err
	case !r.v.Present(t.Owner):
		return nil, nil
	case r.items[t.Owner] == nil:
		if r.items[t.Owner], err = r.part(t.Owner); err != nil {
			return nil, err
		}
	}
	return item.Follow(r.items[t.Owner], t.Rel), nil
}

// part reads the item of a part.
func (r *reading) part(inst stored.Inst) (attrs, error) {
	loc := r.v.Meta.Locate(inst, r.key.Parts)
	if err := r.s.CheckTable(inst, loc); err != nil {
		return nil, err
	}
	it, err := r.get.One(r.ctx, r.s.PartItem(loc), true, nil)
	if err != nil {
		return nil, err
	}
	rec, err := stored.DecodePart(it[r.s.MetaAttr])
	if err != nil || rec.Owner != stored.Owner(r.s.Entity, r.key.Parts) || rec.Stamp != r.v.Meta.Parts[inst].Stamp {
		return nil, &Torn{inst, loc.Table, it == nil}
	}
	return it, nil
}

// attrs is an item, or a document.
type attrs = map[string]types.AttributeValue
