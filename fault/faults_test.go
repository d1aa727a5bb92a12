package fault_test

import (
	"context"
	"errors"
	"io"
	"net/http"
	"strings"
	"syscall"
	"testing"
	"testing/synctest"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"

	"github.com/dystore/dystore/fault"
)

// What each fault does to a single request: whether it is executed and what the
// caller gets.
func TestFaults(t *testing.T) {
	const v = "com.amazonaws.dynamodb.v20120810#"
	for _, c := range []struct {
		fault    fault.Fault
		name     string
		executed bool
		status   int
		reply    string
		cause    error
	}{
		{fault.SendError(), "send error", false, 0, "", syscall.ECONNREFUSED},
		{fault.ReplyLost(), "reply lost", true, 0, "", syscall.ECONNRESET},
		{fault.Crash(), "crash", false, 0, "", fault.ErrCrashed},
		{fault.ServerError(), "server error", false, 500,
			`{"__type":"` + v + `InternalServerError","message":"Internal server error"}`, nil},
		{fault.ServerErrorAfter(), "server error after commit", true, 500,
			`{"__type":"` + v + `InternalServerError","message":"Internal server error"}`, nil},
		{fault.Throttle(), "throttle", false, 400,
			`{"__type":"` + v + `ThrottlingException","message":"Throughput exceeds the current capacity of your table or index."}`, nil},
		{fault.ProvisionedThroughputExceeded(), "throughput exceeded", false, 400,
			`{"__type":"` + v + `ProvisionedThroughputExceededException","message":"The level of configured provisioned throughput for the table was exceeded."}`, nil},
		{fault.Respond(503, "ServiceUnavailable", "busy"), "ServiceUnavailable", false, 503,
			`{"__type":"` + v + `ServiceUnavailable","message":"busy"}`, nil},
		{fault.Conflict(), "conflict", false, 400,
			`{"__type":"` + v + `TransactionConflictException","message":"Transaction is ongoing for the item"}`, nil},
		{fault.Hold(), "held", false, 0, "", syscall.ECONNRESET},
		{fault.HoldFor(1), "reordered", false, 0, "", syscall.ECONNRESET},
		{fault.Delay(0), "delay", true, 200, "{}", nil},
		{fault.DelayReply(0), "reply delayed", true, 200, "{}", nil},
		{fault.Fault{}, "", true, 200, "{}", nil},
	} {
		t.Run(c.name, func(t *testing.T) {
			e := &engine{}
			tr := fault.New(e, fault.Inject(c.fault))
			status, reply, err := do(t, tr, "PutItem", `{"a":1}`)
			equal(t, "status", c.status, status)
			equal(t, "reply", c.reply, reply)
			if c.cause != nil {
				var injected *fault.Error
				if !errors.Is(err, c.cause) || !errors.As(err, &injected) {
					t.Fatalf("error %v", err)
				}
				equal(t, "fault", c.name, injected.Fault)
				equal(t, "text", "fault: "+c.name+" at request 0, PutItem: "+c.cause.Error(), err.Error())
				equal(t, "retryable", c.cause != fault.ErrCrashed, injected.RetryableError())
			} else if err != nil {
				t.Fatal(err)
			}
			want := []string{}
			if c.executed {
				want = append(want, `PutItem {"a":1}`)
			}
			equal(t, "executed", want, e.executed())
			equal(t, "name", c.name, c.fault.String())
			rec := tr.Requests()[0]
			equal(t, "recorded fault", c.name, rec.Fault)
			equal(t, "recorded as sent", c.executed, rec.Sent)
			equal(t, "recorded status", c.status, rec.Status)
			equal(t, "recorded response", c.reply, string(rec.Response))
			if !errors.Is(rec.Err, err) {
				t.Errorf("recorded error %v", rec.Err)
			}
		})
	}
}

// After a crash nothing is sent until Reset, also if other rules match.
func TestCrashLasts(t *testing.T) {
	e := &engine{}
	tr := fault.New(e, fault.Inject(fault.Crash(), fault.At(1)), fault.Inject(fault.ReplyLost(), fault.From(2)))
	for i, want := range []error{nil, fault.ErrCrashed, fault.ErrCrashed, fault.ErrCrashed} {
		if _, _, err := do(t, tr, "PutItem", "{}"); !errors.Is(err, want) {
			t.Errorf("request %d: %v", i, err)
		}
	}
	equal(t, "executed", 1, len(e.executed()))
	tr.Reset()
	if _, _, err := do(t, tr, "PutItem", "{}"); err != nil {
		t.Error(err)
	}
}

