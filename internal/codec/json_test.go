package codec_test

import (
	"errors"
	"maps"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/dystore/dystore/internal/codec"
	"github.com/dystore/dystore/internal/fromwire"
	"github.com/dystore/dystore/internal/item"
	"github.com/dystore/dystore/internal/towire"
	"github.com/dystore/dystore/internal/wire"
)

func none([]byte) bool { return false }

// sameJSON asserts that the JSON of a value is that of what it is encoded to.
func sameJSON(t interface {
	Helper()
	Fatalf(string, ...any)
}, c *codec.Codec, v reflect.Value, av AV) {
	t.Helper()
	b, there, err := towire.Of(c).Append([]byte(`{"Item":{"v":`), v)
	if err != nil || there != (av != nil) {
		t.Fatalf("%s: %v, %v; the codec has %v", v.Type(), there, err, av)
	}
	if !there {
		return
	}
	a, err := wire.Read(append(b, `}}`...), wire.One, "")
	if err != nil {
		t.Fatalf("%s: %v: %s", v.Type(), err, b)
	}
	if got := a.Items[0].Attr("v"); !cmp.Equal(av, got, sameAV) {
		t.Fatalf("%s is written as %s, encoded %#v", v.Type(), b, codec.Generic(av))
	}
	m, ok := av.(*M)
	if c.Kind() != codec.Struct || !ok || v.Kind() == reflect.Pointer {
		return
	}
	sameAttributes(t, c, v, m.Value, func(string) bool { return true })
	sameAttributes(t, c, v, m.Value, func(name string) bool { return len(name)%2 == 0 })
}

// sameAttributes asserts that some attributes of an item are written as they are encoded, and
// count as they do.
func sameAttributes(t interface {
	Helper()
	Fatalf(string, ...any)
}, c *codec.Codec, v reflect.Value, want Item, some func(name string) bool) {
	t.Helper()
	of := towire.Of(c).Attributes(some)
	if of == nil {
		return
	}
	want = maps.Clone(want)
	maps.DeleteFunc(want, func(name string, _ AV) bool { return !some(name) })
	for range 2 { // the second time it knows how long they were
		w, err := of.Write(v)
		if err != nil {
			t.Fatalf("%s: %v", v.Type(), err)
		}
		got, err := wire.Expand(Item{wire.WrittenName: w, "beside": &M{}})
		if err != nil {
			t.Fatalf("%s: %v: %s", v.Type(), err, w.JSON)
		}
		delete(got, "beside")
		if !cmp.Equal(want, got, sameAV) || (len(w.JSON) > 0) != (len(want) > 0) || w.Size != item.Size(want) {
			t.Fatalf("%s is written as %s, %d bytes; it counts %d, %#v", v.Type(), w.JSON, w.Size, item.Size(want), codec.Generic(&M{Value: want}))
		}
	}
}

// asRead is an item as an answer has it; nil if no answer could have it.
func asRead(m Item) *wire.Item {
	body := append(wire.AppendItem([]byte(`{"Item":`), m), '}')
	a, err := wire.Read(body, wire.One, "")
	if err != nil {
		return nil
	}
	return &a.Items[0]
}

// What is read from JSON is what is read by way of attribute values, and nothing is read
// that could not be read so.
func TestJSONAgrees(t *testing.T) {
	direct := 0
	rapid.Check(t, func(t *rapid.T) {
		v := drawStruct(t, rapid.Bool().Draw(t, "strict"))
		c := codec.For(v.Type())
		m, err := codec.EncodeStruct(c, v)
		if err != nil {
			t.Fatal(err)
		}
		it := asRead(m)
		if it == nil {
			t.Fatalf("the scanner refuses %v", m)
		}
		if checkJSON(t, c, it) {
			direct++
		}
	})
	if direct < 20 {
		t.Errorf("only %d values were read without attribute values", direct)
	}
}

