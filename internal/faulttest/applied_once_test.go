package faulttest

import (
	"errors"
	"net/http"
	"testing"
	"testing/synctest"
	"time"

	"github.com/dystore/dystore/fault"
	"github.com/dystore/dystore/lens"
	"github.com/dystore/dystore/meta"
	"github.com/dystore/dystore/repo"
	"github.com/dystore/dystore/shard"
)

// A write is applied once. A request that comes late, or is sent again, changes
// nothing after another write.

// lostThen loses the answer of the first write and lets another client act
// before it is sent again.
func lostThen(act func()) fault.Rule {
	return fault.Inject(fault.Custom("lost, then", func(next fault.HTTPClient, r *http.Request) (*http.Response, error) {
		res, err := next.Do(r)
		if err != nil {
			return nil, err
		}
		res.Body.Close()
		act()
		return nil, errors.New("the answer was lost")
	}), fault.Op(writeOps...), fault.Times(1))
}

// late keeps the first write back.
func late() fault.Rule {
	return fault.Inject(fault.Hold(), fault.Op(writeOps...), fault.Times(1))
}

func TestDeletedStaysDeleted(t *testing.T) {
	for name, create := range map[string]func(w *fWorld) error{
		"create": func(w *fWorld) error { return errOf(w.slip.faulty.Create(background, &fSlip{ID: "s/1"})) },
		"put":    func(w *fWorld) error { return errOf(w.slip.faulty.Put(background, &fSlip{ID: "s/1"})) },
		"create, parts absent": func(w *fWorld) error {
			type memo struct {
				ID   string
				Note *fNote
			}
			id := repo.KeyOf(func(m *memo) *string { return &m.ID })
			r, err := repo.New(w.client, repo.TableOf("FSlips", id, shard.Optional(shard.To("FNotes"), func(m *memo) **fNote { return &m.Note })))
			w.must(err)
			return errOf(r.Create(background, &memo{ID: "s/1"}))
		},
		"create, parts present": func(w *fWorld) error {
			return errOf(w.docs.faulty.Create(background, &fDoc{ID: "d/1", Opt: &fNote{}}))
		},
		"create without a record": func(w *fWorld) error { return errOf(w.card.faulty.Create(background, &fCard{ID: "c/1"})) },
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				w := newFaultWorld(t)
				remove := func() {
					if w.count() == 0 {
						t.Error("there is nothing to delete")
					}
					w.must(w.docs.clean.Delete(background, fDocKey))
					w.must(w.slip.clean.Delete(background, fSlipKey))
					w.must(w.card.clean.Delete(background, fCardKey))
				}
				w.net.Reset(lostThen(remove))
				if err := create(w); err != nil || w.count() != 0 {
					t.Errorf("the answer was lost: %v, %d items after the deletion", err, w.count())
				}
				w.net.Reset(late())
				if err := create(w); err != nil {
					t.Errorf("the request was late: %v", err)
				}
				remove()
				w.must(w.net.Release())
				if w.count() != 0 {
					t.Errorf("the request was late: %d items after the deletion", w.count())
				}
			})
		})
	}
}

