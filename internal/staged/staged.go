// Package staged is the protocol for writes that one transaction does not take, and for
// engines that have none.
//
// A write makes new copies of the parts that it changes, under keys that nobody else
// writes. Then one conditional write of the root item, the flip, makes its record name
// them. Before the flip nobody sees the copies, after it nobody sees what they have
// replaced, which is deleted. So readers see one committed state, as with transactions,
// whatever the number and the size of the parts.
//
// A flip is over exactly one state of the root item, its base, which never comes back. So
// a late or repeated request does nothing, and after a lost answer the flip is sent again.
// Where nothing is stored, or an item without a record, there is no such state: the write
// makes one first (see pin).
//
// Each copy names its base. A copy that the root item does not name, while the root item
// is in another state than that, will never be named. It can be deleted, whatever its
// writer is doing and whatever the time is.
package staged

import (
	"errors"
	"slices"

	"github.com/dystore/dystore/internal/arn"
	"github.com/dystore/dystore/internal/commit"
)

// Protocol writes in one transaction what fits into one, unless it is to stage, and
// stages the rest.
type Protocol struct {
	*commit.Transactions
	Always bool // objects of models with parts are staged
	Apart  bool // parts may be in other regions than their roots
}

// Begin begins a write of objects.
func (p *Protocol) Begin(objects []*commit.Object) commit.Session {
	for _, o := range objects {
		o.Staged = o.MetaAttr != "" && len(o.Key) > 0 && (p.Alone || p.Always && o.Divided)
	}
	return &session{Session: p.Transactions.Begin(objects), p: p, objects: objects}
}

// Check refuses what cannot be sent. Objects that one transaction does not take become
// staged, and are planned again.
func (p *Protocol) Check(objects []*commit.Object, plans []*commit.Plan) error {
	if someLarge(objects, plans) && stage(objects) || p.Apart && stageApart(objects, plans) {
		return commit.ErrStage
	}
	flips := plans
	if someStaged(objects) {
		flips = make([]*commit.Plan, len(plans))
		for i, plan := range plans {
			flips[i] = flipOf(objects[i], plan)
			if err := checkCopies(objects[i], plan); err != nil {
				return err
			}
		}
	}
	err := p.Transactions.Check(objects, flips)
	if _, ok := errors.AsType[*commit.Outgrown](err); ok && stage(objects) {
		return commit.ErrStage
	}
	return err
}

// someLarge reports whether any object that is not staged has parts in pieces or a manifest
// on pages: what those are in goes with a staged write only.
func someLarge(objects []*commit.Object, plans []*commit.Plan) bool {
	for i, p := range plans {
		if !objects[i].Staged && p.Over != nil && p.Over.Large() && p.Root.Op != commit.Check {
			return true
		}
	}
	return false
}

// stageApart makes objects staged of which a plan concerns a part in another region. No
// transaction spans regions. It reports whether there were any that were not.
func stageApart(objects []*commit.Object, plans []*commit.Plan) (some bool) {
	for i, plan := range plans {
		if slices.ContainsFunc(plan.Parts, func(p commit.Part) bool { return regionOf(&p) != "" }) {
			some = stage(objects[i:i+1]) || some
		}
	}
	return some
}

// regionOf is the region of a part, "" if it is that of the root.
func regionOf(p *commit.Part) string {
	region, _ := arn.Region(p.Table)
	return region
}

// someStaged reports whether any of the objects is staged.
func someStaged(objects []*commit.Object) bool {
	return slices.ContainsFunc(objects, func(o *commit.Object) bool { return o.Staged })
}

// stage makes objects staged that are not, and can be; it reports whether there were any.
func stage(objects []*commit.Object) (some bool) {
	for _, o := range objects {
		if o.MetaAttr != "" && len(o.Key) > 0 && !o.Staged {
			o.Staged, some = true, true
		}
	}
	return some
}

// flipOf is what of a plan is sent as one: the root item and the items of claims, and all
// of a plan that is not staged.
func flipOf(obj *commit.Object, plan *commit.Plan) *commit.Plan {
	if !obj.Staged {
		return plan
	}
	flip := *plan
	flip.Parts = nil
	for _, part := range plan.Parts {
		if part.Claim != "" {
			flip.Parts = append(flip.Parts, part)
		}
	}
	return &flip
}
