package stored_test

import (
	"slices"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/dystore/dystore/internal/attr"
	"github.com/dystore/dystore/internal/stored"
)

func TestRing(t *testing.T) {
	r := &stored.Root{Birth: id(1), Ring: stored.NewRing(id(1))}
	for w := byte(2); w <= 20; w++ {
		r.Ring = stored.Push(r.Ring, id(w))
	}
	var want []stored.ID
	for w := byte(20); w > 12; w-- {
		want = append(want, id(w))
	}
	if !slices.Equal(r.Ring, want) || r.WriteID() != id(20) {
		t.Errorf("ring %v", r.Ring)
	}
	for w := byte(1); w <= 21; w++ {
		if got, want := r.Wrote(id(w)), w == 1 || w > 12 && w <= 20; got != want {
			t.Errorf("wrote %d: %v", w, got)
		}
	}
	if padded := stored.NewRing(id(9)); len(padded) != stored.RingSize || padded[0] != id(9) || padded[7] != (stored.ID{}) {
		t.Errorf("a new ring is %v", padded)
	}
}

func TestLocate(t *testing.T) {
	key := []types.AttributeValue{s("p1")}
	for inst, want := range map[stored.Inst]stored.Location{
		"birth_details":     {Table: "Births", KeyName: "IDX", Key: "person/Sp1/birth_details"},
		"location":          {Table: "OldPlaces", KeyName: "PK", Key: "person/Sp1/location"},
		"past#AQEBAQEBAQE":  {Table: "Past", KeyName: "_id", Key: "person/Sp1/past#AQEBAQEBAQE"},
		"homes:a~.b~#c~:~~": {Table: "Homes", KeyName: "_id", Key: "person/Sp1/homes:a~0.b~0#c~0:~0~0"},
		"docs#AwMDAwMDAwM.lines#BAQEBAQEBAQ.note": {Table: "Notes", KeyName: "_id", Key: "person/Sp1/docs#AwMDAwMDAwM.lines#BAQEBAQEBAQ.note"},
		"shelf:x.note": {Table: "Notes", KeyName: "_id", Key: "person/Sp1/shelf:x.note"},
		"other":        {},
		"wrong~":       {},
	} {
		if got := fullRoot.Locate(inst, key); got != want {
			t.Errorf("%s is at %+v, want %+v", inst, got, want)
		}
		derives := want != stored.Location{} && inst != "location"
		if got := fullRoot.Derives(inst, want, key); got != derives {
			t.Errorf("%s derives its place: %v", inst, got)
		}
	}
	// A place of its own that the layout would give too.
	if loc := (stored.Location{Table: "Places", KeyName: "_id", Key: "person/Sp1/location"}); !fullRoot.Derives("location", loc, key) {
		t.Error("the layout's place is not derived")
	}
}

func TestLayoutFind(t *testing.T) {
	for _, c := range []struct {
		path attr.Path
		want int
	}{
		{attr.Names("location", "geo"), 2},
		{attr.Path{attr.Field("docs"), attr.At(7), attr.Field("lines")}, 6},
		{attr.Path{attr.Field("shelf"), attr.Entry("any"), attr.Field("note")}, 10},
		{attr.Names("shelf", "any", "note"), -1},
		{attr.Names("loc"), -1},
		{nil, -1},
	} {
		got := fullLayout.Find(c.path)
		if c.want < 0 && got != nil || c.want >= 0 && got != &fullLayout[c.want] {
			t.Errorf("%s: %+v", c.path, got)
		}
	}
}

func genLayout(t *rapid.T) stored.Layout {
	l := stored.Layout{}
	for range rapid.IntRange(0, 3).Draw(t, "places") {
		p := stored.Place{Path: attr.Names(names.Draw(t, "name")), Kind: rapid.SampledFrom([]stored.PlaceKind{stored.One, stored.List, stored.Map, stored.KeptList, stored.KeptMap}).Draw(t, "kind")}
		for range rapid.IntRange(0, 2).Draw(t, "more") {
			p.Path = append(p.Path, rapid.SampledFrom([]attr.Seg{attr.Elem, attr.Value, attr.Field("a"), attr.Field("#"), attr.Field(".a")}).Draw(t, "segment"))
		}
		if p.Kind != stored.KeptList && p.Kind != stored.KeptMap {
			p.Table = rapid.SampledFrom([]string{"T", "Ta", "T-a"}).Draw(t, "table")
			p.KeyName = rapid.SampledFrom([]string{"_id", "aT", "a"}).Draw(t, "key")
			p.MayInline = rapid.Bool().Draw(t, "spill")
		}
		l = append(l, p)
	}
	return l
}

// A layout comes back from its record, and only equal layouts share an id.
func TestLayouts(t *testing.T) {
	seen := map[string]stored.Layout{}
	rapid.Check(t, func(t *rapid.T) {
		l := genLayout(t)
		if other, ok := seen[l.ID()]; ok && !cmp.Equal(l, other) {
			t.Fatalf("one id for %v and %v", l, other)
		}
		seen[l.ID()] = l
		r := *plainRoot
		r.Layout, r.LayoutID = l, l.ID()
		got, err := stored.Decode(r.Encode())
		if err != nil {
			t.Fatal(err)
		}
		if d := cmp.Diff(l, got.Layout); d != "" {
			t.Fatal(d)
		}
	})
	if id := (stored.Layout{}).ID(); id != stored.Undivided {
		t.Errorf("the id of the layout without places is %s", id)
	}
}

// Records hold times in milliseconds and in UTC, wherever they were taken.
func TestTimes(t *testing.T) {
	r := *plainRoot
	r.Created = time.Date(2026, 2, 3, 4, 5, 6, 789_999_999, time.FixedZone("x", 3600))
	r.Updated = time.Date(1960, 1, 1, 0, 0, 0, 0, time.UTC)
	got, err := stored.Decode(r.Encode())
	if err != nil {
		t.Fatal(err)
	}
	if want := time.Date(2026, 2, 3, 3, 5, 6, 789_000_000, time.UTC); got.Created != want {
		t.Errorf("created %v, want %v", got.Created, want)
	}
	if got.Updated != r.Updated {
		t.Errorf("updated %v, want %v", got.Updated, r.Updated)
	}
}

// What is written later does not change what was decoded before.
func TestEncodeSharesNothing(t *testing.T) {
	r := *plainRoot
	r.Ring = stored.NewRing(id(7))
	m := r.Encode().(*types.AttributeValueMemberM).Value
	m["b"].(*types.AttributeValueMemberB).Value[0] = 99
	m["r"].(*types.AttributeValueMemberL).Value[0].(*types.AttributeValueMemberB).Value[0] = 99
	if r.Birth != id(1) || r.Ring[0] != id(7) {
		t.Error("the record changed with its encoding")
	}
}
