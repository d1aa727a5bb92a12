package commit_test

import (
	"context"
	"errors"
	"io"
	"net/http"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/dystore/dystore/fault"
	"github.com/dystore/dystore/internal/commit"
)

// The SDK's own retries are off, whatever the client is set to, and the bytes
// that are sent do not change.
func TestOneRequestPerAttempt(t *testing.T) {
	client, net := engine(t)
	client = dynamodb.New(client.Options(), func(o *dynamodb.Options) { o.RetryMaxAttempts = 9; o.RetryMode = aws.RetryModeAdaptive })
	net.Reset(always(fault.ServerError())...)
	send(context.Background(), client, both(), quick)
	requests := net.Requests()
	if len(requests) != quick.Attempts {
		t.Fatalf("%d requests, want %d", len(requests), quick.Attempts)
	}
	for _, r := range requests[1:] {
		if string(r.Body) != string(requests[0].Body) {
			t.Errorf("an attempt sends\n%s\nafter\n%s", r.Body, requests[0].Body)
		}
	}
}

// A token makes a repetition harmless; a write that does without is sent once.
func TestAppliedOnce(t *testing.T) {
	for name, c := range map[string]struct {
		w        *commit.Write
		kind     commit.Kind
		op       string
		attempts int
	}{
		"token":   {change(), commit.Committed, "TransactWriteItems", 2},
		"relaxed": {relaxed(), commit.Unknown, "UpdateItem", 1},
	} {
		client, net := engine(t, once(fault.ReplyLost())...)
		o := send(context.Background(), client, c.w, quick)
		if o.Kind != c.kind || net.Count(c.op) != c.attempts || len(net.Requests()) != c.attempts {
			t.Errorf("%s: %s after %v, want %s after %d of %s", name, kinds[o.Kind], net.Operations(), kinds[c.kind], c.attempts, c.op)
		}
		if got := get(t, net, client, "Roots", "1")["count"].(*types.AttributeValueMemberN).Value; got != "1" {
			t.Errorf("%s: applied %s times", name, got)
		}
	}
	// What certainly was not applied is repeated all the same.
	client, net := engine(t, then(fault.Throttle(), fault.Conflict())...)
	if o := send(context.Background(), client, relaxed(), quick); o.Kind != commit.Committed || len(net.Requests()) != 3 {
		t.Errorf("%s after %d requests", kinds[o.Kind], len(net.Requests()))
	}
}

func answer(status int, body string) *http.Response {
	return &http.Response{StatusCode: status, Header: http.Header{"Content-Type": {"application/x-amz-json-1.0"}}, Body: io.NopCloser(strings.NewReader(body))}
}

// Pauses double up to a cap, with full jitter: of each only the upper bound is
// known.
func TestBackoff(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		client, net := engine(t)
		var starts []time.Time
		throttled := fault.Custom("throttled", func(fault.HTTPClient, *http.Request) (*http.Response, error) {
			starts = append(starts, time.Now())
			return answer(400, `{"__type":"ThrottlingException"}`), nil
		})
		p := commit.Policy{Attempts: 9, Within: time.Hour, Base: 20 * time.Millisecond, Cap: 300 * time.Millisecond}
		longest := make([]time.Duration, p.Attempts)
		const runs = 40
		for range runs {
			net.Reset(fault.Inject(throttled))
			starts = nil
			send(context.Background(), client, put("1"), p)
			if len(starts) != p.Attempts {
				t.Fatalf("%d attempts, want %d", len(starts), p.Attempts)
			}
			for i := 1; i < len(starts); i++ {
				longest[i] = max(longest[i], starts[i].Sub(starts[i-1]))
			}
		}
		bound := p.Base
		for i := 1; i < p.Attempts; i++ {
			// Of 40 draws the greatest is in the upper half, but for one case in 10^12.
			if most := min(bound, p.Cap) + time.Millisecond; longest[i] > most || longest[i] < most/2 {
				t.Errorf("pause %d was at most %v, its bound is %v", i, longest[i], most)
			}
			bound *= 2
		}
	})
}

// An answer may ask for a longer pause, up to a bound; the context's end comes
// first all the same.
func TestRetryAfter(t *testing.T) {
	asking := func(after string) fault.Fault {
		return fault.Custom("asking", func(fault.HTTPClient, *http.Request) (*http.Response, error) {
			res := answer(400, `{"__type":"ThrottlingException"}`)
			res.Header.Set("x-amz-retry-after", after)
			return res, nil
		})
	}
	p := commit.Policy{Attempts: 2, Within: time.Hour, Base: 1, Cap: 1} // pauses of 1 ms
	for _, c := range []struct {
		after string
		want  time.Duration
	}{
		{"1500", 1500 * time.Millisecond},
		{"0", time.Millisecond}, // not less than without
		{"60000", 5 * time.Second},
		{"9223372036854775807", 5 * time.Second},
		{"-7", time.Millisecond},
		{"soon", time.Millisecond},
		{"", time.Millisecond},
	} {
		synctest.Test(t, func(t *testing.T) {
			client, net := engine(t, once(asking(c.after))...)
			begin := time.Now()
			o := send(t.Context(), client, put("1"), p)
			if took := time.Since(begin); o.Kind != commit.Committed || took != c.want || len(net.Requests()) != 2 {
				t.Errorf("%q: %s after %d attempts and %v, want %v", c.after, kinds[o.Kind], len(net.Requests()), took, c.want)
			}
			net.Reset(always(asking(c.after))...)
			ctx, cancel := context.WithTimeout(t.Context(), c.want-1)
			defer cancel()
			begin = time.Now()
			o = send(ctx, client, put("2"), p)
			if took := time.Since(begin); o.Kind != commit.Throttled || took != c.want-1 || !errors.Is(o.Err, context.DeadlineExceeded) {
				t.Errorf("%q: %s after %v: %v", c.after, kinds[o.Kind], took, o.Err)
			}
		})
	}
}

