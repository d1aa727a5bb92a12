package faulttest

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"testing"
	"testing/synctest"

	"github.com/dystore/dystore/fault"
	"github.com/dystore/dystore/repo"
)

// Writes of many objects. Each has an outcome of its own, and all are under way at
// the same time: which of them meets a fault is left to chance. So each object is
// judged by what is stored of it.

// fMany is one verb over many objects, and what it needs to find.
type fMany struct {
	name  string
	begin func(w *fWorld) fManyCall
	// wants are what the verb reports of some of the objects without faults.
	wants map[int]error
	long  bool // also under the long plans
}

// fManyCall is one call. Its objects are named by the keys of documents or slips.
type fManyCall struct {
	run    func(context.Context) error
	keys   []string
	values []any // of the caller, nil: none
}

// stateOf is what an independent reader finds under a key.
func (w *fWorld) stateOf(key string) string {
	if key[0] == 's' {
		s, err := w.slip.clean.Get(background, fSlipID.Of(key))
		if errors.Is(err, repo.ErrNotFound) {
			return "nothing"
		}
		w.must(err)
		return fmt.Sprint(s.Text, s.Count, s.Meta.Version)
	}
	d, err := w.docs.clean.Get(background, fDocID.Of(key))
	if errors.Is(err, repo.ErrNotFound) {
		return "nothing"
	}
	w.must(err)
	return fmt.Sprint(d.Name, d.Home, d.Past, d.Rooms, d.Meta.Version)
}

func (w *fWorld) states(keys []string) (out []string) {
	for _, key := range keys {
		out = append(out, w.stateOf(key))
	}
	return out
}

// storedSlips stores slips and returns them tracked.
func (w *fWorld) storedSlips(keys ...string) (out []*fSlip) {
	for _, key := range keys {
		out = append(out, &fSlip{ID: key, Text: "old", Count: 1})
		w.must(errOf(w.slip.clean.Create(background, out[len(out)-1])))
	}
	return out
}

func (w *fWorld) storedDocs(keys ...string) (out []*fDoc) {
	for _, key := range keys {
		d := fDocValue()
		d.ID = key
		w.must(errOf(w.docs.clean.Create(background, &d)))
		out = append(out, d.clone())
	}
	return out
}

// putMany and deleteMany are calls of the faulty side.
func putMany[T any](r *repo.Repo[T], values []*T, keys []string, opts ...repo.CallOption) fManyCall {
	c := fManyCall{keys: keys, run: func(ctx context.Context) error { return errOf(r.PutMany(ctx, values, opts...)) }}
	for _, v := range values {
		c.values = append(c.values, v)
	}
	return c
}

func deleteMany[T any](r *repo.Repo[T], key func(string) repo.Key[T], names []string, opts ...repo.CallOption) fManyCall {
	var keys []repo.Key[T]
	for _, name := range names {
		keys = append(keys, key(name))
	}
	return fManyCall{keys: names, values: make([]any, len(names)), run: func(ctx context.Context) error { return r.DeleteMany(ctx, keys, opts...) }}
}

var manyWrites = []fMany{
	{name: "put many slips", long: true, wants: map[int]error{3: repo.ErrConflict}, begin: func(w *fWorld) fManyCall {
		s := w.storedSlips("s/1", "s/2", "s/3")
		w.must(w.slip.clean.Update(background, fSlipID.Of("s/3"), fSlipText.Set("foreign")))
		s[1].Text, s[2].Text = "new", "new"
		return putMany(w.slip.faulty, []*fSlip{{ID: "s/1", Text: "over"}, {ID: "s/0", Text: "fresh"}, s[1], s[2]}, []string{"s/1", "s/0", "s/2", "s/3"})
	}},
	{name: "put many slips, must exist", wants: map[int]error{1: repo.ErrNotFound}, begin: func(w *fWorld) fManyCall {
		w.storedSlips("s/1")
		return putMany(w.slip.faulty, []*fSlip{{ID: "s/1", Text: "over"}, {ID: "s/0"}}, []string{"s/1", "s/0"}, repo.MustExist())
	}},
	{name: "put many documents", begin: func(w *fWorld) fManyCall {
		d := w.storedDocs("d/1", "d/2")
		d[0].Home.City, d[0].Past = "Uji", d[0].Past[1:]
		over := &fDoc{ID: "d/2", Name: "over", Past: []fPlace{{City: "Uji"}}}
		return putMany(w.docs.faulty, []*fDoc{d[0], over, {ID: "d/3", Name: "fresh", Opt: &fNote{}}}, []string{"d/1", "d/2", "d/3"})
	}},
	{name: "delete many slips", long: true, begin: func(w *fWorld) fManyCall {
		w.storedSlips("s/1", "s/2", "s/3")
		return deleteMany(w.slip.faulty, fSlipID.Of, []string{"s/1", "s/0", "s/3", "s/1"})
	}},
	{name: "delete many documents, must exist", wants: map[int]error{1: repo.ErrNotFound}, begin: func(w *fWorld) fManyCall {
		w.storedDocs("d/1", "d/2")
		return deleteMany(w.docs.faulty, fDocID.Of, []string{"d/1", "d/0", "d/2"}, repo.MustExist())
	}},
}

