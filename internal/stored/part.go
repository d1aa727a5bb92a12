package stored

import (
	"maps"
	"strings"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/dystore/dystore/internal/attr"
)

// Part is the record of a shard item.
type Part struct {
	Stamp ID
	Owner string
	Inst  Inst
	Base  Base // of a copy that a staged write has made; zero of others
	Cut   *Cut // nil if the item holds all of the part

	piece int // the number of a piece, from 1 on; 0 of others
}

// KeyIn is the key of the object of an entity that a part with the record is of. Where the
// owner does not tell it, copies do. It is nil if nothing tells it.
func (p Part) KeyIn(record types.AttributeValue, entity string) []types.AttributeValue {
	if key, ok := KeyOf(entity, p.Owner); ok {
		return key
	}
	if key := KeySaid(record); key != nil && Owner(entity, key) == p.Owner {
		return key
	}
	return nil
}

// KeySaid is the key of the object that the record of a copy or a piece says, nil if it
// says none.
func KeySaid(record types.AttributeValue) []types.AttributeValue {
	if key, ok := entries(record)["k"].(*types.AttributeValueMemberL); ok {
		return key.Value
	}
	return nil
}

// Rebase makes the record of a part that of a copy, over a base, of the object with a key.
func Rebase(record types.AttributeValue, base Base, owner string, key []types.AttributeValue) types.AttributeValue {
	m, ok := record.(*types.AttributeValueMemberM)
	if !ok {
		return record
	}
	members := maps.Clone(m.Value)
	members["b"] = base.AV()
	sayKey(members, owner, key)
	return &types.AttributeValueMemberM{Value: members}
}

// sayKey puts the key of the object into the members of a record whose owner is hashed.
func sayKey(members map[string]types.AttributeValue, owner string, key []types.AttributeValue) {
	if strings.HasPrefix(owner, HashedKey) {
		members["k"] = &types.AttributeValueMemberL{Value: key}
	}
}

// Base is the one state of a root item over which a staged write may make it name the
// copies that it has written. Once the root item is in another state, it never will. It is
// which object is stored, and which write of it was the last.
type Base struct{ Birth, Write ID }

// Base is the state that a root item with the record is in.
func (r *Root) Base() Base {
	if r.Made != (ID{}) {
		return Base{r.Made, r.WriteID()}
	}
	return Base{r.Birth, r.WriteID()}
}

// AV is the stored form of the base.
func (b Base) AV() types.AttributeValue {
	return &types.AttributeValueMemberB{Value: append(b.Birth[:], b.Write[:]...)}
}

// Encode returns the _meta value of a shard item.
func (p Part) Encode() types.AttributeValue {
	// One piece of memory: every part of every write has such a record.
	av := &struct {
		all         types.AttributeValueMemberM
		owner, inst types.AttributeValueMemberS
		stamp       idAV
	}{}
	av.owner.Value, av.inst.Value = p.Owner, string(p.Inst)
	av.all.Value = map[string]types.AttributeValue{"w": av.stamp.set(p.Stamp), "o": &av.owner, "p": &av.inst}
	if p.Base != (Base{}) {
		av.all.Value["b"] = p.Base.AV()
	}
	if p.Cut != nil {
		av.all.Value["c"] = p.Cut.AV()
	}
	return &av.all
}

// DecodePart reads the _meta value of a shard item.
func DecodePart(av types.AttributeValue) (Part, error) {
	m, ok := av.(*types.AttributeValueMemberM)
	if !ok {
		return Part{}, corrupt("_meta", "not a map")
	}
	r := reader{m: m.Value}
	p := Part{Stamp: r.id("w"), Owner: r.str("o"), Inst: Inst(r.str("p"))}
	if b, ok := m.Value["b"]; ok {
		p.Base = r.base(b)
	}
	if c, ok := m.Value["c"]; ok {
		p.Cut = r.cut(c)
	}
	if _, ok := m.Value["j"]; ok {
		p.piece = int(r.num("j")) + 1
	}
	return p, r.err
}

func (r *reader) base(av types.AttributeValue) (b Base) {
	both, ok := av.(*types.AttributeValueMemberB)
	if !ok || len(both.Value) != len(b.Birth)+len(b.Write) {
		r.fail("b", "not two ids")
		return b
	}
	copy(b.Birth[:], both.Value)
	copy(b.Write[:], both.Value[len(b.Birth):])
	return b
}

// Dynamic reports whether an instance lies in a list or a map, so that its key
// is not known from the layout and the object's key alone.
func (i Inst) Dynamic() bool {
	for p := 0; p < len(i); p++ {
		switch i[p] {
		case '~':
			p++
		case '#', ':':
			return true
		}
	}
	return false
}

// Under reports whether i is p or lies inside it.
func (i Inst) Under(p Inst) bool {
	if p == "" || i == p {
		return true
	}
	rest, ok := strings.CutPrefix(string(i), string(p))
	return ok && (rest[0] == '.' || rest[0] == '#' || rest[0] == ':')
}

// Outside visits the instances that i lies in, and not i itself, from the outermost one
// on, until one of them is what is looked for.
func (i Inst) Outside(is func(Inst) bool) bool {
	for at := 0; at < len(i); at++ {
		switch i[at] {
		case '~':
			at++ // it is part of a name
		case '.', '#', ':':
			if is(i[:at]) {
				return true
			}
		}
	}
	return false
}

// Location is where a part lives.
type Location struct{ Table, KeyName, Key string }

