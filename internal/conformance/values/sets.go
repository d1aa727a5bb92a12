package values

import (
	"bytes"
	"errors"
	"slices"
	"testing"

	"github.com/dystore/dystore/internal/conformance/kit"
	"github.com/dystore/dystore/lens"
	"github.com/dystore/dystore/meta"
	"github.com/dystore/dystore/repo"
	"github.com/dystore/dystore/shard"
)

// card has sets of every kind, in the root and in what may be a part.
type (
	tray struct {
		Name string              `dynamodbav:"name"`
		Tags []string            `dynamodbav:"tags,stringset"`
		Keys map[string]struct{} `dynamodbav:"keys,stringset"`
	}
	card struct {
		ID    string              `dynamodbav:"id"`
		Tags  []string            `dynamodbav:"tags,stringset"`
		Nums  []float64           `dynamodbav:"nums,numberset"`
		Raw   [][]byte            `dynamodbav:"raw"`
		Keys  map[string]struct{} `dynamodbav:"keys,stringset"`
		Flags map[int]bool        `dynamodbav:"flags,numberset"`
		List  []string            `dynamodbav:"list"`
		Tray  tray                `dynamodbav:"tray"`
		Opt   *tray               `dynamodbav:"opt"`
		Trays []tray              `dynamodbav:"trays"`
		Meta  meta.Record         `dynamodbav:"-"`
	}
)

var (
	cardID   = repo.KeyOf(func(c *card) *string { return &c.ID })
	cTags    = lens.Of(func(c *card) *[]string { return &c.Tags })
	cNums    = lens.Of(func(c *card) *[]float64 { return &c.Nums })
	cRaw     = lens.Of(func(c *card) *[][]byte { return &c.Raw })
	cKeys    = lens.Of(func(c *card) *map[string]struct{} { return &c.Keys })
	cFlags   = lens.Of(func(c *card) *map[int]bool { return &c.Flags })
	cTray    = lens.Of(func(c *card) *tray { return &c.Tray })
	cOpt     = lens.Of(func(c *card) **tray { return &c.Opt })
	cTrays   = lens.Of(func(c *card) *[]tray { return &c.Trays })
	cOptTags = lens.Of(func(c *card) *[]string { return &c.Opt.Tags })
	inTags   = lens.Of(func(t *tray) *[]string { return &t.Tags })
	inKeys   = lens.Of(func(t *tray) *map[string]struct{} { return &t.Keys })
	cardKeep = meta.Keep(func(c *card) *meta.Record { return &c.Meta })
)

// cards are the declarations of a card.
func cards() map[string]repo.Model[card] {
	in := func(opts ...shard.Option) repo.Model[card] {
		to := shard.To("Trays", opts...)
		return repo.TableOf("Cards", cardID, cardKeep, shard.New(to, func(c *card) *tray { return &c.Tray }),
			shard.Optional(to, func(c *card) **tray { return &c.Opt }), shard.Each(to, func(c *card) *[]tray { return &c.Trays }))
	}
	return map[string]repo.Model[card]{
		"in the root": repo.TableOf("Cards", cardID, cardKeep), "in parts": in(), "in small parts": in(shard.WhenOver(100 << 10)),
	}
}

func aTray() tray {
	return tray{Name: "a tray", Tags: []string{"a", "b"}, Keys: map[string]struct{}{"k": {}, "l": {}}}
}

func aCard(id string) card {
	opt := aTray()
	return card{ID: id, Tags: []string{"a", "b"}, Nums: []float64{1, 2.5}, Raw: [][]byte{{1}, {2, 3}}, Keys: map[string]struct{}{"k": {}},
		Flags: map[int]bool{1: true, 2: true}, List: []string{"a"}, Tray: aTray(), Opt: &opt, Trays: []tray{aTray(), {}}}
}

// inOrder sorts the sets of a card that are kept in lists.
func inOrder(c card) card {
	c.Tags, c.Nums, c.Raw = slices.Sorted(slices.Values(c.Tags)), slices.Sorted(slices.Values(c.Nums)), slices.Clone(c.Raw)
	slices.SortFunc(c.Raw, bytes.Compare)
	c.Tray.Tags = slices.Sorted(slices.Values(c.Tray.Tags))
	c.Trays = slices.Clone(c.Trays)
	for i := range c.Trays {
		c.Trays[i].Tags = slices.Sorted(slices.Values(c.Trays[i].Tags))
	}
	if c.Opt != nil {
		opt := *c.Opt
		opt.Tags = slices.Sorted(slices.Values(opt.Tags))
		c.Opt = &opt
	}
	return c
}

// setCase is an Update of the sets of a card.
type setCase struct {
	name    string
	start   func(*card)
	changes []lens.Change[card]
	parents bool
	want    func(*card)
	err     error
}

