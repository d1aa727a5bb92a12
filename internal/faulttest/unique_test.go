package faulttest

import (
	"bytes"
	"errors"
	"io"
	"net/http"
	"testing"
	"testing/synctest"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/dystore/dystore/fault"
	"github.com/dystore/dystore/repo"
)

// TestUniqueFaults: a fault at any request, once or for good, leaves each value claimed
// by the object that has it, and by no other.
func TestUniqueFaults(t *testing.T) {
	for _, v := range uVerbs {
		t.Run(v.name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				for _, opaque := range []bool{false, true} {
					requests, before, after := v.control(t, opaque)
					for _, f := range fault.Standard() {
						last := len(requests) - 1
						for i := range requests {
							if !opaque || i == last {
								v.faulty(t, opaque, before, after, fault.Inject(f, fault.At(i)), f.String() != "crash")
							}
						}
						v.faulty(t, opaque, before, after, fault.Inject(f, fault.From(last)), false)
					}
				}
			})
		})
	}
}

// faulty runs a verb under a fault, which passes or stays.
func (v uVerb) faulty(t *testing.T, opaque bool, before, after string, rule fault.Rule, passes bool) {
	t.Helper()
	w := newUniqueWorld(t, opaque)
	run := v.begin(w)
	w.net.Reset(rule)
	err := run(background)
	w.net.Reset()
	values, wrong := w.judge()
	switch {
	case wrong != "":
		t.Errorf("%v, opaque %v: %v; %s", rule, opaque, err, wrong)
	case err == nil && values != after, err != nil && !errors.Is(err, repo.ErrOutcomeUnknown) && values != before, values != before && values != after:
		t.Errorf("%v, opaque %v: %v; stored is\n%s", rule, opaque, err, values)
	case passes && !opaque && !errors.Is(err, v.want):
		t.Errorf("%v: %v; want %v", rule, err, v.want)
	}
}

// uActs are writes of others.
var uActs = map[string]func(w *uWorld){
	"nothing": func(*uWorld) {},
	"another takes the new": func(w *uWorld) {
		w.maybe(fMember{ID: "other", Email: "new", Club: "c", Nick: "new", Card: &fBadge{"new"}})
	},
	"another takes the old": func(w *uWorld) {
		w.maybe(fMember{ID: "other", Email: "ann", Club: "c", Nick: "ann", Card: &fBadge{"1"}})
	},
	"it is given up": func(w *uWorld) { w.store(fMember{ID: "ann"}); w.store(fMember{ID: "new"}) },
	"it is given up, taken": func(w *uWorld) {
		w.wipe()
		w.maybe(fMember{ID: "other", Email: "ann", Club: "c", Nick: "new", Card: &fBadge{"new"}})
	},
	"all are deleted": func(w *uWorld) { w.wipe() },
	"all are created again": func(w *uWorld) {
		w.wipe()
		w.store(fMember{ID: "ann", Email: "ann", Club: "c"})
		w.store(fMember{ID: "bob"})
	},
	"it has other values": func(w *uWorld) {
		w.store(fMember{ID: "ann", Email: "third", Club: "c", Nick: "third", Card: &fBadge{"3"}})
	},
	"a change of the others": func(w *uWorld) { w.store(fMember{ID: "bob", Email: "third", Club: "c"}) },
}

// maybe stores a member if nobody else has its values.
func (w *uWorld) maybe(m fMember) {
	if err := errOf(w.clean.Put(background, &m)); !errors.Is(err, repo.ErrDuplicate) {
		w.must(err)
	}
}

func (w *uWorld) wipe() {
	w.must(w.clean.DeleteMany(background, []repo.Key[fMember]{fAnn, fBob, fMemberID.Of("new")}))
}

// TestUniqueBetweenAttempts loses a write or its answer, and lets others act before it is
// sent again, or before the lost one arrives.
func TestUniqueBetweenAttempts(t *testing.T) {
	for _, v := range uVerbs {
		t.Run(v.name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				requests, before, _ := v.control(t, false)
				for _, r := range requests {
					for name, act := range uActs {
						v.interrupted(t, r, before, name, act)
					}
				}
			})
		})
	}
}

func (v uVerb) interrupted(t *testing.T, r fault.Request, before, name string, act func(*uWorld)) {
	t.Helper()
	for _, how := range []string{"lost", "executed", "late"} {
		if how != "lost" && !isWrite(r.Operation) {
			break
		}
		w := newUniqueWorld(t, false)
		run := v.begin(w)
		f := fault.Hold()
		if how != "late" {
			f = between(how == "executed", func() { act(w) })
		}
		w.net.Reset(fault.Inject(f, fault.At(r.Index)))
		err := run(background)
		if how == "late" {
			values, wrong := w.judge()
			if err != nil && !errors.Is(err, repo.ErrOutcomeUnknown) && values != before {
				t.Errorf("request %d, %s, then %s: %v, stored is %s", r.Index, how, name, err, values)
			}
			act(w)
			then, _ := w.judge()
			w.must(w.net.Release())
			if late, _ := w.judge(); late != then && !errors.Is(err, repo.ErrOutcomeUnknown) || wrong != "" {
				t.Errorf("request %d, %s, then %s: %v; %s\nthe late one makes\n%s of\n%s", r.Index, how, name, err, wrong, late, then)
			}
		}
		if _, wrong := w.judge(); wrong != "" {
			t.Errorf("request %d, %s, then %s: %v; %s", r.Index, how, name, err, wrong)
		}
	}
}

// TestUniqueContention: the error of a write that could not be made, because its root
// was in conflict, does not have the item by which another object claims the value.
func TestUniqueContention(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		for reason, want := range map[string]error{"TransactionConflict": repo.ErrContention, "ThrottlingError": repo.ErrThrottled} {
			w := newUniqueWorld(t, false)
			w.net.Reset(fault.Inject(fault.Custom("the root is hindered", func(next fault.HTTPClient, r *http.Request) (*http.Response, error) {
				res, err := next.Do(r)
				if err != nil {
					return nil, err
				}
				body, err := io.ReadAll(res.Body)
				res.Body = io.NopCloser(bytes.NewReader(bytes.Replace(body, []byte(`"Code":"None"`), []byte(`"Code":"`+reason+`"`), 1)))
				res.Header.Del("X-Amz-Crc32")
				res.ContentLength = -1
				return res, err
			}), fault.Op("TransactWriteItems")))
			err := errOf(w.faulty.Create(background, &fMember{ID: "new", Email: "ann"}))
			var canceled *types.TransactionCanceledException
			if !errors.Is(err, want) || !errors.As(err, &canceled) || len(canceled.CancellationReasons) != 2 {
				t.Fatalf("%v; want %v with its reasons", err, want)
			}
			for i, r := range canceled.CancellationReasons {
				if len(r.Item) > 0 {
					t.Errorf("reason %d of the error has the item %v", i, r.Item)
				}
			}
		}
	})
}
