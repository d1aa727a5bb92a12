package faulttest

import (
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"testing"
	"testing/synctest"

	"github.com/google/go-cmp/cmp"

	"github.com/dystore/dystore/fault"
	"github.com/dystore/dystore/meta"
	"github.com/dystore/dystore/repo"
)

// TestEveryFaultAtEveryRequest runs every write under every course of faults
// at every one of its requests. The verb must report what happened: after nil the
// write was applied once, after a definite error not at all, after
// ErrOutcomeUnknown once or not at all. No part is left behind, and only a success
// changes the caller's value.
//
// The clock is virtual: pauses between attempts take no time.
func TestEveryFaultAtEveryRequest(t *testing.T) {
	for _, v := range slices.Concat(allWrites, damagedDeletes) {
		t.Run(v.name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) { everyFault(t, v, newFaultWorld(t)) })
		})
	}
}

func everyFault(t *testing.T, v fVerb, w *fWorld) {
	requests, want := v.control(t, w)
	for _, r := range requests {
		for n, p := range faultPlans {
			// One goroutine runs at a time, so the race detector finds little here, and
			// it slows the tests down. It gets a third of the cases.
			if !p.fits(r.Operation) || p.long && !v.deep || p.beside && v.flat || raceDetector && (n+r.Index+len(v.name))%3 != 0 {
				continue
			}
			c := fCase{fVerb: v, plan: p, w: w, want: want, at: r}
			if problem := c.run(); problem != "" {
				t.Errorf("request %d, %s: %s: %s", r.Index, r.Operation, p.name, problem)
			}
		}
	}
}

// control runs the verb without faults.
func (v fVerb) control(t *testing.T, w *fWorld) ([]fault.Request, fState) {
	t.Helper()
	call := v.begin(w)
	w.net.Reset()
	w.wit.begin()
	err := call.run(t.Context())
	if !asEver.matches(err, v.want) {
		t.Fatalf("without faults: %v; want %v", err, v.want)
	}
	if once := v.want == nil; (w.wit.applied == 1) != once || w.wit.applied > 1 {
		t.Fatalf("without faults: applied %d times", w.wit.applied)
	}
	want, err := w.state()
	if err != nil {
		t.Fatal(err)
	}
	return w.net.Requests(), want
}

// fCase is one verb under one plan at one of its requests.
type fCase struct {
	fVerb
	plan fPlan
	w    *fWorld
	want fState // after the verb was applied once
	at   fault.Request
	also []outcome // that are right as well
}

// run returns which promise is broken, "" for none.
func (c *fCase) run() string {
	w := c.w
	w.wipe()
	call := c.begin(w)
	before, value := w.digest(), remember(call.value)
	ctx, cancel := fault.Cancelable(background)
	defer cancel()
	w.net.Reset(c.plan.rules(c.at.Index)...)
	w.wit.begin()
	err := call.run(ctx)
	if expected := c.expected(); !slices.ContainsFunc(expected, func(o outcome) bool { return o.matches(err, c.fVerb.want) }) {
		return fmt.Sprintf("reported %v; want outcome %v", err, expected)
	}
	if err := w.net.Release(); err != nil { // what was slow arrives after all
		return err.Error()
	}
	w.net.Reset()
	if problem := c.applied(err, before); problem != "" {
		return fmt.Sprintf("%v: %s", err, problem)
	}
	if problems := w.orphans(); len(problems) > 0 && !(c.damaged && w.digest() == before) {
		return fmt.Sprintf("%v: left behind: %v", err, problems)
	}
	if err != nil {
		if now := remember(call.value); now != value {
			return fmt.Sprintf("%v: the caller's value has changed from %s to %s", err, value, now)
		}
		return ""
	}
	return w.goesOn(call.value)
}

// expected are the outcomes that the plan allows.
func (c *fCase) expected() []outcome {
	o := c.plan.read
	if isWrite(c.at.Operation) {
		o = c.plan.write
	}
	unanswered := c.plan.unanswered && isWrite(c.at.Operation)
	switch {
	case c.blind && o != asEver:
		return []outcome{o, asEver, isUnknown} // where it ends depends on the second request
	case c.blind && unanswered && c.plan.executed && !c.ringless && c.fVerb.want == nil:
		return []outcome{asEver}
	case c.blind && unanswered:
		return []outcome{isUnknown}
	}
	return append([]outcome{o}, c.also...)
}

// applied compares how often the write was applied with what was reported.
func (c *fCase) applied(err error, before [32]byte) string {
	w, n := c.w, c.w.wit.applied
	switch {
	case err == nil && n != 1:
		return fmt.Sprintf("applied %d times", n)
	case err != nil && n > 1, err != nil && n > 0 && !errors.Is(err, repo.ErrOutcomeUnknown), c.fVerb.want != nil && n > 0:
		return fmt.Sprintf("applied %d times", n)
	case n == 0 && w.digest() != before:
		return "what is stored has changed"
	}
	if n == 0 {
		return ""
	}
	got, err := w.state()
	if err != nil {
		return err.Error()
	}
	return cmp.Diff(c.want.versions(), got.versions())
}

// versions is the state with the version alone in its records, since ids and times
// differ from run to run.
func (s fState) versions() fState {
	if s.Doc != nil {
		s.Doc = s.Doc.clone()
		s.Doc.Meta = meta.Record{Version: s.Doc.Meta.Version}
	}
	if s.Slip != nil {
		slip := *s.Slip
		slip.Meta = meta.Record{Version: slip.Meta.Version}
		s.Slip = &slip
	}
	return s
}

// remember is all that a caller can see of a value.
func remember(value any) string {
	b, err := json.Marshal(value)
	if err != nil {
		panic(err)
	}
	switch v := value.(type) {
	case *fDoc:
		return fmt.Sprintf("%s %v", b, v.Meta.References())
	case *fSlip:
		return fmt.Sprintf("%s %v", b, v.Meta.References())
	case *fPair:
		return string(b) + v.remember()
	}
	return string(b)
}

// goesOn checks that a written value is tracked: it can be changed and put again,
// and a reader finds the change.
func (w *fWorld) goesOn(value any) string {
	var err error
	if p, ok := value.(*fPair); ok {
		return w.goesOn(p.Doc) + w.goesOn(p.Slip)
	}
	switch v := value.(type) {
	case *fDoc:
		v.Name += " again"
		_, err = w.docs.clean.Put(background, v)
	case *fSlip:
		v.Text += " again"
		_, err = w.slip.clean.Put(background, v)
	default:
		return ""
	}
	if err != nil {
		return fmt.Sprintf("the next Put: %v", err)
	}
	got, err := w.state()
	if err != nil {
		return fmt.Sprintf("after the next Put: %v", err)
	}
	if problems := w.orphans(); len(problems) > 0 {
		return fmt.Sprintf("after the next Put: %v", problems)
	}
	switch v := value.(type) {
	case *fDoc:
		return cmp.Diff(v, got.Doc)
	case *fSlip:
		return cmp.Diff(v, got.Slip)
	}
	return ""
}
