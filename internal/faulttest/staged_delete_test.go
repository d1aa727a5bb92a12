package faulttest

import (
	"errors"
	"testing"

	"github.com/dystore/dystore/fault"
	"github.com/dystore/dystore/repo"
)

// A deletion gets no answer, and another client creates the object anew. The deletion is
// not repeated: that would take away another object.
func TestStagedDeletionIsNotRepeated(t *testing.T) {
	inBothWays(t, func(t *testing.T, w *fWorld) {
		for _, run := range []func(d *fDoc) error{
			func(*fDoc) error { return w.docs.faulty.Delete(background, fDocKey) },
			func(*fDoc) error { return w.docs.faulty.Delete(background, fDocKey, repo.MustExist()) },
			func(d *fDoc) error { return w.docs.faulty.DeleteValue(background, d) },
		} {
			w.wipe()
			d := w.storeDoc()
			w.net.Reset(answerLost(func() { w.storeDoc() }, flips("FDocs", "PutItem")))
			if err := run(d); !errors.Is(err, repo.ErrOutcomeUnknown) {
				t.Errorf("%v", err)
			}
			if s := w.rest(t); s.Doc == nil {
				t.Error("the new object is gone")
			}
		}
	})
}

// A deletion gets no answer, and its repetition finds the record that it has left. That it
// is done does not depend on the context any more.
func TestStagedDeletionKnowsItself(t *testing.T) {
	inBothWays(t, func(t *testing.T, w *fWorld) {
		w.storeDoc()
		ctx, cancel := fault.Cancelable(background)
		defer cancel()
		w.net.Reset(fault.Inject(fault.ReplyLost(), flips("FDocs", "PutItem"), fault.Times(1)), fault.Inject(fault.CancelContext(), fault.Op("BatchWriteItem")))
		if err := w.docs.faulty.Delete(ctx, fDocKey, repo.MustExist()); err != nil {
			t.Error(err)
		}
		if s := w.rest(t); s.Doc != nil || w.count() != 0 {
			t.Errorf("%d items are left", w.count())
		}
	})
}

// A creation gets no answer. Others delete the object and begin to create it: it is not
// created a second time over what they have begun.
func TestStagedCreationIsNotRepeated(t *testing.T) {
	pins := map[string]int{"without transactions": 1} // which are PutItems there
	inBothWays(t, func(t *testing.T, w *fWorld) {
		w.net.Reset(answerLost(func() {
			w.must(w.docs.clean.Delete(background, fDocKey))
			client, net := fault.Wrap(w.raw, fault.Inject(fault.Crash(), fault.From(1)))
			crashing := newSides(t, client, w.raw, fDocModel(w.keys), w.way.repo...)
			if err := errOf(crashing.faulty.Create(background, fDocValue().clone())); err == nil || len(net.Requests()) < 2 {
				t.Errorf("the crash: %v", err)
			}
		}, flips("FDocs", "PutItem"), fault.Skip(pins[w.way.name])))
		w.wit.begin()
		if err := errOf(w.docs.faulty.Create(background, fDocValue().clone())); !errors.Is(err, repo.ErrOutcomeUnknown) {
			t.Errorf("%v", err)
		}
		if s := w.rest(t); s.Doc != nil || w.wit.applied != 1 {
			t.Errorf("applied %d times: %+v", w.wit.applied, s.Doc)
		}
	})
}

// Open deletes objects of any entity. Those who read meanwhile find none.
func TestStagedDeletionByOpen(t *testing.T) {
	inBothWays(t, func(t *testing.T, w *fWorld) {
		for _, operation := range []string{"BatchWriteItem", "DeleteItem"} {
			w.wipe()
			w.storeDoc()
			w.net.Reset(fault.Inject(fault.Crash(), fault.Op(operation)))
			w.must(w.open().Delete(background, "d/1"))
			w.net.Reset()
			if s := w.rest(t); s.Doc != nil {
				t.Error("there is an object")
			}
		}
		w.wipe()
		w.storeDoc()
		w.must(w.open().Delete(background, "d/1", repo.MustExist()))
		w.theirDoc()
		w.must(w.open().Delete(background, "d/1", repo.MustExist()))
		if w.count() != 0 {
			t.Errorf("%d items are left", w.count())
		}
	})
}
