package faulttest

import (
	"errors"
	"net/http"
	"strings"
	"testing"
	"testing/synctest"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/google/go-cmp/cmp"

	"github.com/dystore/dystore/fault"
	"github.com/dystore/dystore/lens"
	"github.com/dystore/dystore/repo"
)

// before lets others act before a request is executed.
func before(act func()) fault.Fault {
	return fault.Custom("a foreign write before", func(next fault.HTTPClient, req *http.Request) (*http.Response, error) {
		act()
		return next.Do(req)
	})
}

func (w *fWorld) grow() {
	w.must(w.docs.clean.Update(background, fDocKey, lens.Append(fPast, fPlace{City: "Uji"})))
}

// TestTransactGetOfChangingObjects: only an object that gets other parts between
// the requests makes TransactGet begin again, at last with ErrBusy.
func TestTransactGetOfChangingObjects(t *testing.T) {
	for name, c := range map[string]struct {
		rules    func(w *fWorld) []fault.Rule
		requests int
		past     int // elements of the list
		err      error
	}{
		"nothing changes": {func(*fWorld) []fault.Rule { return nil }, 2, 3, nil},
		"a value changes between": {func(w *fWorld) []fault.Rule {
			return []fault.Rule{fault.Inject(before(func() { w.update(fState{Doc: &fDoc{}}, 1) }), fault.At(1))}
		}, 2, 3, nil},
		"a part comes before":  {func(w *fWorld) []fault.Rule { return []fault.Rule{fault.Inject(before(w.grow), fault.At(0))} }, 2, 4, nil},
		"a part comes between": {func(w *fWorld) []fault.Rule { return []fault.Rule{fault.Inject(before(w.grow), fault.At(1))} }, 3, 4, nil},
		"parts come each time": {func(w *fWorld) []fault.Rule { return []fault.Rule{fault.Inject(before(w.grow))} }, 12, 0, repo.ErrBusy},
		"a conflict": {func(*fWorld) []fault.Rule {
			return []fault.Rule{fault.Inject(fault.CancelTransaction("TransactionConflict"), fault.At(0, 1))}
		}, 4, 3, nil},
		"conflicts for ever": {func(*fWorld) []fault.Rule {
			return []fault.Rule{fault.Inject(fault.CancelTransaction("TransactionConflict"))}
		}, 12, 0, repo.ErrBusy},
		"it is deleted between": {func(w *fWorld) []fault.Rule {
			return []fault.Rule{fault.Inject(before(func() { w.must(w.docs.clean.Delete(background, fDocKey)) }), fault.At(1))}
		}, 2, -1, nil},
	} {
		synctest.Test(t, func(t *testing.T) {
			w := newFaultWorld(t)
			w.storeDoc()
			w.storeSlip()
			w.net.Reset(c.rules(w)...)
			var d *fDoc
			var s *fSlip
			err := repo.TransactGet(background, w.docs.faulty.GetOp(fDocKey, &d), w.slip.faulty.GetOp(fSlipKey, &s))
			if !errors.Is(err, c.err) || c.err == nil && err != nil {
				t.Errorf("%s: %v, want %v", name, err, c.err)
			}
			past := -1
			if d != nil {
				past = len(d.Past)
			}
			if err != nil {
				past = 0
			}
			if n := w.net.Count("TransactGetItems"); n != c.requests || len(w.net.Requests()) != n || past != c.past || (s == nil) != (err != nil) {
				t.Errorf("%s: %v, %d elements, %+v", name, w.net.Operations(), past, s)
			}
		})
	}
}