func onCard(changes ...lens.Change[card]) []lens.Change[card] { return changes }

var setCases = []setCase{
	{name: "AddToSet", changes: onCard(lens.AddToSet(cTags, "b", "c"), lens.AddToSet(cNums, 2.5, -1e20), lens.AddToSet(cRaw, []byte{1}, []byte{9}), lens.AddKeys(cKeys, "k", "m"), lens.AddKeys(cFlags, 3)),
		want: func(c *card) {
			c.Tags, c.Nums, c.Raw = append(c.Tags, "c"), append(c.Nums, -1e20), append(c.Raw, []byte{9})
			c.Keys["m"], c.Flags[3] = struct{}{}, true
		}},
	{name: "AddToSet to nil", start: func(c *card) { c.Tags, c.Keys = nil, nil }, changes: onCard(lens.AddToSet(cTags, "c"), lens.AddKeys(cKeys, "m")),
		want: func(c *card) { c.Tags, c.Keys = []string{"c"}, map[string]struct{}{"m": {}} }},
	{name: "DeleteFromSet", changes: onCard(lens.DeleteFromSet(cTags, "b", "none"), lens.DeleteFromSet(cNums, 2.5), lens.DeleteFromSet(cRaw, []byte{2, 3}), lens.DeleteKeys(cKeys, "none"), lens.DeleteKeys(cFlags, 1)),
		want: func(c *card) {
			c.Tags, c.Nums, c.Raw, c.Flags = c.Tags[:1], c.Nums[:1], c.Raw[:1], map[int]bool{2: true}
		}},
	{name: "DeleteFromSet of all", changes: onCard(lens.DeleteFromSet(cTags, "b", "a"), lens.DeleteKeys(cKeys, "k")), want: func(c *card) { c.Tags, c.Keys = nil, nil }},
	{name: "DeleteFromSet of nil", start: func(c *card) { c.Tags, c.Keys = nil, nil }, changes: onCard(lens.DeleteFromSet(cTags, "a"), lens.DeleteKeys(cKeys, "k")), want: func(*card) {}},
	{name: "in a struct", changes: onCard(lens.AddToSet(lens.Join(cTray, inTags), "c"), lens.DeleteKeys(lens.Join(cTray, inKeys), "k")),
		want: func(c *card) { c.Tray.Tags = append(c.Tray.Tags, "c"); delete(c.Tray.Keys, "k") }},
	{name: "in a struct, all", changes: onCard(lens.DeleteFromSet(lens.Join(cTray, inTags), "a", "b"), lens.DeleteKeys(lens.Join(cTray, inKeys), "k", "l")),
		want: func(c *card) { c.Tray.Tags, c.Tray.Keys = nil, nil }},
	{name: "in a pointer", changes: onCard(lens.AddToSet(cOptTags, "c")), want: func(c *card) { c.Opt.Tags = append(c.Opt.Tags, "c") }},
	{name: "in an element", changes: onCard(lens.AddToSet(lens.Join(lens.At(cTrays, 1), inTags), "c"), lens.DeleteFromSet(lens.Join(lens.At(cTrays, 0), inTags), "a")),
		want: func(c *card) { c.Trays[1].Tags, c.Trays[0].Tags = []string{"c"}, []string{"b"} }},
	{name: "AddToSet below nil", start: func(c *card) { c.Opt = nil }, changes: onCard(lens.AddToSet(cOptTags, "c")), err: repo.ErrNoPath},
	{name: "DeleteFromSet below nil", start: func(c *card) { c.Opt = nil }, changes: onCard(lens.DeleteFromSet(cOptTags, "c")), err: repo.ErrNoPath},
	{name: "AddToSet below nil that is made", start: func(c *card) { c.Opt = nil }, parents: true, changes: onCard(lens.AddToSet(cOptTags, "c"), lens.AddKeys(lens.Join(cOpt, lens.Ptr(inKeys)), "k")),
		want: func(c *card) { c.Opt = &tray{Tags: []string{"c"}, Keys: map[string]struct{}{"k": {}}} }},
	{name: "DeleteFromSet below nil that is not made", start: func(c *card) { c.Opt = nil }, parents: true, changes: onCard(lens.DeleteFromSet(cOptTags, "c"), lens.AddToSet(cTags, "c")),
		want: func(c *card) { c.Tags = append(c.Tags, "c") }},
	{name: "past the end", changes: onCard(lens.AddToSet(lens.Join(lens.At(cTrays, 5), inTags), "c")), err: repo.ErrNoPath},
	{name: "nothing", changes: onCard(lens.AddToSet(cTags)), err: repo.ErrInvalid},
	{name: "no keys", changes: onCard(lens.DeleteKeys(cKeys)), err: repo.ErrInvalid},
	{name: "an element twice", changes: onCard(lens.AddToSet(cTags, "c", "c")), err: repo.ErrInvalid},
	{name: "a set twice", changes: onCard(lens.AddToSet(cTags, "c"), lens.DeleteFromSet(cTags, "a")), err: repo.ErrInvalid},
	{name: "on a condition", changes: onCard(lens.AddToSet(cTags, "c"), repo.If(lens.Contains(cTags, "a"), lens.Contains(cNums, 2.5), lens.Contains(cRaw, []byte{1}),
		lens.ContainsKey(cKeys, "k"), lens.ContainsKey(cFlags, 2), cTags.Size().Eq(2), cKeys.Size().Le(1), cNums.HasType(lens.TypeNumberSet), lens.Contains(lens.Join(cTray, inTags), "b"), cTrays.Size().Eq(2))),
		want: func(c *card) { c.Tags = append(c.Tags, "c") }},
	{name: "on a condition that does not hold", changes: onCard(lens.AddToSet(cTags, "c"), repo.If(lens.Contains(cTags, "ab"))), err: repo.ErrCondition},
	{name: "on a key that is not there", changes: onCard(lens.AddToSet(cTags, "c"), repo.If(lens.ContainsKey(cKeys, "m"))), err: repo.ErrCondition},
}

