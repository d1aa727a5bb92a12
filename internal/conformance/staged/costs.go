package staged

import (
	"context"
	"testing"

	"github.com/dystore/dystore/internal/conformance/kit"
	"github.com/dystore/dystore/lens"
	"github.com/dystore/dystore/meta"
	"github.com/dystore/dystore/repo"
	"github.com/dystore/dystore/shard"
	"github.com/dystore/dystore/trace"
)

// costChecks are about the requests of each verb, in their order, and what they consume.
// Requests of one kind that follow each other are sent at the same time.
var costChecks = []kit.Check{
	{Name: "one part", Run: func(t *testing.T, x *kit.World) {
		m := repo.TableOf("Books", bookID, meta.Keep(func(b *book) *meta.Record { return &b.Meta }), shard.New(shard.To("Covers"), func(b *book) *leaf { return &b.Cover }))
		costs(t, x, m, 0, []cost{
			{"create", 0, 4, []string{"TransactWriteItems: Put Books", "PutItem: Covers", "PutItem: Books"}},
			{"create of what exists", 0, 0, []string{"TransactWriteItems: Put Books"}},
			{"get", 4, 0, []string{"BatchGetItem: Books, Covers", "BatchGetItem: Books, Covers"}},
			{"put of a part", 0, 3, []string{"PutItem: Covers", "PutItem: Books", "DeleteItem: Covers"}},
			{"put of the root", 0, 1, []string{"PutItem: Books"}},
			{"overwrite", 1, 3, []string{"GetItem: Books", "PutItem: Covers", "PutItem: Books", "DeleteItem: Covers"}},
			{"update of the root", 1, 1, []string{"GetItem: Books", "UpdateItem: Books"}},
			{"update of a part", 2, 3, []string{"GetItem: Books", "GetItem: Covers", "PutItem: Covers", "UpdateItem: Books", "DeleteItem: Covers"}},
			{"update with a condition", 2, 1, []string{"GetItem: Books", "GetItem: Covers", "UpdateItem: Books"}},
			{"modify", 4, 3, []string{"BatchGetItem: Books, Covers", "BatchGetItem: Books, Covers", "PutItem: Covers", "PutItem: Books", "DeleteItem: Covers"}},
			{"delete", 1, 3, []string{"GetItem: Books", "PutItem: Books", "DeleteItem: Covers", "DeleteItem: Books"}},
			{"delete of nothing", 1, 0, []string{"GetItem: Books"}},
		})
	}},
	{Name: "many parts", Run: func(t *testing.T, x *kit.World) {
		costs(t, x, books(), 2, []cost{
			{"create", 0, 9, []string{"TransactWriteItems: Put Books", "BatchWriteItem: Blurbs, Covers, Pages x2, Terms x2", "PutItem: Books"}},
			{"create of what exists", 0, 0, []string{"TransactWriteItems: Put Books"}},
			{"get", 10, 0, []string{"BatchGetItem: Blurbs, Books, Covers", "BatchGetItem: Blurbs, Books, Covers, Pages x2, Terms x2"}},
			{"put of a part", 0, 3, []string{"PutItem: Covers", "PutItem: Books", "DeleteItem: Covers"}},
			{"put of the root", 0, 1, []string{"PutItem: Books"}},
			{"overwrite", 1, 13, []string{"GetItem: Books", "BatchWriteItem: Blurbs, Covers, Pages x2, Terms x2", "PutItem: Books", "BatchWriteItem: Blurbs, Covers, Pages x2, Terms x2"}},
			{"update of the root", 1, 1, []string{"GetItem: Books", "UpdateItem: Books"}},
			{"update of a part", 2, 3, []string{"GetItem: Books", "GetItem: Covers", "PutItem: Covers", "UpdateItem: Books", "DeleteItem: Covers"}},
			{"update with a condition", 2, 1, []string{"GetItem: Books", "GetItem: Covers", "UpdateItem: Books"}},
			{"modify", 10, 3, []string{"BatchGetItem: Blurbs, Books, Covers", "BatchGetItem: Blurbs, Books, Covers, Pages x2, Terms x2", "PutItem: Covers", "PutItem: Books", "DeleteItem: Covers"}},
			{"delete", 1, 8, []string{"GetItem: Books", "PutItem: Books", "BatchWriteItem: Blurbs, Covers, Pages x2, Terms x2", "DeleteItem: Books"}},
			{"delete of nothing", 1, 0, []string{"GetItem: Books"}},
		})
	}},
}

// cost is what a verb costs.
type cost struct {
	verb        string
	read, write float64
	sent        []string
}

// costs compares what the verbs of a staged repository cost with want.
func costs(t *testing.T, x *kit.World, m repo.Model[book], pages int, want []cost) {
	t.Helper()
	r, key := kit.Open(t, x, m, repo.Staged(), repo.WithTracer(trace.Costs())), bookID.Of("b")
	b := newBook("b", pages)
	var got *book
	for i, step := range []struct {
		verb string
		run  func(context.Context) error
	}{
		{"create", func(ctx context.Context) error { return second(r.Create(ctx, b)) }},
		{"create of what exists", func(ctx context.Context) error {
			kit.WantErr(t, "create", second(r.Create(ctx, newBook("b", pages))), repo.ErrExists, "")
			return nil
		}},
		{"get", func(ctx context.Context) (err error) { got, err = r.Get(ctx, key); return err }},
		{"put of a part", func(ctx context.Context) error { got.Cover.N++; return second(r.Put(ctx, got)) }},
		{"put of the root", func(ctx context.Context) error { got.N++; return second(r.Put(ctx, got)) }},
		{"overwrite", func(ctx context.Context) error { return second(r.Put(ctx, b, repo.Overwrite())) }},
		{"update of the root", func(ctx context.Context) error { return r.Update(ctx, key, lens.Add(bN, 1)) }},
		{"update of a part", func(ctx context.Context) error { return r.Update(ctx, key, bText.Set("x")) }},
		{"update with a condition", func(ctx context.Context) error { return r.Update(ctx, key, bN.Set(2), repo.If(bText.Eq("x"))) }},
		{"modify", func(ctx context.Context) error {
			return r.Modify(ctx, key, func(b *book) error { b.Cover.N++; return nil })
		}},
		{"delete", func(ctx context.Context) error { return r.Delete(ctx, key) }},
		{"delete of nothing", func(ctx context.Context) error { return r.Delete(ctx, key) }},
	} {
		x.Net.Reset()
		ctx, paid := trace.Measure(t.Context())
		kit.Must(t, step.run(ctx))
		read, write := paid.Units()
		kit.Equal(t, "units of "+step.verb, []any{step.verb, read, write}, []any{want[i].verb, want[i].read, want[i].write})
		x.WantSent(t, step.verb, want[i].sent...)
	}
	x.Counted(t, "left", map[string]int{})
}
