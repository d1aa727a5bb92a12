package shard_test

import (
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/dystore/dystore/lens"
	"github.com/dystore/dystore/shard"
)

// Lots marshals itself.
type Lots []Location

func (l Lots) MarshalText() ([]byte, error)  { return []byte("lots"), nil }
func (l *Lots) UnmarshalText(b []byte) error { return nil }

// Odd has a field of every type that a shard cannot hold, or not that way.
type Odd struct {
	Text    string
	At      time.Time
	AtPtr   *time.Time
	Ptr     *Birth
	PtrPtr  **Birth
	List    []Location
	ListPtr *[]Location
	Ptrs    []*Location
	Map     map[string]Location
	MapPtrs map[string]*Location
	Strings []string
	Times   []time.Time
	Lots    Lots
	Array   [2]Location
	Any     any
	Loc     Location
	Kept    Location `dynamodbav:"-"`
	hidden  Location
	Embedded
}

type Embedded struct{ X Geo }

// Bad cannot be stored.
type Bad struct {
	Inner struct{ C chan int }
}

func wantErr(t *testing.T, err error, text string) {
	t.Helper()
	var e *lens.Error
	if !errors.As(err, &e) {
		t.Fatalf("error %v (%T), want a *lens.Error with text\n%s", err, err, text)
	}
	if err.Error() != text {
		t.Errorf("text\n%s\nwant\n%s", err, text)
	}
}

