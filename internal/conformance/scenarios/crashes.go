package scenarios

import (
	"fmt"

	"github.com/dystore/dystore/fault"
	"github.com/dystore/dystore/internal/conformance/kit"
	"github.com/dystore/dystore/repo"
)

// A crash: no further request of the writer.
var crashes = []scenario{
	// The process dies before it has sent anything: nothing is changed, to the last byte.
	{"F01", "crash before the first request", allWays, func(w *world) {
		for _, s := range w.saves() {
			n := w.begin(s)
			before := show(w.dump())
			w.Net.Reset(fault.Inject(fault.Crash()))
			w.runs++
			err := s.do(background, w.faulty, n)
			if err == nil || show(w.dump()) != before {
				w.Errorf("%s: %v: what is stored has changed", s.name, err)
			}
			w.recover(s, s.name, err)
		}
	}},

	// It dies when some of the copies are there: the old version is whole, there are as many
	// orphans as there were copies, and a sweep removes exactly those. A transaction has none.
	{"F02", "crash among the copies", allWays, func(w *world) {
		for _, tr := range w.each(w.saves(), beforeFlip, fault.Crash()) {
			for kept := range max(entries(tr.at), 1) {
				tr.crashAmongCopies(w, kept)
			}
		}
		for _, tr := range w.each(w.saves(), everywhere, fault.Crash()) {
			w.recover(tr.save, tr.String(), w.try(tr.save, fault.Inject(tr.fault, fault.At(tr.at.Index))))
		}
	}},

	// It dies when all copies are there, before they are seen. Another program writes the
	// object at once; that makes the copies sweepable.
	{"F03", "crash before the flip", stagedWays, func(w *world) {
		for _, tr := range w.each(w.saves(), theFlip, fault.Crash()) {
			before := 0
			err := w.try(tr.save, fault.Inject(tr.fault, fault.At(tr.at.Index)))
			w.judge(tr.save, tr.String(), err)
			if d := w.debris(); d.Copies+d.InFlight > 0 {
				before = d.Copies + d.InFlight
			}
			if done := w.another(tr.String()); int(done.Changed) < before {
				w.Errorf("%s: the sweep has deleted %d items; there were %d copies", tr, done.Changed, before)
			}
		}
	}},

	// It dies after the flip: the save is done, the new version is whole, and what it has
	// replaced is collected.
	{"F04", "crash after the flip", stagedWays, func(w *world) {
		for _, tr := range w.each(w.saves(), afterFlip, fault.Crash()) {
			err := w.try(tr.save, fault.Inject(tr.fault, fault.At(tr.at.Index)))
			if err != nil {
				w.Errorf("%s: %v; the flip was done", tr, err)
			}
			if w.debris().None() {
				w.Errorf("%s: nothing is left", tr)
			}
			w.recover(tr.save, tr.String(), err)
		}
	}},

	// It dies among the deletions, and the sweep that comes after it dies too, at each of its
	// requests: the next sweep goes on from either place. There are no intents to remove: a
	// sweep scans.
	{"F05", "crash among the deletions, and of the sweep", stagedWays, func(w *world) {
		for _, tr := range w.each([]*save{&putAll, &shrink, &update, &remove}, afterFlip, fault.Crash()) {
			for kept := range max(entries(tr.at), 1) {
				tr.crashOfSweep(w, kept)
			}
		}
	}},
}

// crash lets only some entries of a batch through, and nothing after it.
func crash(i, kept int) []fault.Rule {
	if kept == 0 {
		return []fault.Rule{fault.Inject(fault.Crash(), fault.From(i))}
	}
	return []fault.Rule{fault.Inject(fault.Unprocessed(kept), fault.At(i)), fault.Inject(fault.Crash(), fault.From(i+1))}
}

func (tr trial) crashAmongCopies(w *world, kept int) {
	w.Helper()
	what := fmt.Sprintf("%s, %d of %d entries written", tr, kept, entries(tr.at))
	err := w.try(tr.save, crash(tr.at.Index, kept)...)
	s := w.judge(tr.save, what, err)
	if err == nil || s.note.String() != tr.before().String() {
		w.Errorf("%s: %v: the old version is not there: %v", what, err, s.note)
	}
	debris := w.debris()
	orphans := debris.Copies + debris.InFlight
	if kept > 0 && orphans < kept {
		w.Errorf("%s: %d orphans", what, orphans)
	}
	looks, sweepErr := w.clean.Sweep(background, repo.DryRun())
	if sweepErr != nil || int(looks.InFlight) != orphans+debris.Placeholders || looks.Changed != 0 {
		w.Errorf("%s: a sweep sees %+v, %v; %+v is in flight", what, looks, sweepErr, debris)
	}
	if done := w.another(what); int(done.Changed) != orphans {
		w.Errorf("%s: the sweep has deleted %d items; there were %d orphans", what, done.Changed, orphans)
	}
}

func (tr trial) crashOfSweep(w *world, kept int) {
	w.Helper()
	sweeps := func(rules ...fault.Rule) (done repo.Progress, err error) {
		w.judge(tr.save, tr.String(), w.try(tr.save, crash(tr.at.Index, kept)...))
		w.Net.Reset(rules...)
		done = repo.Progress{}
		_, err = w.faulty.Sweep(background, repo.OnProgress(func(p repo.Progress) {
			if p.Failed == 0 { // otherwise the process is dead by now
				done = p
			}
		}))
		return done, err
	}
	_, err := sweeps()
	kit.Must(w.T, err)
	for i := range w.Net.Count() {
		what := fmt.Sprintf("%s, %d entries deleted, the sweep dies at its request %d", tr, kept, i)
		done, err := sweeps(fault.Inject(fault.Crash(), fault.From(i)))
		if err == nil {
			w.Errorf("%s: no error", what)
		}
		var from []repo.CallOption
		if i%2 == 0 {
			from = append(from, repo.StartAt(done.Cursor))
		}
		w.sweep(what, from...)
	}
}