// The SDK retries an injected connection error and gives up after a crash.
func TestSDKRetries(t *testing.T) {
	for name, c := range map[string]struct {
		fault fault.Fault
		want  int
	}{"reply lost": {fault.ReplyLost(), 4}, "throttle": {fault.Throttle(), 4}, "server error": {fault.ServerError(), 4}, "crash": {fault.Crash(), 1}} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				options := client(&engine{}).Options()
				options.Retryer = nil // the SDK's own: four attempts for DynamoDB
				db, tr := fault.Wrap(dynamodb.New(options), fault.Inject(c.fault))
				if _, err := db.PutItem(t.Context(), put("1")); err == nil {
					t.Fatal("no error")
				}
				equal(t, "attempts", c.want, tr.Count())
			})
		})
	}
}

func TestDelay(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		e := &engine{}
		tr := fault.New(e, fault.Inject(fault.Delay(time.Hour), fault.At(0, 2)), fault.Inject(fault.DelayReply(time.Hour), fault.At(1, 3)))
		db := client(tr)
		start := time.Now()
		for range 2 {
			if _, err := db.PutItem(t.Context(), put("1")); err != nil {
				t.Fatal(err)
			}
		}
		equal(t, "elapsed", 2*time.Hour, time.Since(start))
		for i, executed := range []int{2, 3} {
			ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
			if _, err := db.PutItem(ctx, put("1")); !errors.Is(err, context.DeadlineExceeded) {
				t.Errorf("request %d: %v", 2+i, err)
			}
			cancel()
			equal(t, "executed", executed, len(e.executed()))
		}
	})
}

func TestContextCancellation(t *testing.T) {
	e := &engine{}
	tr := fault.New(e, fault.Inject(fault.CancelContext(), fault.At(0)), fault.Inject(fault.CancelContextAfter(), fault.At(1)))
	db := client(tr)
	for i, executed := range []int{0, 1} {
		ctx, cancel := fault.Cancelable(t.Context())
		if _, err := db.PutItem(ctx, put("1")); !errors.Is(err, context.Canceled) {
			t.Errorf("request %d: %v", i, err)
		}
		if ctx.Err() != context.Canceled {
			t.Errorf("request %d: the context is alive", i)
		}
		equal(t, "executed", executed, len(e.executed()))
		// A call whose context has ended is not on record.
		if _, err := db.PutItem(ctx, put("1")); !errors.Is(err, context.Canceled) {
			t.Error(err)
		}
		cancel()
	}
	equal(t, "requests", 2, tr.Count())
}

// A request that goes on without the caller's context is sent, and answered.
func TestContextCancellationOfDetached(t *testing.T) {
	for _, f := range []fault.Fault{fault.CancelContext(), fault.CancelContextAfter()} {
		e := &engine{}
		ctx, cancel := fault.Cancelable(t.Context())
		if _, err := client(fault.New(e, fault.Inject(f))).PutItem(context.WithoutCancel(ctx), put("1")); err != nil {
			t.Errorf("%v: %v", f, err)
		}
		if ctx.Err() != context.Canceled {
			t.Errorf("%v: the context is alive", f)
		}
		equal(t, "executed", 1, len(e.executed()))
		cancel()
	}
}

func TestContextThatCannotBeCancelled(t *testing.T) {
	for _, f := range []fault.Fault{fault.CancelContext(), fault.CancelContextAfter()} {
		e := &engine{}
		_, _, err := do(t, fault.New(e, fault.Inject(f)), "PutItem", "{}")
		want := "fault: " + f.String() + " at request 0, PutItem: the caller's context was not made by fault.Cancelable"
		if err == nil || err.Error() != want {
			t.Errorf("got %v", err)
		}
		equal(t, "executed", 0, len(e.executed()))
	}
}

