package objects

import (
	"fmt"
	"slices"
	"testing"

	"github.com/dystore/dystore/internal/conformance/kit"
	"github.com/dystore/dystore/lens"
	"github.com/dystore/dystore/meta"
	"github.com/dystore/dystore/repo"
	"github.com/dystore/dystore/shard"
)

// shelf has any number of parts, each as large as an item can be.
type (
	blob struct {
		Data []byte `dynamodbav:"data"`
		N    int    `dynamodbav:"n"`
	}
	shelf struct {
		ID     string          `dynamodbav:"id"`
		Text   string          `dynamodbav:"text"`
		Lines  []string        `dynamodbav:"lines"`
		Blobs  []blob          `dynamodbav:"blobs"`
		ByName map[string]blob `dynamodbav:"byname"`
		Meta   meta.Record     `dynamodbav:"-"`
	}
)

var (
	shelfID = repo.KeyOf(func(s *shelf) *string { return &s.ID })
	sText   = lens.Of(func(s *shelf) *string { return &s.Text })
	sLines  = lens.Of(func(s *shelf) *[]string { return &s.Lines })
	sBlobs  = lens.Of(func(s *shelf) *[]blob { return &s.Blobs })
	blobN   = lens.Of(func(b *blob) *int { return &b.N })
)

func shelves() repo.Model[shelf] {
	return repo.TableOf("Shelves", shelfID, meta.Keep(func(s *shelf) *meta.Record { return &s.Meta }),
		shard.Each(shard.To("Blobs"), func(s *shelf) *[]blob { return &s.Blobs }),
		shard.EachValue(shard.To("ByName"), func(s *shelf) *map[string]blob { return &s.ByName }))
}

// blobs returns count numbered blobs with size bytes of data each.
func blobs(count, size int) []blob {
	out := make([]blob, count)
	for i := range out {
		out[i] = blob{Data: make([]byte, size), N: i}
		for j := range out[i].Data {
			out[i].Data[j] = byte(i + j)
		}
	}
	return out
}

func named(prefix string, count int) map[string]blob {
	out := map[string]blob{}
	for i := range count {
		out[fmt.Sprint(prefix, i)] = blob{N: i}
	}
	return out
}

