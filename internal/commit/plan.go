package commit

import (
	"crypto/sha256"
	"encoding/base64"
	"slices"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/dystore/dystore/internal/expr"
	"github.com/dystore/dystore/internal/fetch"
	"github.com/dystore/dystore/internal/record"
	"github.com/dystore/dystore/internal/stored"
)

// Options are those of every write.
type Options struct {
	ID      stored.ID // given by the caller; zero: none
	Relaxed bool      // the caller does without a token where one item is written
}

// NewObject returns the object with a root item, of a write that has an ID of its
// own unless the caller has given one.
func NewObject(root fetch.Item, keyName, metaAttr, owner string, opts Options) Object {
	obj := Object{Root: root, KeyName: keyName, MetaAttr: metaAttr, Owner: owner, ID: opts.ID, Given: opts.ID != stored.ID{}, Relaxed: opts.Relaxed}
	if !obj.Given {
		obj.ID = stored.NewID()
	}
	return obj
}

// Object is the object that an operation writes, and which write it is.
type Object struct {
	Root     fetch.Item // its root item
	KeyName  string     // the partition key attribute of that
	MetaAttr string     // the attribute that holds its record
	Owner    string     // what the records of its parts name

	ID      stored.ID // of the write
	Given   bool      // the caller has given the ID: a write before may have had it
	Relaxed bool      // see Options
}

// Plan says what a write changes in one object, and not how that is sent.
type Plan struct {
	Root  Action
	Parts []Part

	// Pinned: the condition of Root is over a version and a write id, which never
	// come back. Once it does not hold it never will, so that no repetition and no
	// late arrival can apply the plan again.
	Pinned bool

	// Snapshot is what the caller's value is to remember if this plan is applied,
	// nil if there is no such value.
	Snapshot *record.Snapshot
}

// Part is what a plan does to the item of one part.
type Part struct {
	Inst stored.Inst
	Action
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

	first int // number of the plan's first action in the request
}

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

// tokens makes the tokens of a write of some objects.
type tokens []*Object

// FirstToken follows from the write id and the objects. A program that repeats a
// write with its id, after a restart or in doubt, has other bytes (stamps, nonces,
// times), which DynamoDB refuses under the token of the first: so only one of the
// two is applied.
func (t tokens) FirstToken() string {
	h := sha256.New()
	for i, o := range t {
		if i > 0 {
			h.Write([]byte{0})
		}
		h.Write([]byte(o.Root.Table + "\x00" + o.Owner))
	}
	return t[0].ID.String() + "." + base64.RawURLEncoding.EncodeToString(h.Sum(nil))[:13]
}

// Repeats reports whether a write before may have had this one's id.
func (t tokens) Repeats() bool { return t[0].Given }

// NextToken is of one plan.
func (t tokens) NextToken() string { return t[0].ID.String() + "." + stored.NewID().String()[:13] }

// Fence is a check of a root that always holds.
func (t tokens) Fence() Action {
	var e expr.Builder
	pk := e.Name(t[0].KeyName)
	return Action{Op: Check, Table: t[0].Root.Table, Key: t[0].Root.Key,
		Cond: "attribute_exists(" + pk + ") OR attribute_not_exists(" + pk + ")", Names: e.Names}
}
