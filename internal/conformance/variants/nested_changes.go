package variants

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/feature/dynamodb/expression"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/dystore/dystore/cipher"
	"github.com/dystore/dystore/internal/conformance/kit"
	"github.com/dystore/dystore/lens"
	"github.com/dystore/dystore/meta"
	"github.com/dystore/dystore/repo"
	"github.com/dystore/dystore/shard"
)

// nestedUpdates: paths lead through variants, and the others of one are refused.
func nestedUpdates(t *testing.T, x *kit.World) {
	ctx := t.Context()
	r := kit.Open(t, x, parcels())
	v := filled()
	v.Top = bag{Label: "outer", In: &coin{8}}
	key, err := r.Create(ctx, v)
	kit.Must(t, err)
	kit.Must(t, r.Update(ctx, key, inValue.Set(9)))
	v.Top = bag{Label: "outer", In: &coin{9}}
	same(t, r, "in the inner", v)
	n, err := repo.Read(ctx, r, key, inValue)
	kit.Must(t, err)
	kit.Equal(t, "read", n, 9)
	in, err := repo.Read(ctx, r, key, inBag)
	kit.Must(t, err)
	kit.Equal(t, "read", in, item(&coin{9}))
	kit.Must(t, r.Update(ctx, key, inBag.Set(bag{Label: "deeper", In: &coin{3}})))
	v.Top = bag{Label: "outer", In: bag{Label: "deeper", In: &coin{3}}}
	same(t, r, "replaced", v)
	kit.WantErr(t, "other", r.Update(ctx, key, inValue.Set(9)), repo.ErrNoPath, "")
	kit.WantErr(t, "other", r.With(repo.EnsureParents()).Update(ctx, key, inValue.Set(9)), repo.ErrNoPath, "")
	kit.WantErr(t, "other add", r.Update(ctx, key, lens.Add(lens.Join(topCoin, cValue), 9)), repo.ErrNoPath, "")
	kit.WantErr(t, "other removed", r.Update(ctx, key, lens.Join(topCoin, cValue).Remove()), repo.ErrNoPath, "")
	same(t, r, "unchanged", v)
	kit.Must(t, r.Update(ctx, key, lens.Join(topBag, bLabel).Set("l"), repo.If(lens.Join(topBag, bLabel).Eq("outer"), inCoin.NotExists())))
	v.Top = bag{Label: "l", In: bag{Label: "deeper", In: &coin{3}}}
	same(t, r, "if", v)
	kit.Must(t, r.Update(ctx, key, inBag.Remove()))
	v.Top = bag{Label: "l"}
	same(t, r, "removed", v)
	kit.Must(t, r.Update(ctx, key, topCoin.Set(&coin{5})))
	v.Top = &coin{5}
	same(t, r, "coin", v)
	kit.Must(t, r.Update(ctx, key, pTop.Remove()))
	v.Top = nil
	same(t, r, "none", v)
	kit.WantErr(t, "no part is created", r.With(repo.EnsureParents()).Update(ctx, key, inValue.Set(3)), repo.ErrNoPath, "top.bag.in.coin has no value")
	kit.Must(t, r.Update(ctx, key, lens.At(pAll, 0).Set(bag{Label: "e", In: &coin{1}}), lens.At(pAll, 2).Set(&coin{6})))
	v.All[0], v.All[2] = bag{Label: "e", In: &coin{1}}, &coin{6}
	same(t, r, "elements", v)
	kit.Must(t, r.Update(ctx, key, lens.Prepend(pAll, item(words{"p": "p"}), item(&coin{11}))))
	v.All = append([]item{words{"p": "p"}, &coin{11}}, v.All...)
	same(t, r, "prepend", v)
	kit.Must(t, r.Update(ctx, key, lens.At(pAll, 1).Set(nil)))
	v.All[1] = nil
	same(t, r, "nil element", v)
	kit.Must(t, r.Update(ctx, key, lens.At(pAll, 1).Remove()))
	v.All = append(v.All[:1], v.All[2:]...)
	same(t, r, "removed element", v)
	kit.Must(t, r.Update(ctx, key, lens.Join(lens.At(pSlips, 0), lens.Join(sHas, lens.Join(aCoin.Lens(), cValue))).Set(42)))
	v.Slips[0].Has = &coin{42}
	same(t, r, "slips", v)
	kit.Must(t, r.Update(ctx, key, lens.Join(lens.At(pSlips, 0), sHas).Set(words{"q": "r"})))
	v.Slips[0].Has = words{"q": "r"}
	same(t, r, "slips 2", v)
	kit.Must(t, r.Update(ctx, key, lens.Entry(lens.Join(lens.Join(lens.At(pSlips, 0), sHas), aWords.Lens()), "new").Set("z")))
	v.Slips[0].Has = words{"q": "r", "new": "z"}
	same(t, r, "slips 3", v)
	kit.Must(t, r.Update(ctx, key, pSlip.Set(nil)))
	v.Slip = nil
	same(t, r, "no slip", v)
	kit.Must(t, r.Update(ctx, key, pSlip.Set(&slip{Text: "t", Has: bag{In: &coin{3}}})))
	v.Slip = &slip{Text: "t", Has: bag{In: &coin{3}}}
	same(t, r, "slip", v)
	kit.DeleteAll(t, x, r)
}

