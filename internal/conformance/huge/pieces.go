package huge

import (
	"bytes"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/dystore/dystore/internal/conformance/kit"
	"github.com/dystore/dystore/lens"
	"github.com/dystore/dystore/meta"
	"github.com/dystore/dystore/repo"
)

// pieceChecks are about parts that are too big for an item.
var pieceChecks = []kit.Check{
	{Name: "every verb, around the limits", Run: func(t *testing.T, x *kit.World) {
		r := kit.Open(t, x, films(reels))
		for _, n := range []int{389_000, 390_000, 409_600, 900_000} {
			verbs(t, x, r, fmt.Sprint(n, " bytes"), reel{Name: "n", Data: noise(n)})
		}
	}},
	{Name: "every type of attribute", Run: func(t *testing.T, x *kit.World) {
		r := kit.Open(t, x, films(reels))
		long := make([]string, 6000)
		tags := map[string]string{}
		for i := range long {
			long[i] = strings.Repeat("ü", 50)
			tags[fmt.Sprint("tag", i)] = strings.Repeat("t", 80)
		}
		for what, v := range map[string]reel{
			"text": {Name: "n", Text: strings.Repeat("日本", 100_000)},
			"list": {Name: "n", List: long},
			"map":  {Name: "n", Tags: tags},
			"all":  {Name: "n", Data: noise(450_000), Text: strings.Repeat("x", 450_000), List: long, Tags: tags},
		} {
			verbs(t, x, r, what, v)
		}
	}},
	{Name: "a part that grows by updates, and shrinks", Run: func(t *testing.T, x *kit.World) {
		ctx, r := t.Context(), kit.Open(t, x, films(reels))
		f := &film{ID: "f", Reel: reel{Name: "n", List: []string{}}}
		kit.Must(t, errOf(r.Create(ctx, f)))
		key := filmID.Of("f")
		for i := range 5 {
			more := strings.Repeat(fmt.Sprint(i), 150_000)
			kit.Must(t, r.Update(ctx, key, lens.Append(fList, more)))
			f.Reel.List = append(f.Reel.List, more)
			has(t, r, fmt.Sprint("grown ", i), f)
		}
		kit.Must(t, r.Update(ctx, key, fText.Set(strings.Repeat("t", 300_000)), fTitle.Set("both")))
		f.Reel.Text, f.Title = strings.Repeat("t", 300_000), "both"
		has(t, r, "set", f)
		kit.Must(t, r.Update(ctx, key, fList.Set([]string{"one"}), fText.Remove()))
		f.Reel.List, f.Reel.Text = []string{"one"}, ""
		has(t, r, "shrunk", f)
		kit.Must(t, r.Delete(ctx, key, repo.MustExist()))
		x.Counted(t, "left", map[string]int{})
	}},
	{Name: "conditions on a part in pieces", Run: func(t *testing.T, x *kit.World) {
		ctx, r := t.Context(), kit.Open(t, x, films(reels))
		f := &film{ID: "f", Reel: reel{Name: "n", Data: noise(600_000)}}
		kit.Must(t, errOf(r.Create(ctx, f)))
		key := filmID.Of("f")
		kit.WantErr(t, "not so", r.Update(ctx, key, fTitle.Set("x"), repo.If(fName.Eq("m"))), repo.ErrCondition, "")
		kit.WantErr(t, "nor this", r.Update(ctx, key, fTitle.Set("x"), repo.If(fData.Eq([]byte("m")))), repo.ErrCondition, "")
		kit.Must(t, r.Update(ctx, key, fTitle.Set("x"), repo.If(fName.Eq("n"), lens.Not(fData.Eq(noise(300_000))))))
		f.Title = "x"
		has(t, r, "updated", f)
	}},
	{Name: "elements in pieces", Run: func(t *testing.T, x *kit.World) {
		ctx, r := t.Context(), kit.Open(t, x, films(reels))
		f := &film{ID: "f", Frames: frames(3), Cast: map[string]frame{"a": {Text: strings.Repeat("a", 700_000)}, "b": {N: 1}}}
		f.Frames[1].Text = strings.Repeat("y", 900_000)
		kit.Must(t, errOf(r.Create(ctx, f)))
		has(t, r, "created", f)
		kit.Must(t, r.Update(ctx, filmID.Of("f"), lens.Join(lens.At(fFrames, 1), frameN).Set(-1), lens.Join(lens.Entry(fCast, "a"), frameN).Set(-2)))
		f.Frames[1].N = -1
		f.Cast["a"] = frame{Text: f.Cast["a"].Text, N: -2}
		has(t, r, "updated", f)
		kit.Must(t, r.Modify(ctx, filmID.Of("f"), func(v *film) error { v.Frames = kit.Backwards(v.Frames); delete(v.Cast, "a"); *f = *v; return nil }))
		has(t, r, "modified", f)
	}},
	{Name: "another time to expire", Run: func(t *testing.T, x *kit.World) {
		ctx, r := t.Context(), kit.Open(t, x, films(reels, fExpire))
		f := &film{ID: "f", Until: time.Unix(4_000_000_000, 0).UTC(), Reel: reel{Name: "n", Data: noise(600_000)}, Frames: frames(400)}
		kit.Must(t, errOf(r.Create(ctx, f)))
		has(t, r, "created", f)
		kit.Must(t, r.Update(ctx, filmID.Of("f"), fUntil.Set(f.Until.Add(time.Hour))))
		f.Until = f.Until.Add(time.Hour)
		has(t, r, "updated", f)
		kit.CheckOrphans(t, x.Raw, x.Prefix)
		got, err := r.Get(ctx, filmID.Of("f"))
		kit.Must(t, err)
		got.Until = got.Until.Add(-2 * time.Hour)
		kit.Must(t, errOf(r.Put(ctx, got)))
		has(t, r, "put", got)
	}},
	{Name: "an object that is kept", Run: func(t *testing.T, x *kit.World) {
		ctx, r := t.Context(), kit.Open(t, x, films(reels, repo.SoftDelete[film]()))
		f := &film{ID: "f", Reel: reel{Name: "n", Data: noise(600_000)}, Frames: frames(400)}
		kit.Must(t, errOf(r.Create(ctx, f)))
		kit.Must(t, r.Delete(ctx, filmID.Of("f")))
		kit.WantErr(t, "deleted", errOf(r.Get(ctx, filmID.Of("f"))), repo.ErrNotFound, "")
		kit.Must(t, r.Restore(ctx, filmID.Of("f")))
		has(t, r, "restored", f)
		kit.Must(t, r.Delete(ctx, filmID.Of("f")))
		g := &film{ID: "f", Title: "another", Reel: reel{Name: "m"}}
		kit.Must(t, errOf(r.Create(ctx, g)))
		has(t, r, "another", g)
		kit.Must(t, r.Delete(ctx, filmID.Of("f"), repo.Permanently()))
		x.Counted(t, "left", map[string]int{})
	}},
	{Name: "documents", Run: func(t *testing.T, x *kit.World) {
		ctx, r := t.Context(), kit.Open(t, x, films(reels))
		y := kit.NewWorld(t, x.Engine)
		to := kit.Open(t, y, films(reels))
		f := &film{ID: "f", Reel: reel{Name: "n", Data: noise(900_000)}, Frames: frames(400), Cast: map[string]frame{"a": {N: 1}}}
		kit.Must(t, errOf(r.Create(ctx, f)))
		var doc bytes.Buffer
		kit.Must(t, r.Export(ctx, &doc, filmID.Of("f")))
		text := doc.String()
		kit.Must(t, errOf(to.Import(ctx, strings.NewReader(text))))
		has(t, to, "imported", f)
		kit.CheckOrphans(t, y.Raw, y.Prefix)
		kit.Must(t, errOf(r.Import(ctx, strings.NewReader(text), repo.Overwrite())))
		has(t, r, "imported over itself", f)
		var again bytes.Buffer
		kit.Must(t, to.Export(ctx, &again, filmID.Of("f")))
		kit.Must(t, to.Delete(ctx, filmID.Of("f")))
		y.Counted(t, "left", map[string]int{})
	}},
}