// checkJSON reads an item in both ways. It reports whether JSON was enough.
func checkJSON(t rapid.TB, c *codec.Codec, it *wire.Item) bool {
	t.Helper()
	got := reflect.New(c.Type())
	err := fromwire.Of(c).Struct(it, none, false, got.Elem())
	if err != nil && !errors.Is(err, fromwire.ErrUnread) {
		t.Fatalf("%v: %v", c.Type(), err)
	}
	want := reflect.New(c.Type())
	switch slow := codec.DecodeStruct(c, it.Attrs(), want.Elem()); {
	case err == nil && slow != nil:
		t.Fatalf("%v is read from JSON, and by way of attribute values not: %v", c.Type(), slow)
	case err == nil && !reflect.DeepEqual(want.Interface(), got.Interface()):
		t.Fatalf("%v: from JSON %#v, by way of attribute values %#v", c.Type(), got.Elem(), want.Elem())
	}
	return err == nil
}

// The same for whatever is stored under the names that a type has.
func FuzzReadStruct(f *testing.F) {
	for _, s := range []string{"", "\x0d\x05\x00\x0a\x02", "\x0f\x04\x01\x0d\x02", "\x0a\x03\x06\x09\x0b", "\x0d\x05\x18\x0d\x05\x19\x01\x01\x02\x0a\x03\x05\x01"} {
		f.Add([]byte(s))
	}
	targets := []reflect.Type{reflect.TypeFor[doc](), reflect.TypeFor[whole](), reflect.TypeFor[Box[Box[[]doc]]]()}
	f.Fuzz(func(t *testing.T, data []byte) {
		tree := &treeOf{data}
		m := tree.attributes(0)
		for _, typ := range targets {
			if !sound(&M{Value: m}) {
				return // no JSON
			}
			if it := asRead(m); it != nil {
				checkJSON(t, codec.For(typ), it)
			}
		}
	})
}

// sound reports whether a value has no nil pointer and no unknown type in it.
func sound(av AV) bool {
	switch v := av.(type) {
	case nil, *types.UnknownUnionMember:
		return false
	case *L:
		return v != nil && !slices.ContainsFunc(v.Value, func(e AV) bool { return !sound(e) })
	case *M:
		return v != nil && !slices.ContainsFunc(slices.Collect(maps.Values(v.Value)), func(e AV) bool { return !sound(e) })
	}
	return !reflect.ValueOf(av).IsNil()
}

// An attribute that the type does not have, or a variant, is not passed over by who asks for
// everything.
func TestJSONExact(t *testing.T) {
	type inner struct{ A string }
	type outer struct {
		In   inner
		List []inner
	}
	c := codec.For(reflect.TypeFor[outer]())
	known, more := &M{Value: Item{"A": &S{Value: "x"}}}, &M{Value: Item{"A": &S{Value: "x"}, "B": &S{Value: "y"}}}
	for name, m := range map[string]Item{
		"top":     {"In": known, "other": &S{Value: "x"}},
		"inside":  {"In": more},
		"in list": {"List": &L{Value: []AV{known, more}}},
	} {
		for _, exact := range []bool{false, true} {
			err := fromwire.Of(c).Struct(asRead(m), none, exact, reflect.New(c.Type()).Elem())
			if (err != nil) != exact {
				t.Errorf("%s, exact %v: %v", name, exact, err)
			}
		}
	}
}

// A value of an ordinary struct costs a piece of memory for its texts, and what its
// pointers, slices and maps need.
func TestJSONAllocations(t *testing.T) {
	type row struct {
		ID, Name string
		N        int
		F        float64
		Yes      bool
		Sub      struct{ A, B string }
	}
	c := codec.For(reflect.TypeFor[row]())
	v := row{ID: "1", Name: "some name", N: 12, F: 1.5, Yes: true}
	v.Sub.A, v.Sub.B = "first", "second"
	m, err := codec.EncodeStruct(c, reflect.ValueOf(&v).Elem())
	if err != nil {
		t.Fatal(err)
	}
	it, plan := asRead(m), fromwire.Of(c)
	got := reflect.New(c.Type())
	if n := testing.AllocsPerRun(100, func() {
		got.Elem().SetZero()
		if err := plan.Struct(it, none, true, got.Elem()); err != nil {
			t.Fatal(err)
		}
	}); n > 2 {
		t.Errorf("%v allocations, want 2 at most", n)
	}
	if got.Elem().Interface() != v {
		t.Errorf("%+v", got.Elem())
	}
}

