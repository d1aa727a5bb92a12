package counters

import (
	"context"
	"testing"

	"github.com/dystore/dystore/internal/conformance/kit"
	"github.com/dystore/dystore/repo"
)

var readChecks = []kit.Check{
	{Name: "every read of an object has the sums", Run: everyRead},
	{Name: "reads that leave counters out", Run: leftOut},
	{Name: "an object that nobody has counted for", Run: notCounted},
	{Name: "the object is left alone", Run: leftAlone},
	{Name: "objects are counted for apart", Run: apart},
	{Name: "many objects", Run: many},
	{Name: "requests", Out: kit.Out{Staged: "other requests", Alone: "other requests"}, Run: requests},
}

func everyRead(t *testing.T, x *kit.World) {
	ctx := t.Context()
	r, key := made(t, x, pages(slots))
	add(t, r, key, 9)
	got, err := r.Get(ctx, key)
	counted(t, "Get", 9, -18)(got, err)
	got, err = r.Get(ctx, key, repo.Eventually())
	if err != nil || got.Views > 9 || got.Views < 0 {
		t.Errorf("an eventually consistent Get: %+v, %v", got, err)
	}
	both, err := r.GetMany(ctx, []repo.Key[page]{key, key})
	for _, p := range both {
		counted(t, "GetMany", 9, -18)(p, err)
	}
	for p, err := range r.Scan(ctx) {
		counted(t, "Scan", 9, -18)(p, err)
	}
	for p, err := range r.Query(ctx, pageKey.In("s")) {
		counted(t, "Query", 9, -18)(p, err)
	}
	page1, err := r.Page(ctx, pageKey.In("s"), repo.PageSize(5))
	kit.Must(t, err)
	counted(t, "Page", 9, -18)(page1.Objects[0], nil)
	kit.Must(t, r.Modify(ctx, key, func(p *page) error {
		counted(t, "Modify", 9, -18)(p, nil)
		p.Title += "!"
		return nil
	}))
	got, err = repo.UpdateGet(ctx, r, key, title.Set("t2"))
	counted(t, "UpdateGet", 9, -18)(got, err)
	if !x.Engine.Alone {
		var of *page
		kit.Must(t, repo.TransactGet(ctx, r.GetOp(key, &of)))
		counted(t, "TransactGet", 9, -18)(of, nil)
	}
}

func leftOut(t *testing.T, x *kit.World) {
	r, key := made(t, x, pages(slots))
	add(t, r, key, 2)
	got, err := r.Get(t.Context(), key, repo.RootOnly())
	counted(t, "RootOnly", 0, 0)(got, err)
	n, err := r.Count(t.Context(), pageKey.In("s"))
	kit.Must(t, err)
	kit.Equal(t, "Count", n, int64(1))
	_, err = r.Create(t.Context(), aPage())
	kit.WantErr(t, "Create", err, repo.ErrExists, "")
	if got, err = r.Refused(t.Context(), err); err == nil {
		counted(t, "Refused", 0, 0)(got, nil)
	}
}

func notCounted(t *testing.T, x *kit.World) {
	r, key := made(t, x, pages(slots))
	got, err := r.Get(t.Context(), key)
	counted(t, "Get", 0, 0)(got, err)
	kit.Must(t, r.Add(t.Context(), key, views, 0))
	got, err = r.Get(t.Context(), key)
	counted(t, "Get after 0 was added", 0, 0)(got, err)
}

// leftAlone: no version is raised, and no write of the object changes a counter.
func leftAlone(t *testing.T, x *kit.World) {
	ctx := t.Context()
	r, key := made(t, x, pages(slots))
	v, err := r.Get(ctx, key)
	kit.Must(t, err)
	add(t, r, key, 5)
	v.Title, v.Views, v.Votes.Sum = "mine", 1000, 1000
	_, err = r.Put(ctx, v)
	kit.Must(t, err)
	got, err := r.Get(ctx, key)
	counted(t, "after a tracked Put", 5, -10)(got, err)
	kit.Equal(t, "version", got.Meta.Version, int64(2))
	untracked := aPage()
	untracked.Views = 7
	_, err = r.Put(ctx, untracked)
	kit.Must(t, err)
	got, err = r.Get(ctx, key)
	counted(t, "after an untracked Put", 5, -10)(got, err)
}

func apart(t *testing.T, x *kit.World) {
	ctx := t.Context()
	r, key := made(t, x, pages(slots))
	other := aPage()
	other.Name = "n/~nviews"
	second, err := r.Create(ctx, other)
	kit.Must(t, err)
	add(t, r, key, 3)
	add(t, r, second, 4)
	got, err := r.Get(ctx, key)
	counted(t, "the first", 3, -6)(got, err)
	got, err = r.Get(ctx, second)
	counted(t, "the second", 4, -8)(got, err)
}

// many objects are read with few requests for all of their slots.
func many(t *testing.T, x *kit.World) {
	ctx := t.Context()
	r := kit.Open(t, x, pages(slots))
	const n = 30
	var keys []repo.Key[page]
	for i := range n {
		p := aPage()
		p.Name = kit.Text(i + 1)
		key, err := r.Create(ctx, p)
		kit.Must(t, err)
		for range i % 3 {
			kit.Must(t, r.Add(ctx, key, views, 10))
		}
		keys = append(keys, key)
	}
	x.Net.Reset()
	check := func(what string, p *page) {
		t.Helper()
		if i := len(p.Name) - 1; p.Views != int64(i%3*10) {
			t.Errorf("%s: page %d has %d views; want %d", what, i, p.Views, i%3*10)
		}
	}
	all, err := r.GetMany(ctx, keys)
	kit.Must(t, err)
	for _, p := range all {
		check("GetMany", p)
	}
	// Roots and texts are 60 keys, and slots 240: batches of at most 100.
	if sent := x.Net.Count(); !x.Engine.Uncounted && !x.Engine.Staged && !x.Engine.Alone && sent != 4 {
		t.Errorf("GetMany sent %d requests; want 4", sent)
	}
	x.Net.Reset()
	seen := 0
	for p, err := range r.Query(ctx, pageKey.In("s")) {
		kit.Must(t, err)
		check("Query", p)
		seen++
	}
	kit.Equal(t, "objects", seen, n)
	// A page of roots, and for 11 objects at a time their texts, and their slots.
	if sent := x.Net.Count(); !x.Engine.Uncounted && sent != 1+2*3 {
		t.Errorf("Query sent %d requests; want 7", sent)
	}
}

// requests: what counters cost is in the documentation of Add.
func requests(t *testing.T, x *kit.World) {
	ctx := context.Background()
	r, key := made(t, x, pages(1))
	kit.Must(t, r.Add(ctx, key, views, 1))
	x.WantSent(t, "the first Add", "GetItem: Pages", "TransactWriteItems: Update Counts", "TransactWriteItems: Put Counts")
	kit.Must(t, r.Add(ctx, key, views, 1))
	x.WantSent(t, "Add", "GetItem: Pages", "TransactWriteItems: Update Counts")
	kit.Must(t, r.Add(ctx, key, views, 1, repo.Relaxed()))
	x.WantSent(t, "Add with Relaxed", "GetItem: Pages", "UpdateItem: Counts")
	_, err := r.Get(ctx, key)
	kit.Must(t, err)
	x.WantSent(t, "Get", "BatchGetItem: Pages, Texts", "BatchGetItem: Counts x2")
	_, err = r.Get(ctx, key, repo.RootOnly())
	kit.Must(t, err)
	x.WantSent(t, "Get with RootOnly", "GetItem: Pages")
}