// nestedExpressions: conditions of both kinds, and filters.
func nestedExpressions(t *testing.T, x *kit.World) {
	ctx := t.Context()
	r := kit.Open(t, x, parcels())
	v := filled()
	v.Top = words{"a": "b", "c": "d"}
	key, err := r.Create(ctx, v)
	kit.Must(t, err)
	inWord := lens.Entry(lens.Join(pTop, aWords.Lens()), "a")
	kit.Must(t, r.Update(ctx, key, pN.Set(1), repo.If(inWord.Eq("b"))))
	kit.WantErr(t, "ne", r.Update(ctx, key, pN.Set(1), repo.If(inWord.Eq("x"))), repo.ErrCondition, "")
	kit.Must(t, r.Update(ctx, key, pN.Set(1), repo.IfExpr[parcel](lens.Name(inWord).Equal(expression.Value("b")))))
	kit.Must(t, r.Update(ctx, key, pN.Set(1), repo.IfExpr[parcel](expression.Name("top").AttributeExists())))
	err = r.Update(ctx, key, pN.Set(1), repo.IfExpr[parcel](expression.Name("top.bag.label").Equal(expression.Value("x"))))
	kit.WantErr(t, "bag", err, repo.ErrCondition, "")
	err = r.Update(ctx, key, pN.Set(1), repo.IfExpr[parcel](expression.Name("top.nothing.label").Equal(expression.Value("x"))))
	kit.WantErr(t, "unknown tag", err, repo.ErrInvalid, "")
	err = r.Update(ctx, key, pN.Set(1), repo.IfExpr[parcel](expression.Name("top.bag.nothing").Equal(expression.Value("x"))))
	kit.WantErr(t, "unknown field", err, repo.ErrInvalid, "")
	found := kit.All(t, r.Query(ctx, repo.All[parcel]().Where(inWord.Eq("b"))))
	kit.Equal(t, "found", len(found), 1)
	found = kit.All(t, r.Query(ctx, repo.All[parcel]().WhereExpr(lens.Name(inWord).Equal(expression.Value("b")))))
	kit.Equal(t, "found expr", len(found), 1)
	found = kit.All(t, r.Query(ctx, repo.All[parcel]().Where(pTop.Exists())))
	kit.Equal(t, "found exists", len(found), 1)
	for _, err := range r.Query(ctx, repo.All[parcel]().Where(lens.Join(topBag, bLabel).Eq("x"))) {
		kit.WantErr(t, "apart", err, repo.ErrInvalid, "")
	}
	for _, cond := range []lens.Condition[parcel]{pTop.Eq(words{"a": "b"}), pTop.Ne(&coin{}), pTop.In(words{}, bag{}), pTop.HasType(lens.TypeMap)} {
		err := r.Update(ctx, key, pN.Set(1), repo.If(cond))
		kit.WantErr(t, "of several tables", err, repo.ErrInvalid, "top: invalid: the value is stored in other tables; a condition can only test whether it exists")
	}
	for name, err := range map[string]error{
		"bag": func() error { _, err := repo.Read(ctx, r, key, lens.Join(topBag, bLabel)); return err }(),
		"in":  func() error { _, err := repo.Read(ctx, r, key, inCoin); return err }(),
	} {
		kit.WantErr(t, "read in another: "+name, err, repo.ErrNoPath, "top.bag")
	}
	numbers, err := repo.ReadAll(ctx, r, key, lens.Each(pAll, lens.Join(aCoin.Lens(), cValue)))
	kit.Must(t, err)
	kit.Equal(t, "in elements", numbers, []int{3})
	bags, err := repo.ReadAll(ctx, r, key, lens.Each(pAll, lens.Join(aBag.Lens(), bIn)))
	kit.Must(t, err)
	kit.Equal(t, "interfaces in elements", bags, []item{words{"x": "y"}})
	all, err := repo.ReadAll(ctx, r, key, lens.Elems(pAll))
	kit.Must(t, err)
	kit.Equal(t, "elements", all, v.All)
	coins, err := repo.ReadAll(ctx, r, key, lens.Each(pSlips, lens.Join(sHas, lens.Join(aCoin.Lens(), cValue))))
	kit.Must(t, err)
	kit.Equal(t, "in parts", coins, []int{2})
	has, err := repo.ReadAll(ctx, r, key, lens.Each(pSlips, sHas))
	kit.Must(t, err)
	kit.Equal(t, "in parts, whole", has, []item{&coin{2}, nil, words{"a": "b"}})
	none, err := repo.Read(ctx, r, key, topCoin)
	kit.Must(t, err)
	kit.Equal(t, "another variant", none, nil)
}

