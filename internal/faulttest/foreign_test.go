package faulttest

import (
	"errors"
	"fmt"
	"net/http"
	"testing"
	"testing/synctest"

	"github.com/dystore/dystore/fault"
	"github.com/dystore/dystore/lens"
	"github.com/dystore/dystore/repo"
)

// foreign is what another writer does between two attempts.
type foreign struct {
	name    string
	updates int  // before anything else
	deletes bool // then
	creates bool // then
	after   int  // updates of what it created
	strays  bool // a program that knows no records has replaced the item
	// satisfies: it ends in the state that the refused plans needed.
	satisfies bool
}

var foreigners = []foreign{
	{name: "nothing"},
	{name: "an update", updates: 1},
	{name: "seven updates", updates: 7}, // the ring still has our id
	{name: "eight updates", updates: 8}, // it no longer has
	{name: "a delete", deletes: true},
	{name: "a delete and a create", deletes: true, creates: true},
	{name: "a create", creates: true}, // where nothing was there
	{name: "a delete, a create and eight updates", deletes: true, creates: true, after: 8},
	{name: "a program without records", strays: true},
}

// act runs it on those of the three objects that are stored.
func (f foreign) act(w *fWorld) {
	s, err := w.state()
	w.must(err)
	if s == (fState{}) {
		s = fState{Doc: &fDoc{}, Slip: &fSlip{}, Card: &fCard{}} // a stranger may create any of them
	} else {
		w.update(s, f.updates)
	}
	if s.Doc != nil {
		f.replace(w, func() error { return w.docs.clean.Delete(background, fDocKey) },
			func() error {
				d := fDoc{ID: "d/1", Name: "foreign"}
				return errOf(w.docs.clean.Create(background, &d))
			})
	}
	if s.Slip != nil {
		f.replace(w, func() error { return w.slip.clean.Delete(background, fSlipKey) },
			func() error {
				s := fSlip{ID: "s/1", Text: "foreign"}
				return errOf(w.slip.clean.Create(background, &s))
			})
	}
	if s.Card != nil {
		f.replace(w, func() error { return w.card.clean.Delete(background, fCardKey) },
			func() error {
				c := fCard{ID: "c/1", Text: "foreign"}
				return errOf(w.card.clean.Create(background, &c))
			})
	}
	if f.creates {
		w.update(s, f.after)
	}
	if f.strays && s.Slip != nil {
		w.storeForeignSlip()
	}
	if f.satisfies {
		w.satisfy()
	}
}

func (f foreign) replace(w *fWorld, remove, create func() error) {
	if f.deletes {
		w.must(remove())
	}
	if f.creates {
		if err := create(); !errors.Is(err, repo.ErrExists) {
			w.must(err)
		}
	}
}

// update changes an attribute that no verb of the tests uses.
func (w *fWorld) update(s fState, times int) {
	for range times {
		if s.Doc != nil {
			w.must(w.docs.clean.Update(background, fDocKey, lens.Add(fGeoN, 100)))
		}
		if s.Slip != nil {
			w.must(w.slip.clean.Update(background, fSlipKey, lens.Add(fSlipOther, 100)))
		}
		if s.Card != nil {
			w.must(w.card.clean.Update(background, fCardKey, lens.Add(fCardOther, 100)))
		}
	}
}

// between loses a request or its answer, and lets others act before the next
// attempt.
func between(executed bool, act func()) fault.Fault {
	return fault.Custom("a foreign write between", func(next fault.HTTPClient, req *http.Request) (*http.Response, error) {
		if executed {
			res, err := next.Do(req)
			if err != nil {
				return nil, err
			}
			res.Body.Close()
		}
		act()
		return nil, errors.New("the connection broke")
	})
}

// TestForeignWritesBetweenAttempts loses the answer of a write, or the write
// itself, and lets another writer act before it is sent again.
func TestForeignWritesBetweenAttempts(t *testing.T) {
	for _, v := range allWrites {
		t.Run(v.name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				w := newFaultWorld(t)
				requests, _ := v.control(t, w)
				last := requests[len(requests)-1]
				if !isWrite(last.Operation) {
					return
				}
				for n, f := range foreigners {
					for _, executed := range []bool{true, false} {
						if raceDetector && (n+len(v.name))%3 != 0 {
							continue
						}
						if problem := v.interfered(w, last, f, executed); problem != "" {
							t.Errorf("%s, executed before %s: %v: %s", last.Operation, f.name, executed, problem)
						}
					}
				}
			})
		})
	}
}

func (v fVerb) interfered(w *fWorld, r fault.Request, f foreign, executed bool) string {
	w.wipe()
	call := v.begin(w)
	value := remember(call.value)
	w.net.Reset(fault.Inject(between(executed, func() { f.act(w) }), fault.At(r.Index)))
	w.wit.begin()
	err := call.run(background)
	w.net.Reset()
	n, unsure := w.wit.applied, errors.Is(err, repo.ErrOutcomeUnknown)
	switch {
	case n > 1:
		return fmt.Sprintf("reported %v, applied %d times", err, n)
	case err == nil && n == 0 && v.want == nil && !v.idempotent, err != nil && !unsure && n > 0:
		return fmt.Sprintf("reported %v, applied %d times", err, n)
	case n > 0 && err != nil && r.Operation == "TransactWriteItems":
		return fmt.Sprintf("reported %v; under its token the engine knows the outcome", err)
	}
	if problems := w.orphans(); len(problems) > 0 {
		return fmt.Sprintf("reported %v, left behind %v", err, problems)
	}
	if now := remember(call.value); err != nil && now != value {
		return fmt.Sprintf("reported %v, and the caller's value has changed from %s to %s", err, value, now)
	}
	return ""
}