var limitChecks = []kit.Check{
	{Name: "an object larger than an item", Run: func(t *testing.T, x *kit.World) {
		ctx, r := t.Context(), kit.Open(t, x, shelves())
		s := shelf{ID: "s", Blobs: blobs(8, 300_000)}
		key, err := r.Create(ctx, &s)
		kit.Must(t, err)
		got, err := r.Get(ctx, key)
		kit.Must(t, err)
		kit.Equal(t, "shelf", *got, s)
		got.Blobs[3].Data[0]++
		x.Net.Reset()
		_, err = r.Put(ctx, got)
		kit.Must(t, err)
		x.WantSent(t, "put", "TransactWriteItems: Put Shelves, Put Blobs")
		again, err := r.Get(ctx, key)
		kit.Must(t, err)
		kit.Equal(t, "shelf", *again, *got)
		kit.Must(t, r.Delete(ctx, key))
		x.Counted(t, "left", map[string]int{})
	}},
	{Name: "3.9 MB", Run: func(t *testing.T, x *kit.World) {
		ctx, r := t.Context(), kit.Open(t, x, shelves())
		s := shelf{ID: "s", Blobs: blobs(10, 389_600)}
		key, err := r.Create(ctx, &s)
		kit.Must(t, err)
		got, err := r.Get(ctx, key)
		kit.Must(t, err)
		kit.Equal(t, "shelf", *got, s)
		// A tracked put sends only what has changed.
		got.Blobs = append(got.Blobs, blobs(1, 300_000)...)
		x.Net.Reset()
		_, err = r.Put(ctx, got)
		kit.Must(t, err)
		x.WantSent(t, "put of 4.2 MB", "TransactWriteItems: Put Shelves, Put Blobs")
		kit.Has(t, r, key, "shelf of 4.2 MB", *got)
		kit.Must(t, r.Delete(ctx, key))

		// What is more than one transaction takes is written beside what is there.
		big := shelf{ID: "t", Blobs: blobs(11, 360_000)}
		x.Net.Reset()
		key, err = r.Create(ctx, &big)
		kit.Must(t, err)
		x.WantSent(t, "create of more", "TransactWriteItems: Put Shelves", "BatchWriteItem: Blobs x11", "PutItem: Shelves")
		kit.Has(t, r, key, "shelf of more than a transaction takes", big)
		for i := range big.Blobs {
			big.Blobs[i].Data[0]++
		}
		x.Net.Reset()
		_, err = r.Put(ctx, &big)
		kit.Must(t, err)
		x.WantSent(t, "put of more", "BatchWriteItem: Blobs x11", "PutItem: Shelves", "BatchWriteItem: Blobs x11")
		kit.Has(t, r, key, "changed", big)
		kit.Must(t, r.Delete(ctx, key, repo.MustExist()))
		x.Counted(t, "left", map[string]int{})
	}},
	{Name: "an item that is too large", Run: func(t *testing.T, x *kit.World) {
		ctx, r := t.Context(), kit.Open(t, x, shelves())
		s := shelf{ID: "s", Text: kit.Text(250_000), Lines: []string{"short", kit.Text(200_000)}}
		_, err := r.Create(ctx, &s)
		where := kit.WantErr(t, "create", err, repo.ErrTooLarge,
			"Biggest paths, in bytes: text 250004, lines[1] 200000, id 3. A shard would move text to a table of its own")
		kit.Equal(t, "path", where.Path, "text")
		kit.WantErr(t, "create", err, repo.ErrTooLarge, "the root item is 450")
		kit.WantErr(t, "create", err, repo.ErrTooLarge, "an item holds 409600")
		kit.Equal(t, "record", s.Meta, meta.Record{})
		x.WantSent(t, "both")
		x.Counted(t, "stored", map[string]int{})

		// A part that is too large is in pieces.
		s = shelf{ID: "s", Blobs: blobs(3, 10)}
		s.Blobs[1].Data = make([]byte, 409_600)
		key, err := r.Create(ctx, &s)
		kit.Must(t, err)
		kit.Has(t, r, key, "created", s)
		kit.WantErr(t, "update", r.Update(ctx, key, sText.Set(kit.Text(420_000))), repo.ErrTooLarge, "text")
		kit.Must(t, r.Update(ctx, key, lens.Append(sBlobs, s.Blobs[1]), sText.Set(kit.Text(300_000))))
		kit.WantErr(t, "update of what is large", r.Update(ctx, key, lens.Append(sLines, kit.Text(150_000))), repo.ErrTooLarge, "the root item")
		got, err := r.Get(ctx, key)
		kit.Must(t, err)
		kit.Equal(t, "version", got.Meta.Version, 2)
		kit.Equal(t, "blobs", len(got.Blobs[3].Data), 409_600)
	}},
	{Name: "99 parts", Run: func(t *testing.T, x *kit.World) {
		ctx, r := t.Context(), kit.Open(t, x, shelves())
		s := shelf{ID: "s", Blobs: blobs(50, 1), ByName: named("n", 49)}
		x.Net.Reset()
		key, err := r.Create(ctx, &s)
		kit.Must(t, err)
		x.WantSent(t, "create", "TransactWriteItems: Put Shelves, Put Blobs x50, Put ByName x49")
		kit.Has(t, r, key, "shelf", s)

		// Each of these is small enough, but both exceed one transaction.
		other := shelf{ID: "s", ByName: named("m", 50)}
		x.Net.Reset()
		_, err = r.Put(ctx, &other)
		kit.Must(t, err)
		if !x.Engine.Uncounted {
			kit.Equal(t, "requests of a read, two batches, the root and each old part", len(x.Net.Requests()), 1+2+1+99)
		}
		kit.Has(t, r, key, "the other", other)
		kit.CheckOrphans(t, x.Raw, x.Prefix)
		kit.Must(t, r.Delete(ctx, key))
		x.Counted(t, "left", map[string]int{})
	}},
	{Name: "more parts than a transaction has actions", Run: func(t *testing.T, x *kit.World) {
		for _, n := range []int{100, 125, 250} {
			manyParts(t, x, n)
		}
	}},
	{Name: "an append that fills the object", Run: func(t *testing.T, x *kit.World) {
		ctx, r := t.Context(), kit.Open(t, x, shelves())
		s := shelf{ID: "s", Blobs: blobs(97, 1)}
		key, err := r.Create(ctx, &s)
		kit.Must(t, err)
		x.Net.Reset()
		kit.Must(t, r.Update(ctx, key, lens.Append(sBlobs, blob{}, blob{})))
		x.WantSent(t, "append", "TransactWriteItems: Update Shelves, Put Blobs x2")
		kit.Must(t, r.Update(ctx, key, lens.Append(sBlobs, blob{N: 99})))
		x.WantSent(t, "append of one more", "TransactWriteItems: Update Shelves, Put Blobs")
		kit.Must(t, r.Update(ctx, key, lens.Join(lens.At(sBlobs, 99), blobN).Set(5)))
		got, err := r.Get(ctx, key)
		kit.Must(t, err)
		kit.Equal(t, "blobs", []int{len(got.Blobs), got.Blobs[99].N}, []int{100, 5})
		kit.Must(t, r.Delete(ctx, key, repo.MustExist()))
		x.Counted(t, "left", map[string]int{})
	}},
}

