package objects

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/dystore/dystore/internal/conformance/kit"
	"github.com/dystore/dystore/lens"
	"github.com/dystore/dystore/meta"
	"github.com/dystore/dystore/repo"
	"github.com/dystore/dystore/shard"
)

// Objects with composite keys. An order has a part.
type (
	order struct {
		Customer string      `dynamodbav:"customer"`
		At       time.Time   `dynamodbav:"at"`
		Note     leaf        `dynamodbav:"note"`
		Meta     meta.Record `dynamodbav:"-"`
	}
	reading struct {
		Sensor  []byte `dynamodbav:"sensor"`
		Degrees int    `dynamodbav:"degrees"`
	}
	file struct {
		Drive string `dynamodbav:"drive"`
		Path  string `dynamodbav:"path"`
	}
)

var (
	orderKey   = repo.CompositeKeyOf(func(o *order) *string { return &o.Customer }, func(o *order) *time.Time { return &o.At })
	readingKey = repo.CompositeKeyOf(func(r *reading) *[]byte { return &r.Sensor }, func(r *reading) *int { return &r.Degrees })
	fileKey    = repo.CompositeKeyOf(func(f *file) *string { return &f.Drive }, func(f *file) *string { return &f.Path })
	noteN      = lens.Of(func(o *order) *int { return &o.Note.N })
)

func orders() repo.Model[order] {
	return repo.TableOf("Orders", orderKey,
		shard.New(shard.To("Notes"), func(o *order) *leaf { return &o.Note }),
		meta.Keep(func(o *order) *meta.Record { return &o.Meta }))
}