var setChecks = []kit.Check{
	{Name: "changes", Run: func(t *testing.T, x *kit.World) {
		for name, m := range cards() {
			t.Run(name, func(t *testing.T) {
				ctx, y := t.Context(), kit.NewWorld(t, x.Engine)
				r := kit.Open(t, y, m)
				for _, c := range setCases {
					v, want := aCard(c.name), aCard(c.name)
					if c.start != nil {
						c.start(&v)
						c.start(&want)
					}
					key, err := r.Create(ctx, &v)
					kit.Must(t, err)
					by := r
					if c.parents {
						by = r.With(repo.EnsureParents())
					}
					if err := by.Update(ctx, key, c.changes...); !errors.Is(err, c.err) || err != nil && c.err == nil {
						t.Errorf("%s: %v; want %v", c.name, err, c.err)
					}
					if c.err == nil {
						c.want(&want)
					}
					got, err := r.Get(ctx, key)
					kit.Must(t, err)
					want.Meta = got.Meta
					kit.Equal(t, c.name, inOrder(*got), inOrder(want))
				}
			})
		}
	}},
	{Name: "of other programs", Run: func(t *testing.T, x *kit.World) {
		ctx, r := t.Context(), kit.Open(t, x, cards()["in the root"])
		x.Plant(t, "Cards", kit.Row{"id": kit.Str("null"), "tags": kit.Null(), "keys": kit.Null(), "list": kit.Null()})
		kit.Must(t, r.Update(ctx, cardID.Of("null"), lens.DeleteFromSet(cTags, "a"), lens.AddKeys(cKeys, "k"), lens.Prepend(cList, "b")))
		got, err := r.Get(ctx, cardID.Of("null"))
		kit.Must(t, err)
		kit.Equal(t, "card", *got, card{ID: "null", Keys: map[string]struct{}{"k": {}}, List: []string{"b"}, Meta: got.Meta})
		x.Plant(t, "Cards", kit.Row{"id": kit.Str("typed"), "tags": kit.List(kit.Str("a")), "list": kit.StrSet("a")})
		for what, ch := range map[string]lens.Change[card]{"L": lens.AddToSet(cTags, "b"), "SS": lens.Prepend(cList, "b")} {
			kit.WantErr(t, "update of "+what, r.Update(ctx, cardID.Of("typed"), ch), repo.ErrInvalid, "the stored value is "+what)
		}
		kit.WantErr(t, "delete", r.Update(ctx, cardID.Of("typed"), lens.DeleteFromSet(cTags, "a")), repo.ErrInvalid, "the stored value is L")
	}},
	{Name: "sizes of texts", Run: func(t *testing.T, x *kit.World) {
		ctx, r := t.Context(), kit.Open(t, x, cards()["in the root"])
		name := lens.Of(func(c *card) *string { return &c.Tray.Name })
		c := aCard("1")
		c.Tray.Name = "😀é" // two characters, six bytes, three UTF-16 code units
		key, err := r.Create(ctx, &c)
		kit.Must(t, err)
		kit.Must(t, r.Update(ctx, key, lens.AddToSet(cTags, "c"), repo.If(name.Size().Eq(3), lens.HasPrefix(name, "😀"), lens.ContainsText(name, "é"))))
		kit.WantErr(t, "bytes", r.Update(ctx, key, lens.AddToSet(cTags, "c"), repo.If(name.Size().Eq(len(c.Tray.Name)))), repo.ErrCondition, "")
	}},
}

var cList = lens.Of(func(c *card) *[]string { return &c.List })
