package item_test

import (
	"errors"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/dystore/dystore/internal/item"
	"github.com/dystore/dystore/internal/item/itemtest"
)

func TestCheckRefuses(t *testing.T) {
	kb := func(n int) string { return strings.Repeat("x", n<<10) }
	for _, c := range []struct {
		av   AV
		err  error
		text string
	}{
		{&N{Value: "x"}, item.ErrNotNumber, "item: a: not a number"},
		{&M{Value: Item{"b.c": &L{Value: []AV{&S{}, &NS{Value: []string{"1", "1.0"}}}}}}, item.ErrDuplicate, `item: a["b.c"][1]: set holds an element twice`},
		{&NS{Value: []string{"x"}}, item.ErrNotNumber, "item: a: not a number"},
		{&SS{Value: []string{"x", "y", "x"}}, item.ErrDuplicate, "item: a: set holds an element twice"},
		{&BS{Value: [][]byte{{1}, {1}}}, item.ErrDuplicate, "item: a: set holds an element twice"},
		{&SS{}, item.ErrEmptySet, "item: a: empty set"},
		{&NULL{}, item.ErrNullFalse, "item: a: NULL must be true"},
		{nil, item.ErrNoValue, "item: a: no value"},
		{&L{Value: []AV{nil}}, item.ErrNoValue, "item: a[0]: no value"},
		{&S{Value: "\xff"}, item.ErrNotUTF8, "item: a: text is not valid UTF-8"},
		{&SS{Value: []string{"\xff"}}, item.ErrNotUTF8, "item: a: text is not valid UTF-8"},
		{&M{Value: Item{"\xff": &S{}}}, item.ErrNotUTF8, `item: a["\xff"]: text is not valid UTF-8`},
		{&M{Value: Item{"": &S{}}}, item.ErrEmptyName, `item: a[""]: empty attribute name`},
		{&M{Value: Item{kb(64): &S{}}}, item.ErrLongName, "item: a[\"" + kb(64)[:128] + "...\"]: attribute name of more than 64 KB: 65536 bytes, limit 65535"},
		{&M{Value: Item{"z": nil, "b": &NULL{}, "c": nil}}, item.ErrNullFalse, "item: a.b: NULL must be true"},
		{nest(32, &S{}), item.ErrTooDeep, "item: " + strings.Repeat("a.", 31) + "a: nested deeper than 32 levels"},
		{nest(31, &L{}), item.ErrTooDeep, "item: " + strings.Repeat("a.", 31) + "a: nested deeper than 32 levels"},
		{nest(31, &M{}), item.ErrTooDeep, "item: " + strings.Repeat("a.", 31) + "a: nested deeper than 32 levels"},
	} {
		err := item.CheckValue("a", c.av)
		var typed *item.Error
		if !errors.As(err, &typed) || !errors.Is(err, c.err) || err.Error() != c.text {
			t.Errorf("CheckValue: %v\n want: %s", err, c.text)
		}
	}
}

func TestCheckAccepts(t *testing.T) {
	for name, av := range map[string]AV{
		"longest name": &M{Value: Item{strings.Repeat("x", 65535): &BOOL{}}},
		"deepest":      nest(31, &S{}),
		"deepest list": nest(30, &L{}),
		"empty values": &L{Value: []AV{&S{}, &B{}, &L{}, &M{}, &SS{Value: []string{""}}, &BS{Value: [][]byte{{}}}}},
	} {
		if err := item.CheckValue("a", av); err != nil {
			t.Errorf("%s: %v", name, err)
		}
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
	m := &M{Value: Item{"pk": &S{Value: "p"}, "n": &N{Value: "12345"}, "l": &L{Value: []AV{&S{Value: "x"}, &M{Value: Item{"b": &BOOL{}}}}}}}
	if n := testing.AllocsPerRun(100, func() { _ = item.CheckValue("a", m) }); n != 0 {
		t.Errorf("CheckValue allocates %v times", n)
	}
}
