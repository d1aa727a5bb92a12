package commit

import (
	"slices"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
)

// ActionOp is what an action does to its item.
type ActionOp uint8

const (
	Put ActionOp = iota
	Update
	Delete
	Check
)

// Action is one item of a write.
type Action struct {
	Op     ActionOp
	Table  string
	Item   map[string]types.AttributeValue // Put; of an Update, what the item becomes, if that is known
	KeyIn  [2]string                       // Put without a Key: its attributes in Item, the second may be ""
	Key    map[string]types.AttributeValue
	Change string // Update: the update expression
	Cond   string
	Names  map[string]string
	Values map[string]types.AttributeValue

	// Foreign: an item that is in the way is another object's. Errors do not have it.
	Foreign bool
}

// ItemKey returns the key of the item: Key, or the attributes of Item that KeyIn
// names.
func (a *Action) ItemKey() map[string]types.AttributeValue {
	if a.Key != nil {
		return a.Key
	}
	key := map[string]types.AttributeValue{}
	for _, name := range a.KeyIn {
		if name != "" {
			key[name] = a.Item[name]
		}
	}
	return key
}

// Write is a set of actions that happen all or not at all: those of one plan, or
// of the plans of several objects.
type Write struct {
	Actions []Action

	// Pinned: the conditions of the first actions are over versions and write
	// ids, which never come back. Once one does not hold it never will, so that
	// no repetition and no late arrival can apply the write again.
	Pinned bool

	// Relaxed: a single action is sent without a token. If a repetition could
	// apply it twice, it is sent once.
	Relaxed bool

	plans []*Plan // whose actions these are
	more  []int   // numbers of the first actions of further objects

	returns bool                            // the one action is to return the item as it leaves it
	left    map[string]types.AttributeValue // that item

	looks bool // a refusal without an item says nothing: engines of this kind return none

	token string // under which it is a transaction; the Operation's
}

// root is the number of the first action of the object that an action is of.
func (w *Write) root(action int) (root int) {
	for _, first := range w.more {
		if first <= action {
			root = first
		}
	}
	return root
}

// rootRefused reports whether a refusal is for what a first action found.
func (w *Write) rootRefused(items []map[string]types.AttributeValue) bool {
	return items[0] != nil || slices.ContainsFunc(w.more, func(first int) bool { return items[first] != nil })
}

// TableOf is the table of an action, "" if there is no such action.
func (w *Write) TableOf(action int) string {
	if action >= len(w.Actions) {
		return "" // the error is about another plan
	}
	return w.Actions[action].Table
}

// single reports whether the write needs no token: as PutItem or UpdateItem it
// costs half. A repetition must not be able to apply it twice. The refusal of a
// deletion returns no item that shows who deleted it, so a deletion has a
// token.
func (w *Write) single() bool {
	if len(w.Actions) != 1 || !w.Pinned && !w.Relaxed {
		return false
	}
	op := w.Actions[0].Op
	return op == Put || op == Update
}

// Once reports whether the write was sent in a way in which a repetition could
// apply it twice: after an attempt without an answer it is not sent again.
func (w *Write) Once() bool { return w.token == "" && !w.Pinned }
