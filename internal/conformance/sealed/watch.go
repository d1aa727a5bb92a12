package sealed

import (
	"context"
	"fmt"
	"log/slog"
	"slices"
	"sync/atomic"
	"testing"

	"github.com/dystore/dystore/internal/conformance/kit"
	"github.com/dystore/dystore/repo"
	"github.com/dystore/dystore/trace"
	"github.com/dystore/dystore/trace/slogtrace"
)

// watched lets the repositories of x tell two tracers of each call and request.
// One sees whatever a tracer may see, and the other is the logger, at every level.
// t fails if one of them is told a secret, or nothing at all.
func watched(t *testing.T, x *kit.World) {
	told := &ear{t: t}
	t.Cleanup(func() {
		kit.Equal(t, "a tracer is told something", told.lines.Load() > 0 && told.events.Load() > 0, true)
	})
	logger := slogtrace.New(slog.New(slog.NewTextHandler(told, &slog.HandlerOptions{Level: slog.LevelDebug})), slogtrace.Capacity())
	x.Engine.Options = append(slices.Clip(x.Engine.Options), repo.WithTracer(trace.Join(told, logger)))
}

// ear is a tracer, and the writer of a log.
type ear struct {
	t             *testing.T
	events, lines atomic.Int64
}

func (e *ear) StartVerb(ctx context.Context, s trace.VerbStart) (context.Context, func(trace.VerbEnd)) {
	e.hear(s)
	return ctx, func(end trace.VerbEnd) {
		e.hear(end)
		silent(e.t, s.Verb+" as traced", end.Err)
	}
}

func (e *ear) StartRequest(ctx context.Context, s trace.RequestStart) (context.Context, func(trace.RequestEnd)) {
	e.hear(s)
	return ctx, func(end trace.RequestEnd) {
		e.hear(end)
		silent(e.t, s.Operation+" as traced", end.Err)
	}
}

func (e *ear) Write(line []byte) (int, error) {
	e.lines.Add(1)
	e.look(string(line))
	return len(line), nil
}

func (e *ear) hear(event any) {
	e.events.Add(1)
	e.look(fmt.Sprintf("%+v", event))
}

func (e *ear) look(text string) {
	if plaintextIn([]byte(text)) {
		e.t.Errorf("a tracer is told a secret: %s", text)
	}
}
