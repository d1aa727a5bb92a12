package commit

import (
	"strconv"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/dystore/dystore/internal/expr"
	"github.com/dystore/dystore/internal/item"
	"github.com/dystore/dystore/internal/stored"
	"github.com/dystore/dystore/internal/tables"
)

// Gone is an object that counts as absent, because it has expired or is deleted but
// kept. A new object takes its place, with what its parts and claims leave.
type Gone struct {
	Meta   *stored.Root         // nil of an item without a record
	Expiry types.AttributeValue // the attribute that says when it expires, nil if there is none
}

// condition holds while what is stored is still that.
func (g *Gone) condition(e *expr.Builder, obj *Object) string {
	var conds []string
	if g.Meta != nil {
		conds = append(conds, obj.AtState(e, g.Meta))
	} else if obj.MetaAttr != "" {
		conds = append(conds, "attribute_not_exists("+e.Name(obj.MetaAttr)+")")
	}
	if g.Expiry != nil {
		conds = append(conds, e.Name(obj.TTL)+" = "+e.Value(g.Expiry))
	}
	return expr.And(conds...)
}

// Alive adds to a condition that the object has not expired, if it can.
func (obj *Object) Alive(e *expr.Builder, cond string) string {
	if obj.TTL == "" {
		return cond
	}
	return expr.And(cond, "NOT ("+tables.Past(e, obj.TTL)+")")
}

// Absent holds while nothing is stored that counts, of an object without parts.
func (obj *Object) Absent(e *expr.Builder) string {
	cond := "attribute_not_exists(" + e.Name(obj.KeyNames[0]) + ")"
	if obj.TTL != "" {
		cond += " OR " + tables.Past(e, obj.TTL)
	}
	return cond
}

// Present holds while there is an item that counts.
func (obj *Object) Present(e *expr.Builder) string {
	return obj.Alive(e, "attribute_exists("+e.Name(obj.KeyNames[0])+")")
}

// Advance gives the record of a stored object its next version. The expressions are the
// same whatever is stored: a ring that is shorter than others gets entries that are no ids,
// and at version 1 the id of the last write becomes the birth.
func (obj *Object) Advance(x *Edit) {
	rec := obj.MetaAttr
	v, ring, birth := x.Path(rec, "v"), x.Path(rec, "r"), x.Path(rec, "b")
	x.Set(v, v+" + "+x.Value(item.Int(1)))
	x.Set(x.Path(rec, "u"), x.Value(item.Int(time.Now().UnixMilli())))
	x.Set(birth, "if_not_exists("+birth+", "+ring+"[0])")
	x.SetAll(push(ring, x.Value(obj.ID.AV()), x.Value(stored.NoID())))
	if obj.By != "" {
		x.Set(x.Path(rec, "a"), x.Value(stored.Actor(obj.ID, obj.By)))
	}
}

// push is the assignments that put an id in front of a ring, and drop its last one if it is
// full. To a shorter one they append none. The first entry is always there.
func push(ring, id, none string) string {
	const room = len(", [0] = if_not_exists([0], )")
	b := make([]byte, 0, stored.RingSize*(2*len(ring)+len(none)+room)+len(id))
	entry := func(i int) {
		b = strconv.AppendInt(append(append(b, ring...), '['), int64(i), 10)
		b = append(b, ']')
	}
	entry(0)
	b = append(append(b, " = "...), id...)
	for to := 1; to < stored.RingSize; to++ {
		b = append(b, ", "...)
		entry(to)
		b = append(b, " = "...)
		if to == 1 {
			entry(0)
			continue
		}
		b = append(b, "if_not_exists("...)
		entry(to - 1)
		b = append(append(append(b, ", "...), none...), ')')
	}
	return string(b)
}

// Remove is the deletion of the root item while it is in the state of a record.
func (obj *Object) Remove(m *stored.Root) Action {
	var x Edit
	x.Require(obj.AtState(&x.Builder, m))
	x.Delete = true
	root := obj.Item()
	return x.Action(root.Table, root.Key)
}

// Pass is the action by which the state of a root item with record m is passed: what is
// still on its way over that state is in vain. An object keeps everything but its version.
// What counts as absent and has no parts is removed.
func (obj *Object) Pass(m *stored.Root) Action {
	if m.Void && m.Items() == 0 {
		return obj.Remove(m)
	}
	var x Edit
	x.Require(obj.AtState(&x.Builder, m))
	obj.Advance(&x)
	root := obj.Item()
	return x.Action(root.Table, root.Key)
}

// Retimed makes the item of a part expire when the object does. The stamp is the one that
// the part has, and before when it was to expire until now.
func (g *Guard) Retimed(inst stored.Inst, table string, l stored.Location, stamp stored.ID, before int64) Part {
	var x Edit
	x.Retime(g.Object, stamp, g.Expires)
	return Part{Inst: inst, Stamp: stamp, Later: Sooner(g.Expires, before), Action: x.Action(table, map[string]types.AttributeValue{l.KeyName: item.String(l.Key)})}
}

// Sooner reports whether one time to expire, 0 for never, is before another.
func Sooner(at, before int64) bool { return at != 0 && (before == 0 || at < before) }

// Retime is an edit of the item of a part, which has a stamp.
func (x *Edit) Retime(obj *Object, stamp stored.ID, at int64) {
	x.Require(obj.Owns(&x.Builder))
	x.Require(obj.Bears(&x.Builder, stamp))
	x.Expires(at)
}

// Disowned takes the claims out of g that a refusal shows to be those of other objects:
// they were free when g had expired. It is false if that is not the reason.
func (o *Outcome) Disowned(g *Gone) (disowned bool) {
	for i, it := range o.Parts {
		if it == nil || g == nil || g.Meta == nil {
			continue
		}
		p := &o.Plan.Parts[i]
		if !p.unclaims() {
			return false
		}
		delete(g.Meta.Claims, string(p.Inst))
		disowned = true
	}
	return disowned
}

// Expires makes the item of a part expire at a time, 0 for never.
func (x *Edit) Expires(at int64) {
	switch {
	case x.Put != nil:
		Expire(x.Put, at)
	case x.Delete:
	case at == 0:
		x.Remove(x.Name(stored.PartTTL))
	default:
		x.Set(x.Name(stored.PartTTL), x.Value(item.Int(at)))
	}
}

// Expire gives the item of a part the time at which it expires, 0 for never.
func Expire(it map[string]types.AttributeValue, at int64) {
	if at != 0 {
		it[stored.PartTTL] = item.Int(at)
	}
}
