package faulttest

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"testing"
	"testing/synctest"
	"time"

	"github.com/aws/smithy-go"

	"github.com/dystore/dystore/fault"
	"github.com/dystore/dystore/internal/conformance/stress"
	"github.com/dystore/dystore/lens"
	"github.com/dystore/dystore/repo"
)

// generation is an object with one number in all of its parts.
func generation(n int) *fDoc {
	text := fmt.Sprintf("%s %d", fBig, n)
	d := &fDoc{
		ID: "d/1", Name: text, Count: n, Opt: &fNote{N: n}, Home: fPlace{N: n, Geo: fGeo{N: n}},
		Rooms: map[string]fNote{"small": {N: n}, "big": {Text: fBig, N: n}},
		Lines: []fLine{{SKU: text, Note: &fNote{N: n}}},
	}
	for range n%3 + 1 { // the parts come and go
		d.Past = append(d.Past, fPlace{N: n})
	}
	if n%4 == 3 {
		d.Opt = nil
	}
	return d
}

// whole returns the generation of an object, and an error if it has several.
func whole(d *fDoc) (int, error) {
	n := d.Count
	got, want := d.clone(), generation(n)
	got.Meta = want.Meta
	if fmt.Sprintf("%+v", deref(got)) != fmt.Sprintf("%+v", deref(want)) {
		return n, fmt.Errorf("a mix of versions: %+v; one is %+v", deref(got), deref(want))
	}
	return n, nil
}

// deref shows what is behind the pointers of an object.
func deref(d *fDoc) []any {
	out := []any{d.Name, d.Count, d.Home, d.Past, d.Rooms}
	if d.Opt != nil {
		out = append(out, *d.Opt)
	}
	for _, l := range d.Lines {
		out = append(out, l.SKU)
		if l.Note != nil {
			out = append(out, *l.Note)
		}
	}
	return out
}

// wholeReads are the reads that return parts of several items, each with the
// generations that it found.
var wholeReads = []struct {
	name string
	run  func(ctx context.Context, w *fWorld) (int, error)
}{
	{"get", func(ctx context.Context, w *fWorld) (int, error) { return wholeOf(w.docs.faulty.Get(ctx, fDocKey)) }},
	{"transact get", func(ctx context.Context, w *fWorld) (int, error) {
		var a, b *fDoc
		if err := repo.TransactGet(ctx, w.docs.faulty.GetOp(fDocKey, &a), w.docs.faulty.GetOp(fDocKey, &b)); err != nil {
			return 0, err
		}
		n, err := wholeOf(a, nil)
		if m, other := wholeOf(b, nil); m != n {
			err = fmt.Errorf("generations %d and %d at one moment, %v", n, m, other)
		}
		return n, err
	}},
	{"get, eventually", func(ctx context.Context, w *fWorld) (int, error) {
		return wholeOf(w.docs.faulty.Get(ctx, fDocKey, repo.Eventually()))
	}},
	{"get many", func(ctx context.Context, w *fWorld) (n int, err error) {
		found, err := w.docs.faulty.GetMany(ctx, []repo.Key[fDoc]{fDocKey, fDocID.Of("d/0"), fDocKey})
		for _, d := range found {
			if d != nil && err == nil {
				n, err = wholeOf(d, nil)
			}
		}
		return n, err
	}},
	{"scan", func(ctx context.Context, w *fWorld) (n int, err error) {
		for d, err := range w.docs.faulty.Scan(ctx) {
			if n, err = wholeOf(d, err); err != nil {
				return n, err
			}
		}
		return n, nil
	}},
	{"union", func(ctx context.Context, w *fWorld) (int, error) { return wholeInUnion(ctx, w) }},
	{"union, eventually", func(ctx context.Context, w *fWorld) (int, error) { return wholeInUnion(ctx, w, repo.Eventually()) }},
	{"modify", func(ctx context.Context, w *fWorld) (n int, err error) {
		stop := errors.New("stop")
		err = w.docs.faulty.Modify(ctx, fDocKey, func(d *fDoc) error {
			if n, err = whole(d); err != nil {
				return err
			}
			return stop
		})
		if errors.Is(err, stop) {
			err = nil
		}
		return n, err
	}},
	{"read all", func(ctx context.Context, w *fWorld) (int, error) {
		ns, err := repo.ReadAll(ctx, w.docs.faulty, fDocKey, lens.Each(fPast, fInN))
		if err != nil {
			return 0, err
		}
		if n := ns[0]; slices.ContainsFunc(ns, func(m int) bool { return m != n }) || len(ns) != n%3+1 {
			return 0, fmt.Errorf("a mix of versions: %v", ns)
		}
		return ns[0], nil
	}},
	{"read in a nested shard", func(ctx context.Context, w *fWorld) (int, error) {
		return repo.Read(ctx, w.docs.faulty, fDocKey, fGeoN)
	}},
	{"get by metadata", func(ctx context.Context, w *fWorld) (int, error) {
		doc, err := w.open().Get(ctx, "d/1")
		if err != nil {
			return 0, err
		}
		var n, parts int
		fmt.Sscan(fmt.Sprint(doc["Count"]), &n)
		past, _ := doc["Past"].([]any)
		for _, p := range past {
			if fmt.Sprint(p.(map[string]any)["N"]) == fmt.Sprint(n) {
				parts++
			}
		}
		if home := doc["Home"].(map[string]any); fmt.Sprint(home["N"]) != fmt.Sprint(n) || parts != n%3+1 || len(past) != parts {
			return n, fmt.Errorf("a mix of versions: %v", doc)
		}
		return n, nil
	}},
}

