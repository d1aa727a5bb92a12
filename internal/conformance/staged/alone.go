package staged

import (
	"bytes"
	"context"
	"sync"
	"testing"

	"github.com/dystore/dystore/internal/conformance/kit"
	"github.com/dystore/dystore/lens"
	"github.com/dystore/dystore/repo"
	"github.com/dystore/dystore/shard"
	"github.com/dystore/dystore/trace"
)

// aloneChecks are about repositories that do without transactions.
var aloneChecks = []kit.Check{
	{Name: "what needs one is refused", Run: func(t *testing.T, x *kit.World) {
		ctx, r := t.Context(), kit.Open(t, x, books(), repo.WithoutTransactions())
		b := newBook("b", 1)
		kit.Must(t, second(r.Create(ctx, b)))
		kit.Must(t, second(r.Create(ctx, newBook("c", 1))))
		unique := kit.Open(t, x, books(shard.Unique(shard.To("Titles"), bTitle)), repo.WithoutTransactions())
		var one, other *book
		before, err := kit.DumpTables(ctx, x.Raw, x.Prefix)
		kit.Must(t, err)
		for name, err := range map[string]error{
			"two writes":      repo.Transact(ctx, []repo.Op{r.CreateOp(newBook("d", 1)), r.UpdateOp(bookID.Of("b"), bN.Set(2))}),
			"two checks":      repo.Transact(ctx, []repo.Op{r.CheckOp(bookID.Of("b")), r.CheckOp(bookID.Of("c"))}),
			"TransactGet":     repo.TransactGet(ctx, r.GetOp(bookID.Of("b"), &one), r.GetOp(bookID.Of("b"), &other)),
			"a unique value":  second(unique.Create(ctx, newBook("u", 1))),
			"another of them": unique.Update(ctx, bookID.Of("b"), bTitle.Set("claimed")),
		} {
			kit.WantErr(t, name, err, repo.ErrInvalid, "repo.WithoutTransactions")
		}
		after, err := kit.DumpTables(ctx, x.Raw, x.Prefix)
		kit.Must(t, err)
		kit.Same(t, "what is stored", after, before)
	}},
	{Name: "one operation", Run: func(t *testing.T, x *kit.World) {
		ctx, r, key := t.Context(), kit.Open(t, x, books(), repo.WithoutTransactions()), bookID.Of("b")
		b := newBook("b", 2)
		one := func(op repo.Op) error { return repo.Transact(ctx, []repo.Op{op}) }
		kit.Must(t, one(r.CreateOp(b)))
		kit.Must(t, one(r.UpdateOp(key, bText.Set("x"))))
		x.Net.Reset()
		kit.Must(t, one(r.CheckOp(key, bN.Eq(1))))
		kit.Must(t, one(r.CheckOp(key, bText.Eq("x"), bN.Eq(1))))
		kit.Must(t, one(r.CheckOp(key, lens.Join(lens.At(bPages, 1), leafN).Eq(1))))
		for _, req := range x.Net.Requests() {
			if req.Operation == "TransactWriteItems" || req.Operation == "PutItem" || req.Operation == "UpdateItem" {
				t.Errorf("a check sends a %s", req.Operation)
			}
		}
		for name, err := range map[string]error{
			"the root":   one(r.CheckOp(key, bN.Eq(2))),
			"a part":     one(r.CheckOp(key, bText.Eq("y"))),
			"an element": one(r.CheckOp(key, lens.Join(lens.At(bPages, 1), leafN).Eq(7))),
		} {
			kit.WantErr(t, name, err, repo.ErrCondition, "")
		}
		kit.WantErr(t, "nothing", one(r.CheckOp(bookID.Of("c"))), repo.ErrNotFound, "")
		kit.Must(t, one(r.DeleteOp(key)))
		x.Counted(t, "left", map[string]int{})
	}},
	{Name: "objects without a record", Run: func(t *testing.T, x *kit.World) {
		ctx := t.Context()
		model := repo.TableOf("Plain", repo.KeyOf(func(p *plain) *string { return &p.ID }))
		r, key := kit.Open(t, x, model, repo.Plain(), repo.WithoutTransactions()), repo.KeyOf(func(p *plain) *string { return &p.ID }).Of("p")
		n := lens.Of(func(p *plain) *int { return &p.N })
		kit.Must(t, second(r.Create(ctx, &plain{ID: "p", N: 1})))
		kit.WantErr(t, "create", second(r.Create(ctx, &plain{ID: "p"})), repo.ErrExists, "")
		kit.Must(t, r.Update(ctx, key, lens.Add(n, 2), repo.If(n.Eq(1))))
		kit.WantErr(t, "update", r.Update(ctx, key, n.Set(9), repo.If(n.Eq(1))), repo.ErrCondition, "")
		kit.Has(t, r, key, "updated", plain{ID: "p", N: 3})
		kit.Must(t, second(r.Put(ctx, &plain{ID: "p", N: 4})))
		kit.Has(t, r, key, "put", plain{ID: "p", N: 4})
		kit.Must(t, repo.Transact(ctx, []repo.Op{r.CheckOp(key, n.Eq(4))}))
		kit.Must(t, r.Delete(ctx, key, repo.MustExist()))
		x.Counted(t, "left", map[string]int{})
	}},
	{Name: "items without a record", Run: func(t *testing.T, x *kit.World) {
		ctx := t.Context()
		for way, r := range writers(t, x, books()) {
			for name, write := range map[string]func(repo.Key[book]) error{
				"Update":           func(k repo.Key[book]) error { return r.Update(ctx, k, bTitle.Set("new")) },
				"Update of a part": func(k repo.Key[book]) error { return r.Update(ctx, k, bTitle.Set("new"), bText.Set("part")) },
				"Modify": func(k repo.Key[book]) error {
					return r.Modify(ctx, k, func(b *book) error { b.Title = "new"; return nil })
				},
			} {
				x.Plant(t, "Books", kit.Row{"id": kit.Str("p"), "n": kit.Num("1"), "theirs": kit.Str("kept"), "cover": kit.Object(kit.Row{"n": kit.Num("5")})})
				kit.Must(t, write(bookID.Of("p")))
				got, err := r.Get(ctx, bookID.Of("p"))
				kit.Must(t, err)
				kit.Equal(t, way+", "+name, []any{got.Title, got.N, got.Cover.N}, []any{"new", 1, 5})
				kit.Same(t, way+", "+name, x.Item(t, "Books", "p")["theirs"], kit.Str("kept"))
				kit.Must(t, r.Delete(ctx, bookID.Of("p"), repo.MustExist()))
				x.Counted(t, "left", map[string]int{})
			}
		}
	}},
	{Name: "under a tracer", Run: func(t *testing.T, x *kit.World) {
		for way, opt := range map[string]repo.Option{"staged": repo.Staged(), "without transactions": repo.WithoutTransactions()} {
			seen := operations{n: map[string]int{}}
			ctx, r := t.Context(), kit.Open(t, x, books(), opt, repo.WithTracer(&seen))
			b := newBook("b", 30)
			kit.Must(t, second(r.Create(ctx, b)))
			kit.Must(t, r.Update(ctx, bookID.Of("b"), bText.Set("x")))
			kit.Must(t, r.Delete(ctx, bookID.Of("b")))
			x.Counted(t, "left", map[string]int{})
			pins := map[string]int{"staged": 1}[way] // of the creation, under a token
			kit.Equal(t, "transactions", seen.n["TransactWriteItems"], pins)
			kit.Equal(t, "batches and deletions", []bool{seen.n["BatchWriteItem"] > 0, seen.n["DeleteItem"] > 0}, []bool{true, true})
		}
	}},
}

