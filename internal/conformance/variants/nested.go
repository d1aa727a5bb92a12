package variants

import (
	"testing"

	"github.com/dystore/dystore/internal/conformance/kit"
	"github.com/dystore/dystore/lens"
	"github.com/dystore/dystore/meta"
	"github.com/dystore/dystore/repo"
	"github.com/dystore/dystore/shard"
)

// A parcel has interfaces in shards, and variants in variants.
type (
	item interface{ thing() }
	bag  struct {
		Label string `dynamodbav:"label"`
		In    item   `dynamodbav:"in"`
	}
	coin struct {
		Value int `dynamodbav:"value"`
	}
	words map[string]string
	slip  struct {
		Text string `dynamodbav:"text"`
		Has  item   `dynamodbav:"has"`
	}
	parcel struct {
		ID    string      `dynamodbav:"id"`
		N     int         `dynamodbav:"n"`
		Top   item        `dynamodbav:"top"`
		Slip  *slip       `dynamodbav:"slip"`
		Slips []slip      `dynamodbav:"slips"`
		All   []item      `dynamodbav:"all"`
		Meta  meta.Record `dynamodbav:"-"`
	}
)

func (bag) thing()   {}
func (*coin) thing() {}
func (words) thing() {}

var (
	pID    = repo.KeyOf(func(p *parcel) *string { return &p.ID })
	pN     = lens.Of(func(p *parcel) *int { return &p.N })
	pTop   = lens.Of(func(p *parcel) *item { return &p.Top })
	pSlip  = lens.Of(func(p *parcel) **slip { return &p.Slip })
	pSlips = lens.Of(func(p *parcel) *[]slip { return &p.Slips })
	pAll   = lens.Of(func(p *parcel) *[]item { return &p.All })
	bIn    = lens.Of(func(b *bag) *item { return &b.In })
	bLabel = lens.Of(func(b *bag) *string { return &b.Label })
	cValue = lens.Ptr(lens.Of(func(c *coin) *int { return &c.Value }))
	sHas   = lens.Of(func(s *slip) *item { return &s.Has })

	aBag   = repo.Variant[bag, item]("bag", shard.To("Bags"))
	aCoin  = repo.Variant[*coin, item]("coin", shard.To("Coins"))
	aWords = repo.Variant[words, item]("w.o#r:d~s")

	topBag  = lens.Join(pTop, aBag.Lens())
	topCoin = lens.Join(pTop, aCoin.Lens())
	inBag   = lens.Join(topBag, bIn)
	inCoin  = lens.Join(inBag, aCoin.Lens())
	inValue = lens.Join(inCoin, cValue)
)

func parcels(more ...repo.Part[parcel]) repo.Model[parcel] { return parcelsOf(aBag, aCoin, more...) }

func parcelsOf(aBag repo.Case[bag, item], aCoin repo.Case[*coin, item], more ...repo.Part[parcel]) repo.Model[parcel] {
	return repo.TableOf("Parcels", pID, append(more, meta.Keep(func(p *parcel) *meta.Record { return &p.Meta }),
		shard.Optional(shard.To("Slips"), func(p *parcel) **slip { return &p.Slip }),
		shard.Each(shard.To("Slips2"), func(p *parcel) *[]slip { return &p.Slips }),
		repo.OneOf(func(p *parcel) *item { return &p.Top }, aBag, aCoin, aWords),
		repo.EachOneOf(func(p *parcel) *[]item { return &p.All }, aBag, aCoin, aWords),
		repo.OneOfAt(inBag, aBag, aCoin, aWords),
		repo.OneOf(func(p *parcel) *item { return &p.Slip.Has }, aBag, aCoin, aWords))...)
}

