package repo_test

import (
	"errors"
	"fmt"
	"slices"
	"testing"
	"testing/synctest"

	"github.com/dystore/dystore/fault"
	"github.com/dystore/dystore/repo"
)

// TestLateArrival holds a request back while its caller gets a connection
// error, and lets it arrive when the verb has long returned and others have
// written: what was reported must still be true then. A definite error that a
// packet under way can prove wrong is none.
func TestLateArrival(t *testing.T) {
	meanwhile := slices.Concat(foreigners, []foreign{{name: "what the condition asks for"}})
	for _, v := range slices.Concat(docWrites, singleWrites, refusals) {
		t.Run(v.name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				w := newFaultWorld(t)
				requests, _ := v.control(t, w)
				last := requests[len(requests)-1]
				if !isWrite(last.Operation) {
					return
				}
				for n, f := range meanwhile {
					if raceDetector && (n+len(v.name))%3 != 0 {
						continue
					}
					if problem := v.late(w, last, f); problem != "" {
						t.Errorf("%s, late, after %s: %s", last.Operation, f.name, problem)
					}
				}
			})
		})
	}
}

func (v fVerb) late(w *fWorld, r fault.Request, f foreign) string {
	w.wipe()
	call := v.begin(w)
	w.net.Reset(fault.Inject(fault.Hold(), fault.At(r.Index)))
	w.wit.applied = 0
	err := call.run(background)
	if f.name == "what the condition asks for" {
		s, e := w.state()
		w.must(e)
		w.satisfy(s)
	} else {
		f.act(w)
	}
	if e := w.net.Release(); e != nil {
		return e.Error()
	}
	w.net.Reset()
	n, unsure := w.wit.applied, errors.Is(err, repo.ErrOutcomeUnknown)
	switch {
	case n > 1:
		return fmt.Sprintf("reported %v, applied %d times", err, n)
	case err == nil && n == 0, err != nil && !unsure && n > 0:
		return fmt.Sprintf("reported %v, applied %d times", err, n)
	}
	if problems := w.orphans(); len(problems) > 0 {
		return fmt.Sprintf("reported %v, left behind %v", err, problems)
	}
	return ""
}

// satisfy makes true, or stores, what the refused verbs ask for.
func (w *fWorld) satisfy(s fState) {
	switch {
	case s.Doc != nil:
		w.must(w.docs.clean.Update(background, fDocKey, fCount.Set(8), fHomeN.Set(8), fOpt.Set(&fNote{})))
	case s.Slip != nil:
		w.must(w.slip.clean.Update(background, fSlipKey, fSlipCount.Set(8)))
	default:
		foreign{creates: true}.act(w)
	}
}
