package commit

import (
	"context"

	"github.com/dystore/dystore/internal/answer"
	"github.com/dystore/dystore/internal/expr"
	"github.com/dystore/dystore/internal/fetch"
	"github.com/dystore/dystore/internal/stored"
)

// Transactions is the protocol by which several items are written in one
// TransactWriteItems, and one item over a known version in one PutItem or
// UpdateItem.
type Transactions struct {
	Client Client
	Policy Policy
}

// Begin returns a session without attempts.
func (t *Transactions) Begin(objects []*Object) Session {
	s := &session{objects: objects, get: fetch.Reader{Client: t.Client}}
	s.attempts = Operation{client: t.Client, policy: t.Policy, source: tokens(objects)}
	return s
}

type session struct {
	attempts Operation
	objects  []*Object
	get      fetch.Reader
}

// Commit sends the plans as one Write.
func (s *session) Commit(ctx context.Context, plans []*Plan, outcomes []Outcome) {
	w := newWrite(s.objects, plans)
	reply := s.attempts.Send(ctx, w)
	reply.Err = answer.WithReasons(reply.Err, w.TableOf)
	first := 0 // of the plan's actions
	for i, p := range plans {
		outcomes[i] = Outcome{Kind: reply.Kind, Err: reply.Err, Plan: p, Reread: reply.Reread, Ambiguous: reply.Ambiguous, first: first}
		o := &outcomes[i]
		switch {
		case reply.Kind == Committed:
			o.Plan = reply.Write.plans[i]
		case p == nil:
		case reply.Kind == Refused:
			o.Root, o.Parts = reply.Items[first], reply.Items[first+1:first+1+len(p.Parts)]
		case reply.Kind == Unknown && (w.Once() || reply.Taken):
			s.evidence(ctx, i, o)
		}
		if p != nil {
			first += 1 + len(p.Parts)
		}
	}
}

// newWrite joins the actions of plans.
func newWrite(objects []*Object, plans []*Plan) *Write {
	w, n := &Write{plans: plans, Pinned: true, Relaxed: true}, 0
	for _, p := range plans {
		if p != nil {
			n += 1 + len(p.Parts)
		}
	}
	w.Actions = make([]Action, 0, n)
	for i, p := range plans {
		if p == nil {
			continue
		}
		if len(w.Actions) > 0 {
			w.more = append(w.more, len(w.Actions))
		}
		w.Pinned = w.Pinned && p.Pinned
		w.Relaxed = w.Relaxed && objects[i].Relaxed
		w.Actions = append(w.Actions, p.Root)
		for i := range p.Parts {
			w.Actions = append(w.Actions, p.Parts[i].Action)
		}
	}
	return w
}

// evidence looks for a write that was sent once and got no answer, or was done
// by an operation before with the same id. What it finds is as good as a refusal
// of the repetition. Its absence proves nothing: the write may arrive later, or be
// overwritten.
func (s *session) evidence(ctx context.Context, i int, o *Outcome) {
	obj := s.objects[i]
	var e expr.Builder
	root, err := s.get.One(ctx, obj.Root, true, e.Project(e.Name(obj.KeyName), e.Name(obj.MetaAttr)))
	if err != nil || root[obj.MetaAttr] == nil {
		return
	}
	if m, err := stored.Decode(root[obj.MetaAttr]); err == nil && m.Wrote(obj.ID) {
		*o = Outcome{Kind: Refused, Err: o.Err, Plan: o.Plan, Root: root}
	}
}

func (s *session) Open() bool { return s.attempts.Open() }

func (s *session) Settle(ctx context.Context) (applied []*Plan, certain bool) {
	w, certain := s.attempts.Settle(ctx)
	if w == nil {
		return nil, certain
	}
	return w.plans, certain
}
