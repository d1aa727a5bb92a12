package variants

import (
	"errors"
	"testing"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/dystore/dystore/internal/conformance/kit"
	"github.com/dystore/dystore/lens"
	"github.com/dystore/dystore/meta"
	"github.com/dystore/dystore/repo"
)

var checks = []kit.Check{
	{Name: "stored form", Run: storedForm},
	{Name: "lenses", Run: lenses},
	{Name: "one of two", Run: oneOfTwo},
	{Name: "elements", Run: elements},
	{Name: "conditions", Run: conditions},
	{Name: "refused values", Run: refusedValues},
	{Name: "unknown variant", Run: unknownVariant},
	{Name: "not a variant", Run: notAVariant},
	{Name: "without tags", Run: withoutTags},
	{Name: "unknown attributes", Run: unknownAttributes},
	{Name: "validation", Run: validation},
}

type attrs = map[string]types.AttributeValue

func str(s string) types.AttributeValue { return &types.AttributeValueMemberS{Value: s} }
func num(s string) types.AttributeValue { return &types.AttributeValueMemberN{Value: s} }
func m(kv ...any) types.AttributeValue {
	out := attrs{}
	for i := 0; i < len(kv); i += 2 {
		out[kv[i].(string)] = kv[i+1].(types.AttributeValue)
	}
	return &types.AttributeValueMemberM{Value: out}
}
func l(elems ...types.AttributeValue) types.AttributeValue {
	return &types.AttributeValueMemberL{Value: append([]types.AttributeValue{}, elems...)}
}

var null = &types.AttributeValueMemberNULL{Value: true}

// storedForm: each value is a map of one attribute, and comes back as it was.
func storedForm(t *testing.T, x *kit.World) {
	r := kit.Open(t, x, model())
	v := sample
	key, err := r.Create(t.Context(), &v)
	kit.Must(t, err)
	x.WantSent(t, "create", "TransactWriteItems: Put Orders")
	item := x.Item(t, "Orders", "o1")
	delete(item, "_meta")
	kit.Same(t, "stored", item, attrs{"id": str("o1"), "n": num("1"),
		"pay": m("card", m("number", str("4111"), "tags", l(str("a")))),
		"tips": l(m("cash", num("5")), null, m("transfer", m("iban", str("DE1"), "days", num("3"))),
			m("mixed", l(m("cash", num("1")), m("card", m("number", str("5"))), m("mixed", l()))), m("mixed", null)),
		"by": m("a", m("cash", num("0")), "b", m("card", m("number", str(""))), "c", null),
		"lines": l(m("name", str("x"), "pay", m("cash", num("7"))), m("name", str("y")),
			m("name", str("z"), "pay", m("transfer", m("iban", str("DE2"), "days", num("0"))))),
	})
	got, err := r.Get(t.Context(), key)
	kit.Must(t, err)
	kit.Equal(t, "read", without(*got), without(sample))

	got.Pay = nil
	_, err = r.Put(t.Context(), got)
	kit.Must(t, err)
	if item := x.Item(t, "Orders", "o1"); item["pay"] != nil {
		t.Errorf("a nil interface is stored as %v", item["pay"])
	}
	kit.Must(t, r.Modify(t.Context(), key, func(o *order) error { o.Pay = cash(9); return nil }))
	got, err = r.Get(t.Context(), key)
	kit.Must(t, err)
	kit.Equal(t, "after Modify", got.Pay, payment(cash(9)))
}

