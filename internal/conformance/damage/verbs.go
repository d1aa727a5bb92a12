package damage

import (
	"bytes"
	"errors"
	"fmt"
	"sync"
	"testing"

	"github.com/dystore/dystore/internal/conformance/kit"
	"github.com/dystore/dystore/lens"
	"github.com/dystore/dystore/meta"
	"github.com/dystore/dystore/repo"
)

// cover, songs and lyrics are places of albums.
var cover, songPart, lyrics = places[0], places[2], places[3]

// threeAlbums stores three albums; the second one has lost its cover.
func threeAlbums(t *testing.T, x *kit.World, r *repo.Repo[album]) (keys []repo.Key[album]) {
	t.Helper()
	for i := range 3 {
		a := anAlbum(fmt.Sprint("a", i))
		kit.Must(t, second(r.Create(t.Context(), a)))
		keys = append(keys, albumID.Of(a.ID))
		if i == 1 {
			damagePart(t, x, a, cover, nil)
		}
	}
	return keys
}

// seen are objects by their ids: whether each came with a cover, and with an error.
type seen map[string][2]bool

func (s seen) add(t *testing.T, v *album, err error) {
	t.Helper()
	if v == nil {
		t.Fatalf("no value: %v", err)
	}
	if err != nil {
		reported(t, v.ID, err)
	}
	s[v.ID] = [2]bool{v.Cover.N > 0, err != nil}
}

