package damage

import (
	"fmt"
	"maps"
	"testing"

	"github.com/dystore/dystore/internal/conformance/kit"
	"github.com/dystore/dystore/repo"
)

// partChecks do every damage to every part, and read, mend and delete the album.
var partChecks = func() (checks []kit.Check) {
	for _, d := range damages {
		checks = append(checks,
			kit.Check{Name: d.name + ", read and repaired", Run: func(t *testing.T, x *kit.World) {
				for way, r := range writers(t, x, albums()) {
					for _, p := range places {
						newDamaged(t, x, r, way, p, d).mended()
					}
				}
			}},
			kit.Check{Name: d.name + ", deleted", Run: func(t *testing.T, x *kit.World) {
				for way, r := range writers(t, x, albums()) {
					for _, p := range places {
						newDamaged(t, x, r, way, p, d).deleted()
					}
				}
			}})
	}
	return checks
}()

// damaged is one damage to one part.
type damaged struct {
	t    *testing.T
	x    *kit.World
	r    *repo.Repo[album]
	what string
	p    place
	d    damage

	copies bool // parts are copies: their keys are nobody else's
}

func newDamaged(t *testing.T, x *kit.World, r *repo.Repo[album], way string, p place, d damage) damaged {
	return damaged{t, x, r, way + ", " + p.path, p, d, x.Engine.Staged || way != plainly}
}

// album is a stored album with the damage.
func (c damaged) album() *album {
	c.t.Helper()
	a := anAlbum("a")
	kit.Must(c.t, second(c.r.Create(c.t.Context(), a)))
	damagePart(c.t, c.x, a, c.p, c.d.change)
	return a
}

// wants are what a read finds: the album, and the report.
func (c damaged) wants(a *album) (album, map[string]repo.DamageCause) {
	want, report := content(a), map[string]repo.DamageCause{c.p.path: c.d.cause}
	if c.d.shown {
		return want, report
	}
	want.Songs, want.Covers = append([]song{}, a.Songs...), maps.Clone(a.Covers)
	c.p.drop(&want)
	for _, path := range c.p.inside {
		report[path] = repo.PartUnreachable
	}
	return want, report
}

// mended reads the album in every way, repairs it, and reads it again.
func (c damaged) mended() {
	t, r, key, ctx := c.t, c.r, albumID.Of("a"), c.t.Context()
	a := c.album()
	kit.WantErr(t, c.what, second(r.Get(ctx, key)), repo.ErrCorrupt, "")
	want, causes := c.wants(a)
	got, err := r.Get(ctx, key, repo.AllowDamaged())
	report := reported(t, c.what, err)
	kit.Equal(t, c.what+", report", found(a, report), causes)
	kit.Equal(t, c.what+", value", content(got), want)
	for _, part := range report {
		if part.Table == "" || part.Key == "" || part.Err == nil {
			t.Errorf("%s: %+v says too little", c.what, part)
		}
	}
	kit.WantErr(t, c.what+", put", second(r.Put(ctx, got)), repo.ErrCorrupt, "repo.Repair")

	before, err := kit.DumpTables(ctx, c.x.Raw, c.x.Prefix)
	kit.Must(t, err)
	dry, err := r.Repair(ctx, key, repo.DryRun())
	kit.Must(t, err)
	kit.Equal(t, c.what+", dry run", found(a, dry), causes)
	held := c.held(causes)
	if held {
		report, err = r.Repair(ctx, key)
		reported(t, c.what+", repair", err)
		kit.Equal(t, c.what+", refused", found(a, report), causes)
	}
	after, err := kit.DumpTables(ctx, c.x.Raw, c.x.Prefix)
	kit.Must(t, err)
	kit.Same(t, c.what+", stored", after, before)

	opts := []repo.CallOption{repo.By("mender")}
	if held {
		opts = append(opts, repo.Discard())
	}
	report, err = r.Repair(ctx, key, opts...)
	kit.Must(t, err)
	kit.Equal(t, c.what+", repaired", found(a, report), causes)
	mended := kit.Has(t, r, key, c.what+", repaired", func() album { return c.withRecord(want) }())
	kit.Equal(t, c.what+", record", []any{mended.Meta.Version, mended.Meta.UpdatedBy}, []any{int64(2), "mender"})
	report, err = r.Repair(ctx, key)
	kit.Must(t, err)
	kit.Equal(t, c.what+", again", len(report), 0)

	mended.Title = "changed"
	kit.Must(t, second(r.Put(ctx, mended)))
	kit.Equal(t, c.what+", version", mended.Meta.Version, 3)
	c.foreign(1)
	kit.CheckOrphans(t, c.x.Raw, c.x.Prefix)
	kit.Must(t, r.Delete(ctx, key, repo.MustExist()))
	c.x.Counted(t, c.what, map[string]int{})
}

// withRecord is the album as it is stored now.
func (c damaged) withRecord(want album) album {
	c.t.Helper()
	now, err := c.r.Get(c.t.Context(), albumID.Of("a"))
	kit.Must(c.t, err)
	want.Meta = now.Meta
	return want
}

// held reports whether items are there that a repair has to delete.
func (c damaged) held(causes map[string]repo.DamageCause) bool {
	for _, cause := range causes {
		if cause == repo.PartUndecodable || cause == repo.PartUnreachable {
			return true
		}
	}
	return false
}

// left is how many items of others a deletion leaves: all, but for those under the key of
// a copy, which goes without a condition.
func (c damaged) left() int {
	if c.copies {
		return 0
	}
	return 1
}

// foreign fails the test unless as many items of others are there as there must be, and
// removes them.
func (c damaged) foreign(n int) {
	c.t.Helper()
	if c.d.cause != repo.PartOfOtherOwner {
		return
	}
	for _, it := range kit.Items(c.t, c.x, c.p.table) {
		rec, ok := it["_meta"]
		if !ok || kit.StringOf(kit.Members(rec)["o"]) == "Albums/Sother" {
			remove(c.t, c.x, c.p.table, it)
			n--
		}
	}
	kit.Equal(c.t, c.what+", items of others that are missing", n, 0)
}

// deleted deletes the album.
func (c damaged) deleted() {
	t, r, key, ctx := c.t, c.r, albumID.Of("a"), c.t.Context()
	for name, remove := range map[string]func(*album) error{
		"Delete":      func(*album) error { return r.Delete(ctx, key) },
		"DeleteMany":  func(*album) error { return r.DeleteMany(ctx, []repo.Key[album]{key}) },
		"DeleteValue": func(a *album) error { return r.DeleteValue(ctx, a) },
		"DeleteValue, read": func(*album) error {
			v, _ := r.Get(ctx, key, repo.AllowDamaged())
			return r.DeleteValue(ctx, v)
		},
	} {
		a, what := c.album(), c.what+", "+name
		if err := remove(a); c.d.cause == repo.PartOfOtherOwner && err != nil {
			kit.WantErr(t, what, err, repo.ErrCorrupt, "belongs to another object")
			kit.Must(t, r.Delete(ctx, key, repo.Damaged()))
		} else {
			kit.Must(t, err)
		}
		c.foreign(c.left())
		c.x.Counted(t, what, map[string]int{})
	}
	c.album()
	kit.Must(t, r.Delete(ctx, key, repo.Damaged(), repo.MustExist()))
	c.foreign(1)
	c.x.Counted(t, fmt.Sprint(c.what, ", Damaged"), map[string]int{})
}

func second[V any](_ V, err error) error { return err }
