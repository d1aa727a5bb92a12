package objects

import (
	"errors"
	"testing"

	"github.com/dystore/dystore/internal/conformance/kit"
	"github.com/dystore/dystore/lens"
	"github.com/dystore/dystore/repo"
	"github.com/dystore/dystore/trace"
)

// tracedChecks: a tracer is told of what is sent, and Plan says it beforehand.
var tracedChecks = []kit.Check{
	{Name: "plan and measure", Run: func(t *testing.T, x *kit.World) {
		ctx, r := t.Context(), kit.Open(t, x, boxIn("Box", ""), repo.WithTracer(trace.Costs()))
		b := &box{ID: "b", Part: leaf{Text: "part", N: 1}, Parts: []leaf{{N: 2}}}
		key, partN := boxID.Of("b"), lens.Join(xPart, lN)
		for _, step := range []struct {
			name string
			op   func() repo.Op
		}{
			{"create", func() repo.Op { return r.CreateOp(b) }},
			{"put", func() repo.Op { b.Part.N++; return r.PutOp(b) }},
			{"update", func() repo.Op { return r.UpdateOp(key, partN.Set(7)) }},
			{"check", func() repo.Op { return r.CheckOp(key, partN.Eq(7)) }},
			{"delete", func() repo.Op { return r.With(repo.ReadFirst()).DeleteOp(key) }},
		} {
			op := step.op()
			plan, err := r.With(repo.ReadFirst()).Plan(ctx, op)
			kit.Must(t, err)
			measured, cost := trace.Measure(ctx)
			kit.Must(t, repo.Transact(measured, []repo.Op{op}))
			sent := cost.Requests()
			if len(sent) != len(plan.Requests) {
				t.Fatalf("%s: %d requests, planned were %d:\n%s\n%s", step.name, len(sent), len(plan.Requests), cost, plan)
			}
			for i, p := range plan.Requests {
				items := 0
				for _, a := range p.Actions {
					items += a.Items
				}
				kit.Equal(t, step.name, []any{p.Operation, items}, []any{sent[i].Operation, sent[i].RequestStart.Items})
			}
		}
	}},
	{Name: "refusals", Run: func(t *testing.T, x *kit.World) {
		ctx, cost := trace.Measure(t.Context())
		r := kit.Open(t, x, boxIn("Box", ""), repo.WithTracer(trace.Costs()))
		_, err := r.Create(ctx, &box{ID: "b"})
		kit.Must(t, err)
		if _, err := r.Create(ctx, &box{ID: "b"}); !errors.Is(err, repo.ErrExists) {
			t.Error(err)
		}
		sent := cost.Requests()
		last := sent[len(sent)-1]
		if x.Engine.Alone { // the root item alone is what the object is created over
			kit.Equal(t, "refusal", []any{last.Operation, last.Code, last.Kind, len(last.Reasons)}, []any{"PutItem", "ConditionalCheckFailedException", "other", 0})
			return
		}
		if last.Code != "TransactionCanceledException" || last.Kind != "other" || len(last.Reasons) == 0 || last.Reasons[0] != "ConditionalCheckFailed" {
			t.Errorf("%+v", last)
		}
	}},
}
