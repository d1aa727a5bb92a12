package packed

import (
	"maps"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
	"pgregory.net/rapid"

	"github.com/dystore/dystore/internal/engine/attr"
)

func s(v string) attr.Value        { return &types.AttributeValueMemberS{Value: v} }
func n(v string) attr.Value        { return &types.AttributeValueMemberN{Value: v} }
func b(v string) attr.Value        { return &types.AttributeValueMemberB{Value: []byte(v)} }
func l(v ...attr.Value) attr.Value { return &types.AttributeValueMemberL{Value: v} }
func m(v attr.Item) attr.Value     { return &types.AttributeValueMemberM{Value: v} }

// anyValue generates values of every type as requests have them: numbers in any
// notation, sets in any order, and now and then one that is not valid.
func anyValue(depth int) *rapid.Generator[attr.Value] {
	number := rapid.StringMatching(`-?[0-9]{1,20}(\.[0-9]{1,10})?(E[0-9]{1,2})?`)
	texts := rapid.SliceOfN(rapid.StringN(0, 5, -1), 0, 4)
	options := []*rapid.Generator[attr.Value]{
		rapid.Map(rapid.String(), s), rapid.Map(number, n), rapid.Map(rapid.String(), b),
		rapid.Map(rapid.Bool(), func(v bool) attr.Value { return &types.AttributeValueMemberBOOL{Value: v} }),
		rapid.Just[attr.Value](&types.AttributeValueMemberNULL{Value: true}),
		rapid.Map(texts, func(v []string) attr.Value { return &types.AttributeValueMemberSS{Value: v} }),
		rapid.Map(rapid.SliceOfN(number, 0, 4), func(v []string) attr.Value { return &types.AttributeValueMemberNS{Value: v} }),
		rapid.Map(texts, func(v []string) attr.Value {
			set := &types.AttributeValueMemberBS{}
			for _, e := range v {
				set.Value = append(set.Value, []byte(e))
			}
			return set
		}),
		rapid.SampledFrom([]attr.Value{nil, n("one"), (*types.AttributeValueMemberS)(nil), (*types.AttributeValueMemberM)(nil), &types.AttributeValueMemberNULL{}}),
	}
	if depth > 0 {
		inner := rapid.Deferred(func() *rapid.Generator[attr.Value] { return anyValue(depth - 1) })
		options = append(options,
			rapid.Map(rapid.SliceOfN(inner, 0, 3), func(v []attr.Value) attr.Value { return l(v...) }),
			rapid.Map(rapid.MapOfN(rapid.StringN(0, 3, -1), inner, 0, 3), func(v map[string]attr.Value) attr.Value { return m(v) }),
		)
	}
	return rapid.OneOf(options...)
}

func anyItem() *rapid.Generator[attr.Item] {
	return rapid.MapOfN(rapid.StringN(1, 3, -1), anyValue(3), 0, 6)
}

// What comes out of an item is what ReadItem makes of the same values, and so
// are the errors.
func TestPackedIsWhatReadItemReads(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		given := anyItem().Draw(t, "item")
		want, wantErr := attr.ReadItem(given)
		packed, size, err := Append([]byte("before"), given)
		if err != nil || wantErr != nil {
			if err != wantErr {
				t.Fatalf("error %v, want %v", err, wantErr)
			}
			return
		}
		it := Item(packed[len("before"):])
		if !reflect.DeepEqual(it.Decode(nil), want) {
			t.Fatalf("%v, want %v", it.Decode(nil), want)
		}
		if size != attr.ItemSize(want) || it.Size(nil) != size {
			t.Fatalf("sizes %d and %d, want %d", size, it.Size(nil), attr.ItemSize(want))
		}
		if string(Encode(want)) != string(it) {
			t.Fatal("Encode has other bytes")
		}
		if checked, n, err := Check([]byte(it)); checked != it || n != size || err != nil {
			t.Fatalf("Check: %d, %v", n, err)
		}
		choose(t, it, want)
	})
}

