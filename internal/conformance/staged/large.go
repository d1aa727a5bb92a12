package staged

import (
	"fmt"
	"testing"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/dystore/dystore/internal/conformance/kit"
	"github.com/dystore/dystore/lens"
	"github.com/dystore/dystore/repo"
	"github.com/dystore/dystore/shard"
)

// largeChecks are about objects that one transaction does not take.
var largeChecks = []kit.Check{
	{Name: "parts", Run: func(t *testing.T, x *kit.World) {
		for _, n := range []int{100, 101, 250} {
			large(t, x, fmt.Sprint(n, " pages"), newBook("b", n))
		}
	}},
	{Name: "bytes", Run: func(t *testing.T, x *kit.World) {
		b := newBook("b", 12)
		for i := range b.Pages {
			b.Pages[i].Text = kit.Text(390_000 + i)
		}
		large(t, x, "4.7 MB", b)
	}},
	{Name: "keys of two attributes", Run: func(t *testing.T, x *kit.World) {
		type shelf struct {
			Room  string `dynamodbav:"room"`
			No    int    `dynamodbav:"no"`
			N     int    `dynamodbav:"n"`
			Notes []leaf `dynamodbav:"notes"`
		}
		ctx := t.Context()
		shelfKey, n := repo.CompositeKeyOf(func(s *shelf) *string { return &s.Room }, func(s *shelf) *int { return &s.No }), lens.Of(func(s *shelf) *int { return &s.N })
		m := repo.TableOf("Shelves", shelfKey, shard.Each(shard.To("Notes"), func(s *shelf) *[]leaf { return &s.Notes }))
		for way, opts := range map[string][]repo.Option{"transactions": nil, "staged": {repo.Staged()}, "without transactions": {repo.WithoutTransactions()}} {
			r, key := kit.Open(t, x, m, opts...), shelfKey.Of("r", 1)
			kit.Must(t, second(r.Create(ctx, &shelf{Room: "r", No: 1, Notes: leaves(400)})))
			kit.Must(t, r.Update(ctx, key, lens.Add(n, 1)))
			kit.Must(t, r.Modify(ctx, key, func(s *shelf) error { s.Notes[399].N = 7; return nil }))
			got, err := r.Get(ctx, key)
			kit.Must(t, err)
			kit.Equal(t, way, []int{got.N, len(got.Notes), got.Notes[399].N}, []int{1, 400, 7})
			kit.Must(t, r.Delete(ctx, key, repo.MustExist()))
			x.Counted(t, "left by "+way, map[string]int{})
		}
	}},
	{Name: "manifests that were not read", Run: func(t *testing.T, x *kit.World) {
		ctx, key := t.Context(), bookID.Of("b")
		r := kit.Open(t, x, books())
		kit.Must(t, second(r.Create(ctx, newBook("b", 400))))
		for got, err := range r.Decode(ctx, []map[string]types.AttributeValue{x.Item(t, "Books", "b")}) {
			kit.Must(t, err)
			kit.Equal(t, "pages of an item", len(got.Pages), 400)
		}
		got, err := repo.UpdateGet(ctx, r.With(repo.Relaxed()), key, lens.Add(bN, 1)) // the write returns the item
		kit.Must(t, err)
		kit.Equal(t, "what a write returns", []int{got.N, len(got.Pages)}, []int{2, 400})
		later := kit.Open(t, x, books(repo.Schema[book](2, repo.Upgrade(1, func(old *book) (*book, error) { return old, nil }))))
		kit.Must(t, later.Update(ctx, key, lens.Add(bN, 1))) // a write of its own comes before it
		got, err = later.Get(ctx, key)
		kit.Must(t, err)
		kit.Equal(t, "after an upgrade", []int{got.N, len(got.Pages)}, []int{3, 400})
	}},
}

// large sends an object through every verb.
func large(t *testing.T, x *kit.World, what string, b *book) {
	t.Helper()
	all, ctx, key := writers(t, x, books()), t.Context(), bookID.Of(b.ID)
	for _, way := range ways {
		r, v := all[way], *b
		is := func(verb string) { t.Helper(); agree(t, x, what+", "+way+", "+verb, all, &v) }
		kit.Must(t, second(r.Create(ctx, &v)))
		is("create")
		kit.Must(t, r.Update(ctx, key, lens.Join(lens.At(bPages, 7), leafN).Set(1007)))
		got, err := r.Get(ctx, key)
		kit.Must(t, err)
		v = *got
		kit.Equal(t, "n", v.Pages[7].N, 1007)
		is("update")
		kit.Must(t, r.Update(ctx, key, lens.Append(bPages, leaf{Text: "more", Tags: []string{}})))
		v.Pages = append(v.Pages, leaf{Text: "more", Tags: []string{}})
		is("append")
		got, err = r.Get(ctx, key)
		kit.Must(t, err)
		got.Pages[3].N = 9
		kit.Must(t, second(r.Put(ctx, got)))
		v = *got
		is("put")
		got.Pages = kit.Backwards(got.Pages)
		kit.Must(t, second(r.Put(ctx, got, repo.Overwrite())))
		v = *got
		is("overwrite")
		kit.Must(t, r.Delete(ctx, key, repo.MustExist()))
		x.Counted(t, "left by "+way+" of "+what, map[string]int{})
	}
}
