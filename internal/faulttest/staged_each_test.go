package faulttest

import (
	"errors"
	"flag"
	"fmt"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"

	"github.com/google/go-cmp/cmp"

	"github.com/dystore/dystore/fault"
	"github.com/dystore/dystore/meta"
	"github.com/dystore/dystore/repo"
)

// TestEveryFaultAtEveryStagedRequest is TestEveryFaultAtEveryRequest for writes that are
// staged. The promises are the same. Only the last committed state shows; what a write
// that was cut off has left besides is debris, which is in nobody's way: the next write
// of another client is done at once.
func TestEveryFaultAtEveryStagedRequest(t *testing.T) {
	before := schedules.Load()
	t.Cleanup(func() {
		n := schedules.Load() - before
		if t.Logf("%d schedules", n); n < 3500 && !raceDetector && !strings.Contains(flag.Lookup("test.run").Value.String(), "/") {
			t.Errorf("only %d schedules were run", n)
		}
	})
	for _, way := range stagedWays {
		t.Run(way.name, func(t *testing.T) {
			for _, v := range slices.Concat(allWrites, damagedDeletes) {
				if !way.stages(v) {
					continue
				}
				t.Run(v.name, func(t *testing.T) {
					t.Parallel()
					synctest.Test(t, func(t *testing.T) { everyStagedFault(t, v, way.world(t)) })
				})
			}
		})
	}
}

// stages reports whether a verb is staged in a way of writing.
func (way fWay) stages(v fVerb) bool {
	single := strings.HasPrefix(v.name, "slip")
	switch {
	case strings.HasPrefix(v.name, "card"):
		return false // without a record
	case strings.HasPrefix(v.name, "transact"):
		return !way.alone
	}
	return way.alone || !single
}

func everyStagedFault(t *testing.T, v fVerb, w *fWorld) {
	requests, want := v.control(t, w)
	flip := len(requests)
	if len(w.wit.flips) > 0 {
		flip = w.wit.flips[0]
	}
	for _, r := range requests {
		for n, p := range faultPlans {
			share := 2 // of the plans, one in so many
			if !v.deep {
				share = 8
			}
			if raceDetector {
				share *= 4
			}
			if !p.fits(r.Operation) || p.long && !v.deep || p.beside || (n+r.Index+len(v.name))%share != 0 {
				continue
			}
			c := sCase{fCase{fVerb: v, plan: p, w: w, want: want, at: r}, flip}
			if problem := c.run(); problem != "" {
				t.Errorf("request %d, %s (the flip is %d): %s: %s", r.Index, r.Operation, flip, p.name, problem)
			}
			schedules.Add(1)
		}
	}
}

// schedules counts the runs of verbs.
var schedules atomic.Int64

// sCase is one staged verb under one plan at one of its requests.
type sCase struct {
	fCase
	flip int // the request that makes the write seen; beyond all if there is none
}

// run returns which promise is broken, "" for none.
func (c *sCase) run() string {
	w := c.w
	w.wipe()
	call := c.begin(w)
	before, value := w.found(), remember(call.value)
	ctx, cancel := fault.Cancelable(background)
	defer cancel()
	w.net.Reset(c.plan.rules(c.at.Index)...)
	w.wit.begin()
	err := call.run(ctx)
	if problem := c.reported(err); problem != "" {
		return problem
	}
	if err := w.net.Release(); err != nil { // what was slow arrives after all
		return err.Error()
	}
	w.net.Reset()
	if problem := c.settled(err, before); problem != "" {
		return fmt.Sprintf("%v: %s", err, problem)
	}
	if problems := w.orphans(); len(problems) > 0 && !(c.damaged && w.wit.applied == 0) {
		return fmt.Sprintf("%v: left behind: %v", err, problems)
	}
	if c.damaged {
		return ""
	}
	if err != nil {
		if now := remember(call.value); now != value {
			return fmt.Sprintf("%v: the caller's value has changed from %s to %s", err, value, now)
		}
		return w.another()
	}
	return w.goesOn(call.value) + w.another()
}

