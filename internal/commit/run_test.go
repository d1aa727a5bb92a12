package commit_test

import (
	"context"
	"errors"
	"fmt"
	"testing"
	"testing/synctest"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
	"github.com/google/go-cmp/cmp"

	"github.com/dystore/dystore/internal/commit"
	"github.com/dystore/dystore/internal/fail"
)

// scripted is an operation that does what a test says, and remembers what it was
// asked. Plan and judge get the number of the call, from 0.
type scripted struct {
	obj   commit.Object
	plan  func(n int) (*commit.Plan, error)            // nil: a new plan each time
	judge func(n int) (commit.Next, error)             // nil: the test fails
	met   func(out *commit.Outcome)                    // with each outcome that is judged
	plans []*commit.Plan                               // that were made
	asked int                                          // how often there was something to judge
	done  []*commit.Plan                               // by which it was done
	t     interface{ Fatalf(format string, a ...any) } // of judge

	recall   func() (bool, error) // nil: it shows nothing
	recalled int
}

func (s *scripted) Recall(context.Context) (bool, error) {
	s.recalled++
	if s.recall == nil {
		return false, nil
	}
	return s.recall()
}

func (s *scripted) Object() *commit.Object { return &s.obj }

func (s *scripted) Plan(context.Context) (plan *commit.Plan, err error) {
	plan = &commit.Plan{}
	if s.plan != nil {
		plan, err = s.plan(len(s.plans))
	}
	s.plans = append(s.plans, plan)
	return plan, err
}

func (s *scripted) Judge(_ context.Context, out *commit.Outcome) (commit.Next, error) {
	s.asked++
	if s.met != nil {
		s.met(out)
	}
	if s.judge == nil {
		s.t.Fatalf("nobody expected to be asked about %s: %v", kinds[out.Kind], out.Err)
	}
	return s.judge(s.asked - 1)
}

func (s *scripted) Done(plan *commit.Plan) { s.done = append(s.done, plan) }

// line is a protocol whose every answer is given by a test.
type line struct {
	answers   []func([]*commit.Plan, []commit.Outcome) // the last one for all that follow
	refuse    error                                    // by Check
	open      bool
	applied   func() []*commit.Plan // by Settle
	uncertain bool

	sent, settled int
}

func (l *line) Check([]*commit.Object, []*commit.Plan) error { return l.refuse }
func (l *line) Begin([]*commit.Object) commit.Session        { return l }
func (l *line) Open() bool                                   { return l.open }
func (l *line) Settle(context.Context) ([]*commit.Plan, bool) {
	l.settled++
	if l.applied != nil {
		return l.applied(), true
	}
	return nil, !l.uncertain
}

func (l *line) Commit(_ context.Context, plans []*commit.Plan, outcomes []commit.Outcome) {
	l.answers[min(l.sent, len(l.answers)-1)](plans, outcomes)
	l.sent++
}

// all answers each plan with one kind; a refusal is for the roots.
func all(k commit.Kind, err error) func([]*commit.Plan, []commit.Outcome) {
	return func(plans []*commit.Plan, outcomes []commit.Outcome) {
		for i, p := range plans {
			outcomes[i] = commit.Outcome{Kind: k, Err: err, Plan: p}
			if k == commit.Refused && p != nil {
				outcomes[i].Root = attrs{}
			}
		}
	}
}

var (
	committed = all(commit.Committed, nil)
	refused   = all(commit.Refused, errors.New("refused"))
)

func next(n commit.Next, err error) func(int) (commit.Next, error) {
	return func(int) (commit.Next, error) { return n, err }
}

