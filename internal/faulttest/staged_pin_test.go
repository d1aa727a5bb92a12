package faulttest

import (
	"net/http"
	"testing"
	"testing/synctest"

	"github.com/dystore/dystore/fault"
	"github.com/dystore/dystore/lens"
	"github.com/dystore/dystore/repo"
)

// A write over what a deletion has left gets no answer, and is done.
func TestStagedOverTombstone(t *testing.T) {
	inBothWays(t, func(t *testing.T, w *fWorld) {
		for name, f := range map[string]fault.Fault{"lost": fault.ReplyLost(), "server error": fault.ServerErrorAfter(), "not sent": fault.SendError(), "held": fault.Hold()} {
			w.wipe()
			w.bury()
			w.net.Reset(fault.Inject(f, flips("FDocs", "PutItem"), fault.Times(1)))
			d := fDocValue()
			if err := errOf(w.docs.faulty.Put(background, &d)); err != nil {
				t.Errorf("%s: %v", name, err)
			}
			w.must(w.net.Release())
			if s := w.rest(t); s.Doc == nil {
				t.Errorf("%s: there is no object", name)
			}
		}
	})
}

// Two objects are written together, one of them an item of another program. The other one
// changes first, so that the write is planned again: that it has given the item a record
// is no conflict.
func TestStagedAdoptionIsKnownAgain(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := inStages.world(t)
		d, other := w.theirDoc(), fDocID.Of("d/2")
		value := fDocValue()
		value.ID = "d/2"
		w.must(errOf(w.docs.clean.Create(background, &value)))
		d.Name = "new"
		once := fault.Inject(fault.Custom("after an update", func(next fault.HTTPClient, r *http.Request) (*http.Response, error) {
			w.must(w.docs.clean.Update(background, other, lens.Add(fCount, 1)))
			return next.Do(r)
		}), fault.Op("TransactWriteItems"), fault.Times(1))
		w.net.Reset(once)
		if err := repo.Transact(background, []repo.Op{w.docs.faulty.PutOp(d), w.docs.faulty.UpdateOp(other, lens.Add(fHomeN, 1))}); err != nil {
			t.Error(err)
		}
		if s := w.rest(t); s.Doc.Name != "new" || s.Doc.Meta.Version != 1 {
			t.Errorf("%+v", s.Doc)
		}
	})
}

// An item of another program gets a record although the write is refused. It says which
// fields are encrypted, for those who read without the type.
func TestStagedAdoptionIsSealed(t *testing.T) {
	inBothWays(t, func(t *testing.T, w *fWorld) {
		w.theirDoc()
		w.net.Reset(fault.Inject(fault.Crash(), fault.From(2)))
		if err := w.docs.faulty.Update(background, fDocKey, fName.Set("new")); err == nil {
			t.Error("there was no crash")
		}
		w.net.Reset()
		if s := w.rest(t); s.Doc == nil || s.Doc.Name != "theirs" || s.Doc.Meta.Version != 1 {
			t.Errorf("%+v", s.Doc)
		}
		if _, err := w.open().Get(background, "d/1"); err != nil {
			t.Error(err)
		}
	})
}

// An item of another program is deleted before a write of it, which is refused, and there
// is another one when the library reads why. That one is no reason for the refusal.
func TestAnotherItemAfterRefusal(t *testing.T) {
	for _, write := range []func(w *fWorld) error{
		func(w *fWorld) error { return w.docs.faulty.Update(background, fDocKey, fName.Set("new")) },
		func(w *fWorld) error {
			return w.docs.faulty.Modify(background, fDocKey, func(d *fDoc) error { d.Name = "new"; return nil })
		},
	} {
		synctest.Test(t, func(t *testing.T) {
			w := alone.world(t)
			w.theirDoc()
			refused := false
			w.net.Reset(
				fault.Inject(before(func() {
					w.wipe()
					refused = true
				}), fault.Op("UpdateItem"), fault.Times(1)),
				fault.Inject(before(func() { w.theirDoc() }), fault.Op("GetItem"), fault.If(func(fault.Request) bool { return refused }), fault.Times(1)))
			if err := write(w); err != nil {
				t.Error(err)
			}
			if s := w.rest(t); s.Doc == nil || s.Doc.Name != "new" {
				t.Errorf("%+v", s.Doc)
			}
		})
	}
}

// What is stored without a record is written in one request: nothing is put there first.
func TestPlainIsNotStaged(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := alone.world(t)
		for name, run := range map[string]func() error{
			"create": func() error { return errOf(w.card.faulty.Create(background, &fCard{ID: "c/1"})) },
			"update": func() error { return w.card.faulty.Update(background, fCardKey, fCardCount.Set(8)) },
			"put":    func() error { return errOf(w.card.faulty.Put(background, &fCard{ID: "c/1", Count: 9})) },
			"delete": func() error { return w.card.faulty.Delete(background, fCardKey) },
		} {
			w.wipe()
			if name != "create" {
				w.storeCard()
			}
			w.net.Reset()
			if err := run(); err != nil || w.net.Count() != 1 {
				t.Errorf("%s: %v, %v", name, err, w.net.Operations())
			}
		}
	})
}
