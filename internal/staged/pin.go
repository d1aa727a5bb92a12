package staged

import (
	"context"
	"maps"
	"slices"
	"time"

	"github.com/dystore/dystore/internal/commit"
	"github.com/dystore/dystore/internal/expr"
	"github.com/dystore/dystore/internal/stored"
)

// pin finds the state of the root item that the flip of a plan is over, or makes one: one
// that never comes back.
//
// A plan over nothing puts a placeholder there, which readers take for nothing. A plan
// over an item without a record gives it one, of a whole object without parts. Each
// attempt makes a state of its own. So what a late request makes is not the state that
// the flip is over. A token excludes that one request is executed twice, which would bring
// a state back. Without transactions nothing excludes it: the SDK sends each request once.
func (s *session) pin(ctx context.Context, d *draft) error {
	if d.plan.Root.Op == commit.Check {
		return nil
	}
	if d.over != nil || d.plan.Purge != nil && !d.plan.Bare {
		d.flip.Pinned = true // also over what counts as absent, and over a damaged record
		return nil
	}
	once := *s.p.Transactions
	once.Policy.Attempts = 1
	pauses := s.p.Policy.Pauses()
	for attempt := 0; ; attempt++ {
		record := stored.Placeholder(d.obj.Entity, stored.NewID())
		if d.plan.Bare {
			record.Made = d.obj.Made() // what is adopted is one object before and after
		}
		s.pins = append(s.pins, record.Birth)
		reply := once.Under(ctx, d.pinning(record))
		switch reply.Kind {
		case commit.Committed:
			d.flipOver(record)
			return nil
		case commit.Refused:
			m, err := stored.Decode(reply.Items[0][d.obj.MetaAttr])
			if err != nil || !slices.Contains(s.pins, m.WriteID()) {
				return &refusal{commit.Outcome{Kind: commit.Refused, Err: reply.Err, Root: reply.Items[0]}}
			}
			d.flipOver(m)
			return nil
		case commit.Rejected:
			attempt = s.p.Policy.Attempts
		}
		if attempt+1 >= s.p.Policy.Attempts || pauses.Wait(ctx, attempt) != nil {
			return unfinished(reply)
		}
	}
}

// pinning is the action that makes a state, if what is stored is still what the plan is
// for.
func (d *draft) pinning(record *stored.Root) commit.Action {
	a := d.plan.Root.Condition()
	if !d.plan.Bare {
		doc := attrs{d.obj.MetaAttr: record.Encode()}
		d.obj.PutKey(doc)
		a.Op, a.Key, a.KeyIn, a.Item = commit.Put, nil, d.obj.KeyNames, doc
		return a
	}
	adopted := *record
	adopted.Deleted, adopted.Void, adopted.Policy = time.Time{}, false, d.plan.Policy
	e := expr.Continue(a.Names, a.Values)
	a.Op, a.Change = commit.Update, "SET "+e.Name(d.obj.MetaAttr)+" = "+e.Value(adopted.Encode())
	a.Names, a.Values = e.Names, e.Values
	return a
}

// flipOver makes the flip one over a state that the write has made.
func (d *draft) flipOver(m *stored.Root) {
	flip := *d.flip
	root := &flip.Root
	e := expr.Continue(maps.Clone(root.Names), maps.Clone(root.Values))
	root.Cond = d.obj.AtState(&e, m)
	root.Names, root.Values = e.Names, e.Values
	root.Trim()
	flip.Pinned = true
	d.flip, d.over, d.made = &flip, m, !d.plan.Bare
}
