package scenarios

import (
	"context"
	"errors"
	"net/http"
	"strings"

	"github.com/dystore/dystore/fault"
	"github.com/dystore/dystore/internal/conformance/kit"
	"github.com/dystore/dystore/repo"
)

// What happens to the request that makes a save seen, and to all others.
var flips = []scenario{
	// The answer is lost after the commit: the save is done, and once.
	{"F06", "the answer is lost", allWays, func(w *world) {
		w.succeeds(w.saves(), everywhere, 1, fault.ReplyLost(), emptied)
	}},

	// The request is lost, or fails without effect: the next attempt commits, once.
	{"F07", "the request is lost", allWays, func(w *world) {
		w.succeeds(w.saves(), everywhere, 1, fault.SendError(), fault.ServerError(), nothing)
	}},

	// The first packet arrives after the next attempt, and after another program has written
	// or deleted the object: it has no effect.
	{"F08", "a packet is late", allWays, func(w *world) {
		for _, tr := range w.each(w.saves(), everywhere, fault.Hold()) {
			for _, deletes := range []bool{false, true} {
				tr.late(w, deletes)
			}
		}
	}},

	// No attempt has an answer, until patience ends: the outcome is unknown, what may become
	// part of the object stays, and Resolve decides for good.
	{"F09", "no answer at all", allWays, func(w *world) {
		for _, tr := range w.each(w.saves(), theFlip, fault.ReplyLost(), fault.ServerErrorAfter(), fault.SendError(), fault.Hold()) {
			tr.unanswered(w)
		}
	}},

	// The caller's context ends before the flip: the error is the context's and says that
	// nothing is done, and what was written is removed all the same.
	{"F10", "the context ends before the flip", allWays, func(w *world) {
		for _, s := range w.saves() {
			n := w.begin(s)
			ctx, cancel := context.WithCancel(background)
			cancel()
			w.runs++
			err := s.do(ctx, w.faulty, n)
			w.cancelled(s, s.name+", before the call", err)
		}
		if !w.staged {
			return // there is one request that writes
		}
		for _, tr := range w.each(w.saves(), beforeFlip, fault.CancelContext(), fault.CancelContextAfter()) {
			w.cancelled(tr.save, tr.String(), w.try(tr.save, fault.Inject(tr.fault, fault.At(tr.at.Index))))
		}
	}},

	// It ends during the flip: nobody can say that the save has failed.
	{"F11", "the context ends during the flip", allWays, func(w *world) {
		for _, tr := range w.each(w.saves(), theFlip, fault.CancelContext(), fault.CancelContextAfter()) {
			err := w.try(tr.save, fault.Inject(tr.fault, fault.At(tr.at.Index)))
			if !errors.Is(err, repo.ErrOutcomeUnknown) || !errors.Is(err, context.Canceled) {
				w.Errorf("%s: %v; want an unknown outcome and the context's error", tr, err)
			}
			w.recover(tr.save, tr.String(), err)
		}
	}},
}

// nothing: a proxy answers with nothing, and the request is not executed.
var nothing = fault.Custom("empty answer", func(fault.HTTPClient, *http.Request) (*http.Response, error) {
	return &http.Response{StatusCode: 200, Body: http.NoBody}, nil
})

// emptied: the request is executed and its answer has no body.
var emptied = fault.Custom("answer empty", func(next fault.HTTPClient, req *http.Request) (*http.Response, error) {
	res, err := next.Do(req)
	if err == nil {
		res.Body.Close()
		res.Body = http.NoBody
	}
	return res, err
})

// succeeds tries faults at requests, so many times in a row: all saves succeed.
func (w *world) succeeds(saves []*save, at func(course, fault.Request) bool, times int, faults ...fault.Fault) {
	w.Helper()
	for _, tr := range w.each(saves, at, faults...) {
		err := w.try(tr.save, fault.Inject(tr.fault, fault.From(tr.at.Index), fault.Times(times)))
		if err != nil {
			w.Errorf("%s: %v", tr, err)
		}
		w.recover(tr.save, tr.String(), err)
	}
}

