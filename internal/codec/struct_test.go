package codec_test

import (
	"fmt"
	"net/url"
	"reflect"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/uuid"

	"github.com/dystore/dystore/internal/codec"
)

type (
	Audit struct {
		By  string `dynamodbav:"by,omitempty"`
		Log *Log   `dynamodbav:"log"`
	}
	Log   struct{ Line string }
	Stamp struct {
		*Deep
		On int `dynamodbav:"on"`
	}
	Deep  struct{ Depth int }
	local struct {
		Exported string
		hidden   string
	}
	Tags  []string
	whole struct {
		Audit
		*Stamp
		local
		Tags
		*Age
		Named  Audit  `dynamodbav:"named"`
		Skip   string `dynamodbav:"-"`
		Plain  string
		Option string `dynamodbav:",omitempty"`
	}
)

func TestEmbedded(t *testing.T) {
	opts, age := cmp.AllowUnexported(whole{}, local{}), Age(5)
	roundTrips(t, whole{
		Audit: Audit{"me", &Log{"x"}}, Stamp: &Stamp{&Deep{3}, 1}, local: local{Exported: "e"}, Tags: Tags{"t"}, Age: &age,
		Named: Audit{By: "you"}, Plain: "p", Option: "o",
	}, Item{
		"by": &S{Value: "me"}, "log": &M{Value: Item{"Line": &S{Value: "x"}}}, "on": &N{Value: "1"}, "Depth": &N{Value: "3"},
		"Exported": &S{Value: "e"}, "Tags": &L{Value: []AV{&S{Value: "t"}}}, "Age": &N{Value: "5"}, "named": &M{Value: Item{"by": &S{Value: "you"}}},
		"Plain": &S{Value: "p"}, "Option": &S{Value: "o"},
	}, opts)
	// A nil embedded pointer is nothing, and stays nil unless an attribute of
	// its is present.
	roundTrips(t, whole{}, Item{"Exported": &S{}, "named": &M{Value: Item{}}, "Plain": &S{}}, opts)
	got := decode[whole](t, Item{"Depth": &N{Value: "0"}})
	if got.Stamp == nil || got.Deep == nil || got.On != 0 {
		t.Errorf("Depth: Stamp is %v", got.Stamp)
	}
	if got = decode[whole](t, Item{"on": null}); got.Stamp == nil || got.Deep != nil {
		t.Errorf("on: Stamp is %v", got.Stamp)
	}
	// What is not an attribute is left alone, what is one is replaced.
	v := whole{Skip: "kept", Plain: "gone", Stamp: &Stamp{On: 1}, local: local{hidden: "kept"}}
	if err := codec.DecodeStruct(codec.For(reflect.TypeFor[whole]()), Item{}, reflect.ValueOf(&v).Elem()); err != nil {
		t.Fatal(err)
	}
	if d := cmp.Diff(whole{Skip: "kept", local: local{hidden: "kept"}}, v, opts); d != "" {
		t.Error(d)
	}
}

// Fields promoted through an unexported struct can be set and have methods.
func TestEmbeddedUnexported(t *testing.T) {
	type hidden struct {
		At   time.Time
		Cost Money
		ID   uuid.UUID
		Link url.URL
		Any  any
		*Deep
	}
	type T struct{ hidden }
	id := uuid.MustParse("6ba7b810-9dad-11d1-80b4-00c04fd430c8")
	at := time.Date(2024, 1, 2, 3, 4, 5, 0, time.UTC)
	roundTrips(t, T{hidden{at, Money{1}, id, url.URL{Host: "h"}, "a", &Deep{2}}}, Item{
		"At": &S{Value: "2024-01-02T03:04:05Z"}, "Cost": &N{Value: "1"}, "ID": &S{Value: id.String()}, "Link": &S{Value: "//h"},
		"Any": &S{Value: "a"}, "Depth": &N{Value: "2"},
	}, cmp.AllowUnexported(T{}))
}

