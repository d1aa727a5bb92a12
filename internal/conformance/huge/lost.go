package huge

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/dystore/dystore/internal/conformance/kit"
	"github.com/dystore/dystore/lens"
	"github.com/dystore/dystore/repo"
)

// lostChecks are about manifests of which some pages are not there.
var lostChecks = []kit.Check{
	{Name: "each page of a manifest", Run: eachPage},
	{Name: "a table of parts that is restored to an earlier time", Run: restoredPages},
	{Name: "all pages", Run: allPages},
	{Name: "pages with places of every kind", Run: everyKind},
}

// cast are parts in a map, whose entries come before those of frames.
var cast = map[string]frame{"a": {Text: "a"}, "b": {Text: "b"}}

// eachPage loses one page after the other. What is left is a value, and can be made the
// object, which loses nothing that is there without being told to.
func eachPage(t *testing.T, x *kit.World) {
	for i, pages := 0, 1; i < pages; i++ {
		y := kit.NewWorld(t, x.Engine)
		ctx, r, key := t.Context(), kit.Open(t, y, films(reels)), filmID.Of("f")
		kit.Must(t, errOf(r.Create(ctx, &film{ID: "f", Title: "t", Reel: reel{Name: "n"}, Frames: frames(1200), Cast: cast})))
		keys := pagesIn(t, y, "Reels", "Sf//")
		if pages = len(keys); i >= pages {
			break // where pages end depends on ids
		}
		lose(t, y, "Reels", func(key string) bool { return key == keys[i] })
		what := fmt.Sprintf("page %d of %d: ", i+1, pages)
		kit.WantErr(t, what+"get", errOf(r.Get(ctx, key)), repo.ErrCorrupt, fmt.Sprintf("of %d pages of the manifest 1 are missing", pages))
		kit.WantErr(t, what+"update", r.Update(ctx, key, fTitle.Set("x")), repo.ErrCorrupt, "")
		got := leftOf(t, r, what)

		var damaged *repo.DamageError
		if _, err := r.Repair(ctx, key); !errors.As(err, &damaged) {
			t.Errorf("%sa repair that is not told to discard: %v", what, err)
		}
		found, err := r.Repair(ctx, key, repo.Discard())
		if err != nil || len(found) == 0 || found[0].Path != "" || found[0].Key != keys[i] || found[0].Cause != repo.PartMissing {
			t.Fatalf("%srepair: %+v, %v", what, found, err)
		}
		whole, err := r.Get(ctx, key)
		kit.Must(t, err)
		if !slices.EqualFunc(whole.Frames, got.Frames, func(a, b frame) bool { return a.N == b.N }) || whole.Title != "t" {
			t.Errorf("%sthe repaired object has %d frames; what was left had %d", what, len(whole.Frames), len(got.Frames))
		}
		kit.Must(t, r.Update(ctx, key, lens.Append(fFrames, frame{N: 5000})))
		for range 2 {
			kit.Must(t, errOf(r.Sweep(ctx)))
		}
		kit.CheckOrphans(t, y.Raw, y.Prefix)
	}
}

// leftOf reads what is left of a film: frames in their order.
func leftOf(t *testing.T, r *repo.Repo[film], what string) *film {
	t.Helper()
	got, err := r.Get(t.Context(), filmID.Of("f"), repo.AllowDamaged())
	var damaged *repo.DamageError
	if !errors.As(err, &damaged) || got == nil {
		t.Fatalf("%sa damaged read: %v", what, err)
	}
	if p := damaged.Parts[0]; p.Path != "" || p.Cause != repo.PartMissing || !strings.Contains(p.Err.Error(), "a page of the manifest, is missing") {
		t.Errorf("%sthe report begins with %+v", what, p)
	}
	for i := 1; i < len(got.Frames); i++ {
		if got.Frames[i].N <= got.Frames[i-1].N {
			t.Fatalf("%sframe %d follows frame %d", what, got.Frames[i].N, got.Frames[i-1].N)
		}
	}
	if len(got.Frames) >= 1200 || got.Title != "t" {
		t.Errorf("%s%d frames of 1,200 are left", what, len(got.Frames))
	}
	_, err = r.Put(t.Context(), got)
	kit.WantErr(t, what+"put of what is left", err, repo.ErrCorrupt, "")
	return got
}

// pagesIn are the keys in a table that have a text in them, sorted.
func pagesIn(t *testing.T, x *kit.World, table, text string) (keys []string) {
	t.Helper()
	for _, it := range kit.Items(t, x, table) {
		if key := kit.StringOf(it["_id"]); strings.Contains(key, text) {
			keys = append(keys, key)
		}
	}
	slices.Sort(keys)
	return keys
}

// restoredPages: the root names pages and parts that came after the backup.
func restoredPages(t *testing.T, x *kit.World) {
	ctx, r, key := t.Context(), kit.Open(t, x, films(reels)), filmID.Of("f")
	kit.Must(t, errOf(r.Create(ctx, &film{ID: "f", Title: "t", Frames: frames(1200), Cast: cast})))
	backup := map[string][]kit.Row{}
	for _, table := range []string{"Reels", "Frames"} {
		backup[table] = kit.Items(t, x, table)
	}
	kit.Must(t, r.Update(ctx, key, lens.Join(lens.At(fFrames, 600), frameN).Set(600)))
	for table, items := range backup {
		lose(t, x, table, func(string) bool { return true })
		for _, it := range items {
			x.Plant(t, table, it)
		}
	}
	x.Tampered = true
	got := leftOf(t, r, "")
	if len(got.Frames) == 0 {
		t.Error("no frames are left")
	}
	kit.Must(t, errOf(r.Repair(ctx, key, repo.Discard())))
	whole, err := r.Get(ctx, key)
	kit.Must(t, err)
	kit.Equal(t, "frames", len(whole.Frames), len(got.Frames))
}

// allPages: the root is left.
func allPages(t *testing.T, x *kit.World) {
	ctx, r, key := t.Context(), kit.Open(t, x, films(reels)), filmID.Of("f")
	kit.Must(t, errOf(r.Create(ctx, &film{ID: "f", Title: "t", Frames: frames(1200)})))
	lose(t, x, "Reels", func(key string) bool { return strings.Contains(key, "Sf//") })
	got := leftOf(t, r, "")
	kit.Equal(t, "frames", len(got.Frames), 0)
	kit.WantErr(t, "delete", r.Delete(ctx, key), repo.ErrCorrupt, "")
	kit.Must(t, r.Delete(ctx, key, repo.Damaged()))
	for range 2 {
		kit.Must(t, errOf(r.Sweep(ctx)))
	}
	kit.WantErr(t, "deleted", errOf(r.Get(ctx, key)), repo.ErrNotFound, "")
	x.Counted(t, "left", map[string]int{})
}
