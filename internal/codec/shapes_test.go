package codec_test

import (
	"encoding/json"
	"errors"
	"math/big"
	"net"
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

type (
	Name       string
	Age        int8
	Blob       []byte
	Colour     uint8 // has text methods
	Box[T any] struct{ V T }
	Moment     time.Time
	Level      int // has a String method and nothing else
)

func (c Colour) MarshalText() ([]byte, error) { return []byte{'c', byte('0' + c)}, nil }
func (c *Colour) UnmarshalText(text []byte) error {
	if len(text) != 2 || text[0] != 'c' {
		return errors.New("no colour")
	}
	*c = Colour(text[1] - '0')
	return nil
}
func (Level) String() string { return "level" }

var (
	sameAddr = cmp.Comparer(func(a, b netip.Addr) bool { return a == b })
	null     = &NULL{Value: true}
)

func TestScalars(t *testing.T) {
	type T struct {
		Name  Name
		Age   Age
		U64   uint64
		F32   float32
		F64   float64
		On    bool
		Num   attributevalue.Number
		JSON  json.Number
		Text  int     `dynamodbav:",string"`
		FText float64 `dynamodbav:",string"`
		Dur   time.Duration
	}
	roundTrips(t, T{"n", -7, 1<<64 - 1, 0.1, 1e21, true, "1.50", "-2e3", 12, 1.5, time.Second}, Item{
		"Name": &S{Value: "n"}, "Age": &N{Value: "-7"}, "U64": &N{Value: "18446744073709551615"}, "F32": &N{Value: "0.1"},
		"F64": &N{Value: "1000000000000000000000"}, "On": &BOOL{Value: true}, "Num": &N{Value: "1.50"}, "JSON": &N{Value: "-2e3"},
		"Text": &S{Value: "12"}, "FText": &S{Value: "1.5"}, "Dur": &N{Value: "1000000000"},
	})
	// Zeros are values; only the empty Number, which is no number, is absent.
	roundTrips(t, T{}, Item{
		"Name": &S{}, "Age": &N{Value: "0"}, "U64": &N{Value: "0"}, "F32": &N{Value: "0"}, "F64": &N{Value: "0"},
		"On": &BOOL{}, "Text": &S{Value: "0"}, "FText": &S{Value: "0"}, "Dur": &N{Value: "0"},
	})
	// Other notations of integers are integers.
	got := decode[T](t, Item{"Age": &N{Value: "1.20E2"}, "U64": &N{Value: "+5.0"}, "Text": &N{Value: "3"}})
	if want := (T{Age: 120, U64: 5, Text: 3}); got != want {
		t.Errorf("got %v, want %v", got, want)
	}
}

func TestNilAndEmpty(t *testing.T) {
	type T struct {
		L  []string
		M  map[string]string
		B  []byte
		P  *string
		A  any
		SS []string `dynamodbav:",stringset"`
		IP net.IP   // a text marshaler
	}
	wantItem(t, T{}, Item{})
	wantItem(t, &T{IP: net.IPv4zero}, Item{"IP": &S{Value: "0.0.0.0"}})
	empty := ""
	full := Item{"L": &L{Value: []AV{}}, "M": &M{Value: Item{}}, "B": &B{Value: []byte{}}, "P": &S{}, "A": &S{}}
	roundTrips(t, T{L: []string{}, M: map[string]string{}, B: []byte{}, P: &empty, A: ""}, full)
	// DynamoDB has no empty set: it is absent, and reads back nil.
	wantItem(t, T{SS: []string{}}, Item{})

	// NULL is absent, and what is absent replaces what was there.
	v := T{[]string{"x"}, map[string]string{"x": ""}, []byte{1}, &empty, 1, []string{"x"}, net.IPv4zero}
	for _, m := range []Item{nil, {"L": null, "M": null, "B": null, "P": null, "A": null, "SS": null, "IP": null}, {"A": (*S)(nil)}} {
		got := v
		if err := codec.DecodeStruct(codec.For(reflect.TypeFor[T]()), m, reflect.ValueOf(&got).Elem()); err != nil {
			t.Fatal(err)
		}
		if d := cmp.Diff(T{}, got); d != "" {
			t.Errorf("decoding %v:\n%s", m, d)
		}
	}

	// Inside lists and maps a nil keeps its place.
	type C struct {
		L []*int
		M map[string][]int
		A []any
	}
	one := 1
	roundTrips(t, C{[]*int{nil, &one}, map[string][]int{"n": nil, "e": {}}, []any{nil, "x"}}, Item{
		"L": &L{Value: []AV{null, &N{Value: "1"}}}, "M": &M{Value: Item{"n": null, "e": &L{Value: []AV{}}}}, "A": &L{Value: []AV{null, &S{Value: "x"}}},
	})
}

func TestText(t *testing.T) {
	type T struct {
		ID    uuid.UUID
		Addr  netip.Addr
		Big   big.Int
		PBig  *big.Int
		Link  url.URL
		PLink *url.URL
		C     Colour
		Cs    []Colour
		ByID  map[uuid.UUID]int
		ByC   map[Colour]string
		Ids   []uuid.UUID `dynamodbav:",stringset"`
		Sole  struct{ uuid.UUID }
		Own   ownText
	}
	id := uuid.MustParse("6ba7b810-9dad-11d1-80b4-00c04fd430c8")
	link, _ := url.Parse("https://u:p@example.org/a%2Fb?c=d#e")
	v := T{
		ID: id, Addr: netip.MustParseAddr("2001:db8::1"), Big: *big.NewInt(-12), PBig: big.NewInt(34), Link: *link, PLink: link,
		C: 3, Cs: []Colour{1, 2}, ByID: map[uuid.UUID]int{id: 1}, ByC: map[Colour]string{5: "x"}, Ids: []uuid.UUID{id}, Own: ownText{UUID: id, N: 7},
	}
	v.Sole.UUID = id
	text := id.String()
	roundTrips(t, v, Item{
		"ID": &S{Value: text}, "Addr": &S{Value: "2001:db8::1"}, "Big": &S{Value: "-12"}, "PBig": &S{Value: "34"},
		"Link": &S{Value: link.String()}, "PLink": &S{Value: link.String()}, "C": &S{Value: "c3"},
		"Cs": &L{Value: []AV{&S{Value: "c1"}, &S{Value: "c2"}}}, "ByID": &M{Value: Item{text: &N{Value: "1"}}},
		"ByC": &M{Value: Item{"c5": &S{Value: "x"}}}, "Ids": &SS{Value: []string{text}}, "Sole": &S{Value: text}, "Own": &S{Value: "7"},
	}, sameAddr, cmp.Comparer(func(a, b big.Int) bool { return a.Cmp(&b) == 0 }), cmp.AllowUnexported(url.Userinfo{}),
		cmp.Comparer(func(a, b ownText) bool { return a.N == b.N }))

	// What attributevalue stored as binary is still read.
	if got := decode[T](t, Item{"ID": &B{Value: id[:]}}); got.ID != id {
		t.Errorf("UUID from B is %v", got.ID)
	}
}

// ownText embeds a text marshaler and declares the methods itself.
type ownText struct {
	uuid.UUID
	N int
}

func (o ownText) MarshalText() ([]byte, error)     { return []byte{byte('0' + o.N)}, nil }
func (o *ownText) UnmarshalText(text []byte) error { o.N = int(text[0] - '0'); return nil }

func TestTimes(t *testing.T) {
	type T struct {
		At    time.Time
		Unix  time.Time            `dynamodbav:",unixtime"`
		PUnix *time.Time           `dynamodbav:",unixtime"`
		Unixs []time.Time          `dynamodbav:",unixtime"`
		ByK   map[string]time.Time `dynamodbav:",unixtime"`
		Set   []time.Time          `dynamodbav:",numberset,unixtime"`
		Omit  time.Time            `dynamodbav:",omitempty"`
		OmitU time.Time            `dynamodbav:",omitempty,unixtime"`
		M     Moment
	}
	at := time.Date(2024, 2, 3, 4, 5, 6, 7000, time.FixedZone("", 2*3600))
	sec := time.Unix(1700000000, 0).UTC()
	n := &N{Value: "1700000000"}
	same := cmp.Comparer(func(a, b Moment) bool { return time.Time(a).Equal(time.Time(b)) })
	roundTrips(t, T{at, sec, &sec, []time.Time{sec}, map[string]time.Time{"k": sec}, []time.Time{sec}, sec, sec, Moment(at)}, Item{
		"At": &S{Value: "2024-02-03T04:05:06.000007+02:00"}, "Unix": n, "PUnix": n, "Unixs": &L{Value: []AV{n}}, "ByK": &M{Value: Item{"k": n}},
		"Set": &NS{Value: []string{"1700000000"}}, "Omit": &S{Value: "2023-11-14T22:13:20Z"}, "OmitU": n, "M": &S{Value: "2024-02-03T04:05:06.000007+02:00"},
	}, same)
	// The zero time is stored as attributevalue stores it, and omitempty omits it.
	roundTrips(t, T{}, Item{"At": &S{Value: "0001-01-01T00:00:00Z"}, "Unix": &N{Value: "-62135596800"}, "M": &S{Value: "0001-01-01T00:00:00Z"}}, same)
	// Either form is read whatever the option is.
	got := decode[T](t, Item{"At": n, "Unix": &S{Value: "2023-11-14T22:13:20Z"}})
	if !got.At.Equal(sec) || !got.Unix.Equal(sec) || got.At.Location() != time.UTC {
		t.Errorf("got %v and %v", got.At, got.Unix)
	}
	// A zone that RFC 3339 cannot write does not move the instant.
	for _, offset := range []int{1172, -1, 24 * 3600, -30 * 3600} {
		odd := time.Date(2024, 2, 3, 4, 5, 6, 0, time.FixedZone("", offset))
		if got := decode[T](t, encode(t, T{At: odd})); !got.At.Equal(odd) {
			t.Errorf("offset %d: %v became %v", offset, odd, got.At)
		}
	}
}

func TestSets(t *testing.T) {
	type T struct {
		Words  []string            `dynamodbav:",stringset"`
		Nums   [2]int              `dynamodbav:",numberset"`
		Blobs  [][]byte            // without being told
		Blobs2 [][2]byte           `dynamodbav:",binaryset"`
		Keys   map[string]struct{} `dynamodbav:",stringset"`
		True   map[int]bool        `dynamodbav:",numberset"`
		Ptrs   []*string           `dynamodbav:",stringset"`
		Drop   []string            `dynamodbav:",stringset,omitemptyelem"`
		Costs  []Money             `dynamodbav:",numberset"`
	}
	x := "x"
	v := T{
		[]string{"b", "a", ""}, [2]int{10, 9}, [][]byte{{2}, {}}, [][2]byte{{1, 2}}, map[string]struct{}{"k2": {}, "k1": {}},
		map[int]bool{1: true, 2: false}, []*string{&x}, []string{"d", ""}, []Money{{3}},
	}
	want := Item{
		"Words": &SS{Value: []string{"b", "a", ""}}, "Nums": &NS{Value: []string{"10", "9"}}, "Blobs": &BS{Value: [][]byte{{2}, {}}},
		"Blobs2": &BS{Value: [][]byte{{1, 2}}}, "Keys": &SS{Value: []string{"k1", "k2"}}, "True": &NS{Value: []string{"1"}},
		"Ptrs": &SS{Value: []string{"x"}}, "Drop": &SS{Value: []string{"d"}}, "Costs": &NS{Value: []string{"3"}},
	}
	wantItem(t, v, want)
	v.True, v.Drop = map[int]bool{1: true}, []string{"d"}
	roundTrips(t, v, want)
	// A set without an element is absent.
	wantItem(t, T{Nums: [2]int{1, 2}, Drop: []string{""}, True: map[int]bool{2: false}, Keys: map[string]struct{}{}}, Item{"Nums": &NS{Value: []string{"1", "2"}}})
}

func TestSetsAndListsReadEachOther(t *testing.T) {
	type T struct {
		Set  []string `dynamodbav:",stringset"`
		List []string
		Keys map[string]bool `dynamodbav:",stringset"`
	}
	l := &L{Value: []AV{&S{Value: "a"}, &S{Value: "b"}}}
	got := decode[T](t, Item{"Set": l, "List": &SS{Value: []string{"a", "b"}}, "Keys": l})
	if d := cmp.Diff(T{[]string{"a", "b"}, []string{"a", "b"}, map[string]bool{"a": true, "b": true}}, got); d != "" {
		t.Error(d)
	}
}
