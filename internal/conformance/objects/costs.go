package objects

import (
	"fmt"
	"testing"

	"github.com/dystore/dystore/internal/conformance/kit"
	"github.com/dystore/dystore/lens"
	"github.com/dystore/dystore/meta"
	"github.com/dystore/dystore/repo"
	"github.com/dystore/dystore/shard"
)

// costChecks assert the costs of each operation that the README promises.
// Requests are sent one after another, so each listed request is one round trip.
var costChecks = []kit.Check{
	{Name: "the person of the README", Run: func(t *testing.T, x *kit.World) {
		ctx, r := t.Context(), people(t, x)
		p := john()
		key, err := r.Create(ctx, &p)
		kit.Must(t, err)
		x.WantSent(t, "create", "TransactWriteItems: Put Root, Put Shard1, Put Shard2, Put Shard3")

		got, err := r.Get(ctx, key)
		kit.Must(t, err)
		kit.Equal(t, "object", *got, p)
		x.WantSent(t, "get", "BatchGetItem: Root, Shard1, Shard2, Shard3")

		north, err := repo.Read(ctx, r, key, pLat)
		kit.Must(t, err)
		kit.Equal(t, "path", north, "34.69")
		x.WantSent(t, "read one path in a nested shard", "BatchGetItem: Root, Shard3")

		kit.Must(t, r.Update(ctx, key, pLat.Set("35")))
		x.WantSent(t, "update one path in a nested shard", "TransactWriteItems: Update Root, Update Shard3")

		got, err = r.Get(ctx, key)
		kit.Must(t, err)
		x.Net.Reset()
		got.Location.Country = "Nippon"
		_, err = r.Put(ctx, got)
		kit.Must(t, err)
		x.WantSent(t, "put, tracked, one shard changed", "TransactWriteItems: Put Root, Put Shard2")

		got.Visits++
		_, err = r.Put(ctx, got)
		kit.Must(t, err)
		x.WantSent(t, "put, tracked, no shard changed", "PutItem: Root")

		untracked := *got
		untracked.Meta = meta.Record{}
		_, err = r.Put(ctx, &untracked)
		kit.Must(t, err)
		x.WantSent(t, "put, untracked", "GetItem: Root", "TransactWriteItems: Put Root, Put Shard1, Put Shard2, Put Shard3")

		ok, err := r.Exists(ctx, key)
		kit.Must(t, err)
		kit.Equal(t, "exists", ok, true)
		x.WantSent(t, "exists", "GetItem: Root")

		kit.Must(t, r.DeleteValue(ctx, &untracked))
		x.WantSent(t, "delete, tracked", "TransactWriteItems: Delete Root, Delete Shard1, Delete Shard2, Delete Shard3")

		p.Meta = meta.Record{}
		_, err = r.Create(ctx, &p)
		kit.Must(t, err)
		x.Net.Reset()
		kit.Must(t, r.Delete(ctx, key))
		x.WantSent(t, "delete", "GetItem: Root", "TransactWriteItems: Delete Root, Delete Shard1, Delete Shard2, Delete Shard3")
		kit.Must(t, r.Delete(ctx, key))
		x.WantSent(t, "delete of nothing", "GetItem: Root")
	}},
	{Name: "bytes of the README's person", Out: kit.Out{Staged: "it counts the bytes of transactions"}, Run: func(t *testing.T, x *kit.World) {
		ctx, r := t.Context(), people(t, x)
		p := john()
		p.ID = "p1"
		key, err := r.Create(ctx, &p)
		kit.Must(t, err)
		wantBytes(t, x, "create", 3207+4*len(x.Engine.Place))
		_, err = r.Get(ctx, key)
		kit.Must(t, err)
		wantBytes(t, x, "get", 409+4*len(x.Engine.Place))
		_, err = repo.Read(ctx, r, key, pLat)
		kit.Must(t, err)
		wantBytes(t, x, "read", 499+2*len(x.Engine.Place))
		kit.Must(t, r.Update(ctx, key, pLat.Set("35")))
		wantBytes(t, x, "update", 1635+2*len(x.Engine.Place))
	}},
	{Name: "a list of 50 shards", Run: func(t *testing.T, x *kit.World) {
		ctx, r := t.Context(), people(t, x)
		p := john()
		for i := range 50 {
			p.Past = append(p.Past, location{City: fmt.Sprint("city ", i)})
		}
		key, err := r.Create(ctx, &p)
		kit.Must(t, err)
		x.WantSent(t, "create", "TransactWriteItems: Put Root, Put Shard1, Put Shard2, Put Shard3, Put Past x50")
		got, err := r.Get(ctx, key)
		kit.Must(t, err)
		kit.Equal(t, "object", *got, p)
		x.WantSent(t, "get", "BatchGetItem: Root, Shard1, Shard2, Shard3", "BatchGetItem: Past x50")

		towns, err := repo.ReadAll(ctx, r, key, lens.Each(pPast, inCity))
		kit.Must(t, err)
		kit.Equal(t, "towns", len(towns), 50)
		x.WantSent(t, "read all", "GetItem: Root", "BatchGetItem: Past x50")

		got.Past[7].Country = "changed"
		got.Past[8], got.Past[9] = got.Past[9], got.Past[8]
		_, err = r.Put(ctx, got)
		kit.Must(t, err)
		x.WantSent(t, "put, one element changed, two swapped", "TransactWriteItems: Put Root, Put Past")

		kit.Must(t, r.Update(ctx, key, lens.Append(pPast, location{City: "new"})))
		x.WantSent(t, "append", "TransactWriteItems: Update Root, Put Past")

		kit.Must(t, r.Update(ctx, key, lens.Join(lens.At(pPast, 20), inCity).Set("set")))
		x.WantSent(t, "update of one element", "GetItem: Root", "TransactWriteItems: Update Root, Update Past")

		kit.Must(t, r.Delete(ctx, key))
		x.WantSent(t, "delete", "GetItem: Root",
			"TransactWriteItems: Delete Root, Delete Shard1, Delete Shard2, Delete Shard3, Delete Past x51")
	}},
	{Name: "a page of 25 roots with 3 shards each", Run: func(t *testing.T, x *kit.World) {
		ctx, r := t.Context(), people(t, x)
		want := map[string]person{}
		for range 25 {
			p := john()
			_, err := r.Create(ctx, &p)
			kit.Must(t, err)
			want[p.ID] = p
		}
		x.Net.Reset()
		got := map[string]person{}
		for p, err := range r.Scan(ctx) {
			kit.Must(t, err)
			got[p.ID] = *p
		}
		kit.Equal(t, "objects", got, want)
		x.WantSent(t, "scan", "Scan: Root", "BatchGetItem: Shard1 x25, Shard2 x25, Shard3 x25")
	}},
	{Name: "an object without parts", Run: func(t *testing.T, x *kit.World) {
		ctx, r := t.Context(), kit.Open(t, x, repo.TableOf("Notes", noteID, keepNote))
		n := note{ID: "n1", N: 1}
		key, err := r.Create(ctx, &n)
		kit.Must(t, err)
		x.WantSent(t, "create", "TransactWriteItems: Put Notes")
		_, err = r.Create(ctx, &note{ID: "n2"}, repo.Relaxed())
		kit.Must(t, err)
		x.WantSent(t, "create, relaxed", "PutItem: Notes")
		_, err = r.Put(ctx, &note{ID: "n3"})
		kit.Must(t, err)
		x.WantSent(t, "put over nothing", "GetItem: Notes", "TransactWriteItems: Put Notes")
		_, err = r.Put(ctx, &note{ID: "n3"})
		kit.Must(t, err)
		x.WantSent(t, "put over a version", "GetItem: Notes", "PutItem: Notes")
		_, err = r.Get(ctx, key)
		kit.Must(t, err)
		x.WantSent(t, "get", "GetItem: Notes")
		_, err = repo.Read(ctx, r, key, nN)
		kit.Must(t, err)
		x.WantSent(t, "read", "GetItem: Notes")
		_, err = r.Put(ctx, &n)
		kit.Must(t, err)
		x.WantSent(t, "put, tracked", "PutItem: Notes")
		kit.Must(t, r.Update(ctx, key, lens.Add(nN, 1)))
		x.WantSent(t, "update", "TransactWriteItems: Update Notes")
		kit.Must(t, r.With(repo.Relaxed()).Update(ctx, key, lens.Add(nN, 1)))
		x.WantSent(t, "update, relaxed", "UpdateItem: Notes")
		got, err := repo.UpdateGet(ctx, r, key, lens.Add(nN, 1))
		kit.Must(t, err)
		kit.Equal(t, "n", got.N, 4)
		x.WantSent(t, "update and get", "TransactWriteItems: Update Notes", "GetItem: Notes")
		kit.Must(t, r.Modify(ctx, key, func(v *note) error { v.N *= 2; return nil }))
		x.WantSent(t, "modify", "GetItem: Notes", "PutItem: Notes")
		kit.Must(t, r.Delete(ctx, key))
		x.WantSent(t, "delete", "GetItem: Notes", "TransactWriteItems: Delete Notes")
	}},
	{Name: "relaxed, for a whole repository", Run: func(t *testing.T, x *kit.World) {
		ctx, r := t.Context(), kit.Open(t, x, repo.TableOf("Notes", noteID, keepNote), repo.Relaxed())
		n := note{ID: "n1", N: 1}
		key, err := r.Create(ctx, &n)
		kit.Must(t, err)
		x.WantSent(t, "create", "PutItem: Notes")
		_, err = r.Put(ctx, &note{ID: "n2"})
		kit.Must(t, err)
		x.WantSent(t, "put over nothing", "GetItem: Notes", "PutItem: Notes")
		kit.Must(t, r.Update(ctx, key, lens.Add(nN, 1)))
		x.WantSent(t, "update", "UpdateItem: Notes")
		kit.Must(t, r.Modify(ctx, key, func(v *note) error { v.N *= 2; return nil }))
		x.WantSent(t, "modify", "GetItem: Notes", "PutItem: Notes")
		kit.Must(t, r.Delete(ctx, key))
		x.WantSent(t, "delete", "GetItem: Notes", "TransactWriteItems: Delete Notes")
	}},
	{Name: "relaxed, with parts", Run: func(t *testing.T, x *kit.World) {
		ctx, r := t.Context(), people(t, x, repo.Relaxed())
		p := john()
		key, err := r.Create(ctx, &p)
		kit.Must(t, err)
		x.WantSent(t, "create", "TransactWriteItems: Put Root, Put Shard1, Put Shard2, Put Shard3")
		kit.Must(t, r.Update(ctx, key, pLat.Set("35")))
		x.WantSent(t, "update of a part", "TransactWriteItems: Update Root, Update Shard3")
		kit.Must(t, r.Update(ctx, key, lens.Add(pVisits, 1)))
		x.WantSent(t, "update of the root", "UpdateItem: Root")
		got, err := r.Get(ctx, key)
		kit.Must(t, err)
		p.Location.Geo.Lat, p.Visits = "35", p.Visits+1
		p.Meta, got.Meta = meta.Record{}, meta.Record{}
		kit.Equal(t, "object", *got, p)
	}},
	{Name: "a query of 30 roots with a shard each", Run: func(t *testing.T, x *kit.World) {
		ctx := t.Context()
		type line struct {
			Order string `dynamodbav:"order"`
			No    int    `dynamodbav:"no"`
			Note  geo    `dynamodbav:"note"`
		}
		lineKey := repo.CompositeKeyOf(func(l *line) *string { return &l.Order }, func(l *line) *int { return &l.No })
		r := kit.Open(t, x, repo.TableOf("Lines", lineKey,
			shard.New(shard.To("Notes"), func(l *line) *geo { return &l.Note })))
		for i := range 30 {
			_, err := r.Create(ctx, &line{Order: "o1", No: i, Note: geo{Lat: fmt.Sprint(i)}})
			kit.Must(t, err)
		}
		x.Net.Reset()
		n := 0
		for l, err := range r.Query(ctx, lineKey.In("o1")) {
			kit.Must(t, err)
			kit.Equal(t, "line", *l, line{Order: "o1", No: n, Note: geo{Lat: fmt.Sprint(n)}})
			n++
		}
		kit.Equal(t, "lines", n, 30)
		x.WantSent(t, "query", "Query: Lines", "BatchGetItem: Notes x30")
	}},
}

// wantBytes fails t unless the bodies of the requests since the last call have
// exactly this size. Ids, times and envelopes have constant sizes.
func wantBytes(t *testing.T, x *kit.World, what string, want int) {
	t.Helper()
	got, _ := x.Net.Bytes()
	x.Net.Reset()
	if got != want {
		t.Errorf("%s sends %d bytes; want %d", what, got, want)
	}
}