// choose asks for some of the attributes, in every way.
func choose(t *rapid.T, it Item, all attr.Item) {
	names, want := Names{"not in the item": true}, attr.Item{}
	for name, v := range all {
		if !reflect.DeepEqual(it.Get(name), v) {
			t.Fatalf("%s is %v, want %v", name, it.Get(name), v)
		}
		if rapid.Bool().Draw(t, "chosen") {
			names[name], want[name] = true, v
		}
	}
	if it.Get("not in the item") != nil {
		t.Fatal("a value that is not there")
	}
	if !reflect.DeepEqual(it.Decode(names), want) {
		t.Fatalf("%v, want %v", it.Decode(names), want)
	}
	if it.Size(names) != attr.ItemSize(want) || string(it.Keep(names)) != string(Encode(want)) {
		t.Fatalf("size %d, kept %q", it.Size(names), it.Keep(names))
	}
}

// Files have items in this form.
func TestStoredForm(t *testing.T) {
	item := attr.Item{
		"s": s("text"), "n": n("-1.5"), "b": b("\x00"), "t": &types.AttributeValueMemberBOOL{Value: true}, "f": &types.AttributeValueMemberBOOL{},
		"z": &types.AttributeValueMemberNULL{Value: true}, "l": l(n("1"), m(attr.Item{"é": s("")})), "long": s(strings.Repeat("x", 200)),
		"ss": &types.AttributeValueMemberSS{Value: []string{"a", "b"}}, "ns": &types.AttributeValueMemberNS{Value: []string{"9", "10"}},
		"bs": &types.AttributeValueMemberBS{Value: [][]byte{{1}, {}}},
	}
	const want = "\x01\x0b" + "\x01b\x03\x01\x00" + "\x02bs\x06\x02\x01\x01\x00" + "\x01f\x0a" + "\x01l\x08\x02\x02\x011\x07\x01\x02\xc3\xa9\x01\x00" +
		"\x04long\x01\xc8\x01"
	const rest = "\x01n\x02\x04-1.5" + "\x02ns\x05\x02\x019\x0210" + "\x01s\x01\x04text" + "\x02ss\x04\x02\x01a\x01b" + "\x01t\x09" + "\x01z\x0b"
	if got := string(Encode(item)); got != want+strings.Repeat("x", 200)+rest {
		t.Errorf("%q", got)
	}
}

func TestNoItem(t *testing.T) {
	if none := Item(""); none.Decode(nil) != nil || none.Decode(Names{"a": true}) != nil || none.Keep(Names{"a": true}) != none {
		t.Error("no item is one")
	}
}

// Nobody has the memory of somebody else, and appending to one value does not
// write to the next.
func TestDecodedValuesAreTheCallers(t *testing.T) {
	it := Item(Encode(attr.Item{"a": b("one"), "b": b("two"), "l": l(s("x")), "m": l(s("y"))}))
	first := it.Decode(nil)
	for _, name := range []string{"a", "b"} {
		v := first[name].(*types.AttributeValueMemberB)
		v.Value[0] = '!'
		v.Value = append(v.Value, '!')
	}
	for _, name := range []string{"l", "m"} {
		v := first[name].(*types.AttributeValueMemberL)
		v.Value[0] = nil
		v.Value = append(v.Value, nil)
	}
	want := attr.Item{"a": b("one"), "b": b("two"), "l": l(s("x")), "m": l(s("y"))}
	if got := it.Decode(nil); !reflect.DeepEqual(got, want) {
		t.Errorf("%v", got)
	}
	if a, b := first["a"].(*types.AttributeValueMemberB), first["b"].(*types.AttributeValueMemberB); string(a.Value) != "!ne!" || string(b.Value) != "!wo!" {
		t.Errorf("%s, %s", a.Value, b.Value)
	}
}

