package repo_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/google/go-cmp/cmp"

	"github.com/dystore/dystore/embedded"
	"github.com/dystore/dystore/fault"
	"github.com/dystore/dystore/lens"
	"github.com/dystore/dystore/meta"
	"github.com/dystore/dystore/repo"
	"github.com/dystore/dystore/shard"
	"github.com/dystore/dystore/trace"
)

// journal is a tracer that writes lines: requests when they end, and verbs.
type journal struct {
	mu       sync.Mutex
	lines    []string
	starts   []trace.VerbStart
	requests []trace.RequestEnd
	open     int // events that have begun and not ended
}

type verbInContext struct{}

func (j *journal) note(format string, args ...any) {
	j.mu.Lock()
	defer j.mu.Unlock()
	j.lines = append(j.lines, fmt.Sprintf(format, args...))
}

func (j *journal) count(n int) {
	j.mu.Lock()
	defer j.mu.Unlock()
	j.open += n
}

func (j *journal) StartVerb(ctx context.Context, s trace.VerbStart) (context.Context, func(trace.VerbEnd)) {
	j.count(1)
	j.mu.Lock()
	j.starts = append(j.starts, s)
	j.mu.Unlock()
	return context.WithValue(ctx, verbInContext{}, s.Verb), func(e trace.VerbEnd) {
		j.count(-1)
		line := fmt.Sprintf("%s %s: objects %d of %d", s.Verb, s.Table, e.Objects, s.Objects)
		for _, part := range []struct {
			name  string
			value any
			shown bool
		}{
			{"failed", e.Failed, e.Failed > 0}, {"requests", e.Requests, true}, {"repeated", e.Repeated, e.Repeated > 0},
			{"read", e.Read, e.Read > 0}, {"write", e.Write, e.Write > 0}, {"protocol", e.Protocol, e.Protocol != ""},
			{"outcome", e.Outcome, e.Outcome != ""}, {"kind", e.Kind, e.Kind != ""},
		} {
			if part.shown {
				line += fmt.Sprintf(", %s %v", part.name, part.value)
			}
		}
		j.note("%s", line)
	}
}

func (j *journal) StartRequest(ctx context.Context, s trace.RequestStart) (context.Context, func(trace.RequestEnd)) {
	j.count(1)
	within := ctx.Value(verbInContext{})
	return ctx, func(e trace.RequestEnd) {
		j.count(-1)
		line := fmt.Sprintf("  %v: %s %s %d", within, s.Operation, strings.Join(s.Tables, "+"), s.Items)
		if s.Index != "" {
			line += " by " + s.Index
		}
		if s.Attempt > 1 {
			line += fmt.Sprintf(" attempt %d", s.Attempt)
		}
		if s.Why != "" {
			line += fmt.Sprintf(" (%s)", s.Why)
		}
		if e.Items > 0 {
			line += fmt.Sprintf(" -> %d", e.Items)
		}
		if e.Unprocessed > 0 {
			line += fmt.Sprintf(", unprocessed %d", e.Unprocessed)
		}
		if e.Kind != "" {
			line += fmt.Sprintf(": %s %s %v", e.Kind, e.Code, e.Reasons)
		}
		j.note("%s", line)
		j.mu.Lock()
		defer j.mu.Unlock()
		j.requests = append(j.requests, e)
	}
}

func (j *journal) WantsCapacity() bool { return true }

// take returns the lines since the last call.
func (j *journal) take(t *testing.T) []string {
	t.Helper()
	j.mu.Lock()
	defer j.mu.Unlock()
	if j.open != 0 {
		t.Errorf("%d events have not ended", j.open)
	}
	lines := j.lines
	j.lines, j.starts, j.requests = nil, nil, nil
	return lines
}

func (j *journal) want(t *testing.T, what string, want ...string) {
	t.Helper()
	if diff := cmp.Diff(want, j.take(t)); diff != "" {
		t.Errorf("%s (-want +got):\n%s", what, diff)
	}
}

type watched struct {
	ID   string       `dynamodbav:"id"`
	N    int          `dynamodbav:"n"`
	Side *watchedSide `dynamodbav:"watchedSide"`

	Meta meta.Record `dynamodbav:"-"`
}

