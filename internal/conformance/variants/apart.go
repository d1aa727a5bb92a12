package variants

import (
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/dystore/dystore/cipher"
	"github.com/dystore/dystore/internal/conformance/kit"
	"github.com/dystore/dystore/lens"
	"github.com/dystore/dystore/meta"
	"github.com/dystore/dystore/repo"
	"github.com/dystore/dystore/shard"
)

var apartChecks = []kit.Check{
	{Name: "moves with the variant", Run: moves},
	{Name: "updates", Run: apartUpdates},
	{Name: "elements", Run: apartElements},
	{Name: "left out of a read", Run: leftOut},
	{Name: "an older program", Run: olderProgram},
	{Name: "small ones stay", Run: smallStay},
	{Name: "encrypted", Run: encrypted},
	{Name: "all encrypted", Run: allEncrypted},
	{Name: "without type", Run: withoutType},
}

// moves: the part of the old variant is deleted with the write of the new one.
func moves(t *testing.T, x *kit.World) {
	ctx := t.Context()
	r := kit.Open(t, x, apart(shard.To("Cards")))
	v := order{ID: "o1", Pay: card{Number: "1"}}
	key, err := r.Create(ctx, &v)
	kit.Must(t, err)
	x.WantSent(t, "create", "TransactWriteItems: Put Orders, Put Cards")
	root := x.Item(t, "Orders", "o1")
	kit.Same(t, "the root", root["pay"], m())
	got, err := r.Get(ctx, key)
	kit.Must(t, err)
	x.WantSent(t, "get", "BatchGetItem: Cards, Orders, Transfers")
	kit.Equal(t, "read", got.Pay, payment(card{Number: "1"}))

	got.Pay = &transfer{IBAN: "DE"}
	_, err = r.Put(ctx, got)
	kit.Must(t, err)
	x.WantSent(t, "put of another", "TransactWriteItems: Put Orders, Put Transfers, Delete Cards")
	x.Counted(t, "after put", map[string]int{"Orders": 1, "Transfers": 1})
	kit.Has(t, r, key, "another", recorded(t, r, key, order{ID: "o1", Pay: &transfer{IBAN: "DE"}}))

	kit.Must(t, r.Update(ctx, key, payCard.Set(card{Number: "2"})))
	x.Counted(t, "after update", map[string]int{"Orders": 1, "Cards": 1})
	kit.Has(t, r, key, "updated", recorded(t, r, key, order{ID: "o1", Pay: card{Number: "2"}}))
	kit.Must(t, r.Update(ctx, key, pay.Set(cash(1))))
	x.Counted(t, "after update to what stays", map[string]int{"Orders": 1})
	kit.Same(t, "the root holds it", x.Item(t, "Orders", "o1")["pay"], m("cash", num("1")))
	kit.Must(t, r.Update(ctx, key, pay.Set(card{Number: "3"})))
	kit.Must(t, r.Update(ctx, key, pay.Remove()))
	x.Counted(t, "removed", map[string]int{"Orders": 1})
	kit.Has(t, r, key, "removed", recorded(t, r, key, order{ID: "o1"}))
	kit.DeleteAll(t, x, r)
}

// apartUpdates: paths into a variant lead to its item.
func apartUpdates(t *testing.T, x *kit.World) {
	ctx := t.Context()
	r := kit.Open(t, x, apart(shard.To("Cards")))
	key, err := r.Create(ctx, &order{ID: "o1", Pay: card{Number: "1"}})
	kit.Must(t, err)
	x.Net.Reset()
	kit.Must(t, r.Update(ctx, key, number.Set("2"), repo.If(number.Eq("1"), payCard.Exists())))
	x.WantSent(t, "update", "TransactWriteItems: Update Orders, Update Cards")
	got, err := repo.Read(ctx, r, key, number)
	kit.Must(t, err)
	x.WantSent(t, "read", "BatchGetItem: Cards, Orders")
	kit.Equal(t, "number", got, "2")
	whole, err := repo.Read(ctx, r, key, pay)
	kit.Must(t, err)
	kit.Equal(t, "pay", whole, payment(card{Number: "2"}))
	kit.WantErr(t, "another variant", r.Update(ctx, key, iban.Set("DE")), repo.ErrNoPath, "pay.transfer has no value")
	kit.WantErr(t, "another variant, with parents", r.With(repo.EnsureParents()).Update(ctx, key, iban.Set("DE")), repo.ErrNoPath, "pay.transfer has no value")
	kit.WantErr(t, "condition on another", r.Update(ctx, key, orderN.Set(2), repo.If(payTransfer.Exists())), repo.ErrCondition, "")
	kit.Must(t, r.With(repo.EnsureParents()).Update(ctx, key, owner.Set("Ann")))
	kit.Has(t, r, key, "updated", recorded(t, r, key, order{ID: "o1", Pay: card{Number: "2", Owner: &holder{"Ann"}}}))
}

