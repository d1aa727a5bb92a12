package codec_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"net/netip"
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
		Past   []place             `dynamodbav:"past"`
		Homes  map[string]place    `dynamodbav:"homes"`
		Score  float64             `dynamodbav:"score"`
		Float  float32             `dynamodbav:"float"`
		Small  int8                `dynamodbav:"small"`
		Count  uint16              `dynamodbav:"count"`
		Exact  json.Number         `dynamodbav:"exact"`
		Text   int                 `dynamodbav:"text,string"`
		Words  []string            `dynamodbav:"words,stringset"`
		Nums   []float64           `dynamodbav:"nums,numberset"`
		Exacts []json.Number       `dynamodbav:"exacts,numberset"`
		Blobs  [][]byte            `dynamodbav:"blobs"`
		Has    map[string]bool     `dynamodbav:"has,stringset"`
		Fixed  [2]int              `dynamodbav:"fixed"`
		Hash   [4]byte             `dynamodbav:"hash"`
		Raw    []byte              `dynamodbav:"raw"`
		On     bool                `dynamodbav:"on"`
		At     time.Time           `dynamodbav:"at"`
		Until  time.Time           `dynamodbav:"until,unixtime"`
		Addr   netip.Addr          `dynamodbav:"addr"`
		Cost   Money               `dynamodbav:"cost"`
		Costs  map[string]Money    `dynamodbav:"costs"`
		ByInt  map[int8]string     `dynamodbav:"byint"`
		ByF    map[float64]bool    `dynamodbav:"byf"`
		ByBool map[bool]string     `dynamodbav:"bybool"`
		ByAddr map[netip.Addr]int  `dynamodbav:"byaddr"`
		Pairs  map[pair]int        `dynamodbav:"pairs"`
		Any    any                 `dynamodbav:"any"`
		Odd    odd                 `dynamodbav:"odd"`
		Next   *doc                `dynamodbav:"next"`
		Ptr    *[]*point           `dynamodbav:"ptr"`
		Multi  map[string][]*place `dynamodbav:"multi"`
	}
	node struct{ Next *node }
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