// A program repeats a write of unknown outcome under its id. The requests of
// both calls share a token, so one of them is executed.
func TestRepeatedUnderItsID(t *testing.T) {
	create := func(w *fWorld, r *repo.Repo[fSlip], id repo.CallOption) (*fSlip, error) {
		time.Sleep(time.Second) // another time is other bytes
		s := &fSlip{ID: "s/1"}
		return s, errOf(r.Create(background, s, id))
	}
	remove := func(w *fWorld) { w.must(w.slip.clean.Delete(background, fSlipKey, repo.MustExist())) }
	for name, c := range map[string]func(t *testing.T, w *fWorld, id repo.CallOption){
		"the first was done": func(t *testing.T, w *fWorld, id repo.CallOption) {
			w.must(errOf(create(w, w.slip.clean, id)))
			s, err := create(w, w.slip.faulty, id)
			if err != nil || s.Meta.Version != 1 {
				t.Errorf("%v, version %d", err, s.Meta.Version)
			}
			remove(w)
		},
		"all requests of the first are late": func(t *testing.T, w *fWorld, id repo.CallOption) {
			w.net.Reset(fault.Inject(fault.Hold(), fault.Op("TransactWriteItems"), fault.Times(12)))
			if _, err := create(w, w.slip.faulty, id); !errors.Is(err, repo.ErrOutcomeUnknown) {
				t.Errorf("the first: %v", err)
			}
			w.must(errOf(create(w, w.slip.faulty, id)))
			remove(w)
		},
		// A late request of the second call may come after the token of the first ends.
		"the first was done, and the second is late": func(t *testing.T, w *fWorld, id repo.CallOption) {
			w.must(errOf(create(w, w.slip.clean, id)))
			w.net.Reset(late())
			s, err := create(w, w.slip.faulty, id)
			if !errors.Is(err, repo.ErrOutcomeUnknown) || s.Meta.Version != 0 {
				t.Errorf("%v, version %d", err, s.Meta.Version)
			}
			remove(w)
		},
		"the first was done and forgotten, and the second is late": func(t *testing.T, w *fWorld, id repo.CallOption) {
			w.must(errOf(create(w, w.slip.clean, id)))
			time.Sleep(11 * time.Minute) // its token has ended
			w.net.Reset(late())
			s, err := create(w, w.slip.faulty, id)
			if err != nil || s.Meta.Version != 1 {
				t.Errorf("%v, version %d", err, s.Meta.Version)
			}
			remove(w)
		},
		// The token cannot be taken, so the outcome is unknown. The value keeps its
		// record.
		"and no answer to the check": func(t *testing.T, w *fWorld, id repo.CallOption) {
			w.must(errOf(create(w, w.slip.clean, id)))
			time.Sleep(11 * time.Minute)
			w.net.Reset(late(), fault.Inject(fault.ServerError(), fault.From(2)))
			s, err := create(w, w.slip.faulty, id)
			if !errors.Is(err, repo.ErrOutcomeUnknown) || s.Meta.Version != 0 {
				t.Errorf("%v, version %d", err, s.Meta.Version)
			}
			w.net.Close()
			remove(w)
		},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				w := newFaultWorld(t)
				c(t, w, repo.WithWriteID(meta.NewWriteID()))
				w.must(w.net.Release())
				if w.count() != 0 {
					t.Errorf("%d items after the deletion", w.count())
				}
			})
		})
	}
}

// An Update is repeated under its id after its object was deleted and created
// again. Both objects then have the same version and write id, yet a value of the
// first does not pass for one of the second.
func TestVersionsOfTwoObjects(t *testing.T) {
	synctest.Test(t, versionsOfTwoObjects)
}

func versionsOfTwoObjects(t *testing.T) {
	w := newFaultWorld(t)
	r := w.slip.clean
	life := func(id repo.CallOption) *fSlip {
		w.must(errOf(r.Create(background, &fSlip{ID: "s/1"})))
		w.must(r.Update(background, fSlipKey, lens.Add(fSlipCount, 1))) // planned without a read
		w.must(r.With(id).Update(background, fSlipKey, lens.Add(fSlipCount, 1)))
		v, err := r.Get(background, fSlipKey)
		w.must(err)
		return v
	}
	id := repo.WithWriteID(meta.NewWriteID())
	first := life(id)
	w.must(r.DeleteValue(background, first))
	time.Sleep(11 * time.Minute) // the token has ended
	second := life(id)
	if first.Meta.Version != second.Meta.Version || first.Meta.WriteID != second.Meta.WriteID {
		t.Fatalf("%v and %v", first.Meta, second.Meta)
	}
	for name, err := range map[string]error{
		"put":         errOf(r.Put(background, first)),
		"rewrite":     errOf(r.Put(background, first, repo.Rewrite())),
		"update":      r.Update(background, fSlipKey, lens.Add(fSlipCount, 1), repo.IfUnchanged(first)),
		"deleteValue": r.DeleteValue(background, first),
	} {
		if !errors.Is(err, repo.ErrConflict) {
			t.Errorf("%s: %v", name, err)
		}
	}
	w.must(r.DeleteValue(background, second))
}

// The token of the id belongs to a write of the object, which proves no deletion.
func TestDeleteUnderAnotherWritesID(t *testing.T) {
	w := newFaultWorld(t)
	id := repo.WithWriteID(meta.NewWriteID())
	s := &fSlip{ID: "s/1"}
	w.must(errOf(w.slip.faulty.Create(background, s, id)))
	if err := w.slip.faulty.Delete(background, fSlipKey, id); !errors.Is(err, repo.ErrInvalid) {
		t.Error(err)
	}
	if err := w.slip.faulty.DeleteValue(background, s, id); !errors.Is(err, repo.ErrInvalid) {
		t.Error(err)
	}
	if w.count() != 1 {
		t.Errorf("%d items", w.count())
	}
}

