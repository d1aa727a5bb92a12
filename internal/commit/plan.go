package commit

import (
	"fmt"
	"slices"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/dystore/dystore/internal/fail"
	"github.com/dystore/dystore/internal/fetch"
	"github.com/dystore/dystore/internal/snapshot"
	"github.com/dystore/dystore/internal/stored"
	"github.com/dystore/dystore/internal/tables"
)

// Options are those of every write.
type Options struct {
	ID      stored.ID // given by the caller; zero: none
	New     bool      // the ID is new: the caller has not given it, no write before has it
	Relaxed bool      // the caller does without a token where one item is written
	By      string    // who writes; "": not said
}

// NewObject returns an object to be written; obj says where it is. The write gets an
// ID unless the caller has given one.
func NewObject(obj Object, opts Options) Object {
	obj.ID, obj.Given, obj.Relaxed, obj.By = opts.ID, opts.ID != stored.ID{} && !opts.New, opts.Relaxed, opts.By
	if obj.ID == (stored.ID{}) {
		obj.ID = stored.NewID()
	}
	return obj
}

// ObjectOf is NewObject for the object with a key.
func ObjectOf(s *tables.Tables, key tables.Key, opts Options) Object {
	obj := Object{Table: s.RootTable(), KeyNames: s.KeyNames(), Key: key.Parts, MetaAttr: s.MetaAttr, Entity: s.Entity,
		Owner: stored.Owner(s.Entity, key.Parts), TTL: s.TTL, Keeps: s.Keeps, Divided: len(s.Parts) > 0}
	if s.Plain {
		obj.MetaAttr = ""
	}
	return NewObject(obj, opts)
}

// Object is the object that an operation writes, and which write it is.
type Object struct {
	Table    string                 // of its root item
	KeyNames [2]string              // the key attributes there, the second "" if there is one; none: not known
	Key      []types.AttributeValue // their values
	MetaAttr string                 // the attribute that holds its record; "": there is none
	Entity   string                 // empty: any
	Owner    string                 // what the records of its parts name
	TTL      string                 // the attribute that says when it expires; "": it does not
	Keeps    bool                   // what is deleted is kept
	Divided  bool                   // its model has parts

	ID      stored.ID // of the write
	Given   bool      // the caller has given the ID: a write before may have had it
	Relaxed bool      // see Options
	By      string    // see Options

	// Staged: what becomes of parts is written beside what they are, and the root item
	// is made to name it. Every plan of the object is over a version that was read.
	Staged bool
	// Grows: a part has outgrown its item by an update, and may be in pieces after it.
	Grows bool

	made stored.ID // of the record that the write gives an object without one; zero: not yet
}

// Made is what tells the object, if the write gives it its first record, from others that
// the same id has made.
func (obj *Object) Made() stored.ID {
	if obj.made == (stored.ID{}) {
		obj.made = stored.NewID()
	}
	return obj.made
}

// NewRef is the manifest entry of a part that is written anew, by itself or as a copy, at
// place in the layout of the object with a key.
func (obj *Object) NewRef(place *stored.Place, inst stored.Inst) stored.Ref {
	ref := stored.Ref{Stamp: stored.NewID()}
	if obj.Staged {
		ref.Table, ref.KeyName, ref.Key = place.Table, place.KeyName, stored.StagedKey(obj.Entity, obj.Key, inst, ref.Stamp)
	}
	return ref
}

// Item names the root item.
func (obj *Object) Item() fetch.Item {
	key := make(map[string]types.AttributeValue, len(obj.Key))
	obj.PutKey(key)
	return fetch.Item{Table: obj.Table, Key: key}
}

// PutKey puts the key attributes into a document.
func (obj *Object) PutKey(doc map[string]types.AttributeValue) {
	for i, v := range obj.Key {
		doc[obj.KeyNames[i]] = v
	}
}

