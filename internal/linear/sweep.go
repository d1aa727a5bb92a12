package linear

import (
	"context"
	"fmt"
	"slices"

	"github.com/dystore/dystore/meta"
	"github.com/dystore/dystore/repo"
)

// A sweep changes nothing that a reader sees, so the history has no operation for it.
// Under Fence it gives objects their next versions, and each of those is one.

func (p *programOf[T]) sweep(ctx context.Context, o *op) error {
	var options []repo.CallOption
	if o.fence {
		options = append(options, repo.Fence())
	}
	if o.small {
		options = append(options, repo.PageSize(1))
	}
	_, err := p.repos[o.object].Sweep(ctx, options...)
	return err
}

// swept is the outcome of a sweep. What it could not judge or delete is left for the next.
func (o *op) swept(err error) *result {
	r := o.outcome(err)
	if r.kind != done && r.kind != broken {
		r.kind = nothing
	}
	return r
}

// fenced notes that a sweep has given an object its next version.
func (p *packet) fenced(s *schedule, object int, now root) {
	s.ops++
	o := &op{id: s.ops, verb: fence, object: object, by: "a sweep"}
	s.ids.Learn(meta.WriteID(now.last), o.id)
	s.records = append(s.records, &record{op: o, result: &result{kind: done}, from: s.step * 2, to: s.step * 2})
	s.log(nil, "%v, by %v", o, p)
}

// tidy lets sweeps run when all is over. It returns what they have changed, or left but
// the parts that KeepShards leaves of an object that is deleted.
func tidy(s *schedule) (problems []string) {
	if s.left.None() {
		return nil
	}
	seen := func() (all []string) {
		for n := range s.objects {
			all = append(all, fmt.Sprint(s.world.untyped(s.calmly(), &op{verb: dump, object: n})))
		}
		return all
	}
	before := seen()
	d := s.world.declarations[int(s.plan.seed%uint64(len(s.world.declarations)))]
	for n := range pair {
		if err := d.program.sweep(s.calmly(), &op{verb: sweep, object: n, fence: true}); err != nil {
			return []string{fmt.Sprintf("the last sweep: %v", err)}
		}
	}
	if after := seen(); !slices.Equal(before, after) {
		problems = append(problems, fmt.Sprintf("the last sweep has made %q of %q", after, before))
	}
	left := s.debris()
	if left.Superseded = 0; !left.None() {
		problems = append(problems, fmt.Sprintf("the last sweep has left %+v", left))
	}
	return problems
}