// An item costs its maps, and one piece for each type of values.
func TestDecodeAllocations(t *testing.T) {
	small := attr.Item{"pk": s("a"), "sk": n("1"), "name": s("b"), "count": n("2"), "note": s("c")}
	many := attr.Item{}
	for i := range 100 {
		many["b"+strconv.Itoa(i)] = b("bytes")
	}
	for _, c := range []struct {
		item attr.Item
		want float64
	}{
		{small, 2 + 2},
		{attr.Item{"l": l(slices.Collect(maps.Values(small))...)}, 2 + 2 + 2},
		{attr.Item{"l": l(l(n("1")), l(n("2")), l(n("3")))}, 2 + 3},
		{attr.Item{"t": &types.AttributeValueMemberBOOL{Value: true}, "f": &types.AttributeValueMemberBOOL{}, "n": &types.AttributeValueMemberNULL{Value: true}}, 2 + 2},
	} {
		it := Item(Encode(c.item))
		if got := testing.AllocsPerRun(50, func() { it.Decode(nil) }); got > c.want {
			t.Errorf("%v allocations, want %v: %v", got, c.want, c.item)
		}
	}
	it := Item(Encode(many))
	var filled attr.Item
	empty := testing.AllocsPerRun(50, func() {
		filled = make(attr.Item, len(many))
		for name := range many {
			filled[name] = nil
		}
	})
	if got := testing.AllocsPerRun(50, func() { it.Decode(nil) }); got > empty+2 {
		t.Errorf("%v allocations for %d binaries, and %v for the map", got, len(filled), empty)
	}
}

func TestCheckRefuses(t *testing.T) {
	deep := s("leaf")
	for range attr.MaxDepth {
		deep = l(deep)
	}
	for what, bytes := range map[string][]byte{
		"nothing":                nil,
		"another version":        {version + 1, 0},
		"more after the end":     {version, 0, 0},
		"an unknown tag":         {version, 1, 1, 'a', tagNull + 1},
		"a cut text":             {version, 1, 1, 'a', tagS, 2, 'x'},
		"names out of order":     {version, 2, 1, 'b', tagNull, 1, 'a', tagNull},
		"a name twice":           {version, 2, 1, 'a', tagNull, 1, 'a', tagNull},
		"a long form of a count": {version, 1, 1, 'a', tagS, 0x80, 0},
		"a count beyond the end": {version, 0xff, 0xff, 0xff, 0xff, 0x7f},
		"a count without an end": {version, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff},
		"a text as a number":     {version, 1, 1, 'a', tagN, 1, 'x'},
		"a text among numbers":   {version, 1, 1, 'a', tagNS, 1, 1, 'x'},
		"33 levels":              Encode(attr.Item{"a": deep}),
	} {
		if it, _, err := Check(bytes); err != ErrMalformed {
			t.Errorf("%s: %q, %v", what, it, err)
		}
	}
}

// Any bytes are an item or refused, and the items can be used in every way.
func FuzzCheck(f *testing.F) {
	f.Add(Encode(attr.Item{"a": s("x"), "b": l(n("1"), m(attr.Item{"c": &types.AttributeValueMemberNS{Value: []string{"1", "2"}}}))}))
	f.Add(Encode(attr.Item{"a": b("x"), "b": &types.AttributeValueMemberBS{Value: [][]byte{{1}, {}}}, "c": &types.AttributeValueMemberBOOL{Value: true}}))
	f.Add([]byte{version, 1, 1, 'a', tagL, 200})
	f.Fuzz(func(t *testing.T, data []byte) {
		it, size, err := Check(data)
		if err != nil {
			return
		}
		item := it.Decode(nil)
		if string(Encode(item)) != string(data) || attr.ItemSize(item) != size {
			t.Fatalf("%v reads back as %q", item, Encode(item))
		}
		for name, v := range item {
			one := Names{name: true}
			if !reflect.DeepEqual(it.Get(name), v) || !reflect.DeepEqual(it.Keep(one).Decode(nil), it.Decode(one)) {
				t.Fatalf("%s is %v", name, it.Get(name))
			}
		}
		it.AppendJSON(nil)
	})
}
