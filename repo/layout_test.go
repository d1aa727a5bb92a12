package repo_test

import (
	"encoding/json"
	"math/big"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"github.com/google/uuid"

	"github.com/dystore/dystore/cipher"
	"github.com/dystore/dystore/embedded"
	"github.com/dystore/dystore/keygen"
	"github.com/dystore/dystore/lens"
	"github.com/dystore/dystore/meta"
	"github.com/dystore/dystore/repo"
	"github.com/dystore/dystore/shard"
)

type (
	laidOut struct {
		ID     uuid.UUID           `dynamodbav:"id"`
		At     time.Time           `dynamodbav:"at,unixtime"`
		Seen   time.Time           `dynamodbav:"seen"`
		Name   string              `dynamodbav:"name,omitempty" validate:"required"`
		N      int32               `dynamodbav:"n"`
		Text   int                 `dynamodbav:"text,string"`
		F      *float64            `dynamodbav:"f"`
		Raw    []byte              `dynamodbav:"raw"`
		Sum    [4]byte             `dynamodbav:"sum"`
		Set    []string            `dynamodbav:"set,stringset"`
		Any    any                 `dynamodbav:"any"`
		Big    *big.Int            `dynamodbav:"big"`
		Odd    string              `dynamodbav:"a.b[]"`
		Home   laidOutHome         `dynamodbav:"home"`
		Past   []*laidOutHome      `dynamodbav:"past"`
		Others map[int]laidOutHome `dynamodbav:"others"`
		Tree   laidOutTree         `dynamodbav:"tree"`
		Tag    cipher.Tag          `dynamodbav:"tag"`
		Meta   meta.Record         `dynamodbav:"-"`
	}
	laidOutHome struct {
		City string      `dynamodbav:"city"`
		Site laidOutSite `dynamodbav:"site"`
	}
	laidOutSite struct {
		OK bool `dynamodbav:"ok"`
	}
	laidOutTree struct {
		Kids []laidOutTree `dynamodbav:"kids"`
	}
)

