package load

import (
	"context"
	"errors"
	"reflect"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/dystore/dystore/internal/attr"
	"github.com/dystore/dystore/internal/expr"
	"github.com/dystore/dystore/internal/fail"
	"github.com/dystore/dystore/internal/fetch"
	"github.com/dystore/dystore/internal/item"
	"github.com/dystore/dystore/internal/model"
	"github.com/dystore/dystore/internal/place"
	"github.com/dystore/dystore/internal/schema"
	"github.com/dystore/dystore/internal/stored"
	"github.com/dystore/dystore/internal/tables"
	"github.com/dystore/dystore/internal/wire"
)

// Decode puts a value that is stored at the path of a lens into dst.
func (t *Typed) Decode(key tables.Key, l *model.Lens, av types.AttributeValue, dst reflect.Value) error {
	l, err := t.Schema.In(l)
	if err == nil {
		if err = l.Decode(av, dst); err != nil {
			err = schema.Undecoded(l.Path, t.Schema.Sealing.Explain(key.Parts, l.Path, av, l.Codec, err))
		}
	}
	return err
}

// errFallBack: the quick way to a value does not apply to this object.
var errFallBack = errors.New("read by the manifest")

// Values returns the values at a path, nil for one that is absent.
func (t *Typed) Values(ctx context.Context, key tables.Key, l *model.Lens, strong bool) ([]types.AttributeValue, error) {
	l, err := t.Schema.In(l)
	if err != nil {
		return nil, err
	}
	if !l.Many {
		at, err := (&place.View{Tree: t.Schema.Tree}).Resolve(l.Path)
		if err == nil && !at.Divided() && !t.Schema.Plain && !t.apart(at.Owner) {
			av, err := t.readOwner(ctx, key, at, strong)
			if err == nil {
				av, err = t.Schema.Key.Joined.Value(key, l.Path, av)
			}
			if !errors.Is(err, errFallBack) {
				return []types.AttributeValue{av}, err
			}
		}
	}
	return t.readPieces(ctx, key, l.Path, strong)
}

// apart reports whether a part is in another region, where it is never under the key that
// is derived of the object's.
func (t *Typed) apart(inst stored.Inst) bool {
	return inst != "" && tables.InRegion(t.Schema.Tree.Layout.Find(stored.PlaceOf(inst)).Table)
}

// readOwner fetches a value and the manifest entry of the part that holds it,
// both projected, in one request.
func (t *Typed) readOwner(ctx context.Context, key tables.Key, at *place.Target, strong bool) (types.AttributeValue, error) {
	rec, own := t.Schema.MetaAttr, at.Owner != ""
	var e expr.Builder
	list := append(t.Schema.LifeDocs(&e), e.Path(rec, "f"), e.Path(rec, "l"), e.Path(rec, "e"))
	for _, a := range t.Schema.Key.Attrs { // they say which answer of a batch is which
		list = append(list, e.Name(a.Name))
	}
	entries := at.Inline
	if own {
		entries = append(entries, at.Owner)
	} else if !t.Schema.IsKey(at.Rel) && at.Rel.String() != t.Schema.TTL { // which are there already
		list = append(list, e.Doc(at.Rel))
	}
	for _, inst := range entries {
		list = append(list, e.Path(rec, "m", string(inst)))
	}
	gets := []fetch.Item{t.Schema.RootItem(key)}
	proj := fetch.Projections{gets[0].Table: e.Project(list...)}
	if own {
		p := t.Schema.Tree.Layout.Find(stored.PlaceOf(at.Owner))
		g := t.Schema.PartItem(p.Derived(t.Schema.Entity, key.Parts, at.Owner))
		var e expr.Builder
		proj[g.Table] = e.Project(e.Name(p.KeyName), e.Name(rec), e.Doc(at.Rel))
		gets = append(gets, g)
	}
	items, err := t.Fetch.Items(ctx, gets, strong, proj)
	if err != nil {
		return nil, err
	}
	return t.ownedValue(ctx, key, at, items)
}