// A repetition reads first, and finds another version because others have written.
// Nothing stored shows the first call any more. While its requests can still
// arrive, the repetition is not applied.
func TestRepeatedOverAnotherVersion(t *testing.T) {
	for name, write := range map[string]func(w *fWorld, id repo.CallOption) error{
		"put": func(w *fWorld, id repo.CallOption) error {
			return errOf(w.slip.faulty.Put(background, &fSlip{ID: "s/1", Text: "mine"}, id))
		},
		"put, read again": func(w *fWorld, id repo.CallOption) error {
			s, err := w.slip.faulty.Get(background, fSlipKey)
			w.must(err)
			s.Count++
			return errOf(w.slip.faulty.Put(background, s, id))
		},
		"put, with parts": func(w *fWorld, id repo.CallOption) error {
			return errOf(w.docs.faulty.Put(background, &fDoc{ID: "d/1", Name: "mine"}, id))
		},
		"modify": func(w *fWorld, id repo.CallOption) error {
			return w.slip.faulty.Modify(background, fSlipKey, func(s *fSlip) error { s.Count++; return nil }, id)
		},
		"update": func(w *fWorld, id repo.CallOption) error {
			return w.slip.faulty.With(id).Update(background, fSlipKey, lens.Add(fSlipCount, 1))
		},
		"update of an element": func(w *fWorld, id repo.CallOption) error {
			return w.docs.faulty.With(id).Update(background, fDocKey, lens.Join(lens.At(fPast, 0), fInCity).Set("Uji"))
		},
		"update with a parent": func(w *fWorld, id repo.CallOption) error {
			return w.docs.faulty.With(id, repo.EnsureParents()).Update(background, fDocKey, lens.Add(fCount, 1), fOpt.Set(&fNote{}))
		},
		"delete": func(w *fWorld, id repo.CallOption) error {
			return w.slip.faulty.Delete(background, fSlipKey, id)
		},
	} {
		for between, act := range map[string]func(w *fWorld){
			"deleted and created": func(w *fWorld) {
				w.must(w.slip.clean.Delete(background, fSlipKey))
				w.must(w.docs.clean.Delete(background, fDocKey))
				w.storeSlip()
				w.storeDoc()
			},
			"written": func(w *fWorld) {
				if name == "delete" {
					w.storeSlip()
				}
				for range 9 {
					w.must(w.slip.clean.Update(background, fSlipKey, lens.Add(fSlipOther, 1)))
					w.must(w.docs.clean.Update(background, fDocKey, lens.Add(fHomeN, 1)))
				}
			},
		} {
			t.Run(name+", "+between, func(t *testing.T) {
				synctest.Test(t, func(t *testing.T) {
					w := newFaultWorld(t)
					w.storeSlip()
					w.storeDoc()
					id := repo.WithWriteID(meta.NewWriteID())
					w.wit.begin()
					w.must(write(w, id))
					act(w)
					time.Sleep(time.Second) // another time is other bytes
					if err := write(w, id); !errors.Is(err, repo.ErrOutcomeUnknown) || w.wit.applied != 1 {
						t.Errorf("%v, applied %d times", err, w.wit.applied)
					}
				})
			})
		}
	}
}

// The first request of an Update is late, its repetition is refused, the second
// plan is done; when the ring has forgotten the write, the first request comes.
func TestAddedOnce(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newFaultWorld(t)
		w.storeSlip()
		w.null("Count")
		w.net.Reset(late())
		w.must(w.slip.faulty.Update(background, fSlipKey, lens.Add(fSlipCount, 1)))
		for range 8 {
			w.must(w.slip.clean.Update(background, fSlipKey, lens.Add(fSlipOther, 1)))
		}
		w.must(w.net.Release())
		s, err := w.state()
		w.must(err)
		if s.Slip.Count != 1 || s.Slip.Other != 8 || s.Slip.Meta.Version != 10 {
			t.Errorf("count %d, other %d, version %d", s.Slip.Count, s.Slip.Other, s.Slip.Meta.Version)
		}
	})
}

// Another program writes while a write that adopts its item is under way. The
// foreign write stays.
func TestForeignWriteIsNotOverwritten(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newFaultWorld(t)
		w.storeForeignSlip()
		w.net.Reset(lostThen(w.storeForeignSlip))
		w.must(errOf(w.slip.faulty.Put(background, &fSlip{ID: "s/1", Text: "mine"})))
		s, err := w.state()
		w.must(err)
		if s.Slip.Text != "foreign" || s.Slip.Meta.Version != 0 {
			t.Errorf("%+v", s.Slip)
		}
	})
}