func wholeOf(d *fDoc, err error) (int, error) {
	if err != nil {
		return 0, err
	}
	return whole(d)
}

// TestTornBatch writes a new version between any two items that a batch reads,
// or deletes the object, or creates another in its place. The batch reads the root
// first or last. The reader must return the object before or the object after.
func TestTornBatch(t *testing.T) {
	orders := map[string]func(int) []int{"root first": stress.Forwards, "root last": stress.Backwards}
	for _, v := range wholeReads {
		t.Run(v.name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				w := newFaultWorld(t)
				for name, order := range orders {
					for at := 1; at < 14; at++ {
						if raceDetector && at%4 != 0 {
							continue
						}
						for _, first := range []int{1, 3} { // one part more, and one less
							for act := range tearing {
								if problem := w.tear(v.run, order, first, at, act); problem != "" {
									t.Errorf("%s, generation %d, after %d items %s: %s", name, first, at, act, problem)
								}
							}
						}
					}
				}
			})
		})
	}
}

// tearing is what a foreign writer does to generation n.
var tearing = map[string]func(w *fWorld, n int){
	"put":    func(w *fWorld, n int) { w.must(errOf(w.docs.clean.Put(background, generation(n+1)))) },
	"delete": func(w *fWorld, n int) { w.must(w.docs.clean.Delete(background, fDocKey)) },
	"delete and create": func(w *fWorld, n int) {
		w.must(w.docs.clean.Delete(background, fDocKey))
		w.must(errOf(w.docs.clean.Create(background, generation(n+1))))
	},
}

func (w *fWorld) tear(run func(context.Context, *fWorld) (int, error), order func(int) []int, first, at int, act string) string {
	w.wipe()
	w.must(errOf(w.docs.clean.Create(background, generation(first))))
	step, torn := 0, false
	w.net.Reset(fault.Inject(stress.SplitBatches(order, func(int) {
		if step++; step == at {
			torn = true
			tearing[act](w, first)
		}
	}), fault.Op("BatchGetItem")))
	n, err := run(background, w)
	gone := torn && act == "delete" && (errors.Is(err, repo.ErrNotFound) || err == nil && n == 0) // a scan finds nothing
	if gone || err == nil && (n == first || torn && act != "delete" && n == first+1) {
		return ""
	}
	return fmt.Sprintf("got generation %d, %v", n, err)
}