// nestedMerge: Merge sets fields of the variant that is there.
func nestedMerge(t *testing.T, x *kit.World) {
	ctx := t.Context()
	r := kit.Open(t, x, parcels())
	v := filled()
	v.Top = bag{Label: "outer", In: &coin{8}}
	key, err := r.Create(ctx, v)
	kit.Must(t, err)
	kit.Must(t, r.Update(ctx, key, lens.Merge(topBag, bag{Label: "m"})))
	v.Top = bag{Label: "m", In: &coin{8}}
	same(t, r, "label", v)
	kit.Must(t, r.Update(ctx, key, lens.Merge(topBag, bag{In: words{"k": "v"}})))
	v.Top = bag{Label: "m", In: words{"k": "v"}}
	same(t, r, "in", v)
	kit.WantErr(t, "other", r.Update(ctx, key, lens.Merge(topCoin, &coin{3})), repo.ErrNoPath, "")
	kit.WantErr(t, "other", r.With(repo.EnsureParents()).Update(ctx, key, lens.Merge(topCoin, &coin{3})), repo.ErrNoPath, "")
	kit.WantErr(t, "two", r.Update(ctx, key, lens.Merge(topCoin, &coin{3}), lens.Merge(topBag, bag{Label: "x"})), repo.ErrInvalid, "")
	same(t, r, "unchanged", v)
	kit.Must(t, r.Update(ctx, key, topCoin.Set(&coin{4})))
	kit.Must(t, r.Update(ctx, key, lens.Merge(topCoin, &coin{5})))
	v.Top = &coin{5}
	same(t, r, "coin", v)
	whole := lens.Of(func(p *parcel) **slip { return &p.Slip })
	kit.Must(t, r.Update(ctx, key, lens.Merge(whole, &slip{Has: &coin{77}})))
	v.Slip.Has = &coin{77}
	same(t, r, "slip", v)
}

// nestedSetIfAbsent: what may be in several tables is set as a whole only.
func nestedSetIfAbsent(t *testing.T, x *kit.World) {
	ctx := t.Context()
	r := kit.Open(t, x, parcels())
	v := filled()
	key, err := r.Create(ctx, v)
	kit.Must(t, err)
	kit.WantErr(t, "a part", r.Update(ctx, key, pTop.SetIfAbsent(&coin{1})), repo.ErrInvalid, "SetIfAbsent: the value may stand in several tables")
	kit.WantErr(t, "none", r.Update(ctx, key, pTop.SetIfAbsent(words{"a": "b"})), repo.ErrInvalid, "SetIfAbsent: the value may stand in several tables")
	same(t, r, "unchanged", v)
}

