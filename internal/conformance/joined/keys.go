package joined

import (
	"math"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"

	"github.com/dystore/dystore/internal/conformance/kit"
	"github.com/dystore/dystore/internal/conformance/trees"
	"github.com/dystore/dystore/lens"
	"github.com/dystore/dystore/meta"
	"github.com/dystore/dystore/repo"
)

// holder has a field of any type in its key. With omitempty a zero is only there.
type holder[K any] struct {
	Group string `dynamodbav:"group,omitempty"`
	K     K      `dynamodbav:"k"`
	N     int    `dynamodbav:"n"`
}

// form stores objects whose keys have values of one type, in ascending order.
func form[K any](name string, texts []string, values ...K) kit.Check {
	return kit.Check{Name: name, Run: func(t *testing.T, x *kit.World) {
		ctx := t.Context()
		group, k := lens.Of(func(h *holder[K]) *string { return &h.Group }), lens.Of(func(h *holder[K]) *K { return &h.K })
		n := lens.Of(func(h *holder[K]) *int { return &h.N })
		key := repo.JoinedKeyOf(repo.AttributeOf("PK", group), repo.AttributeOf("SK", k, n))
		r := kit.Open(t, x, repo.TableOf("Forms", key))
		all, keys := []holder[K]{}, []repo.Key[holder[K]]{}
		for i, v := range values {
			h := holder[K]{Group: "g", K: v, N: -i}
			got, err := r.Create(ctx, &h)
			kit.Must(t, err)
			made := key.Of(group.Eq("g"), n.Eq(-i), k.Eq(v))
			kit.Equal(t, "equal", []bool{got.Equal(made), got.Equal(key.Of(group.Eq("g"), n.Eq(-i-1), k.Eq(v)))}, []bool{true, false})
			number := "00000000000000000000"
			if i > 0 {
				number = "-999999999999999999" + string(rune('9'+1-i))
			}
			kit.Equal(t, "key", got.String(), `"g"/"`+texts[i]+"#"+number+`"`)
			var parsed holder[K]
			kit.Must(t, key.Parse(made, &parsed))
			kit.Equal(t, "parsed", parsed, h)
			all, keys = append(all, h), append(keys, got)
		}
		kit.Equal(t, "in order", kit.All(t, r.Query(ctx, key.In(group.Eq("g")))), all)
		for i := range values {
			kit.Equal(t, "from", kit.All(t, r.Query(ctx, repo.Then(key.In(group.Eq("g")), k).From(values[i]))), all[i:])
			kit.Equal(t, "after", kit.All(t, r.Query(ctx, repo.Then(key.In(group.Eq("g")), k).After(values[i]))), append([]holder[K]{}, all[i+1:]...))
			kit.Equal(t, "one", kit.All(t, r.Query(ctx, key.In(group.Eq("g"), k.Eq(values[i])))), all[i:i+1])
		}
		found, err := r.GetMany(ctx, keys)
		kit.Must(t, err)
		for i, h := range found {
			kit.Equal(t, "many", *h, all[i])
		}
		kit.DeleteAll(t, x, r)
	}}
}

type (
	stamped struct {
		At time.Time `dynamodbav:"at,unixtime"`
		N  int       `dynamodbav:"n,string"`
	}
	shelf  string
	digest [3]byte
)

var (
	sAt        = lens.Of(func(s *stamped) *time.Time { return &s.At })
	sN         = lens.Of(func(s *stamped) *int { return &s.N })
	stampedKey = repo.JoinedKeyOf(repo.AttributeOf("PK", repo.Word[stamped]("S")), repo.AttributeOf("SK", sAt, sN))
)