// ownedValue checks what readOwner fetched: the object is of this layout, the
// part is the one the root names, and the value is there. Anything else is
// left to readPieces, which can tell the cases apart.
func (t *Typed) ownedValue(ctx context.Context, key tables.Key, at *place.Target, items []attrs) (types.AttributeValue, error) {
	root := items[0]
	if root == nil || t.Schema.Ended(root) {
		return nil, fail.ErrNotFound
	}
	layout, _ := item.Follow(root, attr.Names(t.Schema.MetaAttr, "l")).(*types.AttributeValueMemberS)
	entity, _ := item.Follow(root, attr.Names(t.Schema.MetaAttr, "e")).(*types.AttributeValueMemberS)
	format, _ := item.Follow(root, attr.Names(t.Schema.MetaAttr, "f")).(*types.AttributeValueMemberN)
	if entity == nil || entity.Value != t.Schema.Entity || format == nil || format.Value != "1" && format.Value != "3" || !t.laidOut(layout) {
		return nil, errFallBack
	}
	for _, inst := range at.Inline {
		if item.Follow(root, attr.Names(t.Schema.MetaAttr, "m", string(inst))) != nil {
			return nil, errFallBack
		}
	}
	doc := root
	if at.Owner != "" {
		switch ref := item.Follow(root, attr.Names(t.Schema.MetaAttr, "m", string(at.Owner))).(type) {
		case nil:
			return nil, fail.At(at.Path, fail.Withf(fail.ErrNoPath, "%s has no value", at.Owner))
		case *types.AttributeValueMemberB:
			part := readPart(&t.Schema.Tables, wire.Decoded(items[1]), stored.Owner(t.Schema.Entity, key.Parts))
			if part.item == nil || !part.ours || string(part.stamp[:]) != string(ref.Value) {
				return nil, errFallBack
			}
			doc = items[1]
		default:
			return nil, errFallBack
		}
	}
	av := item.Follow(doc, projected(at.Rel))
	if av == nil && len(at.Rel) > 1 {
		return nil, errFallBack // is it the value or a parent that is absent?
	}
	sealed, err := t.Schema.Sealing.Of(key.Parts)
	if err != nil {
		return nil, err
	}
	return sealed.OpenAt(ctx, at.Path, av)
}

// laidOut reports whether the layout id of a record that has or lacks one is that of today.
func (t *Typed) laidOut(layout *types.AttributeValueMemberS) bool {
	if layout == nil {
		return t.Schema.Tree.ID == stored.Undivided
	}
	return layout.Value == t.Schema.Tree.ID
}

// projected is a path in the answer to a projection: of a list, only the
// elements asked for come back, closed up.
func projected(rel attr.Path) attr.Path {
	out := make(attr.Path, len(rel))
	for i, s := range rel {
		if s.Kind == attr.Index {
			s.Index = 0
		}
		out[i] = s
	}
	return out
}

// readPieces reads the pieces of an object that a path goes through, and
// follows it there.
func (t *Typed) readPieces(ctx context.Context, key tables.Key, path attr.Path, strong bool) ([]types.AttributeValue, error) {
	sel := &Selection{Schema: t.Schema, path: path}
	o := NewObject(key, sel)
	o.proj = t.pathProjections(path)
	if err := t.Load(ctx, []*Object{o}, strong, sel.Guesses()); err != nil {
		return nil, err
	}
	if o.Err == errOutdated {
		o = NewObject(key, &Selection{Schema: t.Schema})
		if err := t.Load(ctx, []*Object{o}, strong, nil); err != nil {
			return nil, err
		}
	}
	if o.Err != nil {
		return nil, o.Err
	}
	doc, _, err := t.document(ctx, o)
	if err != nil {
		return nil, err
	}
	if name := path[0].Name; len(path) == 1 {
		if doc[name], err = t.Schema.Key.Joined.Value(key, path, doc[name]); err != nil {
			return nil, err
		}
	}
	for i, a := range t.Schema.Key.Attrs {
		doc[a.Name] = key.Parts[i]
	}
	return place.ValuesAt(&types.AttributeValueMemberM{Value: doc}, path)
}

// pathProjections leaves out, item by item, the attributes beside a path.
func (t *Typed) pathProjections(path attr.Path) fetch.Projections {
	proj := fetch.Projections{}
	var e expr.Builder
	list := []string{e.Name(t.Schema.MetaAttr), e.Name(path[0].Name)}
	for _, a := range t.Schema.Key.Attrs {
		if a.Name != path[0].Name {
			list = append(list, e.Name(a.Name))
		}
	}
	if ttl := t.Schema.TTL; ttl != "" && ttl != path[0].Name {
		list = append(list, e.Name(ttl))
	}
	proj[t.Schema.RootTable()] = e.Project(list...)
	for _, p := range t.Schema.Tree.All {
		if p.Table == "" || !p.Path.Overlaps(path) {
			continue
		}
		table, inner := t.Schema.FullName(p.Table), p.Inner()
		if _, twice := proj[table]; twice || len(path) <= len(inner) || path[len(inner)].Kind != attr.Name {
			proj[table] = nil // shared with another shard, or wanted whole
			continue
		}
		var e expr.Builder
		proj[table] = e.Project(e.Name(p.KeyName), e.Name(t.Schema.MetaAttr), e.Name(path[len(inner)].Name))
	}
	return proj
}

// dropProjections reads parts whole if they are not where the projections were
// made for: in another place's table they would lose what they are read for.
func (r *Reader) dropProjections(o *Object) {
	if len(o.proj) == 0 {
		return
	}
	root := r.Tables.RootTable()
	if len(o.proj) == 1 && o.proj[root] != nil {
		return
	}
	asDeclared := o.Meta.LayoutID == o.sel.Schema.Tree.ID
	for inst, ref := range o.Meta.Parts {
		asDeclared = asDeclared && (!ref.Elsewhere() || !o.wants(inst))
	}
	if !asDeclared {
		o.proj = fetch.Projections{root: o.proj[root]}
		clear(o.parts)
	}
}
