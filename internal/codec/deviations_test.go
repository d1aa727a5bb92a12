package codec_test

import (
	"encoding/json"
	"math"
	"math/big"
	"net/netip"
	"net/url"
	"reflect"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/feature/dynamodb/attributevalue"
	"github.com/google/go-cmp/cmp"
	"github.com/google/uuid"

	"github.com/dystore/dystore/internal/codec"
)

type one[T any] struct{ F T }

func field(av AV) Item { return Item{"F": av} }

// What attributevalue stores, and what the codec stores instead: the table of
// the package's documentation as data.
func TestDeviations(t *testing.T) {
	id := uuid.MustParse("6ba7b810-9dad-11d1-80b4-00c04fd430c8")
	lmt := time.Date(1900, 1, 1, 0, 0, 0, 0, time.FixedZone("LMT", 1172))
	for _, c := range []struct {
		name   string
		v      any
		theirs Item
		ours   Item
	}{
		{"nil slice", one[[]int]{}, field(null), Item{}},
		{"nil map", one[map[string]int]{}, field(null), Item{}},
		{"nil pointer", one[*int]{}, field(null), Item{}},
		{"nil interface", one[any]{}, field(null), Item{}},
		{"empty set", one[[][]byte]{[][]byte{}}, field(null), Item{}},
		{"netip.Addr", one[netip.Addr]{netip.MustParseAddr("::1")}, field(&M{Value: Item{}}), field(&S{Value: "::1"})},
		{"big.Int", one[*big.Int]{big.NewInt(5)}, field(&M{Value: Item{}}), field(&S{Value: "5"})},
		{"uuid.UUID", one[uuid.UUID]{id}, field(&B{Value: id[:]}), field(&S{Value: id.String()})},
		{"the password in a url.URL", one[*url.Userinfo]{url.UserPassword("u", "p")}, field(&M{Value: Item{}}), nil},
		{"pointer receiver", one[map[string]Money]{map[string]Money{"k": {1}}},
			field(&M{Value: Item{"k": &M{Value: Item{"Cents": &N{Value: "1"}}}}}), field(&M{Value: Item{"k": &N{Value: "1"}}})},
		{"omitempty of a time", struct {
			F time.Time `dynamodbav:",omitempty"`
		}{}, field(&S{Value: "0001-01-01T00:00:00Z"}), Item{}},
		{"omitempty of a zero UUID", struct {
			F uuid.UUID `dynamodbav:",omitempty"`
		}{}, field(&B{Value: make([]byte, 16)}), Item{}},
		{"unixtime of elements", struct {
			F []time.Time `dynamodbav:",unixtime"`
		}{[]time.Time{time.Unix(1, 0).UTC()}}, field(&L{Value: []AV{&S{Value: "1970-01-01T00:00:01Z"}}}), field(&L{Value: []AV{&N{Value: "1"}}})},
		{"set of keys", struct {
			F map[string]bool `dynamodbav:",stringset"`
		}{map[string]bool{"a": true, "b": false}}, field(&M{Value: Item{"a": &BOOL{Value: true}, "b": &BOOL{}}}), field(&SS{Value: []string{"a"}})},
		{"key with a String method", one[map[Level]bool]{map[Level]bool{1: true}},
			field(&M{Value: Item{"level": &BOOL{Value: true}}}), field(&M{Value: Item{"1": &BOOL{Value: true}}})},
		{"empty number", one[json.Number]{}, field(&N{}), Item{}},
		{"seconds of a zone", one[time.Time]{lmt}, field(&S{Value: "1900-01-01T00:00:00+00:19"}), field(&S{Value: "1899-12-31T23:40:28Z"})},
		{"NaN", one[float32]{float32(math.NaN())}, field(&N{Value: "NaN"}), nil},
		{"invalid UTF-8", one[string]{"\xff"}, field(&S{Value: "\xff"}), nil},
		{"equal elements", struct {
			F []int `dynamodbav:",numberset"`
		}{[]int{1, 1}}, field(&NS{Value: []string{"1", "1"}}), nil},
	} {
		theirs, err := attributevalue.MarshalMap(c.v)
		if err != nil {
			t.Fatal(err)
		}
		if d := cmp.Diff(c.theirs, theirs, sameAV); d != "" {
			t.Errorf("%s: attributevalue has changed:\n%s", c.name, d)
		}
		ours, err := codec.EncodeStruct(codec.For(reflect.TypeOf(c.v)), reflect.ValueOf(c.v))
		if (err != nil) != (c.ours == nil) {
			t.Errorf("%s: %v", c.name, err)
		} else if d := cmp.Diff(c.ours, ours, sameAV); d != "" {
			t.Errorf("%s:\n%s", c.name, d)
		}
	}
}