// nestedOlderSets: a program that knows one variant replaces those that it does not
// know, with their parts.
func nestedOlderSets(t *testing.T, x *kit.World) {
	ctx := t.Context()
	r := kit.Open(t, x, parcels())
	words := repo.Variant[words, item]("w.o#r:d~s")
	old := kit.Open(t, x, repo.TableOf("Parcels", pID, meta.Keep(func(p *parcel) *meta.Record { return &p.Meta }),
		shard.Optional(shard.To("Slips"), func(p *parcel) **slip { return &p.Slip }),
		shard.Each(shard.To("Slips2"), func(p *parcel) *[]slip { return &p.Slips }),
		repo.OneOf(func(p *parcel) *item { return &p.Top }, words),
		repo.EachOneOf(func(p *parcel) *[]item { return &p.All }, words),
		repo.OneOf(func(p *parcel) *item { return &p.Slip.Has }, words),
	), repo.AllowTables("Bags", "Coins"))
	key, err := r.Create(ctx, filled())
	kit.Must(t, err)
	v := filled()
	kit.Must(t, old.Update(ctx, key, pTop.Set(wordsOf("new"))))
	v.Top = wordsOf("new")
	same(t, r, "set by old", v)
	kit.Must(t, old.Update(ctx, key, lens.At(pAll, 0).Set(wordsOf("new"))))
	v.All[0] = wordsOf("new")
	same(t, r, "element by old", v)
	kit.Must(t, old.Update(ctx, key, lens.At(pAll, 1).Set(nil)))
	v.All[1] = nil
	same(t, r, "nil element by old", v)
	kit.Must(t, old.Update(ctx, key, lens.Append(pAll, item(wordsOf("app")))))
	v.All = append(v.All, wordsOf("app"))
	same(t, r, "append by old", v)
	kit.Must(t, old.Update(ctx, key, pSlip.Set(&slip{Text: "o"})))
	v.Slip = &slip{Text: "o"}
	same(t, r, "slip by old", v)
	_, err = old.Put(ctx, &parcel{ID: "p", Top: wordsOf("x")}, repo.Overwrite())
	kit.Must(t, err)
	same(t, r, "put by old", &parcel{ID: "p", Top: wordsOf("x")})
	kit.DeleteAll(t, x, r)
}

func wordsOf(s string) words { return words{"v": s} }

// unknownElements: what the type does not know goes with its variant, or is not lost.
func unknownElements(t *testing.T, x *kit.World) {
	ctx := t.Context()
	r := kit.Open(t, x, model())
	x.Plant(t, "Orders", attrs{"id": str("o1"), "tips": l(m("card", m("number", str("1"), "cvc", str("123"))), m("cash", num("5"))),
		"by":    m("a", m("card", m("number", str("1"), "cvc", str("9")))),
		"lines": l(m("name", str("n"), "pay", m("card", m("number", str("1"), "cvc", str("7")))))})
	key := orderID.Of("o1")
	modify := func(f func(*order)) error {
		return r.Modify(ctx, key, func(o *order) error { f(o); return nil })
	}
	kit.Must(t, modify(func(o *order) { o.By["a"] = cash(3) }))
	kit.Same(t, "by", x.Item(t, "Orders", "o1")["by"], m("a", m("cash", num("3"))))
	kit.Must(t, modify(func(o *order) { o.Tips[1] = cash(6) }))
	kit.Must(t, modify(func(o *order) { o.Tips[0], o.Tips[1] = o.Tips[1], o.Tips[0] }))
	tips := l(m("cash", num("6")), m("card", m("number", str("1"), "cvc", str("123"))))
	kit.Same(t, "tips", x.Item(t, "Orders", "o1")["tips"], tips)
	kit.WantErr(t, "another in its place", modify(func(o *order) { o.Tips[1] = cash(1) }), repo.ErrNotLoaded, "(card.cvc)")
	kit.WantErr(t, "another in a line", modify(func(o *order) { o.Lines[0].Pay = cash(1) }), repo.ErrNotLoaded, "(pay.card.cvc)")
	kit.Same(t, "unchanged", x.Item(t, "Orders", "o1")["tips"], tips)
}

