package commit

import (
	"slices"

	"github.com/dystore/dystore/internal/expr"
)

// handOver makes one action of two where an object gives up a unique value that
// another one takes: a transaction has one action for an item. The claim is written
// over that of either object.
func handOver(objects []*Object, plans []*Plan) {
	if !slices.ContainsFunc(plans, (*Plan).gives) {
		return // nearly always
	}
	known := KeyNames{}
	known.addAll(plans)
	gives := map[string]int{} // which plan removes the item of a claim
	for i, p := range plans {
		for j := range p.Parts {
			if part := &p.Parts[j]; part.unclaims() {
				if id, ok := known.Item(&part.Action); ok {
					gives[id] = i
				}
			}
		}
	}
	for i, p := range plans {
		for j := range p.Parts {
			part := &p.Parts[j]
			if !part.claims() {
				continue
			}
			id, _ := known.Item(&part.Action)
			if from, given := gives[id]; given && from != i {
				part.take(objects[i], objects[from])
				plans[from].drop(known, id)
			}
		}
	}
}

// take lets a claim be written over that of another object.
func (p *Part) take(to, from *Object) {
	var e expr.Builder
	cond := to.OwnerCond(&e, p.KeyIn[0]) + " OR " + from.Owns(&e)
	p.Cond, p.Names, p.Values = cond, e.Names, e.Values
}

// drop takes the removal of the item of a claim out of a plan.
func (p *Plan) drop(known KeyNames, claim string) {
	p.Parts = slices.DeleteFunc(p.Parts, func(part Part) bool {
		id, ok := known.Item(&part.Action)
		return ok && id == claim && part.unclaims()
	})
}

// gives reports whether a plan gives up a unique value.
func (p *Plan) gives() bool {
	for i := range p.Parts {
		if p.Parts[i].unclaims() {
			return true
		}
	}
	return false
}

// claims reports whether a part is a claim that is written.
func (p *Part) claims() bool { return p.Claim != "" && p.Op == Put }

// unclaims reports whether a part is the removal of the item of a claim.
func (p *Part) unclaims() bool { return p.Claim != "" && p.Op == Delete }