// attributevalue panics on a slice of a named byte type.
func TestNamedBytes(t *testing.T) {
	type octet byte
	type T struct {
		B []octet
		A [2]octet
		L []Colour
	}
	defer func() {
		if recover() == nil {
			t.Error("attributevalue has changed: it takes a slice of a named byte type")
		}
	}()
	roundTrips(t, T{[]octet{1}, [2]octet{2, 3}, []Colour{1}}, Item{"B": &B{Value: []byte{1}}, "A": &B{Value: []byte{2, 3}}, "L": &L{Value: []AV{&S{Value: "c1"}}}})
	_, _ = attributevalue.Marshal([]octet{1})
}

// What attributevalue makes of stored values, and the codec.
func TestDecodeDeviations(t *testing.T) {
	type T struct {
		ID    string
		Any   any
		Array [2]int
		At    time.Time `dynamodbav:",unixtime"`
		Costs []Money   `dynamodbav:",numberset"`
		Kept  string
		Map   map[string]int
	}
	read := func(m Item) (theirs, ours T, err error) {
		theirs, ours = T{Kept: "x", Map: map[string]int{"a": 1}}, T{Kept: "x", Map: map[string]int{"a": 1}}
		if err := attributevalue.UnmarshalMap(m, &theirs); err != nil {
			t.Fatal(err)
		}
		return theirs, ours, codec.DecodeStruct(codec.For(reflect.TypeFor[T]()), m, reflect.ValueOf(&ours).Elem())
	}
	a, b, err := read(Item{"id": &S{Value: "key"}, "Any": &N{Value: "0.1000000000000000055"}, "Map": &M{Value: Item{"b": &N{Value: "2"}}}})
	if err != nil || a.ID != "key" || b.ID != "" {
		t.Errorf("name in another case: %q and %q, %v", a.ID, b.ID, err)
	}
	if a.Any != 0.1 || b.Any != attributevalue.Number("0.1000000000000000055") {
		t.Errorf("number in any: %#v and %#v", a.Any, b.Any)
	}
	if a.Kept != "x" || b.Kept != "" || len(a.Map) != 2 || len(b.Map) != 1 {
		t.Errorf("what was there: %+v and %+v", a, b)
	}
	if a, _, err := read(Item{"ID": &N{Value: "1"}}); a.ID != "1" || err == nil {
		t.Errorf("N for a string: %v, %v", a.ID, err)
	}
	if a, _, err := read(Item{"Array": &L{Value: []AV{&N{Value: "1"}}}}); a.Array != [2]int{1} || err == nil {
		t.Errorf("short array: %v, %v", a.Array, err)
	}
	if a, b, err := read(Item{"At": &N{Value: "1"}}); !a.At.Equal(b.At) || a.At.Location() != time.Local || b.At.Location() != time.UTC || err != nil {
		t.Errorf("unix time: %v and %v, %v", a.At, b.At, err)
	}
	ours := decode[T](t, Item{"Costs": &NS{Value: []string{"1", "2"}}})
	if d := cmp.Diff([]Money{{1}, {2}}, ours.Costs); d != "" {
		t.Errorf("a set of values that unmarshal themselves: %s", d)
	}
	if err := attributevalue.UnmarshalMap(Item{"Array": &L{Value: []AV{&N{Value: "1E2"}, &N{Value: "1.0"}}}}, new(T)); err == nil {
		t.Error("attributevalue has changed: it takes 1E2 for an integer")
	}
	if got := decode[T](t, Item{"Array": &L{Value: []AV{&N{Value: "1E2"}, &N{Value: "1.0"}}}}); got.Array != [2]int{100, 1} {
		t.Errorf("1E2, 1.0: %v", got.Array)
	}
}
