package staged

import (
	"context"
	"errors"
	"slices"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/dystore/dystore/internal/commit"
	"github.com/dystore/dystore/internal/fail"
	"github.com/dystore/dystore/internal/stored"
	"github.com/dystore/dystore/internal/traced"
)

// session is one write over all its plans. The flips are those of the session of
// transactions that it holds.
type session struct {
	commit.Session
	p       *Protocol
	objects []*commit.Object
	drafts  []*draft    // whose copies are there, and may be named or not
	pins    []stored.ID // of states that the write has made, also for plans before
}

// draft is a plan on its way: with what is written before its flip, and after it.
type draft struct {
	obj    *commit.Object
	plan   *commit.Plan // as it was given
	flip   *commit.Plan // what is sent as one
	over   *stored.Root // what the flip is over
	made   bool         // over is a placeholder that the write has made
	copies []copied
	lost   string // a region that could not be reached
}

// refusal is why a plan cannot be flipped: the outcome of the plan.
type refusal struct{ commit.Outcome }

func (r *refusal) Error() string { return r.Err.Error() }

// Commit writes the copies of all plans, and flips.
func (s *session) Commit(ctx context.Context, plans []*commit.Plan, outcomes []commit.Outcome) {
	if len(s.drafts) == 0 && !someStaged(s.objects) {
		s.Session.Commit(ctx, plans, outcomes) // nearly always
		return
	}
	drafts, flips := make([]*draft, len(plans)), make([]*commit.Plan, len(plans))
	for i, plan := range plans {
		drafts[i] = &draft{obj: s.objects[i], plan: plan, flip: flipOf(s.objects[i], plan)}
	}
	for i, d := range drafts {
		if err := s.prepare(ctx, d); err != nil {
			s.discard(ctx, drafts...)
			stopped(drafts, outcomes, i, err)
			return
		}
		flips[i] = d.flip
	}
	if s.p.Alone && len(plans) == 1 && plans[0].Root.Op == commit.Check {
		outcomes[0] = s.look(ctx, drafts[0])
		return
	}
	s.drafts = append(s.drafts, drafts...)
	s.Session.Commit(ctx, flips, outcomes)
	for i := range outcomes {
		s.flipped(&outcomes[i], drafts[i])
	}
	s.clean(ctx, outcomes)
}

// stopped makes err, which is about plan i, the outcome of all.
func stopped(drafts []*draft, outcomes []commit.Outcome, i int, err error) {
	about := commit.Outcome{Kind: commit.Stopped, Err: err}
	if r, ok := errors.AsType[*refusal](err); ok {
		about = r.Outcome
	}
	for j, d := range drafts {
		outcomes[j] = commit.Outcome{Kind: about.Kind, Err: about.Err, Again: about.Again, Plan: d.plan, Parts: make([]attrs, len(d.plan.Parts))}
	}
	outcomes[i].Root = about.Root
	if about.Parts != nil {
		outcomes[i].Parts = about.Parts
	}
}

// prepare does what comes before the flip of a plan.
func (s *session) prepare(ctx context.Context, d *draft) error {
	if !d.obj.Staged {
		return nil
	}
	if d.over = d.plan.Over; d.over == nil || slices.ContainsFunc(d.plan.Parts, func(p commit.Part) bool { return p.Claim == "" }) {
		traced.Staging(ctx)
	}
	err := s.pin(ctx, d)
	if err == nil {
		err = s.makeCopies(ctx, d)
	}
	if err == nil {
		err = s.touch(ctx, d, false)
	}
	if err == nil {
		err = s.writeCopies(ctx, d)
	}
	d.outOfReach(err)
	return err
}

// outOfReach notes the region that a plan has failed for, and in the error which parts are
// there.
func (d *draft) outOfReach(err error) {
	if r, ok := errors.AsType[*refusal](err); ok {
		err = r.Err
	}
	d.lost = fail.Lost(err, len(d.plan.Parts), func(region string, i int) (string, bool) {
		p := &d.plan.Parts[i]
		return stored.PlaceOf(p.Inst).String(), regionOf(p) == region
	})
}