// apartElements: elements keep their parts when the list is reordered.
func apartElements(t *testing.T, x *kit.World) {
	ctx := t.Context()
	r := kit.Open(t, x, apart(shard.To("Cards")))
	v := sample
	v.Tips = []payment{cash(5), nil, &transfer{IBAN: "DE1"}, card{Number: "1"}}
	v.By = map[string]payment{"a": card{Number: "m"}, "b": cash(1), "c": nil}
	key, err := r.Create(ctx, &v)
	kit.Must(t, err)
	x.Counted(t, "parts", map[string]int{"Orders": 1, "Cards": 3, "Transfers": 2})
	got := kit.Has(t, r, key, "read", recorded(t, r, key, v))
	got.Tips = []payment{card{Number: "1"}, cash(5), card{Number: "2"}}
	x.Net.Reset()
	_, err = r.Put(ctx, got)
	kit.Must(t, err)
	x.Counted(t, "reordered", map[string]int{"Orders": 1, "Cards": 4, "Transfers": 1})
	kit.Has(t, r, key, "reordered", *got)
	kit.Must(t, r.Update(ctx, key, lens.Append(tips, payment(&transfer{IBAN: "DE9"}))))
	kit.Must(t, r.Update(ctx, key, lens.Join(lens.At(tips, 0), lens.Join(aCard.Lens(), inNumber)).Set("changed")))
	kit.Must(t, r.Update(ctx, key, lens.Join(lens.At(tips, 1), aCard.Lens()).Set(card{Number: "was cash"})))
	got.Tips = []payment{card{Number: "changed"}, card{Number: "was cash"}, card{Number: "2"}, &transfer{IBAN: "DE9"}}
	kit.Has(t, r, key, "updated", recorded(t, r, key, *got))
	kit.DeleteAll(t, x, r)
}

// leftOut: the value says which variant there is, and a Put keeps it.
func leftOut(t *testing.T, x *kit.World) {
	ctx := t.Context()
	cards, transfers := repo.Variant[card, payment]("card", shard.To("Cards")), repo.Variant[*transfer, payment]("transfer", shard.To("Transfers"))
	r := kit.Open(t, x, model(cards, transfers, aCash, aMix))
	key, err := r.Create(ctx, &order{ID: "o1"})
	kit.Must(t, err)
	for name, opt := range map[string]repo.CallOption{"RootOnly": repo.RootOnly(), "Skip": repo.Skip(cards, transfers)} {
		kit.Must(t, r.Update(ctx, key, pay.Set(card{Number: "1"}), orderN.Set(0)))
		got, err := r.Get(ctx, key, opt)
		kit.Must(t, err)
		kit.Equal(t, name, got.Pay, payment(card{}))
		got.N = 7
		_, err = r.Put(ctx, got)
		kit.Must(t, err)
		kit.Has(t, r, key, "kept", recorded(t, r, key, order{ID: "o1", N: 7, Pay: card{Number: "1"}}))
		got.Pay = card{Number: "2"}
		_, err = r.Put(ctx, got)
		kit.WantErr(t, "a part that was not loaded", err, repo.ErrNotLoaded, "read without this part")
		got.Pay = &transfer{}
		_, err = r.Put(ctx, got)
		kit.WantErr(t, "another is validated", err, repo.ErrInvalid, "order.Pay.IBAN")
		got.Pay = &transfer{IBAN: "DE"}
		_, err = r.Put(ctx, got)
		kit.Must(t, err)
		x.Counted(t, "another", map[string]int{"Orders": 1, "Transfers": 1})
		kit.Has(t, r, key, "another", recorded(t, r, key, order{ID: "o1", N: 7, Pay: &transfer{IBAN: "DE"}}))

		got, err = r.Get(ctx, key, opt)
		kit.Must(t, err)
		kit.Equal(t, "a pointer", got.Pay, payment(&transfer{}))
		_, err = r.Put(ctx, got)
		kit.Must(t, err)
		kit.Has(t, r, key, "not validated, and kept", recorded(t, r, key, order{ID: "o1", N: 7, Pay: &transfer{IBAN: "DE"}}))
		kit.Must(t, r.Update(ctx, key, pay.Set(cash(1))))
		_, err = r.Put(ctx, got, repo.Overwrite())
		kit.WantErr(t, "over another", err, repo.ErrNotLoaded, "which is not stored any more")
	}
	got, err := r.Get(ctx, key)
	kit.Must(t, err)
	_, err = r.Put(ctx, got, repo.KeepShards())
	kit.WantErr(t, "KeepShards", err, repo.ErrInvalid, "KeepShards: the shard is a variant")
}