// Long texts and bytes are written with the request, wherever they are.
func TestLongTextsAreLate(t *testing.T) {
	type inner struct {
		Text string
		Raw  []byte
		N    int
	}
	type row struct {
		AA    string
		BB    []byte
		LL    []inner
		MM    map[string]inner
		Short string
	}
	long := strings.Repeat("a \"long\" tëxt\n", wire.Long/10)
	in := inner{Text: long, Raw: []byte(long), N: 7}
	v := row{AA: long, BB: []byte(long)[:wire.Long], LL: []inner{in, {Text: long[:wire.Long-1]}, in}, MM: map[string]inner{"a": in}, Short: "s"}
	c := codec.For(reflect.TypeFor[row]())
	want, err := codec.EncodeStruct(c, reflect.ValueOf(&v).Elem())
	if err != nil {
		t.Fatal(err)
	}
	all := func(string) bool { return true }
	sameAttributes(t, c, reflect.ValueOf(&v).Elem(), want, all)
	w, err := towire.Of(c).Attributes(all).Write(reflect.ValueOf(&v).Elem())
	if n := len(w.Append(nil)); err != nil || len(w.Late) != 8 || len(w.JSON) > 2*wire.Long || w.Len() < n*9/10 || w.Len() > n {
		t.Errorf("%d are late, %d bytes are written, %d of %d; %v", len(w.Late), len(w.JSON), w.Len(), n, err)
	}
}

// made is an attribute value that a marshaler makes.
type made struct{ av AV }

func (m made) MarshalDynamoDBAttributeValue() (AV, error) { return m.av, nil }

func (*made) UnmarshalDynamoDBAttributeValue(AV) error { return nil }

// Bytes that are nil, the SDK writes as null, which DynamoDB refuses: they are not written as
// empty ones.
func TestNoBytesAreNotWritten(t *testing.T) {
	none := &types.AttributeValueMemberB{}
	p := towire.Of(codec.For(reflect.TypeFor[made]()))
	for _, av := range []AV{none, &types.AttributeValueMemberBS{Value: [][]byte{{1}, nil}}, &L{Value: []AV{none}}, &M{Value: map[string]AV{"a": &L{Value: []AV{none}}}}} {
		if b, there, err := p.Append(nil, reflect.ValueOf(made{av})); !errors.Is(err, towire.ErrUnwritten) {
			t.Errorf("%s, %v, %v", b, there, err)
		}
	}
	if b, there, err := p.Append(nil, reflect.ValueOf(made{&types.AttributeValueMemberB{Value: []byte{}}})); !there || err != nil || string(b) != `{"B":""}` {
		t.Errorf("%s, %v, %v", b, there, err)
	}
}

// A value is written without memory for its parts, but for what holds the JSON.
func TestJSONTakesNoMemory(t *testing.T) {
	type row struct {
		ID, Name string
		N        int
		F        float64
		At       time.Time
		Tags     []string
		Sub      *struct{ A string }
		None     *string
	}
	v := row{ID: "1", Name: "some \"name\"", N: -12, F: 1.5, At: time.Now(), Tags: []string{"a", "b"}, Sub: &struct{ A string }{"x"}}
	p, b := towire.Of(codec.For(reflect.TypeFor[row]())), make([]byte, 0, 1024)
	if n := testing.AllocsPerRun(100, func() {
		if _, _, err := p.Append(b, reflect.ValueOf(&v).Elem()); err != nil {
			t.Fatal(err)
		}
	}); n != 1 {
		t.Errorf("%v allocations", n)
	}
}
