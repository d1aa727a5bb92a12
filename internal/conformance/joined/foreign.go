package joined

import (
	"testing"

	"github.com/dystore/dystore/internal/conformance/kit"
	"github.com/dystore/dystore/lens"
	"github.com/dystore/dystore/repo"
)

func rivalLenses() (lens.Lens[rival, string], lens.Lens[rival, int]) {
	return lens.Of(func(r *rival) *string { return &r.Customer }), lens.Of(func(r *rival) *int { return &r.No })
}

var rivalWhen = lens.Of(func(r *rival) *string { return &r.When })

// keysIn are the texts of holders that come in pairs.
func keysIn(all []holder[string]) []string {
	out := []string{}
	for i, h := range all {
		if i%2 == 0 {
			out = append(out, h.K)
		}
	}
	return out
}

const (
	pk  = "CUSTOMER#c1"
	sk0 = "ORDER#2026-01-02T03:04:05.000000000Z#00000000000000000000"
	sk1 = "ORDER#2026-01-02T03:04:05.000000000Z#00000000000000000001"
)

// foreignChecks are about items that a program without the library has stored.
var foreignChecks = []kit.Check{
	{Name: "fields that are only in the key", Run: func(t *testing.T, x *kit.World) {
		ctx, r := t.Context(), openShop(t, x).orders
		x.Plant(t, "Shop", kit.Row{"PK": kit.Str(pk), "SK": kit.Str(sk1), "status": kit.Str("open"), "customer": kit.Null()})
		want := order{Customer: "c1", At: kit.At(0), No: 1, Status: "open"}
		key := keyOf(&want)
		got := get(t, r, key)
		kit.Equal(t, "got", bare(*got), want)
		no, err := repo.Read(ctx, r, key, oNo)
		kit.Must(t, err)
		at, err := repo.Read(ctx, r, key, oAt)
		kit.Must(t, err)
		customer, err := repo.Read(ctx, r, key, oCustomer)
		kit.Must(t, err)
		kit.Equal(t, "read", order{Customer: customer, At: at, No: no, Status: "open"}, want)
		kit.Equal(t, "scanned", bares(kit.All(t, r.Scan(ctx))), []order{want})
		got.Status = "paid"
		_, err = r.Put(ctx, got)
		kit.Must(t, err)
		kit.Same(t, "adopted", kit.Without(x.Item2(t, "Shop", kit.Str(pk), kit.Str(sk1)), "_meta"), kit.Row{"PK": kit.Str(pk), "SK": kit.Str(sk1),
			"customer": kit.Str("c1"), "at": kit.Str("2026-01-02T03:04:05Z"), "no": kit.Num("1"), "status": kit.Str("paid")})
	}},
	{Name: "fields that disagree", Run: func(t *testing.T, x *kit.World) {
		ctx, r := t.Context(), openShop(t, x).orders
		o, p := orderOf("c1", 0), orderOf("c1", 1)
		for _, o := range []order{o, p} {
			_, err := r.Create(ctx, &o)
			kit.Must(t, err)
		}
		for path, value := range map[string]kit.Value{"customer": kit.Str("c2"), "at": kit.Str("2026-01-02T03:04:05.1Z"), "no": kit.Num("3")} {
			item := x.Item2(t, "Shop", kit.Str(pk), kit.Str(sk1))
			was := item[path]
			item[path] = value
			x.Plant(t, "Shop", item)
			_, err := r.Get(ctx, keyOf(&p))
			where := kit.WantErr(t, "Get", err, repo.ErrCorrupt, path+" is not what the object's key says; another program has changed it")
			kit.Equal(t, "path", where.Path, path)
			if path == "no" {
				_, err = repo.Read(ctx, r, keyOf(&p), oNo)
				kit.WantErr(t, "Read", err, repo.ErrCorrupt, path+" is not what the object's key says")
			}
			seen, failed := 0, 0
			for v, err := range r.Query(ctx, orderKey.In(oCustomer.Eq("c1"))) {
				if err != nil {
					failed++
					kit.WantErr(t, "Query", err, repo.ErrCorrupt, path+" is not what")
					continue
				}
				seen++
				kit.Equal(t, "the other", bare(*v), bare(o))
			}
			kit.Equal(t, "seen and failed", []int{seen, failed}, []int{1, 1})
			item[path] = was
			x.Plant(t, "Shop", item)
		}
		// The instant counts, not its text.
		item := x.Item2(t, "Shop", kit.Str(pk), kit.Str(sk1))
		item["at"] = kit.Str("2026-01-02T05:04:05.000+02:00")
		x.Plant(t, "Shop", item)
		kit.Equal(t, "another zone", get(t, r, keyOf(&p)).At.Equal(p.At), true)
	}},
	{Name: "keys that cannot be read", Run: func(t *testing.T, x *kit.World) {
		ctx, s := t.Context(), openShop(t, x)
		o := orderOf("c1", 0)
		_, err := s.orders.Create(ctx, &o)
		kit.Must(t, err)
		wrong := []string{"ORDER#2026-01-02T03:04:05.000000000Z#1", "ORDER#2026#00000000000000000001", "ORDER##00000000000000000001", "ORDER#2026-13-02T03:04:05.000000000Z#00000000000000000001", "ORDER#2026-01-02T03:04:05.000000000Z#99999999999999999999"}
		for _, sk := range wrong {
			x.Plant(t, "Shop", kit.Row{"PK": kit.Str(pk), "SK": kit.Str(sk)})
		}
		item := x.Item2(t, "Shop", kit.Str(pk), kit.Str(sk0))
		item["SK"] = kit.Str("ORDER#x") // with the record of an order
		x.Plant(t, "Shop", item)
		x.Plant(t, "Shop", kit.Row{"PK": kit.Str(pk), "SK": kit.Str("ORDER#y")}) // no order at all
		for name, in := range map[string]repo.Range[order]{"In": orderKey.In(oCustomer.Eq("c1")), "All": repo.All[order]()} {
			var seen []order
			failed := 0
			for v, err := range s.orders.Query(ctx, in) {
				if err != nil {
					failed++
					kit.WantErr(t, name, err, repo.ErrCorrupt, "")
					continue
				}
				seen = append(seen, bare(*v))
			}
			kit.Equal(t, name, seen, []order{bare(o)})
			kit.Equal(t, name+", failed", failed, len(wrong)+1)
			page, err := s.orders.Page(ctx, in)
			kit.Must(t, err)
			kit.Equal(t, name+", by page", []int{len(page.Objects), len(page.Failed)}, []int{1, len(wrong) + 1})
			n, err := s.orders.Count(ctx, in)
			kit.Must(t, err)
			kit.Equal(t, name+", counted", n, int64(len(wrong)+2))
		}
		kit.Equal(t, "other entities", len(kit.All(t, s.lines.Scan(ctx))), 0)
		x.Tampered = true
	}},
}
