// Package traced tells a tracer of verbs and requests. Everything in it may be
// called without one, and costs nothing then.
package traced

import (
	"cmp"
	"context"
	"errors"
	"sync"
	"sync/atomic"
	"time"

	"github.com/dystore/dystore/internal/fail"
	"github.com/dystore/dystore/trace"
)

// Tracer is that of a repository; nil: there is none.
type Tracer struct {
	verbs    trace.Tracer
	requests trace.RequestTracer // nil: requests are not wanted
	capacity bool
}

// New returns the tracer of a repository.
func New(t trace.Tracer) *Tracer {
	out := &Tracer{verbs: t}
	out.requests, _ = t.(trace.RequestTracer)
	if c, ok := t.(trace.CapacityTracer); ok {
		out.capacity = c.WantsCapacity()
	}
	return out
}

// With returns a tracer that also tells another one of requests, also if t is nil.
func (t *Tracer) With(other trace.Tracer) *Tracer {
	if t == nil {
		return New(other)
	}
	return New(trace.Join(t.verbs, other))
}

// Verb is one call of a verb; nil: it is not traced.
type Verb struct {
	end   func(trace.VerbEnd)
	began time.Time
	start trace.VerbStart

	objects, failed atomic.Int64
	counted         bool  // by Count or Found
	broken          error // by which a range has ended
	requests        atomic.Int64
	repeated        atomic.Int64

	mu        sync.Mutex
	ended     trace.VerbEnd // what requests and writes have added so far
	several   bool          // writes with ids of their own
	committed bool
}

// state is what the context of a request says.
type state struct {
	verb    *Verb
	why     trace.Reason
	attempt int // 0: the first one
}

type key struct{}

func of(ctx context.Context) *state {
	s, _ := ctx.Value(key{}).(*state)
	return s
}

// Begin begins a call of a verb.
func (t *Tracer) Begin(ctx context.Context, start trace.VerbStart) (context.Context, *Verb) {
	if t == nil || ctx == nil {
		return ctx, nil
	}
	v := &Verb{began: time.Now(), start: start}
	ctx, v.end = t.startVerb(ctx, start)
	return context.WithValue(ctx, key{}, &state{verb: v}), v
}

// startVerb calls the tracer, whose panic is nobody's.
func (t *Tracer) startVerb(ctx context.Context, s trace.VerbStart) (within context.Context, end func(trace.VerbEnd)) {
	defer func() {
		if recover() != nil || within == nil {
			within = ctx
		}
	}()
	return t.verbs.StartVerb(ctx, s)
}

// End ends the call with the error that err points to. It is for defer: it sees a
// panic, which goes on.
func (v *Verb) End(err *error) {
	if v == nil {
		return
	}
	thrown := recover()
	v.finish(cmp.Or(*err, v.broken), thrown != nil)
	if thrown != nil {
		panic(thrown)
	}
}

func (v *Verb) finish(err error, panicked bool) {
	if v.end == nil {
		return
	}
	defer func() { _ = recover() }() // of the tracer
	v.mu.Lock()
	e := v.ended
	v.mu.Unlock()
	e.Err, e.Kind = err, fail.KindName(err)
	if panicked {
		e.Kind = "panic"
	}
	if !v.counted && e.Kind == "" {
		v.objects.Store(int64(v.start.Objects))
	}
	e.Objects, e.Failed, e.Requests, e.Repeated = v.objects.Load(), v.failed.Load(), v.requests.Load(), v.repeated.Load()
	if v.start.Write {
		e.Outcome = v.outcome(&e)
	}
	if v.several {
		e.WriteID = ""
	}
	e.Duration = time.Since(v.began)
	v.end(e)
}

// outcome is what became of a write.
func (v *Verb) outcome(e *trace.VerbEnd) trace.Outcome {
	switch {
	case e.Kind == "":
		return trace.Committed
	case errors.Is(e.Err, fail.ErrOutcomeUnknown):
		return trace.Unknown
	case v.counted && e.Objects > 0:
		return trace.Partly
	case v.committed && !v.several:
		return trace.Committed // what failed came after it
	case e.Kind == "panic" && e.Protocol != "":
		return trace.Unknown
	}
	return trace.NotWritten
}

// Count notes how many objects of several were read or written, and how many could
// not be.
func (v *Verb) Count(objects, failed int64) {
	if v == nil {
		return
	}
	v.counted = true
	v.objects.Add(objects)
	v.failed.Add(failed)
}

// Found notes that an object of a range was read, or why it could not be. An error
// after which nothing follows is that of the call.
func (v *Verb) Found(err error, ends bool) {
	switch {
	case v == nil:
	case err == nil:
		v.Count(1, 0)
	case ends:
		v.broken = err
	default:
		v.Count(0, 1)
	}
}

// Writing notes the id of a write that is sent.
func Writing(ctx context.Context, id interface{ String() string }) {
	if s := of(ctx); s != nil {
		text := id.String()
		s.verb.mu.Lock()
		defer s.verb.mu.Unlock()
		s.verb.several = s.verb.several || s.verb.ended.WriteID != "" && s.verb.ended.WriteID != text
		s.verb.ended.WriteID = text
	}
}

// Staging notes that a write is staged.
func Staging(ctx context.Context) {
	if s := of(ctx); s != nil {
		s.verb.mu.Lock()
		defer s.verb.mu.Unlock()
		s.verb.ended.Protocol = trace.Staged
	}
}

// Committed notes that a write is done.
func Committed(ctx context.Context) {
	if s := of(ctx); s != nil {
		s.verb.mu.Lock()
		defer s.verb.mu.Unlock()
		s.verb.committed = true
	}
}

// Because returns a context for requests that are made because of an earlier one.
func Because(ctx context.Context, why trace.Reason) context.Context { return Again(ctx, 0, why) }

// Again returns a context for the repetition of a request: its attempt number n.
func Again(ctx context.Context, n int, why trace.Reason) context.Context {
	s := of(ctx)
	if s == nil {
		return ctx
	}
	return context.WithValue(ctx, key{}, &state{s.verb, why, n})
}