// What is planned again is bounded, whatever the reason. Nothing is sent without
// a plan, and nobody hears that the write is done.
func TestReplansAreBounded(t *testing.T) {
	for name, c := range map[string]struct {
		plan func(int) (*commit.Plan, error)
		next commit.Next
		sent int
	}{
		"beaten":         {nil, commit.Beaten, commit.Replans},
		"learnt":         {nil, commit.Learnt, commit.Replans},
		"no stable plan": {func(int) (*commit.Plan, error) { return nil, fmt.Errorf("read twice: %w", commit.ErrReplan) }, commit.End, 0},
	} {
		synctest.Test(t, func(t *testing.T) {
			op, p := &scripted{t: t, plan: c.plan, judge: next(c.next, nil)}, &line{answers: []func([]*commit.Plan, []commit.Outcome){refused}}
			err := commit.Run(t.Context(), p, op)
			if want := fail.Withf(fail.ErrContention, "the object changed before each of 16 attempts"); !errors.Is(err, fail.ErrContention) || err.Error() != want.Error() {
				t.Errorf("%s: %v", name, err)
			}
			if len(op.plans) != commit.Replans || p.sent != c.sent || op.asked != c.sent || len(op.done) != 0 || p.settled != 1 {
				t.Errorf("%s: planned %d times, sent %d, judged %d, done %d, settled %d", name, len(op.plans), p.sent, op.asked, len(op.done), p.settled)
			}
		})
	}
}

// The last attempt that is allowed may succeed.
func TestLastAttempt(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := &line{}
		for range commit.Replans - 1 {
			p.answers = append(p.answers, refused)
		}
		p.answers = append(p.answers, committed)
		op := &scripted{t: t, judge: next(commit.Beaten, nil)}
		if err := commit.Run(t.Context(), p, op); err != nil {
			t.Error(err)
		}
		if last := op.plans[len(op.plans)-1]; len(op.plans) != commit.Replans || len(op.done) != 1 || op.done[0] != last {
			t.Errorf("planned %d times, done by %v, want %p", len(op.plans), op.done, last)
		}
	})
}

// If the context ends in a pause, the error says how often others were faster.
// What was learnt from a refusal was in nobody's way.
func TestContextEndsInAPause(t *testing.T) {
	for name, c := range map[string]struct {
		judge func(int) (commit.Next, error)
		want  string
		busy  bool
	}{
		"beaten": {next(commit.Beaten, nil), "after 3 attempts: context deadline exceeded", true},
		"learnt": {next(commit.Learnt, nil), "context deadline exceeded", false},
		"both": {func(n int) (commit.Next, error) {
			return []commit.Next{commit.Learnt, commit.Beaten, commit.Learnt}[n], nil
		}, "after 1 attempts: context deadline exceeded", true},
	} {
		synctest.Test(t, func(t *testing.T) {
			ctx, cancel := context.WithTimeout(t.Context(), time.Hour)
			defer cancel()
			p := &line{answers: []func([]*commit.Plan, []commit.Outcome){refused, refused, func(plans []*commit.Plan, out []commit.Outcome) {
				time.Sleep(time.Hour)
				refused(plans, out)
			}}}
			err := commit.Run(ctx, p, &scripted{t: t, judge: c.judge})
			want := errors.New(c.want)
			if c.busy {
				want = fail.Withf(fail.ErrContention, "%s", c.want)
			}
			if err == nil || err.Error() != want.Error() || !errors.Is(err, context.DeadlineExceeded) || errors.Is(err, fail.ErrContention) != c.busy {
				t.Errorf("%s: %v, want %v", name, err, want)
			}
			if p.sent != 3 {
				t.Errorf("%s: sent %d times", name, p.sent)
			}
		})
	}
}

// ErrReplan is no result: it counts as another writer, and the next plan is sent.
func TestReplan(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		plan := &commit.Plan{}
		op := &scripted{t: t, plan: func(n int) (*commit.Plan, error) {
			if n == 0 {
				return nil, commit.ErrReplan
			}
			return plan, nil
		}}
		p := &line{answers: []func([]*commit.Plan, []commit.Outcome){committed}}
		if err := commit.Run(t.Context(), p, op); err != nil {
			t.Error(err)
		}
		if d := cmp.Diff([]int{2, 1, 1, 0}, []int{len(op.plans), p.sent, len(op.done), op.asked}); d != "" || op.done[0] != plan {
			t.Errorf("planned, sent, done, judged: %s", d)
		}
	})
}

// The context ends in the pause after it: somebody was in the way.
func TestContextEndsAfterReplan(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithTimeout(t.Context(), time.Nanosecond)
		defer cancel()
		p := &line{}
		err := commit.Run(ctx, p, &scripted{t: t, plan: func(int) (*commit.Plan, error) { return nil, commit.ErrReplan }})
		if want := fail.Withf(fail.ErrContention, "after 1 attempts: context deadline exceeded"); err == nil || err.Error() != want.Error() || p.sent != 0 {
			t.Errorf("%v, want %v", err, want)
		}
	})
}

