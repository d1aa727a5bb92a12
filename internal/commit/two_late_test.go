package commit_test

import (
	"errors"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/dystore/dystore/fault"
	"github.com/dystore/dystore/internal/commit"
	"github.com/dystore/dystore/internal/fail"
	"github.com/dystore/dystore/internal/item"
	"github.com/dystore/dystore/internal/stored"
)

func (p *pair) release() {
	p.t.Helper()
	if err := p.net.Release(); err != nil {
		p.t.Error(err)
	}
}

// oneToken checks that so many requests were sent, all under one token.
func (p *pair) oneToken(n int) {
	p.t.Helper()
	tokens := p.tokens()
	for _, token := range tokens {
		if token == "" || token != tokens[0] {
			p.t.Errorf("tokens %q", tokens)
		}
	}
	if len(tokens) != n {
		p.t.Errorf("%d requests, want %d", len(tokens), n)
	}
}

const (
	never = "1: 0 times, part of none; 2: 0 times, part of none"
	first = "1: 1 times, part of 0; 2: 1 times, part of 0"
	again = "1: 1 times, part of 1; 2: 1 times, part of 1"
)

// A lost answer: the repetition under the token has it.
func TestTwoObjectsReplyLost(t *testing.T) {
	p := newPair(t, fault.Inject(fault.ReplyLost(), fault.Times(1)))
	wantErr(t, "run", p.run(), nil)
	p.expect("run", first, "planned 1, judged 0, done by 0; planned 1, judged 0, done by 0")
	p.oneToken(2)
}

// All answers are lost: nobody knows.
func TestTwoObjectsUnknown(t *testing.T) {
	p := newPair(t, fault.Inject(fault.ReplyLost()))
	wantErr(t, "run", p.run(), fail.ErrOutcomeUnknown)
	p.expect("run", first, "planned 1, judged 0; planned 1, judged 0")
	p.oneToken(quick.Attempts)
}

// The first request is late, and the second object was written before the
// repetition: another plan commits, and takes the token from what is late.
func TestTwoObjectsLateAfterTheSecondPlan(t *testing.T) {
	for _, pinned := range []bool{false, true} { // the first object alone leaves the plan open
		p := newPair(t, fault.Inject(fault.Hold(), fault.Times(1)))
		p.a.pinned = pinned
		p.set("2", "B")
		wantErr(t, "run", p.run(), nil)
		p.set("1", "A")
		p.set("2", "A")
		p.release()
		p.expect("run", again, "planned 2, judged 0, done by 1; planned 2, judged 1, done by 1")
		p.oneToken(3)
	}
}

// It arrives before the second plan: it was both objects' first plan that was
// applied, and both operations hear of it.
func TestTwoObjectsLateBeforeTheSecondPlan(t *testing.T) {
	p := newPair(t, fault.Inject(fault.Hold(), fault.Times(1)))
	p.set("2", "B")
	p.b.react = func(*commit.Outcome) {
		p.set("2", "A")
		p.release()
		p.set("2", "B")
	}
	wantErr(t, "run", p.run(), nil)
	p.expect("run", first, "planned 2, judged 0, done by 0; planned 2, judged 1, done by 0")
	p.oneToken(4) // held, refused, the second plan, the first plan again
}

// The same for one object.
func TestOneObjectLateBeforeTheSecondPlan(t *testing.T) {
	p := newPair(t, fault.Inject(fault.Hold(), fault.Times(1)))
	p.set("2", "B")
	p.b.react = func(*commit.Outcome) {
		p.set("2", "A")
		p.release()
		p.set("2", "B")
	}
	wantErr(t, "run", commit.Run(t.Context(), &commit.Transactions{Client: p.client, Policy: quick}, p.b), nil)
	p.expect("run", "1: 0 times, part of none; 2: 1 times, part of 0", "planned 0, judged 0; planned 2, judged 1, done by 0")
	p.oneToken(4)
}

// The same for two, and nothing changes in the first object by the second plan: it is
// done by the plan that was applied all the same.
func TestTwoObjectsLateAndIdle(t *testing.T) {
	p := newPair(t, fault.Inject(fault.Hold(), fault.Times(1)))
	p.set("2", "B")
	p.a.idle = func(n int) bool { return n == 1 }
	p.b.react = func(*commit.Outcome) {
		p.set("2", "A")
		p.release()
		p.set("2", "B")
	}
	wantErr(t, "run", p.run(), nil)
	p.expect("run", first, "planned 2, judged 0, done by 0; planned 2, judged 1, done by 0")
	p.oneToken(4)
}