// The default policy ends after 12 attempts, and in time for the token.
func TestDefaultPolicy(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		client, net := engine(t, always(fault.Throttle())...)
		begin := time.Now()
		o := send(context.Background(), client, both(), commit.DefaultPolicy)
		if spent := time.Since(begin); o.Kind != commit.Throttled || len(net.Requests()) != 12 || spent > 20*time.Second {
			t.Errorf("%s after %d attempts and %v", kinds[o.Kind], len(net.Requests()), spent)
		}
		// Slow answers end it by the clock.
		net.Reset(fault.Inject(fault.Custom("slow", func(fault.HTTPClient, *http.Request) (*http.Response, error) {
			time.Sleep(70 * time.Second)
			return answer(500, `{"__type":"InternalServerError"}`), nil
		})))
		begin = time.Now()
		o = send(context.Background(), client, both(), commit.DefaultPolicy)
		if spent := time.Since(begin); o.Kind != commit.Unknown || len(net.Requests()) != 5 || spent < 5*time.Minute || spent > 6*time.Minute+10*time.Second {
			t.Errorf("%s after %d attempts and %v", kinds[o.Kind], len(net.Requests()), spent)
		}
	})
}

// The context ends a write at every point; the outcome says whether anything
// may have been written.
func TestContextEnds(t *testing.T) {
	for _, c := range []struct {
		name     string
		rules    []fault.Rule
		after    time.Duration // 0: the faults end the context
		kind     commit.Kind
		attempts int
		stored   bool
	}{
		{"before the first attempt", nil, -1, commit.Stopped, 0, false},
		{"before the request is sent", always(fault.CancelContext()), 0, commit.Unknown, 1, false},
		{"after the request was executed", always(fault.CancelContextAfter()), 0, commit.Unknown, 1, true},
		{"while the reply is waited for", always(fault.DelayReply(time.Hour)), time.Minute, commit.Unknown, 1, true},
		{"in the pause after throttling", always(fault.Throttle()), time.Nanosecond, commit.Throttled, 1, false},
		{"in the pause after a conflict", always(fault.Conflict()), time.Nanosecond, commit.Contended, 1, false},
		{"in the pause after an internal error", always(fault.ServerError()), time.Nanosecond, commit.Unknown, 1, false},
		{"in the pause after a lost reply", always(fault.ReplyLost()), time.Nanosecond, commit.Unknown, 1, true},
		{"in a throttled attempt after a lost one", then(fault.ReplyLost(), fault.CancelContext()), 0, commit.Unknown, 2, true},
		{"in an attempt after a throttled one", then(fault.Throttle(), fault.CancelContextAfter()), 0, commit.Unknown, 2, true},
	} {
		t.Run(c.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				client, net := engine(t, c.rules...)
				ctx, cancel := fault.Cancelable(context.Background())
				defer cancel()
				want := context.Canceled
				switch {
				case c.after < 0:
					cancel()
				case c.after > 0:
					ctx, cancel = context.WithTimeout(ctx, c.after)
					defer cancel()
					want = context.DeadlineExceeded
				}
				p := commit.DefaultPolicy
				o := send(ctx, client, both(), p)
				if o.Kind != c.kind || len(net.Requests()) != c.attempts || !errors.Is(o.Err, want) {
					t.Errorf("%s after %d attempts, %v; want %s after %d, %v", kinds[o.Kind], len(net.Requests()), o.Err, kinds[c.kind], c.attempts, want)
				}
				if got := get(t, net, client, "Roots", "1") != nil; got != c.stored {
					t.Errorf("stored: %v", got)
				}
			})
		})
	}
}

// A context that ends while the SDK is still looking for credentials ends a
// write that was never sent.
func TestContextEndsBeforeSending(t *testing.T) {
	client, net := engine(t)
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	client = dynamodb.New(client.Options(), func(o *dynamodb.Options) {
		o.Credentials = aws.CredentialsProviderFunc(func(ctx context.Context) (aws.Credentials, error) {
			cancel()
			return aws.Credentials{}, ctx.Err()
		})
	})
	o := send(ctx, client, put("1"), quick)
	if o.Kind != commit.Stopped || !errors.Is(o.Err, context.Canceled) || len(net.Requests()) != 0 {
		t.Errorf("%s, %v after %d requests", kinds[o.Kind], o.Err, len(net.Requests()))
	}
}