// olderProgram does not know a variant in a table of its own.
func olderProgram(t *testing.T, x *kit.World) {
	ctx := t.Context()
	r := kit.Open(t, x, apart(shard.To("Cards")))
	old := kit.Open(t, x, model(aCash), repo.AllowTables("Cards", "Transfers"))
	key, err := r.Create(ctx, &order{ID: "o1", Pay: card{Number: "1"}})
	kit.Must(t, err)
	_, err = old.Get(ctx, key)
	kit.WantErr(t, "get", err, repo.ErrUnknownVariant, `the variant "card" of variants.payment is not declared`)
	kit.Must(t, old.Update(ctx, key, orderN.Set(3)))
	kit.Has(t, r, key, "carried", recorded(t, r, key, order{ID: "o1", N: 3, Pay: card{Number: "1"}}))
	n, err := repo.Read(ctx, old, key, orderN)
	kit.Must(t, err)
	kit.Equal(t, "another path", n, 3)
	kit.Must(t, old.Delete(ctx, key))
	x.Counted(t, "deleted", map[string]int{})
}

// smallStay: WhenOver decides for each value.
func smallStay(t *testing.T, x *kit.World) {
	ctx := t.Context()
	r := kit.Open(t, x, apart(shard.To("Cards", shard.WhenOver(100))))
	long := strings.Repeat("0", 100)
	key, err := r.Create(ctx, &order{ID: "o1", Pay: card{Number: "1"}})
	kit.Must(t, err)
	x.Counted(t, "small", map[string]int{"Orders": 1})
	kit.Must(t, r.Update(ctx, key, number.Set("2")))
	kit.Must(t, r.Modify(ctx, key, func(o *order) error { o.Pay = card{Number: long}; return nil }))
	x.Counted(t, "large", map[string]int{"Orders": 1, "Cards": 1})
	kit.Must(t, r.Update(ctx, key, payTransfer.Set(&transfer{IBAN: "DE"})))
	x.Counted(t, "another", map[string]int{"Orders": 1, "Transfers": 1})
	kit.Has(t, r, key, "another", recorded(t, r, key, order{ID: "o1", Pay: &transfer{IBAN: "DE"}}))
}

func keys(t *testing.T) *cipher.AES {
	t.Helper()
	key, err := cipher.NewKey(1, []byte("0123456789abcdef0123456789abcdef"))
	kit.Must(t, err)
	ring, err := cipher.NewKeyset(cipher.Primary(key))
	kit.Must(t, err)
	c, err := cipher.New(ring)
	kit.Must(t, err)
	return c
}

// protected is a model of orders with encryption and a part of its own.
func protected(p repo.Part[order]) repo.Model[order] {
	of := []repo.CaseOf[payment]{repo.Variant[card, payment]("card", shard.To("Cards")), aTransfer, aCash}
	return repo.TableOf("Orders", orderID, meta.Keep(func(o *order) *meta.Record { return &o.Meta }), repo.OneOf(func(o *order) *payment { return &o.Pay }, of...),
		repo.EachOneOf(func(o *order) *[]payment { return &o.Tips }, aTransfer, aCash),
		repo.OneOfAt(lens.ElemValues(by), aCash), repo.OneOfAt(lens.Each(lines, linePay), aCash), p)
}

