package faulttest

import (
	"context"
	"errors"
	"io"
	"net/http"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/dystore/dystore/fault"
	"github.com/dystore/dystore/lens"
	"github.com/dystore/dystore/repo"
)

// TestInTheWayUntilDeadline: a verb fails at its deadline. Its error names the
// deadline and what kept the verb from being done. Only an attempt that may have
// been applied makes the outcome unknown. Then no part of the error says that
// nothing was written.
func TestInTheWayUntilDeadline(t *testing.T) {
	late := context.DeadlineExceeded
	lostFirst := []fault.Rule{fault.Inject(fault.ReplyLost(), fault.Op(writeOps...), fault.Times(1))}
	for _, c := range []struct {
		name  string
		rules []fault.Rule
		write []error
		read  []error // nil: it does not happen to reads
	}{
		{"throttled", []fault.Rule{fault.Inject(fault.Throttle())}, []error{repo.ErrThrottled, late}, []error{repo.ErrThrottled, late}},
		{"no throughput", []fault.Rule{fault.Inject(fault.ProvisionedThroughputExceeded())}, []error{repo.ErrThrottled, late}, []error{repo.ErrThrottled, late}},
		{"in conflict", []fault.Rule{fault.Inject(fault.Conflict(), fault.Op(writeOps...))}, []error{repo.ErrContention, late}, nil},
		{"a lost reply, then throttled", append(lostFirst, fault.Inject(fault.Throttle(), fault.Op(writeOps...))), []error{repo.ErrOutcomeUnknown, late}, nil},
		{"a lost reply, then in conflict", append(lostFirst, fault.Inject(fault.Conflict(), fault.Op(writeOps...))), []error{repo.ErrOutcomeUnknown, late}, nil},
	} {
		t.Run(c.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				w := newFaultWorld(t)
				check := func(name string, patience time.Duration, run func(context.Context) error, want []error) {
					t.Helper()
					ctx, cancel := context.WithTimeout(background, patience)
					defer cancel()
					w.net.Reset(c.rules...)
					if err := run(ctx); !slices.Equal(kindsOf(err), want) {
						t.Errorf("%s: %v, which is %q; want %q", name, err, kindsOf(err), want)
					}
				}
				for _, v := range slices.Concat(docWrites, singleWrites) {
					if v.blind && len(c.rules) > 1 {
						continue // it is sent once
					}
					w.wipe()
					// Shorter than the pauses of all attempts: those of a write are 1 ms or
					// more each, and three of the SDK's are less once in 10^8 times.
					check(v.name, 5*time.Millisecond, v.begin(w).run, c.write)
				}
				w.wipe()
				w.storeDoc()
				for _, v := range docReads {
					if c.read != nil {
						// In the SDK's first pause: there are only a few.
						check(v.name, time.Microsecond, func(ctx context.Context) error { _, err := v.run(ctx, w); return err }, c.read)
					}
				}
			})
		})
	}
}

// TestUnprocessedUntilDeadline is the same for keys that come back unprocessed.
func TestUnprocessedUntilDeadline(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newFaultWorld(t)
		w.storeDoc()
		ctx, cancel := context.WithTimeout(background, 50*time.Millisecond)
		defer cancel()
		w.net.Reset(fault.Inject(fault.Unprocessed(0)))
		_, err := w.docs.faulty.Get(ctx, fDocKey)
		if want := []error{repo.ErrThrottled, context.DeadlineExceeded}; !slices.Equal(kindsOf(err), want) {
			t.Errorf("%v is %q; want %q", err, kindsOf(err), want)
		}
	})
}

// TestOvertakenUntilDeadline: other writers are faster each time until the caller's
// deadline. A verb that was not overtaken does not name them.
func TestOvertakenUntilDeadline(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newFaultWorld(t)
		// Each write finds another version.
		overtake := fault.Custom("overtaken", func(next fault.HTTPClient, r *http.Request) (*http.Response, error) {
			w.must(w.docs.clean.Update(background, fDocKey, fName.Set("foreign")))
			return next.Do(r)
		})
		overtaken := fault.Inject(overtake, fault.Op(writeOps...))
		for name, run := range map[string]func(context.Context) error{
			"put untracked": func(ctx context.Context) error { return errOf(w.docs.faulty.Put(ctx, fDocValue().clone())) },
			"modify": func(ctx context.Context) error {
				return w.docs.faulty.Modify(ctx, fDocKey, func(d *fDoc) error { d.Count++; return nil })
			},
			"update of an element": func(ctx context.Context) error {
				return w.docs.faulty.Update(ctx, fDocKey, lens.Join(lens.At(fPast, 1), fInCity).Set("Uji"))
			},
			"delete": func(ctx context.Context) error { return w.docs.faulty.Delete(ctx, fDocKey) },
		} {
			for _, c := range []struct {
				rule fault.Rule
				want []error
			}{
				{overtaken, []error{repo.ErrContention, context.DeadlineExceeded}},
				{fault.Inject(fault.Delay(time.Second), fault.Op("GetItem", "BatchGetItem")), []error{context.DeadlineExceeded}},
			} {
				w.wipe()
				w.storeDoc()
				w.net.Reset(c.rule)
				// In a pause, because requests take no time here.
				ctx, cancel := context.WithTimeout(background, 5*time.Millisecond)
				err := run(ctx)
				cancel()
				if got := kindsOf(err); !slices.Equal(got, c.want) {
					t.Errorf("%s: %v is %q; want %q", name, err, got, c.want)
				}
			}
		}
	})
}