func TestFields(t *testing.T) {
	c := codec.For(reflect.TypeFor[*whole]())
	var got []string
	for _, f := range c.Fields() {
		got = append(got, fmt.Sprintf("%s %s %v %v %v %v", f.Name, f.GoName, f.Index, f.Type, f.Codec.Kind(), f.OmitEmpty))
		if c.Lookup(f.Name) != f || c.FieldByIndex(f.Index) != f {
			t.Errorf("%s is not found", f.Name)
		}
		if sf := c.Type().Elem().FieldByIndex(f.Index); sf.Name != f.GoName || sf.Tag != f.Tag || sf.Type != f.Type || f.Codec.Type() != f.Type {
			t.Errorf("%s is not %v", f.Name, sf)
		}
	}
	want := []string{
		"by By [0 0] string string true", "log Log [0 1] *codec_test.Log struct false", "Depth Depth [1 0 0] int number false",
		"on On [1 1] int number false", "Exported Exported [2 0] string string false", "Tags Tags [3] codec_test.Tags list false",
		"Age Age [4] *codec_test.Age number false", "named Named [5] codec_test.Audit struct false",
		"Plain Plain [7] string string false", "Option Option [8] string string true",
	}
	if d := cmp.Diff(want, got); d != "" {
		t.Error(d)
	}
	for _, index := range [][]int{nil, {0}, {6}, {1, 0}, {9}} {
		if f := c.FieldByIndex(index); f != nil {
			t.Errorf("FieldByIndex(%v) = %v", index, f.Name)
		}
	}
	if c.Lookup("BY") != nil || c.Lookup("Skip") != nil {
		t.Error("Lookup is not exact")
	}
}

func TestProperties(t *testing.T) {
	type T struct {
		Str   string
		Int   *int
		Bin   []byte
		Arr   [2]byte
		Bool  bool
		At    time.Time
		Unix  *time.Time `dynamodbav:",unixtime"`
		Text  int        `dynamodbav:",string"`
		Col   Colour
		Set   []string        `dynamodbav:",stringset"`
		Keys  map[string]bool `dynamodbav:",stringset"`
		List  []time.Time     `dynamodbav:",unixtime"`
		PList *[]*Log
		Map   map[Colour]Money
		Any   any
		Cost  Money
		Struc Log
	}
	c := codec.For(reflect.TypeFor[T]())
	want := map[string]string{
		"Str": "string ordered", "Int": "number nullable ordered", "Bin": "binary nullable ordered", "Arr": "binary ordered", "Bool": "bool",
		"At": "string", "Unix": "number nullable ordered", "Text": "string", "Col": "string",
		"Set": "string set nullable of string string", "Keys": "string set nullable of string string", "List": "list nullable of time.Time number",
		"PList": "list nullable of *codec_test.Log struct", "Map": "map nullable of codec_test.Money custom", "Any": "any nullable",
		"Cost": "custom", "Struc": "struct",
	}
	got := map[string]string{}
	for _, f := range c.Fields() {
		s := f.Codec.Kind().String()
		if f.Codec.Nullable() {
			s += " nullable"
		}
		if f.Codec.Ordered() {
			s += " ordered"
		}
		if e := f.Codec.Elem(); e != nil {
			s += fmt.Sprintf(" of %v %v", e.Type(), e.Kind())
		}
		got[f.Name] = s
	}
	if d := cmp.Diff(want, got); d != "" {
		t.Error(d)
	}
	if k := codec.For(reflect.TypeFor[func()]()).Kind(); k != codec.Invalid || k.String() != "invalid" || codec.Kind(99).String() != "invalid" {
		t.Errorf("Kind of a func is %v", k)
	}
}