// manyParts sends an object with n parts through every verb. What fits into a transaction
// is one.
func manyParts(t *testing.T, x *kit.World, n int) {
	t.Helper()
	ctx, r := t.Context(), kit.Open(t, x, shelves())
	s := shelf{ID: "s", Blobs: blobs(n, 1)}
	x.Net.Reset()
	key, err := r.Create(ctx, &s)
	kit.Must(t, err)
	batches := slices.Repeat([]string{"BatchWriteItem: Blobs x25"}, n/25)
	x.WantSent(t, "create", slices.Concat([]string{"TransactWriteItems: Put Shelves"}, batches, []string{"PutItem: Shelves"})...)
	kit.Has(t, r, key, "created", s)
	x.Net.Reset()
	kit.Must(t, r.Update(ctx, key, lens.Join(lens.At(sBlobs, n-1), blobN).Set(7)))
	x.WantSent(t, "update", "GetItem: Shelves", "GetItem: Blobs", "PutItem: Blobs", "UpdateItem: Shelves", "DeleteItem: Blobs")
	kit.Must(t, r.Update(ctx, key, lens.Append(sBlobs, blob{N: 8})))
	x.WantSent(t, "append", "TransactWriteItems: Update Shelves, Put Blobs")
	got, err := r.Get(ctx, key)
	kit.Must(t, err)
	kit.Equal(t, "numbers", []int{len(got.Blobs), got.Blobs[n-1].N, got.Blobs[n].N}, []int{n + 1, 7, 8})
	got.Blobs[0].N = 9
	x.Net.Reset()
	_, err = r.Put(ctx, got)
	kit.Must(t, err)
	x.WantSent(t, "put", "TransactWriteItems: Put Shelves, Put Blobs, Delete Blobs")
	kit.Has(t, r, key, "put", *got)
	kit.Must(t, r.Update(ctx, key, lens.At(sBlobs, 1).Remove()))
	kit.CheckOrphans(t, x.Raw, x.Prefix)
	kit.Must(t, r.Delete(ctx, key, repo.MustExist()))
	x.Counted(t, "left", map[string]int{})
}