// TestThrottlingReasons: the error of the verb has DynamoDB's reason for the
// throttling.
func TestThrottlingReasons(t *testing.T) {
	const arn = "arn:aws:dynamodb:eu-west-1:111122223333:table/FDocs"
	hot := []repo.ThrottlingReason{{Reason: "TableWriteKeyRangeThroughputExceeded", Resource: arn}}
	said := func(code, field string) fault.Fault {
		body := `{"__type":"com.amazonaws.dynamodb.v20120810#` + code + `","message":"slow down","` + field +
			`":[{"reason":"TableWriteKeyRangeThroughputExceeded","resource":"` + arn + `"}]}`
		return fault.Custom(code, func(fault.HTTPClient, *http.Request) (*http.Response, error) {
			return &http.Response{StatusCode: 400, Header: http.Header{"Content-Type": {"application/x-amz-json-1.0"}}, Body: io.NopCloser(strings.NewReader(body))}, nil
		})
	}
	for _, c := range []struct {
		name  string
		fault fault.Fault
		write []repo.ThrottlingReason
		read  []repo.ThrottlingReason
	}{
		{"throughput", said("ProvisionedThroughputExceededException", "ThrottlingReasons"), hot, hot},
		{"limit of the account", said("RequestLimitExceeded", "ThrottlingReasons"), hot, hot},
		{"throttling", said("ThrottlingException", "throttlingReasons"), hot, hot},
		{"nothing said", fault.Throttle(), nil, nil},
		{"an action of a transaction", fault.CancelTransaction("None", "ThrottlingError", "ProvisionedThroughputExceeded"),
			[]repo.ThrottlingReason{{Reason: "ThrottlingError", Resource: "FHomes"}, {Reason: "ProvisionedThroughputExceeded", Resource: "FGeos"}}, nil},
	} {
		t.Run(c.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				w := newFaultWorld(t)
				w.storeDoc()
				w.net.Reset(fault.Inject(c.fault))
				check := func(verb string, err error, want []repo.ThrottlingReason) {
					t.Helper()
					var e *repo.Error
					if !errors.As(err, &e) || !slices.Equal(kindsOf(err), []error{repo.ErrThrottled}) {
						t.Fatalf("%s: %v", verb, err)
					}
					if diff := cmp.Diff(want, e.Throttling); diff != "" {
						t.Errorf("%s (-want +got):\n%s", verb, diff)
					}
				}
				check("update", w.docs.faulty.Update(background, fDocKey, fName.Set("new"), fHomeN.Set(2), fGeoN.Set(2)), c.write)
				if c.name == "an action of a transaction" {
					return
				}
				_, err := w.docs.faulty.Get(background, fDocKey)
				check("get", err, c.read)
				for _, err := range w.docs.faulty.Scan(background) {
					check("scan", err, c.read)
				}
			})
		})
	}
}

// TestThrottledThenLate: the deadline comes in the attempt after the throttled one.
func TestThrottledThenLate(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newFaultWorld(t)
		w.storeDoc()
		for _, c := range []struct {
			rules []fault.Rule
			want  []error
		}{
			{[]fault.Rule{fault.Inject(fault.Throttle(), fault.Times(1)), fault.Inject(fault.Delay(time.Hour))}, []error{repo.ErrThrottled, context.DeadlineExceeded}},
			{[]fault.Rule{fault.Inject(fault.ServerError(), fault.Times(1)), fault.Inject(fault.Delay(time.Hour))}, []error{context.DeadlineExceeded}},
			{[]fault.Rule{fault.Inject(fault.Delay(time.Hour))}, []error{context.DeadlineExceeded}},
		} {
			ctx, cancel := context.WithTimeout(background, time.Minute)
			w.net.Reset(c.rules...)
			_, err := w.docs.faulty.Get(ctx, fDocKey)
			if got := kindsOf(err); !slices.Equal(got, c.want) {
				t.Errorf("%v is %q; want %q", err, got, c.want)
			}
			cancel()
		}
	})
}