// lenses lead into the variant that is there, and nowhere else.
func lenses(t *testing.T, x *kit.World) {
	ctx := t.Context()
	r := kit.Open(t, x, model())
	key, err := r.Create(ctx, &order{ID: "o1", Pay: card{Number: "1"}})
	kit.Must(t, err)
	x.Net.Reset()
	kit.Must(t, r.Update(ctx, key, number.Set("2")))
	x.WantSent(t, "update", "TransactWriteItems: Update Orders")
	got, err := repo.Read(ctx, r, key, number)
	kit.Must(t, err)
	kit.Equal(t, "number", got, "2")
	whole, err := repo.Read(ctx, r, key, pay)
	kit.Must(t, err)
	kit.Equal(t, "pay", whole, payment(card{Number: "2"}))

	kit.WantErr(t, "another variant", r.Update(ctx, key, iban.Set("DE")), repo.ErrNoPath, "pay.transfer has no value")
	kit.WantErr(t, "another variant, with parents", r.With(repo.EnsureParents()).Update(ctx, key, iban.Set("DE")), repo.ErrNoPath, "pay.transfer has no value")
	_, err = repo.Read(ctx, r, key, iban)
	kit.WantErr(t, "read of another", err, repo.ErrNoPath, "pay.transfer has no value")
	kit.Must(t, r.With(repo.EnsureParents()).Update(ctx, key, owner.Set("Ann")))
	kit.Has(t, r, key, "a parent in the variant", recorded(t, r, key, order{ID: "o1", Pay: card{Number: "2", Owner: &holder{"Ann"}}}))

	kit.Must(t, r.Update(ctx, key, pay.Remove()))
	kit.Must(t, r.With(repo.EnsureParents()).Update(ctx, key, number.Set("3")))
	kit.Has(t, r, key, "an interface that was nil", recorded(t, r, key, order{ID: "o1", Pay: card{Number: "3"}}))
}

// recorded gives want the record that is stored.
func recorded(t *testing.T, r *repo.Repo[order], key repo.Key[order], want order) order {
	t.Helper()
	got, err := r.Get(t.Context(), key)
	kit.Must(t, err)
	want.Meta = got.Meta
	return want
}

// oneOfTwo: whatever is done, the interface has one variant.
func oneOfTwo(t *testing.T, x *kit.World) {
	ctx := t.Context()
	r := kit.Open(t, x, model())
	key, err := r.Create(ctx, &order{ID: "o1", Pay: card{Number: "1"}})
	kit.Must(t, err)
	kit.Must(t, r.Update(ctx, key, payTransfer.Set(&transfer{IBAN: "DE"})))
	kit.Has(t, r, key, "set", recorded(t, r, key, order{ID: "o1", Pay: &transfer{IBAN: "DE"}}))
	kit.Must(t, r.Update(ctx, key, pay.Set(cash(4))))
	kit.Has(t, r, key, "set the interface", recorded(t, r, key, order{ID: "o1", Pay: cash(4)}))
	x.Net.Reset()
	for name, ch := range map[string]lens.Change[order]{
		"SetIfAbsent": payCard.SetIfAbsent(card{}), "Remove": payCard.Remove(), "Add": lens.Add(payCash, 1),
	} {
		where := kit.WantErr(t, name, r.Update(ctx, key, ch), repo.ErrInvalid, "is a variant")
		kit.Equal(t, "op", where.Op, "Update")
	}
	kit.WantErr(t, "two", r.Update(ctx, key, number.Set("1"), iban.Set("DE")), repo.ErrInvalid, "pay holds one variant, and the changes are of two: card and transfer")
	var none *transfer
	kit.WantErr(t, "a nil pointer", r.Update(ctx, key, payTransfer.Set(none)), repo.ErrInvalid, "a nil *variants.transfer")
	x.WantSent(t, "refused changes")
	kit.Has(t, r, key, "unchanged", recorded(t, r, key, order{ID: "o1", Pay: cash(4)}))
}