func isConflict(err error) bool {
	return errors.Is(err, repo.ErrConflict) && !errors.Is(err, repo.ErrOutcomeUnknown)
}

// TestOutcomeAfterForeignWrites pins what each kind of request reports.
func TestOutcomeAfterForeignWrites(t *testing.T) {
	type want map[string]error // by foreigner; nil: done
	unknown, conflict, absent, exists := repo.ErrOutcomeUnknown, repo.ErrConflict, repo.ErrNotFound, repo.ErrExists
	verbs := map[string]fVerb{}
	for _, v := range allWrites {
		verbs[v.name] = v
	}
	for _, c := range []struct {
		verb     string
		executed want
		lost     want
	}{
		{"create", want{"a delete": nil, "a delete and a create": nil, "eight updates": nil},
			want{"a create": exists, "nothing": nil}},
		{"put tracked, one shard changed", want{"eight updates": nil, "a delete": nil, "a delete and a create": nil},
			want{"an update": conflict, "eight updates": conflict, "a delete": conflict, "a delete and a create": conflict}},
		{"put untracked", want{"eight updates": nil, "a delete": nil},
			want{"an update": nil, "eight updates": nil, "a delete": nil, "a delete and a create": nil}},
		{"put untracked, must exist", want{"a delete": nil}, want{"an update": nil, "a delete": absent}},
		{"put tracked, root changed", want{"seven updates": nil, "eight updates": unknown, "a delete": unknown, "a delete and a create": unknown},
			want{"an update": conflict, "eight updates": unknown, "a delete": unknown, "a delete and a create": unknown}},
		{"update add", want{"eight updates": nil, "a delete": nil, "a delete and a create": nil},
			want{"an update": nil, "eight updates": nil, "a delete": absent, "a delete and a create": nil}},
		{"update inside an element", want{"eight updates": nil, "a delete": nil},
			want{"an update": nil, "a delete": absent, "a delete and a create": repo.ErrNoPath}},
		{"update if unchanged", want{"seven updates": nil, "eight updates": unknown, "a delete": unknown},
			want{"an update": conflict, "seven updates": conflict, "eight updates": unknown, "a delete": unknown, "a delete and a create": unknown}},
		{"modify", want{"eight updates": nil, "a delete": nil}, want{"an update": nil, "a delete": absent}},
		{"delete", want{"a create": nil}, want{"an update": nil, "a delete": nil, "a delete and a create": nil}},
		{"delete, must exist", want{"a create": nil}, want{"an update": nil, "a delete": absent}},
		{"delete value", want{"a create": nil}, want{"an update": conflict, "a delete": conflict, "a delete and a create": conflict}},

		{"slip create", want{"eight updates": nil, "a delete": nil, "a delete and a create": nil}, want{"a create": exists, "nothing": nil}},
		{"slip create relaxed", want{"nothing": nil, "seven updates": nil, "eight updates": nil, "a delete": unknown, "a delete and a create": unknown}, want{"a create": unknown, "nothing": unknown}},
		{"slip put untracked, nothing there", want{"eight updates": nil, "a delete": nil, "a delete and a create": nil}, want{"a create": nil, "nothing": nil}},
		{"slip put relaxed, nothing there", want{"nothing": nil, "seven updates": nil, "eight updates": nil, "a delete": unknown, "a delete and a create": unknown}, want{"a create": unknown, "nothing": unknown}},
		{"slip put tracked", want{"seven updates": nil, "eight updates": unknown, "a delete": unknown, "a delete and a create": unknown},
			want{"an update": conflict, "seven updates": conflict, "eight updates": unknown, "a delete": unknown}},
		{"slip put untracked", want{"seven updates": nil, "eight updates": unknown, "a delete": unknown},
			want{"an update": nil, "seven updates": nil, "eight updates": unknown, "a delete": unknown}},
		{"slip update add, append", want{"eight updates": nil, "a delete": nil}, want{"eight updates": nil}},
		{"slip update relaxed add", want{"seven updates": nil, "eight updates": unknown, "a delete": unknown, "a delete and a create": unknown},
			want{"nothing": unknown}},
		{"slip update relaxed if unchanged", want{"seven updates": nil, "eight updates": unknown, "a delete": unknown},
			want{"nothing": nil, "an update": conflict, "eight updates": unknown, "a delete": unknown}},
		{"card create", want{"a delete": nil}, want{"a create": exists}},
		{"card put", want{"a delete": nil}, want{"a delete": nil}},
		{"card put, must exist", want{"a delete": nil}, want{"an update": nil, "a delete": absent}},
		{"card update relaxed add", want{"nothing": unknown}, want{"nothing": unknown}},
		{"card delete, must exist", want{"a create": nil}, want{"an update": nil, "a delete": absent}},

		{"update if root, false", nil, want{"nothing": repo.ErrCondition}},
		{"create, exists", nil, want{"nothing": exists}},
		{"put tracked, conflict", nil, want{"nothing": conflict, "a delete": conflict}},
	} {
		t.Run(c.verb, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				v := verbs[c.verb]
				w := newFaultWorld(t)
				requests, _ := v.control(t, w)
				for executed, wants := range map[bool]want{true: c.executed, false: c.lost} {
					for _, f := range foreigners {
						kind, pinned := wants[f.name]
						if !pinned {
							continue
						}
						w.wipe()
						call := v.begin(w)
						w.net.Reset(fault.Inject(between(executed, func() { f.act(w) }), fault.At(len(requests)-1)))
						err := call.run(background)
						w.net.Reset()
						if !errors.Is(err, kind) || errors.Is(err, unknown) != (kind == unknown) {
							t.Errorf("executed %v, then %s: %v; want %v", executed, f.name, err, kind)
						}
					}
				}
			})
		})
	}
}
