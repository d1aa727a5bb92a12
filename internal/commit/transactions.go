package commit

import (
	"context"
	"crypto/sha256"
	"encoding/base64"
	"errors"
	"slices"
	"time"

	"github.com/dystore/dystore/internal/answer"
	"github.com/dystore/dystore/internal/expr"
	"github.com/dystore/dystore/internal/fetch"
	"github.com/dystore/dystore/internal/stored"
	"github.com/dystore/dystore/internal/traced"
	"github.com/dystore/dystore/trace"
)

// Transactions is the protocol by which several items are written in one
// TransactWriteItems, and one item over a known version in one PutItem or
// UpdateItem.
type Transactions struct {
	Client Client
	Policy Policy

	// Alone: the engine has none. What is sent is one action over a known version, or
	// one that is sent once.
	Alone bool
}

// Begin returns a session without attempts.
func (t *Transactions) Begin(objects []*Object) Session {
	s := &session{objects: objects, get: fetch.Reader{Client: t.Client}}
	s.attempts = Operation{client: t.Client, policy: t.Policy, source: s, alone: t.Alone}
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
	w.looks = s.attempts.alone
	reply := s.attempts.Send(ctx, w)
	reply.Err = answer.WithReasons(reply.Err, w.TableOf)
	first := 0 // of the plan's actions
	for i, p := range plans {
		outcomes[i] = Outcome{Kind: reply.Kind, Err: reply.Err, Plan: p, Reread: reply.Reread, Ambiguous: reply.Ambiguous, Partial: reply.Partial, Taken: reply.Taken, first: first}
		o := &outcomes[i]
		switch {
		case reply.Kind == Committed:
			o.Plan = reply.Write.plans[i]
			if o.Plan != nil && o.Plan.Return {
				o.Plan.Left = reply.Write.left
			}
		case reply.Kind == Refused:
			o.Root, o.Parts = reply.Items[first], reply.Items[first+1:first+1+len(p.Parts)]
		case reply.Kind == Unknown && (w.Once() || reply.Taken):
			s.evidence(ctx, i, o)
		}
		first += 1 + len(p.Parts)
	}
}

