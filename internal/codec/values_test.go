package codec_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"net"
	"net/netip"
	"net/url"
	"reflect"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/feature/dynamodb/attributevalue"

	"github.com/dystore/dystore/internal/codec"
	"github.com/dystore/dystore/internal/item"
)

type (
	point struct {
		Lat string `dynamodbav:"lat"`
	}
	place struct {
		Geo point `dynamodbav:"geo"`
	}
	doc struct {
		Past   []place            `dynamodbav:"past"`
		Homes  map[string]place   `dynamodbav:"homes"`
		Score  float64            `dynamodbav:"score"`
		Float  float32            `dynamodbav:"float"`
		Small  int8               `dynamodbav:"small"`
		Count  uint16             `dynamodbav:"count"`
		Exact  json.Number        `dynamodbav:"exact"`
		Text   int                `dynamodbav:"text,string"`
		Words  []string           `dynamodbav:"words,stringset"`
		Nums   []float64          `dynamodbav:"nums,numberset"`
		Exacts []json.Number      `dynamodbav:"exacts,numberset"`
		Blobs  [][]byte           `dynamodbav:"blobs"`
		Has    map[string]bool    `dynamodbav:"has,stringset"`
		Fixed  [2]int             `dynamodbav:"fixed"`
		Hash   [4]byte            `dynamodbav:"hash"`
		Raw    []byte             `dynamodbav:"raw"`
		On     bool               `dynamodbav:"on"`
		At     time.Time          `dynamodbav:"at"`
		Until  time.Time          `dynamodbav:"until,unixtime"`
		Addr   netip.Addr         `dynamodbav:"addr"`
		Cost   Money              `dynamodbav:"cost"`
		Costs  map[string]Money   `dynamodbav:"costs"`
		ByInt  map[int8]string    `dynamodbav:"byint"`
		ByF    map[float64]bool   `dynamodbav:"byf"`
		ByBool map[bool]string    `dynamodbav:"bybool"`
		ByAddr map[netip.Addr]int `dynamodbav:"byaddr"`
		Pairs  map[pair]int       `dynamodbav:"pairs"`
		Any    any                `dynamodbav:"any"`
		Odd    odd                `dynamodbav:"odd"`
		Link   *url.URL           `dynamodbav:"link"`
		Pair   *[2]int            `dynamodbav:"pairset,numberset"`
		embedded
		Next  *doc                `dynamodbav:"next"`
		Ptr   *[]*point           `dynamodbav:"ptr"`
		Multi map[string][]*place `dynamodbav:"multi"`
	}
	node     struct{ Next *node }
	embedded struct {
		N int `dynamodbav:"embedded"`
	}
	// pair has many values with the same text.
	pair struct{ A, B int }
	// odd returns whatever it holds.
	odd struct{ AV AV }
)

func (p pair) MarshalText() ([]byte, error)     { return []byte(strconv.Itoa(p.A)), nil }
func (p *pair) UnmarshalText(text []byte) error { _, err := fmt.Sscan(string(text), &p.A); return err }

func (o odd) MarshalDynamoDBAttributeValue() (AV, error)   { return o.AV, nil }
func (o *odd) UnmarshalDynamoDBAttributeValue(av AV) error { o.AV = av; return nil }

