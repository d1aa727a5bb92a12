package codec_test

import (
	"bytes"
	"encoding/json"
	"math"
	"net/netip"
	"net/url"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/feature/dynamodb/attributevalue"
	"github.com/google/uuid"
	"pgregory.net/rapid"

	"github.com/dystore/dystore/internal/canonical"
	"github.com/dystore/dystore/internal/codec"
	"github.com/dystore/dystore/internal/item"
	"github.com/dystore/dystore/internal/towire"
)

// sameForm asserts that the canonical form of a value, and of what it is encoded to, are
// the same bytes.
func sameForm(t interface {
	Helper()
	Fatalf(string, ...any)
}, c *codec.Codec, v reflect.Value) {
	t.Helper()
	av, err := c.Encode(v)
	if err != nil {
		t.Fatalf("%v", err)
	}
	f := canonical.Form{Bytes: []byte("before")}
	there, err := canonical.Of(c).Append(&f, v, 1)
	if err != nil || there != (av != nil) {
		t.Fatalf("%s: %v, %v; the codec has %v", v.Type(), there, err, av)
	}
	want := []byte("before")
	if av != nil {
		if want, err = item.AppendCanonical(want, av); err != nil {
			t.Fatalf("%v", err)
		}
	}
	if !bytes.Equal(f.Bytes, want) {
		t.Fatalf("%s: the form is %x, that of the encoded value %x", v.Type(), f.Bytes, want)
	}
	sameJSON(t, c, v, av)
	if null := av != nil && item.HasNull(Item{"": av}); f.Null != null {
		t.Fatalf("%s: NULL inside %v, encoded %v", v.Type(), f.Null, null)
	}
}

func TestCanonicalFormIsThatOfTheEncodedValue(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		v := drawStruct(t, false)
		sameForm(t, codec.For(v.Type()), v)
	})
}

func TestCanonicalFormOfVariants(t *testing.T) {
	c := shapes(allShapes).For(reflect.TypeFor[shapeBox]())
	rapid.Check(t, func(t *rapid.T) { sameForm(t, c, reflect.ValueOf(new(genBox(t, 3))).Elem()) })
}

// Types that marshal themselves, and what else is no plain value.
func TestCanonicalFormOfEveryShape(t *testing.T) {
	type Inner struct {
		A string `dynamodbav:"a,omitempty"`
		B *int   `dynamodbav:"b,nullempty"`
	}
	type Outer struct {
		*Inner
		Money   Money
		Moneys  []*Money
		Colours map[Colour]Level
		Tree    map[string]map[string][]Inner `dynamodbav:",nullempty"`
		Address netip.Addr                    `dynamodbav:",omitempty"`
		URL     url.URL
		ID      uuid.UUID `dynamodbav:",omitempty"`
		Moment  Moment
		When    *time.Time `dynamodbav:",unixtime"`
		Zone    time.Time
		Blobs   [][]byte
		Set     map[string]bool `dynamodbav:",stringset"`
		Array   [2]Blob
		Raw     [3]byte
		Spelled []float32 `dynamodbav:",omitemptyelem"`
		Text    uint16    `dynamodbav:",string"`
		Number  json.Number
		Any     any
		Ptr     **string  `dynamodbav:",nullempty"`
		Nil     *[]string `dynamodbav:",nullempty"`
		Floats  []float64
	}
	s, n := "text", 7
	ps := &s
	full := Outer{
		Inner: &Inner{"x", &n}, Money: Money{5}, Moneys: []*Money{nil, {1}}, Colours: map[Colour]Level{2: 1, 1: 2},
		Tree:    map[string]map[string][]Inner{"z": {"b": {{}, {A: "1"}}, "a": nil}, "y": nil},
		Address: netip.MustParseAddr("::1"), URL: url.URL{Scheme: "https", Host: "h"}, ID: uuid.New(), Moment: Moment(time.Now()),
		When: new(time.Unix(5, 5)), Zone: time.Now().In(time.FixedZone("", 3601)), Blobs: [][]byte{{2}, {1}}, Set: map[string]bool{"b": true, "a": true, "c": false},
		Array: [2]Blob{nil, {1}}, Raw: [3]byte{1, 2, 3}, Spelled: []float32{0, 1.5}, Text: 9, Number: "1.50", Any: map[string]any{"k": []any{nil, Inner{A: "v"}}}, Ptr: &ps, Nil: new([]string),
		Floats: []float64{0, math.Copysign(0, -1), 1e125, 1e-130, 0.1, 123456789.125, -1e21},
	}
	wide := map[string]string{}
	for i := range 300 {
		wide[strings.Repeat("k", i+1)] = "v"
	}
	for _, v := range []any{&full, &Outer{}, &Outer{Inner: &Inner{}, Any: new(any), Moneys: []*Money{}}, &struct {
		Wide map[string]string
		Long []string
		Most [127]bool
		More [128]bool
	}{Wide: wide, Long: make([]string, 200)}} {
		e := reflect.ValueOf(v).Elem()
		sameForm(t, codec.For(e.Type()), e)
		sameForm(t, codec.For(reflect.TypeOf(v)), reflect.ValueOf(v))
		sameForm(t, codec.For(e.Type()), reflect.ValueOf(e.Interface())) // a value without an address
	}
}