func TestCustom(t *testing.T) {
	e := &engine{}
	twice := fault.Custom("sent twice", func(next fault.HTTPClient, req *http.Request) (*http.Response, error) {
		first, err := next.Do(req)
		if err != nil {
			return nil, err
		}
		io.Copy(io.Discard, first.Body)
		first.Body.Close()
		return next.Do(req)
	})
	other := fault.Custom("another body", func(next fault.HTTPClient, req *http.Request) (*http.Response, error) {
		req.Body = io.NopCloser(strings.NewReader(`{"b":2}`))
		return next.Do(req)
	})
	broken := fault.Custom("broken", func(fault.HTTPClient, *http.Request) (*http.Response, error) { return nil, io.ErrUnexpectedEOF })
	tr := fault.New(e, fault.Inject(twice, fault.At(0)), fault.Inject(other, fault.At(1)), fault.Inject(broken))
	for range 2 {
		if _, reply, err := do(t, tr, "PutItem", `{"a":1}`); err != nil || reply != "{}" {
			t.Fatal(reply, err)
		}
	}
	if _, _, err := do(t, tr, "PutItem", `{}`); err != io.ErrUnexpectedEOF {
		t.Errorf("got %v", err)
	}
	equal(t, "executed", []string{`PutItem {"a":1}`, `PutItem {"a":1}`, `PutItem {"b":2}`}, e.executed())
	sent := []bool{}
	for _, r := range tr.Requests() {
		sent = append(sent, r.Sent)
	}
	equal(t, "sent", []bool{true, true, false}, sent)
}

// A substitute for a response may lack what net/http always gives.
func TestIncompleteResponses(t *testing.T) {
	for _, c := range []struct {
		name  string
		given *http.Response
		reply string
		err   string
	}{
		{"nothing", nil, "", "fault: neither a response nor an error was returned"},
		{"no body", &http.Response{StatusCode: 500}, "", ""},
		{"no header", &http.Response{StatusCode: 200, Body: io.NopCloser(strings.NewReader(`{"Responses":{"t":[1]}}`))}, `{"Responses":{"t":[1]}}`, ""},
	} {
		incomplete := fault.Custom(c.name, func(fault.HTTPClient, *http.Request) (*http.Response, error) { return c.given, nil })
		shuffled := fault.New(fault.New(&engine{}, fault.Inject(incomplete)), fault.Inject(fault.Shuffle(1)))
		_, reply, err := do(t, shuffled, "BatchGetItem", `{}`)
		if reply != c.reply || (err == nil) != (c.err == "") || err != nil && err.Error() != c.err {
			t.Errorf("%s: %q, %v; want %q, %s", c.name, reply, err, c.reply, c.err)
		}
	}
}

// An engine that fails without a response shows through every fault that
// executes the request.
func TestEngineErrorsShowThrough(t *testing.T) {
	e := &engine{err: io.ErrClosedPipe}
	for _, f := range []fault.Fault{
		{}, fault.ReplyLost(), fault.ServerErrorAfter(), fault.Delay(0), fault.DelayReply(0),
		fault.Shuffle(1), fault.Unprocessed(1),
	} {
		_, _, err := do(t, fault.New(e, fault.Inject(f)), "BatchGetItem", `{"RequestItems":{"t":{"Keys":[1,2]}}}`)
		if err != io.ErrClosedPipe {
			t.Errorf("%s: %v", f, err)
		}
	}
}

func TestRequestIsNotChanged(t *testing.T) {
	e := &engine{}
	tr := fault.New(e)
	r, err := http.NewRequestWithContext(t.Context(), http.MethodPost, "http://engine.invalid/", strings.NewReader("{}"))
	if err != nil {
		t.Fatal(err)
	}
	before := *r
	res, err := tr.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	if r.Body != before.Body || r.ContentLength != before.ContentLength || res.Request != r {
		t.Error("the request was changed")
	}
	equal(t, "operation", "", tr.Requests()[0].Operation)
}

func TestWrapLeavesTheClientAlone(t *testing.T) {
	e := &engine{}
	base := client(e)
	db, tr := fault.Wrap(base, fault.Inject(fault.SendError()))
	if _, err := db.PutItem(t.Context(), put("1")); !errors.Is(err, syscall.ECONNREFUSED) {
		t.Errorf("got %v", err)
	}
	if _, err := base.PutItem(t.Context(), put("1")); err != nil {
		t.Errorf("got %v", err)
	}
	equal(t, "recorded", 1, tr.Count())
	equal(t, "region", aws.String("http://engine.invalid"), db.Options().BaseEndpoint)
}
