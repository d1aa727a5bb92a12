package scenarios

import (
	"encoding/json"
	"errors"
	"reflect"
	"slices"
	"time"

	"github.com/dystore/dystore/fault"
	"github.com/dystore/dystore/internal/conformance/kit"
	"github.com/dystore/dystore/meta"
	"github.com/dystore/dystore/repo"
)

// Answers that say less than what has happened, and repetitions.
var answers = []scenario{
	// The server fails after the commit of a creation: it is done, not "exists already".
	{"F12", "a creation is done and fails", allWays, func(w *world) {
		w.succeeds([]*save{&create}, everywhere, 1, fault.ServerErrorAfter())
		w.succeeds([]*save{&create}, theFlip, 3, fault.ServerErrorAfter())
	}},

	// The same of a write over a version: it is done, not a conflict.
	{"F13", "a write over a version is done and fails", allWays, func(w *world) {
		over := []*save{&putAll, &putOne, &putTop, &shrink, &pinned}
		w.succeeds(over, everywhere, 1, fault.ServerErrorAfter())
		w.succeeds(over, theFlip, 3, fault.ServerErrorAfter())
	}},

	// The same of a deletion that must find something: it is done, not "not found". In stages
	// a tombstone remembers it, in transactions the token does.
	{"F14", "a deletion is done and fails", allWays, func(w *world) {
		w.succeeds([]*save{&remove, &removeValue}, everywhere, 1, fault.ServerErrorAfter())
		w.succeeds([]*save{&remove, &removeValue}, theFlip, 3, fault.ServerErrorAfter())
	}},

	// The answer to an increment is lost: it is applied once.
	{"F15", "an increment is done and fails", allWays, func(w *world) {
		w.succeeds([]*save{&adds}, everywhere, 1, fault.ReplyLost(), fault.ServerErrorAfter(), emptied)
		w.succeeds([]*save{&adds}, theFlip, 3, fault.ReplyLost(), fault.ServerErrorAfter())
	}},

	// The answer to a transaction is lost: it is repeated as it was, under its token, and
	// done once. In stages the placeholder of a creation is one; each attempt makes its own,
	// under its own token.
	{"F16", "the answer to a transaction is lost", withTokens, func(w *world) {
		for _, tr := range w.each(w.saves(), sends("TransactWriteItems"), fault.ReplyLost(), fault.ServerErrorAfter()) {
			tr.repeats(w, 2)
		}
	}},

	// Another process repeats a save under its id, when tokens have ended: what is stored
	// shows that it is done.
	{"F17", "a save is repeated by another process", allWays, func(w *world) {
		for _, tr := range w.each([]*save{&create, &putAll, &putOne, &update, &adds}, theFlip, fault.ReplyLost(), fault.SendError(), fault.Crash()) {
			tr.again(w)
		}
	}},

	// An encrypted save is repeated as it was: it is encrypted once.
	{"F18", "an encrypted save is repeated", allWays, func(w *world) {
		w.faulty, w.clean = w.open(notes(sealed(kit.Keys(w.T))))
		for _, s := range []*save{&create, &putAll, &putOne, &update} {
			w.repeatsSealed(s)
		}
	}},
}

// repeats tries a fault so many times less one: each repetition is the same request, or
// another placeholder.
func (tr trial) repeats(w *world, times int) {
	w.Helper()
	err := w.try(tr.save, fault.Inject(tr.fault, fault.From(tr.at.Index), fault.Times(times-1)))
	if err != nil {
		w.Errorf("%s: %v", tr, err)
	}
	requests := w.Net.Requests()[tr.at.Index:]
	for i := range times {
		if !same(requests[i], requests[0]) && (tr.flip == tr.at.Index || !w.staged) || of(requests[i]).ClientRequestToken == "" {
			w.Errorf("%s: repetition %d is another request:\n%s\n%s", tr, i, requests[0].Body, requests[i].Body)
		}
	}
	w.recover(tr.save, tr.String(), err)
}

