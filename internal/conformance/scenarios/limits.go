package scenarios

import (
	"fmt"
	"strings"

	"github.com/dystore/dystore/fault"
	"github.com/dystore/dystore/internal/conformance/kit"
	"github.com/dystore/dystore/repo"
)

// An engine without transactions, limits of its own, or answers that can be trusted.
var limits = []scenario{
	// Staged writes are chosen when the repository is made, no transaction is ever sent, and a
	// failure after the commit is no failure. What DynamoDB would not store is refused here,
	// before any request; and batches have the size that DynamoDB takes.
	{"F40", "an engine without transactions and limits", onlyAlone, func(w *world) {
		w.succeeds(w.saves(), everywhere, 1, fault.ServerErrorAfter())
		for _, s := range w.saves() {
			kit.Must(w.T, w.try(s))
			for _, r := range w.Net.Requests() {
				if strings.HasPrefix(r.Operation, "Transact") {
					w.Errorf("%s sends a %s", s.name, r.Operation)
				}
			}
		}
		w.undeclared()
		w.tooLarge()
		w.manyParts()
	}},
}

// undeclared: a repository that nobody has told fails at its first write, and says what to
// declare.
func (w *world) undeclared() {
	if w.Engine.Has(kit.Transactions) {
		return
	}
	r, err := repo.New(w.Client, notes(), w.Options(nil)...)
	kit.Must(w.T, err)
	w.wipe()
	w.runs++
	_, err = r.Create(background, value(1))
	if err == nil || !strings.Contains(err.Error(), "repo.WithoutTransactions") {
		w.Errorf("undeclared: %v", err)
	}
}

// tooLarge writes what is too large, once it is encrypted: nothing is sent.
func (w *world) tooLarge() {
	plain := w.clean
	w.faulty, w.clean = w.open(notes(sealed(kit.Keys(w.T))))
	refused := func(what, kind string, n *note) {
		w.Net.Reset()
		w.runs++
		w.wants(what, errOf(w.faulty.Create(background, n)), kind)
		if w.Net.Count() > 0 {
			w.Errorf("%s: %v were sent", what, w.Net.Operations())
		}
	}
	w.wipe()
	n := value(1)
	n.ID = kit.Text(2049)
	refused("a key of 2,049 bytes", "invalid", n)
	n = value(1)
	n.Title = kit.Text(400<<10 - 700)
	refused("a root item that encryption makes too large", "too large", n)
	kit.Must(w.T, errOf(plain.Create(background, n))) // as it is it fits
	type deep struct {
		ID string `dynamodbav:"id"`
		V  any    `dynamodbav:"v"`
	}
	r := kit.Open(w.T, w.World, repo.TableOf("Deep", repo.KeyOf(func(d *deep) *string { return &d.ID })), w.way.opts...)
	var v any = "x"
	for range 33 {
		v = []any{v}
	}
	w.Net.Reset()
	_, err := r.Create(background, &deep{"a", v})
	w.wants("33 levels", err, "invalid")
	if w.Net.Count() > 0 {
		w.Errorf("33 levels: %v were sent", w.Net.Operations())
	}
}

// manyParts writes and reads a note of 150 pages.
func (w *world) manyParts() {
	w.faulty, w.clean = w.open(notes())
	w.wipe()
	n := value(1)
	n.Pages = nil
	for i := range 150 {
		n.Pages = append(n.Pages, leaf{fmt.Sprint(i), i})
	}
	w.Net.Reset()
	w.runs++
	kit.Must(w.T, errOf(w.faulty.Create(background, n)))
	got, err := w.faulty.Get(background, theNote)
	if err != nil || got.content().String() != n.content().String() {
		w.Errorf("150 pages: %v", err)
	}
	for _, r := range w.Net.Requests() {
		if entries(r) > 25 || r.Operation == "BatchGetItem" && strings.Count(string(r.Body), `"_id":{"S"`) > 100 {
			w.Errorf("a %s has more entries than DynamoDB takes", r.Operation)
		}
	}
}
