package stored

import (
	"time"
	"unicode/utf8"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
)

// When the life of an object ends, and who has written it.

// PartTTL is the attribute of the items of parts and claims that says when they expire:
// with their root.
const PartTTL = "_ttl"

// Kept reports whether the object is deleted and kept. Without a record it is not.
func (r *Root) Kept() bool { return r != nil && !r.Deleted.IsZero() }

// Placeholder is the record of an object that is being created over nothing. It counts as
// absent. What follows is written over id, which nobody else has.
func Placeholder(entity string, id ID) *Root {
	now := time.Now().UTC().Truncate(time.Millisecond)
	return &Root{Format: Compact, Entity: entity, Version: 1, Birth: id, Ring: NewRing(id), Created: now, Updated: now, Deleted: now, Void: true, LayoutID: Undivided}
}

// Retimed reports whether a write gives an object another time: at, in the attribute ttl.
// Where the record alone says which attribute that is, the time may be unread.
func (r *Root) Retimed(ttl string, at int64, unread bool) bool {
	return r.TTL != ttl || r.Expires != at || unread && ttl != "" && at == 0
}

// encodeLife adds to a record what it has of these.
func (r *Root) encodeLife(add func(name string, av types.AttributeValue)) {
	if r.Kept() {
		add("d", num(r.Deleted.UnixMilli()))
	}
	if r.Made != (ID{}) {
		add("i", r.Made.AV())
	}
	if r.Void {
		add("x", &types.AttributeValueMemberBOOL{Value: true})
	}
	if r.TTL != "" {
		add("t", str(r.TTL))
	}
	if r.Creator != "" {
		add("k", str(r.Creator))
	}
	if r.Updater != "" {
		add("a", Actor(r.Ring[0], r.Updater))
	}
}

// Actor is who has made a write. The id of the write is in it: programs that know
// nothing of actors leave it as it is, and then it is about an earlier version.
func Actor(write ID, who string) types.AttributeValue {
	return &types.AttributeValueMemberB{Value: append(write[:], who...)}
}

func (r *reader) life(root *Root) {
	if _, ok := r.m["d"]; ok {
		root.Deleted = time.UnixMilli(r.num("d")).UTC()
	}
	if av, ok := r.m["i"]; ok {
		root.Made = r.idOf("i", av)
	}
	if av, ok := r.m["x"]; ok {
		void, ok := av.(*types.AttributeValueMemberBOOL)
		if root.Void = ok && void.Value; !root.Void || !root.Kept() {
			r.fail("x", "not true of an object that is deleted")
		}
	}
	root.TTL, root.Creator = r.optStr("t"), r.optStr("k")
	av, ok := r.m["a"]
	if !ok {
		return
	}
	b, ok := av.(*types.AttributeValueMemberB)
	if !ok || len(b.Value) <= len(ID{}) || !utf8.Valid(b.Value[len(ID{}):]) {
		r.fail("a", "not a write id and a text")
		return
	}
	if id := ID(b.Value[:len(ID{})]); len(root.Ring) > 0 && id == root.Ring[0] {
		root.Updater = string(b.Value[len(ID{}):])
	}
}
