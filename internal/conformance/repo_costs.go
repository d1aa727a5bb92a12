package conformance

import (
	"fmt"
	"testing"

	"github.com/dystore/dystore/lens"
	"github.com/dystore/dystore/meta"
	"github.com/dystore/dystore/repo"
	"github.com/dystore/dystore/shard"
)

// What the README promises each operation to cost. Requests are sent one after
// another, so that as many round trips are made as requests are listed.
var costChecks = []repoCheck{
	{"the person of the README", func(t *testing.T, x *world) {
		ctx, r := t.Context(), people(t, x)
		p := john()
		key, err := r.Create(ctx, &p)
		must(t, err)
		x.wantSent(t, "create", "TransactWriteItems: Put Root, Put Shard1, Put Shard2, Put Shard3")

		got, err := r.Get(ctx, key)
		must(t, err)
		equal(t, "object", *got, p)
		x.wantSent(t, "get", "BatchGetItem: Root, Shard1, Shard2, Shard3")

		north, err := repo.Read(ctx, r, key, pLat)
		must(t, err)
		equal(t, "path", north, "34.69")
		x.wantSent(t, "read one path in a nested shard", "BatchGetItem: Root, Shard3")

		must(t, r.Update(ctx, key, pLat.Set("35")))
		x.wantSent(t, "update one path in a nested shard", "TransactWriteItems: Update Root, Update Shard3")

		got, err = r.Get(ctx, key)
		must(t, err)
		x.net.Reset()
		got.Location.Country = "Nippon"
		_, err = r.Put(ctx, got)
		must(t, err)
		x.wantSent(t, "put, tracked, one shard changed", "TransactWriteItems: Put Root, Put Shard2")

		got.Visits++
		_, err = r.Put(ctx, got)
		must(t, err)
		x.wantSent(t, "put, tracked, no shard changed", "PutItem: Root")

		untracked := *got
		untracked.Meta = meta.Record{}
		_, err = r.Put(ctx, &untracked)
		must(t, err)
		x.wantSent(t, "put, untracked", "GetItem: Root", "TransactWriteItems: Put Root, Put Shard1, Put Shard2, Put Shard3")

		ok, err := r.Exists(ctx, key)
		must(t, err)
		equal(t, "exists", ok, true)
		x.wantSent(t, "exists", "GetItem: Root")

		must(t, r.DeleteValue(ctx, &untracked))
		x.wantSent(t, "delete, tracked", "TransactWriteItems: Delete Root, Delete Shard1, Delete Shard2, Delete Shard3")

		p.Meta = meta.Record{}
		_, err = r.Create(ctx, &p)
		must(t, err)
		x.net.Reset()
		must(t, r.Delete(ctx, key))
		x.wantSent(t, "delete", "GetItem: Root", "TransactWriteItems: Delete Root, Delete Shard1, Delete Shard2, Delete Shard3")
		must(t, r.Delete(ctx, key))
		x.wantSent(t, "delete of nothing", "GetItem: Root")
	}},
	{"bytes of the README's person", func(t *testing.T, x *world) {
		ctx, r := t.Context(), people(t, x)
		p := john()
		p.ID = "p1"
		key, err := r.Create(ctx, &p)
		must(t, err)
		x.wantBytes(t, "create", 3501)
		_, err = r.Get(ctx, key)
		must(t, err)
		x.wantBytes(t, "get", 409)
		_, err = repo.Read(ctx, r, key, pLat)
		must(t, err)
		x.wantBytes(t, "read", 483)
		must(t, r.Update(ctx, key, pLat.Set("35")))
		x.wantBytes(t, "update", 1384)
	}},
	{"a list of 50 shards", func(t *testing.T, x *world) {
		ctx, r := t.Context(), people(t, x)
		p := john()
		for i := range 50 {
			p.Past = append(p.Past, location{City: fmt.Sprint("city ", i)})
		}
		key, err := r.Create(ctx, &p)
		must(t, err)
		x.wantSent(t, "create", "TransactWriteItems: Put Root, Put Shard1, Put Shard2, Put Shard3, Put Past x50")
		got, err := r.Get(ctx, key)
		must(t, err)
		equal(t, "object", *got, p)
		x.wantSent(t, "get", "BatchGetItem: Root, Shard1, Shard2, Shard3", "BatchGetItem: Past x50")

		towns, err := repo.ReadAll(ctx, r, key, lens.Each(pPast, inCity))
		must(t, err)
		equal(t, "towns", len(towns), 50)
		x.wantSent(t, "read all", "GetItem: Root", "BatchGetItem: Past x50")

		got.Past[7].Country = "changed"
		got.Past[8], got.Past[9] = got.Past[9], got.Past[8]
		_, err = r.Put(ctx, got)
		must(t, err)
		x.wantSent(t, "put, one element changed, two swapped", "TransactWriteItems: Put Root, Put Past")

		must(t, r.Update(ctx, key, lens.Append(pPast, location{City: "new"})))
		x.wantSent(t, "append", "TransactWriteItems: Update Root, Put Past")

		must(t, r.Update(ctx, key, lens.Join(lens.At(pPast, 20), inCity).Set("set")))
		x.wantSent(t, "update of one element", "GetItem: Root", "TransactWriteItems: Update Root, Update Past")

		must(t, r.Delete(ctx, key))
		x.wantSent(t, "delete", "GetItem: Root",
			"TransactWriteItems: Delete Root, Delete Shard1, Delete Shard2, Delete Shard3, Delete Past x51")
	}},
	{"a page of 25 roots with 3 shards each", func(t *testing.T, x *world) {
		ctx, r := t.Context(), people(t, x)
		want := map[string]person{}
		for range 25 {
			p := john()
			_, err := r.Create(ctx, &p)
			must(t, err)
			want[p.ID] = p
		}
		x.net.Reset()
		got := map[string]person{}
		for p, err := range r.Scan(ctx) {
			must(t, err)
			got[p.ID] = *p
		}
		equal(t, "objects", got, want)
		x.wantSent(t, "scan", "Scan: Root", "BatchGetItem: Shard1 x25, Shard2 x25, Shard3 x25")
	}},
	{"an object without parts", func(t *testing.T, x *world) {
		ctx, r := t.Context(), open(t, x, repo.TableOf("Notes", noteID, keepNote))
		n := note{ID: "n1", N: 1}
		key, err := r.Create(ctx, &n)
		must(t, err)
		x.wantSent(t, "create", "TransactWriteItems: Put Notes")
		_, err = r.Create(ctx, &note{ID: "n2"}, repo.Relaxed())
		must(t, err)
		x.wantSent(t, "create, relaxed", "PutItem: Notes")
		_, err = r.Put(ctx, &note{ID: "n3"})
		must(t, err)
		x.wantSent(t, "put over nothing", "GetItem: Notes", "TransactWriteItems: Put Notes")
		_, err = r.Put(ctx, &note{ID: "n3"})
		must(t, err)
		x.wantSent(t, "put over a version", "GetItem: Notes", "PutItem: Notes")
		_, err = r.Get(ctx, key)
		must(t, err)
		x.wantSent(t, "get", "GetItem: Notes")
		_, err = repo.Read(ctx, r, key, nN)
		must(t, err)
		x.wantSent(t, "read", "GetItem: Notes")
		_, err = r.Put(ctx, &n)
		must(t, err)
		x.wantSent(t, "put, tracked", "PutItem: Notes")
		must(t, r.Update(ctx, key, lens.Add(nN, 1)))
		x.wantSent(t, "update", "TransactWriteItems: Update Notes")
		must(t, r.With(repo.Relaxed()).Update(ctx, key, lens.Add(nN, 1)))
		x.wantSent(t, "update, relaxed", "UpdateItem: Notes")
		got, err := repo.UpdateGet(ctx, r, key, lens.Add(nN, 1))
		must(t, err)
		equal(t, "n", got.N, 4)
		x.wantSent(t, "update and get", "TransactWriteItems: Update Notes", "GetItem: Notes")
		must(t, r.Modify(ctx, key, func(v *note) error { v.N *= 2; return nil }))
		x.wantSent(t, "modify", "GetItem: Notes", "PutItem: Notes")
		must(t, r.Delete(ctx, key))
		x.wantSent(t, "delete", "GetItem: Notes", "TransactWriteItems: Delete Notes")
	}},
	{"relaxed, for a whole repository", func(t *testing.T, x *world) {
		ctx, r := t.Context(), open(t, x, repo.TableOf("Notes", noteID, keepNote), repo.Relaxed())
		n := note{ID: "n1", N: 1}
		key, err := r.Create(ctx, &n)
		must(t, err)
		x.wantSent(t, "create", "PutItem: Notes")
		_, err = r.Put(ctx, &note{ID: "n2"})
		must(t, err)
		x.wantSent(t, "put over nothing", "GetItem: Notes", "PutItem: Notes")
		must(t, r.Update(ctx, key, lens.Add(nN, 1)))
		x.wantSent(t, "update", "UpdateItem: Notes")
		must(t, r.Modify(ctx, key, func(v *note) error { v.N *= 2; return nil }))
		x.wantSent(t, "modify", "GetItem: Notes", "PutItem: Notes")
		must(t, r.Delete(ctx, key))
		x.wantSent(t, "delete", "GetItem: Notes", "TransactWriteItems: Delete Notes")
	}},
	{"relaxed, with parts", func(t *testing.T, x *world) {
		ctx, r := t.Context(), people(t, x, repo.Relaxed())
		p := john()
		key, err := r.Create(ctx, &p)
		must(t, err)
		x.wantSent(t, "create", "TransactWriteItems: Put Root, Put Shard1, Put Shard2, Put Shard3")
		must(t, r.Update(ctx, key, pLat.Set("35")))
		x.wantSent(t, "update of a part", "TransactWriteItems: Update Root, Update Shard3")
		must(t, r.Update(ctx, key, lens.Add(pVisits, 1)))
		x.wantSent(t, "update of the root", "UpdateItem: Root")
		got, err := r.Get(ctx, key)
		must(t, err)
		p.Location.Geo.Lat, p.Visits = "35", p.Visits+1
		p.Meta, got.Meta = meta.Record{}, meta.Record{}
		equal(t, "object", *got, p)
	}},
	{"a query of 30 roots with a shard each", func(t *testing.T, x *world) {
		ctx := t.Context()
		type line struct {
			Order string `dynamodbav:"order"`
			No    int    `dynamodbav:"no"`
			Note  geo    `dynamodbav:"note"`
		}
		lineKey := repo.CompositeKeyOf(func(l *line) *string { return &l.Order }, func(l *line) *int { return &l.No })
		r := open(t, x, repo.TableOf("Lines", lineKey,
			shard.New(shard.To("Notes"), func(l *line) *geo { return &l.Note })))
		for i := range 30 {
			_, err := r.Create(ctx, &line{Order: "o1", No: i, Note: geo{Lat: fmt.Sprint(i)}})
			must(t, err)
		}
		x.net.Reset()
		n := 0
		for l, err := range r.Query(ctx, lineKey.In("o1")) {
			must(t, err)
			equal(t, "line", *l, line{Order: "o1", No: n, Note: geo{Lat: fmt.Sprint(n)}})
			n++
		}
		equal(t, "lines", n, 30)
		x.wantSent(t, "query", "Query: Lines", "BatchGetItem: Notes x30")
	}},
}

// wantBytes fails t unless the bodies of the requests since the last call have
// exactly this size. Ids, times and envelopes are of constant size, so nothing
// of it varies.
func (x *world) wantBytes(t *testing.T, what string, want int) {
	t.Helper()
	got, _ := x.net.Bytes()
	x.net.Reset()
	if got != want {
		t.Errorf("%s sends %d bytes; want %d", what, got, want)
	}
}