func TestDecodeRefuses(t *testing.T) {
	number := func(s string) AV { return &N{Value: s} }
	str := func(s string) AV { return &S{Value: s} }
	lat := func(av AV) AV { return &M{Value: Item{"geo": &M{Value: Item{"lat": av}}}} }
	null := &NULL{Value: true}
	for _, c := range []struct {
		m    Item
		want string
	}{
		{Item{"past": &L{Value: []AV{null, null, null, lat(number("1"))}}}, "codec: past[3].geo.lat: expected S for string, got N"},
		{Item{"past": str("x")}, "codec: past: expected L for []codec_test.place, got S"},
		{Item{"past": (*L)(nil)}, "codec: past: expected L for []codec_test.place, got nil"},
		{Item{"past": &M{}}, "codec: past: expected L for []codec_test.place, got M"},
		{Item{"homes": &M{Value: Item{"a.b": lat(&BOOL{})}}}, `codec: homes["a.b"].geo.lat: expected S for string, got BOOL`},
		{Item{"homes": &L{}}, "codec: homes: expected M for map[string]codec_test.place, got L"},
		{Item{"homes": &M{Value: Item{"h": &SS{}}}}, `codec: homes["h"]: expected M for codec_test.place, got SS`},
		{Item{"score": number("1e400")}, "codec: score: the number is out of range for float64"},
		{Item{"score": number("inf")}, "codec: score: not a number"},
		{Item{"score": number("0x1p2")}, "codec: score: not a number"},
		{Item{"score": number("NaN")}, "codec: score: not a number"},
		{Item{"score": str("1")}, "codec: score: expected N for float64, got S"},
		{Item{"float": number("1e39")}, "codec: float: the number is out of range for float32"},
		{Item{"small": number("128")}, "codec: small: the number is out of range for int8"},
		{Item{"small": number("-129")}, "codec: small: the number is out of range for int8"},
		{Item{"small": number("1.5")}, "codec: small: the number is not an integer, as int8 needs"},
		{Item{"small": number("1E-131")}, "codec: small: the number is not an integer, as int8 needs"},
		{Item{"small": number("1E20")}, "codec: small: the number is out of range for int8"},
		{Item{"small": number("1E999")}, "codec: small: the number is out of range for int8"},
		{Item{"small": number("secret")}, "codec: small: not a number"},
		{Item{"count": number("-1")}, "codec: count: the number is out of range for uint16"},
		{Item{"count": number("65536")}, "codec: count: the number is out of range for uint16"},
		{Item{"count": number("0.5")}, "codec: count: the number is not an integer, as uint16 needs"},
		{Item{"count": number("")}, "codec: count: not a number"},
		{Item{"exact": number("1.2.3")}, "codec: exact: not a number"},
		{Item{"exact": str("1")}, "codec: exact: expected N for json.Number, got S"},
		{Item{"text": str("x")}, "codec: text: not a number"},
		{Item{"text": &B{}}, "codec: text: expected S or N for int, got B"},
		{Item{"words": &SS{Value: []string{"a"}}, "nums": &SS{Value: []string{"a"}}}, "codec: nums[0]: expected N for float64, got S"},
		{Item{"words": str("a")}, "codec: words: expected SS for []string, got S"},
		{Item{"blobs": &NS{Value: []string{"1"}}}, "codec: blobs[0]: expected B for []uint8, got N"},
		{Item{"has": &M{}}, "codec: has: expected SS for map[string]bool, got M"},
		{Item{"has": &NS{Value: []string{"1"}}}, "codec: has[0]: expected S for string, got N"},
		{Item{"fixed": &L{Value: []AV{number("1")}}}, "codec: fixed: expected 2 elements for [2]int, got 1"},
		{Item{"fixed": &L{Value: []AV{number("1"), number("2"), number("3")}}}, "codec: fixed: expected 2 elements for [2]int, got 3"},
		{Item{"hash": &B{Value: []byte("abc")}}, "codec: hash: expected 4 bytes for [4]uint8, got 3"},
		{Item{"hash": str("abcd")}, "codec: hash: expected B for [4]uint8, got S"},
		{Item{"raw": &L{}}, "codec: raw: expected B for []uint8, got L"},
		{Item{"on": number("1")}, "codec: on: expected BOOL for bool, got N"},
		{Item{"at": str("yesterday")}, "codec: at: the string is not an RFC 3339 time"},
		{Item{"at": &BOOL{}}, "codec: at: expected S or N for time.Time, got BOOL"},
		{Item{"until": number("1.5")}, "codec: until: the number is not one of seconds since 1970"},
		{Item{"addr": str("nowhere")}, "codec: addr: UnmarshalText of netip.Addr failed"},
		{Item{"addr": number("1")}, "codec: addr: expected S for netip.Addr, got N"},
		{Item{"cost": str("1")}, "codec: cost: UnmarshalDynamoDBAttributeValue of codec_test.Money failed"},
		{Item{"cost": &L{Value: []AV{nil}}}, "codec: cost: a nil or unknown attribute value"},
		{Item{"costs": &M{Value: Item{"x": str("1")}}}, `codec: costs["x"]: UnmarshalDynamoDBAttributeValue of codec_test.Money failed`},
		{Item{"byint": &M{Value: Item{"200": str("")}}}, `codec: byint["200"]: the name is no int8 key`},
		{Item{"byint": &M{Value: Item{"1": str(""), "01": str("")}}}, "codec: byint: two names are the same int8 key"},
		{Item{"byf": &M{Value: Item{"NaN": &BOOL{}}}}, `codec: byf["NaN"]: the name is no float64 key`},
		{Item{"bybool": &M{Value: Item{"yes": str("")}}}, `codec: bybool["yes"]: the name is no bool key`},
		{Item{"byaddr": &M{Value: Item{"x": number("1")}}}, `codec: byaddr["x"]: UnmarshalText of netip.Addr failed`},
		{Item{"next": &M{Value: Item{"next": &M{Value: Item{"small": null, "on": null, "at": number("x")}}}}}, "codec: next.next.at: the number is not one of seconds since 1970"},
		{Item{"ptr": &L{Value: []AV{null, &M{Value: Item{"lat": number("1")}}}}}, "codec: ptr[1].lat: expected S for string, got N"},
		{Item{"multi": &M{Value: Item{"k": &L{Value: []AV{null, lat(number("1"))}}}}}, `codec: multi["k"][1].geo.lat: expected S for string, got N`},
	} {
		var v doc
		err := codec.DecodeStruct(codec.For(reflect.TypeFor[doc]()), c.m, reflect.ValueOf(&v).Elem())
		wantError(t, err, c.want)
	}
}

// The error of a marshaler is there for errors.Is, and its text, which may
// hold the stored value, is not.
func TestErrorsShowNoValue(t *testing.T) {
	var v doc
	err := codec.DecodeStruct(codec.For(reflect.TypeFor[doc]()), Item{"addr": &S{Value: "secret"}}, reflect.ValueOf(&v).Elem())
	if cause := errors.Unwrap(err); cause == nil || !strings.Contains(cause.Error(), "secret") {
		t.Errorf("cause is %v", cause)
	}
	if strings.Contains(err.Error(), "secret") {
		t.Errorf("%v shows the value", err)
	}
}

func TestMisuse(t *testing.T) {
	c := codec.For(reflect.TypeFor[doc]())
	strs := codec.For(reflect.TypeFor[string]())
	_, err := c.Encode(reflect.Value{})
	wantError(t, err, "codec: codec_test.doc: the value is invalid")
	_, err = c.Encode(reflect.ValueOf(1))
	wantError(t, err, "codec: codec_test.doc: the value is a int")
	wantError(t, c.Decode(nil, reflect.ValueOf(doc{})), "codec: codec_test.doc: the destination cannot be set")
	_, err = codec.EncodeStruct(strs, reflect.ValueOf(""))
	wantError(t, err, "codec: string: an item must be a struct, not a string")
	wantError(t, codec.DecodeStruct(strs, nil, reflect.ValueOf(new(string)).Elem()), "codec: string: an item must be a struct, not a string")
	_, err = codec.EncodeStruct(codec.For(reflect.TypeFor[*doc]()), reflect.ValueOf((*doc)(nil)))
	wantError(t, err, "codec: *codec_test.doc: a nil pointer is no item")
	_, err = strs.MapKey(reflect.ValueOf(""))
	wantError(t, err, "codec: string: MapKey needs a key of this map type")
	_, err = strs.KeyValue("")
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
