package staged

import (
	"context"
	"errors"
	"sync"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/dystore/dystore/cipher"
	"github.com/dystore/dystore/internal/conformance/kit"
	"github.com/dystore/dystore/lens"
	"github.com/dystore/dystore/meta"
	"github.com/dystore/dystore/repo"
	"github.com/dystore/dystore/shard"
)

var expires = repo.ExpiresAt(func(b *book) *time.Time { return &b.Until })

// otherChecks are about options and verbs of which staged writes are one more case.
var otherChecks = []kit.Check{
	{Name: "WhenOver", Run: func(t *testing.T, x *kit.World) {
		ctx, key := t.Context(), bookID.Of("b")
		all := writers(t, x, booksPaged(shard.To("Pages", shard.WhenOver(100))))
		for _, way := range ways {
			b := newBook("b", 2)
			kit.Must(t, second(all[way].Create(ctx, b)))
			for i, size := range []int{500, 5, 500, 7} {
				next := ways[i%3]
				v, err := all[next].Get(ctx, key)
				kit.Must(t, err)
				v.Pages[1].Text = kit.Text(size)
				kit.Must(t, second(all[next].Put(ctx, v)))
				agree(t, x, next, all, v)
				kit.Equal(t, "pages in items of their own", len(kit.Items(t, x, "Pages")), 1-i%2)
			}
			kit.Must(t, all[way].Delete(ctx, key))
		}
		x.Counted(t, "left", map[string]int{})
	}},
	{Name: "MovedFrom", Run: func(t *testing.T, x *kit.World) {
		ctx, key := t.Context(), bookID.Of("b")
		for _, wrote := range ways {
			for _, then := range ways {
				y := kit.NewWorld(t, x.Engine)
				b := newBook("b", 3)
				kit.Must(t, second(writers(t, y, books())[wrote].Create(ctx, b)))
				all := writers(t, y, booksPaged(shard.To("NewPages", shard.MovedFrom("Pages"))))
				kit.Must(t, all[then].Modify(ctx, key, func(v *book) error { v.Pages[1].N = 40; *b = *v; return nil }))
				read(t, then+" after "+wrote, all, b)
				kit.CheckOrphans(t, y.Raw, y.Prefix)
				kit.Must(t, second(all[then].Put(ctx, b, repo.Overwrite())))
				y.Counted(t, then+" after "+wrote, map[string]int{"Books": 1, "Covers": 1, "Blurbs": 1, "Terms": 2, "NewPages": 3})
				kit.Must(t, all[wrote].Delete(ctx, key, repo.MustExist()))
				y.Counted(t, "left", map[string]int{})
			}
		}
	}},
	{Name: "sealed parts", Run: func(t *testing.T, x *kit.World) {
		ctx, key := t.Context(), bookID.Of("b")
		all := writers(t, x, books(cipher.Protect(kit.Keys(t), bText, lens.Each(bPages, leafText))))
		for _, wrote := range ways {
			b := newBook("b", 3)
			kit.Must(t, second(all[wrote].Create(ctx, b)))
			for _, then := range ways {
				kit.Must(t, all[then].Update(ctx, key, bText.Set("sealed by "+then), lens.Join(lens.At(bPages, 1), leafN).Set(6)))
				kit.Must(t, all[then].Modify(ctx, key, func(v *book) error { v.Pages = kit.Backwards(v.Pages); *b = *v; return nil }))
				read(t, then+" after "+wrote, all, b)
				for _, item := range append(kit.Items(t, x, "Pages"), kit.Items(t, x, "Covers")...) {
					if _, ok := item["text"].(*types.AttributeValueMemberB); !ok {
						t.Errorf("%s after %s: a text is stored as %T", then, wrote, item["text"])
					}
				}
				kit.CheckOrphans(t, x.Raw, x.Prefix)
			}
			kit.Must(t, all[wrote].Delete(ctx, key, repo.MustExist()))
		}
		x.Counted(t, "left", map[string]int{})
	}},
	{Name: "times", Run: func(t *testing.T, x *kit.World) {
		ctx, key := t.Context(), bookID.Of("b")
		all := writers(t, x, books(expires))
		for _, way := range ways {
			r, b := all[way], newBook("b", 3)
			kit.Must(t, second(r.Create(ctx, b)))
			for _, at := range []time.Time{later, future, {}, later, future} {
				kit.Must(t, r.Update(ctx, key, bUntil.Set(at)))
				b.Until = at
				agree(t, x, way, all, b)
				kit.Must(t, r.Update(ctx, key, bText.Set("x")))
				b.Cover.Text = "x"
				agree(t, x, way, all, b)
			}
			for _, at := range []time.Time{later, {}, future} {
				kit.Must(t, r.Modify(ctx, key, func(v *book) error { v.Until, v.Pages[0].N = at, v.Pages[0].N+1; *b = *v; return nil }))
				agree(t, x, way, all, b)
			}
			kit.Must(t, r.Delete(ctx, key))
		}
		x.Counted(t, "left", map[string]int{})
	}},
	{Name: "unique values", Run: func(t *testing.T, x *kit.World) {
		ctx := t.Context()
		m := books(shard.Unique(shard.To("Titles"), bTitle))
		r, plainly := kit.Open(t, x, m, repo.Staged()), kit.Open(t, x, m)
		b, c := newBook("b", 2), newBook("c", 2)
		kit.Must(t, second(r.Create(ctx, b)))
		for way, w := range map[string]*repo.Repo[book]{"staged": r, "transactions": plainly} {
			kit.WantErr(t, way, second(w.Create(ctx, c)), repo.ErrDuplicate, "")
			kit.CheckOrphans(t, x.Raw, x.Prefix)
		}
		c.Title = "of c"
		kit.Must(t, second(r.Create(ctx, c)))
		kit.WantErr(t, "update", r.Update(ctx, bookID.Of("c"), bTitle.Set("title"), bText.Set("x")), repo.ErrDuplicate, "")
		kit.CheckOrphans(t, x.Raw, x.Prefix)
		kit.Must(t, plainly.Update(ctx, bookID.Of("b"), bTitle.Set("of b")))
		kit.Must(t, r.Update(ctx, bookID.Of("c"), bTitle.Set("title"), bText.Set("x")))
		kit.CheckOrphans(t, x.Raw, x.Prefix)
		kit.Must(t, repo.Transact(ctx, []repo.Op{r.UpdateOp(bookID.Of("b"), bTitle.Set("title")), r.UpdateOp(bookID.Of("c"), bTitle.Set("of b"), bText.Set("y"))}))
		kit.DeleteAll(t, x, r)
	}},
	{Name: "repeated by an id", Run: func(t *testing.T, x *kit.World) {
		ctx, key := t.Context(), bookID.Of("b")
		for way, r := range writers(t, x, books(repo.SoftDelete[book]())) {
			again := func(what string, write func(repo.CallOption) error) {
				t.Helper()
				id := repo.WithWriteID(meta.NewWriteID())
				for range 2 {
					if err := write(id); err != nil {
						t.Errorf("%s, %s: %v", way, what, err)
					}
					kit.CheckOrphans(t, x.Raw, x.Prefix)
				}
			}
			again("create", func(id repo.CallOption) error { return second(r.Create(ctx, newBook("b", 2), id)) })
			again("put", func(id repo.CallOption) error { return second(r.Put(ctx, newBook("b", 3), repo.Overwrite(), id)) })
			again("update", func(id repo.CallOption) error { return r.With(id).Update(ctx, key, bText.Set("x")) })
			again("modify", func(id repo.CallOption) error {
				return r.Modify(ctx, key, func(b *book) error { b.Pages[1].N++; return nil }, id)
			})
			v, err := r.Get(ctx, key)
			kit.Must(t, err)
			kit.Equal(t, way, []int64{v.Meta.Version, int64(v.Pages[1].N)}, []int64{4, 2})
			again("delete", func(id repo.CallOption) error { return r.Delete(ctx, key, id) })
			again("restore", func(id repo.CallOption) error { return r.Restore(ctx, key, id) })
			again("permanently", func(id repo.CallOption) error { return r.Delete(ctx, key, repo.Permanently(), id) })
			x.Counted(t, "left", map[string]int{})
		}
	}},
	{Name: "damaged", Run: func(t *testing.T, x *kit.World) {
		ctx, key := t.Context(), bookID.Of("b")
		all := writers(t, x, books())
		for i, damage := range []string{"v", "r", "c", "u", "b"} {
			wrote := ways[i%3]
			for _, way := range ways {
				kit.Must(t, second(all[wrote].Create(ctx, newBook("b", 2))))
				root := x.Item(t, "Books", "b")
				kit.Members(root["_meta"])[damage] = kit.Str("?")
				x.Plant(t, "Books", root)
				kit.WantErr(t, "get", second(all[way].Get(ctx, key)), repo.ErrCorrupt, "")
				kit.WantErr(t, "delete", all[way].Delete(ctx, key), repo.ErrCorrupt, "")
				kit.Must(t, all[way].Delete(ctx, key, repo.Damaged()))
				x.Counted(t, "left by "+way+" of "+damage, map[string]int{})
			}
		}
	}},
	{Name: "readers beside writers", Run: besideWriters},
}