// TestLayoutAsData: everything that a declaration says is in the data, under its paths,
// and JSON takes it there and back.
func TestLayoutAsData(t *testing.T) {
	city := lens.Of(func(h *laidOutHome) *string { return &h.City })
	past := lens.Of(func(l *laidOut) *[]*laidOutHome { return &l.Past })
	name := lens.Of(func(l *laidOut) *string { return &l.Name })
	site := shard.New(shard.To("Sites"), func(h *laidOutHome) *laidOutSite { return &h.Site })
	odd := lens.Of(func(l *laidOut) *string { return &l.Odd })
	ring := must(cipher.NewKeyset(cipher.Primary(roKey(t, 2))))(t)
	key := repo.CompositeKeyOf(func(l *laidOut) *uuid.UUID { return &l.ID }, func(l *laidOut) *time.Time { return &l.At }).GeneratePartition(keygen.UUIDv7)
	r, err := repo.New(embedded.New().Client(), repo.TableOf("Root", key,
		meta.Keep(func(l *laidOut) *meta.Record { return &l.Meta }),
		shard.New(shard.To("Homes", shard.KeyName("pk"), shard.WhenOver(100), shard.MovedFrom("Zoo", "Older")), func(l *laidOut) *laidOutHome { return &l.Home }, site),
		shard.EachPtr(shard.To("Past"), func(l *laidOut) *[]*laidOutHome { return &l.Past }),
		shard.WithinValues(func(l *laidOut) *map[int]laidOutHome { return &l.Others }, site),
		repo.IndexOf("by-name", func(l *laidOut) *string { return &l.Name }, func(l *laidOut) *int32 { return &l.N }, repo.Include(name)),
		repo.LocalIndexOf("by-n", key, func(l *laidOut) *int32 { return &l.N }, repo.KeysOnly()),
		shard.Unique(shard.To("Names"), name).FoldCase(),
		repo.Identity(lens.Each(past, lens.Ptr(city))),
		cipher.Protect(roAES(t, nil, cipher.Primary(roKey(t, 1))), odd, lens.EachValue(lens.Of(func(l *laidOut) *map[int]laidOutHome { return &l.Others }), city)),
		cipher.BlindIndex(ring, 2, odd, lens.Of(func(l *laidOut) *cipher.Tag { return &l.Tag }), cipher.TagFoldCase(), cipher.TagBits(40),
			cipher.TagScope(lens.Of(func(l *laidOut) *uuid.UUID { return &l.ID }))),
	), repo.TablePrefix("p-"), repo.Entity("thing"), repo.AllowTables("Gone"))
	noErr(t, err)
	want := repo.Layout{
		Type: "repo_test.laidOut", Entity: "thing", Prefix: "p-", Table: "Root", Record: "_meta", Tracked: true,
		Key: []repo.LayoutKey{{Name: "id", Type: "S", Value: "text of uuid.UUID", Generated: true}, {Name: "at", Type: "N", Value: "time in seconds"}},
		Places: []repo.LayoutPlace{
			{Path: "home", Kind: "item", Table: "Homes", KeyName: "pk", WhenOver: 100, MovedFrom: []string{"Older", "Zoo"}},
			{Path: "home.site", Kind: "item", Inside: "home", Table: "Sites", KeyName: "_id"},
			{Path: "past", Kind: "item per element", Table: "Past", KeyName: "_id"},
			{Path: "others", Kind: "map that stays"},
			{Path: "others{}.site", Kind: "item", Inside: "others", Table: "Sites", KeyName: "_id"},
		},
		Allowed: []string{"Gone", "Older", "Zoo"},
		Indexes: []repo.LayoutIndex{
			{Name: "by-name", Partition: []repo.LayoutIndexKey{{Name: "name", Type: "S"}}, Sort: []repo.LayoutIndexKey{{Name: "n", Type: "N"}}, Projection: "INCLUDE", Include: []string{"name"}},
			{Name: "by-n", Local: true, Partition: []repo.LayoutIndexKey{{Name: "id", Type: "S"}}, Sort: []repo.LayoutIndexKey{{Name: "n", Type: "N"}}, Projection: "KEYS_ONLY"},
		},
		Uniques:      []repo.LayoutUnique{{Fields: []string{"name"}, FoldCase: []string{"name"}, Table: "Names", KeyName: "_id"}},
		Encrypted:    []string{`"a.b[]"`, "others{}.city"},
		BlindIndexes: []repo.LayoutBlindIndex{{Tag: "tag", Path: `"a.b[]"`, Key: 2, Bits: 40, FoldCase: true, Scope: "id"}},
		Identities:   []repo.LayoutIdentity{{List: "past", Field: "city"}},
		Attributes: []repo.LayoutAttribute{
			{Path: "id", Field: "ID", Type: "S", Value: "text of uuid.UUID"}, {Path: "at", Field: "At", Type: "N", Value: "time in seconds"},
			{Path: "seen", Field: "Seen", Type: "S", Value: "time as text"}, {Path: "name", Field: "Name", Type: "S", Value: "string", Options: "omitempty", Rules: "required"},
			{Path: "n", Field: "N", Type: "N", Value: "int32"}, {Path: "text", Field: "Text", Type: "S", Value: "int64 as text"}, {Path: "f", Field: "F", Type: "N", Value: "float64"},
			{Path: "raw", Field: "Raw", Type: "B", Value: "bytes"}, {Path: "sum", Field: "Sum", Type: "B", Value: "4 bytes"}, {Path: "set", Field: "Set", Type: "SS", Value: "set of string"},
			{Path: "any", Field: "Any", Type: "any", Value: "any"}, {Path: "big", Field: "Big", Type: "S", Value: "text of big.Int"}, {Path: `"a.b[]"`, Field: "Odd", Type: "S", Value: "string"},
			{Path: "home", Field: "Home", Type: "M", Value: "struct"}, {Path: "home.city", Field: "Home.City", Type: "S", Value: "string"},
			{Path: "home.site", Field: "Home.Site", Type: "M", Value: "struct"}, {Path: "home.site.ok", Field: "Home.Site.OK", Type: "BOOL", Value: "bool"},
			{Path: "past", Field: "Past", Type: "L", Value: "list"}, {Path: "past[]", Field: "Past[]", Type: "M", Value: "struct"}, {Path: "past[].city", Field: "Past[].City", Type: "S", Value: "string"},
			{Path: "past[].site", Field: "Past[].Site", Type: "M", Value: "struct"}, {Path: "past[].site.ok", Field: "Past[].Site.OK", Type: "BOOL", Value: "bool"},
			{Path: "others", Field: "Others", Type: "M", Value: "map by int"}, {Path: "others{}", Field: "Others{}", Type: "M", Value: "struct"},
			{Path: "others{}.city", Field: "Others{}.City", Type: "S", Value: "string"}, {Path: "others{}.site", Field: "Others{}.Site", Type: "M", Value: "struct"},
			{Path: "others{}.site.ok", Field: "Others{}.Site.OK", Type: "BOOL", Value: "bool"},
			{Path: "tree", Field: "Tree", Type: "M", Value: "struct"}, {Path: "tree.kids", Field: "Tree.Kids", Type: "L", Value: "list"},
			{Path: "tree.kids[]", Field: "Tree.Kids[]", Type: "M", Value: "struct as tree"},
			{Path: "tag", Field: "Tag", Type: "B", Value: "bytes"},
		},
	}
	got := r.Layout()
	if d := cmp.Diff(want, got, cmpopts.IgnoreUnexported(repo.Layout{})); d != "" {
		t.Error(d)
	}
	text := must(json.Marshal(got))(t)
	var back repo.Layout
	noErr(t, json.Unmarshal(text, &back))
	if d := cmp.Diff(want, back, cmpopts.IgnoreUnexported(repo.Layout{})); d != "" {
		t.Error(d)
	}
}

