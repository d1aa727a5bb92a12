package faulttest

import (
	"encoding/json"
	"errors"
	"net/http"
	"testing"
	"testing/synctest"

	"github.com/dystore/dystore/fault"
	"github.com/dystore/dystore/repo"
)

// What comes between the requests of a staged write: other writes, in stages and in
// transactions, and requests that are late.

// inBothWays runs a test of staged writes.
func inBothWays(t *testing.T, test func(t *testing.T, w *fWorld)) {
	t.Helper()
	for _, way := range stagedWays {
		t.Run(way.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) { test(t, way.world(t)) })
		})
	}
}

// flips are the requests that put a root item.
func flips(table, operation string) fault.Where {
	return fault.If(func(r fault.Request) bool { return r.Operation == operation && tableOf(r) == table })
}

// rest checks that the objects are whole.
func (w *fWorld) rest(t *testing.T) fState {
	t.Helper()
	s, err := w.state()
	if err != nil {
		t.Error(err)
	}
	for _, problem := range w.orphans() {
		t.Error(problem)
	}
	return s
}

// answerLost lets another client act when the engine has executed the first request that
// a condition is about, whose answer is lost.
func answerLost(act func(), where ...fault.Where) fault.Rule {
	return fault.Inject(fault.Custom("answer lost, then", func(next fault.HTTPClient, r *http.Request) (*http.Response, error) {
		res, err := next.Do(r)
		if err != nil {
			return nil, err
		}
		res.Body.Close()
		act()
		return nil, errors.New("the answer was lost")
	}), append(where, fault.Times(1))...)
}

// bury deletes an object, and crashes before what it consists of is deleted.
func (w *fWorld) bury() {
	w.storeDoc()
	w.net.Reset(fault.Inject(fault.Crash(), fault.Op("BatchWriteItem")))
	w.must(w.docs.faulty.Delete(background, fDocKey))
	w.net.Reset()
}

// inTransactionsOver are the repositories of another program, which writes in
// transactions, over the engine of a world.
func (w *fWorld) inTransactionsOver(t *testing.T) *repo.Repo[fDoc] {
	return newSides(t, w.client, w.raw, fDocModel(w.keys)).clean
}

// tableOf is the table that a request is about, "" of several.
func tableOf(r fault.Request) string {
	var body struct{ TableName string }
	if err := json.Unmarshal(r.Body, &body); err != nil {
		panic(err)
	}
	return body.TableName
}
