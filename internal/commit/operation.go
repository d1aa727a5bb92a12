package commit

import (
	"context"
	"errors"
	"slices"
	"time"
)

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
	// Fence is a check of one of the caller's items that always holds.
	Fence() Action
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
	case w.single() && (w.Relaxed || !op.source.Repeats()):
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
	case v.Ambiguous:
		return op.note(w, v)
	}
	// The engine keeps the token of a plan that it cancelled. Nothing is open:
	// another one will do.
	op.current, op.since = op.source.NextToken(), time.Now()
	w.token = op.current
	return op.note(w, w.send(ctx, op.client, op.policy, op.since))
}

// arrived finds the plan whose late request has taken the token.
func (op *Operation) arrived(ctx context.Context, taken verdict) Reply {
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
	fence := &Write{Actions: []Action{op.source.Fence()}}
	switch o := op.Send(ctx, fence); {
	case o.Kind != Committed:
		return nil, false
	case o.Write != fence:
		return o.Write, true
	}
	return nil, true
}