type watchedSide struct {
	Text string `dynamodbav:"text"`
}

var (
	watchedID = repo.KeyOf(func(v *watched) *string { return &v.ID })
	watchedN  = lens.Of(func(v *watched) *int { return &v.N })
)

func watchedModel() repo.Model[watched] {
	return repo.TableOf("Tracks", watchedID,
		shard.Optional(shard.To("Sides"), func(v *watched) **watchedSide { return &v.Side }),
		meta.Keep(func(v *watched) *meta.Record { return &v.Meta }))
}

// traced is a repository with a journal, over a client whose network can fail.
func traced(t *testing.T, client repo.Client) (*repo.Repo[watched], *journal) {
	t.Helper()
	j := &journal{}
	r, err := repo.New(client, watchedModel(), repo.TablePrefix("x."), repo.WithTracer(j))
	if err != nil {
		t.Fatal(err)
	}
	if err := r.CreateTables(t.Context()); err != nil {
		t.Fatal(err)
	}
	return r, j
}

func noError(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func errorOf[V any](_ V, err error) error { return err }

func TestTracer(t *testing.T) {
	t.Parallel()
	ctx := t.Context()
	r, j := traced(t, embedded.New().Client())
	lines := j.take(t)
	if want := "  CreateTables: CreateTable x.Sides 0"; lines[0] != want {
		t.Errorf("%q, want %q", lines[0], want)
	}
	if got, want := lines[len(lines)-1], "CreateTables x.Tracks: objects 0 of 0, requests 4"; got != want {
		t.Errorf("%q, want %q", got, want)
	}

	v := &watched{ID: "a", Side: &watchedSide{"s"}}
	key, err := r.Create(ctx, v)
	noError(t, err)
	if w := j.requests[0].Capacity; len(w) != 2 || w[0].Table != "x.Sides" && w[1].Table != "x.Sides" {
		t.Errorf("capacity %+v", w)
	}
	j.want(t, "Create", "  Create: TransactWriteItems x.Sides+x.Tracks 2",
		"Create x.Tracks: objects 1 of 1, requests 1, write 4, protocol transaction, outcome committed")
	v.N = 1
	_, err = r.Put(ctx, v)
	noError(t, err)
	j.want(t, "Put, tracked", "  Put: PutItem x.Tracks 1", "Put x.Tracks: objects 1 of 1, requests 1, write 1, protocol single, outcome committed")
	_, err = r.Put(ctx, &watched{ID: "a"})
	noError(t, err)
	j.want(t, "Put, untracked", "  Put: GetItem x.Tracks 1 -> 1", "  Put: TransactWriteItems x.Sides+x.Tracks 2",
		"Put x.Tracks: objects 1 of 1, requests 2, read 1, write 4, protocol transaction, outcome committed")
	noError(t, r.Update(ctx, key, watchedN.Set(3)))
	j.want(t, "Update", "  Update: TransactWriteItems x.Tracks 1", "Update x.Tracks: objects 1 of 1, requests 1, write 2, protocol transaction, outcome committed")
	_, err = r.Get(ctx, key)
	noError(t, err)
	j.want(t, "Get", "  Get: BatchGetItem x.Sides+x.Tracks 2 -> 1", "Get x.Tracks: objects 1 of 1, requests 1, read 2")
	_, err = r.Get(ctx, watchedID.Of("none"))
	if !errors.Is(err, repo.ErrNotFound) {
		t.Error(err)
	}
	j.want(t, "Get of nothing", "  Get: BatchGetItem x.Sides+x.Tracks 2", "Get x.Tracks: objects 0 of 1, requests 1, read 2, kind ErrNotFound")
	_, err = r.Exists(ctx, key)
	noError(t, err)
	j.want(t, "Exists", "  Exists: GetItem x.Tracks 1 -> 1", "Exists x.Tracks: objects 1 of 1, requests 1, read 1")
	_, err = repo.Read(ctx, r, key, watchedN)
	noError(t, err)
	j.want(t, "Read", "  Read: GetItem x.Tracks 1 -> 1", "Read x.Tracks: objects 1 of 1, requests 1, read 1")
	_, err = repo.UpdateGet(ctx, r, key, watchedN.Set(4))
	noError(t, err)
	j.want(t, "UpdateGet", "  UpdateGet: TransactWriteItems x.Tracks 1", "  UpdateGet: BatchGetItem x.Sides+x.Tracks 2 -> 1",
		"UpdateGet x.Tracks: objects 1 of 1, requests 2, read 2, write 2, protocol transaction, outcome committed")
	noError(t, r.Modify(ctx, key, func(v *watched) error { v.N++; return nil }))
	j.want(t, "Modify", "  Modify: BatchGetItem x.Sides+x.Tracks 2 -> 1", "  Modify: PutItem x.Tracks 1",
		"Modify x.Tracks: objects 1 of 1, requests 2, read 2, write 1, protocol single, outcome committed")
	if err := r.Update(ctx, key, watchedN.Set(1), repo.If(watchedN.Ge(99))); !errors.Is(err, repo.ErrCondition) {
		t.Error(err)
	}
	j.want(t, "Update, refused", "  Update: TransactWriteItems x.Tracks 1: other TransactionCanceledException [ConditionalCheckFailed]",
		"Update x.Tracks: objects 0 of 1, requests 1, protocol transaction, outcome not written, kind ErrCondition")
	if _, err := r.Put(ctx, &watched{}); !errors.Is(err, repo.ErrInvalid) {
		t.Error(err)
	}
	j.want(t, "Put, invalid", "Put x.Tracks: objects 0 of 1, requests 0, outcome not written, kind ErrInvalid")
	noError(t, r.Delete(ctx, key))
	j.want(t, "Delete", "  Delete: GetItem x.Tracks 1 -> 1", "  Delete: TransactWriteItems x.Tracks 1",
		"Delete x.Tracks: objects 1 of 1, requests 2, read 1, write 2, protocol transaction, outcome committed")
}

// TestTracerOfMany: verbs of several objects count them.
func TestTracerOfMany(t *testing.T) {
	t.Parallel()
	ctx := t.Context()
	client := embedded.New().Client()
	r, j := traced(t, client)
	j.take(t)
	_, err := r.PutMany(ctx, []*watched{{ID: "a"}, {ID: "b"}, {}})
	if !errors.Is(err, repo.ErrInvalid) {
		t.Error(err)
	}
	lines := j.take(t)
	if got, want := lines[len(lines)-1], "PutMany x.Tracks: objects 2 of 3, failed 1, requests 3, read 2, write 4, protocol transaction, outcome partly, kind ErrInvalid"; got != want {
		t.Errorf("%q, want %q", got, want)
	}
	_, err = r.GetMany(ctx, []repo.Key[watched]{watchedID.Of("a"), watchedID.Of("x")})
	noError(t, err)
	j.want(t, "GetMany", "  GetMany: BatchGetItem x.Sides+x.Tracks 4 -> 1", "GetMany x.Tracks: objects 1 of 2, requests 1, read 4")
	for range r.Scan(ctx) {
		break
	}
	j.want(t, "Scan, left", "  Scan: Scan x.Tracks 0 -> 2", "Scan x.Tracks: objects 1 of 0, requests 1, read 1")
	func() {
		defer func() {
			if p := recover(); p != "loop" {
				t.Errorf("panic %v", p)
			}
		}()
		for range r.Query(ctx, repo.All[watched]()) {
			panic("loop")
		}
	}()
	j.want(t, "Query, panic", "  Query: Scan x.Tracks 0 -> 2", "Query x.Tracks: objects 1 of 0, requests 1, read 1, kind panic")
	n, err := r.Count(ctx, repo.All[watched]())
	noError(t, err)
	j.want(t, "Count", "  Count: Scan x.Tracks 0 -> 2", fmt.Sprintf("Count x.Tracks: objects %d of 0, requests 1, read 1", n))
	_, err = r.Page(ctx, repo.All[watched](), repo.PageSize(1))
	noError(t, err)
	lines = j.take(t)
	if got, want := lines[len(lines)-1], "Page x.Tracks: objects 1 of 0, requests 1, read 1"; got != want {
		t.Errorf("%q, want %q", got, want)
	}
	noError(t, repo.Transact(ctx, []repo.Op{r.CreateOp(&watched{ID: "c"}), r.UpdateOp(watchedID.Of("a"), watchedN.Set(2))}))
	j.want(t, "Transact", "  Transact: TransactWriteItems x.Tracks 2", "Transact : objects 2 of 2, requests 1, write 4, protocol transaction, outcome committed")
	var a, x *watched
	noError(t, repo.TransactGet(ctx, r.GetOp(watchedID.Of("a"), &a), r.GetOp(watchedID.Of("x"), &x)))
	j.want(t, "TransactGet", "  TransactGet: TransactGetItems x.Sides+x.Tracks 4 -> 1", "TransactGet : objects 1 of 2, requests 1, read 8")

	canceled, cancel := context.WithCancel(ctx)
	cancel()
	for _, err := range r.Scan(canceled) {
		if !errors.Is(err, context.Canceled) {
			t.Error(err)
		}
	}
	j.want(t, "Scan, canceled", "Scan x.Tracks: objects 0 of 0, requests 0, kind context.Canceled")

	s, err := repo.Open(client, "Tracks", "id", repo.TablePrefix("x."), repo.AllowTables("Sides"), repo.WithTracer(j))
	noError(t, err)
	_, err = s.Get(ctx, "a")
	noError(t, err)
	noError(t, s.Delete(ctx, "a"))
	seen := 0
	for _, err := range s.Scan(ctx) {
		noError(t, err)
		seen++
	}
	j.want(t, "Open", "  Get: GetItem x.Tracks 1 -> 1", "Get x.Tracks: objects 1 of 1, requests 1, read 1",
		"  Delete: GetItem x.Tracks 1 -> 1", "  Delete: TransactWriteItems x.Tracks 1",
		"Delete x.Tracks: objects 1 of 1, requests 2, read 1, write 2, protocol transaction, outcome committed",
		fmt.Sprintf("  Scan: Scan x.Tracks 0 -> %d", seen), fmt.Sprintf("Scan x.Tracks: objects %d of 0, requests 1, read 1", seen))
}

// TestTracerRepetitions: each repetition says why it is one.
func TestTracerRepetitions(t *testing.T) {
	t.Parallel()
	ctx := t.Context()
	client, net := fault.Wrap(embedded.New().Client(func(o *dynamodb.Options) { o.RetryMaxAttempts = 3 }))
	r, j := traced(t, client)
	key, err := r.Create(ctx, &watched{ID: "a", Side: &watchedSide{"s"}})
	noError(t, err)
	cases := []struct {
		name  string
		rules []fault.Rule
		do    func() error
		want  []string
	}{
		{"write, throttled", []fault.Rule{fault.Inject(fault.Throttle(), fault.Times(1))},
			func() error { return r.Update(ctx, key, watchedN.Set(1)) },
			[]string{"  Update: TransactWriteItems x.Tracks 1: ErrThrottled ThrottlingException []",
				"  Update: TransactWriteItems x.Tracks 1 attempt 2 (throttled)"}},
		{"write, contended", []fault.Rule{fault.Inject(fault.Conflict(0), fault.Times(1))},
			func() error { return r.Update(ctx, key, watchedN.Set(1)) },
			[]string{"  Update: TransactWriteItems x.Tracks 1: other TransactionCanceledException [TransactionConflict]",
				"  Update: TransactWriteItems x.Tracks 1 attempt 2 (contended)"}},
		{"write, answer lost", []fault.Rule{fault.Inject(fault.ReplyLost(), fault.Times(1))},
			func() error { return r.Update(ctx, key, watchedN.Set(1)) },
			[]string{"  Update: TransactWriteItems x.Tracks 1: other  []",
				"  Update: TransactWriteItems x.Tracks 1 attempt 2 (no answer)"}},
		{"read, throttled", []fault.Rule{fault.Inject(fault.Throttle(), fault.Times(2))},
			func() error { return errorOf(r.Get(ctx, key)) },
			[]string{"  Get: BatchGetItem x.Sides+x.Tracks 2: ErrThrottled ThrottlingException []",
				"  Get: BatchGetItem x.Sides+x.Tracks 2 attempt 2 (throttled): ErrThrottled ThrottlingException []",
				"  Get: BatchGetItem x.Sides+x.Tracks 2 attempt 3 (throttled) -> 2"}},
		{"read, keys unprocessed", []fault.Rule{fault.Inject(fault.Unprocessed(1), fault.Times(1))},
			func() error { return errorOf(r.Get(ctx, key)) },
			[]string{"  Get: BatchGetItem x.Sides+x.Tracks 2 -> 1, unprocessed 1", ""}},
		{"read, failed inside", []fault.Rule{fault.Inject(fault.ServerError(), fault.Times(1))},
			func() error { return errorOf(r.Exists(ctx, key)) },
			[]string{"  Exists: GetItem x.Tracks 1: other InternalServerError []", "  Exists: GetItem x.Tracks 1 attempt 2 (no answer) -> 1"}},
	}
	for _, c := range cases {
		j.take(t)
		net.Reset(c.rules...)
		noError(t, c.do())
		got := j.take(t)
		got = got[:len(got)-1] // the verb
		if c.want[len(c.want)-1] == "" {
			if last := got[len(got)-1]; !strings.HasSuffix(last, " 1 attempt 2 (unprocessed keys) -> 1") {
				t.Errorf("%s: %q", c.name, last)
			}
			got[len(got)-1] = ""
		}
		if diff := cmp.Diff(c.want, got); diff != "" {
			t.Errorf("%s (-want +got):\n%s", c.name, diff)
		}
	}
}

// TestTracerOfRaces: another writer is faster.
func TestTracerOfRaces(t *testing.T) {
	t.Parallel()
	ctx := t.Context()
	client := embedded.New().Client()
	r, j := traced(t, client)
	other, err := repo.New(client, watchedModel(), repo.TablePrefix("x."))
	noError(t, err)
	v := &watched{ID: "a", Side: &watchedSide{"s"}}
	key, err := r.Create(ctx, v)
	noError(t, err)

	tries := 0
	j.take(t)
	noError(t, r.Modify(ctx, key, func(v *watched) error {
		if tries++; tries == 1 {
			noError(t, other.Update(ctx, key, watchedN.Set(7)))
		}
		v.N++
		return nil
	}))
	j.want(t, "Modify", "  Modify: BatchGetItem x.Sides+x.Tracks 2 -> 2",
		"  Modify: PutItem x.Tracks 1: other ConditionalCheckFailedException []",
		"  Modify: BatchGetItem x.Sides+x.Tracks 2 (overtaken) -> 2", "  Modify: PutItem x.Tracks 1 (overtaken)",
		"Modify x.Tracks: objects 1 of 1, requests 4, repeated 2, read 4, write 1, protocol single, outcome committed")
}

// TestTracerOutcomes: an outcome that is not known is said to be so.
func TestTracerOutcomes(t *testing.T) {
	t.Parallel()
	client, net := fault.Wrap(embedded.New().Client())
	r, j := traced(t, client)
	j.take(t)
	ctx, cancel := fault.Cancelable(t.Context())
	defer cancel()
	net.Reset(fault.Inject(fault.CancelContextAfter(), fault.Times(1)))
	_, err := r.Create(ctx, &watched{ID: "a"})
	if !errors.Is(err, repo.ErrOutcomeUnknown) {
		t.Error(err)
	}
	lines := j.take(t)
	if last := lines[len(lines)-1]; !strings.HasSuffix(last, "protocol transaction, outcome unknown, kind ErrOutcomeUnknown") {
		t.Errorf("%q", last)
	}
}

// failing is a tracer that panics everywhere, or returns nothing.
type failing struct{ at string }

func (f failing) StartVerb(context.Context, trace.VerbStart) (context.Context, func(trace.VerbEnd)) {
	if f.at == "StartVerb" {
		panic(f.at)
	}
	if f.at == "nil" {
		return nil, nil
	}
	return nil, func(trace.VerbEnd) { panic(f.at) }
}

func (f failing) StartRequest(context.Context, trace.RequestStart) (context.Context, func(trace.RequestEnd)) {
	switch f.at {
	case "StartRequest":
		panic(f.at)
	case "nil":
		return nil, nil
	}
	return nil, func(trace.RequestEnd) { panic(f.at) }
}

// TestTracerPanics: what a tracer does decides nothing.
func TestTracerPanics(t *testing.T) {
	t.Parallel()
	for _, at := range []string{"StartVerb", "StartRequest", "end", "nil"} {
		r, err := repo.New(embedded.New().Client(), watchedModel(), repo.WithTracer(trace.Join(failing{at}, &journal{})))
		noError(t, err)
		noError(t, r.CreateTables(t.Context()))
		key, err := r.Create(t.Context(), &watched{ID: "a", N: 2})
		noError(t, err)
		v, err := r.Get(t.Context(), key)
		if err != nil || v.N != 2 {
			t.Errorf("%s: %+v, %v", at, v, err)
		}
	}
}

// TestTracerOfOtherClients: a client that is not the SDK's has an event a call.
func TestTracerOfOtherClients(t *testing.T) {
	t.Parallel()
	r, j := traced(t, fault.Opaque(embedded.New().Client(), 1))
	j.want(t, "CreateTables", "CreateTables x.Tracks: objects 0 of 0, requests 0")
	key, err := r.Create(t.Context(), &watched{ID: "a"})
	noError(t, err)
	_, err = r.Get(t.Context(), key)
	noError(t, err)
	j.want(t, "verbs", "  Create: TransactWriteItems x.Tracks 1", "Create x.Tracks: objects 1 of 1, requests 1, write 2, protocol transaction, outcome committed",
		"  Get: BatchGetItem x.Sides+x.Tracks 2 -> 1", "Get x.Tracks: objects 1 of 1, requests 1, read 2")
}

// TestTracerHasNothingSecret: no event has a key or a value, but for the error itself.
func TestTracerHasNothingSecret(t *testing.T) {
	t.Parallel()
	r, j := traced(t, embedded.New().Client())
	j.take(t)
	v := &watched{ID: "ann@x.org", Side: &watchedSide{"ann@x.org"}}
	key, err := r.Create(t.Context(), v)
	noError(t, err)
	noError(t, r.Update(t.Context(), key, watchedN.Set(1)))
	if _, err = r.Create(t.Context(), &watched{ID: "ann@x.org"}); !errors.Is(err, repo.ErrExists) {
		t.Error(err)
	}
	text := fmt.Sprintf("%+v", j.starts)
	for _, e := range j.requests {
		e.Err = nil
		text += fmt.Sprintf("%+v", e)
	}
	text += strings.Join(j.take(t), "\n")
	if strings.Contains(text, "ann@") || !strings.Contains(text, "ConditionalCheckFailed") {
		t.Error(text)
	}
}

func TestWithTracerRefused(t *testing.T) {
	t.Parallel()
	for want, opts := range map[string][]repo.Option{
		"repo.New: invalid: repo.WithTracer: the tracer is nil":                                 {repo.WithTracer(nil)},
		"repo.New: invalid: repo.WithTracer is given twice; trace.Join makes one tracer of two": {repo.WithTracer(&journal{}), repo.WithTracer(&journal{})},
	} {
		_, err := repo.New(embedded.New().Client(), watchedModel(), opts...)
		if !errors.Is(err, repo.ErrInvalid) || err.Error() != want {
			t.Errorf("%v, want %s", err, want)
		}
	}
}

// TestTracerAtOnce: the requests of one call overlap, and all are its own.
func TestTracerAtOnce(t *testing.T) {
	t.Parallel()
	r, j := traced(t, embedded.New().Client())
	var keys []repo.Key[watched]
	for i := range 300 {
		keys = append(keys, watchedID.Of(fmt.Sprint(i)))
	}
	j.take(t)
	_, err := r.GetMany(t.Context(), keys)
	noError(t, err)
	want := slices.Repeat([]string{"  GetMany: BatchGetItem x.Sides+x.Tracks 100"}, 6)
	j.want(t, "GetMany", append(want, "GetMany x.Tracks: objects 0 of 300, requests 6, read 600")...)
}