// A field's codec stores exactly what the struct stores for the field.
func TestFieldCodecs(t *testing.T) {
	v := whole{Option: "", Plain: "x", Named: Audit{By: "b"}}
	c := codec.For(reflect.TypeFor[whole]())
	item := encode(t, v)
	for _, f := range c.Fields() {
		fv, err := reflect.ValueOf(v).FieldByIndexErr(f.Index)
		if err != nil {
			continue // below the nil embedded pointer
		}
		av, err := f.Codec.Encode(fv)
		if err != nil {
			t.Fatal(err)
		}
		if d := cmp.Diff(item[f.Name], av, sameAV); d != "" {
			t.Errorf("%s: %s", f.Name, d)
		}
	}
}

func TestMapKeys(t *testing.T) {
	type T struct {
		S map[Name]int
		L map[Level]int
		U map[uint8]int
		B map[bool]int
		F map[float32]int
		C map[Colour]int
	}
	roundTrips(t, T{
		map[Name]int{"a.b": 1}, map[Level]int{-3: 1}, map[uint8]int{255: 1}, map[bool]int{true: 1, false: 0},
		map[float32]int{0.1: 1, 1e21: 2, -1e-5: 3, 123456789: 4}, map[Colour]int{7: 1},
	}, Item{
		"S": &M{Value: Item{"a.b": &N{Value: "1"}}}, "L": &M{Value: Item{"-3": &N{Value: "1"}}}, "U": &M{Value: Item{"255": &N{Value: "1"}}},
		"B": &M{Value: Item{"true": &N{Value: "1"}, "false": &N{Value: "0"}}},
		"F": &M{Value: Item{"0.1": &N{Value: "1"}, "1e+21": &N{Value: "2"}, "-1e-05": &N{Value: "3"}, fmt.Sprint(float32(123456789)): &N{Value: "4"}}},
		"C": &M{Value: Item{"c7": &N{Value: "1"}}},
	})
	c := codec.For(reflect.TypeFor[*map[Colour]int]())
	name, err := c.MapKey(reflect.ValueOf(Colour(4)))
	if err != nil || name != "c4" {
		t.Errorf("MapKey = %q, %v", name, err)
	}
	key, err := c.KeyValue("c4")
	if err != nil || key.Interface() != Colour(4) {
		t.Errorf("KeyValue = %v, %v", key, err)
	}
}

func TestEmptyOptions(t *testing.T) {
	type T struct {
		I  int            `dynamodbav:",omitempty"`
		F  float64        `dynamodbav:",omitempty"`
		L  []int          `dynamodbav:",omitempty"`
		P  *int           `dynamodbav:",omitempty"`
		C  Colour         `dynamodbav:",omitempty"`
		St Log            `dynamodbav:",omitempty"`
		NI int            `dynamodbav:",nullempty"`
		NL []int          `dynamodbav:",nullempty"`
		NS []string       `dynamodbav:",nullempty,stringset"`
		OE [][]string     `dynamodbav:",omitemptyelem"`
		OM map[string]int `dynamodbav:",omitemptyelem"`
		NE []string       `dynamodbav:",nullemptyelem"`
		A  []any          `dynamodbav:",omitemptyelem"`
	}
	zero := 0
	log := &M{Value: Item{"Line": &S{}}}
	wantItem(t, T{}, Item{"St": log, "NI": null, "NL": null, "NS": null})
	wantItem(t, T{L: []int{}, P: &zero, NS: []string{}, OE: [][]string{{"", "a"}, nil, {}}, OM: map[string]int{"z": 0, "o": 1}, NE: []string{"", "a"},
		A: []any{nil, "", []string{"", "b"}}}, Item{
		"L": &L{Value: []AV{}}, "P": &N{Value: "0"}, "St": log, "NI": null, "NL": null, "NS": null,
		"OE": &L{Value: []AV{&L{Value: []AV{&S{Value: "a"}}}, &L{Value: []AV{}}}}, "OM": &M{Value: Item{"o": &N{Value: "1"}}},
		"NE": &L{Value: []AV{null, &S{Value: "a"}}}, "A": &L{Value: []AV{&S{}, &L{Value: []AV{&S{Value: "b"}}}}},
	})
}
