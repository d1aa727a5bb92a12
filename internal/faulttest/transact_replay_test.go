package faulttest

import (
	"errors"
	"testing"
	"testing/synctest"

	"github.com/dystore/dystore/fault"
	"github.com/dystore/dystore/lens"
	"github.com/dystore/dystore/repo"
)

// TestTransactRepeatedInDoubt: a transaction under an id ends in doubt, because its
// answers are lost, its requests are, or they are late. The same call again is nil, and
// all of it is applied once, whatever arrives then, and whatever others do to
// one of the objects in between.
func TestTransactRepeatedInDoubt(t *testing.T) {
	doubts := map[string]fault.Fault{"answers lost": fault.ReplyLost(), "requests lost": fault.SendError(), "requests late": fault.Hold()}
	meanwhile := map[string]func(w *fWorld){
		"nothing": func(*fWorld) {},
		"an update of one": func(w *fWorld) {
			if s, err := w.state(); err == nil && s.Doc != nil {
				w.must(w.docs.clean.Update(background, fDocKey, lens.Add(fGeoN, 100)))
			}
		},
	}
	n := 0
	for _, v := range together {
		if !v.given {
			continue
		}
		n++
		for name, doubt := range doubts {
			for between, act := range meanwhile {
				synctest.Test(t, func(t *testing.T) {
					w := newFaultWorld(t)
					requests, _ := v.control(t, w)
					w.wipe()
					call := v.begin(w)
					doubting := true
					w.net.Reset(fault.Inject(doubt, fault.From(len(requests)-1), fault.If(func(fault.Request) bool { return doubting })))
					w.wit.begin()
					first := call.run(background)
					if !errors.Is(first, repo.ErrOutcomeUnknown) {
						t.Fatalf("%s, %s: %v", v.name, name, first)
					}
					var e *repo.Error
					if !errors.As(first, &e) || e.WriteID == [16]byte{} {
						t.Errorf("%s, %s: %v has no id", v.name, name, first)
					}
					doubting, w.wit.blind = false, true
					act(w)
					w.wit.blind = false
					if err := call.run(background); err != nil {
						t.Errorf("%s, %s, %s in between: the second time: %v", v.name, name, between, err)
					}
					if err := w.net.Release(); err != nil {
						t.Error(err)
					}
					if w.wit.applied != 1 || len(w.orphans()) > 0 {
						t.Errorf("%s, %s, %s in between: applied %d times, left behind %v", v.name, name, between, w.wit.applied, w.orphans())
					}
				})
			}
		}
	}
	if n != 5 {
		t.Errorf("%d transactions have an id", n)
	}
}