// newWrite joins the actions of plans.
func newWrite(objects []*Object, plans []*Plan) *Write {
	w, n := &Write{plans: plans, Pinned: true, Relaxed: true}, 0
	for _, p := range plans {
		n += 1 + len(p.Parts)
	}
	w.Actions = make([]Action, 0, n)
	for i, p := range plans {
		if len(w.Actions) > 0 {
			w.more = append(w.more, len(w.Actions))
		}
		w.Pinned = w.Pinned && p.Pinned
		w.Relaxed = w.Relaxed && objects[i].Relaxed
		w.returns = w.returns || p.Return
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
	if obj.MetaAttr == "" {
		return
	}
	ctx = traced.Because(ctx, trace.Settled)
	var e expr.Builder
	root, err := s.get.One(ctx, obj.Item(), true, e.Project(e.Name(obj.KeyNames[0]), e.Name(obj.MetaAttr)))
	if err != nil || root[obj.MetaAttr] == nil {
		return
	}
	if m, err := stored.Decode(root[obj.MetaAttr]); err == nil && m.Wrote(obj.ID) && (obj.Entity == "" || obj.Entity == m.Entity) {
		*o = Outcome{Kind: Refused, Err: o.Err, Plan: o.Plan, Root: root, Ambiguous: !o.Taken, Taken: o.Taken, evidence: true}
	}
}

// FirstToken follows from the write id and the objects. A program that repeats a
// write with its id, after a restart or in doubt, has other bytes (stamps, nonces,
// times), which DynamoDB refuses under the token of the first: so only one of the
// two is applied.
func (s *session) FirstToken() string {
	n := 0
	for _, o := range s.objects {
		n += len(o.Table) + len(o.Owner) + 2
	}
	text := make([]byte, 0, n)
	for _, o := range s.objects {
		if len(text) > 0 {
			text = append(text, 0)
		}
		text = append(append(append(text, o.Table...), 0), o.Owner...)
	}
	h := sha256.Sum256(text)
	return s.objects[0].ID.String() + "." + base64.RawURLEncoding.EncodeToString(h[:])[:13]
}

// Repeats reports whether a write before may have had this one's id.
func (s *session) Repeats() bool { return s.objects[0].Given }

// NextToken is of one plan.
func (s *session) NextToken() string {
	return s.objects[0].ID.String() + "." + stored.NewID().String()[:13]
}

// Fence is a check of the first root whose key is known.
func (s *session) Fence() (a Action, ok bool) {
	i := slices.IndexFunc(s.objects, func(o *Object) bool { return o.KeyNames[0] != "" })
	if i < 0 {
		return Action{}, false
	}
	var e expr.Builder
	pk, root := e.Name(s.objects[i].KeyNames[0]), s.objects[i].Item()
	return Action{Op: Check, Table: root.Table, Key: root.Key,
		Cond: "attribute_exists(" + pk + ") OR attribute_not_exists(" + pk + ")", Names: e.Names}, true
}

// Open reports whether an attempt without an answer may yet be applied.
func (s *session) Open() bool { return s.attempts.Open() }

// Settle excludes that one is applied after all.
func (s *session) Settle(ctx context.Context) (applied []*Plan, certain bool) {
	w, certain := s.attempts.Settle(ctx)
	if w == nil {
		return nil, certain
	}
	return w.plans, certain
}

// Operation is one write of a caller. If the stored object is not what a plan
// was made for, another plan follows. Then an attempt of the first plan that
// got no answer may still be under way. It could be applied beside the second
// plan, or many writes later. The token excludes that: as long as such an
// attempt is open, all further plans are sent under its token, and the engine
// executes only one request under a token.
//
//   - A plan that commits takes the token. What is late is refused (another plan)
//     or answered without effect (the same).
//   - Where the late request was first, the token is taken when the next plan
//     comes. Sent again, the bytes of that request succeed without effect: so
//     the Operation knows which of its plans was applied.
//   - Where no further plan follows, because a refusal is the result, a check
//     that changes nothing takes the token (Settle).
//
// This rests on what a token is in DynamoDB: good for 10 minutes after the
// request that it belongs to was completed, which is longer than a request is
// good for after it was signed (5 minutes) or is repeated here (Policy.Within,
// counted from the first request under the token); and free again when a
// transaction was cancelled. An engine that kept the token of a cancelled
// transaction would refuse the next plan and then the repetition of the first:
// the outcome is Unknown there.
type Operation struct {
	client Client
	policy Policy
	source Source

	alone bool // without a token

	current string    // the last token
	since   time.Time // when the first request under it was sent
	free    string    // a token that was free when it was used here
	open    []*Write  // plans under the last token of which an attempt may yet be applied
	loose   bool      // so may one that had no token
}

// Source is what an operation is made of. Tokens have at most 36 characters.
type Source interface {
	// FirstToken is the token of plans whose condition can hold again. It is
	// always the same: an operation that repeats another has it too, and the
	// engine executes one request of both.
	FirstToken() string
	// Repeats reports whether the operation may be such a repetition. Then all of
	// its plans have that token: it may be for a version that the write itself
	// has led to, and requests of the other may be late.
	Repeats() bool
	// NextToken makes a new token.
	NextToken() string
	// Fence is a check of one of the caller's items that always holds; not ok if
	// the key of none is known.
	Fence() (check Action, ok bool)
}

// NewOperation returns an operation without attempts.
func NewOperation(c Client, p Policy, s Source) *Operation {
	return &Operation{client: c, policy: p, source: s}
}

// Send executes the next plan until its outcome is known.
func (op *Operation) Send(ctx context.Context, w *Write) Reply {
	begin := time.Now()
	switch {
	case len(op.open) > 0:
		if begin = op.since; time.Since(begin) >= op.policy.Within {
			return Reply{Kind: Unknown, Err: errors.New("the time in which an earlier attempt can be excluded has passed")}
		}
		w.token = op.current
	case op.alone, w.single() && (w.Relaxed || !op.source.Repeats()):
	case w.Pinned && !op.source.Repeats():
		op.current, op.since = op.source.NextToken(), begin
		w.token = op.current
	default:
		op.current, op.since = op.source.FirstToken(), begin
		w.token = op.current
	}
	v := w.send(ctx, op.client, op.policy, begin)
	if v.taken {
		return op.taken(ctx, w, v)
	}
	return op.note(w, v)
}

// note remembers what w leaves open.
func (op *Operation) note(w *Write, v verdict) Reply {
	o := v.Reply
	if o.Kind == Refused {
		op.free = w.token
	}
	gone := o.Kind == Refused && w.Pinned && w.rootRefused(o.Items) // the version that it was for
	switch {
	case o.Kind == Committed:
		o.Write, op.open = w, nil
	case gone || !v.Ambiguous && !v.unknown:
	case w.token != "":
		if !slices.Contains(op.open, w) {
			op.open = append(op.open, w)
		}
	case o.Kind == Refused && !w.Pinned:
		op.loose = true
	}
	o.Ambiguous = o.Ambiguous && o.Kind == Refused && w.token == ""
	return o
}

// taken is the outcome of a plan whose token belongs to another request.
func (op *Operation) taken(ctx context.Context, w *Write, v verdict) Reply {
	switch {
	case len(op.open) > 0 && (!op.source.Repeats() || w.token == op.free):
		return op.arrived(ctx, v)
	case op.source.Repeats():
		// It was taken before, for an unknown time. What is open here may
		// arrive after that.
		o := op.note(w, v)
		o.Kind, o.Taken = Unknown, true
		return o
	}
	// The engine keeps the token of a plan that it cancelled, or an operation of the same
	// call has taken it: one that was refused, and has excluded what was open. So no attempt
	// of w under this token is applied, also if it is late. Another token will do.
	op.current, op.since = op.source.NextToken(), time.Now()
	w.token = op.current
	return op.note(w, w.send(ctx, op.client, op.policy, op.since))
}

// arrived finds the plan whose late request has taken the token.
func (op *Operation) arrived(ctx context.Context, taken verdict) Reply {
	ctx = traced.Because(ctx, trace.Settled)
	for _, w := range op.open {
		v := w.send(ctx, op.client, op.policy, op.since)
		if v.Kind == Committed {
			return op.note(w, v)
		}
		if !v.taken {
			return Reply{Kind: Unknown, Err: errors.Join(taken.Err, v.Err)}
		}
	}
	if op.source.Repeats() {
		op.open = nil // a late request of the other operation excludes all of this one
	}
	return Reply{Kind: Unknown, Err: taken.Err, Taken: op.source.Repeats()}
}

// Open reports whether an attempt that got no answer may yet be applied, which
// Settle can exclude.
func (op *Operation) Open() bool { return len(op.open) > 0 }

// Settle excludes that an attempt without an answer is applied later. It
// returns the plan that was applied meanwhile, if one was, and whether that is
// certain.
func (op *Operation) Settle(ctx context.Context) (applied *Write, certain bool) {
	switch {
	case op.loose:
		return nil, false
	case len(op.open) == 0:
		return nil, true
	}
	check, ok := op.source.Fence()
	if !ok {
		return nil, false
	}
	fence := &Write{Actions: []Action{check}}
	switch o := op.Send(ctx, fence); {
	case o.Kind != Committed:
		return nil, false
	case o.Write != fence:
		return o.Write, true
	}
	return nil, true
}
