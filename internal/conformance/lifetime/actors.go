package lifetime

import (
	"strings"
	"testing"

	"github.com/dystore/dystore/internal/conformance/kit"
	"github.com/dystore/dystore/repo"
)

var actorChecks = []kit.Check{
	{Name: "who has written", Run: actors},
	{Name: "of items of other programs", Run: actorsOfBare},
	{Name: "refused", Run: refusedActors},
}

func actors(t *testing.T, x *kit.World) {
	ctx := t.Context()
	r := kit.Open(t, x, sessions())
	key := sKey.Of("s")
	want := func(what, created, updated string) *session {
		t.Helper()
		got, err := r.Get(ctx, key)
		kit.Must(t, err)
		kit.Equal(t, what, [2]string{got.Meta.CreatedBy, got.Meta.UpdatedBy}, [2]string{created, updated})
		return got
	}
	s := newSession("s", later)
	_, err := r.Create(ctx, s, repo.By("ann"))
	kit.Must(t, err)
	kit.Equal(t, "of the value", [2]string{s.Meta.CreatedBy, s.Meta.UpdatedBy}, [2]string{"ann", "ann"})
	want("create", "ann", "ann")
	kit.Must(t, r.With(repo.By("bob")).Update(ctx, key, sHits.Set(1)))
	want("update", "ann", "bob")
	kit.Must(t, r.Update(ctx, key, sHits.Set(2)))
	got := want("update by nobody", "ann", "")
	_, err = r.Put(ctx, got, repo.By("cem"))
	kit.Must(t, err)
	got = want("put", "ann", "cem")
	_, err = r.Put(ctx, got)
	kit.Must(t, err)
	want("put by nobody", "ann", "")
	kit.Must(t, r.Modify(ctx, key, func(s *session) error { s.Hits++; return nil }, repo.By("日本")))
	want("modify", "ann", "日本")
	kit.Must(t, repo.Transact(ctx, []repo.Op{r.With(repo.By("eve")).UpdateOp(key, sHits.Set(9))}))
	want("transaction", "ann", "eve")
	_, err = r.PutMany(ctx, []*session{newSession("s", later)}, repo.By("fay"))
	kit.Must(t, err)
	want("untracked put", "ann", "fay")
	kit.Must(t, r.Delete(ctx, key))
	create(t, r, newSession("s", later))
	want("created again", "", "")
}

func actorsOfBare(t *testing.T, x *kit.World) {
	ctx := t.Context()
	r := kit.Open(t, x, sessions())
	x.Plant(t, "Sessions", kit.Row{"id": kit.Str("s"), "hits": kit.Num("1")})
	kit.Must(t, r.With(repo.By("ann")).Update(ctx, sKey.Of("s"), sHits.Set(1)))
	got, err := r.Get(ctx, sKey.Of("s"))
	kit.Must(t, err)
	kit.Equal(t, "actors", [2]string{got.Meta.CreatedBy, got.Meta.UpdatedBy}, [2]string{"ann", "ann"})
}

func refusedActors(t *testing.T, x *kit.World) {
	r := kit.Open(t, x, sessions())
	for _, who := range []string{"", strings.Repeat("x", 257), "\xff"} {
		_, err := r.Create(t.Context(), newSession("s", later), repo.By(who))
		kit.WantErr(t, "Create", err, repo.ErrInvalid, "By: ")
	}
	x.WantSent(t, "refused")
}