// An error is the result: it is made certain first that the late request changes
// nothing, or that it has changed both.
func TestTwoObjectsSettled(t *testing.T) {
	theirs := attrs{"ID": str("2"), "o": str("another"), "plan": str("its own")}
	mine := attrs{"ID": str("2"), "o": str("2")}
	for name, c := range map[string]struct {
		arrives bool
		err     error
		holds   string
		done    string
	}{
		"late":    {false, fail.ErrCorrupt, "1: 0 times, part of none; 2: 0 times, part of none", "planned 1, judged 0; planned 1, judged 1"},
		"arrived": {true, nil, first, "planned 1, judged 0, done by 0; planned 1, judged 1, done by 0"},
	} {
		p := newPair(t, fault.Inject(fault.Hold(), fault.Times(1)))
		store(t, p.clean, "Parts", theirs)
		p.b.react = func(*commit.Outcome) {
			if c.arrives {
				store(t, p.clean, "Parts", mine)
				p.release()
			}
		}
		wantErr(t, name, p.run(), c.err)
		if !c.arrives {
			store(t, p.clean, "Parts", mine)
		}
		p.release()
		p.expect(name, c.holds, c.done)
		if c.arrives {
			p.oneToken(4) // held, refused, fence, the plan again
		} else {
			p.oneToken(3)
		}
	}
}

// A version of one object that is gone excludes the whole plan only where the
// conditions of all are over versions.
func TestTwoObjectsPinned(t *testing.T) {
	own := errors.New("own")
	for name, c := range map[string]struct {
		a, b     bool
		requests int
	}{
		"both":       {true, true, 2},
		"the first":  {true, false, 3}, // with the fence
		"the second": {false, true, 3},
	} {
		p := newPair(t, fault.Inject(fault.Hold(), fault.Times(1)))
		p.a.pinned, p.b.pinned = c.a, c.b
		p.set("2", "B")
		a := &scripted{t: t, obj: p.a.obj, plan: func(int) (*commit.Plan, error) { return p.a.Plan(t.Context()) }}
		b := &scripted{t: t, obj: p.b.obj, judge: next(commit.End, own), plan: func(int) (*commit.Plan, error) { return p.b.Plan(t.Context()) }}
		wantErr(t, name, commit.Run(t.Context(), &commit.Transactions{Client: p.client, Policy: quick}, a, b), own)
		p.oneToken(c.requests)
		p.release()
		if got := p.holds(); got != never {
			t.Errorf("%s: %s", name, got)
		}
	}
}

// recorded is an operation that puts a root item with a record of the write.
func (p *pair) recorded(c *counting) *scripted {
	s := &scripted{t: p.t, obj: c.obj}
	s.obj.Given = true
	s.plan = func(int) (*commit.Plan, error) {
		m := (&commit.Basis{}).Next(&s.obj, stored.Layout(nil).ID(), nil)
		it := attrs{"ID": str(s.obj.Owner), "_meta": m.Encode(), "x": str(stored.NewID().String())}
		return &commit.Plan{Root: commit.Action{Op: commit.Put, Table: "Roots", KeyIn: [2]string{"ID"}, Item: it, Cond: "attribute_not_exists(#m)", Names: map[string]string{"#m": "_meta"}}}, nil
	}
	s.judge = func(int) (commit.Next, error) { return commit.End, nil }
	s.met = func(o *commit.Outcome) {
		m, err := stored.Decode(o.Root["_meta"])
		if err != nil || !m.Wrote(s.obj.ID) {
			p.t.Errorf("judged without a proof: %v, %v", o.Root, err)
		}
	}
	return s
}

// A program repeats a write of two objects with its id, and has other bytes. What
// one object shows is evidence for both. Only if both are gone, nobody knows.
func TestTwoObjectsRepeated(t *testing.T) {
	for name, c := range map[string]struct {
		gone  string // the objects that were deleted in between
		err   error
		asked [2]int
		done  int
	}{
		"both are there": {"", nil, [2]int{1, 1}, 1},
		"the first gone": {"1", nil, [2]int{0, 1}, 1},
		"the other gone": {"2", nil, [2]int{1, 0}, 1},
		"both are gone":  {"12", fail.ErrOutcomeUnknown, [2]int{0, 0}, 0},
	} {
		p := newPair(t, fault.Inject(fault.ReplyLost()))
		protocol := &commit.Transactions{Client: p.client, Policy: quick}
		wantErr(t, name, commit.Run(t.Context(), protocol, p.recorded(p.a), p.recorded(p.b)), fail.ErrOutcomeUnknown)
		token := p.tokens()[0]
		written := p.item("Roots", "1")
		for _, gone := range c.gone {
			store(t, p.clean, "Roots", attrs{"ID": str(string(gone))})
		}
		p.net.Reset()
		a, b := p.recorded(p.a), p.recorded(p.b)
		wantErr(t, name, commit.Run(t.Context(), protocol, a, b), c.err)
		if p.tokens()[0] != token {
			t.Errorf("%s: the token is %q, was %q", name, p.tokens()[0], token)
		}
		if !strings.Contains(c.gone, "1") && cmp.Diff(written, p.item("Roots", "1"), cmp.Comparer(item.Equal)) != "" {
			t.Errorf("%s: written again: %v", name, p.item("Roots", "1"))
		}
		if c.asked != [2]int{a.asked, b.asked} || len(a.done) != c.done || len(b.done) != c.done {
			t.Errorf("%s: judged %d and %d, done by %v and %v", name, a.asked, b.asked, a.done, b.done)
		}
	}
}
