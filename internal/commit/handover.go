package commit

import (
	"slices"

	"github.com/dystore/dystore/internal/expr"
	"github.com/dystore/dystore/internal/item"
)

// handOver makes one action of two where an object gives up a unique value that
// another one takes: a transaction has one action for an item. The claim is written
// over that of either object.
func handOver(objects []*Object, plans []*Plan) {
	known := namesIn(plans)
	gives := map[string]int{} // which plan removes the item of a claim
	for i, p := range plans {
		for j := range p.Parts {
			if part := &p.Parts[j]; part.Claim != "" && part.Op == Delete {
				if id, ok := known.Item(&part.Action); ok {
					gives[id] = i
				}
			}
		}
	}
	if len(gives) == 0 {
		return
	}
	for i, p := range plans {
		for j := range p.Parts {
			part := &p.Parts[j]
			if part.Claim == "" || part.Op != Put {
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
	cond := to.OwnerCond(&e, p.KeyIn[0]) + " OR " + e.Path(from.MetaAttr, "o") + " = " + e.Value(item.String(from.Owner))
	p.Cond, p.Names, p.Values = cond, e.Names, e.Values
}

// drop takes the removal of the item of a claim out of a plan.
func (p *Plan) drop(known KeyNames, claim string) {
	p.Parts = slices.DeleteFunc(p.Parts, func(part Part) bool {
		id, ok := known.Item(&part.Action)
		return ok && id == claim && part.Op == Delete && part.Claim != ""
	})
}

// namesIn are the key attributes of all tables that plans name.
func namesIn(plans []*Plan) KeyNames {
	known := KeyNames{}
	for _, p := range plans {
		known.Add(&p.Root)
		for i := range p.Parts {
			known.Add(&p.Parts[i].Action)
		}
	}
	return known
}
