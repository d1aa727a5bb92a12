package schema

import (
	"cmp"
	"fmt"
	"reflect"
	"slices"

	"github.com/dystore/dystore/internal/attr"
	"github.com/dystore/dystore/internal/codec"
	"github.com/dystore/dystore/internal/model"
	"github.com/dystore/dystore/internal/place"
	"github.com/dystore/dystore/internal/stored"
	"github.com/dystore/dystore/internal/tables"
	"github.com/dystore/dystore/lens"
)

var placeKinds = map[model.ShardKind]stored.PlaceKind{
	model.ShardOne: stored.One, model.ShardOptional: stored.One, model.ShardVariant: stored.One,
	model.ShardEach: stored.List, model.ShardEachPtr: stored.List, model.ShardEachValue: stored.Map,
	model.ShardWithin: stored.KeptList, model.ShardWithinValues: stored.KeptMap,
}

// shards builds the tree of places and checks what only the whole model shows.
func (c *compiler) shards(shards []*model.Shard) {
	keyNames := map[string]string{}
	top := c.places(shards, nil, keyNames)
	c.s.Tree = place.NewTree(c.variantPlaces(top, keyNames))
	for _, p := range c.s.Tree.All {
		if p.Fixed() && !tables.InRegion(p.Table) { // such a part is always a copy
			c.s.Fixed = append(c.s.Fixed, FixedPart{stored.Inst("").Join(p.Path), p})
		}
		if p.Table != "" {
			c.s.Parts[p.Table] = p.KeyName
		}
	}
	slices.SortFunc(c.s.Fixed, func(a, b FixedPart) int { return cmp.Compare(a.Inst, b.Inst) })
}

func (c *compiler) places(shards []*model.Shard, base attr.Path, keyNames map[string]string) []*place.Place {
	var out []*place.Place
	for _, sh := range shards {
		if sh.Err != nil {
			c.decl(sh.Err)
			continue
		}
		if p := c.place(sh, base, out, keyNames); p != nil {
			out = append(out, p)
		}
	}
	return out
}

func (c *compiler) place(sh *model.Shard, base attr.Path, siblings []*place.Place, keyNames map[string]string) *place.Place {
	rel := sh.At.Path
	full := attr.Join(base, rel)
	if slices.ContainsFunc(rel, func(s attr.Seg) bool { return s.Kind != attr.Name }) {
		c.declineShard(sh, "it is inside a list or map; use shard.Within or shard.WithinValues")
		return nil
	}
	if base == nil && c.s.Key.Has(rel[0].Name) {
		c.declineShard(sh, "it is the object's key")
		return nil
	}
	for _, s := range siblings {
		switch {
		case len(s.Rel) == len(rel) && s.Rel.Covers(rel):
			c.declineShard(sh, "it is declared as a shard twice")
			return nil
		case s.Rel.Covers(rel):
			c.declineShard(sh, fmt.Sprintf("it lies in the shard %s; declare it inside that shard's constructor", s.Path))
			return nil
		case rel.Covers(s.Rel):
			c.declineShard(sh, fmt.Sprintf("it holds the shard %s; declare that one inside this shard's constructor", s.Path))
			return nil
		}
	}
	p := &place.Place{
		Place:    stored.Place{Path: full, Kind: placeKinds[sh.Kind], Table: c.s.called[sh.Table], KeyName: sh.KeyName},
		Rel:      rel,
		WhenOver: sh.WhenOver,
		Packed:   sh.Packed,
	}
	if sh.Table == "" {
		p.KeyName = ""
	} else {
		c.shardTable(sh, keyNames)
	}
	c.s.Shards[sh] = append(c.s.Shards[sh], p)
	if sh.Kind == model.ShardOne {
		// A shard whose type cannot be encoded was refused with its type.
		if zero, err := codec.For(sh.Elem).Encode(reflect.Zero(sh.Elem)); err == nil {
			c.s.Zero[full.String()] = zero
		}
	}
	p.Kids = c.places(sh.Parts, p.Inner(), keyNames)
	return p
}

// shardTable checks where the items of a shard go.
func (c *compiler) shardTable(sh *model.Shard, keyNames map[string]string) {
	table, movedFrom := c.s.called[sh.Table], Called(c.s, sh.MovedFrom...)
	if why := bad(c, table); why != "" {
		c.declineShard(sh, why)
	}
	if why := tables.BadName(sh.KeyName); why != "" {
		c.declineShard(sh, "shard.KeyName: "+why)
	}
	if table == c.s.Root {
		c.declineShard(sh, fmt.Sprintf("it is placed in the root's table %q; parts live in tables of their own", table))
	}
	if other, ok := keyNames[table]; ok && other != sh.KeyName {
		c.declineShard(sh, fmt.Sprintf("table %q has the key attribute %q here and %q in another shard", table, sh.KeyName, other))
	}
	keyNames[table] = sh.KeyName
	for _, t := range movedFrom {
		switch why := bad(c, t); {
		case t == c.s.Root:
			c.declineShard(sh, fmt.Sprintf("it moved from the root's table %q; parts were never there", t))
		case t == table:
			c.declineShard(sh, fmt.Sprintf("table %q is where the shard is, it cannot have moved from there", t))
		case why != "":
			c.declineShard(sh, "MovedFrom: "+why)
		}
		c.s.MayHaveParts(t)
	}
	if sh.KeyName == c.s.MetaAttr {
		c.declineShard(sh, fmt.Sprintf("the key attribute %q also holds the stored record; see shard.KeyName and repo.MetaAttribute", sh.KeyName))
	}
	if f := codec.For(sh.Elem).Lookup(sh.KeyName); f != nil {
		c.declineShard(sh, fmt.Sprintf("field %s of %s is stored as %q, which is the key of the shard's table; see shard.KeyName", f.GoName, sh.Elem, f.Name))
	}
	if f := codec.For(sh.Elem).Lookup(c.s.MetaAttr); f != nil {
		c.declineShard(sh, fmt.Sprintf("field %s of %s is stored as %q, which holds the stored record; see repo.MetaAttribute", f.GoName, sh.Elem, f.Name))
	}
}

func (c *compiler) declineShard(sh *model.Shard, reason string) {
	c.errs = append(c.errs, &lens.Error{Func: sh.Kind.String(), Type: sh.At.Root.String(), Path: sh.At.GoPath(), Reason: reason})
}