type laidOutRide struct {
	Rider string    `dynamodbav:"rider"`
	At    time.Time `dynamodbav:"at"`
	No    int       `dynamodbav:"no"`
}

// TestLayoutOfKeys: joined and detached keys, and a model without a record.
func TestLayoutOfKeys(t *testing.T) {
	rider, at, no := lens.Of(func(r *laidOutRide) *string { return &r.Rider }), lens.Of(func(r *laidOutRide) *time.Time { return &r.At }), lens.Of(func(r *laidOutRide) *int { return &r.No })
	joined := must(repo.New(embedded.New().Client(), repo.TableOf("Rides", repo.JoinedKeyOf(
		repo.AttributeOf("pk", repo.Word[laidOutRide]("RIDER"), rider), repo.AttributeOf("sk", at, no)))))(t).Layout()
	want := []repo.LayoutKey{
		{Name: "pk", Type: "S", Value: "string", Components: []repo.LayoutComponent{{Word: "RIDER"}, {Field: "rider", Form: "text"}}},
		{Name: "sk", Type: "S", Value: "string", Components: []repo.LayoutComponent{{Field: "at", Form: "time"}, {Field: "no", Form: "integer"}}},
	}
	if d := cmp.Diff(want, joined.Key); d != "" {
		t.Error(d)
	}
	detached := must(repo.New(embedded.New().Client(), repo.TableOf("Rides", repo.DetachedKey[laidOutRide, int64]("id")), repo.Plain(), repo.WithValidator(nil)))(t).Layout()
	if d := cmp.Diff([]repo.LayoutKey{{Name: "id", Type: "N", Value: "int64"}}, detached.Key); d != "" || !detached.Detached || detached.Record != "" {
		t.Error(d, detached.Detached, detached.Record)
	}
}