// reported compares the outcome with what the plan allows. Before the flip nothing is
// done, and an error says so. After it the write is done, whatever becomes of what it has
// replaced.
func (c *sCase) reported(err error) string {
	want, unsure := c.fVerb.want, errors.Is(err, repo.ErrOutcomeUnknown)
	several := len(c.plan.rules(0)) > 1                     // the next one may strike the flip
	ends := c.plan.write != asEver || c.plan.read != asEver // the plan ends the verb
	ok := false
	switch {
	case !ends:
		ok = asEver.matches(err, want) || unsure && errors.Is(want, repo.ErrConflict) && c.plan.unanswered
	case want != nil, c.at.Index == c.flip:
		ok = err == nil && want == nil && c.w.wit.applied == 1 || want != nil && errors.Is(err, want) || unsure || c.definite(err)
	case c.at.Index > c.flip:
		ok = err == nil
	default:
		ok = c.definite(err) || (several || c.learns) && unsure
	}
	if ok {
		return ""
	}
	return fmt.Sprintf("reported %v", err)
}

// definite reports whether an error says that nothing is done, and for no reason that the
// stored object would be.
func (c *sCase) definite(err error) bool {
	return !errors.Is(err, repo.ErrOutcomeUnknown) && (isFailed.matches(err, nil) || isThrottled.matches(err, nil) || isContended.matches(err, nil))
}

// settled compares how often the write was applied with what was reported.
func (c *sCase) settled(err error, before fState) string {
	n := c.w.wit.applied
	switch {
	case err == nil && n != 1, n > 1, err != nil && n > 0 && !errors.Is(err, repo.ErrOutcomeUnknown), c.fVerb.want != nil && n > 0:
		return fmt.Sprintf("applied %d times", n)
	}
	now, readable := c.w.state()
	switch {
	case readable != nil:
		if c.damaged && n == 0 {
			return ""
		}
		return readable.Error()
	case n == 0 && c.damaged:
		return ""
	case n == 0:
		return cmp.Diff(before.unadopted(before), now.versions().unadopted(before))
	}
	return cmp.Diff(c.want.versions(), now.versions())
}

// found is the state that a reader finds, without what differs from run to run.
func (w *fWorld) found() fState {
	s, _ := w.state() // nothing of a damaged object
	return s.versions()
}

// unadopted is the state without the versions of items that had no record before: a staged
// write gives them one, whatever becomes of it.
func (s fState) unadopted(before fState) fState {
	if s.Doc != nil && before.Doc != nil && before.Doc.Meta.Version == 0 {
		s.Doc = s.Doc.clone()
		s.Doc.Meta = meta.Record{}
	}
	if s.Slip != nil && before.Slip != nil && before.Slip.Meta.Version == 0 {
		slip := *s.Slip
		slip.Meta = meta.Record{}
		s.Slip = &slip
	}
	return s
}

// another lets another client write the objects at once: they are whole afterwards.
func (w *fWorld) another() string {
	d, s := fDocValue(), fSlipValue()
	d.Name, s.Text = "another", "another"
	for _, err := range []error{
		errOf(w.docs.clean.With(repo.Overwrite()).Put(background, &d)), errOf(w.slip.clean.With(repo.Overwrite()).Put(background, &s)),
	} {
		if err != nil && !(errors.Is(err, repo.ErrCorrupt) || errors.Is(err, repo.ErrSchemaTooNew)) {
			return fmt.Sprintf("another client: %v", err)
		}
	}
	now, err := w.state()
	if err != nil || now.Doc == nil {
		return fmt.Sprintf("after another client: %v", err)
	}
	if diff := cmp.Diff(d.clone(), now.Doc); diff != "" {
		return "after another client: " + diff
	}
	if problems := w.orphans(); len(problems) > 0 {
		return fmt.Sprintf("after another client: %v", problems)
	}
	return ""
}
