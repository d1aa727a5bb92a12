package commit

import (
	"time"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/dystore/dystore/internal/expr"
	"github.com/dystore/dystore/internal/fail"
	"github.com/dystore/dystore/internal/item"
	"github.com/dystore/dystore/internal/snapshot"
	"github.com/dystore/dystore/internal/sorted"
	"github.com/dystore/dystore/internal/stored"
)

// Basis is what a write takes to be stored. Its condition holds while it is.
type Basis struct {
	Exists bool
	Meta   *stored.Root         // nil if nothing exists, or without a record
	Read   *snapshot.AsRead     // of an item without a record; nil: any
	Broken types.AttributeValue // the record of a damaged object, which cannot be read
	Gone   *Gone                // what is stored counts as absent; the write takes its place
}

// Plan begins a plan that is made over b.
func (b *Basis) Plan() *Plan {
	p := &Plan{Pinned: b.Pinned(), Over: b.Meta, Bare: b.Exists && b.Meta == nil && b.Broken == nil}
	if b.Gone != nil {
		p.Over = b.Gone.Meta
	}
	return p
}

// Pinned reports whether a write over b is for one version, which can never come
// back once it is gone. That nothing exists, or no record, may hold again.
func (b *Basis) Pinned() bool { return b.Meta != nil }

// Condition holds while what is stored of obj is exactly b.
func (b *Basis) Condition(e *expr.Builder, obj *Object) (string, error) {
	switch {
	case b.Gone != nil:
		return b.Gone.condition(e, obj), nil
	case !b.Exists:
		return "attribute_not_exists(" + e.Name(obj.KeyNames[0]) + ")", nil
	case b.Meta != nil:
		return obj.Alive(e, obj.AtState(e, b.Meta)), nil
	case b.Broken != nil:
		return e.Name(obj.MetaAttr) + " = " + e.Value(b.Broken), nil
	}
	conds := []string{"attribute_exists(" + e.Name(obj.KeyNames[0]) + ")", "attribute_not_exists(" + e.Name(obj.MetaAttr) + ")"}
	if b.Read != nil {
		conds = append(conds, asRead(e, b.Read)...)
	}
	attributes := len(conds) - 2
	conds = append(conds, obj.Alive(e, ""))
	cond := expr.And(conds...)
	if operators := 2*len(conds) - 1; operators > maxOperators || len(cond) > maxExpression {
		return "", fail.Withf(fail.ErrTooLarge, "the stored item has no record, so that the %d attributes concerned would have to be compared one by one, which is more than one condition of DynamoDB can do; any Update gives the item a record", attributes)
	}
	return cond, nil
}

// asRead holds while an item without a record is as it was read.
func asRead(e *expr.Builder, r *snapshot.AsRead) (conds []string) {
	for _, name := range sorted.Keys(r.Item) {
		conds = append(conds, e.Name(name)+" = "+e.Value(r.Item[name]))
	}
	for _, name := range r.Absent {
		conds = append(conds, "attribute_not_exists("+e.Name(name)+")")
	}
	return conds
}

// AtState holds while the stored object is in the state of a record.
func (obj *Object) AtState(e *expr.Builder, m *stored.Root) string {
	cond := obj.AtVersion(e, m.Version, m.WriteID(), m.Birth)
	if m.Made != (stored.ID{}) {
		cond += " AND " + e.Path(obj.MetaAttr, "i") + " = " + e.Value(m.Made.AV())
	}
	return cond
}

// AtVersion holds while the stored object is at a version. The birth, zero if it
// is not known, tells objects apart that were stored under the same key one after
// the other: a write that is repeated with its id may have made the same version
// of both. Of version 1 the birth is the id of the write, and the record leaves it out.
func (obj *Object) AtVersion(e *expr.Builder, version int64, id, birth stored.ID) string {
	rec := e.Name(obj.MetaAttr)
	cond := rec + "." + e.Name("v") + " = " + e.Value(item.Int(version)) + " AND " + rec + "." + e.Name("r") + "[0] = " + e.Value(id.AV())
	if birth != (stored.ID{}) && (version != 1 || birth != id) {
		cond += " AND " + rec + "." + e.Name("b") + " = " + e.Value(birth.AV())
	}
	return cond
}

// Parts is how many parts the stored object has, as far as its record was read.
func (b *Basis) Parts() int {
	if b.Meta == nil {
		return 0
	}
	return len(b.Meta.Parts)
}

// Next is the record that follows b with the write of obj, if that is divided by layout.
func (b *Basis) Next(obj *Object, layoutID string, layout stored.Layout) *stored.Root {
	now, id := time.Now().UTC().Truncate(time.Millisecond), obj.ID
	r := &stored.Root{
		Format: stored.Compact, Entity: obj.Entity, Version: 1, Birth: id, Ring: stored.NewRing(id),
		Created: now, Updated: now, Creator: obj.By, Updater: obj.By, TTL: obj.TTL, LayoutID: layoutID, Layout: layout,
		Parts: make(map[stored.Inst]stored.Ref, b.Parts()), Orders: map[stored.Inst]stored.Order{},
	}
	if b.Meta == nil && (obj.Given || b.Exists && obj.Staged) {
		r.Made = obj.Made()
	}
	if b.Meta != nil {
		r.Made = b.Meta.Made
		r.Version, r.Birth, r.Created, r.Creator = b.Meta.Version+1, b.Meta.Birth, b.Meta.Created, b.Meta.Creator
		r.Ring = stored.Push(b.Meta.Ring, id)
		if r.TTL == "" { // another version of the program declares it
			r.TTL = b.Meta.TTL
		}
	}
	return r
}