// TestTransactGetOfDamagedObjects: all items are of one moment, so that a part that
// does not fit is wrong at once. The error names the operation and the part.
func TestTransactGetOfDamagedObjects(t *testing.T) {
	w := newFaultWorld(t)
	d := w.storeDoc()
	w.storeSlip()
	for _, ref := range d.Meta.References() {
		if ref.Part != "Home.Geo" {
			continue
		}
		_, err := w.raw.DeleteItem(background, &dynamodb.DeleteItemInput{TableName: aws.String(ref.Table), Key: rawItem{"PK": avS(ref.Key)}})
		w.must(err)
	}
	w.net.Reset()
	doc, slip := &fDoc{ID: "as it was"}, &fSlip{ID: "as it was"}
	err := repo.TransactGet(background, w.slip.faulty.GetOp(fSlipKey, &slip), w.docs.faulty.GetOp(fDocKey, &doc))
	var of *repo.OpError
	var e *repo.Error
	if !errors.Is(err, repo.ErrCorrupt) || !errors.As(err, &of) || of.Index != 1 || !errors.As(err, &e) || e.Op != "Get" || e.Table != "FDocs" || e.Path != "Home.Geo" || !strings.Contains(err.Error(), "is missing") {
		t.Errorf("%v", err)
	}
	if doc.ID != "as it was" || slip.ID != "as it was" || len(w.net.Requests()) != 1 {
		t.Errorf("%+v, %+v after %v", doc, slip, w.net.Operations())
	}
}

// TestTransactGetOfLargeObjects: more than can be read at one moment is refused by
// name, and the error says which operation goes beyond.
func TestTransactGetOfLargeObjects(t *testing.T) {
	w := newFaultWorld(t)
	var ops []repo.ReadOp
	into := make([]*fSlip, 12)
	for i := range into {
		s := fSlip{ID: strings.Repeat("s", i+1), Text: strings.Repeat("x", 390_000)}
		w.must(errOf(w.slip.clean.Create(background, &s)))
		ops = append(ops, w.slip.faulty.GetOp(fSlipID.Of(s.ID), &into[i]))
	}
	w.must(repo.TransactGet(background, ops[:10]...))
	err := repo.TransactGet(background, ops...)
	var of *repo.OpError
	if !errors.Is(err, repo.ErrTooLarge) || !errors.As(err, &of) || of.Index != 10 || into[11] != nil || into[9] == nil {
		t.Errorf("%v", err)
	}
}

// TestTransactGetOfTwoModels: each object has its own record and its own manifest,
// whichever model comes first, also if the manifest is on pages.
func TestTransactGetOfTwoModels(t *testing.T) {
	for _, way := range []fWay{inTransactions, inStages} {
		w := way.world(t)
		doc, slip := w.storeDoc(), w.storeSlip()
		for first, in := range map[string]func(d **fDoc, s **fSlip) []repo.ReadOp{
			"the doc": func(d **fDoc, s **fSlip) []repo.ReadOp {
				return []repo.ReadOp{w.docs.faulty.GetOp(fDocKey, d), w.slip.faulty.GetOp(fSlipKey, s)}
			},
			"the slip": func(d **fDoc, s **fSlip) []repo.ReadOp {
				return []repo.ReadOp{w.slip.faulty.GetOp(fSlipKey, s), w.docs.faulty.GetOp(fDocKey, d)}
			},
		} {
			var d *fDoc
			var s *fSlip
			w.must(repo.TransactGet(background, in(&d, &s)...))
			if diff := cmp.Diff([]any{doc, slip}, []any{d, s}); diff != "" {
				t.Errorf("%s, %s first: %s", way.name, first, diff)
			}
		}
	}
	w := inStages.world(t)
	w.storeSlip()
	many := fDocValue()
	for n := range 400 {
		many.Past = append(many.Past, fPlace{N: n})
	}
	w.must(errOf(w.docs.clean.Create(background, &many)))
	var d *fDoc
	var s *fSlip
	w.must(repo.TransactGet(background, w.slip.faulty.GetOp(fSlipKey, &s), w.docs.faulty.GetOp(fDocKey, &d, repo.RootOnly())))
	if s == nil || d == nil || d.Meta.Version != many.Meta.Version {
		t.Errorf("%v, %v", s, d)
	}
}