// chooserOfMaps: a map without a tag may look like any variant with one.
func chooserOfMaps(t *testing.T, x *kit.World) {
	_, err := repo.New(x.Client, repo.TableOf("Parcels", pID, meta.Keep(func(p *parcel) *meta.Record { return &p.Meta }),
		repo.OneOf(func(p *parcel) *item { return &p.Top }, aWords, aCoin).Choose(func(types.AttributeValue) string { return "" }),
		repo.EachOneOf(func(p *parcel) *[]item { return &p.All }, aCoin),
		repo.OneOf(func(p *parcel) *item { return &p.Slip.Has }, aCoin)))
	wrong, ok := errors.AsType[*repo.DeclarationError](err)
	if !ok || wrong.Func != "repo.OneOf" || wrong.Path != "Top" || !strings.Contains(err.Error(), "a variants.words without its own tag may have any entry") {
		t.Errorf("New: %v", err)
	}
}

// identity: a field of a variant says which element is which.
func identity(t *testing.T, x *kit.World) {
	ctx := t.Context()
	byNumber := repo.Identity(lens.Each(tips, lens.Join(aCard.Lens(), inNumber)))
	r := kit.Open(t, x, repo.TableOf("Orders", orderID, meta.Keep(func(o *order) *meta.Record { return &o.Meta }), byNumber,
		repo.OneOf(func(o *order) *payment { return &o.Pay }, aCard, aCash),
		repo.EachOneOf(func(o *order) *[]payment { return &o.Tips }, aCard, aCash),
		repo.OneOfAt(lens.ElemValues(by), aCash), repo.OneOfAt(lens.Each(lines, linePay), aCash)))
	x.Plant(t, "Orders", attrs{"id": str("o1"), "tips": l(m("card", m("number", str("1"), "cvc", str("11"))), m("card", m("number", str("2"), "cvc", str("22"))), m("cash", num("5")))})
	key := orderID.Of("o1")
	kit.Must(t, r.Modify(ctx, key, func(o *order) error {
		o.Tips = []payment{cash(7), card{Number: "2", Tags: []string{"new"}}, card{Number: "3"}}
		return nil
	}))
	kit.Same(t, "stored", x.Item(t, "Orders", "o1")["tips"], l(m("cash", num("7")), m("card", m("number", str("2"), "tags", l(str("new")), "cvc", str("22"))), m("card", m("number", str("3")))))
}

// nestedEncrypted: encryption changes nothing of this.
func nestedEncrypted(t *testing.T, x *kit.World) {
	ctx := t.Context()
	r := kit.Open(t, x, parcels(cipher.ProtectAll(keys(t), pN)))
	nestedWrites(t, x, r)
	nestedGaps(t, x, r, aBag, aCoin)
	key := pID.Of("p")
	v, err := r.Get(ctx, key)
	kit.Must(t, err)
	_, err = r.Put(ctx, v, repo.Rewrite())
	kit.Must(t, err)
	same(t, r, "rewritten", v)
	v.Top = bag{Label: "outer", In: &coin{1}}
	kit.Must(t, r.Update(ctx, key, pTop.Set(v.Top), lens.At(pAll, 0).Set(bag{Label: "b"})))
	kit.Must(t, r.Update(ctx, key, inValue.Set(5)))
	kit.Must(t, r.Update(ctx, key, lens.Merge(topBag, bag{Label: "merged"})))
	v.Top, v.All[0] = bag{Label: "merged", In: &coin{5}}, bag{Label: "b"}
	same(t, r, "updated", v)
	kit.WantErr(t, "another variant", r.Update(ctx, key, lens.Join(topCoin, cValue).Set(1)), repo.ErrNoPath, "top.coin has no value")
	same(t, r, "unchanged", v)
}