// elements of lists and values of maps have variants, too.
func elements(t *testing.T, x *kit.World) {
	ctx := t.Context()
	r := kit.Open(t, x, model())
	v := sample
	key, err := r.Create(ctx, &v)
	kit.Must(t, err)
	kit.Must(t, r.Update(ctx, key,
		lens.Append(tips, payment(card{Number: "new"})),
		lens.Join(lens.At(lines, 2), lens.Join(linePay, lens.Join(aTransfer.Lens(), inDays))).Set(9),
		lens.Join(lens.Entry(by, "a"), aCard.Lens()).Set(card{Number: "by"})))
	want := sample
	want.Tips = append(append([]payment{}, sample.Tips...), card{Number: "new"})
	want.Lines = []line{{"x", cash(7)}, {"y", nil}, {"z", &transfer{IBAN: "DE2", Days: 9}}}
	want.By = map[string]payment{"a": card{Number: "by"}, "b": card{}, "c": nil}
	kit.Has(t, r, key, "updated", recorded(t, r, key, want))
	numbers, err := repo.ReadAll(ctx, r, key, lens.Each(tips, lens.Join(aCard.Lens(), inNumber)))
	kit.Must(t, err)
	kit.Equal(t, "numbers", numbers, []string{"new"})
	all, err := repo.ReadAll(ctx, r, key, lens.Each(lines, linePay))
	kit.Must(t, err)
	kit.Equal(t, "all", all, []payment{cash(7), nil, &transfer{IBAN: "DE2", Days: 9}})
}

// conditions see the variant.
func conditions(t *testing.T, x *kit.World) {
	ctx := t.Context()
	r := kit.Open(t, x, model())
	key, err := r.Create(ctx, &order{ID: "o1", Pay: card{Number: "1"}})
	kit.Must(t, err)
	_, err = r.Create(ctx, &order{ID: "o2", Pay: cash(1)})
	kit.Must(t, err)
	for name, c := range map[string]struct {
		cond lens.Condition[order]
		want bool
	}{
		"is a card": {payCard.Exists(), true}, "is a transfer": {payTransfer.Exists(), false},
		"number": {number.Eq("1"), true}, "other number": {number.Eq("2"), false}, "iban": {iban.Eq("1"), false},
		"whole": {pay.Eq(card{Number: "1"}), true}, "whole, other": {pay.Eq(cash(1)), false},
	} {
		err := r.Update(ctx, key, lens.Add(orderN, 1), repo.If(c.cond))
		if c.want {
			kit.Must(t, err)
		} else {
			kit.WantErr(t, name, err, repo.ErrCondition, "")
		}
		found := kit.All(t, r.Query(ctx, repo.All[order]().Where(c.cond)))
		held := len(found) > 0 && found[0].ID == "o1"
		if name == "whole, other" {
			held = len(found) != 1 || found[0].ID != "o2"
		}
		kit.Equal(t, "filter: "+name, held, c.want)
	}
}

// refusedValues are none of the variants.
func refusedValues(t *testing.T, x *kit.World) {
	r := kit.Open(t, x, model(aCard, aTransfer))
	var none *transfer
	for _, c := range []struct {
		v    payment
		text string
	}{
		{cash(1), "pay: the value is a variants.cash, and the declared variants of variants.payment are variants.card, *variants.transfer"},
		{&card{}, "pay: the value is a *variants.card, and the declared variants"},
		{none, "pay: the value is a nil *variants.transfer inside a variants.payment that is not nil"},
	} {
		_, err := r.Put(t.Context(), &order{ID: "o1", Pay: c.v})
		kit.WantErr(t, "put", err, repo.ErrInvalid, c.text)
	}
	x.WantSent(t, "refused puts")
}

