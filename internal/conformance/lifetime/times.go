package lifetime

import (
	"strconv"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/dystore/dystore/internal/conformance/kit"
	"github.com/dystore/dystore/internal/conformance/trees"
	"github.com/dystore/dystore/lens"
	"github.com/dystore/dystore/repo"
)

// Root, parts and claims of one object expire together, whatever has written them.

var timeChecks = []kit.Check{
	{Name: "whole writes", Run: timesOfWholeWrites},
	{Name: "updates", Run: timesOfUpdates},
	{Name: "before the declaration", Run: timesOfOldObjects},
	{Name: "changes that are refused", Run: refusedTimes},
}

func lensAppend(l trees.Leaf) lens.Change[session] { return lens.Append(sSteps, l) }

// wantTimes fails t unless all items of all objects expire at a time, zero for never.
func wantTimes(t *testing.T, x *kit.World, what string, at time.Time, items int) {
	t.Helper()
	var want types.AttributeValue
	if !at.IsZero() {
		want = kit.Num(strconv.FormatInt(at.Unix(), 10))
	}
	n := 0
	for table, attribute := range map[string]string{"Sessions": "until", "Notes": "_ttl", "Steps": "_ttl", "Users": "_ttl"} {
		stored, err := kit.ReadTable(t.Context(), x.Raw, x.Table(table), "id")
		kit.Must(t, err)
		for _, item := range stored.Items {
			n++
			kit.Same(t, what+": "+table, item[attribute], want)
		}
	}
	kit.Equal(t, what+": items", n, items)
}

func timesOfWholeWrites(t *testing.T, x *kit.World) {
	ctx := t.Context()
	r := kit.Open(t, x, sessions(expires))
	s := newSession("s", future)
	key := create(t, r, s)
	wantTimes(t, x, "create", future, 5)
	s.Until = later
	_, err := r.Put(ctx, s)
	kit.Must(t, err)
	wantTimes(t, x, "put", later, 5)
	s.Until, s.Steps, s.User = future, append(s.Steps, trees.Leaf{N: 3}), "other"
	_, err = r.Put(ctx, s)
	kit.Must(t, err)
	wantTimes(t, x, "put that changes more", future, 6)
	kit.Must(t, r.Modify(ctx, key, func(s *session) error { s.Until, s.Note.N = time.Time{}, 9; return nil }))
	wantTimes(t, x, "modify", time.Time{}, 6)
	_, err = r.Put(ctx, newSession("s", later))
	kit.Must(t, err)
	wantTimes(t, x, "untracked put", later, 5)
	root, err := r.Get(ctx, key, repo.RootOnly())
	kit.Must(t, err)
	root.Until = future
	_, err = r.Put(ctx, root)
	kit.Must(t, err)
	wantTimes(t, x, "put of a value without parts", future, 5)
	root.Until = later
	_, err = r.Put(ctx, root, repo.KeepShards())
	kit.Must(t, err)
	wantTimes(t, x, "put that keeps the shards", later, 5)
	got := kit.Has(t, r, key, "stored", session{ID: "s", User: "user of s", Until: later, Note: trees.Leaf{Text: "n", N: 1}, Steps: []trees.Leaf{{N: 1}, {N: 2}}, Meta: root.Meta})
	kit.Equal(t, "version", got.Meta.Version, root.Meta.Version)
}

func timesOfUpdates(t *testing.T, x *kit.World) {
	ctx := t.Context()
	r := kit.Open(t, x, sessions(expires))
	key := create(t, r, newSession("s", future))
	update := func(what string, at time.Time, items int, changes ...lens.Change[session]) {
		t.Helper()
		kit.Must(t, r.Update(ctx, key, changes...))
		wantTimes(t, x, what, at, items)
	}
	update("time", later, 5, sUntil.Set(later))
	update("time and part", future, 5, sUntil.Set(future), sText.Set("y"))
	update("time and whole part", later, 5, sUntil.Set(later), sNote.Set(trees.Leaf{N: 4}))
	update("append", later, 6, lensAppend(trees.Leaf{N: 3}))
	update("time and append", future, 7, lensAppend(trees.Leaf{N: 4}), sUntil.Set(future))
	update("unique value", future, 7, sUser.Set("z"))
	update("time and unique value", later, 7, sUser.Set("zz"), sUntil.Set(later))
	update("list", later, 4, sSteps.Set([]trees.Leaf{{N: 8}}))
	update("no time", time.Time{}, 4, sUntil.Remove())
	update("append without a time", time.Time{}, 5, lensAppend(trees.Leaf{N: 9}))
	update("a time again", future, 5, sUntil.Set(future))
	update("less", future, 3, sSteps.Set(nil))
	update("time and no unique value", later, 2, sUser.Remove(), sUntil.Set(later))
}

// Objects that were stored before the model had a time get it with their next write of
// it; a Put that does not change it is one.
func timesOfOldObjects(t *testing.T, x *kit.World) {
	ctx := t.Context()
	old := kit.Open(t, x, sessions())
	s := newSession("s", future)
	key := create(t, old, s)
	r := kit.Open(t, x, sessions(expires))
	got := kit.Has(t, r, key, "stored", *s)
	_, err := r.Put(ctx, got)
	kit.Must(t, err)
	wantTimes(t, x, "put", future, 5)

	create(t, old, newSession("t", later))
	kit.Must(t, r.Update(ctx, sKey.Of("t"), sUntil.Set(future)))
	wantTimes(t, x, "update", future, 10)

	// The program of before goes on, and keeps what it does not know.
	got, err = old.Get(ctx, key)
	kit.Must(t, err)
	got.Hits++
	_, err = old.Put(ctx, got)
	kit.Must(t, err)
	kit.Must(t, old.Update(ctx, key, sText.Set("old")))
	wantTimes(t, x, "writes of the program of before", future, 10)
}

func refusedTimes(t *testing.T, x *kit.World) {
	r := kit.Open(t, x, sessions(expires))
	key := create(t, r, newSession("s", future))
	x.Net.Reset()
	kit.WantErr(t, "SetIfAbsent", r.Update(t.Context(), key, sUntil.SetIfAbsent(later)), repo.ErrInvalid, "until: invalid: says when the object expires")
	x.WantSent(t, "refused")
}