// besideWriters reads while all ways write: every page says the same number as the root.
func besideWriters(t *testing.T, x *kit.World) {
	all, key := writers(t, x, books()), bookID.Of("b")
	b := newBook("b", 4)
	for i := range b.Pages {
		b.Pages[i].N = 0
	}
	b.N = 0
	kit.Must(t, second(all["staged"].Create(t.Context(), b)))
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	var group sync.WaitGroup
	for _, way := range ways {
		group.Go(func() {
			for range 30 {
				err := all[way].Modify(context.WithoutCancel(ctx), key, func(v *book) error {
					v.N++
					for i := range v.Pages {
						v.Pages[i].N = v.N
					}
					return nil
				})
				if err != nil && !errors.Is(err, repo.ErrContention) && !errors.Is(err, repo.ErrBusy) {
					t.Errorf("%s: %v", way, err)
				}
			}
			cancel()
		})
	}
	whole := func(what string, v *book, err error) {
		if errors.Is(err, repo.ErrBusy) || errors.Is(err, context.Canceled) {
			return
		}
		if err != nil {
			t.Errorf("%s: %v", what, err)
			return
		}
		for i := range v.Pages {
			if v.Pages[i].N != v.N {
				t.Errorf("%s: torn: page %d is of %d, the book of %d", what, i, v.Pages[i].N, v.N)
			}
		}
	}
	for _, way := range ways {
		group.Go(func() {
			for ctx.Err() == nil {
				v, err := all[way].Get(ctx, key)
				whole("Get, "+way, v, err)
				for v, err := range all[way].Scan(ctx) {
					whole("Scan, "+way, v, err)
				}
			}
		})
	}
	group.Wait()
	kit.CheckOrphans(t, x.Raw, x.Prefix)
}