// unknownVariant: an older program meets what it does not know.
func unknownVariant(t *testing.T, x *kit.World) {
	ctx := t.Context()
	r, old := kit.Open(t, x, model()), kit.Open(t, x, model(aCard))
	for _, o := range []order{{ID: "o1", Pay: cash(3)}, {ID: "o2", Pay: card{Number: "1"}}} {
		_, err := r.Create(ctx, &o)
		kit.Must(t, err)
	}
	_, err := old.Get(ctx, orderID.Of("o1"))
	where := kit.WantErr(t, "get", err, repo.ErrUnknownVariant, `the variant "cash" of variants.payment is not declared`)
	kit.Equal(t, "path", where.Path, "pay")
	var unknown *repo.UnknownVariantError
	if !errors.As(err, &unknown) || unknown.Path != "pay" || unknown.Tag != "cash" || unknown.Type != "variants.payment" {
		t.Errorf("error %+v", unknown)
	}
	_, err = repo.Read(ctx, old, orderID.Of("o1"), pay)
	kit.WantErr(t, "read of the variant", err, repo.ErrUnknownVariant, `"cash"`)

	good, bad := 0, 0
	for _, err := range old.Query(ctx, repo.All[order]()) {
		if err != nil {
			kit.WantErr(t, "query", err, repo.ErrUnknownVariant, `"cash"`)
			bad++
		} else {
			good++
		}
	}
	kit.Equal(t, "query", [2]int{good, bad}, [2]int{1, 1})

	n, err := repo.Read(ctx, old, orderID.Of("o1"), orderN)
	kit.Must(t, err)
	kit.Equal(t, "another path", n, 0)
	kit.Must(t, old.Update(ctx, orderID.Of("o1"), orderN.Set(8)))
	kit.WantErr(t, "path into it", old.Update(ctx, orderID.Of("o1"), number.Set("1")), repo.ErrNoPath, "pay.card has no value")
	kit.WantErr(t, "path into it, with parents", old.With(repo.EnsureParents()).Update(ctx, orderID.Of("o1"), number.Set("1")), repo.ErrNoPath, "pay.card has no value")
	kit.Has(t, r, orderID.Of("o1"), "carried", recorded(t, r, orderID.Of("o1"), order{ID: "o1", N: 8, Pay: cash(3)}))

	kit.WantErr(t, "a lens of the new", old.Update(ctx, orderID.Of("o1"), iban.Set("DE")), repo.ErrInvalid, "pay.transfer is no variant of variants.payment here")
	_, err = repo.Read(ctx, old, orderID.Of("o1"), iban)
	kit.WantErr(t, "read by it", err, repo.ErrInvalid, "pay.transfer is no variant")
	kit.WantErr(t, "condition", old.Update(ctx, orderID.Of("o1"), orderN.Set(1), repo.If(payCash.Exists())), repo.ErrInvalid, "pay.cash is no variant")
}

// notAVariant is what no program writes.
func notAVariant(t *testing.T, x *kit.World) {
	ctx := t.Context()
	r := kit.Open(t, x, model())
	for _, c := range []struct {
		pay  types.AttributeValue
		text string
	}{
		{m(), "a map with one attribute, its tag, and this one has 0"},
		{m("card", m("number", str("1")), "cash", num("1")), "its tag, and this one has 2"},
		{m("card", m("number", str("1")), "wallet", num("1")), "its tag, and this one has 2"},
		{m("transfer", null), "a variant that is stored as NULL is no *variants.transfer"},
		{str("card"), "expected M for variants.payment, got S"},
		{m("cash", str("1")), "expected N"},
	} {
		x.Plant(t, "Orders", attrs{"id": str("o1"), "pay": c.pay})
		_, err := r.Get(ctx, orderID.Of("o1"))
		kit.WantErr(t, c.text, err, repo.ErrCorrupt, c.text)
	}
	x.Plant(t, "Orders", attrs{"id": str("o1"), "pay": null})
	kit.Has(t, r, orderID.Of("o1"), "NULL", recorded(t, r, orderID.Of("o1"), order{ID: "o1"}))
}

