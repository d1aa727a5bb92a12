package staged

import (
	"fmt"
	"testing"

	"github.com/dystore/dystore/internal/conformance/kit"
	"github.com/dystore/dystore/lens"
	"github.com/dystore/dystore/repo"
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