// TestManyUnderEveryFault runs the verbs under every course of faults at every one of
// their requests. What is reported of each object must be what happened to it.
func TestManyUnderEveryFault(t *testing.T) {
	for _, v := range manyWrites {
		t.Run(v.name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				w := newFaultWorld(t)
				sent, after := v.control(t, w)
				for _, p := range faultPlans {
					for i := range sent {
						if p.long && !v.long {
							continue
						}
						if problem := v.under(w, p, i+1, after); problem != "" {
							t.Errorf("request %d: %s: %s", i+1, p.name, problem)
						}
					}
				}
			})
		})
	}
}

// control runs the verb without faults: it returns how many requests it sends, and
// what is stored then.
func (v *fMany) control(t *testing.T, w *fWorld) (sent int, after []string) {
	c := v.begin(w)
	w.net.Reset()
	for at, err := range errorsOf(c.run(background), len(c.keys)) {
		if !asEver.matches(err, v.wants[at]) {
			t.Fatalf("without faults: at %d: %v; want %v", at, err, v.wants[at])
		}
	}
	return w.net.Count(), w.states(c.keys)
}

// errorsOf are the errors of a BatchError by position.
func errorsOf(err error, n int) []error {
	if err == nil {
		return make([]error, n)
	}
	batch, ok := errors.AsType[*repo.BatchError](err)
	if !ok || len(batch.Errs) != n {
		panic(fmt.Sprintf("%v is no BatchError of %d", err, n))
	}
	return batch.Errs
}

// under returns which promise is broken, "" for none.
func (v *fMany) under(w *fWorld, p fPlan, i int, after []string) string {
	w.wipe()
	c := v.begin(w)
	before, values := w.states(c.keys), []string{}
	for _, value := range c.values {
		values = append(values, remember(value))
	}
	ctx, cancel := fault.Cancelable(background)
	defer cancel()
	w.net.Reset(p.rules(i)...)
	errs := errorsOf(c.run(ctx), len(c.keys))
	if err := w.net.Release(); err != nil { // what was slow arrives after all
		return err.Error()
	}
	w.net.Reset()
	expected := []outcome{asEver, p.read, p.write}
	switch { // what only some of the faults have met
	case p.write == isCancelledUnsure:
		expected = append(expected, isCancelled)
	case p.long:
		expected = append(expected, isThrottled, isContended, isFailed)
	}
	now := w.states(c.keys)
	for at, err := range errs {
		says := fmt.Sprintf("%s: %v: ", c.keys[at], err)
		done, undone := now[at] == after[at], now[at] == before[at]
		switch {
		case !slices.ContainsFunc(expected, func(o outcome) bool { return o.matches(err, v.wants[at]) }):
			return says + fmt.Sprintf("want one of the outcomes %v", expected)
		case err == nil && !done, errors.Is(err, repo.ErrOutcomeUnknown) && !done && !undone,
			err != nil && !errors.Is(err, repo.ErrOutcomeUnknown) && !undone:
			return says + fmt.Sprintf("stored is %s; before %s, written %s", now[at], before[at], after[at])
		case err != nil && remember(c.values[at]) != values[at]:
			return says + "the caller's value has changed to " + remember(c.values[at])
		}
		if err == nil && c.values[at] != nil {
			if err := w.putAgain(c.values[at]); err != nil {
				return says + fmt.Sprintf("the next Put: %v", err)
			}
		}
	}
	if problems := w.orphans(); len(problems) > 0 {
		return fmt.Sprintf("%v: left behind: %v", errs, problems)
	}
	return ""
}

// putAgain checks that a written value is tracked.
func (w *fWorld) putAgain(value any) error {
	switch v := value.(type) {
	case *fDoc:
		return errOf(w.docs.clean.Put(background, v))
	case *fSlip:
		return errOf(w.slip.clean.Put(background, v))
	}
	return nil
}

// TestManyLate holds each request back until the verb has returned and others have
// written. What was reported stays right.
func TestManyLate(t *testing.T) {
	for _, v := range manyWrites {
		t.Run(v.name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				w := newFaultWorld(t)
				sent, after := v.control(t, w)
				for i := range sent {
					for name, act := range map[string]func(){"nothing": func() {}, "deletion": w.wipe, "other writes": w.overwriteAll} {
						if problem := v.late(w, i+1, after, act); problem != "" {
							t.Errorf("request %d, late, after %s: %s", i+1, name, problem)
						}
					}
				}
			})
		})
	}
}

func (v *fMany) late(w *fWorld, i int, after []string, act func()) string {
	w.wipe()
	c := v.begin(w)
	w.net.Reset(fault.Inject(fault.Hold(), fault.At(i)))
	for at, err := range errorsOf(c.run(background), len(c.keys)) {
		if !asEver.matches(err, v.wants[at]) {
			return fmt.Sprintf("%s: %v", c.keys[at], err)
		}
	}
	if now := w.states(c.keys); !slices.Equal(now, after) {
		return fmt.Sprintf("stored is %q; want %q", now, after)
	}
	act()
	before := w.digest()
	if err := w.net.Release(); err != nil {
		return err.Error()
	}
	if w.digest() != before {
		return "the late request has changed what is stored"
	}
	return ""
}

// overwriteAll writes every object that there is.
func (w *fWorld) overwriteAll() {
	for s, err := range w.slip.clean.Scan(background) {
		w.must(err)
		w.must(w.slip.clean.Update(background, fSlipID.Of(s.ID), fSlipText.Set("foreign")))
	}
	for d, err := range w.docs.clean.Scan(background) {
		w.must(err)
		w.must(w.docs.clean.Update(background, fDocID.Of(d.ID), fHomeCity.Set("foreign"), fPast.Set(nil)))
	}
}
