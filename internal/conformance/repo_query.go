package conformance

import (
	"fmt"
	"iter"
	"slices"
	"testing"
	"time"

	"github.com/dystore/dystore/lens"
	"github.com/dystore/dystore/meta"
	"github.com/dystore/dystore/repo"
	"github.com/dystore/dystore/shard"
)

// Objects with composite keys; an order has a part.
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

// all is what a loop yields; it fails t at the first error.
func all[T any](t *testing.T, objects iter.Seq2[*T, error]) []T {
	t.Helper()
	out := []T{}
	for v, err := range objects {
		must(t, err)
		out = append(out, *v)
	}
	return out
}

// at is the n-th of some times that sort wrongly as text with fewer digits, or
// with their zones.
func at(n int) time.Time {
	base := time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)
	return []time.Time{
		base, base.Add(1), base.Add(10), base.Add(100 * time.Millisecond), base.Add(101 * time.Millisecond),
		base.Add(time.Second).In(time.FixedZone("east", 9*3600)), base.Add(2 * time.Second).In(time.FixedZone("west", -9*3600)), base.AddDate(1, 0, 0),
	}[n]
}

var queryRepoChecks = []repoCheck{
	{"times", func(t *testing.T, x *world) {
		ctx, r := t.Context(), open(t, x, orders())
		stored := make([]order, 8)
		for _, n := range []int{5, 0, 7, 3, 1, 6, 2, 4} {
			o := order{Customer: "c1", At: at(n), Note: leaf{N: n}}
			key, err := r.Create(ctx, &o)
			must(t, err)
			equal(t, "key", key.String(), `"c1"/"`+at(n).UTC().Format("2006-01-02T15:04:05.000000000Z")+`"`)
			o.At = o.At.UTC()
			stored[n] = o
			other := order{Customer: "c2", At: at(n)}
			_, err = r.Create(ctx, &other)
			must(t, err)
		}
		c1 := orderKey.In("c1")
		for name, c := range map[string]struct {
			in   repo.Range[order]
			want []order
		}{
			"In":                 {c1, stored},
			"Backwards":          {c1.Backwards(), backwards(stored)},
			"Between":            {c1.Between(at(1), at(4)), stored[1:5]},
			"Between, one":       {c1.Between(at(2), at(2)), stored[2:3]},
			"Before":             {c1.Before(at(2)), stored[:2]},
			"UpTo":               {c1.UpTo(at(2)), stored[:3]},
			"After":              {c1.After(at(2)), stored[3:]},
			"From":               {c1.From(at(2)), stored[2:]},
			"From, backwards":    {c1.From(at(2)).Backwards(), backwards(stored[2:])},
			"Backwards, Before":  {c1.Backwards().Before(at(3)), backwards(stored[:3])},
			"another partition":  {orderKey.In("none"), nil},
			"of another instant": {c1.Between(at(0).Add(2), at(0).Add(9)), nil},
		} {
			equal(t, name, all(t, r.Query(ctx, c.in)), append([]order{}, c.want...))
		}
		for n := range stored {
			got, err := r.Get(ctx, orderKey.Of("c1", at(n)))
			must(t, err)
			equal(t, "object", *got, stored[n])
		}
		x.net.Reset()
		equal(t, "limited", all(t, r.Query(ctx, c1.From(at(1)), repo.Limit(3))), stored[1:4])
		x.wantSent(t, "limited query", "Query: Orders", "BatchGetItem: Notes x3")
		equal(t, "eventually", all(t, r.Query(ctx, c1, repo.Limit(2), repo.Eventually())), stored[:2])
		x.wantSent(t, "query", "Query: Orders (eventually)", "BatchGetItem: Notes (eventually) x2")
		for range r.Query(ctx, c1) {
			break
		}
		must(t, r.Update(ctx, orderKey.Of("c1", at(3)), noteN.Set(30)))
		must(t, r.Delete(ctx, orderKey.Of("c1", at(5))))
		equal(t, "number of orders", len(all(t, r.Query(ctx, c1))), 7)
	}},
	{"numbers and binary", func(t *testing.T, x *world) {
		ctx, r := t.Context(), open(t, x, repo.TableOf("Readings", readingKey))
		sensor := []byte{0, 255}
		var stored []reading
		for _, n := range []int{-100, -9, 0, 5, 10, 100} {
			stored = append(stored, reading{sensor, n})
		}
		for _, v := range backwards(stored) {
			_, err := r.Create(ctx, &v)
			must(t, err)
		}
		in := readingKey.In(sensor)
		equal(t, "In", all(t, r.Query(ctx, in)), stored)
		equal(t, "Between", all(t, r.Query(ctx, in.Between(-9, 10))), stored[1:5])
		equal(t, "After", all(t, r.Query(ctx, in.After(5))), stored[4:])
		equal(t, "Backwards", all(t, r.Query(ctx, in.UpTo(0).Backwards())), backwards(stored[:3]))
		key, err := r.Key(&stored[0])
		must(t, err)
		equal(t, "key", key.String(), "base64:AP8=/-100")
	}},
	{"BeginsWith", func(t *testing.T, x *world) {
		ctx, r := t.Context(), open(t, x, repo.TableOf("Files", fileKey))
		var stored []file
		for _, p := range []string{"a", "a/", "a/b", "a/b/c", "a0", "b", "日", "日本"} {
			stored = append(stored, file{"c:", p})
			_, err := r.Create(ctx, &file{"c:", p})
			must(t, err)
		}
		in := fileKey.In("c:")
		equal(t, "BeginsWith", all(t, r.Query(ctx, in.BeginsWith("a/"))), stored[1:4])
		equal(t, "BeginsWith 日", all(t, r.Query(ctx, in.BeginsWith("日"))), stored[6:])
		equal(t, "BeginsWith nothing", all(t, r.Query(ctx, in.BeginsWith("zzz"))), []file{})
	}},
	{"refused", func(t *testing.T, x *world) {
		ctx, r := t.Context(), open(t, x, orders())
		refused := func(name string, in repo.Range[order], text string) {
			t.Helper()
			n := 0
			for v, err := range r.Query(ctx, in) {
				n++
				equal(t, name, v, nil)
				equal(t, name, wantErr(t, name, err, repo.ErrInvalid, text).Op, "Query")
			}
			equal(t, name+": errors", n, 1)
		}
		refused("nil", nil, "range")
		refused("zero", repo.KeyRange[order, time.Time]{}, "KeyRange")
		refused("zero key", repo.CompositeKey[order, string, time.Time]{}.In("x"), "zero CompositeKey")
		refused("two bounds", orderKey.In("c").Before(at(0)).After(at(1)), "two bounds")
		refused("empty partition", orderKey.In(""), "is empty")
		refused("year", orderKey.In("c").After(time.Date(12345, 1, 1, 0, 0, 0, 0, time.UTC)), "year 12345")
		refused("another declaration", repo.CompositeKeyOf(func(o *order) *string { return &o.Customer }, func(o *order) *time.Time { return &o.At }).In("c"),
			"another key")
		numbers := open(t, x, repo.TableOf("Readings", readingKey))
		for _, err := range numbers.Query(ctx, readingKey.In([]byte("x")).BeginsWith(1)) {
			wantErr(t, "BeginsWith", err, repo.ErrInvalid, "BeginsWith")
		}
		x.wantSent(t, "all of it")
	}},
	{"pages of parts", func(t *testing.T, x *world) {
		ctx, r := t.Context(), open(t, x, orders())
		var stored []order
		for n := range 30 {
			o := order{Customer: "c", At: at(0).Add(time.Duration(n)), Note: leaf{Text: text(100 << 10), N: n}}
			_, err := r.Create(ctx, &o)
			must(t, err)
			stored = append(stored, o)
		}
		equal(t, "query", all(t, r.Query(ctx, orderKey.In("c"))), stored)
		got := all(t, r.Scan(ctx))
		slices.SortFunc(got, func(a, b order) int { return a.At.Compare(b.At) })
		equal(t, "scan", got, stored)
		equal(t, "scan, limited", len(all(t, r.Scan(ctx, repo.Limit(7)))), 7)
	}},
	{"pages of roots", func(t *testing.T, x *world) {
		ctx, r := t.Context(), open(t, x, repo.TableOf("Notes", noteID, keepNote))
		want := map[string]int{}
		for n := range 25 { // of 100 KB: a page ends at 1 MB
			v := note{ID: fmt.Sprint("n", n), Text: text(100 << 10), N: n}
			_, err := r.Create(ctx, &v)
			must(t, err)
			want[v.ID] = n
		}
		x.net.Reset()
		got := map[string]int{}
		for _, v := range all(t, r.Scan(ctx)) {
			got[v.ID] = v.N
		}
		equal(t, "notes", got, want)
		x.wantSent(t, "scan", "Scan: Notes", "Scan: Notes", "Scan: Notes")
	}},
}

func backwards[V any](s []V) []V {
	s = slices.Clone(s)
	slices.Reverse(s)
	return s
}