var keyChecks = []kit.Check{
	form("texts", []string{"", "$00", "$20", "$23", "$24", "$2420", "%", "a", "a$20b", "ä"}, "", "\x00", " ", "#", "$", "$20", "%", "a", "a b", "ä"),
	form[shelf]("named texts", []string{"a", "a$23", "a$23b", "aa"}, "a", "a#", "a#b", "aa"),
	form[int64]("integers", []string{"-0776627963145224192", "-9999999999999999998", "-9999999999999999999", "00000000000000000000", "00000000000000000010", "09223372036854775807"},
		math.MinInt64, -2, -1, 0, 10, math.MaxInt64),
	form[uint64]("unsigned integers", []string{"00000000000000000000", "00000000000000000009", "18446744073709551615"}, 0, 9, math.MaxUint64),
	form("durations", []string{"-9999999999999999999", "00000000001000000000"}, -time.Nanosecond, time.Second),
	form("times", []string{"0000-01-01T00:00:00.000000000Z", "0001-01-01T00:00:00.000000000Z", "2026-01-02T03:04:05.000000001Z", "2026-01-02T03:04:05.100000000Z"},
		time.Date(0, 1, 1, 0, 0, 0, 0, time.UTC), time.Time{}, kit.At(1), kit.At(3)),
	form("binary", []string{"00", "00ff", "ff"}, []byte{0}, []byte{0, 255}, []byte{255}),
	form("byte arrays", []string{"000000", "00ff00"}, digest{}, digest{0, 255, 0}),
	form("types with a text form", []string{"00000000-0000-0000-0000-000000000000", "0191e3d2-7b1a-7c3d-8e4f-5a6b7c8d9e0f"}, uuid.Nil, uuid.MustParse("0191e3d2-7b1a-7c3d-8e4f-5a6b7c8d9e0f")),

	{Name: "what is stored", Run: func(t *testing.T, x *kit.World) {
		ctx, r := t.Context(), openShop(t, x).orders
		o := order{Customer: "c#1", At: kit.At(5), No: -1, Status: "open"}
		x.Net.Reset()
		key, err := r.Create(ctx, &o)
		kit.Must(t, err)
		x.WantSent(t, "create", "TransactWriteItems: Put Shop, Put Notes")
		kit.Equal(t, "key", key.String(), `"CUSTOMER#c$231"/"ORDER#2026-01-02T03:04:06.000000000Z#-9999999999999999999"`)
		item := x.Item2(t, "Shop", kit.Str("CUSTOMER#c$231"), kit.Str("ORDER#2026-01-02T03:04:06.000000000Z#-9999999999999999999"))
		kit.Same(t, "item", kit.Without(item, "_meta"), kit.Row{
			"PK": kit.Str("CUSTOMER#c$231"), "SK": kit.Str("ORDER#2026-01-02T03:04:06.000000000Z#-9999999999999999999"),
			"customer": kit.Str("c#1"), "at": kit.Str("2026-01-02T12:04:06+09:00"), "no": kit.Num("-1"), "status": kit.Str("open"),
		})
		x.HasReferences(t, "part", o.Meta.References(), meta.Reference{Part: "note", Table: "Notes",
			Key: "order/SCUSTOMER#c$231/SORDER#2026-01-02T03:04:06.000000000Z#-9999999999999999999/note"})
		same, err := r.Key(&o)
		kit.Must(t, err)
		kit.Equal(t, "key of the value", same.Equal(key), true)
	}},
	{Name: "verbs", Run: func(t *testing.T, x *kit.World) {
		ctx, r := t.Context(), openShop(t, x).orders
		o := orderOf("c1", 3)
		key := keyOf(&o)
		_, err := r.Get(ctx, key)
		kit.WantErr(t, "get of none", err, repo.ErrNotFound, "")
		_, err = r.Create(ctx, &o)
		kit.Must(t, err)
		_, err = r.Create(ctx, new(orderOf("c1", 3)))
		kit.WantErr(t, "create again", err, repo.ErrExists, "")
		x.Net.Reset()
		got, err := r.Get(ctx, key)
		kit.Must(t, err)
		kit.Equal(t, "got", bare(*got), bare(o))
		x.WantSent(t, "get", "BatchGetItem: Notes, Shop")
		kit.Must(t, r.Update(ctx, key, oText.Set("x"), oStatus.Set("open"), repo.If(oCustomer.Eq("c1")), repo.If(oNo.Ge(1))))
		x.WantSent(t, "update", "TransactWriteItems: Update Shop, Update Notes")
		_, err = r.Put(ctx, &o)
		kit.WantErr(t, "put over another version", err, repo.ErrConflict, "")
		read, err := repo.Read(ctx, r, key, oAt)
		kit.Must(t, err)
		kit.Equal(t, "read", read, kit.At(1))
		kit.Must(t, r.Modify(ctx, key, func(o *order) error { o.Status = "paid"; return nil }))
		updated, err := repo.UpdateGet(ctx, r, key, oStatus.Set("sent"))
		kit.Must(t, err)
		o.Status, o.Note.Text = "sent", "x"
		kit.Equal(t, "updated", bare(*updated), bare(o))
		for name, change := range map[string]lens.Change[order]{"Set": oNo.Set(3), "Remove": oCustomer.Remove(), "SetIfAbsent": oAt.SetIfAbsent(kit.At(0)), "Add": lens.Add(oNo, 1)} {
			x.Net.Reset()
			where := kit.WantErr(t, name, r.Update(ctx, key, change), repo.ErrInvalid, "is part of the object's key, which cannot change")
			kit.Equal(t, "path", slices.Contains([]string{"no", "customer", "at"}, where.Path), true)
			x.WantSent(t, name)
		}
		err = r.Modify(ctx, key, func(o *order) error { o.No++; return nil })
		kit.WantErr(t, "another key", err, repo.ErrInvalid, "the change replaced the object's key; that would be another object")
		kit.Equal(t, "unchanged", bare(*get(t, r, key)), bare(o))
		kit.Must(t, r.Delete(ctx, key, repo.MustExist()))
		ok, err := r.Exists(ctx, key)
		kit.Must(t, err)
		kit.Equal(t, "exists", ok, false)
	}},
	{Name: "together", Out: kit.Out{Alone: "it writes or reads several objects at once"}, Run: func(t *testing.T, x *kit.World) {
		ctx, s := t.Context(), openShop(t, x)
		o, p, a := orderOf("c1", 0), orderOf("c1", 1), account{ID: "c1"}
		kit.Must(t, repo.Transact(ctx, []repo.Op{s.orders.CreateOp(&o), s.orders.PutOp(&p), s.accounts.CreateOp(&a)}))
		var oGot, pGot *order
		var aGot *account
		kit.Must(t, repo.TransactGet(ctx, s.orders.GetOp(keyOf(&o), &oGot), s.orders.GetOp(keyOf(&p), &pGot), s.accounts.GetOp(accountKey.Of(aID.Eq("c1")), &aGot)))
		kit.Equal(t, "orders", []order{bare(*oGot), bare(*pGot)}, []order{bare(o), bare(p)})
		kit.Equal(t, "account", *aGot, a)
		err := repo.Transact(ctx, []repo.Op{s.orders.DeleteOp(keyOf(&o)), s.orders.UpdateOp(keyOf(&o), oStatus.Set("x"))})
		kit.WantErr(t, "one object twice", err, repo.ErrInvalid, "")
		_, err = s.orders.PutMany(ctx, []*order{new(orderOf("c1", 2)), new(orderOf("c1", 3))})
		kit.Must(t, err)
		found, err := s.orders.GetMany(ctx, []repo.Key[order]{keyOf(new(orderOf("c1", 3))), keyOf(&o), keyOf(new(orderOf("none", 3))), keyOf(&o)})
		kit.Must(t, err)
		kit.Equal(t, "absent", found[2] == nil, true)
		kit.Equal(t, "found", []order{bare(*found[0]), bare(*found[1]), bare(*found[3])}, []order{bare(orderOf("c1", 3)), bare(o), bare(o)})
		kit.Must(t, s.orders.DeleteMany(ctx, []repo.Key[order]{keyOf(&o), keyOf(&p)}))
		n, err := s.orders.Count(ctx, repo.All[order]())
		kit.Must(t, err)
		kit.Equal(t, "left", n, 2)
	}},
	{Name: "without the type", Run: func(t *testing.T, x *kit.World) {
		ctx, r := t.Context(), openShop(t, x).orders
		o := order{Customer: "c1", At: kit.At(0), No: 7, Note: trees.Leaf{N: 3}}
		_, err := r.Create(ctx, &o)
		kit.Must(t, err)
		stored := kit.OpenStored(t, x, "Shop", "PK", repo.SortKey("SK"), repo.AllowTables("Notes"))
		doc, err := stored.Get(ctx, repo.Pair("CUSTOMER#c1", "ORDER#2026-01-02T03:04:05.000000000Z#00000000000000000007"))
		kit.Must(t, err)
		kit.Equal(t, "customer", doc["customer"], any("c1"))
		kit.Equal(t, "PK", doc["PK"], any("CUSTOMER#c1"))
		kit.Must(t, stored.Delete(ctx, repo.Pair("CUSTOMER#c1", "ORDER#2026-01-02T03:04:05.000000000Z#00000000000000000007")))
		x.Counted(t, "left", map[string]int{})
	}},
	{Name: "seconds, and numbers as text", Run: func(t *testing.T, x *kit.World) {
		ctx, r := t.Context(), kit.Open(t, x, repo.TableOf("Stamps", stampedKey))
		half := time.Unix(10, 5e8).UTC()
		for sec := range int64(4) {
			_, err := r.Create(ctx, &stamped{At: time.Unix(9*sec-9, 3e8), N: int(9 * sec)})
			kit.Must(t, err)
		}
		_, err := r.Create(ctx, &stamped{At: time.Unix(10, 0), N: 1})
		kit.Must(t, err)
		in := stampedKey.In()
		numbers := func(in repo.Range[stamped]) (n []int) {
			for _, s := range kit.All(t, r.Query(ctx, in)) {
				n = append(n, s.N)
			}
			return n
		}
		kit.Equal(t, "all", numbers(in), []int{0, 9, 18, 1, 27}) // at -9, 0, 9, 10 and 18 seconds
		kit.Equal(t, "from a fraction", numbers(repo.Then(in, sAt).From(half)), []int{27})
		kit.Equal(t, "before a fraction", numbers(repo.Then(in, sAt).Before(half)), []int{0, 9, 18, 1})
		kit.Equal(t, "before a fraction below zero", numbers(repo.Then(in, sAt).UpTo(time.Unix(-9, 1))), []int{0})
		kit.Equal(t, "between", numbers(repo.Then(in, sAt).Between(time.Unix(-10, 1), time.Unix(9, 0))), []int{0, 9, 18})
		kit.Equal(t, "equal to a fraction", numbers(stampedKey.In(sAt.Eq(half))), nil)
		kit.Equal(t, "of one second", numbers(repo.Then(stampedKey.In(sAt.Eq(time.Unix(10, 0))), sN).Before(2)), []int{1})
		got, err := r.Get(ctx, stampedKey.Of(sAt.Eq(half), sN.Eq(1)))
		kit.Must(t, err)
		kit.Equal(t, "the second", *got, stamped{At: time.Unix(10, 0).UTC(), N: 1})
	}},
	{Name: "too long", Run: func(t *testing.T, x *kit.World) {
		ctx, r := t.Context(), kit.Open(t, x, repo.TableOf("Forms", holderKey))
		for name, c := range map[string]struct {
			group, k string
			text     string // empty: it fits
		}{
			"as long as it may be":   {kit.Text(2048), kit.Text(1024 - 21), ""},
			"the partition key":      {kit.Text(2049), "k", "key: PK is 2049 bytes long; DynamoDB allows 2048"},
			"the sort key":           {"g", kit.Text(1024 - 20), "key: SK is 1025 bytes long; DynamoDB allows 1024"},
			"what is escaped":        {strings.Repeat("#", 683), "k", "key: PK is 2049 bytes long; DynamoDB allows 2048"},
			"an empty partition key": {"", "k", "key: PK is empty"},
		} {
			v := holder[string]{Group: c.group, K: c.k}
			x.Net.Reset()
			key, err := r.Create(ctx, &v)
			if c.text == "" {
				kit.Must(t, err)
				kit.Equal(t, name, *get(t, r, key), v)
				n, err := r.Count(ctx, repo.Then(holderKey.In(holderGroup.Eq(c.group)), holderK).After(c.k))
				kit.Must(t, err)
				kit.Equal(t, name+", after it", n, 0)
				continue
			}
			kit.WantErr(t, name, err, repo.ErrInvalid, c.text)
			_, err = r.Get(ctx, holderKey.Of(holderGroup.Eq(c.group), holderK.Eq(c.k), holderN.Eq(0)))
			kit.WantErr(t, name, err, repo.ErrInvalid, c.text)
			x.WantSent(t, name)
		}
	}},
	{Name: "plain", Run: func(t *testing.T, x *kit.World) {
		ctx, r := t.Context(), kit.Open(t, x, repo.TableOf("Forms", holderKey), repo.Plain())
		x.Plant(t, "Forms", kit.Row{"PK": kit.Str("g"), "SK": kit.Str("PROFILE")})
		v := holder[string]{Group: "g", K: "k", N: 2}
		key, err := r.Put(ctx, &v)
		kit.Must(t, err)
		kit.Equal(t, "got", *get(t, r, key), v)
		kit.Equal(t, "all", kit.All(t, r.Scan(ctx)), []holder[string]{v})
		n, err := r.Count(ctx, holderKey.In(holderGroup.Eq("g")))
		kit.Must(t, err)
		kit.Equal(t, "counted", n, 1)
		kit.Must(t, r.Delete(ctx, key))
		x.Counted(t, "left", map[string]int{"Forms": 1})
	}},
}

var (
	holderGroup = lens.Of(func(h *holder[string]) *string { return &h.Group })
	holderK     = lens.Of(func(h *holder[string]) *string { return &h.K })
	holderN     = lens.Of(func(h *holder[string]) *int { return &h.N })
	holderKey   = repo.JoinedKeyOf(repo.AttributeOf("PK", holderGroup), repo.AttributeOf("SK", holderK, holderN))
)
