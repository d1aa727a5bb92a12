package repo

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
	"github.com/dystore/dystore/internal/sorted"
	"github.com/dystore/dystore/internal/stored"
)

func (c *typed) decodeAt(key storedKey, l *model.Lens, av types.AttributeValue, dst reflect.Value) error {
	if err := l.Decode(av, dst); err != nil {
		return fail.At(l.Path, fail.Withf(ErrCorrupt, "%w", c.s.sealing.Explain(key.parts, l.Path, av, l.Codec, err)))
	}
	return nil
}

// errWhole: the quick way to a value does not apply to this object.
var errWhole = errors.New("read by the manifest")

// path returns the values at a path, nil for one that is absent.
func (c *typed) path(ctx context.Context, key storedKey, l *model.Lens, strong bool) ([]types.AttributeValue, error) {
	if !l.Many {
		t, err := (&view{tree: c.s.tree}).resolve(l.Path)
		if err == nil && !t.divided() && !c.s.plain {
			av, err := c.readOwner(ctx, key, t, strong)
			if !errors.Is(err, errWhole) {
				return []types.AttributeValue{av}, err
			}
		}
	}
	return c.readPieces(ctx, key, l.Path, strong)
}

// readOwner fetches a value and the manifest entry of the part that holds it,
// both projected, in one request.
func (c *typed) readOwner(ctx context.Context, key storedKey, t *target, strong bool) (types.AttributeValue, error) {
	rec, own := c.s.metaAttr, t.owner != ""
	var e expr.Builder
	list := []string{e.Path(rec, "f"), e.Path(rec, "l"), e.Path(rec, "e")}
	for _, a := range c.s.key.attrs { // the answers of a batch are told apart by all of them
		list = append(list, e.Name(a.name))
	}
	entries := t.inline
	if own {
		entries = append(entries, t.owner)
	} else if !c.s.isKey(t.rel) { // which is there already
		list = append(list, e.Doc(t.rel))
	}
	for _, inst := range entries {
		list = append(list, e.Path(rec, "m", string(inst)))
	}
	gets := []fetch.Item{c.s.rootItem(key)}
	proj := fetch.Projections{gets[0].Table: e.Project(list...)}
	if own {
		p := c.s.tree.Layout.Find(stored.PlaceOf(t.owner))
		g := c.s.partItem(stored.Location{Table: p.Table, KeyName: p.KeyName, Key: stored.DerivedKey(c.s.entity, key.parts, t.owner)})
		var e expr.Builder
		proj[g.Table] = e.Project(e.Name(p.KeyName), e.Name(rec), e.Doc(t.rel))
		gets = append(gets, g)
	}
	items, err := c.get.Items(ctx, gets, strong, proj)
	if err != nil {
		return nil, err
	}
	return c.ownedValue(ctx, key, t, items)
}