func TestRefusedFields(t *testing.T) {
	to := shard.To("Shard")
	inGeo := shard.New(to, func(l *Location) *Geo { return &l.Geo })
	for _, c := range []struct {
		err  error
		text string
	}{
		{shard.New(to, func(o *Odd) **Birth { return &o.Ptr }).Err(), "shard.New(shard_test.Odd, Ptr): it is a *shard_test.Birth, which may be nil; use shard.Optional"},
		{shard.New(to, func(o *Odd) *Birth { return o.Ptr }).Err(), "shard.New(shard_test.Odd, Ptr): it is what a *shard_test.Birth points to, which may be nil; use shard.Optional and return the address of the pointer"},
		{shard.New(to, func(o *Odd) ***Birth { return &o.PtrPtr }).Err(), "shard.New(shard_test.Odd, PtrPtr): it is a **shard_test.Birth; one pointer is enough, with shard.Optional"},
		{shard.New(to, func(o *Odd) *[]Location { return &o.List }).Err(), "shard.New(shard_test.Odd, List): it is a []shard_test.Location, a list; use shard.Each, or shard.Within for what is inside the elements"},
		{shard.New(to, func(o *Odd) *[]*Location { return &o.Ptrs }).Err(), "shard.New(shard_test.Odd, Ptrs): it is a []*shard_test.Location, a list; use shard.EachPtr"},
		{shard.New(to, func(o *Odd) *map[string]Location { return &o.Map }).Err(), "shard.New(shard_test.Odd, Map): it is a map[string]shard_test.Location; use shard.EachValue, or shard.WithinValues for what is inside the values"},
		{shard.New(to, func(o *Odd) *map[string]*Location { return &o.MapPtrs }).Err(), "shard.New(shard_test.Odd, MapPtrs): it is a map[string]*shard_test.Location; use shard.EachValue and a map of structs instead of pointers"},
		{shard.New(to, func(o *Odd) *string { return &o.Text }).Err(), "shard.New(shard_test.Odd, Text): it is string; a shard holds structs"},
		{shard.New(to, func(o *Odd) *[]string { return &o.Strings }).Err(), "shard.New(shard_test.Odd, Strings): it is []string; a shard holds structs"},
		{shard.New(to, func(o *Odd) *time.Time { return &o.At }).Err(), "shard.New(shard_test.Odd, At): it is time.Time, which marshals itself and is stored as one value; a shard holds structs stored field by field"},
		{shard.New(to, func(o *Odd) *any { return &o.Any }).Err(), "shard.New(shard_test.Odd, Any): it is interface {}; a shard holds structs"},
		{shard.New(to, func(o *Odd) *[2]Location { return &o.Array }).Err(), "shard.New(shard_test.Odd, Array): it is [2]shard_test.Location; a shard holds structs"},
		{shard.New(to, func(o *Odd) *Lots { return &o.Lots }).Err(), "shard.New(shard_test.Odd, Lots): it is shard_test.Lots; a shard holds structs"},
		{shard.Optional(to, func(o *Odd) ***Birth { return &o.PtrPtr }).Err(), "shard.Optional(shard_test.Odd, PtrPtr): it is a pointer to a *shard_test.Birth; one pointer is enough"},
		{shard.Optional(to, func(o *Odd) **Birth { return o.PtrPtr }).Err(), "shard.Optional(shard_test.Odd, PtrPtr): it is behind one more pointer, which may be nil; a list, map or pointer needs none"},
		{shard.Optional(to, func(o *Odd) **[]Location { return &o.ListPtr }).Err(), "shard.Optional(shard_test.Odd, ListPtr): it is a pointer to a []shard_test.Location; a nil list or map needs no pointer: use shard.Each, shard.EachPtr or shard.EachValue"},
		{shard.Optional(to, func(o *Odd) **time.Time { return &o.AtPtr }).Err(), "shard.Optional(shard_test.Odd, AtPtr): it is a pointer to time.Time, which marshals itself and is stored as one value; a shard holds structs stored field by field"},
		{shard.Each(to, func(o *Odd) *[]*Location { return &o.Ptrs }).Err(), "shard.Each(shard_test.Odd, Ptrs): it is a list of pointers, []*shard_test.Location; use shard.EachPtr"},
		{shard.Each(to, func(o *Odd) *[]string { return &o.Strings }).Err(), "shard.Each(shard_test.Odd, Strings): it is a list of string; a shard holds structs"},
		{shard.Each(to, func(o *Odd) *[]time.Time { return &o.Times }).Err(), "shard.Each(shard_test.Odd, Times): it is a list of time.Time, which marshals itself and is stored as one value; a shard holds structs stored field by field"},
		{shard.Each(to, func(o *Odd) *Lots { return &o.Lots }).Err(), "shard.Each(shard_test.Odd, Lots): shard_test.Lots is stored as one value (string)"},
		{shard.Each(to, func(o *Odd) *[]Location { return o.ListPtr }).Err(), "shard.Each(shard_test.Odd, ListPtr): it is behind one more pointer, which may be nil; a list, map or pointer needs none"},
		{shard.EachValue(to, func(o *Odd) *map[string]*Location { return &o.MapPtrs }).Err(), "shard.EachValue(shard_test.Odd, MapPtrs): the elements are pointers, *shard_test.Location; they must be structs here"},
		{shard.Within(func(o *Odd) *Lots { return &o.Lots }, inGeo).Err(), "shard.Within(shard_test.Odd, Lots): shard_test.Lots is stored as one value (string)"},
		{shard.Within(func(o *Odd) *[]Location { return &o.List }).Err(), "shard.Within(shard_test.Odd, List): there is no shard inside; without one there is nothing to declare"},
		{shard.WithinValues(func(o *Odd) *map[string]Location { return &o.Map }).Err(), "shard.WithinValues(shard_test.Odd, Map): there is no shard inside; without one there is nothing to declare"},
		{shard.Within(func(o *Odd) *[]*Location { return &o.Ptrs }, shard.New(to, func(l **Location) *Geo { return &(*l).Geo })).Err(), "shard.Within(shard_test.Odd, Ptrs): the elements are pointers, *shard_test.Location; they must be structs here"},

		// Accessors that no lens accepts either.
		{shard.New[Odd, Location](to, nil).Err(), "shard.New(shard_test.Odd): the accessor is nil"},
		{shard.New(to, func(o *Odd) *Odd { return o }).Err(), "shard.New(shard_test.Odd): the accessor returned its argument; a lens leads to a field"},
		{shard.New(to, func(o *Odd) *Location { return &o.hidden }).Err(), "shard.New(shard_test.Odd, hidden): the field is unexported and never stored"},
		{shard.New(to, func(o *Odd) *Location { return &o.Kept }).Err(), `shard.New(shard_test.Odd, Kept): the field is tagged dynamodbav:"-" and never stored`},
		{shard.New(to, func(o *Odd) *Location { return &o.List[0] }).Err(), "shard.New(shard_test.Odd, List): the accessor points into a slice, whose elements move; take the slice and use shard.Each, shard.EachPtr or shard.Within"},
		{shard.New(to, func(o *Odd) *Embedded { return &o.Embedded }).Err(), "shard.New(shard_test.Odd, Embedded): an embedded struct is not stored as one value, its fields are; take one of them"},
		{shard.New(to, func(b *Bad) *struct{ C chan int } { return &b.Inner }).Err(), "shard.New(shard_test.Bad, Inner): struct { C chan int }.C: chan int cannot be stored"},
		{shard.New(to, func(s *string) *string { return s }).Err(), "shard.New(string): string is not a struct"},

		// Nested shards.
		{shard.New(to, func(o *Odd) *Location { return &o.Loc }, nil).Err(), "shard.New(shard_test.Odd, Loc): nested shard 1 is nil"},
		{shard.New(to, func(o *Odd) *Location { return &o.Loc }, inGeo, (*shard.Shard[Location, Geo])(nil)).Err(), "shard.New(shard_test.Odd, Loc): nested shard 2 is nil"},
	} {
		wantErr(t, c.err, c.text)
	}
}

