package huge

import (
	"fmt"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/feature/dynamodb/expression"

	"github.com/dystore/dystore/internal/conformance/kit"
	"github.com/dystore/dystore/internal/item"
	"github.com/dystore/dystore/lens"
	"github.com/dystore/dystore/repo"
)

// pageChecks are about objects whose manifest is too big for the record.
var pageChecks = []kit.Check{
	{Name: "a list that grows over the limit, and back", Run: func(t *testing.T, x *kit.World) {
		ctx, r, key := t.Context(), kit.Open(t, x, films(reels)), filmID.Of("f")
		f := &film{ID: "f", Frames: frames(100)}
		kit.Must(t, errOf(r.Create(ctx, f)))
		for _, n := range []int{400, 800, 801, 2000, 200, 0, 500} {
			kit.Must(t, r.Modify(ctx, key, func(v *film) error { v.Frames = frames(n); *f = *v; return nil }))
			has(t, r, fmt.Sprint(n, " frames"), f)
			small(t, x, "f")
		}
		kit.CheckOrphans(t, x.Raw, x.Prefix)
		kit.Must(t, r.Delete(ctx, key))
		x.Counted(t, "left", map[string]int{})
	}},
	{Name: "changes of elements", Run: func(t *testing.T, x *kit.World) {
		ctx, r, key := t.Context(), kit.Open(t, x, films(reels)), filmID.Of("f")
		f := &film{ID: "f", Frames: frames(1800), Cast: map[string]frame{}}
		for i := range 300 {
			f.Cast[strings.Repeat("k", i)+"~.#:/"] = frame{N: i}
		}
		kit.Must(t, errOf(r.Create(ctx, f)))
		has(t, r, "created", f)
		change := func(what string, change func(*film), changes ...lens.Change[film]) {
			t.Helper()
			kit.Must(t, r.Update(ctx, key, changes...))
			change(f)
			has(t, r, what, f)
			small(t, x, "f")
		}
		change("set", func(f *film) { f.Frames[1700].N = -1 }, lens.Join(lens.At(fFrames, 1700), frameN).Set(-1))
		change("add", func(f *film) { f.Frames[0].N += 5 }, lens.Add(lens.Join(lens.At(fFrames, 0), frameN), 5))
		change("append", func(f *film) { f.Frames = append(f.Frames, frame{N: 1}) }, lens.Append(fFrames, frame{N: 1}))
		change("prepend", func(f *film) { f.Frames = append([]frame{{N: 2}}, f.Frames...) }, lens.Prepend(fFrames, frame{N: 2}))
		change("replaced", func(f *film) { f.Frames[9] = frame{Text: "new"} }, lens.At(fFrames, 9).Set(frame{Text: "new"}))
		change("removed", func(f *film) { f.Frames = append(f.Frames[:50:50], f.Frames[51:]...) }, lens.At(fFrames, 50).Remove())
		change("entry", func(f *film) { f.Cast["new"] = frame{N: 3} }, lens.Entry(fCast, "new").Set(frame{N: 3}))
		change("entry removed", func(f *film) { delete(f.Cast, "~.#:/") }, lens.Entry(fCast, "~.#:/").Remove())
		change("of the root", func(f *film) { f.Title = "t" }, fTitle.Set("t"))
		kit.WantErr(t, "past the end", r.Update(ctx, key, lens.Join(lens.At(fFrames, 9000), frameN).Set(1)), repo.ErrNoPath, "")
		got, err := r.Get(ctx, key)
		kit.Must(t, err)
		got.Frames[1234].N = 99
		f.Frames[1234].N = 99
		kit.Must(t, errOf(r.Put(ctx, got)))
		has(t, r, "put with one changed", f)
		n, err := repo.ReadAll(ctx, r, key, lens.Each(fFrames, frameN))
		kit.Must(t, err)
		kit.Equal(t, "all elements", len(n), len(f.Frames))
	}},
	{Name: "conditions", Run: func(t *testing.T, x *kit.World) {
		ctx, r, key := t.Context(), kit.Open(t, x, films(reels)), filmID.Of("f")
		kit.Must(t, errOf(r.Create(ctx, &film{ID: "f", Frames: frames(500), Cast: map[string]frame{"a": {}}})))
		for i, c := range []struct {
			holds bool
			cond  lens.Condition[film]
		}{
			{true, fFrames.Exists()}, {false, fFrames.NotExists()}, {true, fCast.Exists()},
			{true, lens.At(fFrames, 499).Exists()}, {false, lens.At(fFrames, 500).Exists()}, {true, lens.Entry(fCast, "b").NotExists()}, {true, lens.Entry(fCast, "a").Exists()},
			{true, lens.Join(lens.At(fFrames, 7), frameN).Eq(7)}, {false, lens.Join(lens.At(fFrames, 7), frameN).Eq(8)},
			{true, fFrames.Size().Eq(500)}, {false, fFrames.Size().Lt(500)}, {true, lens.And(fFrames.Size().Ge(500), fTitle.Eq(""))},
			{true, lens.Or(fFrames.Size().Eq(3), fTitle.Eq(""))}, {false, lens.Not(fFrames.Size().Between(1, 1000))},
		} {
			err := r.Update(ctx, key, fTitle.Set(""), repo.If(c.cond))
			if c.holds {
				kit.Must(t, err)
			} else {
				kit.WantErr(t, fmt.Sprint("condition ", i), err, repo.ErrCondition, "")
			}
		}
		size := expression.Size(lens.Name(fFrames))
		kit.Must(t, r.Update(ctx, key, fTitle.Set(""), repo.IfExpr[film](size.Equal(expression.Value(500)))))
		kit.WantErr(t, "expression", r.Update(ctx, key, fTitle.Set(""), repo.IfExpr[film](size.LessThan(expression.Value(500)))), repo.ErrCondition, "")
		kit.WantErr(t, "with another path", r.Update(ctx, key, fTitle.Set(""), repo.IfExpr[film](size.Equal(lens.Name(fTitle)))), repo.ErrInvalid, "Modify can do that")
	}},
	{Name: "the length of a list that is nil", Run: func(t *testing.T, x *kit.World) {
		ctx, r, key := t.Context(), kit.Open(t, x, films(reels)), filmID.Of("f")
		f := &film{ID: "f", Cast: map[string]frame{}}
		for _, n := range []int{1, 300} { // in the record, and on pages
			for i := range n {
				f.Cast[fmt.Sprint(strings.Repeat("k", 200), i)] = frame{N: i}
			}
			kit.Must(t, errOf(r.Put(ctx, f, repo.Overwrite())))
			kit.WantErr(t, "equal", r.Update(ctx, key, fTitle.Set(""), repo.If(fFrames.Size().Eq(0))), repo.ErrCondition, "")
			kit.Must(t, r.Update(ctx, key, fTitle.Set(""), repo.If(fFrames.Size().Ne(0))))
		}
	}},
	{Name: "what one change costs", Run: func(t *testing.T, x *kit.World) {
		if x.Engine.Uncounted {
			return // it is the same by another name
		}
		ctx, r, key := t.Context(), kit.Open(t, x, films(reels)), filmID.Of("f")
		kit.Must(t, errOf(r.Create(ctx, &film{ID: "f", Frames: frames(5000)})))
		x.Net.Reset()
		kit.Must(t, r.Update(ctx, key, lens.Join(lens.At(fFrames, 2500), frameN).Set(-1)))
		written, requests := 0, len(x.Net.Requests())
		for _, q := range x.Net.Requests() {
			if strings.Contains(q.Operation, "Write") || q.Operation == "UpdateItem" {
				written += len(q.Body)
			}
		}
		// The record, its pages, the element; the copy and the page; the flip; what they replace.
		if requests > 6 || written > 100_000 {
			t.Errorf("an element of 5,000: %d requests, %d bytes written: %v", requests, written, x.Net.Operations())
		}
	}},
	{Name: "many objects at once", Run: func(t *testing.T, x *kit.World) {
		ctx, r := t.Context(), kit.Open(t, x, films(reels))
		var keys []repo.Key[film]
		for i := range 5 {
			f := &film{ID: fmt.Sprint("f", i), Frames: frames(400 * i)}
			kit.Must(t, errOf(r.Create(ctx, f)))
			keys = append(keys, filmID.Of(f.ID))
		}
		all, err := r.GetMany(ctx, keys)
		kit.Must(t, err)
		for i, f := range all {
			kit.Equal(t, "frames", len(f.Frames), 400*i)
			f.Title = "many"
		}
		kit.Must(t, errOf(r.PutMany(ctx, all)))
		for i, f := range kit.All(t, r.Scan(ctx)) {
			kit.Equal(t, "title", f.Title, "many")
			_ = i
		}
		kit.Must(t, r.DeleteMany(ctx, keys))
		x.Counted(t, "left", map[string]int{})
	}},
}

// small checks that the root item of a film is: the manifest is elsewhere.
func small(t *testing.T, x *kit.World, id string) {
	t.Helper()
	if n := item.Size(x.Item(t, "Films", id)); n > 40_000 {
		t.Errorf("the root item has %d bytes", n)
	}
}
