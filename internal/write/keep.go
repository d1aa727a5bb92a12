package write

import (
	"context"
	"slices"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/dystore/dystore/internal/fail"
	"github.com/dystore/dystore/internal/place"
	"github.com/dystore/dystore/internal/stored"
)

// KeepShards writes the root item and no part. Parts that are small stand in the
// root item itself (WhenOver); they are taken over from the stored root, as they
// are.

// keeping prepares b for a write over tree that keeps the shards. An error that
// is ErrConflict means that b is not the stored object any more.
func (o *whole) keeping(ctx context.Context, b basis, tree *place.Tree) (basis, error) {
	switch {
	case b.Meta == nil:
		return b, fail.Withf(fail.ErrInvalid, "KeepShards: the stored object has no record of its shards")
	case o.w.Schema.Outdated(b.Meta):
		return b, fail.Withf(fail.ErrInvalid, "KeepShards: the stored object is of version %d of the model; put it once without KeepShards", b.Meta.Model())
	}
	if b.snap != nil && b.snap.Sealed != o.w.Schema.Sealing.Encoded {
		return b, fail.Withf(fail.ErrInvalid, "KeepShards: the value was read by a declaration that encrypts other fields; put it once without KeepShards")
	}
	for _, p := range tree.Layout {
		if o.w.Schema.IsVariant(p.Path) {
			return b, fail.At(p.Path, fail.Withf(fail.ErrInvalid, "KeepShards: the shard is a variant, and the root says which variant there is; put the object without KeepShards"))
		}
		if q := b.Meta.Layout.Find(p.Path); q == nil || q.Kind != p.Kind || q.MayInline != p.MayInline {
			return b, fail.At(p.Path, fail.Withf(fail.ErrInvalid, "KeepShards: the stored object has another shard here, or none; put it once without KeepShards"))
		}
	}
	for _, p := range b.Meta.Layout { // kept, but with no place in the new layout
		if tree.Layout.Find(p.Path) == nil {
			return b, fail.At(p.Path, fail.Withf(fail.ErrInvalid, "KeepShards: the stored object has a shard here, the model has none; put it once without KeepShards"))
		}
	}
	if !slices.ContainsFunc(tree.Layout, func(p stored.Place) bool { return p.MayInline }) {
		return b, nil
	}
	root, err := o.w.Fetch.One(ctx, o.obj.Item(), true, nil)
	if err != nil {
		return b, err
	}
	now, err := basisOf(&o.w.Schema.Tables, root)
	if err != nil {
		return b, err
	}
	if now.Meta == nil || now.Meta.WriteID() != b.Meta.WriteID() {
		return b, fail.ErrConflict
	}
	b.root = root
	return b, nil
}

// leaveOut takes the parts that are kept out of the new document. Elements of
// lists that stay keep theirs for now: they are recognised by all that they
// hold.
func leaveOut(places []*place.Place, doc attrs) {
	for _, p := range places {
		parent, name, ok := place.Locate(doc, p.Rel)
		if !ok {
			continue
		}
		if p.Table != "" {
			delete(parent, name)
			continue
		}
		if m, ok := parent[name].(*types.AttributeValueMemberM); ok {
			each(m, m, func(entry, _ attrs) { leaveOut(p.Kids, entry) })
		}
	}
}

// copyInlineParts copies old's inline parts into doc, which was encoded without
// them. Lists that stay have been found unchanged.
func copyInlineParts(places []*place.Place, doc, old attrs) {
	for _, p := range places {
		from, name, ok := place.Locate(old, p.Rel)
		if !ok || from[name] == nil {
			continue
		}
		to, _, ok := place.Locate(doc, p.Rel)
		if !ok {
			continue
		}
		if p.Table != "" {
			to[name] = from[name]
			continue
		}
		each(to[name], from[name], func(doc, old attrs) { copyInlineParts(p.Kids, doc, old) })
	}
}

// each visits the elements that two lists or maps have in common.
func each(a, b types.AttributeValue, visit func(a, b attrs)) {
	pair := func(a, b types.AttributeValue) {
		x, okX := a.(*types.AttributeValueMemberM)
		y, okY := b.(*types.AttributeValueMemberM)
		if okX && okY {
			visit(x.Value, y.Value)
		}
	}
	switch a := a.(type) {
	case *types.AttributeValueMemberL:
		if b, ok := b.(*types.AttributeValueMemberL); ok {
			for i := range min(len(a.Value), len(b.Value)) {
				pair(a.Value[i], b.Value[i])
			}
		}
	case *types.AttributeValueMemberM:
		if b, ok := b.(*types.AttributeValueMemberM); ok {
			for key, e := range a.Value {
				pair(e, b.Value[key])
			}
		}
	}
}