func TestRefusedPlacements(t *testing.T) {
	const valid = " is not valid: it has 3 to 255 of the characters a-z, A-Z, 0-9, _, - and ."
	for _, c := range []struct {
		p      shard.Placement
		reason string
	}{
		{shard.Placement{}, "the placement is empty; make one with shard.To"},
		{shard.To(""), "the table has no name"},
		{shard.To("ab"), `table name "ab"` + valid},
		{shard.To("a b c"), `table name "a b c"` + valid},
		{shard.To("täble"), `table name "täble"` + valid},
		{shard.To(strings.Repeat("x", 256)), `table name "` + strings.Repeat("x", 256) + `"` + valid},
		{shard.To("Shard", nil), "a placement option is nil"},
		{shard.To("Shard", shard.KeyName("")), "a key attribute name has 1 to 255 bytes, not 0"},
		{shard.To("Shard", shard.KeyName(strings.Repeat("k", 256))), "a key attribute name has 1 to 255 bytes, not 256"},
		{shard.To("Shard", shard.WhenOver(-1)), "WhenOver takes 0 to 409600 bytes, the size of an item, not -1"},
		{shard.To("Shard", shard.WhenOver(400<<10+1)), "WhenOver takes 0 to 409600 bytes, the size of an item, not 409601"},
		{shard.To("Shard", shard.MovedFrom()), "MovedFrom names no table"},
		{shard.To("Shard", shard.MovedFrom("x")), `MovedFrom: table name "x"` + valid},
		{shard.To("Shard", shard.MovedFrom("Old", "Old")), `MovedFrom names table "Old" twice`},
		{shard.To("Shard", shard.MovedFrom("Old", "Shard")), `table "Shard" is where the shard is, it cannot have moved from there`},
	} {
		s := shard.New(c.p, func(p *Person) *Location { return &p.Location })
		wantErr(t, s.Err(), "shard.New(shard_test.Person, Location): "+c.reason)
	}
	for _, p := range []shard.Placement{
		shard.To("abc"), shard.To(strings.Repeat("x", 255)), shard.To("A-z_0.9"),
		shard.To("Shard", shard.KeyName(strings.Repeat("k", 255)), shard.WhenOver(0)), shard.To("Shard", shard.WhenOver(400<<10)),
	} {
		if err := shard.New(p, func(p *Person) *Location { return &p.Location }).Err(); err != nil {
			t.Error(err)
		}
	}
}

// Every mistake of a declaration is told, not only the first.
func TestAllMistakes(t *testing.T) {
	s := shard.New(shard.To("", shard.WhenOver(-1)), func(o *Odd) **Birth { return &o.Ptr }, nil)
	wantErr(t, s.Err(), strings.Join([]string{
		"shard.New(shard_test.Odd, Ptr): it is a *shard_test.Birth, which may be nil; use shard.Optional",
		"shard.New(shard_test.Odd, Ptr): the table has no name",
		"shard.New(shard_test.Odd, Ptr): WhenOver takes 0 to 409600 bytes, the size of an item, not -1",
		"shard.New(shard_test.Odd, Ptr): nested shard 1 is nil",
	}, "\n"))
}