// again repeats a save under its id in another process, 11 minutes later where the clock is
// virtual.
func (tr trial) again(w *world) {
	w.Helper()
	n := w.begin(tr.save)
	id := repo.WithWriteID(meta.NewWriteID())
	w.Net.Reset(fault.Inject(tr.fault, fault.From(tr.at.Index)))
	ctx, cancel := w.patience(background)
	defer cancel()
	w.runs++
	first := tr.do(ctx, w.faulty.With(id), n)
	if first == nil {
		w.Errorf("%s: no error", tr)
	}
	w.judge(tr.save, tr.String(), first)
	if w.virtual {
		time.Sleep(11 * time.Minute)
	}
	w.Net.Reset()
	err := tr.do(background, w.clean.With(id), n)
	if err != nil {
		w.Errorf("%s: %v; and once more: %v", tr, first, err)
	}
	w.recover(tr.save, tr.String()+", and once more", err)
}

// repeatsSealed loses the answer to each request of a save of an encrypted note.
func (w *world) repeatsSealed(s *save) {
	w.Helper()
	n := w.begin(s)
	w.Net.Reset()
	kit.Must(w.T, s.do(background, w.faulty, n))
	for _, r := range w.Net.Requests() {
		for _, f := range []fault.Fault{fault.ReplyLost(), fault.ServerErrorAfter(), fault.SendError()} {
			what := at(s, r, f)
			n := w.begin(s)
			w.Net.Reset(fault.Inject(f, fault.At(r.Index)))
			w.runs++
			err := s.do(background, w.faulty, n)
			again := w.Net.Requests()
			placeholder := w.staged && s.create && r.Index == 0
			if err != nil || !writes(r) || placeholder {
				if err != nil {
					w.Errorf("%s: %v", what, err)
				}
				continue
			}
			if !slices.ContainsFunc(again[r.Index+1:], func(q fault.Request) bool { return same(q, again[r.Index]) }) {
				w.Errorf("%s: it is not repeated as it was", what)
			}
			got, err := w.clean.Get(background, theNote)
			if err != nil || got.content().String() != s.after().String() {
				w.Errorf("%s: stored is %v, %v", what, got.content(), err)
			}
			w.collect(what)
		}
	}
}

// same reports whether two requests are equal, but for the order of members, which the SDK
// does not keep.
func same(a, b fault.Request) bool {
	var left, right any
	return json.Unmarshal(a.Body, &left) == nil && json.Unmarshal(b.Body, &right) == nil && reflect.DeepEqual(left, right)
}

// writes reports whether a request writes.
func writes(r fault.Request) bool {
	return slices.Contains([]string{"PutItem", "UpdateItem", "DeleteItem", "BatchWriteItem", "TransactWriteItems"}, r.Operation)
}

// collect lets a sweep run over notes that are encrypted, so that their raw items say nothing.
func (w *world) collect(what string) {
	w.Helper()
	if _, err := w.clean.Sweep(background); err != nil {
		w.Errorf("%s: the sweep: %v", what, err)
	}
	if d := w.debris(); !d.None() {
		w.Errorf("%s: %+v is left", what, d)
	}
}

// kinds are the errors that have a meaning of their own.
var kinds = map[string]error{
	"not found": repo.ErrNotFound, "exists": repo.ErrExists, "conflict": repo.ErrConflict, "condition": repo.ErrCondition, "unknown": repo.ErrOutcomeUnknown,
	"throttled": repo.ErrThrottled, "contention": repo.ErrContention, "busy": repo.ErrBusy, "corrupt": repo.ErrCorrupt, "too new": repo.ErrSchemaTooNew, "too large": repo.ErrTooLarge,
	"not loaded": repo.ErrNotLoaded, "invalid": repo.ErrInvalid,
}

// wants fails unless an error has one of some kinds, and no other. "nil" is none.
func (w *world) wants(what string, err error, want ...string) {
	w.Helper()
	var got []string
	for name, kind := range kinds {
		if errors.Is(err, kind) {
			got = append(got, name)
		}
	}
	if err == nil {
		got = []string{"nil"}
	}
	if len(got) != 1 || !slices.Contains(want, got[0]) {
		w.Errorf("%s: %v is %v; want one of %v", what, err, got, want)
	}
}
