package commit

import (
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/dystore/dystore/internal/expr"
	"github.com/dystore/dystore/internal/item"
	"github.com/dystore/dystore/internal/stored"
	"github.com/dystore/dystore/internal/tables"
)

// Owns holds of the item of a part or claim that says that it is the object's.
func (obj *Object) Owns(e *expr.Builder) string {
	return e.Name(obj.MetaAttr) + "." + e.Name("o") + " = " + e.Value(item.String(obj.Owner))
}

// Bears holds of the item of a part that has a stamp.
func (obj *Object) Bears(e *expr.Builder, stamp stored.ID) string {
	return e.Path(obj.MetaAttr, "w") + " = " + e.Value(stamp.AV())
}

// OwnerCond keeps an object from ever touching another's part.
func (obj *Object) OwnerCond(e *expr.Builder, keyName string) string {
	return "attribute_not_exists(" + e.Name(keyName) + ") OR " + obj.Owns(e)
}

// Guard begins the actions on the parts of one object, which have its OwnerCond.
// Parts whose key attributes have one name share the condition.
type Guard struct {
	Object  *Object
	Expires int64 // when the object does, 0 for never

	keyName string
	made    Action // for keyName, without an item
}

func (g *Guard) action(table, keyName string) Action {
	if g.keyName != keyName {
		var e expr.Builder
		cond := g.Object.OwnerCond(&e, keyName)
		g.keyName, g.made = keyName, Action{Cond: cond, Names: e.Names, Values: e.Values}
	}
	a := g.made
	a.Table = table
	return a
}

// Put returns the action that writes the item of a part at l, in the table with
// that full name.
func (g *Guard) Put(table string, l stored.Location, it map[string]types.AttributeValue) Action {
	a := g.action(table, l.KeyName)
	a.Op, a.KeyIn, a.Item = Put, [2]string{l.KeyName}, it
	return a
}

// Delete is Put for the removal of the item.
func (g *Guard) Delete(table string, l stored.Location) Action {
	a := g.action(table, l.KeyName)
	a.Op, a.Key = Delete, map[string]types.AttributeValue{l.KeyName: item.String(l.Key)}
	return a
}

// Claim writes the item that claims a unique value for the object; name is that of the
// claim. It expires with the object.
func (g *Guard) Claim(table, name string, l stored.Location) Part {
	it := map[string]types.AttributeValue{l.KeyName: item.String(l.Key),
		g.Object.MetaAttr: stored.Part{Stamp: g.Object.ID, Owner: g.Object.Owner, Inst: stored.Inst(name)}.Encode()}
	Expire(it, g.Expires)
	a := g.Put(table, l, it)
	if g.Object.TTL != "" {
		var e expr.Builder
		a.Cond = g.Object.mayClaim(&e, l.KeyName)
		a.Names, a.Values = e.Names, e.Values
	}
	a.Foreign = true
	return Part{Inst: stored.Inst(name), Claim: stored.ClaimText(name), Action: a}
}

// mayClaim is OwnerCond for a claim that is written: what an expired object claims is free.
func (obj *Object) mayClaim(e *expr.Builder, keyName string) string {
	cond := obj.OwnerCond(e, keyName)
	if obj.TTL != "" {
		cond += " OR " + tables.Past(e, stored.PartTTL)
	}
	return cond
}

// Unclaim removes such an item.
func (g *Guard) Unclaim(table, name string, l stored.Location) Part {
	return Part{Inst: stored.Inst(name), Claim: stored.ClaimText(name), Action: g.Delete(table, l)}
}