// TestRestlessObject writes a new version before each item of each batch. The
// reader gives up and asks for an isolated read. It never returns a mix.
func TestRestlessObject(t *testing.T) {
	for _, v := range wholeReads {
		t.Run(v.name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				w := newFaultWorld(t)
				w.must(errOf(w.docs.clean.Create(background, generation(0))))
				now := 0
				next := func(int) {
					now++
					w.must(errOf(w.docs.clean.Put(background, generation(now))))
				}
				split := fault.Inject(stress.SplitBatches(stress.Forwards, next), fault.Op("BatchGetItem"))

				w.net.Reset(split)
				n, err := v.run(t.Context(), w)
				if err != nil || n > now {
					t.Errorf("with an isolated read to fall back on: generation %d, %v", n, err)
				}

				now = 0
				w.wipe()
				w.must(errOf(w.docs.clean.Create(background, generation(0))))
				w.net.Reset(split, fault.Inject(fault.Conflict(), fault.Op("TransactGetItems")))
				switch n, err := v.run(t.Context(), w); {
				case err == nil && n <= now:
				case errors.Is(err, repo.ErrBusy):
				default:
					t.Errorf("without: generation %d, %v; want a whole object or ErrBusy", n, err)
				}
				if gets := w.net.Count("BatchGetItem"); gets > 15 {
					t.Errorf("%d batches for one object", gets)
				}
			})
		})
	}
}

// TestRestlessAndRefused: the isolated read fails as well. The error says that the
// object keeps changing, and why that read failed. Where it is not allowed, or the
// client has crashed, the error is not ErrBusy.
func TestRestlessAndRefused(t *testing.T) {
	denied := fault.Respond(400, "AccessDeniedException", "not authorized to perform dynamodb:GetItem in a transaction")
	for _, c := range []struct {
		name   string
		last   fault.Fault
		within time.Duration
		want   []error
		code   string
	}{
		{"conflict", fault.Conflict(), 0, []error{repo.ErrBusy}, "TransactionCanceledException"},
		{"denied", denied, 0, nil, "AccessDeniedException"},
		{"crash", fault.Crash(), 0, nil, ""},
		{"throttled", fault.CancelTransaction("ThrottlingError"), 0, []error{repo.ErrThrottled, repo.ErrBusy}, "TransactionCanceledException"},
		{"too large", fault.Respond(400, "ValidationException", "aggregate size"), 0, []error{repo.ErrBusy}, ""},
		{"no time left", fault.Delay(time.Hour), time.Minute, []error{repo.ErrBusy, context.DeadlineExceeded}, ""},
		{"no time left between rounds", fault.Conflict(), 100 * time.Millisecond, []error{repo.ErrBusy, context.DeadlineExceeded}, ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				w := newFaultWorld(t)
				w.must(errOf(w.docs.clean.Create(background, generation(0))))
				now := 0
				split := stress.SplitBatches(stress.Forwards, func(int) {
					now++
					w.must(errOf(w.docs.clean.Put(background, generation(now))))
				})
				w.net.Reset(fault.Inject(split, fault.Op("BatchGetItem")), fault.Inject(c.last, fault.Op("TransactGetItems")))
				ctx := background
				if c.within > 0 {
					late, cancel := context.WithTimeout(ctx, c.within)
					defer cancel()
					ctx = late
				}
				_, err := w.docs.faulty.Get(ctx, fDocKey)
				if got := kindsOf(err); !slices.Equal(got, c.want) {
					t.Errorf("%v is %q; want %q", err, got, c.want)
				}
				code := ""
				var api smithy.APIError
				if errors.As(err, &api) {
					code = api.ErrorCode()
				}
				if code != c.code {
					t.Errorf("%v has the code %q; want %q", err, code, c.code)
				}
			})
		})
	}
}