func TestEncodeRefuses(t *testing.T) {
	bad := "\xff"
	ring := &node{}
	ring.Next = ring
	list := []any{nil}
	list[0] = list
	var self any
	self = &self
	year := func(y int) time.Time { return time.Date(y, 1, 1, 0, 0, 0, 0, time.UTC) }
	for _, c := range []struct {
		v    doc
		want string
		is   error
	}{
		{doc{Score: math.NaN()}, "codec: score: NaN cannot be stored", nil},
		{doc{Score: math.Inf(-1)}, "codec: score: an infinity cannot be stored", nil},
		{doc{Float: float32(math.Inf(1))}, "codec: float: an infinity cannot be stored", nil},
		{doc{Score: 1e126}, "codec: score: magnitude is larger than 9.99E+125", item.ErrNumberTooBig},
		{doc{Score: -math.MaxFloat64}, "codec: score: magnitude is larger than 9.99E+125", item.ErrNumberTooBig},
		{doc{Score: 9.9e-131}, "codec: score: magnitude is smaller than 1E-130", item.ErrNumberTooTiny},
		{doc{Score: math.SmallestNonzeroFloat64}, "codec: score: magnitude is smaller than 1E-130", item.ErrNumberTooTiny},
		{doc{Exact: "abc"}, "codec: exact: not a number", item.ErrNotNumber},
		{doc{Exact: "1e126"}, "codec: exact: magnitude is larger than 9.99E+125", item.ErrNumberTooBig},
		{doc{Exact: json.Number(strings.Repeat("1", 39))}, "codec: exact: more than 38 significant digits", item.ErrDigits},
		{doc{Past: []place{{}, {point{bad}}}}, "codec: past[1].geo.lat: text is not valid UTF-8", item.ErrNotUTF8},
		{doc{Homes: map[string]place{"a.b": {point{bad}}}}, `codec: homes["a.b"].geo.lat: text is not valid UTF-8`, item.ErrNotUTF8},
		{doc{Homes: map[string]place{"": {}}}, "codec: homes: the empty map key cannot be an attribute name", item.ErrEmptyName},
		{doc{Homes: map[string]place{bad: {}}}, "codec: homes: the map key is not valid UTF-8", item.ErrNotUTF8},
		{doc{Homes: map[string]place{strings.Repeat("k", 200): {point{bad}}}}, `codec: homes["` + strings.Repeat("k", 128) + `..."].geo.lat: text is not valid UTF-8`, item.ErrNotUTF8},
		{doc{Words: []string{"a", "b", "a"}}, "codec: words: set holds an element twice", item.ErrDuplicate},
		{doc{Words: []string{"a", bad}}, "codec: words[1]: text is not valid UTF-8", item.ErrNotUTF8},
		{doc{Has: map[string]bool{bad: true}}, "codec: has: text is not valid UTF-8", item.ErrNotUTF8},
		{doc{Nums: []float64{0, math.Copysign(0, -1)}}, "codec: nums: set holds an element twice", item.ErrDuplicate},
		{doc{Nums: []float64{1, math.NaN()}}, "codec: nums[1]: NaN cannot be stored", nil},
		{doc{Exacts: []json.Number{"10", "1e1"}}, "codec: exacts: set holds an element twice", item.ErrDuplicate},
		{doc{Exacts: []json.Number{"1", ""}}, "codec: exacts[1]: a nil element cannot be in a number set", nil},
		{doc{Blobs: [][]byte{{1}, {1}}}, "codec: blobs: set holds an element twice", item.ErrDuplicate},
		{doc{Blobs: [][]byte{{1}, nil}}, "codec: blobs[1]: a nil element cannot be in a binary set", nil},
		{doc{At: year(10000)}, "codec: at: the year is outside 0 to 9999", nil},
		{doc{At: year(-1)}, "codec: at: the year is outside 0 to 9999", nil},
		{doc{Cost: Money{-1}}, "codec: cost: MarshalDynamoDBAttributeValue of codec_test.Money failed", errNegative},
		{doc{Costs: map[string]Money{"x": {-1}}}, `codec: costs["x"]: MarshalDynamoDBAttributeValue of codec_test.Money failed`, errNegative},
		{doc{ByF: map[float64]bool{math.NaN(): true}}, "codec: byf: NaN or an infinity cannot be a map key", nil},
		{doc{ByAddr: map[netip.Addr]int{{}: 1}}, "codec: byaddr: the empty map key cannot be an attribute name", item.ErrEmptyName},
		{doc{Pairs: map[pair]int{{1, 1}: 1, {1, 2}: 1}}, `codec: pairs["1"]: two keys of the map have this name`, nil},
		{doc{Any: make(chan int)}, "codec: any: chan int: cannot be stored", nil},
		{doc{Any: map[string]any{"a": []any{1, point{bad}}}}, `codec: any["a"][1].lat: text is not valid UTF-8`, item.ErrNotUTF8},
		{doc{Any: &S{Value: "x"}}, "codec: any: *types.AttributeValueMemberS: is the SDK's own form of a value; declare the Go type of the value", nil},
		{doc{Any: self}, "codec: any: the interface holds a pointer to itself", nil},
		{doc{Any: list}, "codec: any" + strings.Repeat("[0]", 31) + ": nested deeper than 32 levels, or cyclic", item.ErrTooDeep},
		{doc{Any: ring}, "codec: any" + strings.Repeat(".Next", 31) + ": nested deeper than 32 levels, or cyclic", item.ErrTooDeep},
		{doc{Any: url.URL{Opaque: bad}}, "codec: any: text is not valid UTF-8", item.ErrNotUTF8},
		{doc{Any: net.IP{1}}, "codec: any: MarshalText of net.IP failed", nil},
		{doc{Any: nestMap(33)}, `codec: any` + strings.Repeat(`["k"]`, 31) + `: nested deeper than 32 levels, or cyclic`, item.ErrTooDeep},
		{doc{Any: struct{ Deep }{}, Odd: odd{&BS{Value: [][]byte{{1}, {1}}}}}, "codec: odd: set holds an element twice", item.ErrDuplicate},
		{doc{Any: struct{ place }{place{point{bad}}}}, "codec: any.geo.lat: text is not valid UTF-8", item.ErrNotUTF8},
		{doc{Any: struct {
			F []odd `dynamodbav:",stringset"`
		}{[]odd{{&N{Value: "1"}}}}}, "codec: any.F[0]: an element of type N cannot be in a string set", nil},
		{doc{Odd: odd{(*L)(nil)}}, "codec: odd: the marshaler returned a nil or unknown attribute value", nil},
		{doc{Odd: odd{(*M)(nil)}}, "codec: odd: the marshaler returned a nil or unknown attribute value", nil},
		{doc{Odd: odd{&M{Value: Item{"a": nil}}}}, "codec: odd: the marshaler returned a nil or unknown attribute value", nil},
		{doc{Odd: odd{(*S)(nil)}}, "codec: odd: the marshaler returned a nil or unknown attribute value", nil},
		{doc{Odd: odd{&L{Value: []AV{nil}}}}, "codec: odd: the marshaler returned a nil or unknown attribute value", nil},
		{doc{Odd: odd{&M{Value: Item{"a": &L{Value: []AV{&S{Value: bad}}}}}}}, "codec: odd.a[0]: text is not valid UTF-8", item.ErrNotUTF8},
		{doc{Odd: odd{&SS{}}}, "codec: odd: empty set", item.ErrEmptySet},
		{doc{Odd: odd{nest(32)}}, "codec: odd: nested deeper than 32 levels", item.ErrTooDeep},
	} {
		_, err := codec.EncodeStruct(codec.For(reflect.TypeFor[doc]()), reflect.ValueOf(c.v))
		wantError(t, err, c.want)
		if c.is != nil && !errors.Is(err, c.is) {
			t.Errorf("%v does not wrap %v", err, c.is)
		}
	}
}

