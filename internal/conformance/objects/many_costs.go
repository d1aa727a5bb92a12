package objects

import (
	"fmt"
	"testing"

	"github.com/dystore/dystore/internal/conformance/kit"
	"github.com/dystore/dystore/meta"
	"github.com/dystore/dystore/repo"
)

// manyCostChecks assert the costs of the verbs over many keys.
var manyCostChecks = []kit.Check{
	{Name: "GetMany of objects without parts", Run: func(t *testing.T, x *kit.World) {
		ctx, r := t.Context(), kit.Open(t, x, repo.TableOf("Notes", noteID, keepNote))
		values, keys := notes(1000)
		_, err := r.PutMany(ctx, values)
		kit.Must(t, err)
		x.Net.Reset()
		for _, c := range []struct {
			n    int
			sent map[string]int
		}{
			{0, map[string]int{}},
			{1, map[string]int{"GetItem: Notes": 1}},
			{2, map[string]int{"BatchGetItem: Notes x2": 1}},
			{100, map[string]int{"BatchGetItem: Notes x100": 1}},
			{101, map[string]int{"BatchGetItem: Notes x100": 1, "BatchGetItem: Notes": 1}},
			{1000, map[string]int{"BatchGetItem: Notes x100": 10}},
		} {
			found, err := r.GetMany(ctx, keys[:c.n])
			kit.Must(t, err)
			kit.Equal(t, "objects", found, append([]*note{}, values[:c.n]...))
			x.WantSentTogether(t, fmt.Sprint("get of ", c.n), c.sent)
		}
		_, err = r.GetMany(ctx, keys[:100], repo.Eventually())
		kit.Must(t, err)
		x.WantSent(t, "get, eventually", "BatchGetItem: Notes (eventually) x100")
		_, err = r.GetMany(ctx, []repo.Key[note]{keys[0], keys[1], keys[0], keys[1]})
		kit.Must(t, err)
		x.WantSent(t, "get of doubles", "BatchGetItem: Notes x2")
		_, err = r.GetMany(ctx, []repo.Key[note]{keys[0], keys[0]})
		kit.Must(t, err)
		x.WantSent(t, "get of one, twice", "GetItem: Notes")
	}},
	{Name: "GetMany of objects with parts", Run: func(t *testing.T, x *kit.World) {
		ctx, r := t.Context(), people(t, x)
		var values []*person
		for i := range 100 {
			p := john()
			if i%2 == 0 {
				p.Birth = nil
			}
			values = append(values, &p)
		}
		keys, err := r.PutMany(ctx, values)
		kit.Must(t, err)
		x.Net.Reset()
		found, err := r.GetMany(ctx, keys)
		wantMany(t, "objects", found, err, values)
		x.WantSentTogether(t, "get", map[string]int{"BatchGetItem: Root x25, Shard1 x25, Shard2 x25, Shard3 x25": 4})
		found, err = r.GetMany(ctx, keys[:1])
		wantMany(t, "objects", found, err, values[:1])
		x.WantSent(t, "get of one", "BatchGetItem: Root, Shard1, Shard2, Shard3")
		_, err = r.GetMany(ctx, keys, repo.RootOnly())
		kit.Must(t, err)
		x.WantSent(t, "get of roots", "BatchGetItem: Root x100")

		for i, v := range values[:40] { // 2 elements for each, 3 for one
			v.Past = []location{{City: "Kobe"}, {City: fmt.Sprint(i)}}
		}
		values[0].Past = append(values[0].Past, location{City: "Nara"})
		_, err = r.PutMany(ctx, values[:40])
		kit.Must(t, err)
		x.Net.Reset()
		found, err = r.GetMany(ctx, keys)
		wantMany(t, "objects", found, err, values)
		x.WantSentTogether(t, "get", map[string]int{"BatchGetItem: Root x25, Shard1 x25, Shard2 x25, Shard3 x25": 4, "BatchGetItem: Past x81": 1})
	}},
	{Name: "PutMany and DeleteMany of objects without parts", Run: func(t *testing.T, x *kit.World) {
		ctx, r := t.Context(), kit.Open(t, x, repo.TableOf("Notes", noteID, keepNote))
		values, keys := notes(100)
		_, err := r.PutMany(ctx, values)
		kit.Must(t, err)
		x.WantSentTogether(t, "put over nothing", map[string]int{"BatchGetItem: Notes x100": 1, "TransactWriteItems: Put Notes": 100})
		_, err = r.PutMany(ctx, values)
		kit.Must(t, err)
		x.WantSentTogether(t, "put, tracked", map[string]int{"PutItem: Notes": 100})
		for _, v := range values[:50] {
			v.Meta = meta.Record{}
		}
		_, err = r.PutMany(ctx, values)
		kit.Must(t, err)
		x.WantSentTogether(t, "put, half of it tracked", map[string]int{"BatchGetItem: Notes x50": 1, "PutItem: Notes": 100})
		kit.Must(t, r.DeleteMany(ctx, keys))
		x.WantSentTogether(t, "delete", map[string]int{"BatchGetItem: Notes x100": 1, "TransactWriteItems: Delete Notes": 100})
		kit.Must(t, r.DeleteMany(ctx, keys))
		x.WantSent(t, "delete of nothing", "BatchGetItem: Notes x100")

		values, keys = notes(201)
		_, err = r.PutMany(ctx, values, repo.Relaxed())
		kit.Must(t, err)
		x.WantSentTogether(t, "put, relaxed", map[string]int{"BatchGetItem: Notes x100": 2, "GetItem: Notes": 1, "PutItem: Notes": 201})
		kit.Must(t, r.DeleteMany(ctx, append(keys, keys...)))
		x.WantSentTogether(t, "delete, twice each", map[string]int{"BatchGetItem: Notes x100": 2, "GetItem: Notes": 1, "TransactWriteItems: Delete Notes": 201})
	}},
	{Name: "PutMany and DeleteMany of objects with parts", Run: func(t *testing.T, x *kit.World) {
		ctx, r := t.Context(), people(t, x)
		var values []*person
		for range 30 {
			p := john()
			values = append(values, &p)
		}
		keys, err := r.PutMany(ctx, values)
		kit.Must(t, err)
		x.WantSentTogether(t, "put", map[string]int{"BatchGetItem: Root x30": 1, "TransactWriteItems: Put Root, Put Shard1, Put Shard2, Put Shard3": 30})
		kit.Must(t, r.DeleteMany(ctx, keys))
		x.WantSentTogether(t, "delete", map[string]int{"BatchGetItem: Root x30": 1, "TransactWriteItems: Delete Root, Delete Shard1, Delete Shard2, Delete Shard3": 30})
	}},
}