// ownedValue checks what readOwner fetched: the object is of this layout, the
// part is the one the root names, and the value is there. Anything else is
// left to readPieces, which can tell the cases apart.
func (c *typed) ownedValue(ctx context.Context, key storedKey, t *target, items []attrs) (types.AttributeValue, error) {
	root := items[0]
	if root == nil {
		return nil, ErrNotFound
	}
	layout, _ := item.Follow(root, attr.Names(c.s.metaAttr, "l")).(*types.AttributeValueMemberS)
	entity, _ := item.Follow(root, attr.Names(c.s.metaAttr, "e")).(*types.AttributeValueMemberS)
	format, _ := item.Follow(root, attr.Names(c.s.metaAttr, "f")).(*types.AttributeValueMemberN)
	if layout == nil || layout.Value != c.s.tree.ID || entity == nil || entity.Value != c.s.entity || format == nil || format.Value != "1" {
		return nil, errWhole
	}
	for _, inst := range t.inline {
		if item.Follow(root, attr.Names(c.s.metaAttr, "m", string(inst))) != nil {
			return nil, errWhole
		}
	}
	doc := root
	if t.owner != "" {
		switch ref := item.Follow(root, attr.Names(c.s.metaAttr, "m", string(t.owner))).(type) {
		case nil:
			return nil, fail.At(t.path, fail.Withf(ErrNoPath, "%s has no value", t.owner))
		case *types.AttributeValueMemberB:
			part := c.s.partRead(items[1], stored.Owner(c.s.entity, key.parts))
			if part.item == nil || !part.ours || string(part.stamp[:]) != string(ref.Value) {
				return nil, errWhole
			}
			doc = part.item
		default:
			return nil, errWhole
		}
	}
	av := item.Follow(doc, projected(t.rel))
	if av == nil && len(t.rel) > 1 {
		return nil, errWhole // is it the value or a parent that is absent?
	}
	sealed, err := c.s.sealing.Of(key.parts)
	if err != nil {
		return nil, err
	}
	return sealed.OpenAt(ctx, t.path, av)
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
func (c *typed) readPieces(ctx context.Context, key storedKey, path attr.Path, strong bool) ([]types.AttributeValue, error) {
	sel := &selection{s: c.s, path: path}
	o := newLoading(key, sel)
	o.proj = c.pathProjections(path)
	if err := c.load(ctx, []*loading{o}, strong, sel.guesses()); err != nil {
		return nil, err
	}
	if o.err != nil {
		return nil, o.err
	}
	doc, _, err := c.assemble(ctx, o, &c.s.sealing)
	if err != nil {
		return nil, err
	}
	for i, a := range c.s.key.attrs {
		doc[a.name] = key.parts[i]
	}
	return valuesAt(&types.AttributeValueMemberM{Value: doc}, path, 0)
}

// pathProjections leaves out, item by item, the attributes beside a path.
func (c *typed) pathProjections(path attr.Path) fetch.Projections {
	proj := fetch.Projections{}
	var e expr.Builder
	list := []string{e.Name(c.s.metaAttr), e.Name(path[0].Name)}
	for _, a := range c.s.key.attrs {
		if a.name != path[0].Name {
			list = append(list, e.Name(a.name))
		}
	}
	proj[c.s.rootTable()] = e.Project(list...)
	for _, p := range c.s.tree.All {
		if p.Table == "" || !p.Path.Overlaps(path) {
			continue
		}
		table, inner := c.s.fullName(p.Table), p.Inner()
		if _, twice := proj[table]; twice || len(path) <= len(inner) || path[len(inner)].Kind != attr.Name {
			proj[table] = nil // shared with another shard, or wanted whole
			continue
		}
		var e expr.Builder
		proj[table] = e.Project(e.Name(p.KeyName), e.Name(c.s.metaAttr), e.Name(path[len(inner)].Name))
	}
	return proj
}

// dropProjections reads parts whole if they are not where the projections were
// made for: in another place's table they would lose what they are read for.
func (c *reader) dropProjections(o *loading) {
	if len(o.proj) == 0 {
		return
	}
	root := c.s.rootTable()
	if len(o.proj) == 1 && o.proj[root] != nil {
		return
	}
	asDeclared := o.meta.LayoutID == o.sel.s.tree.ID
	for inst, ref := range o.meta.Parts {
		asDeclared = asDeclared && (!ref.Elsewhere() || !o.wants(inst))
	}
	if !asDeclared {
		o.proj = fetch.Projections{root: o.proj[root]}
		clear(o.parts)
	}
}

// valuesAt walks the rest of a path, from step i on.
func valuesAt(v types.AttributeValue, path attr.Path, i int) ([]types.AttributeValue, error) {
	for ; i < len(path); i++ {
		s := path[i]
		switch at := v.(type) {
		case *types.AttributeValueMemberM:
			if s.Kind == attr.AnyValue {
				return valuesOfEach(inOrder(at.Value), path, i+1)
			}
			v = at.Value[s.Name]
		case *types.AttributeValueMemberL:
			switch {
			case s.Kind == attr.AnyElem:
				return valuesOfEach(at.Value, path, i+1)
			case s.Kind != attr.Index || s.Index >= len(at.Value):
				return nil, noValue(path, i+1)
			}
			v = at.Value[s.Index]
		default:
			if s.Kind == attr.AnyElem || s.Kind == attr.AnyValue {
				return nil, nil // a nil list or map
			}
			return nil, noValue(path, i)
		}
	}
	return []types.AttributeValue{v}, nil
}

func valuesOfEach(values []types.AttributeValue, path attr.Path, i int) ([]types.AttributeValue, error) {
	var out []types.AttributeValue
	for _, e := range values {
		if i < len(path) && item.Absent(e) {
			continue
		}
		found, err := valuesAt(e, path, i)
		if err != nil && !errors.Is(err, ErrNoPath) {
			return nil, err
		}
		out = append(out, found...)
	}
	return out, nil
}

func inOrder(m attrs) []types.AttributeValue {
	out := make([]types.AttributeValue, 0, len(m))
	for _, k := range sorted.Keys(m) {
		out = append(out, m[k])
	}
	return out
}

func noValue(path attr.Path, i int) error {
	return fail.At(path, fail.Withf(ErrNoPath, "%s has no value", path[:i]))
}