var queryChecks = []kit.Check{
	{Name: "times", Run: func(t *testing.T, x *kit.World) {
		ctx, r := t.Context(), kit.Open(t, x, orders())
		stored := make([]order, 8)
		for _, n := range []int{5, 0, 7, 3, 1, 6, 2, 4} {
			o := order{Customer: "c1", At: kit.At(n), Note: leaf{N: n}}
			key, err := r.Create(ctx, &o)
			kit.Must(t, err)
			kit.Equal(t, "key", key.String(), `"c1"/"`+kit.At(n).UTC().Format("2006-01-02T15:04:05.000000000Z")+`"`)
			o.At = o.At.UTC()
			stored[n] = o
			other := order{Customer: "c2", At: kit.At(n)}
			_, err = r.Create(ctx, &other)
			kit.Must(t, err)
		}
		c1 := orderKey.In("c1")
		for name, c := range map[string]struct {
			in   repo.Range[order]
			want []order
		}{
			"In":                 {c1, stored},
			"Backwards":          {c1.Backwards(), kit.Backwards(stored)},
			"Between":            {c1.Between(kit.At(1), kit.At(4)), stored[1:5]},
			"Between, one":       {c1.Between(kit.At(2), kit.At(2)), stored[2:3]},
			"Before":             {c1.Before(kit.At(2)), stored[:2]},
			"UpTo":               {c1.UpTo(kit.At(2)), stored[:3]},
			"After":              {c1.After(kit.At(2)), stored[3:]},
			"From":               {c1.From(kit.At(2)), stored[2:]},
			"From and Before":    {c1.From(kit.At(1)).Before(kit.At(4)), stored[1:4]},
			"After and UpTo":     {c1.UpTo(kit.At(4)).After(kit.At(1)).Backwards(), kit.Backwards(stored[2:5])},
			"After and Before":   {c1.After(kit.At(1)).Before(kit.At(4)), stored[2:4]},
			"an empty range":     {c1.From(kit.At(2)).Before(kit.At(2)), nil},
			"From, backwards":    {c1.From(kit.At(2)).Backwards(), kit.Backwards(stored[2:])},
			"Backwards, Before":  {c1.Backwards().Before(kit.At(3)), kit.Backwards(stored[:3])},
			"another partition":  {orderKey.In("none"), nil},
			"of another instant": {c1.Between(kit.At(0).Add(2), kit.At(0).Add(9)), nil},
		} {
			kit.Equal(t, name, kit.All(t, r.Query(ctx, c.in)), append([]order{}, c.want...))
		}
		for n := range stored {
			got, err := r.Get(ctx, orderKey.Of("c1", kit.At(n)))
			kit.Must(t, err)
			kit.Equal(t, "object", *got, stored[n])
		}
		x.Net.Reset()
		kit.Equal(t, "limited", kit.All(t, r.Query(ctx, c1.From(kit.At(1)), repo.Limit(3))), stored[1:4])
		x.WantSent(t, "limited query", "Query: Orders", "BatchGetItem: Notes x3")
		kit.Equal(t, "eventually", kit.All(t, r.Query(ctx, c1, repo.Limit(2), repo.Eventually())), stored[:2])
		x.WantSent(t, "query", "Query: Orders (eventually)", "BatchGetItem: Notes (eventually) x2")
		for range r.Query(ctx, c1) {
			break
		}
		kit.Must(t, r.Update(ctx, orderKey.Of("c1", kit.At(3)), noteN.Set(30)))
		kit.Must(t, r.Delete(ctx, orderKey.Of("c1", kit.At(5))))
		kit.Equal(t, "number of orders", len(kit.All(t, r.Query(ctx, c1))), 7)
	}},
	{Name: "numbers and binary", Run: func(t *testing.T, x *kit.World) {
		ctx, r := t.Context(), kit.Open(t, x, repo.TableOf("Readings", readingKey))
		sensor := []byte{0, 255}
		var stored []reading
		for _, n := range []int{-100, -9, 0, 5, 10, 100} {
			stored = append(stored, reading{sensor, n})
		}
		for _, v := range kit.Backwards(stored) {
			_, err := r.Create(ctx, &v)
			kit.Must(t, err)
		}
		in := readingKey.In(sensor)
		kit.Equal(t, "In", kit.All(t, r.Query(ctx, in)), stored)
		kit.Equal(t, "Between", kit.All(t, r.Query(ctx, in.Between(-9, 10))), stored[1:5])
		kit.Equal(t, "After", kit.All(t, r.Query(ctx, in.After(5))), stored[4:])
		kit.Equal(t, "Backwards", kit.All(t, r.Query(ctx, in.UpTo(0).Backwards())), kit.Backwards(stored[:3]))
		key, err := r.Key(&stored[0])
		kit.Must(t, err)
		kit.Equal(t, "key", key.String(), "base64:AP8=/-100")
	}},
	{Name: "BeginsWith", Run: func(t *testing.T, x *kit.World) {
		ctx, r := t.Context(), kit.Open(t, x, repo.TableOf("Files", fileKey))
		var stored []file
		for _, p := range []string{"a", "a/", "a/b", "a/b/c", "a0", "b", "日", "日本"} {
			stored = append(stored, file{"c:", p})
			_, err := r.Create(ctx, &file{"c:", p})
			kit.Must(t, err)
		}
		in := fileKey.In("c:")
		kit.Equal(t, "BeginsWith", kit.All(t, r.Query(ctx, in.BeginsWith("a/"))), stored[1:4])
		kit.Equal(t, "BeginsWith 日", kit.All(t, r.Query(ctx, in.BeginsWith("日"))), stored[6:])
		kit.Equal(t, "BeginsWith nothing", kit.All(t, r.Query(ctx, in.BeginsWith("zzz"))), []file{})
	}},
	{Name: "refused", Run: func(t *testing.T, x *kit.World) {
		ctx, r := t.Context(), kit.Open(t, x, orders())
		refused := func(name string, in repo.Range[order], text string) {
			t.Helper()
			n := 0
			for v, err := range r.Query(ctx, in) {
				n++
				kit.Equal(t, name, v, nil)
				kit.Equal(t, name, kit.WantErr(t, name, err, repo.ErrInvalid, text).Op, "Query")
			}
			kit.Equal(t, name+": errors", n, 1)
		}
		refused("nil", nil, "range")
		refused("zero", repo.KeyRange[order, time.Time]{}, "KeyRange")
		refused("zero key", repo.CompositeKey[order, string, time.Time]{}.In("x"), "zero CompositeKey")
		refused("two bounds", orderKey.In("c").Before(kit.At(0)).UpTo(kit.At(1)), "two bounds")
		refused("empty partition", orderKey.In(""), "is empty")
		refused("year", orderKey.In("c").After(time.Date(12345, 1, 1, 0, 0, 0, 0, time.UTC)), "year 12345")
		refused("another declaration", repo.CompositeKeyOf(func(o *order) *string { return &o.Customer }, func(o *order) *time.Time { return &o.At }).In("c"),
			"another key")
		numbers := kit.Open(t, x, repo.TableOf("Readings", readingKey))
		for _, err := range numbers.Query(ctx, readingKey.In([]byte("x")).BeginsWith(1)) {
			kit.WantErr(t, "BeginsWith", err, repo.ErrInvalid, "BeginsWith")
		}
		x.WantSent(t, "all of it")
	}},
	{Name: "pages of parts", Run: func(t *testing.T, x *kit.World) {
		ctx, r := t.Context(), kit.Open(t, x, orders())
		var stored []order
		for n := range 30 {
			o := order{Customer: "c", At: kit.At(0).Add(time.Duration(n)), Note: leaf{Text: kit.Text(100 << 10), N: n}}
			_, err := r.Create(ctx, &o)
			kit.Must(t, err)
			stored = append(stored, o)
		}
		kit.Equal(t, "query", kit.All(t, r.Query(ctx, orderKey.In("c"))), stored)
		got := kit.All(t, r.Scan(ctx))
		slices.SortFunc(got, func(a, b order) int { return a.At.Compare(b.At) })
		kit.Equal(t, "scan", got, stored)
		kit.Equal(t, "scan, limited", len(kit.All(t, r.Scan(ctx, repo.Limit(7)))), 7)
	}},
	{Name: "pages of roots", Run: func(t *testing.T, x *kit.World) {
		ctx, r := t.Context(), kit.Open(t, x, repo.TableOf("Notes", noteID, keepNote))
		want := map[string]int{}
		for n := range 25 { // of 100 KB: a page ends at 1 MB
			v := note{ID: fmt.Sprint("n", n), Text: kit.Text(100 << 10), N: n}
			_, err := r.Create(ctx, &v)
			kit.Must(t, err)
			want[v.ID] = n
		}
		x.Net.Reset()
		got := map[string]int{}
		for _, v := range kit.All(t, r.Scan(ctx)) {
			got[v.ID] = v.N
		}
		kit.Equal(t, "notes", got, want)
		x.WantSent(t, "scan", "Scan: Notes", "Scan: Notes", "Scan: Notes")
	}},
}
