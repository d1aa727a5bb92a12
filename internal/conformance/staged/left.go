package staged

import (
	"bytes"
	"fmt"
	"testing"
	"time"

	"github.com/dystore/dystore/internal/conformance/kit"
	"github.com/dystore/dystore/internal/stored"
	"github.com/dystore/dystore/lens"
	"github.com/dystore/dystore/repo"
	"github.com/dystore/dystore/shard"
)

// leftChecks are about the records that a program leaves which dies while it creates or
// deletes an object: to every verb there is no object.
var leftChecks = []kit.Check{
	{Name: "while it created an object", Run: func(t *testing.T, x *kit.World) {
		for way, r := range writers(t, x, books(repo.SoftDelete[book]())) {
			for _, verb := range takers {
				record := stored.Placeholder("Books", stored.NewID())
				x.Plant(t, "Books", kit.Row{"id": kit.Str("b"), "_meta": record.Encode()})
				absent(t, x, r, way)
				verb.run(t, way, r)
			}
		}
		x.Counted(t, "left", map[string]int{})
	}},
	{Name: "while it deleted an object", Run: func(t *testing.T, x *kit.World) {
		all := writers(t, x, books(repo.SoftDelete[book]()))
		for _, wrote := range ways {
			for way, r := range all {
				for _, verb := range takers {
					kit.Must(t, second(all[wrote].Create(t.Context(), newBook("b", 2))))
					bury(t, x)
					absent(t, x, r, way)
					verb.run(t, way+", written by "+wrote, r)
				}
			}
		}
		x.Counted(t, "left", map[string]int{})
	}},
	{Name: "in ranges", Run: func(t *testing.T, x *kit.World) {
		type chapter struct {
			Book string `dynamodbav:"book"`
			No   int    `dynamodbav:"no"`
			Note leaf   `dynamodbav:"note"`
		}
		ctx := t.Context()
		key := repo.CompositeKeyOf(func(c *chapter) *string { return &c.Book }, func(c *chapter) *int { return &c.No })
		m := repo.TableOf("Chapters", key, shard.New(shard.To("Notes"), func(c *chapter) *leaf { return &c.Note }))
		for way, opts := range map[string][]repo.Option{"transactions": nil, "staged": {repo.Staged()}, "without transactions": {repo.WithoutTransactions()}} {
			r := kit.Open(t, x, m, opts...)
			for no := range 5 {
				kit.Must(t, second(r.Create(ctx, &chapter{Book: "b", No: no})))
			}
			for _, no := range []int{1, 3} { // each is being created, or is being deleted
				kit.Must(t, r.Delete(ctx, key.Of("b", no)))
				x.Plant(t, "Chapters", kit.Row{"book": kit.Str("b"), "no": kit.Num(fmt.Sprint(no)), "_meta": stored.Placeholder("Chapters", stored.NewID()).Encode()})
			}
			n, err := r.Count(ctx, key.In("b"))
			kit.Must(t, err)
			page, err := r.Page(ctx, key.In("b"), repo.PageSize(2))
			kit.Must(t, err)
			found := kit.All(t, r.Query(ctx, key.In("b")))
			kit.Equal(t, way, []int{int(n), len(found), found[1].No, len(page.Objects), page.Objects[1].No}, []int{3, 3, 2, 2, 2})
			for _, no := range []int{0, 1, 2, 3, 4} {
				kit.Must(t, second(r.Put(ctx, &chapter{Book: "b", No: no})))
				kit.Must(t, r.Delete(ctx, key.Of("b", no), repo.MustExist()))
			}
			x.Counted(t, "left by "+way, map[string]int{})
		}
	}},
}

// bury makes the stored book what a deletion makes of it before it deletes the parts.
func bury(t *testing.T, x *kit.World) {
	t.Helper()
	m, err := stored.Decode(x.Item(t, "Books", "b")["_meta"])
	kit.Must(t, err)
	m.Version, m.Ring, m.Updated, m.Deleted, m.Void = m.Version+1, stored.Push(m.Ring, stored.NewID()), time.Now().UTC(), time.Now().UTC(), true
	x.Plant(t, "Books", kit.Row{"id": kit.Str("b"), "_meta": m.Encode()})
}