// What ends the rounds ends them at once: nothing more is planned or sent.
func TestEnds(t *testing.T) {
	own := errors.New("own")
	for name, c := range map[string]struct {
		plan    func(int) (*commit.Plan, error)
		judge   func(int) (commit.Next, error)
		line    line
		err     error // nil: success
		sent    int
		settled int
	}{
		"found to be done":          {plan: func(int) (*commit.Plan, error) { return nil, nil }},
		"nothing to write":          {plan: func(int) (*commit.Plan, error) { return &commit.Plan{Idle: true}, nil }},
		"no plan":                   {plan: func(int) (*commit.Plan, error) { return nil, own }, err: own, settled: 1},
		"too big":                   {line: line{refuse: own}, err: own, settled: 1},
		"judged as done":            {judge: next(commit.End, nil), sent: 1},
		"judged as wrong":           {judge: next(commit.End, own), sent: 1, err: own, settled: 1},
		"an error decides":          {judge: next(commit.Beaten, own), sent: 1, err: own, settled: 1},
		"the outcome is not known":  {judge: next(commit.End, commit.ErrOverwritten()), sent: 1, err: fail.ErrOutcomeUnknown}, // nothing to settle
		"done, and open":            {judge: next(commit.End, nil), line: line{open: true}, sent: 1, settled: 1},
		"done, open and uncertain":  {judge: next(commit.End, nil), line: line{open: true, uncertain: true}, sent: 1, settled: 1, err: fail.ErrOutcomeUnknown},
		"wrong, open and uncertain": {judge: next(commit.End, own), line: line{open: true, uncertain: true}, sent: 1, settled: 1, err: fail.ErrOutcomeUnknown},
	} {
		op, p := &scripted{t: t, plan: c.plan, judge: c.judge}, &c.line
		p.answers = []func([]*commit.Plan, []commit.Outcome){refused}
		err := commit.Run(t.Context(), p, op)
		if !errors.Is(err, c.err) || c.err == nil && err != nil {
			t.Errorf("%s: %v, want %v", name, err, c.err)
		}
		if c.err == fail.ErrOutcomeUnknown && errors.Is(err, own) {
			t.Errorf("%s: %v says that nothing was written", name, err)
		}
		done := 0
		if c.err == nil {
			done = 1
		}
		if d := cmp.Diff([]int{1, c.sent, c.settled, done}, []int{len(op.plans), p.sent, p.settled, len(op.done)}); d != "" {
			t.Errorf("%s: planned, sent, settled, done: %s", name, d)
		}
		if done == 1 && len(op.done) == 1 && op.done[0] != nil {
			t.Errorf("%s: done by a plan that was not applied", name)
		}
	}
}

// The error of the caller's function is the result whatever it wraps, once it is
// certain that nothing was written.
func TestCallerError(t *testing.T) {
	own := &commit.CallerError{Err: fmt.Errorf("own: %w", fail.ErrOutcomeUnknown)}
	run := func(p *line) error {
		op := &scripted{t: t, plan: func(int) (*commit.Plan, error) { return nil, own }}
		err := commit.Run(t.Context(), p, op)
		if p.settled != 1 || len(op.done) != 0 && err != nil {
			t.Errorf("settled %d times, done %d times, %v", p.settled, len(op.done), err)
		}
		return err
	}
	if err := run(&line{}); err != error(own) {
		t.Errorf("%v", err)
	}
	if err := run(&line{open: true}); err != error(own) {
		t.Errorf("settled: %v", err)
	}
	// What may be written yet is more than the caller's error knows.
	if err := run(&line{open: true, uncertain: true}); !errors.Is(err, fail.ErrOutcomeUnknown) || errors.As(err, new(*commit.CallerError)) {
		t.Errorf("uncertain: %v", err)
	}
	if err := run(&line{open: true, applied: func() []*commit.Plan { return []*commit.Plan{{}} }}); err != nil {
		t.Errorf("applied: %v", err)
	}
}

