package faulttest

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/dystore/dystore/fault"
	"github.com/dystore/dystore/repo"
)

// How calls over many objects end early.

// manySlips are n new slips and their keys.
func manySlips(n int) (values []*fSlip, keys []repo.Key[fSlip]) {
	for i := range n {
		id := fmt.Sprintf("s/%03d", i)
		values, keys = append(values, &fSlip{ID: id}), append(keys, fSlipID.Of(id))
	}
	return values, keys
}

// countErrors counts errors by what they say of the outcome.
func countErrors(errs []error) (done, unknown, notBegun, other int) {
	for _, err := range errs {
		switch {
		case err == nil:
			done++
		case errors.Is(err, repo.ErrOutcomeUnknown):
			unknown++
		case strings.Contains(err.Error(), "not begun"):
			notBegun++
		default:
			other++
		}
	}
	return done, unknown, notBegun, other
}

// TestManyEndsOnADeadTable: writes that fail one after the other end the call. Those
// that were not begun say that nothing was written, also where those before are of
// unknown outcome.
func TestManyEndsOnADeadTable(t *testing.T) {
	for name, c := range map[string]struct {
		fault   fault.Fault
		unknown bool  // of what was begun
		kind    error // of what was not, if it has one
	}{
		"throttled":   {fault.Throttle(), false, repo.ErrThrottled},
		"no answer":   {fault.ReplyLost(), true, nil},
		"unreachable": {unreachable, false, nil},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				w := newFaultWorld(t)
				values, _ := manySlips(100)
				w.net.Reset(fault.Inject(c.fault, fault.Op(writeOps...)))
				begin := time.Now()
				_, err := w.slip.faulty.PutMany(background, values)
				errs := errorsOf(err, 100)
				_, unknown, notBegun, other := countErrors(errs)
				// The first of 8 to fail is followed by another, and so are the 6 after it.
				begun := unknown + other
				if begun < 8 || begun > 15 || notBegun != 100-begun || c.unknown && other > 0 || !c.unknown && unknown > 0 {
					t.Errorf("%d unknown, %d not begun, %d others", unknown, notBegun, other)
				}
				for at, err := range errs {
					if values[at].Meta.Version != 0 {
						t.Errorf("at %d: it has version %d", at, values[at].Meta.Version)
					}
					var e *repo.Error
					if c.kind != nil && !errors.Is(err, c.kind) || !errors.As(err, &e) || e.Key != fmt.Sprintf("%q", values[at].ID) {
						t.Errorf("at %d: %v", at, err)
					}
				}
				if took := time.Since(begin); took > 40*time.Second {
					t.Errorf("it took %v", took)
				}
			})
		})
	}
}

// TestManyGoesOnBesideFailures: failures of single objects end nothing, and neither
// does one object that is throttled.
func TestManyGoesOnBesideFailures(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newFaultWorld(t)
		values, keys := manySlips(40)
		_, err := w.slip.faulty.PutMany(background, values[:30])
		w.must(err)
		w.must(w.slip.clean.DeleteMany(background, keys[:30]))
		hot := fault.If(func(r fault.Request) bool { return strings.Contains(string(r.Body), `"s/039"`) })
		w.net.Reset(fault.Inject(fault.Throttle(), fault.Op(writeOps...), hot))
		_, err = w.slip.faulty.PutMany(background, values) // 30 conflicts
		for at, err := range errorsOf(err, 40) {
			switch {
			case at < 30 && !errors.Is(err, repo.ErrConflict), at >= 30 && at < 39 && err != nil, at == 39 && !errors.Is(err, repo.ErrThrottled):
				t.Errorf("at %d: %v", at, err)
			}
		}
	})
}