// sameKey is a key whose text says nothing.
type sameKey int

func (sameKey) MarshalText() ([]byte, error)  { return []byte("key"), nil }
func (*sameKey) UnmarshalText(_ []byte) error { return nil }

// What the codec refuses has no form.
func TestCanonicalFormRefuses(t *testing.T) {
	type Cyclic struct{ Next *Cyclic }
	cycle := &Cyclic{}
	cycle.Next = cycle
	deep := &Cyclic{}
	for range 40 {
		deep = &Cyclic{deep}
	}
	type anyIn struct{ L [][][]any }
	for name, v := range map[string]any{
		"NaN": math.NaN(), "infinity": math.Inf(-1), "too big": 1e126, "too tiny": 1e-131, "no UTF-8": "\xff", "a name that is no UTF-8": map[string]int{"\xff": 1}, "an empty name": map[string]int{"": 1},
		"no number": attributevalue.Number("x"), "two keys of one name": map[sameKey]int{1: 1, 2: 2}, "year": time.Date(10000, 1, 1, 0, 0, 0, 0, time.UTC), "marshaler": Money{-1},
		"cycle": cycle, "deep": deep, "set": struct {
			S []string `dynamodbav:",stringset"`
		}{[]string{"a", "a"}},
	} {
		r := reflect.ValueOf(v)
		c := codec.For(r.Type())
		if _, err := c.Encode(r); err == nil {
			t.Errorf("%s: the codec accepts it", name)
		}
		if there, err := canonical.Of(c).Append(&canonical.Form{}, r, 1); err == nil {
			t.Errorf("%s: %v", name, there)
		}
		if b, _, err := towire.Of(c).Append(nil, r); err == nil {
			t.Errorf("%s is written: %s", name, b)
		}
	}
	inside := reflect.ValueOf(anyIn{L: [][][]any{{{[]any{1}}}}})
	c := codec.For(inside.Type())
	if _, err := canonical.Of(c).Append(&canonical.Form{}, inside, item.MaxDepth-3); err == nil {
		t.Error("an interface deeper than a list of the type can be")
	}
}

func TestCanonicalFormTakesNoMemory(t *testing.T) {
	type Part struct {
		City, Country string
		Lat, Lon      float64
		Visits        int
		Open          bool
		Since         time.Time
		Until         time.Time `dynamodbav:",unixtime"`
		Raw           []byte
		Tags          []string
		Note          *string
	}
	note := "a note"
	v := reflect.ValueOf(&Part{"New York", "USA", 40.7128, -74.006, 12345, true, time.Now(), time.Now(), []byte{1}, []string{"a", "b"}, &note}).Elem()
	p := canonical.Of(codec.For(v.Type()))
	var f canonical.Form
	if n := testing.AllocsPerRun(100, func() {
		f.Reset()
		if _, err := p.Append(&f, v, 1); err != nil {
			t.Fatal(err)
		}
	}); n > 0 {
		t.Errorf("%v allocations", n)
	}
}