// redeclared: a variant gets a table of its own, or loses it, while objects are stored.
func redeclared(t *testing.T, x *kit.World) {
	ctx := t.Context()
	inside, outside := kit.Open(t, x, model(), repo.AllowTables("Cards", "Transfers")), kit.Open(t, x, apart(shard.To("Cards")))
	small := kit.Open(t, x, apart(shard.To("Cards", shard.WhenOver(50))))
	all := []*repo.Repo[order]{inside, outside, small}
	key := orderID.Of("o1")
	fresh := func() order {
		return order{ID: "o1", Pay: card{Number: "1"}, Tips: []payment{card{Number: "2"}, cash(1), &transfer{IBAN: "DE"}}, By: map[string]payment{"a": card{Number: "3"}}}
	}
	for i, before := range all {
		for j, r := range all {
			for name, change := range map[string]func(v *order) error{
				"in it": func(v *order) error { v.Pay = card{Number: "9"}; return r.Update(ctx, key, number.Set("9")) },
				"if": func(v *order) error {
					v.N = 4
					return r.Update(ctx, key, orderN.Set(4), repo.If(number.Eq("1"), payTransfer.NotExists()))
				},
				"another": func(v *order) error {
					v.Pay = &transfer{IBAN: "X"}
					return r.Update(ctx, key, payTransfer.Set(&transfer{IBAN: "X"}))
				},
				"none":    func(v *order) error { v.Pay = nil; return r.Update(ctx, key, pay.Remove()) },
				"element": func(v *order) error { v.Tips[0] = cash(8); return r.Update(ctx, key, lens.At(tips, 0).Set(cash(8))) },
				"in an element": func(v *order) error {
					v.Tips[0] = card{Number: "e"}
					return r.Update(ctx, key, lens.Join(lens.At(tips, 0), lens.Join(aCard.Lens(), inNumber)).Set("e"))
				},
				"append": func(v *order) error {
					v.Tips = append(v.Tips, card{Number: "n"})
					return r.Update(ctx, key, lens.Append(tips, payment(card{Number: "n"})))
				},
				"entry": func(v *order) error {
					v.By["a"] = &transfer{IBAN: "Y"}
					return r.Update(ctx, key, lens.Entry(by, "a").Set(&transfer{IBAN: "Y"}))
				},
				"put": func(v *order) error {
					return r.Modify(ctx, key, func(o *order) error {
						o.Pay, v.Pay = cash(2), cash(2)
						o.Tips[0], o.Tips[2] = o.Tips[2], o.Tips[0]
						v.Tips[0], v.Tips[2] = v.Tips[2], v.Tips[0]
						return nil
					})
				},
				"root": func(v *order) error {
					got, err := r.Get(ctx, key, repo.RootOnly())
					if err == nil {
						got.N, v.N = 6, 6
						_, err = r.Put(ctx, got)
					}
					return err
				},
			} {
				v, want := fresh(), fresh()
				_, err := before.Put(ctx, &v)
				kit.Must(t, err)
				what := fmt.Sprintf("%d to %d: %s", i, j, name)
				if err := change(&want); err != nil {
					t.Errorf("%s: %v", what, err)
					continue
				}
				for k, reader := range all {
					got, err := reader.Get(ctx, key)
					if err != nil {
						t.Errorf("%s, read by %d: %v", what, k, err)
						continue
					}
					kit.Equal(t, fmt.Sprint(what, ", read by ", k), without(*got), want)
				}
				kit.CheckOrphans(t, x.Raw, x.Prefix)
			}
		}
	}
}

// nestedSmall: some variants are in tables, and others with what they are in.
func nestedSmall(t *testing.T, x *kit.World) {
	for _, over := range [][2]int{{15, 15}, {60, 1}, {1, 1000}} {
		bags, coins := repo.Variant[bag, item]("bag", shard.To("Bags", shard.WhenOver(over[0]))), repo.Variant[*coin, item]("coin", shard.To("Coins", shard.WhenOver(over[1])))
		r := kit.Open(t, x, parcelsOf(bags, coins))
		nestedWrites(t, x, r)
		nestedGaps(t, x, r, bags, coins)
		kit.DeleteAll(t, x, r)
	}
}