// flipped makes the outcome of a flip that of its plan.
func (s *session) flipped(o *commit.Outcome, d *draft) {
	if o.Kind == commit.Rejected {
		return // it numbers the actions of the flip
	}
	if applied := s.draftOf(o.Plan); applied != nil {
		d = applied
	}
	given := o.Parts
	o.Plan, o.Parts = d.plan, make([]attrs, len(d.plan.Parts))
	d.plan.Left = d.flip.Left
	for i := range d.plan.Parts {
		if len(given) > 0 && (d.plan.Parts[i].Claim != "" || !d.obj.Staged) {
			o.Parts[i], given = given[0], given[1:]
		}
	}
}

// draftOf is the draft that a plan or a flip is of, nil if there is none.
func (s *session) draftOf(p *commit.Plan) *draft {
	i := slices.IndexFunc(s.drafts, func(d *draft) bool { return d.flip == p || d.plan == p })
	if i < 0 {
		return nil
	}
	return s.drafts[i]
}

// Settle excludes that an attempt without an answer is applied after all.
func (s *session) Settle(ctx context.Context) (applied []*commit.Plan, certain bool) {
	applied, certain = s.Session.Settle(ctx)
	for i, flip := range applied {
		if d := s.draftOf(flip); d != nil {
			applied[i] = d.plan
		}
	}
	return applied, certain
}

// cleaning is how long what a write leaves behind may take to be deleted, also after the
// caller's context has ended. A sweep deletes what is left.
const cleaning = 5 * time.Second

// clean deletes what nobody needs any more: of a write that is done what it has replaced,
// and copies that will never be named. It leaves alone what it is not sure of.
func (s *session) clean(ctx context.Context, outcomes []commit.Outcome) {
	switch {
	case s.Open() || slices.ContainsFunc(outcomes, uncertain):
		s.finishShown(ctx, outcomes)
		return
	case outcomes[0].Kind == commit.Committed:
		for i := range outcomes {
			d := s.draftOf(outcomes[i].Plan)
			s.finish(ctx, d)
			s.drafts = slices.DeleteFunc(s.drafts, func(other *draft) bool { return other == d })
		}
	}
	s.discard(ctx, s.drafts...)
	s.drafts = nil
}

// uncertain reports whether a flip may have been applied, or may yet be.
func uncertain(o commit.Outcome) bool {
	return o.Kind == commit.Unknown && !o.Taken || o.Ambiguous
}

// finishShown finishes what refusals show to be done: by an attempt before, without an
// answer.
func (s *session) finishShown(ctx context.Context, outcomes []commit.Outcome) {
	for i := range outcomes {
		d := s.draftOf(outcomes[i].Plan)
		if d == nil || outcomes[i].Root == nil {
			continue
		}
		if m, err := stored.Decode(outcomes[i].Root[d.obj.MetaAttr]); err == nil && m.WriteID() == d.obj.ID {
			s.finish(ctx, d)
		}
	}
}

// finish deletes what a plan that is done has replaced, and lets the items that stay
// expire with it.
func (s *session) finish(ctx context.Context, d *draft) {
	if d == nil || !d.obj.Staged {
		return
	}
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), cleaning)
	defer cancel()
	if s.touch(ctx, d, true) == nil && s.removeReplaced(ctx, d) == nil && d.plan.Purge != nil {
		s.p.One(ctx, *d.plan.Purge)
	}
}

// discard deletes the copies of plans that will never be flipped, and placeholders.
func (s *session) discard(ctx context.Context, drafts ...*draft) {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), cleaning)
	defer cancel()
	for _, d := range drafts {
		if s.removeCopies(ctx, d) == nil && d.made {
			s.p.One(ctx, d.obj.Remove(d.over))
		}
	}
}

// attrs is an item.
type attrs = map[string]types.AttributeValue