// nest returns a string inside n lists.
func nest(n int) AV {
	var av AV = &S{Value: "x"}
	for range n {
		av = &L{Value: []AV{av}}
	}
	return av
}

func nestMap(n int) (v any) {
	for range n {
		v = map[string]any{"k": v}
	}
	return v
}

func TestMisuse(t *testing.T) {
	c := codec.For(reflect.TypeFor[doc]())
	strs := codec.For(reflect.TypeFor[string]())
	_, err := c.Encode(reflect.Value{})
	wantError(t, err, "codec: codec_test.doc: the value is invalid")
	_, err = c.Encode(reflect.ValueOf(1))
	wantError(t, err, "codec: codec_test.doc: the value is of type int")
	_, err = codec.For(reflect.TypeFor[int]()).Encode(reflect.ValueOf(struct{ n int }{1}).Field(0))
	wantError(t, err, "codec: int: the value was read from an unexported field")
	wantError(t, c.Decode(nil, reflect.ValueOf(doc{})), "codec: codec_test.doc: the destination cannot be set")
	_, err = codec.EncodeStruct(strs, reflect.ValueOf(""))
	wantError(t, err, "codec: string: an item must be a struct, not a string")
	wantError(t, codec.DecodeStruct(strs, nil, reflect.ValueOf(new(string)).Elem()), "codec: string: an item must be a struct, not a string")
	_, err = codec.EncodeStruct(codec.For(reflect.TypeFor[*doc]()), reflect.ValueOf((*doc)(nil)))
	wantError(t, err, "codec: *codec_test.doc: a nil pointer is no item")
	_, err = strs.MapKey(reflect.ValueOf(""))
	wantError(t, err, "codec: string: MapKey needs a key of this map type")
	_, err = strs.KeyValue("")
	bad := codec.For(reflect.TypeFor[map[any]int]())
	if _, err := bad.MapKey(reflect.ValueOf(1)); err != bad.Err() {
		t.Errorf("MapKey of a refused type: %v", err)
	}
	if _, err := bad.KeyValue("1"); err != bad.Err() {
		t.Errorf("KeyValue of a refused type: %v", err)
	}
	wantError(t, err, "codec: string: KeyValue needs a map type")
	m := codec.For(reflect.TypeFor[map[int8]string]())
	_, err = m.MapKey(reflect.ValueOf(1))
	wantError(t, err, "codec: map[int8]string: MapKey needs a key of this map type")
	_, err = m.KeyValue("x")
	wantError(t, err, "codec: int8: the name is no int8 key")
}

// DynamoDB takes 31 containers around a scalar, and not 32.
func TestDepth(t *testing.T) {
	c := codec.For(reflect.TypeFor[any]())
	var v any = attributevalue.Number("1")
	for range 31 {
		v = []any{v}
	}
	if _, err := c.Encode(reflect.ValueOf(&v).Elem()); err != nil {
		t.Errorf("31 lists around a number: %v", err)
	}
	v = []any{v}
	_, err := c.Encode(reflect.ValueOf(&v).Elem())
	wantError(t, err, "codec: "+strings.Repeat("[0]", 31)+": nested deeper than 32 levels, or cyclic")
}
