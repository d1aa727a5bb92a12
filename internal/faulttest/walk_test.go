package faulttest

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/dystore/dystore/embedded"
	"github.com/dystore/dystore/fault"
	"github.com/dystore/dystore/lens"
	"github.com/dystore/dystore/repo"
	"github.com/dystore/dystore/shard"
)

// fStep is an object of a walk.
type fStep struct {
	Road  string
	N     int
	Group string
	Order int
	Count int
	Body  fNote
}

var (
	fStepKey   = repo.CompositeKeyOf(func(s *fStep) *string { return &s.Road }, func(s *fStep) *int { return &s.N })
	fStepCount = lens.Of(func(s *fStep) *int { return &s.Count })
	fStepBody  = lens.Of(func(s *fStep) *string { return &s.Body.Text })
	fByGroup   = repo.IndexOf("by-group", func(s *fStep) *string { return &s.Group }, func(s *fStep) *int { return &s.Order })
	fGroupKeys = repo.IndexOf("group-keys", func(s *fStep) *string { return &s.Group }, func(s *fStep) *int { return &s.Order }, repo.KeysOnly())
	fStepModel = repo.TableOf("FSteps", fStepKey, fByGroup, fGroupKeys, shard.New(shard.To("FBodies"), func(s *fStep) *fNote { return &s.Body }))
)

// TestWalkBesideWriters: a walk by cursors sees every object that is in the range
// throughout exactly once, and the others at most once, while others write between its
// pages and requests fail. After an error the page is asked for again.
func TestWalkBesideWriters(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		synctest.Test(t, func(t *testing.T) {
			db := embedded.New()
			client, net := fault.Wrap(db.Client(quick))
			steps := newSides(t, client, db.Client(quick), fStepModel)
			w := &walker{rt, steps.clean}
			stay := map[int]bool{}
			for n := range rapid.IntRange(0, 12).Draw(rt, "objects") {
				w.create(2 * n)
				stay[2*n] = true
			}
			in, from, to := w.drawRange()
			net.Reset(fault.Random(rapid.Uint64().Draw(rt, "seed"), 0.2, []fault.Fault{fault.ReplyLost(), fault.Throttle(), fault.ServerError(), fault.Unprocessed(0)}))
			seen := map[int]int{}
			for next, failed := repo.Cursor(""), 0; ; {
				page, err := steps.faulty.Page(background, in, repo.PageSize(rapid.IntRange(1, 5).Draw(rt, "size")), repo.StartAt(next))
				w.write()
				if err != nil {
					if failed++; failed > 50 {
						t.Fatal(err)
					}
					continue
				}
				if err := errors.Join(page.Failed...); err != nil {
					t.Fatal(err)
				}
				for _, s := range page.Objects {
					seen[s.N]++
				}
				if next = page.Next; next == "" {
					break
				}
			}
			for n := range stay {
				if want := n >= from && n < to; (seen[n] == 1) != want {
					t.Errorf("object %d was seen %d times; the range is from %d to %d", n, seen[n], from, to)
				}
			}
			for n, times := range seen {
				if times > 1 || n < from || n >= to {
					t.Errorf("object %d was seen %d times; the range is from %d to %d", n, times, from, to)
				}
			}
		})
	})
}

// walker draws what happens beside a walk. The objects with even numbers stay.
type walker struct {
	*rapid.T
	steps *repo.Repo[fStep]
}

func (w *walker) create(n int) {
	if _, err := w.steps.Put(background, &fStep{Road: "r", N: n, Group: "g", Order: n, Body: fNote{Text: fmt.Sprint(n)}}); err != nil {
		w.Fatal(err)
	}
}

// write makes some changes: objects with odd numbers come and go, those with even
// numbers change in attributes that no range is made of.
func (w *walker) write() {
	for range rapid.IntRange(0, 3).Draw(w.T, "writes") {
		n := rapid.IntRange(0, 25).Draw(w.T, "n")
		var err error
		switch {
		case n%2 == 0:
			err = w.steps.Update(background, fStepKey.Of("r", n), lens.Add(fStepCount, 1), fStepBody.Set("new"))
		case rapid.Bool().Draw(w.T, "create"):
			w.create(n)
		default:
			err = w.steps.Delete(background, fStepKey.Of("r", n))
		}
		if err != nil && !errors.Is(err, repo.ErrNotFound) {
			w.Fatal(err)
		}
	}
}

// drawRange is a range of numbers from from on and less than to.
func (w *walker) drawRange() (in repo.Range[fStep], from, to int) {
	a, b := rapid.IntRange(-1, 26).Draw(w.T, "from"), rapid.IntRange(-1, 26).Draw(w.T, "to")
	from, to = min(a, b), max(a, b)
	which := rapid.IntRange(0, 2).Draw(w.T, "of")
	of := []repo.KeyRange[fStep, int]{fStepKey.In("r"), fByGroup.In("g"), fGroupKeys.In("g")}[which]
	switch rapid.IntRange(0, 4).Draw(w.T, "bounds") {
	case 0:
		of = of.From(from).Before(to)
	case 1:
		of = of.After(from - 1).UpTo(to - 1)
		if from > to-1 {
			return of, 0, 0 // the bounds are the wrong way round unless they meet
		}
	case 2:
		of, to = of.From(from), 100
	case 3:
		of, from = of.Before(to), -100
	default:
		from, to = -100, 100
	}
	if rapid.Bool().Draw(w.T, "backwards") {
		of = of.Backwards()
	}
	if which < 2 && rapid.Bool().Draw(w.T, "where") {
		of = of.Where(fStepCount.Ge(0))
	}
	return of, from, to
}

