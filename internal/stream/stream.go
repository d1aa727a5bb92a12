// Package stream writes and reads one binary field of an object piece by piece, so that
// neither the value nor the object is in memory at once.
//
// Writing is a staged write: a copy of the part that has the field is made of what a reader
// holds, in pieces, before the root item names it.
package stream

import (
	"context"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/dystore/dystore/internal/fail"
	"github.com/dystore/dystore/internal/fetch"
	"github.com/dystore/dystore/internal/large"
	"github.com/dystore/dystore/internal/load"
	"github.com/dystore/dystore/internal/model"
	"github.com/dystore/dystore/internal/place"
	"github.com/dystore/dystore/internal/policy"
	"github.com/dystore/dystore/internal/staged"
	"github.com/dystore/dystore/internal/stored"
	"github.com/dystore/dystore/internal/tables"
)

// Field is a binary field of an object.
type Field struct {
	*load.Typed
	Protocol *staged.Protocol
	Key      tables.Key
	Lens     *model.Lens
}

// attrs is an item.
type attrs = map[string]types.AttributeValue

// check refuses fields that are not streamed.
func (f *Field) check() error {
	wrong := func(format string, args ...any) error {
		return fail.At(f.Lens.Path, fail.Withf(fail.ErrInvalid, format, args...))
	}
	if f.Lens.Err != nil {
		return fail.Withf(fail.ErrInvalid, "%w", f.Lens.Err)
	}
	if f.Schema.Plain {
		return wrong("a stream needs the record that repo.Plain leaves out")
	}
	if state, sealed := f.Schema.Sealing.Policy.At(f.Lens.Path); state == policy.Sealed || state == policy.Inside {
		return wrong("%s is encrypted, which is done to values that are in memory; a stream is not", sealed)
	}
	for _, u := range f.Schema.Uniques {
		for _, of := range u.Fields {
			if of.Path.String() == f.Lens.Path.String() {
				return wrong("its value is unique, and so it is compared as a whole")
			}
		}
	}
	return nil
}

// part is the part that has the field, as it was found.
type part struct {
	root *stored.Root
	inst stored.Inst
	at   stored.Location
	name string // of the attribute
	pack bool

	head attrs // its item, without what is in pieces
	cut  *stored.Cut
}

// find reads the record and the item that has the field.
func (f *Field) find(ctx context.Context, strong bool) (*part, error) {
	for attempt := 0; ; attempt++ {
		p, err := f.locate(ctx)
		if err != nil {
			return nil, err
		}
		bare := fetch.Reader{Client: large.Bare(f.Fetch.Client)}
		if p.head, err = bare.One(ctx, f.Schema.PartItem(p.at), strong || attempt > 0, nil); err != nil {
			return nil, err
		}
		rec, err := stored.DecodePart(p.head[f.Schema.MetaAttr])
		if err == nil && rec.Stamp == p.root.Parts[p.inst].Stamp && rec.Owner == stored.Owner(p.root.Entity, f.Key.Parts) {
			p.cut = rec.Cut
			return p, nil
		}
		if attempt == retries {
			return nil, fail.At(fail.Text(p.inst), fail.Withf(fail.ErrBusy, "the part changed before each of %d reads, or is damaged", retries+1))
		}
	}
}

// retries is how often a part is looked for again that has changed meanwhile.
const retries = 5

// locate finds out which part has the field.
func (f *Field) locate(ctx context.Context) (*part, error) {
	item, err := f.Schema.ReadRecord(ctx, f.Fetch, f.Key)
	if err != nil {
		return nil, err
	}
	m, err := f.Schema.RootMeta(item)
	switch {
	case err != nil:
		return nil, err
	case len(item) == 0 || f.Schema.Gone(item, m):
		return nil, fail.ErrNotFound
	case m == nil || f.Schema.Outdated(m):
		return nil, fail.Withf(fail.ErrInvalid, "the object was stored by another program, or as an earlier version of the model; Put or Migrate makes it one of this")
	}
	if err := f.Schema.CheckModel(m); err != nil {
		return nil, err
	}
	tree := f.Schema.Tree
	if m.LayoutID != tree.ID {
		if tree, err = place.FromLayout(m.Layout, tree); err != nil {
			return nil, fail.Withf(fail.ErrCorrupt, "%w", err)
		}
	}
	to, err := (&place.View{Tree: tree, Meta: m}).Resolve(f.Lens.Path)
	switch {
	case err != nil:
		return nil, err
	case to.IsNil:
		return nil, fail.At(f.Lens.Path, fail.Withf(fail.ErrNoPath, "the element is nil"))
	case to.Owner == "" || len(to.Rel) != 1 || to.Divided():
		return nil, fail.At(f.Lens.Path, fail.Withf(fail.ErrInvalid, "a stream is for a field of the struct of a shard, which is an attribute of an item of its own"))
	}
	if _, ok := m.Parts[to.Owner]; !ok {
		return nil, fail.At(f.Lens.Path, fail.Withf(fail.ErrNoPath, "%s has no value", to.Owner))
	}
	p := &part{root: m, inst: to.Owner, at: m.Locate(to.Owner, f.Key.Parts), name: to.Rel[0].Name, pack: tree.Packs(to.Owner)}
	return p, f.Schema.CheckTable(p.inst, p.at)
}