var nestedChecks = []kit.Check{
	{Name: "whole writes", Run: nested},
	{Name: "left out of a read", Run: nestedLeftOut},
	{Name: "updates", Run: nestedUpdates},
	{Name: "conditions and filters", Run: nestedExpressions},
	{Name: "Merge", Run: nestedMerge},
	{Name: "SetIfAbsent", Run: nestedSetIfAbsent},
	{Name: "an older program sets what it knows", Run: nestedOlderSets},
	{Name: "unknown attributes in elements", Run: unknownElements},
	{Name: "identity of elements", Run: identity},
	{Name: "a chooser of maps", Run: chooserOfMaps},
	{Name: "all encrypted", Run: nestedEncrypted},
	{Name: "declared anew", Run: redeclared},
	{Name: "small ones stay", Run: nestedSmall},
}

func filled() *parcel {
	return &parcel{ID: "p", Top: bag{Label: "outer", In: bag{Label: "inner", In: &coin{7}}},
		Slip:  &slip{Text: "s", Has: bag{Label: "slip", In: &coin{1}}},
		Slips: []slip{{Text: "0", Has: &coin{2}}, {Text: "1"}, {Text: "2", Has: words{"a": "b"}}},
		All:   []item{&coin{3}, bag{Label: "all", In: words{"x": "y"}}, nil, words{}}}
}

func same(t *testing.T, r *repo.Repo[parcel], what string, want *parcel) *parcel {
	t.Helper()
	got, err := r.Get(t.Context(), pID.Of("p"))
	if err != nil {
		t.Errorf("%s: %v", what, err)
		return nil
	}
	w, g := *want, *got
	w.Meta, g.Meta = meta.Record{}, meta.Record{}
	kit.Equal(t, what, g, w)
	return got
}

// nested: variants come and go with what they are in.
func nested(t *testing.T, x *kit.World) { nestedWrites(t, x, kit.Open(t, x, parcels())) }

func nestedWrites(t *testing.T, x *kit.World, r *repo.Repo[parcel]) {
	ctx := t.Context()
	v := filled()
	_, err := r.Create(ctx, v)
	kit.Must(t, err)
	got := same(t, r, "created", v)
	x.Net.Reset()
	_, err = r.Put(ctx, got)
	kit.Must(t, err)
	x.WantSent(t, "unchanged", "PutItem: Parcels")
	got.Top = bag{Label: "outer", In: &coin{8}}
	got.Slip.Has = nil
	got.Slips[0], got.Slips[2] = got.Slips[2], got.Slips[0]
	got.All[0], got.All[1], got.All[3] = got.All[1], got.All[0], bag{In: &coin{4}}
	_, err = r.Put(ctx, got)
	kit.Must(t, err)
	same(t, r, "changed", got)
	got.Top = &coin{1}
	got.Slip = nil
	_, err = r.Put(ctx, got)
	kit.Must(t, err)
	same(t, r, "changed again", got)
	for o, err := range r.Query(ctx, repo.All[parcel]()) {
		kit.Must(t, err)
		kit.Equal(t, "queried", o.All, got.All)
	}
	many, err := r.GetMany(ctx, []repo.Key[parcel]{pID.Of("p"), pID.Of("p")})
	kit.Must(t, err)
	kit.Equal(t, "many", many[0].All, got.All)
	kit.DeleteAll(t, x, r)
}

// nestedLeftOut: what is in a part that is left out is left out with it.
func nestedLeftOut(t *testing.T, x *kit.World) {
	nestedGaps(t, x, kit.Open(t, x, parcels()), aBag, aCoin)
}

func nestedGaps(t *testing.T, x *kit.World, r *repo.Repo[parcel], aBag repo.Case[bag, item], aCoin repo.Case[*coin, item]) {
	ctx := t.Context()
	v := filled()
	_, err := r.Create(ctx, v)
	kit.Must(t, err)
	for name, opt := range map[string]repo.CallOption{"RootOnly": repo.RootOnly(), "Skip": repo.Skip(aBag), "Skip coins": repo.Skip(aCoin), "Skip both": repo.Skip(aBag, aCoin)} {
		got, err := r.Get(ctx, pID.Of("p"), opt)
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		got.N++
		v.N++
		_, err = r.Put(ctx, got)
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		same(t, r, name, v)
		for _, err := range r.Query(ctx, repo.All[parcel](), opt) {
			if err != nil {
				t.Errorf("query %s: %v", name, err)
			}
		}
	}
}