// encrypted: fields in variants, and a variant that is one value.
func encrypted(t *testing.T, x *kit.World) {
	ctx := t.Context()
	r := kit.Open(t, x, protected(cipher.Protect(keys(t), number, iban, payCash, lens.Each(tips, aCash.Lens()))))
	for _, v := range []payment{card{Number: "4111"}, &transfer{IBAN: "DE", Days: 2}, cash(4), nil} {
		o := order{ID: "o1", Pay: v, Tips: []payment{cash(3), &transfer{IBAN: "x"}}}
		key, err := r.Put(ctx, &o)
		kit.Must(t, err)
		kit.Has(t, r, key, "read", o)
		if v == nil {
			continue
		}
		stored := x.Item(t, "Orders", "o1")["pay"].(*types.AttributeValueMemberM).Value
		if _, apart := v.(card); !apart && len(stored) != 1 {
			t.Errorf("%v is stored with %d attributes", v, len(stored))
		}
		if tip := x.Item(t, "Orders", "o1")["tips"].(*types.AttributeValueMemberL).Value[1].(*types.AttributeValueMemberM).Value; len(tip) != 1 {
			t.Errorf("a tip is stored with %d attributes", len(tip))
		}
	}
	key := orderID.Of("o1")
	kit.Must(t, r.Update(ctx, key, payCard.Set(card{Number: "1"})))
	kit.Must(t, r.Update(ctx, key, number.Set("2")))
	out, err := x.Raw.Scan(ctx, &dynamodb.ScanInput{TableName: new(x.Table("Cards"))})
	kit.Must(t, err)
	if _, sealed := out.Items[0]["number"].(*types.AttributeValueMemberB); !sealed || len(out.Items) != 1 {
		t.Errorf("the number is stored in plain: %v", out.Items)
	}
	got, err := repo.Read(ctx, r, key, number)
	kit.Must(t, err)
	kit.Equal(t, "number", got, "2")
	kit.Must(t, r.Update(ctx, key, payCash.Set(9)))
	kit.Has(t, r, key, "sealed variant", recorded(t, r, key, order{ID: "o1", Pay: cash(9), Tips: []payment{cash(3), &transfer{IBAN: "x"}}}))
	kit.WantErr(t, "compared", r.Update(ctx, key, orderN.Set(1), repo.If(payCash.Eq(9))), repo.ErrInvalid, "encrypted")
	kit.Must(t, r.Update(ctx, key, orderN.Set(1), repo.If(payCash.Exists())))
}

// allEncrypted: ProtectAll goes into variants.
func allEncrypted(t *testing.T, x *kit.World) {
	ctx := t.Context()
	r := kit.Open(t, x, protected(cipher.ProtectAll(keys(t), orderN)))
	for _, v := range []payment{card{Number: "4111", Owner: &holder{"Ann"}}, &transfer{IBAN: "DE", Days: 2}, cash(4), nil} {
		o := order{ID: "o1", N: 1, Pay: v, Tips: []payment{cash(3), nil}, By: map[string]payment{"a": cash(1)}}
		key, err := r.Put(ctx, &o)
		kit.Must(t, err)
		kit.Has(t, r, key, "read", o)
	}
}

// withoutType: Open reads variants as they are stored.
func withoutType(t *testing.T, x *kit.World) {
	ctx := t.Context()
	r := kit.Open(t, x, apart(shard.To("Cards")))
	_, err := r.Create(ctx, &order{ID: "o1", Pay: card{Number: "1"}})
	kit.Must(t, err)
	s := kit.OpenStored(t, x, "Orders", "id", repo.AllowTables("Cards", "Transfers"))
	doc, err := s.Get(ctx, "o1")
	kit.Must(t, err)
	kit.Equal(t, "document", doc["pay"].(map[string]any), map[string]any{"card": map[string]any{"number": "1"}})
}