// verbs sends a film with a reel through every verb.
func verbs(t *testing.T, x *kit.World, r *repo.Repo[film], what string, v reel) {
	t.Helper()
	ctx, key := t.Context(), filmID.Of("f")
	f := &film{ID: "f", Title: "t", Reel: v, Frames: frames(2)}
	kit.Must(t, errOf(r.Create(ctx, f)))
	has(t, r, what+", created", f)
	kit.WantErr(t, what+", created again", errOf(r.Create(ctx, &film{ID: "f"})), repo.ErrExists, "")
	kit.Must(t, r.Update(ctx, key, fTitle.Set("u")))
	f.Title = "u"
	has(t, r, what+", root updated", f)
	kit.Must(t, r.Update(ctx, key, fName.Set("m"), lens.Join(lens.At(fFrames, 0), frameN).Set(7)))
	f.Reel.Name, f.Frames[0].N = "m", 7
	has(t, r, what+", part updated", f)
	got, err := repo.UpdateGet(ctx, r, key, fTitle.Set("v"))
	kit.Must(t, err)
	f.Title = "v"
	kit.Equal(t, what+", UpdateGet", [2]any{got.Title, len(got.Reel.Data)}, [2]any{"v", len(f.Reel.Data)})
	got.Reel.Name = "put"
	kit.Must(t, errOf(r.Put(ctx, got)))
	f.Reel.Name = "put"
	has(t, r, what+", put", f)
	f.Frames = frames(1)
	f.Meta = meta.Record{}
	kit.Must(t, errOf(r.Put(ctx, f, repo.Overwrite())))
	has(t, r, what+", overwritten", f)
	if !x.Engine.Alone {
		var one *film
		kit.Must(t, repo.TransactGet(ctx, r.GetOp(key, &one)))
		kit.Equal(t, what+", TransactGet", len(one.Reel.Data), len(f.Reel.Data))
	}
	kit.Must(t, r.Modify(ctx, key, func(f *film) error { f.Reel = reel{Name: "small"}; return nil }))
	has(t, r, what+", small again", &film{ID: "f", Title: "v", Reel: reel{Name: "small"}, Frames: frames(1)})
	kit.Must(t, r.Modify(ctx, key, func(f *film) error { f.Reel = v; return nil }))
	kit.Must(t, r.Delete(ctx, key, repo.MustExist()))
	kit.WantErr(t, what+", deleted", errOf(r.Get(ctx, key)), repo.ErrNotFound, "")
	x.Counted(t, "left of "+what, map[string]int{})
}
