package damage

import (
	"fmt"
	"testing"

	"github.com/dystore/dystore/internal/conformance/kit"
	"github.com/dystore/dystore/repo"
)

// tables are those of albums.
var tables = []string{"Albums", "Covers", "Reviews", "Songs", "Lyrics", "Others"}

// restoredChecks restore one table of an album to an earlier time.
var restoredChecks = func() (checks []kit.Check) {
	for _, table := range tables {
		checks = append(checks, kit.Check{Name: table, Run: func(t *testing.T, x *kit.World) {
			x.Tampered = true // what was written after that time and is in the other tables
			for way, r := range writers(t, x, albums()) {
				restored{t, x, r, table, way}.run()
			}
		}})
	}
	return append(checks, kit.Check{Name: "Sweep", Run: swept})
}()

type restored struct {
	t     *testing.T
	x     *kit.World
	r     *repo.Repo[album]
	table string
	way   string
}

// kinds are what happens to albums after the time that the table is restored to.
var kinds = []struct {
	id     string
	change func(*album) bool // false: it is deleted
}{
	{"untouched", nil},
	{"changed", func(a *album) bool {
		a.Cover.N, a.Songs[1].N, a.Songs[1].Lyrics.N, a.Title = 7, 7, 7, "new"
		return true
	}},
	{"grown", func(a *album) bool {
		a.Songs = append([]song{{Name: "first", Lyrics: leaf{N: 8}}}, a.Songs...)
		a.Covers["new"] = leaf{N: 8}
		return true
	}},
	{"shrunk", func(a *album) bool { a.Songs, a.Review, a.Covers = a.Songs[:1], nil, nil; return true }},
	{"deleted", func(*album) bool { return false }},
}

// run stores albums, writes on, puts back what the table had, and mends every album that
// is left.
func (c restored) run() {
	t, r, ctx := c.t, c.r, c.t.Context()
	for _, k := range kinds {
		kit.Must(t, second(r.Create(ctx, anAlbum(k.id))))
	}
	before := kit.Items(t, c.x, c.table)
	for _, k := range kinds {
		a, err := r.Get(ctx, albumID.Of(k.id))
		kit.Must(t, err)
		switch {
		case k.change == nil:
		case k.change(a):
			kit.Must(t, second(r.Put(ctx, a)))
		default:
			kit.Must(t, r.Delete(ctx, albumID.Of(k.id)))
		}
	}
	kit.Must(t, second(r.Create(ctx, anAlbum("young"))))
	c.putBack(before)

	kit.Has(t, r, albumID.Of("untouched"), c.way, func() album { v, _ := r.Get(ctx, albumID.Of("untouched"), repo.AllowDamaged()); return *v }())
	for v, err := range r.Scan(ctx, repo.AllowDamaged()) {
		if v == nil {
			t.Fatalf("%s: %v", c.way, err)
		}
		c.mend(v, err)
	}
	sound := kit.All(t, r.Scan(ctx))
	there := map[string]bool{}
	for _, a := range sound {
		there[a.ID] = true
		kit.Must(t, second(r.Put(ctx, &a)))
		kit.Must(t, r.Delete(ctx, albumID.Of(a.ID), repo.MustExist()))
	}
	kit.Equal(t, c.way+", albums", there, map[string]bool{"untouched": true, "changed": true, "grown": true, "shrunk": true, c.also(): true})
	for _, id := range []string{"deleted", "young"} { // items of which may be left
		kit.Must(t, second(r.Create(ctx, anAlbum(id))))
		kit.Equal(t, c.way+", anew", content(kit.Has(t, r, albumID.Of(id), id, func() album { v, _ := r.Get(ctx, albumID.Of(id)); return *v }())), content(anAlbum(id)))
		kit.Must(t, r.Delete(ctx, albumID.Of(id)))
	}
	kit.Equal(t, c.way+", roots", len(kit.Items(t, c.x, "Albums")), 0)
	for _, table := range tables[1:] {
		for _, it := range kit.Items(t, c.x, table) {
			remove(t, c.x, table, it)
		}
	}
}

// also is the album that is there beside the others: the one that was created later, or
// the one that was deleted, if the roots are those of the earlier time.
func (c restored) also() string {
	if c.table == "Albums" {
		return "deleted"
	}
	return "young"
}

// putBack replaces all items of the table.
func (c restored) putBack(items []kit.Row) {
	c.t.Helper()
	key := map[bool]string{true: "id", false: "_id"}[c.table == "Albums"]
	for _, it := range kit.Items(c.t, c.x, c.table) {
		removeBy(c.t, c.x, c.table, key, it)
	}
	for _, it := range items {
		c.x.Plant(c.t, c.table, it)
	}
}

// mend repairs an album, and compares what is read then with what was read before.
func (c restored) mend(v *album, err error) {
	t, key, what := c.t, albumID.Of(v.ID), c.way+", "+v.ID
	found, repairErr := c.r.Repair(t.Context(), key, repo.Discard())
	kit.Must(t, repairErr)
	kit.Equal(t, what+": damaged", len(found) > 0, err != nil)
	if err != nil {
		kit.Equal(t, what, fmt.Sprint(found), fmt.Sprint(reported(t, what, err)))
	}
	now, err := c.r.Get(t.Context(), key)
	kit.Must(t, err)
	kit.Equal(t, what, content(now), content(v))
	if v.ID == "changed" && c.table == "Covers" && c.way == plainly && !c.x.Engine.Staged {
		kit.Equal(t, what+": the older cover, the newer title", []any{v.Cover.N, v.Title}, []any{1, "new"})
	}
}

// swept: Sweep deletes no part that a root names, and none that was written in a
// transaction. Copies of an album whose root is gone are gone as well.
func swept(t *testing.T, x *kit.World) {
	x.Tampered = true
	for way, r := range writers(t, x, albums()) {
		ctx, a := t.Context(), anAlbum("a")
		kit.Must(t, second(r.Create(ctx, a)))
		removeBy(t, x, "Albums", "id", x.Item(t, "Albums", "a"))
		_, err := r.Get(ctx, albumID.Of("a"), repo.AllowDamaged())
		kit.WantErr(t, way, err, repo.ErrNotFound, "")
		done, err := r.Sweep(ctx)
		kit.Must(t, err)
		if way == plainly && !x.Engine.Staged {
			kit.Equal(t, way+", deleted", done.Changed, 0)
			kit.Must(t, second(r.Create(ctx, anAlbum("a"))))
			kit.Must(t, r.Delete(ctx, albumID.Of("a")))
			x.Counted(t, way+": parts in lists and maps", map[string]int{"Songs": 3, "Lyrics": 3})
			for _, table := range []string{"Songs", "Lyrics"} {
				for _, it := range kit.Items(t, x, table) {
					remove(t, x, table, it)
				}
			}
			continue
		}
		kit.Equal(t, way+", deleted", done.Changed, 10)
		x.Counted(t, way, map[string]int{})
	}
}