// late lets a packet arrive when another program has written.
func (tr trial) late(w *world, deletes bool) {
	w.Helper()
	err := w.try(tr.save, fault.Inject(tr.fault, fault.At(tr.at.Index)))
	if err != nil {
		w.Errorf("%s: %v", tr, err)
	}
	w.judge(tr.save, tr.String(), err)
	if deletes {
		kit.Must(w.T, w.clean.Delete(background, theNote))
	} else {
		kit.Must(w.T, errOf(w.clean.Put(background, value(50), repo.Overwrite())))
	}
	before := w.state(tr.String())
	kit.Must(w.T, w.Net.Release())
	after := w.state(tr.String() + ", late")
	if after.note.String() != before.note.String() || before.note != nil && (after.version != before.version || after.last != before.last) {
		w.Errorf("%s: the late packet has made %v, version %d, of %v, version %d", tr, after.note, after.version, before.note, before.version)
	}
	w.another(tr.String())
}

// unanswered ends with an unknown outcome, which Resolve decides.
func (tr trial) unanswered(w *world) {
	w.Helper()
	n := w.begin(tr.save)
	ctx, cancel := w.patience(background)
	defer cancel()
	w.Net.Reset(fault.Inject(tr.fault, fault.From(tr.at.Index), fault.Op(tr.at.Operation), until(ctx)))
	w.runs++
	err := tr.do(ctx, w.faulty, n)
	var e *repo.Error
	if !errors.Is(err, repo.ErrOutcomeUnknown) || !errors.As(err, &e) {
		w.Errorf("%s: %v; want an unknown outcome", tr, err)
		return
	}
	s := w.judge(tr.save, tr.String(), err)
	done := s.note.String() == tr.after().String()
	if d := w.debris(); !done && w.staged && copies(tr) > 0 && d.InFlight != copies(tr) {
		w.Errorf("%s: %d copies are left; %d may become parts", tr, d.InFlight, copies(tr))
	}
	if w.runs%2 == 0 && done && tr.change != nil {
		kit.Must(w.T, w.clean.Update(background, theNote, nTitle.Set("meanwhile")))
	}
	applied, err := w.clean.Resolve(background, theNote, e.WriteID)
	if err != nil || tr.change != nil && applied != done || applied && !done {
		w.Errorf("%s: Resolve says %v, %v; applied was %v", tr, applied, err, done)
	}
	before := w.state(tr.String())
	kit.Must(w.T, w.Net.Release())
	if after := w.state(tr.String() + ", late"); after.note.String() != before.note.String() || before.note != nil && after.version != before.version {
		w.Errorf("%s: Resolve said %v, and a late packet has made %v of %v", tr, applied, after.note, before.note)
	}
	w.another(tr.String())
}

// copies is how many items a save writes before its flip.
func copies(tr trial) (n int) {
	for _, r := range tr.requests[:tr.flip] {
		if n += entries(r); r.Operation == "PutItem" && !strings.HasSuffix(of(r).TableName, "Notes") {
			n++
		}
	}
	return n
}

// cancelled checks that a save is not done, says so, and leaves nothing.
func (w *world) cancelled(s *save, what string, err error) {
	w.Helper()
	if !errors.Is(err, context.Canceled) || errors.Is(err, repo.ErrOutcomeUnknown) {
		w.Errorf("%s: %v; want the context's error, and that nothing is done", what, err)
	}
	if got := w.judge(s, what, err); got.note.String() != s.before().String() {
		w.Errorf("%s: stored is %v", what, got.note)
	}
	if d := w.debris(); d.Copies+d.InFlight > 0 {
		w.Errorf("%s: %+v is left", what, d)
	}
	w.another(what)
}