// The context ends while it is made certain that nothing can be applied: its end
// is told, the refusal is not.
func TestContextEndsInSettling(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	op := &scripted{t: t, judge: next(commit.End, fail.ErrExists)}
	err := commit.Run(ctx, &line{open: true, uncertain: true, answers: []func([]*commit.Plan, []commit.Outcome){refused}}, op)
	if !errors.Is(err, fail.ErrOutcomeUnknown) || !errors.Is(err, context.Canceled) || errors.Is(err, fail.ErrExists) || len(op.done) != 0 {
		t.Errorf("%v, done %d times", err, len(op.done))
	}
}

// An operation hears once that it is done, by the plan that was applied: the last
// one, an earlier one that was late, or one that only settling has found.
func TestDoneByThePlanThatWasApplied(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		for name, c := range map[string]struct {
			judge func(int) (commit.Next, error)
			late  bool // the second answer is that the first plan was applied
			found int  // by Settle, plus 1
			want  int  // which plan
		}{
			"the last":             {next(commit.Beaten, nil), false, 0, 1},
			"one that was late":    {next(commit.Beaten, nil), true, 0, 0},
			"found after an error": {func(n int) (commit.Next, error) { return commit.Beaten, []error{nil, fail.ErrExists}[n] }, false, 1, 0},
			"found, of two":        {func(n int) (commit.Next, error) { return commit.Beaten, []error{nil, fail.ErrExists}[n] }, false, 2, 1},
		} {
			op, p := &scripted{t: t, judge: c.judge}, &line{answers: []func([]*commit.Plan, []commit.Outcome){refused, committed}}
			if c.late {
				p.answers[1] = func(_ []*commit.Plan, out []commit.Outcome) {
					out[0] = commit.Outcome{Kind: commit.Committed, Plan: op.plans[0]}
				}
			}
			if c.found > 0 {
				p.answers[1] = refused
				p.applied = func() []*commit.Plan { return op.plans[c.found-1 : c.found] }
			}
			if err := commit.Run(t.Context(), p, op); err != nil {
				t.Errorf("%s: %v", name, err)
			}
			if len(op.plans) != 2 || len(op.done) != 1 || op.done[0] != op.plans[c.want] {
				t.Errorf("%s: done by %v of %v", name, op.done, op.plans)
			}
		}
	})
}

// What Run makes of each outcome that is nobody's to judge.
func TestResultOfEachKind(t *testing.T) {
	broken := errors.New("broken")
	wrong := &types.TransactionCanceledException{CancellationReasons: []types.CancellationReason{{Code: ptr("ValidationError")}}}
	for k, kind := range map[commit.Kind]error{
		commit.Unknown: fail.ErrOutcomeUnknown, commit.Throttled: fail.ErrThrottled, commit.Contended: fail.ErrContention, commit.Stopped: nil,
	} {
		op, p := &scripted{t: t}, &line{answers: []func([]*commit.Plan, []commit.Outcome){all(k, broken)}}
		err := commit.Run(t.Context(), p, op)
		if !errors.Is(err, broken) || kind != nil && !errors.Is(err, kind) || kind == nil && err != broken {
			t.Errorf("%s: %v", kinds[k], err)
		}
		settled := 1
		if k == commit.Unknown {
			settled = 0
		}
		if op.asked != 0 || len(op.done) != 0 || p.sent != 1 || p.settled != settled {
			t.Errorf("%s: judged %d, done %d, sent %d, settled %d", kinds[k], op.asked, len(op.done), p.sent, p.settled)
		}
	}
	// The others are judged.
	for _, k := range []commit.Kind{commit.Refused, commit.Rejected} {
		var met *commit.Outcome
		op := &scripted{t: t, judge: next(commit.End, broken), met: func(o *commit.Outcome) { met = o }}
		err := commit.Run(t.Context(), &line{answers: []func([]*commit.Plan, []commit.Outcome){all(k, wrong)}}, op)
		if !errors.Is(err, broken) || met == nil || met.Kind != k || met.Plan != op.plans[0] {
			t.Errorf("%s: %v, met %v", kinds[k], err, met)
		}
	}
	// Of a rejection the kind of an error is what it is about.
	for err, want := range map[error]error{wrong: fail.ErrInvalid, broken: broken} {
		if got := (&commit.Outcome{Kind: commit.Rejected, Err: err, Plan: &commit.Plan{}}).Rejection(); !errors.Is(got, want) || !errors.Is(got, err) {
			t.Errorf("%v: %v", err, got)
		}
	}
}

