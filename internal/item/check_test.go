package item_test

import (
	"errors"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/dystore/dystore/internal/item"
	"github.com/dystore/dystore/internal/item/itemtest"
)

// with returns a sound item with one more attribute.
func with(name string, av AV) Item { return Item{"pk": &S{Value: "p"}, "sk": &N{Value: "1"}, name: av} }

func TestCheckRefuses(t *testing.T) {
	kb := func(n int) string { return strings.Repeat("x", n<<10) }
	for _, c := range []struct {
		m    Item
		err  error
		text string
	}{
		{Item{"sk": &N{Value: "1"}}, item.ErrNoKey, "item: pk: key attribute is missing"},
		{Item{"pk": &S{Value: "p"}}, item.ErrNoKey, "item: sk: key attribute is missing"},
		{with("pk", &BOOL{}), item.ErrKeyType, "item: pk: key attribute is not a string, number or binary"},
		{with("pk", &S{}), item.ErrEmptyKey, "item: pk: key attribute is empty"},
		{with("pk", &B{}), item.ErrEmptyKey, "item: pk: key attribute is empty"},
		{with("pk", &S{Value: kb(2) + "x"}), item.ErrLongKey, "item: pk: key attribute is too long: 2049 bytes, limit 2048"},
		{with("pk", &B{Value: []byte(kb(2) + "x")}), item.ErrLongKey, "item: pk: key attribute is too long: 2049 bytes, limit 2048"},
		{with("sk", &S{Value: kb(1) + "x"}), item.ErrLongKey, "item: sk: key attribute is too long: 1025 bytes, limit 1024"},
		{with("pk", &N{Value: "x"}), item.ErrNotNumber, "item: pk: not a number"},
		{with("pk", &S{Value: "\xff"}), item.ErrNotUTF8, "item: pk: text is not valid UTF-8"},
		{with("a", &N{Value: "x"}), item.ErrNotNumber, "item: a: not a number"},
		{with("a", &M{Value: Item{"b.c": &L{Value: []AV{&S{}, &NS{Value: []string{"1", "1.0"}}}}}}), item.ErrDuplicate, `item: a["b.c"][1]: set holds an element twice`},
		{with("a", &NS{Value: []string{"x"}}), item.ErrNotNumber, "item: a: not a number"},
		{with("a", &SS{Value: []string{"x", "y", "x"}}), item.ErrDuplicate, "item: a: set holds an element twice"},
		{with("a", &BS{Value: [][]byte{{1}, {1}}}), item.ErrDuplicate, "item: a: set holds an element twice"},
		{with("a", &SS{}), item.ErrEmptySet, "item: a: empty set"},
		{with("a", &NULL{}), item.ErrNullFalse, "item: a: NULL must be true"},
		{with("a", nil), item.ErrNoValue, "item: a: no value"},
		{with("a", &L{Value: []AV{nil}}), item.ErrNoValue, "item: a[0]: no value"},
		{with("a", &S{Value: "\xff"}), item.ErrNotUTF8, "item: a: text is not valid UTF-8"},
		{with("a", &SS{Value: []string{"\xff"}}), item.ErrNotUTF8, "item: a: text is not valid UTF-8"},
		{with("a", &M{Value: Item{"\xff": &S{}}}), item.ErrNotUTF8, `item: a["\xff"]: text is not valid UTF-8`},
		{with("", &S{}), item.ErrEmptyName, `item: [""]: empty attribute name`},
		{with("a", &M{Value: Item{"": &S{}}}), item.ErrEmptyName, `item: a[""]: empty attribute name`},
		{with(kb(64), &S{}), item.ErrLongName, "item: [\"" + kb(64)[:128] + "...\"]: attribute name of more than 64 KB: 65536 bytes, limit 65535"},
		{with("a", &M{Value: Item{"z": nil, "b": &NULL{}, "c": nil}}), item.ErrNullFalse, "item: a.b: NULL must be true"},
		{with("a", nest(32, &S{})), item.ErrTooDeep, "item: " + strings.Repeat("a.", 31) + "a: nested deeper than 32 levels"},
		{with("a", nest(31, &L{})), item.ErrTooDeep, "item: " + strings.Repeat("a.", 31) + "a: nested deeper than 32 levels"},
		{with("a", nest(31, &M{})), item.ErrTooDeep, "item: " + strings.Repeat("a.", 31) + "a: nested deeper than 32 levels"},
		{with("a", &M{Value: Item{"b": &S{Value: kb(399)}, "c": &S{Value: kb(2)}}}), item.ErrTooLarge,
			"item: larger than 400 KB: 410639 bytes; largest: a.b 408577, sk 4, pk 3"},
	} {
		err := item.Check(c.m, "pk", "sk")
		var typed *item.Error
		if !errors.As(err, &typed) || !errors.Is(err, c.err) || err.Error() != c.text {
			t.Errorf("Check: %v\n want: %s", err, c.text)
		}
	}
}

func TestCheckAccepts(t *testing.T) {
	full := with("a", &S{})
	full["a"] = &S{Value: strings.Repeat("x", item.MaxSize-item.Size(full))}
	for name, m := range map[string]Item{
		"minimal":      with("pk", &S{Value: "x"}),
		"exactly full": full,
		"longest keys": {"pk": &S{Value: strings.Repeat("x", 2048)}, "sk": &B{Value: make([]byte, 1024)}},
		"longest name": with(strings.Repeat("x", 65535), &BOOL{}),
		"deepest":      with("a", nest(31, &S{})),
		"deepest list": with("a", nest(30, &L{})),
		"empty values": with("a", &L{Value: []AV{&S{}, &B{}, &L{}, &M{}, &SS{Value: []string{""}}, &BS{Value: [][]byte{{}}}}}),
	} {
		if err := item.Check(m, "pk", "sk"); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
	if err := item.Check(Item{"pk": &S{Value: "x"}}, "pk", ""); err != nil {
		t.Errorf("without sort key: %v", err)
	}
}

// An item one byte over the limit is refused, whatever holds the byte.
func TestCheckSizeBoundary(t *testing.T) {
	m := with("a", &B{})
	m["a"] = &B{Value: make([]byte, item.MaxSize-item.Size(m)+1)}
	if err := item.Check(m, "pk", "sk"); !errors.Is(err, item.ErrTooLarge) {
		t.Errorf("409,601 bytes: %v", err)
	}
}

func TestCheckGenerated(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		av := itemtest.Value(3).Draw(t, "value")
		if err := item.CheckValue("a", av); err != nil {
			t.Fatal(err)
		}
		if d := item.Depth(av); d > 5 {
			t.Fatalf("depth %d", d)
		}
	})
}

func TestCheckAllocatesNothingForScalars(t *testing.T) {
	m := Item{"pk": &S{Value: "p"}, "n": &N{Value: "12345"}, "l": &L{Value: []AV{&S{Value: "x"}, &M{Value: Item{"b": &BOOL{}}}}}}
	if n := testing.AllocsPerRun(100, func() { _ = item.Check(m, "pk", "") }); n != 0 {
		t.Errorf("Check allocates %v times", n)
	}
}