// takers are verbs that succeed where nothing is stored, and remove what they have
// written.
var takers = []struct {
	name string
	run  func(*testing.T, string, *repo.Repo[book])
}{
	{"Create", func(t *testing.T, way string, r *repo.Repo[book]) {
		b := newBook("b", 1)
		kit.Must(t, second(r.Create(t.Context(), b)))
		takes(t, way+", Create", r, b)
	}},
	{"Put", func(t *testing.T, way string, r *repo.Repo[book]) {
		b := newBook("b", 1)
		kit.Must(t, second(r.Put(t.Context(), b)))
		takes(t, way+", Put", r, b)
	}},
	{"Delete", func(t *testing.T, way string, r *repo.Repo[book]) {
		kit.Must(t, r.Delete(t.Context(), bookID.Of("b"), repo.Permanently()))
		kit.Must(t, second(r.Create(t.Context(), newBook("b", 0)))) // also over what it may leave
		kit.Must(t, r.Delete(t.Context(), bookID.Of("b"), repo.Permanently(), repo.MustExist()))
	}},
}

func takes(t *testing.T, what string, r *repo.Repo[book], b *book) {
	t.Helper()
	kit.Equal(t, what+", version", b.Meta.Version, 1)
	got := kit.Has(t, r, bookID.Of("b"), what, *b)
	got.N = 8
	kit.Must(t, second(r.Put(t.Context(), got)))
	kit.Must(t, r.Delete(t.Context(), bookID.Of("b"), repo.Permanently(), repo.MustExist()))
}

// absent fails t unless every verb finds nothing, and leaves it there.
func absent(t *testing.T, x *kit.World, r *repo.Repo[book], way string) {
	t.Helper()
	ctx, key := t.Context(), bookID.Of("b")
	before, err := kit.DumpTables(ctx, x.Raw, x.Prefix)
	kit.Must(t, err)
	var text bytes.Buffer
	raw := kit.OpenStored(t, x, "Books", "id", allowed)
	for name, err := range map[string]error{
		"Get":              second(r.Get(ctx, key)),
		"Get WithDeleted":  second(r.Get(ctx, key, repo.WithDeleted())),
		"Get RootOnly":     second(r.Get(ctx, key, repo.RootOnly())),
		"Read":             second(repo.Read(ctx, r, key, bTitle)),
		"Read of a part":   second(repo.Read(ctx, r, key, bText)),
		"Update":           r.Update(ctx, key, bTitle.Set("x")),
		"Update of a part": r.Update(ctx, key, bText.Set("x")),
		"Append":           r.Update(ctx, key, lens.Append(bPages, leaf{})),
		"Modify":           r.Modify(ctx, key, func(*book) error { return nil }),
		"Put MustExist":    second(r.Put(ctx, newBook("b", 1), repo.MustExist())),
		"KeepShards":       second(r.Put(ctx, &book{ID: "b"}, repo.KeepShards())),
		"Delete MustExist": r.Delete(ctx, key, repo.MustExist()),
		"Restore":          r.Restore(ctx, key),
		"Check":            repo.Transact(ctx, []repo.Op{r.CheckOp(key)}),
		"Export":           r.Export(ctx, &text, key),
		"Open":             second(raw.Get(ctx, "b")),
		"Open, Delete":     raw.Delete(ctx, "b", repo.MustExist()),
	} {
		kit.WantErr(t, way+", "+name, err, repo.ErrNotFound, "")
	}
	there, err := r.Exists(ctx, key)
	kit.Must(t, err)
	many, err := r.GetMany(ctx, []repo.Key[book]{key})
	kit.Must(t, err)
	kit.Equal(t, way+", what there is", []any{there, len(kit.All(t, r.Scan(ctx))), len(kit.All(t, r.Scan(ctx, repo.WithDeleted()))), many[0] == nil}, []any{false, 0, 0, true})
	kit.Equal(t, way+", what Decode finds", len(kit.All(t, r.Decode(ctx, []map[string]kit.Value{x.Item(t, "Books", "b")}))), 0)
	for range raw.Scan(ctx) {
		t.Errorf("%s: Scan by Open finds something", way)
	}
	p, err := r.Migrate(ctx)
	kit.Must(t, err)
	kit.Equal(t, way+", migrated", p.Changed, 0)
	after, err := kit.DumpTables(ctx, x.Raw, x.Prefix)
	kit.Must(t, err)
	kit.Same(t, way+", what is stored", after, before)
}