// TestManyWithoutATable: an error that ends everything is at every position.
func TestManyWithoutATable(t *testing.T) {
	w := newFaultWorld(t)
	r, err := repo.New(w.client, fSlipModel(), repo.TablePrefix("No"))
	w.must(err)
	values, keys := manySlips(250)
	tracked := w.storedSlips("s/1")[0]
	for name, c := range map[string]struct {
		run  func() error
		most int // requests
	}{
		"get":            {func() error { return errOf(r.GetMany(background, keys)) }, 8},
		"put":            {func() error { return errOf(r.PutMany(background, values)) }, 1},
		"put, one known": {func() error { return errOf(r.PutMany(background, append(values, tracked))) }, 1},
		"delete":         {func() error { return r.DeleteMany(background, keys) }, 1},
	} {
		w.net.Reset()
		err := c.run()
		batch, ok := errors.AsType[*repo.BatchError](err)
		if !ok {
			t.Fatalf("%s: %v", name, err)
		}
		for at, err := range batch.Errs {
			if err == nil || !strings.Contains(err.Error(), "ResourceNotFoundException") {
				t.Errorf("%s at %d: %v", name, at, err)
			}
		}
		if n := w.net.Count(); n == 0 || n > c.most {
			t.Errorf("%s: %d requests", name, n)
		}
	}
}

// TestManyCancelled: the context ends while requests are under way. The call returns
// at once, what was not begun has the context's error, and no goroutine is left:
// synctest would find it.
func TestManyCancelled(t *testing.T) {
	slow := fault.Custom("slow", func(next fault.HTTPClient, r *http.Request) (*http.Response, error) {
		select {
		case <-time.After(time.Second):
			return next.Do(r)
		case <-r.Context().Done():
			return nil, r.Context().Err()
		}
	})
	synctest.Test(t, func(t *testing.T) {
		w := newFaultWorld(t)
		values, keys := manySlips(50)
		ctx, cancel := context.WithTimeout(background, 2500*time.Millisecond) // a read, 8 writes, 8 that are under way
		defer cancel()
		w.net.Reset(fault.Inject(slow))
		begin := time.Now()
		_, err := w.slip.faulty.PutMany(ctx, values)
		done, unknown, _, other := countErrors(errorsOf(err, 50))
		if done != 8 || unknown != 8 || other != 34 || !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("%d done, %d unknown, %d others: %v", done, unknown, other, err)
		}
		if took := time.Since(begin); took != 2500*time.Millisecond {
			t.Errorf("it took %v", took)
		}

		// All 10 requests but two are sent at once.
		w.net.Reset(fault.Inject(slow))
		for i := range 950 {
			keys = append(keys, fSlipID.Of(fmt.Sprint("absent ", i)))
		}
		begin = time.Now()
		_, err = w.slip.faulty.GetMany(background, keys)
		if took := time.Since(begin); err != nil || took != 2*time.Second {
			t.Errorf("%v, after %v", err, took)
		}
		ctx, cancel = context.WithTimeout(background, 1500*time.Millisecond)
		defer cancel()
		found, err := w.slip.faulty.GetMany(ctx, keys)
		errs := errorsOf(err, len(keys))
		if errs[0] != nil || found[0] == nil && values[0].Meta.Version > 0 || errs[799] != nil || !errors.Is(errs[800], context.DeadlineExceeded) || !errors.Is(errs[999], context.DeadlineExceeded) {
			t.Errorf("%v, %v, %v, %v", errs[0], errs[799], errs[800], errs[999])
		}
	})
}

// TestManyEndedContext: nothing is sent, and every position has the error.
func TestManyEndedContext(t *testing.T) {
	w := newFaultWorld(t)
	ctx, cancel := context.WithCancel(background)
	cancel()
	values, keys := manySlips(3)
	for name, err := range map[string]error{
		"get":    errOf(w.slip.faulty.GetMany(ctx, keys)),
		"put":    errOf(w.slip.faulty.PutMany(ctx, values)),
		"delete": w.slip.faulty.DeleteMany(ctx, keys),
	} {
		for at, err := range errorsOf(err, 3) {
			if !errors.Is(err, context.Canceled) || errors.Is(err, repo.ErrOutcomeUnknown) {
				t.Errorf("%s at %d: %v", name, at, err)
			}
		}
	}
	if n := w.net.Count(); n != 0 {
		t.Errorf("%d requests", n)
	}
}

