package ranges

import (
	"net/http"
	"testing"
	"time"

	"github.com/dystore/dystore/fault"
	"github.com/dystore/dystore/internal/conformance/kit"
	"github.com/dystore/dystore/lens"
	"github.com/dystore/dystore/repo"
)

// createSales creates the sales 0 to 7 of a shop; those with an odd number are open.
func createSales(t *testing.T, r *repo.Repo[sale], shop string) (all []sale) {
	t.Helper()
	for n := range 8 {
		s := saleOf(shop, n, []string{"paid", "open"}[n%2])
		_, err := r.Create(t.Context(), &s)
		kit.Must(t, err)
		all = append(all, s)
	}
	return all
}

var indexChecks = []kit.Check{
	{Name: "of all", Run: func(t *testing.T, x *kit.World) {
		r := kit.Open(t, x, sales())
		all := createSales(t, r, "a")
		x.Net.Reset()
		open, early := []sale{all[1], all[3], all[5], all[7]}, []string{}
		for name, c := range map[string]struct {
			in   repo.Range[sale]
			want []sale
		}{
			"In":               {saleStatus.In("open"), open},
			"nothing":          {saleStatus.In("none"), nil},
			"Backwards":        {saleStatus.In("open").Backwards(), kit.Backwards(open)},
			"After":            {saleStatus.In("open").After(kit.At(1)), open[1:]},
			"in a zone":        {saleStatus.In("open").From(kit.At(5)), open[2:]},
			"Between":          {saleStatus.In("open").Between(kit.At(3), kit.At(5)), open[1:3]},
			"half open":        {saleStatus.In("open").From(kit.At(1)).Before(kit.At(5)), open[:2]},
			"Where":            {saleStatus.In("open").Where(sTotal.Lt(96)), open[2:]},
			"Where, twice":     {saleStatus.In("open").Where(sTotal.Lt(99)).Where(lens.Not(sMemo.Eq("memo 5"))), []sale{all[3], all[7]}},
			"Where, of a key":  {saleStatus.In("open").Where(sNumber.Ge(5)), open[2:]},
			"Where, a prefix":  {saleStatus.In("open").Where(lens.HasPrefix(sMemo, "memo 5")), []sale{all[5]}},
			"Where, a part":    {saleStatus.In("open").Where(lens.Not(lens.ContainsText(sMemo, "o 3"))), []sale{all[1], all[5], all[7]}},
			"Where, a size":    {saleStatus.In("open").Where(lens.And(sMemo.Size().Eq(6), sTotal.Gt(96))), open[:2]},
			"Where, a type":    {saleStatus.In("open").Where(sMemo.HasType(lens.TypeString)).UpTo(kit.At(3)), open[:2]},
			"a local index":    {saleTotal.In("a"), kit.Backwards(all)},
			"its bounds":       {saleTotal.In("a").From(97).UpTo(98), []sale{all[3], all[2]}},
			"Where, projected": {saleTotal.In("a").Where(sStatus.Eq("open")), kit.Backwards(open)},
			"of keys only":     {saleEmail.In("1@a"), nil}, // in no order
		} {
			if name == "of keys only" {
				early = append(early, name)
				kit.Equal(t, name, len(kit.All(t, r.Query(t.Context(), c.in))), 3)
				continue
			}
			kit.Equal(t, name, kit.All(t, r.Query(t.Context(), c.in)), append([]sale{}, c.want...))
			n, err := r.Count(t.Context(), c.in)
			kit.Must(t, err)
			kit.Equal(t, "count, "+name, n, int64(len(c.want)))
		}
		kit.Equal(t, "looked at", early, []string{"of keys only"})
	}},
	{Name: "requests", Run: func(t *testing.T, x *kit.World) {
		ctx, r := t.Context(), kit.Open(t, x, sales())
		createSales(t, r, "a")
		x.Net.Reset()
		kit.All(t, r.Query(ctx, saleStatus.In("open")))
		x.WantSent(t, "index of whole items", "Query: Sales/by-status (eventually)")
		kit.All(t, r.Query(ctx, saleEmail.In("1@a")))
		x.WantSent(t, "index of keys", "Query: Sales/by-email (eventually)", "BatchGetItem: Sales x3")
		kit.All(t, r.Query(ctx, saleTotal.In("a"), repo.Eventually()))
		x.WantSent(t, "local index", "Query: Sales/by-total (eventually)", "BatchGetItem: Sales (eventually) x8")
		kit.All(t, r.Query(ctx, saleTotal.In("a").Where(sStatus.Eq("open"))))
		x.WantSent(t, "filtered where the index has it", "Query: Sales/by-total", "BatchGetItem: Sales x4")
		for _, in := range []repo.Range[sale]{saleStatus.In("open"), saleStatus.In("open").From(kit.At(1)), repo.All[sale]()} {
			_, err := r.Count(ctx, in)
			kit.Must(t, err)
		}
		x.WantSent(t, "counts", "Query: Sales/by-status (eventually)", "Query: Sales/by-status (eventually)", "Scan: Sales")
		_, err := r.Count(ctx, saleEmail.In("1@a"))
		kit.Must(t, err)
		x.WantSent(t, "count of keys", "Query: Sales/by-email (eventually)", "BatchGetItem: Sales x3")
	}},
	{Name: "parts", Run: func(t *testing.T, x *kit.World) {
		ctx, r := t.Context(), kit.Open(t, x, notedSales())
		all := createSales(t, r, "a")
		x.Net.Reset()
		kit.Equal(t, "of whole items", kit.All(t, r.Query(ctx, saleStatus.In("open"))), []sale{all[1], all[3], all[5], all[7]})
		x.WantSent(t, "index of whole items", "Query: Sales/by-status (eventually)", "BatchGetItem: Notes x4")
		kit.Equal(t, "of keys", len(kit.All(t, r.Query(ctx, saleEmail.In("1@a")))), 3)
		x.WantSent(t, "index of keys", "Query: Sales/by-email (eventually)", "BatchGetItem: Notes x3, Sales x3")
		kit.Equal(t, "roots", len(kit.All(t, r.Query(ctx, saleEmail.In("1@a"), repo.RootOnly()))), 3)
		x.WantSent(t, "roots", "Query: Sales/by-email (eventually)", "BatchGetItem: Sales x3")
		_, err := r.Count(ctx, saleEmail.In("1@a"))
		kit.Must(t, err)
		x.WantSent(t, "count", "Query: Sales/by-email (eventually)", "BatchGetItem: Sales x3")
	}},
	{Name: "sparse", Run: func(t *testing.T, x *kit.World) {
		ctx, r := t.Context(), kit.Open(t, x, sales())
		s := sale{Shop: "a", Number: 1, At: kit.At(1).UTC(), Total: 1}
		key, err := r.Create(ctx, &s)
		kit.Must(t, err)
		status := func() (n [2]int64) {
			for i, in := range []repo.Range[sale]{saleStatus.In("open"), saleEmail.In("é@x")} {
				var err error
				n[i], err = r.Count(ctx, in)
				kit.Must(t, err)
			}
			return n
		}
		kit.Equal(t, "neither", status(), [2]int64{0, 0})
		kit.Must(t, r.Update(ctx, key, sStatus.Set("open"), sEmail.Set(new("é@x"))))
		kit.Equal(t, "both", status(), [2]int64{1, 1})
		got, err := r.Get(ctx, key)
		kit.Must(t, err)
		kit.Equal(t, "object", *got, sale{Shop: "a", Number: 1, Status: "open", At: kit.At(1).UTC(), Email: new("é@x"), Total: 1, Meta: got.Meta})
		kit.Must(t, r.Update(ctx, key, sStatus.Set(""), sEmail.Set(nil)))
		kit.Equal(t, "set to nothing", status(), [2]int64{0, 0})
		kit.Must(t, r.Update(ctx, key, sStatus.SetIfAbsent("open"), sEmail.SetIfAbsent(new(""))))
		kit.Equal(t, "if absent", status(), [2]int64{1, 0})
		got, err = r.Get(ctx, key)
		kit.Must(t, err)
		got.Status, got.Email = "", new("é@x")
		_, err = r.Put(ctx, got)
		kit.Must(t, err)
		kit.Equal(t, "put", status(), [2]int64{0, 1})
		kit.Must(t, r.Modify(ctx, key, func(s *sale) error { s.Status, s.Email = "open", nil; return nil }))
		kit.Equal(t, "modified", status(), [2]int64{1, 0})
		kit.Must(t, r.Update(ctx, key, sStatus.Remove()))
		kit.Equal(t, "removed", status(), [2]int64{0, 0})
		_, err = r.Create(ctx, &sale{Shop: "a", Number: 2, Status: kit.Text(2049)})
		e := kit.WantErr(t, "too long", err, repo.ErrInvalid, "in the key of an index it is 2049 bytes long; DynamoDB allows 2048")
		kit.Equal(t, "path", e.Path, "status")
		err = r.Update(ctx, key, sStatus.Set("\xff"))
		kit.WantErr(t, "not UTF-8", err, repo.ErrInvalid, "not valid UTF-8")
		kit.Must(t, r.Delete(ctx, key))
		kit.Equal(t, "deleted", status(), [2]int64{0, 0})
	}},
	{Name: "times", Run: func(t *testing.T, x *kit.World) {
		ctx, r := t.Context(), kit.Open(t, x, sales())
		for _, n := range []int{5, 0, 7, 3, 1, 6, 2, 4} {
			s := sale{Shop: "a", Number: n, Status: "open"}
			key, err := r.Create(ctx, &s)
			kit.Must(t, err)
			if n%2 == 0 {
				kit.Must(t, r.Update(ctx, key, sAt.Set(kit.At(n))))
				x.Net.Reset()
				kit.Must(t, r.Update(ctx, key, sTotal.Set(n), repo.If(sAt.Eq(kit.At(n).UTC())), repo.If(sAt.Ne(kit.At(n).Add(1)))))
				x.WantSent(t, "instants", "TransactWriteItems: Update Sales")
				continue
			}
			kit.Must(t, r.Modify(ctx, key, func(s *sale) error { s.At = kit.At(n); return nil }))
		}
		var got []int
		for s, err := range r.Query(ctx, saleStatus.In("open")) {
			kit.Must(t, err)
			got = append(got, s.Number)
			kit.Equal(t, "time", s.At, kit.At(s.Number).UTC())
		}
		kit.Equal(t, "order", got, []int{0, 1, 2, 3, 4, 5, 6, 7})
		kit.Equal(t, "stored", kit.StringOf(x.Item2(t, "Sales", kit.Str("a"), kit.Num("5"))["at"]), "2026-01-02T03:04:06.000000000Z")
		kit.Equal(t, "instants, filtered", len(kit.All(t, r.Query(ctx, saleKey.In("a").Where(sAt.Eq(kit.At(5)))))), 1)
		kit.Equal(t, "others, filtered", len(kit.All(t, r.Query(ctx, saleKey.In("a").Where(lens.Not(sAt.In(kit.At(5), kit.At(6).UTC())))))), 6)
		// A time that another program has written, in another spelling.
		x.Plant(t, "Sales", kit.Row{"shop": kit.Str("b"), "number": kit.Num("1"), "status": kit.Str("open"), "at": kit.Str("2026-01-02T12:04:06+09:00")})
		kit.Must(t, r.Update(ctx, saleKey.Of("b", 1), sTotal.Set(1), repo.If(sAt.Eq(kit.At(5)))))
		kit.Equal(t, "spelt in another way, filtered", len(kit.All(t, r.Query(ctx, saleKey.In("b").Where(sAt.Eq(kit.At(5)))))), 1)
		err := r.Update(ctx, saleKey.Of("a", 1), sAt.Set(time.Date(-1, 1, 1, 0, 0, 0, 0, time.UTC)))
		kit.WantErr(t, "year", err, repo.ErrInvalid, "year")
	}},
	{Name: "left in between", Run: func(t *testing.T, x *kit.World) {
		ctx, r := t.Context(), kit.Open(t, x, notedSales())
		all := createSales(t, r, "a")
		beside, err := repo.New(x.Raw, notedSales(), x.Options(nil)...)
		kit.Must(t, err)
		for _, in := range []struct {
			name string
			of   repo.Range[sale]
			want []int
		}{
			{"whole", saleStatus.In("open").Where(sTotal.Gt(0)), []int{1, 3}},
			{"keys", saleEmail.In("1@a"), []int{1, 4}},
			{"local", saleTotal.In("a").UpTo(99).Where(sStatus.Eq("open")), []int{3, 1}},
		} {
			// When the index has been read, sale 7 leaves the range, 5 fails the filter or
			// leaves it as well, and 1 changes in its part.
			change := func() {
				kit.Must(t, beside.Update(ctx, saleKey.Of("a", 7), sStatus.Set("paid"), sEmail.Set(new("x")), sTotal.Set(1000), sNoteN.Set(70)))
				kit.Must(t, beside.Update(ctx, saleKey.Of("a", 5), sStatus.Set("paid"), sEmail.Set(new("y")), sTotal.Set(-1), sNoteN.Set(50)))
				kit.Must(t, beside.Update(ctx, saleKey.Of("a", 1), sNoteN.Set(10)))
			}
			x.Net.Reset(fault.Inject(fault.Custom("change", func(next fault.HTTPClient, req *http.Request) (*http.Response, error) {
				change()
				return next.Do(req)
			}), fault.Op("BatchGetItem"), fault.Times(1)))
			var got []int
			for s, err := range r.Query(ctx, in.of) {
				kit.Must(t, err)
				got = append(got, s.Number)
				if s.Number == 1 {
					kit.Equal(t, in.name+", part", s.Note.N, 10)
				}
			}
			kit.Equal(t, in.name, got, in.want)
			x.Net.Reset()
			for _, n := range []int{1, 5, 7} {
				_, err := r.Put(ctx, new(all[n]), repo.Overwrite())
				kit.Must(t, err)
			}
		}
	}},
	{Name: "refused", Run: func(t *testing.T, x *kit.World) {
		r := kit.Open(t, x, notedSales())
		refused := func(what string, in repo.Range[sale], text string) {
			t.Helper()
			for _, err := range r.Query(t.Context(), in) {
				kit.WantErr(t, what, err, repo.ErrInvalid, text)
			}
			_, err := r.Count(t.Context(), in)
			kit.WantErr(t, what+", counted", err, repo.ErrInvalid, text)
			_, err = r.Page(t.Context(), in)
			kit.WantErr(t, what+", a page", err, repo.ErrInvalid, text)
		}
		other := repo.IndexOf("by-memo", func(s *sale) *string { return &s.Memo }, func(s *sale) *int { return &s.Total })
		refused("no part of the model", other.In("x"), "the range is of index by-memo, which is not a part of the model")
		refused("a zero index", repo.Index[sale, string, int]{}.In("x"), "key range: the range was made from a zero index")
		refused("a zero selection", repo.Selection[sale]{}, "key range: a zero Selection selects nothing; use All or the In of an index")
		refused("an empty key", saleEmail.In(""), "key range: email is empty")
		refused("the key of the index", saleStatus.In("x").Where(sStatus.Ne("y")), "is in the key of index by-status, which DynamoDB does not filter by; use the bounds of the range")
		refused("the key of the table", saleKey.In("x").Where(sNumber.Gt(3)), "is the object's key, which DynamoDB does not filter by; use the bounds of the range")
		refused("not projected", saleTotal.In("x").Where(sMemo.Eq("y")), "is not projected into index by-total, where a filter would have to find it")
		refused("a part", saleStatus.In("x").Where(sNoteN.Eq(1)), "the value may be stored in another table; a filter sees the root item only")
		refused("no order", saleEmail.In("x").Backwards(), "Backwards: without a sort key there is no order")
		refused("a nil condition", saleStatus.In("x").Where(nil), "Where: the condition is nil")
		x.WantSent(t, "what is refused")
	}},
	{Name: "entities", Run: func(t *testing.T, x *kit.World) {
		ctx := t.Context()
		one, two := kit.Open(t, x, sales(), repo.Entity("one")), kit.Open(t, x, notedSales(), repo.Entity("two"))
		first := saleOf("a", 1, "open")
		_, err := one.Create(ctx, &first)
		kit.Must(t, err)
		second := saleOf("a", 4, "open") // the same e-mail address
		_, err = two.Create(ctx, &second)
		kit.Must(t, err)
		for _, in := range []repo.Range[sale]{saleStatus.In("open"), saleEmail.In("1@a"), saleTotal.In("a"), saleKey.In("a"), repo.All[sale](),
			saleStatus.In("open").Where(sTotal.Gt(0)), saleStatus.In("open").From(kit.At(0)).Before(kit.At(7))} {
			kit.Equal(t, "of one", kit.All(t, one.Query(ctx, in)), []sale{first})
			kit.Equal(t, "of two", kit.All(t, two.Query(ctx, in)), []sale{second})
			n, err := two.Count(ctx, in)
			kit.Must(t, err)
			kit.Equal(t, "count of two", n, 1)
		}
	}},
}
