package fault

import (
	"fmt"
	"iter"
	"math/rand/v2"
	"slices"
)

// Rule says which requests a fault strikes. A Rule is a value and may be used
// for several Transports; each counts separately.
type Rule struct{ rule rule }

type rule struct {
	choose func(Request) (Fault, bool)
	where  []func(Request) bool
	skip   int
	times  int // negative: always
	seen   int // matching requests so far
}

// match decides about one request. It is called once for each.
func (r *rule) match(req Request) (Fault, bool) {
	for _, ok := range r.where {
		if !ok(req) {
			return Fault{}, false
		}
	}
	f, ok := r.choose(req)
	if !ok {
		return Fault{}, false
	}
	r.seen++
	if r.seen <= r.skip || r.times >= 0 && r.seen > r.skip+r.times {
		return Fault{}, false
	}
	return f, true
}

// Where is a condition of a rule.
type Where struct{ apply func(*rule) }

// Inject makes a rule that applies f to the requests for which all conditions
// hold; without conditions, to every request.
func Inject(f Fault, where ...Where) Rule {
	return newRule(func(req Request) (Fault, bool) { return f, f.fits(req.Operation) }, where)
}

func newRule(choose func(Request) (Fault, bool), where []Where) Rule {
	r := rule{choose: choose, times: -1}
	for _, w := range where {
		w.apply(&r)
	}
	return Rule{r}
}

func when(ok func(Request) bool) Where {
	return Where{func(r *rule) { r.where = append(r.where, ok) }}
}

// At selects requests by index, the first being 0.
func At(indexes ...int) Where {
	return when(func(r Request) bool { return slices.Contains(indexes, r.Index) })
}

// From selects the request with this index and all later ones.
func From(index int) Where {
	return when(func(r Request) bool { return r.Index >= index })
}

// Op selects requests for any of the operations, such as "PutItem".
func Op(names ...string) Where {
	return when(func(r Request) bool { return slices.Contains(names, r.Operation) })
}

// If selects requests by a predicate over Index, Operation and Body. The
// predicate is called in the order of arrival, for one request at a time, and
// must not call the Transport.
func If(ok func(Request) bool) Where { return when(ok) }

// Skip passes over the first n requests for which the other conditions hold.
func Skip(n int) Where { return Where{func(r *rule) { r.skip = n }} }

// Times ends the rule after n faults.
func Times(n int) Where { return Where{func(r *rule) { r.times = n }} }

// Random makes a rule that strikes each request with probability rate (0 to 1)
// by one of the faults that can happen to its operation. The choice depends on
// the seed and the request's index only: a run that sends the same requests in
// the same order meets the same faults. The scheduler decides which of several
// concurrent requests gets which index.
func Random(seed uint64, rate float64, faults []Fault, where ...Where) Rule {
	return newRule(func(req Request) (Fault, bool) {
		rng := rand.New(rand.NewPCG(seed, uint64(req.Index)))
		if rng.Float64() >= rate {
			return Fault{}, false
		}
		var fit []Fault
		for _, f := range faults {
			if f.fits(req.Operation) {
				fit = append(fit, f)
			}
		}
		if len(fit) == 0 {
			return Fault{}, false
		}
		return fit[rng.IntN(len(fit))], true
	}, where)
}

// Each yields one rule for every recorded request and every fault that can
// happen to it, with a name for a subtest, such as
// "request 2, PutItem: reply lost". Run a scenario once without faults, and
// then again under each rule:
//
//	recorder := fault.Record(engine)
//	scenario(t, recorder)
//	for name, rule := range fault.Each(recorder.Requests(), fault.Standard()...) {
//		t.Run(name, func(t *testing.T) { scenario(t, fault.New(newEngine(), rule)) })
//	}
func Each(requests []Request, faults ...Fault) iter.Seq2[string, Rule] {
	return func(yield func(string, Rule) bool) {
		for _, r := range requests {
			for _, f := range faults {
				if !f.fits(r.Operation) {
					continue
				}
				name := fmt.Sprintf("request %d, %s: %s", r.Index, r.Operation, f)
				if !yield(name, Inject(f, At(r.Index))) {
					return
				}
			}
		}
	}
}