// withoutTags: a chooser reads what other programs have stored.
func withoutTags(t *testing.T, x *kit.World) {
	ctx := t.Context()
	choose := func(av types.AttributeValue) string {
		switch v := av.(type) {
		case *types.AttributeValueMemberN:
			return "cash"
		case *types.AttributeValueMemberM:
			if v.Value["iban"] != nil {
				return "transfer"
			}
		}
		return ""
	}
	r := kit.Open(t, x, repo.TableOf("Orders", orderID, meta.Keep(func(o *order) *meta.Record { return &o.Meta }),
		repo.OneOf(func(o *order) *payment { return &o.Pay }, aTransfer, aCash).Choose(choose),
		repo.EachOneOf(func(o *order) *[]payment { return &o.Tips }, aTransfer, aCash).Choose(choose),
		repo.OneOfAt(lens.ElemValues(by), aCash), repo.OneOfAt(lens.Each(lines, linePay), aCash)))
	x.Plant(t, "Orders", attrs{"id": str("o1"), "pay": m("iban", str("DE"), "days", num("2"), "old", str("kept")),
		"tips": l(num("4"), m("cash", num("5")), null)})
	key := orderID.Of("o1")
	want := order{ID: "o1", Pay: &transfer{IBAN: "DE", Days: 2}, Tips: []payment{cash(4), cash(5), nil}}
	got := kit.Has(t, r, key, "untagged", recorded(t, r, key, want))
	whole, err := repo.Read(ctx, r, key, pay)
	kit.Must(t, err)
	kit.Equal(t, "read", whole, want.Pay)
	kit.WantErr(t, "update", r.Update(ctx, key, days.Set(3)), repo.ErrNoPath, "pay.transfer has no value")

	_, err = r.Put(ctx, got)
	kit.Must(t, err)
	item := x.Item(t, "Orders", "o1")
	kit.Same(t, "tagged", item["pay"], m("transfer", m("iban", str("DE"), "days", num("2"), "old", str("kept"))))
	kit.Same(t, "tagged elements", item["tips"], l(m("cash", num("4")), m("cash", num("5")), null))
	kit.Must(t, r.Update(ctx, key, days.Set(3)))

	x.Plant(t, "Orders", attrs{"id": str("o2"), "pay": m("wallet", str("w"))})
	_, err = r.Get(ctx, orderID.Of("o2"))
	kit.WantErr(t, "chosen none", err, repo.ErrUnknownVariant, `"wallet"`)
}

// unknownAttributes of a variant stay while the variant does.
func unknownAttributes(t *testing.T, x *kit.World) {
	ctx := t.Context()
	r := kit.Open(t, x, model())
	x.Plant(t, "Orders", attrs{"id": str("o1"), "pay": m("card", m("number", str("1"), "cvc", str("123")))})
	key := orderID.Of("o1")
	kit.Must(t, r.Modify(ctx, key, func(o *order) error { o.Pay = card{Number: "2"}; return nil }))
	kit.Same(t, "kept", x.Item(t, "Orders", "o1")["pay"], m("card", m("number", str("2"), "cvc", str("123"))))
	kit.Must(t, r.Modify(ctx, key, func(o *order) error { o.Pay = cash(2); return nil }))
	kit.Same(t, "another", x.Item(t, "Orders", "o1")["pay"], m("cash", num("2")))
}

// validation: Update accepts what Put would.
func validation(t *testing.T, x *kit.World) {
	ctx := t.Context()
	r := kit.Open(t, x, model())
	v := order{ID: "o1", Pay: &transfer{IBAN: "DE", Days: 30}}
	key, err := r.Create(ctx, &v)
	kit.Must(t, err)
	kit.Must(t, r.Update(ctx, key, days.Set(3)))
	x.Net.Reset()
	for name, ch := range map[string]lens.Change[order]{
		"inside": days.Set(31), "required": iban.Set(""), "removed": iban.Remove(),
		"whole": payTransfer.Set(&transfer{IBAN: "DE", Days: 31}), "interface": pay.Set(&transfer{}),
	} {
		where := kit.WantErr(t, name, r.Update(ctx, key, ch), repo.ErrInvalid, "Pay")
		kit.Equal(t, "op", where.Op, "Update")
	}
	kit.WantErr(t, "undecided", r.Update(ctx, key, lens.Add(days, 1)), repo.ErrInvalid, `rule "max=30" of variants.transfer.Days`)
	x.WantSent(t, "refused")
	v.Pay = &transfer{IBAN: "DE", Days: 31}
	_, err = r.Put(ctx, &v)
	kit.WantErr(t, "put", err, repo.ErrInvalid, "order.Pay.Days")
}
