package write

import (
	"context"
	"errors"
	"slices"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/dystore/dystore/internal/answer"
	"github.com/dystore/dystore/internal/attr"
	"github.com/dystore/dystore/internal/expr"
	"github.com/dystore/dystore/internal/fetch"
	"github.com/dystore/dystore/internal/item"
	"github.com/dystore/dystore/internal/sorted"
	"github.com/dystore/dystore/internal/stored"
	"github.com/dystore/dystore/internal/tables"
)

// part is one part of an object, and where its item is; or a claim, with its name for
// the instance.
type part struct {
	inst  stored.Inst
	loc   stored.Location
	claim bool
	stamp stored.ID // of a part that the record names
}

// deletable is the basis of a deletion. Of a damaged object it is the record as
// it was read.
func (o *deletion) deletable(root map[string]types.AttributeValue) (basis, error) {
	s := o.r.Tables
	b, err := basisOf(s, root)
	if err == nil || !o.opts.Damaged || tables.IsOtherEntity(err) {
		return b, err
	}
	b.Broken, o.salvaged = stored.Unfilled(root[s.MetaAttr]), stored.Salvage(root[s.MetaAttr])
	if e := o.salvaged.Entity; e != "" {
		return b, s.CheckEntity(e)
	}
	return b, nil
}

// deletedParts are the parts that are deleted with the root of b, and their
// owner.
func (o *deletion) deletedParts(ctx context.Context) (parts []part, owner string, err error) {
	m := o.b.record()
	if o.opts.Damaged {
		return o.remains(ctx)
	}
	if m == nil {
		return nil, "", nil
	}
	if err := o.r.CheckManifest(o.key, m); err != nil {
		return nil, "", err
	}
	if !o.opts.KeepShards {
		for _, inst := range sorted.Keys(m.Parts) {
			parts = append(parts, part{inst: inst, loc: m.Locate(inst, o.key.Parts), stamp: m.Parts[inst].Stamp})
		}
	}
	for _, name := range sorted.Keys(m.Claims) { // the value is free, also if the parts stay
		parts = append(parts, part{inst: stored.Inst(name), loc: m.Claims[name], claim: true})
	}
	return parts, stored.Owner(m.Entity, o.key.Parts), nil
}

// remains are the parts of a damaged object that can be found. Open has neither
// a model nor an entity: there the record has to tell both.
func (o *deletion) remains(ctx context.Context) ([]part, string, error) {
	s, key := o.r.Tables, o.key
	root := stored.Root{}
	if m := o.b.record(); m != nil {
		root = *m
	} else if o.b.Broken != nil {
		root = *o.salvaged
	}
	if s.Entity != "" {
		root.Entity = s.Entity
	}
	if root.Entity == "" {
		return nil, "", nil
	}
	// What the record says of a place comes first: it knows where the part is.
	root.Layout = slices.Concat(root.Layout, o.r.layout)
	if o.opts.KeepShards {
		root.Layout, root.Parts = nil, nil
	}
	var found []part
	seen := map[stored.Location]bool{}
	look := func(p part) {
		if p.loc.Table != "" && !seen[p.loc] && s.CheckTable(p.inst, p.loc) == nil {
			seen[p.loc] = true
			found = append(found, p)
		}
	}
	for _, name := range sorted.Keys(root.Claims) {
		look(part{inst: stored.Inst(name), loc: root.Claims[name], claim: true})
	}
	for _, inst := range sorted.Keys(root.Parts) {
		look(part{inst: inst, loc: root.Locate(inst, key.Parts)})
	}
	for i := range root.Layout {
		p := &root.Layout[i]
		for _, inst := range root.Possible(p) {
			look(part{inst: inst, loc: p.Derived(root.Entity, key.Parts, inst)})
		}
	}
	owner := stored.Owner(root.Entity, key.Parts)
	found, err := o.owned(ctx, owner, found)
	return found, owner, err
}

// owned are those of the parts that are there and say that they are the
// owner's. Where the engine refuses to look, because there is no such table or
// its key has another name, they are looked for in smaller numbers: one wrong
// entry does not hide the others.
func (o *deletion) owned(ctx context.Context, owner string, parts []part) ([]part, error) {
	if len(parts) == 0 {
		return nil, nil
	}
	gets, proj := make([]fetch.Item, len(parts)), fetch.Projections{}
	for i, p := range parts {
		gets[i] = o.r.Tables.PartItem(p.loc)
		var e expr.Builder
		proj[gets[i].Table] = e.Project(e.Name(p.loc.KeyName), e.Name(o.r.Tables.MetaAttr))
	}
	items, err := o.r.Fetch.Items(ctx, gets, true, proj)
	var missing *types.ResourceNotFoundException
	if half := len(parts) / 2; errors.As(err, &missing) || answer.Invalid(err) {
		if half == 0 {
			return nil, nil
		}
		first, err := o.owned(ctx, owner, parts[:half])
		if err != nil {
			return nil, err
		}
		second, err := o.owned(ctx, owner, parts[half:])
		return append(first, second...), err
	}
	if err != nil {
		return nil, err
	}
	var out []part
	for i, p := range parts {
		// As the owner condition has it, whether or not the rest of the part is sound.
		if says, ok := item.Follow(items[i], attr.Names(o.r.Tables.MetaAttr, "o")).(*types.AttributeValueMemberS); ok && says.Value == owner {
			if own, err := stored.DecodePart(items[i][o.r.Tables.MetaAttr]); err == nil {
				p.stamp = own.Stamp
			}
			out = append(out, p)
		}
	}
	return out, nil
}
