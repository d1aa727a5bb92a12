package slogtrace

import (
	"context"
	"log/slog"

	"github.com/dystore/dystore/trace"
)

// New returns a tracer that logs a line for each call of a verb, and one for each
// request, when they end. It writes with the context of the caller, so a handler
// finds its span there.
//
// A call is logged at slog.LevelInfo and a request at slog.LevelDebug. A call whose
// error is no answer about the object is logged at slog.LevelWarn at least: an unknown
// outcome, no capacity, contention, damaged data, a panic. ErrNotFound, ErrConflict
// and the like are answers, and the caller's to log.
//
// The messages are "verb" and "request". Their attributes keep their names. A number of 0 and an empty text are left out. Neither keys
// nor values are logged, and no text of an error, since that names the key.
func New(l *slog.Logger, opts ...Option) trace.CapacityTracer {
	t := &tracer{log: l, verbs: slog.LevelInfo, requests: slog.LevelDebug}
	for _, o := range opts {
		o.apply(t)
	}
	return t
}

// Option says what is logged.
type Option interface{ apply(*tracer) }

type option func(*tracer)

func (o option) apply(t *tracer) { o(t) }

// VerbLevel is the level at which calls are logged, instead of slog.LevelInfo.
func VerbLevel(l slog.Level) Option { return option(func(t *tracer) { t.verbs = l }) }

// RequestLevel is the level at which requests are logged, instead of slog.LevelDebug.
func RequestLevel(l slog.Level) Option { return option(func(t *tracer) { t.requests = l }) }

// Capacity logs the consumed capacity too, for which DynamoDB is asked.
func Capacity() Option { return option(func(t *tracer) { t.capacity = true }) }

type tracer struct {
	log             *slog.Logger
	verbs, requests slog.Level
	capacity        bool
}

func (t *tracer) WantsCapacity() bool { return t.capacity }

func (t *tracer) StartVerb(ctx context.Context, s trace.VerbStart) (context.Context, func(trace.VerbEnd)) {
	return ctx, func(e trace.VerbEnd) {
		level := t.verbs
		if troubled(e.Kind) {
			level = max(level, slog.LevelWarn)
		}
		if !t.log.Enabled(ctx, level) {
			return
		}
		a := attributes{slog.String("verb", s.Verb)}
		a.text("entity", s.Entity)
		a.text("table", s.Table)
		a.text("error", e.Kind)
		a.text("outcome", string(e.Outcome))
		a.text("protocol", string(e.Protocol))
		a.text("write_id", e.WriteID)
		a.number("objects", e.Objects)
		a.number("failed", e.Failed)
		a.number("requests", e.Requests)
		a.number("repeated", e.Repeated)
		a.number("sent_bytes", e.Sent)
		a.number("received_bytes", e.Received)
		a.units(e.Read, e.Write)
		a = append(a, slog.Duration("duration", e.Duration))
		t.log.LogAttrs(ctx, level, "verb", a...)
	}
}

func (t *tracer) StartRequest(ctx context.Context, s trace.RequestStart) (context.Context, func(trace.RequestEnd)) {
	if !t.log.Enabled(ctx, t.requests) {
		return ctx, nil
	}
	return ctx, func(e trace.RequestEnd) {
		a := attributes{slog.String("operation", s.Operation), slog.Any("tables", s.Tables)}
		a.text("index", s.Index)
		a.number("items", int64(s.Items))
		if s.Attempt > 1 {
			a.number("attempt", int64(s.Attempt))
		}
		a.text("why", string(s.Why))
		a.text("error", e.Kind)
		a.text("code", e.Code)
		if len(e.Reasons) > 0 {
			a = append(a, slog.Any("reasons", e.Reasons))
		}
		for _, r := range e.Throttling {
			a.text("throttled", r.Reason)
		}
		a.number("returned", int64(e.Items))
		a.number("scanned", int64(e.Scanned))
		a.number("unprocessed", int64(e.Unprocessed))
		var read, write float64
		for _, c := range e.Capacity {
			read += c.Read
			write += c.Write
		}
		a.units(read, write)
		a.text("request_id", e.RequestID)
		a = append(a, slog.Duration("duration", e.Duration))
		t.log.LogAttrs(ctx, t.requests, "request", a...)
	}
}

// troubled reports whether an error is no answer about an object.
func troubled(kind string) bool {
	switch kind {
	case "ErrOutcomeUnknown", "ErrThrottled", "ErrContention", "ErrBusy", "ErrUnavailable", "ErrCorrupt", "ErrSchemaTooNew", "other", "panic":
		return true
	}
	return false
}

type attributes []slog.Attr

func (a *attributes) text(name, value string) {
	if value != "" {
		*a = append(*a, slog.String(name, value))
	}
}

func (a *attributes) number(name string, n int64) {
	if n != 0 {
		*a = append(*a, slog.Int64(name, n))
	}
}

func (a *attributes) units(read, write float64) {
	if read != 0 {
		*a = append(*a, slog.Float64("read_units", read))
	}
	if write != 0 {
		*a = append(*a, slog.Float64("write_units", write))
	}
}
