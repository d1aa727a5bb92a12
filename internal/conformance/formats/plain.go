package formats

import (
	"bytes"
	"testing"

	"github.com/dystore/dystore/internal/conformance/kit"
	"github.com/dystore/dystore/lens"
	"github.com/dystore/dystore/meta"
	"github.com/dystore/dystore/repo"
)

// oldSlip stores an object whose record is of format 1.
func oldSlip(t *testing.T, x *kit.World) (*repo.Repo[slip], repo.Key[slip]) {
	t.Helper()
	r := kit.Open(t, x, slips())
	key, err := r.Create(t.Context(), &slip{ID: "a", Text: "x", N: 1})
	kit.Must(t, err)
	inFormat(t, x, "Slips", "a", "3", 1)
	x.Age(t, "Slips")
	inFormat(t, x, "Slips", "a", "1", 8)
	return r, key
}

func reads(t *testing.T, r *repo.Repo[slip], key repo.Key[slip], want slip) *slip {
	t.Helper()
	got, err := r.Get(t.Context(), key)
	kit.Must(t, err)
	want.Meta = got.Meta
	kit.Equal(t, "object", *got, want)
	return got
}

var plainChecks = []kit.Check{
	{Name: "reads", Run: func(t *testing.T, x *kit.World) {
		r, key := oldSlip(t, x)
		ctx := t.Context()
		_, err := r.Create(ctx, &slip{ID: "b", Text: "x", N: 2})
		kit.Must(t, err)
		reads(t, r, key, slip{ID: "a", Text: "x", N: 1})
		x.Net.Reset()
		n, err := repo.Read(ctx, r, key, slipN)
		kit.Must(t, err)
		kit.Equal(t, "a path", n, 1)
		x.WantSent(t, "read of a path", "GetItem: Slips")
		for n, want := range map[int]string{1: "a", 2: "b"} {
			all := kit.All(t, r.Query(ctx, repo.All[slip]().Where(slipN.Eq(n))))
			if len(all) != 1 || all[0].ID != want {
				t.Errorf("filtered by %d: %v", n, all)
			}
		}
	}},
	{Name: "updates", Run: func(t *testing.T, x *kit.World) {
		r, key := oldSlip(t, x)
		ctx := t.Context()
		for n := 2; n <= 12; n++ {
			kit.Must(t, r.Update(ctx, key, slipN.Set(n), repo.If(slipText.Eq("x"))))
			got := reads(t, r, key, slip{ID: "a", Text: "x", N: n})
			kit.Equal(t, "version", got.Meta.Version, int64(n))
			aged(t, x, "Slips", "a", "1")
		}
		got := reads(t, r, key, slip{ID: "a", Text: "x", N: 12})
		kit.Must(t, r.Update(ctx, key, slipN.Set(13), repo.IfUnchanged(got)))
		kit.WantErr(t, "over another version", r.Update(ctx, key, slipN.Set(14), repo.IfUnchanged(got)), repo.ErrConflict, "")
	}},
	{Name: "writes of the whole object", Run: func(t *testing.T, x *kit.World) {
		r, key := oldSlip(t, x)
		ctx := t.Context()
		got := reads(t, r, key, slip{ID: "a", Text: "x", N: 1})
		got.N = 2
		_, err := r.Put(ctx, got)
		kit.Must(t, err)
		inFormat(t, x, "Slips", "a", "3", 2)
		x.Age(t, "Slips")
		kit.Must(t, r.Modify(ctx, key, func(s *slip) error { s.N = 3; return nil }))
		inFormat(t, x, "Slips", "a", "3", 3)
		x.Age(t, "Slips")
		_, err = r.Put(ctx, &slip{ID: "a", Text: "y"})
		kit.Must(t, err)
		inFormat(t, x, "Slips", "a", "3", 4)
		kit.Equal(t, "version", reads(t, r, key, slip{ID: "a", Text: "y"}).Meta.Version, int64(4))
	}},
	{Name: "updates of what is compact", Run: func(t *testing.T, x *kit.World) {
		r := kit.Open(t, x, slips())
		ctx := t.Context()
		key, err := r.Create(ctx, &slip{ID: "a"})
		kit.Must(t, err)
		first := reads(t, r, key, slip{ID: "a"}).Meta
		for n := 1; n <= 10; n++ {
			kit.Must(t, r.Update(ctx, key, slipN.Set(n)))
			now := reads(t, r, key, slip{ID: "a", N: n}).Meta
			kit.Equal(t, "version", now.Version, int64(n+1))
			kit.Equal(t, "created", now.CreatedAt, first.CreatedAt)
			kit.Equal(t, "in order", now.UpdatedAt.Before(first.UpdatedAt), false)
		}
		kit.Must(t, r.Delete(ctx, key))
		_, err = r.Create(ctx, &slip{ID: "a"})
		kit.Must(t, err)
		inFormat(t, x, "Slips", "a", "3", 1)
	}},
	{Name: "deletions", Run: func(t *testing.T, x *kit.World) {
		r, key := oldSlip(t, x)
		ctx := t.Context()
		got := reads(t, r, key, slip{ID: "a", Text: "x", N: 1})
		kit.Must(t, r.DeleteValue(ctx, got))
		_, err := r.Create(ctx, &slip{ID: "a"})
		kit.Must(t, err)
		kit.WantErr(t, "of the old one", r.DeleteValue(ctx, got), repo.ErrConflict, "")
		x.Age(t, "Slips")
		kit.Must(t, r.Delete(ctx, key))
		x.Counted(t, "left", map[string]int{})
	}},
	{Name: "repetitions", Run: func(t *testing.T, x *kit.World) {
		r, key := oldSlip(t, x)
		ctx, id := t.Context(), repo.WithWriteID(meta.NewWriteID())
		kit.Must(t, r.With(id).Update(ctx, key, lens.Add(slipN, 1)))
		kit.Must(t, r.With(id).Update(ctx, key, lens.Add(slipN, 1)))
		got := reads(t, r, key, slip{ID: "a", Text: "x", N: 2})
		applied, err := r.Resolve(ctx, key, got.Meta.WriteID)
		kit.Must(t, err)
		kit.Equal(t, "resolved", applied, true)
		applied, err = r.Resolve(ctx, key, meta.NewWriteID())
		kit.Must(t, err)
		kit.Equal(t, "resolved", applied, false)
	}},
	{Name: "several at once", Out: kit.Out{Alone: "it writes several objects at once"}, Run: func(t *testing.T, x *kit.World) {
		r, key := oldSlip(t, x)
		ctx := t.Context()
		kit.Must(t, repo.Transact(ctx, []repo.Op{r.UpdateOp(key, slipN.Set(2)), r.CreateOp(&slip{ID: "b"})}))
		reads(t, r, key, slip{ID: "a", Text: "x", N: 2})
		x.Age(t, "Slips")
		kit.Must(t, repo.Transact(ctx, []repo.Op{r.DeleteOp(key), r.PutOp(&slip{ID: "b", N: 1})}))
		reads(t, r, slipID.Of("b"), slip{ID: "b", N: 1})
	}},
	{Name: "documents", Run: func(t *testing.T, x *kit.World) {
		r, key := oldSlip(t, x)
		ctx := t.Context()
		var doc bytes.Buffer
		kit.Must(t, r.Export(ctx, &doc, key))
		kit.Must(t, r.Delete(ctx, key))
		_, err := r.Import(ctx, bytes.NewReader(doc.Bytes()))
		kit.Must(t, err)
		inFormat(t, x, "Slips", "a", "3", 2)
		kit.Equal(t, "version", reads(t, r, key, slip{ID: "a", Text: "x", N: 1}).Meta.Version, int64(2))

		doc.Reset() // a compact record, at version 1
		_, err = r.Create(ctx, &slip{ID: "b", N: 7})
		kit.Must(t, err)
		kit.Must(t, r.Export(ctx, &doc, slipID.Of("b")))
		kit.Must(t, r.Delete(ctx, slipID.Of("b")))
		_, err = r.Import(ctx, bytes.NewReader(doc.Bytes()))
		kit.Must(t, err)
		kit.Must(t, r.Update(ctx, slipID.Of("b"), slipN.Set(8)))
		reads(t, r, slipID.Of("b"), slip{ID: "b", N: 8})
	}},
}
