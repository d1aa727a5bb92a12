package codec

import (
	"math/big"
	"net/netip"
	"net/url"
	"reflect"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/feature/dynamodb/attributevalue"
	"github.com/google/go-cmp/cmp"
	"github.com/google/uuid"
)

type base struct {
	Created time.Time `dynamodbav:"created,unixtime"`
	Note    string    `dynamodbav:"note,omitempty"`
}

type Extra struct {
	Colour string `dynamodbav:"colour"`
}

type geo struct{ Lat, Lon string }

type person struct {
	base
	*Extra
	ID     uuid.UUID      `dynamodbav:"id"`
	Name   string         `dynamodbav:"name"`
	Age    int8           `dynamodbav:"age"`
	Score  float64        `dynamodbav:"score"`
	Alive  bool           `dynamodbav:"alive"`
	Tags   []string       `dynamodbav:"tags,stringset"`
	Nums   map[int]bool   `dynamodbav:"nums,numberset"`
	Past   []*geo         `dynamodbav:"past"`
	Homes  map[string]geo `dynamodbav:"homes"`
	Addr   netip.Addr     `dynamodbav:"addr"`
	Big    *big.Int       `dynamodbav:"big"`
	Link   url.URL        `dynamodbav:"link"`
	At     time.Time      `dynamodbav:"at"`
	Raw    []byte         `dynamodbav:"raw"`
	Fixed  [4]byte        `dynamodbav:"fixed"`
	Open   any            `dynamodbav:"open"`
	Next   *person        `dynamodbav:"next"`
	Secret string         `dynamodbav:"-"`
	hidden int
}

func TestRoundTripOfEverything(t *testing.T) {
	link, err := url.Parse("https://example.org/a?b=c")
	if err != nil {
		t.Fatal(err)
	}
	in := person{
		base: base{Created: time.Unix(1700000000, 0).UTC(), Note: "n"}, Extra: &Extra{"red"},
		ID: uuid.MustParse("6ba7b810-9dad-11d1-80b4-00c04fd430c8"), Name: "john", Age: -3, Score: 1.5, Alive: true,
		Tags: []string{"b", "a"}, Nums: map[int]bool{3: true}, Past: []*geo{{"1", "2"}, nil},
		Homes: map[string]geo{"x": {"3", "4"}}, Addr: netip.MustParseAddr("::1"), Big: big.NewInt(7), Link: *link,
		At: time.Date(2024, 1, 2, 3, 4, 5, 600, time.UTC), Raw: []byte{}, Fixed: [4]byte{1, 2, 3, 4},
		Open: map[string]any{"n": attributevalue.Number("1")}, Next: &person{Name: "next", Link: *link},
	}
	c := For(reflect.TypeFor[person]())
	if err := c.Err(); err != nil {
		t.Fatal(err)
	}
	m, err := EncodeStruct(c, reflect.ValueOf(in))
	if err != nil {
		t.Fatal(err)
	}
	var out person
	if err := DecodeStruct(c, m, reflect.ValueOf(&out).Elem()); err != nil {
		t.Fatal(err)
	}
	opts := cmp.Options{cmp.AllowUnexported(person{}, base{}), cmp.Comparer(func(a, b *big.Int) bool {
		return a == b || a != nil && b != nil && a.Cmp(b) == 0
	}), cmp.Comparer(func(a, b netip.Addr) bool { return a == b })}
	if d := cmp.Diff(in, out, opts); d != "" {
		t.Error(d)
	}
}
