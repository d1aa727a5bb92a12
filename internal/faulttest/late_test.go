package faulttest

import (
	"errors"
	"fmt"
	"slices"
	"testing"
	"testing/synctest"

	"github.com/dystore/dystore/fault"
	"github.com/dystore/dystore/repo"
)

// TestLateArrival holds a request back while its sender gets a connection error.
// The request arrives after the verb has returned and others have written. What the
// verb reported must still be true then: a definite error stays right, and a
// success is not repeated.
func TestLateArrival(t *testing.T) {
	meanwhile := slices.Clone(foreigners)
	for _, f := range foreigners {
		f.name, f.satisfies = f.name+", and what the plan asks for", true
		meanwhile = append(meanwhile, f)
	}
	for _, v := range slices.Concat(allWrites, damagedDeletes) {
		t.Run(v.name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				w := newFaultWorld(t)
				requests, _ := v.control(t, w)
				for _, r := range requests {
					if !isWrite(r.Operation) {
						continue
					}
					for n, f := range meanwhile {
						if raceDetector && (n+len(v.name))%3 != 0 {
							continue
						}
						if problem := v.late(w, r, f); problem != "" {
							t.Errorf("request %d, %s, late, after %s: %s", r.Index, r.Operation, f.name, problem)
						}
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
	w.wit.begin()
	err := call.run(background)
	f.act(w)
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

// satisfy brings about the state that the refused plans needed.
func (w *fWorld) satisfy() {
	s, err := w.state()
	w.must(err)
	if s == (fState{}) {
		foreign{creates: true}.act(w)
		return
	}
	if s.Doc != nil {
		w.must(w.docs.clean.With(repo.EnsureParents()).Update(background, fDocKey, fCount.Set(8), fHomeN.Set(8), fOpt.Set(&fNote{}),
			fRooms.Set(map[string]fNote{"big": {Text: fSmall}})))
	}
	if s.Slip != nil {
		if s.Slip.Meta.Version == 0 {
			w.storeForeignSlip() // without a record, once more
		} else {
			w.must(w.slip.clean.Update(background, fSlipKey, fSlipCount.Set(8), fSlipTags.Set([]string{"c"})))
		}
	}
	if s.Card != nil {
		w.must(w.card.clean.Update(background, fCardKey, fCardCount.Set(8)))
	}
}