// TestManyWithoutKeys: the key source is down. Nobody waits for it once for each
// object.
func TestManyWithoutKeys(t *testing.T) {
	w, source := newKeylessWorld(t)
	var values []*fDoc
	var keys []repo.Key[fDoc]
	for i := range 30 {
		d := fDocValue()
		d.ID = fmt.Sprintf("d/%d", i)
		values, keys = append(values, &d), append(keys, fDocID.Of(d.ID))
	}
	_, err := w.docs.faulty.PutMany(background, values)
	w.must(err)
	asked := 0
	source.down = func(context.Context) error { asked++; return errVault }
	found, err := w.docs.faulty.GetMany(background, keys)
	for at, err := range errorsOf(err, 30) {
		if got := kindsOf(err); !slices.Equal(got, []error{repo.ErrUnavailable}) || !errors.Is(err, errVault) || strings.Contains(err.Error(), "not read") != (at >= 8) || found[at] != nil {
			t.Errorf("get at %d: %v", at, err)
		}
	}
	if asked != 8 {
		t.Errorf("the key source was asked %d times", asked)
	}
	before := w.digest()
	var mu sync.Mutex
	asked = 0
	source.down = func(context.Context) error { mu.Lock(); defer mu.Unlock(); asked++; return errVault }
	for _, d := range values {
		d.Secret = "new"
	}
	_, err = w.docs.faulty.PutMany(background, values)
	for at, err := range errorsOf(err, 30) {
		if got := kindsOf(err); !slices.Equal(got, []error{repo.ErrUnavailable}) {
			t.Errorf("put at %d: %v", at, err)
		}
	}
	if asked < 8 || asked > 15 || w.digest() != before {
		t.Errorf("the key source was asked %d times, and what is stored has changed: %v", asked, w.digest() != before)
	}
}

// TestManyOvertaken: others write between the read of the records and the writes. A
// record that is out of date by then is no obstacle, and brings no other outcome.
func TestManyOvertaken(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newFaultWorld(t)
		var acted sync.Once
		between := func(act func()) fault.Rule {
			acted = sync.Once{}
			return fault.Inject(fault.Custom("others act", func(next fault.HTTPClient, r *http.Request) (*http.Response, error) {
				acted.Do(act)
				return next.Do(r)
			}), fault.Op(writeOps...))
		}
		keys := []string{"d/1", "d/2", "d/3"}
		w.storedDocs("d/1", "d/2")
		w.net.Reset(between(func() {
			w.overwriteAll()
			w.must(w.docs.clean.Delete(background, fDocID.Of("d/2")))
			w.storedDocs("d/3")
		}))
		var values []*fDoc
		for _, key := range keys {
			values = append(values, &fDoc{ID: key, Name: "over", Opt: &fNote{N: 1}})
		}
		_, err := w.docs.faulty.PutMany(background, values)
		w.must(err)
		for i, want := range []int64{3, 1, 2} {
			d, err := w.docs.clean.Get(background, fDocID.Of(keys[i]))
			w.must(err)
			if d.Name != "over" || len(d.Past) > 0 || d.Meta.Version != want || values[i].Meta.Version != want {
				t.Errorf("%s: %+v; want version %d", keys[i], d, want)
			}
		}
		w.net.Reset(between(func() {
			w.must(w.docs.clean.Delete(background, fDocKey))
			w.storedDocs("d/1")
			w.overwriteAll()
		}))
		w.must(w.docs.faulty.DeleteMany(background, []repo.Key[fDoc]{fDocKey, fDocID.Of("d/2"), fDocID.Of("d/3")}, repo.MustExist()))
		if n := w.count(); n != 0 {
			t.Errorf("%d items are left: %v", n, w.orphans())
		}
	})
}
