package commit

import (
	"context"
	"errors"

	"github.com/dystore/dystore/internal/backoff"
	"github.com/dystore/dystore/internal/fail"
	"github.com/dystore/dystore/internal/traced"
	"github.com/dystore/dystore/trace"
)

// Op is one write of one object. It may be planned several times, and says what
// it means that a plan was refused.
type Op interface {
	Object() *Object

	// Plan says what to write, nil if the stored object shows that the write is
	// done. It may read. An error ends the operation, but for ErrReplan.
	Plan(context.Context) (*Plan, error)

	// Judge says what a refusal or a rejection of its last plan means.
	Judge(context.Context, *Outcome) (Next, error)

	// Recall looks whether the stored object shows that the write is done. It is
	// asked where neither Plan nor Judge has seen that, and finds out what the
	// caller's value is to remember.
	Recall(context.Context) (bool, error)

	// Done tells the caller's value that the write is done: by plan, or if that is
	// nil by what Plan, Judge or Recall have found.
	Done(plan *Plan)
}

// ErrReplan is why there is no plan if what is stored changed while one was made.
var ErrReplan = errors.New("plan again")

// ErrStage is why plans are made again before anything is sent: as staged ones. An
// operation whose plan changes a copy, which only a staged one does, has it too.
var ErrStage = errors.New("plan staged")

// Next is what follows a refusal.
type Next uint8

const (
	End    Next = iota // the error is the result; without one, the object shows that the write is done
	Learnt             // plan again: the refusal has told something about what is stored
	Beaten             // plan again: another writer was faster
)

// Protocol is a way to make changes of several items one.
type Protocol interface {
	// Check refuses plans that the protocol cannot send together, before any
	// request. The error of several objects is a fail.OpError where it is for one.
	// ErrStage: it can if the objects are Staged, which it has made them.
	Check(objects []*Object, plans []*Plan) error
	// Begin begins a write of objects.
	Begin(objects []*Object) Session
}

// Session is one write over all its plans.
type Session interface {
	// Commit sends a plan for each object until it is known what became of them. It
	// may keep the slice of plans.
	Commit(ctx context.Context, plans []*Plan, outcomes []Outcome)
	// Open reports whether an attempt without an answer may yet be applied, which
	// Settle can exclude.
	Open() bool
	// Settle excludes that an attempt without an answer is applied after all. It
	// returns the plans that were applied in spite of everything, nil if none were,
	// and whether that is certain.
	Settle(context.Context) (applied []*Plan, certain bool)
}

// Replans bounds how often a write is planned because others were faster. Each
// round shows that another writer made progress.
const Replans = 16

// Run executes operations, all or none, by a protocol: it plans, sends, and plans
// again until a result is known. Whatever it reports, no attempt is left that could
// prove it wrong, or the error is ErrOutcomeUnknown. Several operations are one
// write: their objects have one id, and if one object shows that the write is done,
// all are.
func Run(ctx context.Context, p Protocol, ops ...Op) error {
	r := &run{protocol: p}
	r.ops = append(r.one.ops[:0], ops...)
	r.objects, r.plans, r.outcomes, r.applied, r.shown = r.one.objects[:], r.one.plans[:], r.one.outcomes[:], r.one.applied[:], r.one.shown[:]
	if n := len(ops); n != 1 {
		r.objects, r.plans, r.outcomes, r.applied, r.shown = make([]*Object, n), make([]*Plan, n), make([]Outcome, n), make([]*Plan, n), make([]bool, n)
	}
	for i, op := range ops {
		r.objects[i] = op.Object()
	}
	r.session = p.Begin(r.objects)
	err := r.rounds(ctx)
	if r.several() {
		err = r.repeated(ctx, err)
	}
	if err = r.settle(ctx, err); err == nil && r.several() {
		err = r.recall(ctx)
	}
	if err != nil {
		return err
	}
	for i, op := range ops {
		op.Done(r.applied[i])
	}
	traced.Committed(ctx)
	return nil
}

// run is one Run. Its slices are parallel to ops.
type run struct {
	protocol  Protocol
	session   Session
	ops       []Op
	objects   []*Object
	plans     []*Plan
	outcomes  []Outcome
	applied   []*Plan
	shown     []bool // the stored object shows that the write is done
	beaten    int    // rounds in which another writer was faster
	evaluated bool   // every condition of the last plans: none of the objects shows anything

	one struct { // for most: one operation
		ops      [1]Op
		objects  [1]*Object
		plans    [1]*Plan
		outcomes [1]Outcome
		applied  [1]*Plan
		shown    [1]bool
	}
}

func (r *run) several() bool { return len(r.ops) > 1 }

// rounds is the one loop of all writes.
func (r *run) rounds(ctx context.Context) error {
	within := ctx // of a round
	for n := range Replans {
		if n > 0 {
			r.plans = make([]*Plan, len(r.ops)) // the session has those before
		}
		next, err := r.round(within)
		switch next {
		case Beaten:
			r.beaten++
			within = traced.Because(ctx, trace.Overtaken)
		case Learnt:
			within = traced.Because(ctx, trace.Replanned)
		}
		if next != End && err == nil {
			err = backoff.Read.Wait(ctx, n)
		}
		if next == End || err != nil {
			return fail.InTheWay(fail.ErrContention, r.beaten, err)
		}
	}
	return fail.Withf(fail.ErrContention, "the object changed before each of %d attempts", Replans)
}