// TestReadAhead: while the loop has one page, the next one is read; virtual time
// shows it.
func TestReadAhead(t *testing.T) {
	for _, c := range []struct {
		opts []repo.CallOption
		want int // seconds
	}{
		{nil, 5}, // the first page, and then the loop
		{[]repo.CallOption{repo.WithoutReadAhead()}, 8},
	} {
		synctest.Test(t, func(t *testing.T) {
			steps, net := largeSteps(t)
			begin := time.Now()
			net.Reset(fault.Inject(fault.Delay(time.Second), fault.Op("Query")))
			n := 0
			for _, err := range steps.Query(background, fStepKey.In("r"), c.opts...) {
				if err != nil {
					t.Fatal(err)
				}
				if n++; n%3 == 0 { // 3 objects are a page
					time.Sleep(time.Second)
				}
			}
			if d := cmp.Diff([2]int{12, c.want}, [2]int{n, int(time.Since(begin) / time.Second)}); d != "" {
				t.Errorf("objects and seconds: %s", d)
			}
		})
	}
}

// TestReadAheadEnds: a loop that ends early leaves no goroutine behind, and one request
// more than it needed, or none.
func TestReadAheadEnds(t *testing.T) {
	for _, c := range []struct {
		opts []repo.CallOption
		want int
	}{{nil, 2}, {[]repo.CallOption{repo.WithoutReadAhead()}, 1}, {[]repo.CallOption{repo.Limit(2)}, 1}} {
		synctest.Test(t, func(t *testing.T) {
			steps, net := largeSteps(t)
			for range steps.Query(background, fStepKey.In("r"), c.opts...) {
				synctest.Wait()
				break
			}
			if got := len(net.Requests()); got != c.want {
				t.Errorf("%d requests; want %d", got, c.want)
			}
		})
	}
}

// TestReadAheadFails: an error of the next page comes after the objects of this one,
// and so does the end of the context.
func TestReadAheadFails(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		steps, net := largeSteps(t)
		for name, rule := range map[string]fault.Rule{
			"rejected":  fault.Inject(fault.Respond(400, "AccessDeniedException", "no"), fault.At(1)),
			"cancelled": fault.Inject(fault.Delay(0), fault.At(9)),
		} {
			ctx, cancel := context.WithCancel(background)
			defer cancel()
			net.Reset(rule)
			n, failed := 0, 0
			for _, err := range steps.Query(ctx, fStepKey.In("r")) {
				if n++; err != nil {
					failed++
				}
				if name == "cancelled" && n == 2 {
					synctest.Wait()
					cancel()
				}
			}
			if d := cmp.Diff([2]int{4, 1}, [2]int{n, failed}); d != "" {
				t.Errorf("%s: results and errors: %s", name, d)
			}
		}
	})
}

// TestSegmentsEnd: a parallel scan ends cleanly when the loop does, when the context
// does, and at the first error of the table.
func TestSegmentsEnd(t *testing.T) {
	for name, c := range map[string]struct {
		rules []fault.Rule
		end   func(cancel func()) bool // after the first object
		last  error
	}{
		"the loop":    {nil, func(func()) bool { return false }, nil},
		"the context": {nil, func(cancel func()) bool { cancel(); return true }, context.Canceled},
		"an error":    {[]fault.Rule{fault.Inject(fault.Respond(400, "ValidationException", "no"), fault.Op("Scan"), fault.At(0))}, func(func()) bool { return true }, repo.ErrInvalid},
	} {
		synctest.Test(t, func(t *testing.T) {
			steps, net := largeSteps(t)
			net.Reset(c.rules...)
			ctx, cancel := context.WithCancel(background)
			defer cancel()
			var last error
			for _, err := range steps.Scan(ctx, repo.Segments(5)) {
				last = err
				if err == nil && !c.end(cancel) {
					break
				}
			}
			if !errors.Is(last, c.last) {
				t.Errorf("%s: %v; want %v", name, last, c.last)
			}
		})
	}
}

// largeSteps are 12 objects of which 3 fill a page.
func largeSteps(t *testing.T) (*repo.Repo[fStep], *fault.Transport) {
	t.Helper()
	client, net := fault.Wrap(embedded.New().Client(quick))
	steps := createSteps(t, client)
	net.Reset()
	return steps, net
}

func createSteps(t *testing.T, client repo.Client) *repo.Repo[fStep] {
	t.Helper()
	steps, err := repo.New(client, repo.TableOf("FSteps", fStepKey), repo.WithValidator(nil))
	if err == nil {
		err = steps.CreateTables(background)
	}
	if err != nil {
		t.Fatal(err)
	}
	for n := range 12 {
		if _, err := steps.Create(background, &fStep{Road: "r", N: n, Group: "g", Order: n, Body: fNote{Text: strings.Repeat("x", 350_000)}}); err != nil {
			t.Fatal(err)
		}
	}
	return steps
}
