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
		x.Net.Reset()
		big := shelf{ID: "t", Blobs: blobs(10, 390_000)}
		_, err = r.Create(ctx, &big)
		kit.WantErr(t, "create", err, repo.ErrTooLarge, "bytes in 11 items; a transaction takes 3900000")
		x.WantSent(t, "create of more")
		// A tracked put sends only what has changed.
		got.Blobs = append(got.Blobs, blobs(1, 300_000)...)
		_, err = r.Put(ctx, got)
		kit.Must(t, err)
		again, err := r.Get(ctx, key)
		kit.Must(t, err)
		kit.Equal(t, "shelf of 4.2 MB", *again, *got)
		kit.Must(t, r.Delete(ctx, key))
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
		s = shelf{ID: "s", Blobs: blobs(3, 10)}
		s.Blobs[1].Data = make([]byte, 409_600)
		_, err = r.Create(ctx, &s)
		where = kit.WantErr(t, "create", err, repo.ErrTooLarge, "the part blobs#")
		kit.WantErr(t, "create", err, repo.ErrTooLarge, "Biggest paths, in bytes: data 409604, _id 31, n 3.")
		x.WantSent(t, "both")
		x.Counted(t, "stored", map[string]int{})

		s.Blobs[1].Data = nil
		key, err := r.Create(ctx, &s)
		kit.Must(t, err)
		x.Net.Reset()
		s.Blobs[1].Data = make([]byte, 409_600)
		_, err = r.Put(ctx, &s)
		kit.WantErr(t, "tracked put", err, repo.ErrTooLarge, "the part blobs#")
		x.WantSent(t, "tracked put")
		_, err = r.Put(ctx, &s, repo.Overwrite())
		kit.WantErr(t, "untracked put", err, repo.ErrTooLarge, "the part blobs#")
		x.WantSent(t, "untracked put", "GetItem: Shelves")
		kit.WantErr(t, "update", r.Update(ctx, key, sText.Set(kit.Text(420_000))), repo.ErrTooLarge, "text")
		kit.WantErr(t, "append", r.Update(ctx, key, lens.Append(sBlobs, s.Blobs[1])), repo.ErrTooLarge, "the part blobs#")
		kit.Must(t, r.Update(ctx, key, sText.Set(kit.Text(300_000))))
		kit.WantErr(t, "update of what is large", r.Update(ctx, key, lens.Append(sLines, kit.Text(150_000))), repo.ErrTooLarge, "the root item")
		got, err := r.Get(ctx, key)
		kit.Must(t, err)
		kit.Equal(t, "version", got.Meta.Version, 2)
	}},
	{Name: "99 parts", Run: func(t *testing.T, x *kit.World) {
		ctx, r := t.Context(), kit.Open(t, x, shelves())
		s := shelf{ID: "s", Blobs: blobs(50, 1), ByName: named("n", 49)}
		key, err := r.Create(ctx, &s)
		kit.Must(t, err)
		got, err := r.Get(ctx, key)
		kit.Must(t, err)
		kit.Equal(t, "shelf", *got, s)
		more := shelf{ID: "t", Blobs: blobs(50, 1), ByName: named("n", 50)}
		x.Net.Reset()
		_, err = r.Create(ctx, &more)
		kit.WantErr(t, "create", err, repo.ErrTooLarge, "the object has 100 parts and unique values; 99 fit into one transaction")
		x.WantSent(t, "create of 100")
		kit.WantErr(t, "append", r.Update(ctx, key, lens.Append(sBlobs, blob{})), repo.ErrTooLarge, "100 parts")
		got.Blobs = append(got.Blobs, blob{})
		_, err = r.Put(ctx, got)
		kit.WantErr(t, "put", err, repo.ErrTooLarge, "100 parts")

		// Each of these is small enough, but both exceed one transaction.
		other := shelf{ID: "s", ByName: named("m", 60)}
		_, err = r.Put(ctx, &other)
		kit.WantErr(t, "put of others", err, repo.ErrTooLarge, "a transaction has at most 100")
		kit.Must(t, r.Update(ctx, key, lens.At(sBlobs, 0).Remove()))
		kit.Must(t, r.Update(ctx, key, lens.Append(sBlobs, blob{N: 99})))
		kit.WantErr(t, "append", r.Update(ctx, key, lens.Append(sBlobs, blob{})), repo.ErrTooLarge, "100 parts")
		kit.CheckOrphans(t, x.Raw, x.Prefix)
		kit.Must(t, r.Delete(ctx, key))
		x.Counted(t, "left", map[string]int{})
	}},
	{Name: "an append that fills the object", Run: func(t *testing.T, x *kit.World) {
		ctx, r := t.Context(), kit.Open(t, x, shelves())
		s := shelf{ID: "s", Blobs: blobs(97, 1)}
		key, err := r.Create(ctx, &s)
		kit.Must(t, err)
		x.Net.Reset()
		kit.Must(t, r.Update(ctx, key, lens.Append(sBlobs, blob{}, blob{})))
		x.WantSent(t, "append", "TransactWriteItems: Update Shelves, Put Blobs x2")
		kit.WantErr(t, "append", r.Update(ctx, key, lens.Append(sBlobs, blob{})), repo.ErrTooLarge, "100 parts")
		kit.Must(t, r.Update(ctx, key, lens.Join(lens.At(sBlobs, 98), blobN).Set(5)))
		kit.Must(t, r.Delete(ctx, key))
	}},
}