type plain struct {
	ID string `dynamodbav:"id"`
	N  int    `dynamodbav:"n"`
}

// operations counts requests by their operations.
type operations struct {
	mu sync.Mutex
	n  map[string]int
}

func (o *operations) StartVerb(ctx context.Context, _ trace.VerbStart) (context.Context, func(trace.VerbEnd)) {
	return ctx, nil
}

func (o *operations) StartRequest(ctx context.Context, s trace.RequestStart) (context.Context, func(trace.RequestEnd)) {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.n[s.Operation]++
	return ctx, nil
}

// documentChecks are about documents of staged objects, and staged imports.
var documentChecks = []kit.Check{
	{Name: "between all ways", Run: func(t *testing.T, x *kit.World) {
		ctx, key := t.Context(), bookID.Of("b")
		all := writers(t, x, books())
		for _, wrote := range ways {
			for _, imports := range ways {
				y := kit.NewWorld(t, x.Engine)
				into := writers(t, y, books())
				b := newBook("b", 3)
				kit.Must(t, second(all[wrote].Create(ctx, b)))
				var text bytes.Buffer
				kit.Must(t, all[imports].Export(ctx, &text, key))
				kit.Must(t, second(into[imports].Import(ctx, bytes.NewReader(text.Bytes()))))
				agree(t, y, imports+" of "+wrote, into, b)
				kit.WantErr(t, "again", second(into[imports].Import(ctx, bytes.NewReader(text.Bytes()))), repo.ErrExists, "")
				for _, changes := range ways {
					v, err := into[changes].Get(ctx, key)
					kit.Must(t, err)
					v.Pages = append(leaves(2), leaf{Text: "new", Tags: []string{}})
					kit.Must(t, second(into[changes].Put(ctx, v)))
					kit.Must(t, second(into[imports].Import(ctx, bytes.NewReader(text.Bytes()), repo.Overwrite())))
					agree(t, y, imports+" of "+wrote+" over "+changes, into, b)
				}
				kit.Must(t, into[imports].Update(ctx, key, bText.Set("y")))
				b.Cover.Text = "y"
				agree(t, y, "update after import", into, b)
				kit.Must(t, into[imports].Delete(ctx, key))
				y.Counted(t, "left", map[string]int{})
				kit.Must(t, all[wrote].Delete(ctx, key))
			}
		}
	}},
	{Name: "of many parts", Run: func(t *testing.T, x *kit.World) {
		ctx, key := t.Context(), bookID.Of("b")
		all := writers(t, x, books())
		b := newBook("b", 150)
		kit.Must(t, second(all["transactions"].Create(ctx, b)))
		var text bytes.Buffer
		kit.Must(t, all["transactions"].Export(ctx, &text, key))
		for _, way := range ways {
			kit.Must(t, second(all[way].Import(ctx, bytes.NewReader(text.Bytes()), repo.Overwrite())))
			agree(t, x, way, all, b)
		}
	}},
}