// Derived is where a part of the place lives that has not moved: under the key that is
// derived of the object's.
func (p *Place) Derived(entity string, key []types.AttributeValue, inst Inst) Location {
	return Location{p.Table, p.KeyName, DerivedKey(entity, key, inst)}
}

// Locate returns where the part inst of the object with the stored key lives.
func (r *Root) Locate(inst Inst, key []types.AttributeValue) Location {
	ref := r.Parts[inst]
	if ref.Elsewhere() {
		return Location{ref.Table, ref.KeyName, ref.Key}
	}
	// Decode has found a place for every entry that is not elsewhere.
	p := r.Layout.Home(inst)
	if p == nil {
		return Location{}
	}
	return p.Derived(r.Entity, key, inst)
}

// KeyName is the name of the key attribute of the part inst, as Locate has it.
func (r *Root) KeyName(inst Inst) string {
	if ref := r.Parts[inst]; ref.Elsewhere() {
		return ref.KeyName
	}
	if p := r.Layout.Home(inst); p != nil {
		return p.KeyName
	}
	return ""
}

// Derives reports whether r's layout puts the part inst exactly at l.
func (r *Root) Derives(inst Inst, l Location, key []types.AttributeValue) bool {
	p := r.Layout.Home(inst)
	return p != nil && l == Location{p.Table, p.KeyName, DerivedKey(r.Entity, key, inst)}
}

// RefTo is the manifest entry of the part inst at l, which had the entry was elsewhere.
func (r *Root) RefTo(inst Inst, was Ref, l Location, key []types.AttributeValue) Ref {
	if r.Derives(inst, l, key) {
		return Ref{Stamp: was.Stamp}
	}
	return Ref{was.Stamp, l.Table, l.KeyName, l.Key, was.Cut}
}

// Copied reports whether the part inst, of the object with a key, is a copy that a staged
// write has made. What a copy holds never changes, so a late request of its writer does no
// harm.
func (r *Root) Copied(inst Inst, key []types.AttributeValue) bool {
	ref := r.Parts[inst]
	return ref.Elsewhere() && isStagedKey(r.Entity, key, inst, ref.Stamp, ref.Key)
}

// Stays reports whether r's layout lets the part inst of old, the record before r, stay in
// its item: under the derived key, or under that of a copy. It returns the entry of the
// part then.
func (r *Root) Stays(inst Inst, old *Root, key []types.AttributeValue) (ref Ref, ok bool) {
	was := old.Parts[inst]
	if !was.Elsewhere() {
		return Ref{Stamp: was.Stamp}, r.derivesAs(old, inst)
	}
	p := r.Layout.Home(inst)
	switch {
	case p == nil || was.Table != p.Table || was.KeyName != p.KeyName:
		return Ref{}, false
	case isDerivedKey(r.Entity, key, inst, was.Key):
		return Ref{Stamp: was.Stamp}, true
	}
	return was, isStagedKey(r.Entity, key, inst, was.Stamp, was.Key)
}

// Shares reports whether the part inst is in the same item by two records of an object.
// Both have it. Of most parts that shows without their keys.
func (r *Root) Shares(inst Inst, old *Root, key []types.AttributeValue) bool {
	if r.Parts[inst].Elsewhere() || old.Parts[inst].Elsewhere() {
		return r.Locate(inst, key) == old.Locate(inst, key)
	}
	return r.derivesAs(old, inst)
}

// derivesAs reports whether two records derive one location for the part inst.
func (r *Root) derivesAs(old *Root, inst Inst) bool {
	if r.Entity != old.Entity {
		return false
	}
	if r.LayoutID == old.LayoutID {
		return true
	}
	p, q := r.Layout.Home(inst), old.Layout.Home(inst)
	return p != nil && q != nil && p.Table == q.Table && p.KeyName == q.KeyName
}

// IsKeyOf reports whether text is a key of the part inst of the object, with a stamp: the
// derived one, or that of a copy.
func IsKeyOf(entity string, key []types.AttributeValue, inst Inst, stamp ID, text string) bool {
	return isDerivedKey(entity, key, inst, text) || isStagedKey(entity, key, inst, stamp, text)
}

// PlaceOf returns the logical path of the place that an instance belongs to.
func PlaceOf(inst Inst) attr.Path {
	var own [ownDepth]Token
	tokens, err := inst.appendTokens(own[:0], "m")
	if inst == "" || err != nil {
		return nil
	}
	return Logical(tokens[:partDepth(tokens)])
}

// ownDepth is how deep instances may be to be parsed without an allocation.
const ownDepth = 8

// Home returns the place that an instance belongs to, nil if the layout has
// none. It is l.Find(PlaceOf(inst)) without an allocation: reading one object
// asks it of each part several times.
func (l Layout) Home(inst Inst) *Place {
	var own [ownDepth]Token
	tokens, err := inst.appendTokens(own[:0], "m")
	if inst == "" || err != nil {
		return nil
	}
	var path [ownDepth]attr.Seg
	return l.Find(appendLogical(path[:0], tokens[:partDepth(tokens)]))
}

// Items is how many items the object has beside the root's.
func (r *Root) Items() int { return len(r.Parts) + len(r.Claims) }

// CountDynamic sets Dynamic from Parts.
func (r *Root) CountDynamic() {
	r.Dynamic = 0
	for inst := range r.Parts {
		if inst.Dynamic() {
			r.Dynamic++
		}
	}
}