// round plans and sends once.
func (r *run) round(ctx context.Context) (Next, error) {
	r.evaluated = false
	idle := !r.several()
	for i, op := range r.ops {
		plan, err := op.Plan(ctx)
		switch {
		case errors.Is(err, ErrReplan):
			return Beaten, nil
		case errors.Is(err, ErrStage) && !r.objects[i].Staged:
			r.objects[i].Staged = true
			r.plans = make([]*Plan, len(r.ops))
			return r.round(ctx)
		case err != nil:
			return End, r.unplanned(i, err)
		case plan == nil:
			r.shown[i] = true
			return End, nil
		}
		r.plans[i] = plan
		idle = idle && plan.Idle
	}
	if idle {
		return End, nil
	}
	if r.several() {
		handOver(r.objects, r.plans)
	}
	switch err := r.protocol.Check(r.objects, r.plans); {
	case errors.Is(err, ErrStage):
		r.plans = make([]*Plan, len(r.ops)) // which the operations may remember
		return r.round(ctx)
	case err != nil:
		return End, err
	}
	traced.Writing(ctx, r.objects[0].ID)
	r.session.Commit(ctx, r.plans, r.outcomes)
	return r.judge(ctx)
}

// judge asks the operations what became of the write. One that is blameless is
// planned again with the others. The first error is the result, unless another
// object shows that the write is done: that can only be a write before, whose id
// was given.
func (r *run) judge(ctx context.Context) (result Next, wrong error) {
	done := false
	for i, op := range r.ops {
		o := &r.outcomes[i]
		switch {
		case o.Kind == Committed:
			r.applied[i] = o.Plan
		case wrong != nil && !r.objects[i].Given:
			return End, wrong
		case o.Again, o.blameless():
			result = max(result, Learnt)
		case o.Kind == Refused || o.Kind == Rejected && !(r.several() && o.nobodys()):
			next, err := op.Judge(ctx, o)
			if r.shown[i] = err == nil && next == End; r.shown[i] {
				done = true
			}
			if wrong == nil && err != nil {
				wrong = r.refused(i, err)
			}
			result = max(result, next)
		case wrong == nil:
			wrong = o.failure()
		}
	}
	last := &r.outcomes[len(r.outcomes)-1]
	r.evaluated = last.Kind == Refused && !last.Partial && !last.Again
	switch {
	case done:
		return End, nil
	case wrong != nil:
		return End, wrong
	}
	return result, nil
}

// repeated is the refusal err of a write of several objects whose id was given. A
// write before may have had the id, and changed what err is about since: another
// object may show that it is done.
func (r *run) repeated(ctx context.Context, err error) error {
	if r.evaluated || !r.objects[0].Given || !fail.Refusal(err) {
		return err
	}
	ctx = traced.Because(ctx, trace.Settled)
	for i, op := range r.ops {
		shown, lost := op.Recall(ctx)
		if lost != nil {
			return fail.Withf(fail.ErrOutcomeUnknown, "a call before may have been applied under this id, and what is stored cannot be read: %w: %v", lost, err)
		}
		if r.shown[i] = shown; shown {
			return nil
		}
	}
	return err
}

// recall lets the operations find out what their values are to remember of a write
// that another object has shown to be done.
func (r *run) recall(ctx context.Context) error {
	for i, op := range r.ops {
		if r.shown[i] || r.applied[i] != nil {
			continue
		}
		if _, err := op.Recall(ctx); err != nil {
			return fail.Withf(fail.ErrOutcomeUnknown, "another object shows that the write is done, and this one cannot be read: %w", err)
		}
	}
	return nil
}

// settle is the result err of the rounds, as far as no attempt without an answer
// can prove it wrong.
func (r *run) settle(ctx context.Context, err error) error {
	_, own := errors.AsType[*CallerError](err) // whatever it is, nothing is written
	switch {
	case err == nil && !r.session.Open():
		return nil
	case errors.Is(err, fail.ErrOutcomeUnknown) && !own:
		return err
	}
	switch applied, certain := r.session.Settle(traced.Because(ctx, trace.Settled)); {
	case !certain && ctx.Err() != nil:
		return fail.Withf(fail.ErrOutcomeUnknown, "%w, before it was clear that no attempt can be applied any more: %v", ctx.Err(), err)
	case !certain:
		return unsure(err)
	case applied != nil:
		copy(r.applied, applied)
		return nil
	}
	return err
}

// CallerError is the error of a function that the caller has passed. It is
// reported unchanged.
type CallerError struct{ Err error }

func (e *CallerError) Error() string { return e.Err.Error() }

// Unwrap returns the caller's error.
func (e *CallerError) Unwrap() error { return e.Err }
