package commit

import (
	"slices"

	"github.com/dystore/dystore/internal/expr"
	"github.com/dystore/dystore/internal/sorted"
)

// handOver makes one action of several that concern the item of one claim: a transaction
// has one for an item. Where an object gives up a unique value that another one takes, the
// claim is written over that of either. Where two give up one value, because that of an
// object that has expired was another's already, it is removed from either.
func handOver(objects []*Object, plans []*Plan) {
	if !slices.ContainsFunc(plans, (*Plan).gives) {
		return // nearly always
	}
	known := KeyNames{}
	known.addAll(plans)
	gives := map[string][]int{} // which plans remove the item of a claim
	for i, p := range plans {
		for j := range p.Parts {
			if part := &p.Parts[j]; part.unclaims() {
				if id, ok := known.Item(&part.Action); ok {
					gives[id] = append(gives[id], i)
				}
			}
		}
	}
	share := func(i int, part *Part, keyName string) {
		id, _ := known.Item(&part.Action)
		owners := []*Object{objects[i]}
		for _, from := range gives[id] {
			if from != i {
				owners = append(owners, objects[from])
				plans[from].drop(known, id)
			}
		}
		delete(gives, id)
		if len(owners) > 1 {
			part.among(owners, keyName)
		}
	}
	for i, p := range plans {
		for j := range p.Parts {
			if part := &p.Parts[j]; part.claims() {
				share(i, part, part.KeyIn[0])
			}
		}
	}
	for i, p := range plans {
		for j := 0; j < len(p.Parts); j++ { // only others become shorter
			if part := &p.Parts[j]; part.unclaims() {
				share(i, part, sorted.Keys(part.Key)[0])
			}
		}
	}
}

// among lets the item of a claim be that of any of some objects, and of the first one
// afterwards, or nobody's.
func (p *Part) among(owners []*Object, keyName string) {
	var e expr.Builder
	holds := owners[0].OwnerCond
	if p.claims() {
		holds = owners[0].mayClaim
	}
	cond := holds(&e, keyName)
	for _, from := range owners[1:] {
		cond += " OR " + from.Owns(&e)
	}
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
