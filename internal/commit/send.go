package commit

import (
	"context"
	"errors"
	"time"
)

// send makes attempts until the outcome of w is known. begin is when the first
// request under its token was sent.
func (w *Write) send(ctx context.Context, c Client, p Policy, begin time.Time) verdict {
	if err := ctx.Err(); err != nil {
		return verdict{Reply: Reply{Kind: Stopped, Err: err}}
	}
	ambiguous := false // an attempt before may have been applied
	for attempt := 1; ; attempt++ {
		v := w.once(ctx, c)
		v.Ambiguous = v.Ambiguous || ambiguous
		if !v.retry || v.unknown && w.Once() {
			v.settle(w)
			return v
		}
		ambiguous = v.Ambiguous || v.unknown
		if attempt == p.Attempts || time.Since(begin) >= p.Within || p.pauses().WaitAtLeast(ctx, attempt-1, v.pause) != nil {
			v.Ambiguous = ambiguous
			v.exhaust(ctx)
			return v
		}
	}
}

// settle makes the last verdict that of the whole plan.
func (v *verdict) settle(w *Write) {
	// A request that is rejected now says nothing about the earlier ones. Under
	// a token the Operation can find out.
	if v.unknown || v.Ambiguous && (v.Kind == Stopped || v.Kind == Rejected && w.token == "") {
		v.Kind = Unknown
	}
}

// exhaust makes the last verdict that of the plan, when no further attempt
// follows.
func (v *verdict) exhaust(ctx context.Context) {
	if v.Ambiguous {
		v.Kind = Unknown
	}
	if err := ctx.Err(); err != nil {
		v.Err = errors.Join(err, v.Err)
	}
}

// maxRetryAfter is how much longer than its own pauses a write waits where the
// engine asks for it; the SDK's retryer has the same bound.
const maxRetryAfter = 5 * time.Second