var verbChecks = []kit.Check{
	{Name: "reads of several objects", Run: func(t *testing.T, x *kit.World) {
		ctx, r := t.Context(), kit.Open(t, x, albums())
		keys := threeAlbums(t, x, r)
		want := seen{"a0": {true, false}, "a1": {false, true}, "a2": {true, false}}
		many, err := r.GetMany(ctx, keys)
		kit.WantErrs(t, "GetMany", err, 3, map[int]error{1: repo.ErrCorrupt})
		kit.Equal(t, "GetMany", many[1] == nil, true)
		got := seen{}
		many, err = r.GetMany(ctx, keys, repo.AllowDamaged())
		batch, _ := errors.AsType[*repo.BatchError](err)
		for i, v := range many {
			got.add(t, v, batch.Errs[i])
		}
		kit.Equal(t, "GetMany", got, want)
		for name, loop := range map[string]func(func(*album, error) bool){
			"Scan":     r.Scan(ctx, repo.AllowDamaged()),
			"Query":    r.Query(ctx, repo.All[album](), repo.AllowDamaged()),
			"Segments": r.Scan(ctx, repo.AllowDamaged(), repo.Segments(2)),
			"Decode":   r.Decode(ctx, kit.Items(t, x, "Albums"), repo.AllowDamaged()),
			"Where":    r.Query(ctx, repo.All[album]().Where(aTitle.Eq("t")), repo.AllowDamaged()),
		} {
			got := seen{}
			for v, err := range loop {
				got.add(t, v, err)
			}
			kit.Equal(t, name, got, want)
		}
		page, err := r.Page(ctx, repo.All[album](), repo.AllowDamaged())
		kit.Must(t, err)
		kit.Equal(t, "Page", []int{len(page.Objects), len(page.Failed)}, []int{3, 1})
		reported(t, "Page", page.Failed[0])
		page, err = r.Page(ctx, repo.All[album]())
		kit.Must(t, err)
		kit.Equal(t, "Page of sound ones", []int{len(page.Objects), len(page.Failed)}, []int{2, 1})
		kit.Must(t, second(r.Repair(ctx, keys[1])))
		kit.Equal(t, "all", len(kit.All(t, r.Scan(ctx))), 3)
	}},
	{Name: "parts that are not asked for", Run: func(t *testing.T, x *kit.World) {
		ctx, r := t.Context(), kit.Open(t, x, albums())
		key := threeAlbums(t, x, r)[1]
		kit.Must(t, second(r.Get(ctx, key, repo.RootOnly())))
		got, err := r.Get(ctx, key, repo.RootOnly(), repo.AllowDamaged())
		kit.Must(t, err)
		got.Title = "changed"
		kit.Must(t, second(r.Put(ctx, got)))
		n, err := repo.Read(ctx, r, key, lens.Join(lens.At(lens.Of(func(a *album) *[]song { return &a.Songs }), 1), lens.Of(func(s *song) *int { return &s.N })))
		kit.Must(t, err)
		kit.Equal(t, "another part", n, 1)
		kit.WantErr(t, "Read", second(repo.Read(ctx, r, key, lens.Join(aCover, lN))), repo.ErrCorrupt, "is missing")
		kit.Must(t, second(r.Repair(ctx, key)))
	}},
	{Name: "verbs that read", Run: func(t *testing.T, x *kit.World) {
		for way, r := range writers(t, x, albums()) {
			ctx, a := t.Context(), anAlbum("a")
			key, err := r.Create(ctx, a)
			kit.Must(t, err)
			damagePart(t, x, a, cover, nil)
			var text bytes.Buffer
			for name, err := range map[string]error{
				"Modify": r.Modify(ctx, key, func(*album) error { return nil }),
				"Export": r.Export(ctx, &text, key),
				"Put of an ETag": func() error {
					b := anAlbum("a")
					b.Meta = meta.Record{Version: a.Meta.Version, WriteID: a.Meta.WriteID}
					return second(r.Put(ctx, b))
				}(),
			} {
				kit.WantErr(t, way+", "+name, err, repo.ErrCorrupt, "is missing")
			}
			done, err := r.Migrate(ctx)
			kit.Equal(t, way+", Migrate", []any{done.Failed, done.Errors["ErrCorrupt"], errors.Is(err, repo.ErrCorrupt)}, []any{int64(1), int64(1), true})
			kit.Must(t, second(r.Repair(ctx, key)))
			kit.Must(t, r.Export(ctx, &text, key))
			kit.Must(t, r.Delete(ctx, key))
		}
	}},
	{Name: "updates beside the damage", Run: func(t *testing.T, x *kit.World) {
		for way, r := range writers(t, x, albums()) {
			ctx, a := t.Context(), anAlbum("a")
			key, err := r.Create(ctx, a)
			kit.Must(t, err)
			damagePart(t, x, a, cover, nil)
			damagePart(t, x, a, lyrics, damages[1].change)
			kit.Must(t, r.Update(ctx, key, aTitle.Set("new")))
			kit.WantErr(t, way+", inside of a lost part", r.Update(ctx, key, lens.Join(aCover, lN).Set(7)), repo.ErrCorrupt, "")
			report, err := r.Repair(ctx, key, repo.DryRun())
			kit.Must(t, err)
			kit.Equal(t, way+", report", found(a, report), map[string]repo.DamageCause{"cover": repo.PartMissing, "songs#1.lyrics": repo.PartOfOtherVersion})
			kit.Must(t, r.Update(ctx, key, aCover.Set(leaf{"new", 9}))) // a part that is replaced need not be there
			report, err = r.Repair(ctx, key)
			kit.Must(t, err)
			kit.Equal(t, way+", repaired", len(report), 1)
			got, err := r.Get(ctx, key)
			kit.Must(t, err)
			kit.Equal(t, way, []any{got.Title, got.Cover.N, got.Songs[1].Lyrics.N}, []any{"new", 9, 11})
			kit.CheckOrphans(t, x.Raw, x.Prefix)
			kit.Must(t, r.Delete(ctx, key))
		}
	}},
	{Name: "overwritten", Run: func(t *testing.T, x *kit.World) {
		for way, r := range writers(t, x, albums()) {
			for _, p := range places {
				ctx, a := t.Context(), anAlbum("a")
				key, err := r.Create(ctx, a)
				kit.Must(t, err)
				damagePart(t, x, a, p, nil)
				got, _ := r.Get(ctx, key, repo.AllowDamaged())
				kit.WantErr(t, way, second(r.Put(ctx, got)), repo.ErrCorrupt, "repo.Overwrite")
				kit.Must(t, second(r.Put(ctx, got, repo.Overwrite())))
				now, err := r.Get(ctx, key)
				kit.Must(t, err)
				kit.Equal(t, way+", "+p.path, content(now), content(got))
				kit.CheckOrphans(t, x.Raw, x.Prefix)
				kit.Must(t, second(r.Put(ctx, now)))
				kit.Must(t, r.Delete(ctx, key))
			}
		}
	}},
	{Name: "an item that comes back", Run: func(t *testing.T, x *kit.World) {
		ctx, r, a := t.Context(), kit.Open(t, x, albums()), anAlbum("a")
		key, err := r.Create(ctx, a)
		kit.Must(t, err)
		lost := itemOf(t, x, a, songPart)
		damagePart(t, x, a, songPart, nil)
		got, err := r.Get(ctx, key, repo.AllowDamaged())
		reported(t, "get", err)
		x.Plant(t, "Songs", lost)
		kit.Equal(t, "whole", len(kit.Has(t, r, key, "album", *a).Songs), 3)
		kit.WantErr(t, "put", second(r.Put(ctx, got)), repo.ErrCorrupt, "") // it would delete the song
		report, err := r.Repair(ctx, key)
		kit.Must(t, err)
		kit.Equal(t, "report", len(report), 0)
		kit.Has(t, r, key, "album", *a)
	}},
	{Name: "repairs at once", Run: func(t *testing.T, x *kit.World) {
		for way, r := range writers(t, x, albums()) {
			ctx, a := t.Context(), anAlbum("a")
			key, err := r.Create(ctx, a)
			kit.Must(t, err)
			damagePart(t, x, a, songPart, nil)
			var all sync.WaitGroup
			for range 3 {
				all.Go(func() {
					if _, err := r.Repair(ctx, key, repo.Discard()); err != nil {
						t.Errorf("%s: %v", way, err)
					}
				})
			}
			all.Go(func() {
				if err := r.Update(ctx, key, aTitle.Set("new")); err != nil {
					t.Errorf("%s: %v", way, err)
				}
			})
			all.Wait()
			got, err := r.Get(ctx, key)
			kit.Must(t, err)
			kit.Equal(t, way, []any{got.Meta.Version, got.Title, len(got.Songs)}, []any{int64(3), "new", 2})
			kit.CheckOrphans(t, x.Raw, x.Prefix)
			kit.Must(t, r.Delete(ctx, key))
		}
	}},
	{Name: "repairs that are repeated or refused", Run: func(t *testing.T, x *kit.World) {
		ctx, r, a := t.Context(), kit.Open(t, x, albums()), anAlbum("a")
		key, err := r.Create(ctx, a)
		kit.Must(t, err)
		damagePart(t, x, a, cover, nil)
		id := repo.WithWriteID(meta.NewWriteID())
		for range 2 {
			kit.Must(t, second(r.Repair(ctx, key, id)))
		}
		kit.Equal(t, "version", kit.Has(t, r, key, "album", func() album { v, _ := r.Get(ctx, key); return *v }()).Meta.Version, 2)
		kit.WantErr(t, "nothing", second(r.Repair(ctx, albumID.Of("none"))), repo.ErrNotFound, "")
		plain := kit.Open(t, x, repo.TableOf("Plains", repo.KeyOf(func(l *leaf) *string { return &l.Text })), repo.Plain())
		kit.WantErr(t, "without records", second(plain.Repair(ctx, repo.KeyOf(func(l *leaf) *string { return &l.Text }).Of("l"))), repo.ErrInvalid, "repo.Plain")
	}},
	{Name: "the record of the root", Run: func(t *testing.T, x *kit.World) {
		for way, r := range writers(t, x, albums()) {
			ctx, a := t.Context(), anAlbum("a")
			key, err := r.Create(ctx, a)
			kit.Must(t, err)
			root := x.Item(t, "Albums", "a")
			kit.Members(root["_meta"])["v"] = kit.Str("x")
			x.Plant(t, "Albums", root)
			for name, err := range map[string]error{
				"Get": func() error {
					v, err := r.Get(ctx, key, repo.AllowDamaged())
					kit.Equal(t, way+", value", v == nil, true)
					return err
				}(),
				"Repair": second(r.Repair(ctx, key, repo.Discard())),
				"Delete": r.Delete(ctx, key),
				"Update": r.Update(ctx, key, aTitle.Set("x")),
				"Put":    second(r.Put(ctx, anAlbum("a"), repo.Overwrite())),
			} {
				kit.WantErr(t, way+", "+name, err, repo.ErrCorrupt, "")
				if _, ok := errors.AsType[*repo.DamageError](err); ok {
					t.Errorf("%s, %s: a report without a value", way, name)
				}
			}
			kit.Must(t, r.Delete(ctx, key, repo.Damaged()))
			x.Counted(t, way, map[string]int{})
		}
	}},
}
