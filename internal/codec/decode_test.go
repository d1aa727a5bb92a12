package codec_test

import (
	"errors"
	"reflect"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/dystore/dystore/internal/codec"
)

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
		{Item{"at": (*N)(nil)}, "codec: at: expected S or N for time.Time, got nil"},
		{Item{"at": (*S)(nil)}, "codec: at: expected S or N for time.Time, got nil"},
		{Item{"at": &types.UnknownUnionMember{}}, "codec: at: expected S or N for time.Time, got an unknown type"},
		{Item{"link": str("https://%zz")}, "codec: link: the string is not a URL"},
		{Item{"link": &BS{}}, "codec: link: expected S for url.URL, got BS"},
		{Item{"link": &NS{}}, "codec: link: expected S for url.URL, got NS"},
		{Item{"embedded": number("x")}, "codec: embedded: not a number"},
		{Item{"pairset": &NS{Value: []string{"1"}}}, "codec: pairset: expected 2 elements for [2]int, got 1"},
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

// A decoded slice is new and zero where the attributes say nothing, also where
// the old one had room for it.
func TestDecodeIntoUsedSlices(t *testing.T) {
	type point struct {
		X    int
		Note string `dynamodbav:"-"`
	}
	type doc struct {
		Points  []point
		Numbers []int
		Empty   []int
	}
	used := doc{
		Points:  []point{{1, "a"}, {2, "b"}, {3, "c"}},
		Numbers: []int{1, 2, 3, 4, 5}, Empty: []int{1},
	}
	d := used
	null := &NULL{Value: true}
	m := Item{
		"Points":  &L{Value: []AV{&M{}, &M{Value: Item{"X": &N{Value: "7"}}}}},
		"Numbers": &L{Value: []AV{null, &N{Value: "9"}, null}}, "Empty": &L{},
	}
	if err := codec.DecodeStruct(codec.For(reflect.TypeFor[doc]()), m, reflect.ValueOf(&d).Elem()); err != nil {
		t.Fatal(err)
	}
	if want := (doc{[]point{{}, {X: 7}}, []int{0, 9, 0}, []int{}}); !reflect.DeepEqual(d, want) {
		t.Errorf("decoded %+v, want %+v", d, want)
	}
	if want := (doc{[]point{{1, "a"}, {2, "b"}, {3, "c"}}, []int{1, 2, 3, 4, 5}, []int{1}}); !reflect.DeepEqual(used, want) {
		t.Errorf("what was there is now %+v", used)
	}
	if rest := d.Numbers[:cap(d.Numbers)][3:]; len(rest) > 0 && rest[0] != 0 {
		t.Errorf("behind the numbers stands %v", rest)
	}
}