// Several operations are one write: if one object shows that it is done, all are.
// The others find out what their values are to remember.
func TestOneShowsThatAllAreDone(t *testing.T) {
	answer := func(of ...commit.Outcome) func([]*commit.Plan, []commit.Outcome) {
		return func(plans []*commit.Plan, outcomes []commit.Outcome) {
			for i, o := range of {
				o.Plan = plans[i]
				outcomes[i] = o
			}
		}
	}
	var (
		yes     = commit.Outcome{Kind: commit.Committed}
		root    = commit.Outcome{Kind: commit.Refused, Root: attrs{}}
		part    = commit.Outcome{Kind: commit.Refused, Parts: []map[string]types.AttributeValue{nil, {}}}
		beside  = commit.Outcome{Kind: commit.Refused, Parts: []map[string]types.AttributeValue{nil, nil}}
		proven  = next(commit.End, nil)
		answers = func(all ...func([]*commit.Plan, []commit.Outcome)) []func([]*commit.Plan, []commit.Outcome) {
			return all
		}
		byBeaten = next(commit.Beaten, nil)
	)
	for name, c := range map[string]struct {
		a, b    func(int) (commit.Next, error)
		answers []func([]*commit.Plan, []commit.Outcome)
		want    [6]int // plans, judgements and recollections of a and b
		done    [2]int // by which plan, -1 for nil
	}{
		"both are proven":                  {proven, proven, answers(answer(root, root)), [6]int{1, 1, 0, 1, 1, 0}, [2]int{-1, -1}},
		"one is proven, one beaten":        {proven, byBeaten, answers(answer(root, root)), [6]int{1, 1, 0, 1, 1, 1}, [2]int{-1, -1}},
		"one beaten, one is proven":        {byBeaten, proven, answers(answer(part, root)), [6]int{1, 1, 1, 1, 1, 0}, [2]int{-1, -1}},
		"one is proven, one not evaluated": {proven, nil, answers(answer(root, beside)), [6]int{1, 1, 0, 1, 0, 1}, [2]int{-1, -1}},
		"one is wrong, one is proven":      {next(commit.End, fail.ErrExists), proven, answers(answer(root, root)), [6]int{1, 1, 1, 1, 1, 0}, [2]int{-1, -1}},
		"one refused beside the other":     {nil, byBeaten, answers(answer(beside, part), answer(yes, yes)), [6]int{2, 0, 0, 2, 1, 0}, [2]int{1, 1}},
	} {
		synctest.Test(t, func(t *testing.T) {
			a, b := &scripted{t: t, judge: c.a}, &scripted{t: t, judge: c.b}
			a.obj.Given, b.obj.Given = true, true
			if err := commit.Run(t.Context(), &line{answers: c.answers}, a, b); err != nil {
				t.Errorf("%s: %v", name, err)
			}
			if got := [6]int{len(a.plans), a.asked, a.recalled, len(b.plans), b.asked, b.recalled}; got != c.want {
				t.Errorf("%s: planned and judged %v, want %v", name, got, c.want)
			}
			for i, op := range []*scripted{a, b} {
				var want *commit.Plan
				if c.done[i] >= 0 && c.done[i] < len(op.plans) {
					want = op.plans[c.done[i]]
				}
				if len(op.done) != 1 || op.done[0] != want {
					t.Errorf("%s: %d is done by %v, want %p", name, i, op.done, want)
				}
			}
		})
	}
}

// A refusal for nobody is no success.
func TestRefusedForNobody(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		op := &scripted{t: t}
		p := &line{answers: []func([]*commit.Plan, []commit.Outcome){func(plans []*commit.Plan, out []commit.Outcome) {
			out[0] = commit.Outcome{Kind: commit.Refused, Plan: plans[0]}
		}}}
		if err := commit.Run(t.Context(), p, op); !errors.Is(err, fail.ErrContention) || len(op.done) != 0 {
			t.Errorf("%v, done by %v", err, op.done)
		}
	})
}