// Plan says what a write changes in one object, and not how that is sent.
type Plan struct {
	Root  Action
	Parts []Part

	// Pinned: the condition of Root is over a version and a write id, which never
	// come back. Once it does not hold it never will, so that no repetition and no
	// late arrival can apply the plan again.
	Pinned bool

	// Over is the record of what the plan replaces, nil if there is none: there is
	// nothing, or an item without a record (Bare).
	Over *stored.Root
	Bare bool
	// Policy is that of the record which a Bare plan makes.
	Policy []byte

	// Purge removes the root item once the parts are gone; nil if it stays. The plan
	// has made a record of it that counts as absent.
	Purge *Action

	// Idle: the plan changes nothing. It states what it has found, for the sake of
	// other plans; alone it need not be sent.
	Idle bool

	// Snapshot is what the caller's value is to remember if this plan is applied,
	// nil if there is no such value.
	Snapshot *snapshot.Snapshot

	// Return asks for the root as the plan leaves it. Left is that, once the plan was
	// applied in a way in which it can be had: of one item, without a token.
	Return bool
	Left   map[string]types.AttributeValue
}

// Part is what a plan does to the item of one part, or to the item that claims a
// unique value for the object.
type Part struct {
	Inst  stored.Inst
	Claim string // the fields whose value is claimed, "" for a part

	// Stamp is what the item has by the record that was read, zero if that is not known.
	Stamp stored.ID
	// Copy is the key of the item that has the part after the plan, if that is another
	// one than the action is on: the action is done to a copy. "": in place.
	Copy string
	// From is the key of the item that the part has by the record that was read, if a
	// staged plan depends on what is in it; nil: it does not.
	From map[string]types.AttributeValue
	// Cut: the item is written in pieces, if it is too big for one.
	Cut bool
	// Pack: what is cut is compressed.
	Pack bool
	// Later: a touch of an item that stays, to be made only when the root item is written.
	Later bool

	Action
}

// path is what errors about the part say that they are about.
func (p *Part) path() fmt.Stringer {
	if p.Claim != "" {
		return fail.Text(p.Claim)
	}
	return fail.Text(p.Inst)
}

// Outcome is what became of a plan.
type Outcome struct {
	Kind Kind
	Err  error // DynamoDB's or the context's, nil when committed
	Plan *Plan // when committed, the one that was applied: an earlier one where a late request arrived first

	// Root and Parts (in the order of the plan), of a refusal, are the stored items
	// whose conditions failed: empty where nothing is stored, nil where the
	// condition held.
	Root  map[string]types.AttributeValue
	Parts []map[string]types.AttributeValue

	// Reread: the client does not return items with a refusal; they were read
	// after it, and may be younger.
	Reread bool
	// Ambiguous, of a refusal: an attempt before it may have been applied all the
	// same.
	Ambiguous bool
	// Partial, of a refusal: the conditions of some objects were not evaluated.
	Partial bool
	// Again, of a refusal: of no condition. The plan has to be made again.
	Again bool
	// Taken, of an unknown outcome: a write before has committed under this one's id.
	// No attempt of this one was applied but those that are open.
	Taken bool

	evidence bool // the root was read in part, to look for the write
	first    int  // number of the plan's first action in the request
}

// nobodys reports whether a rejection does not say which action is wrong: of several
// objects it may be any.
func (o *Outcome) nobodys() bool { return o.Kind == Rejected && len(invalidActions(o.Err)) == 0 }

// blameless reports whether a plan was refused or rejected for the plan of
// another object only, which was sent with it.
func (o *Outcome) blameless() bool {
	switch o.Kind {
	case Refused:
		return o.Root == nil && !slices.ContainsFunc(o.Parts, func(it map[string]types.AttributeValue) bool { return it != nil })
	case Rejected:
		wrong := invalidActions(o.Err)
		return len(wrong) > 0 && !slices.ContainsFunc(wrong, func(n int) bool { return n >= o.first && n <= o.first+len(o.Plan.Parts) })
	}
	return false
}
