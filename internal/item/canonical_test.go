package item_test

import (
	"bytes"
	"encoding/hex"
	"errors"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/dystore/dystore/internal/item"
	"github.com/dystore/dystore/internal/item/itemtest"
)

// The bytes are stored inside envelopes: they never change.
func TestCanonicalForm(t *testing.T) {
	for _, c := range []struct {
		av   AV
		want string
	}{
		{&S{Value: "hé"}, "01 03 68c3a9"}, {&S{}, "01 00"},
		{&N{Value: "01.50"}, "02 03 312e35"}, {&N{Value: "-0"}, "02 01 30"},
		{&B{Value: []byte{0, 255}}, "03 02 00ff"}, {&B{}, "03 00"},
		{&BOOL{Value: true}, "04 01"}, {&BOOL{}, "04 00"}, {&NULL{Value: true}, "05"},
		{&SS{Value: []string{"b", "", "ab", "b"}}, "06 03 00 02 6162 01 62"},
		{&NS{Value: []string{"9", "10", "9.0", "-1"}}, "07 03 02 2d31 02 3130 01 39"},
		{&BS{Value: [][]byte{{2}, {1, 1}}}, "08 02 02 0101 01 02"},
		{&L{}, "09 00"}, {&L{Value: []AV{&NULL{Value: true}, &BOOL{}}}, "09 02 05 04 00"},
		{&M{}, "0a 00"}, {&M{Value: Item{"b": &NULL{Value: true}, "a": &S{Value: "x"}}}, "0a 02 01 61 01 01 78 01 62 05"},
		{&S{Value: strings.Repeat("x", 128)}, "01 8001" + strings.Repeat("78", 128)},
	} {
		want := unhex(t, c.want)
		got, err := item.AppendCanonical([]byte("dst"), c.av)
		if err != nil || !bytes.Equal(got, append([]byte("dst"), want...)) {
			t.Errorf("AppendCanonical = %x, %v; want %x after dst", got, err, want)
		}
		back, err := item.ParseCanonical(want)
		if err != nil || !item.Equal(back, c.av) {
			t.Errorf("ParseCanonical(%x) = %s, %v", want, show(back), err)
		}
	}
}

func unhex(t testing.TB, s string) []byte {
	t.Helper()
	b, err := hex.DecodeString(strings.ReplaceAll(s, " ", ""))
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func TestAppendCanonicalRefuses(t *testing.T) {
	for _, c := range []struct {
		av   AV
		err  error
		text string
	}{
		{nil, item.ErrNoValue, "item: no value"},
		{&N{Value: "s3cret"}, item.ErrNotNumber, "item: not a number"},
		{&NS{Value: []string{"1E126"}}, item.ErrNumberTooBig, "item: magnitude is larger than 9.99E+125"},
		{&NULL{}, item.ErrNullFalse, "item: NULL must be true"},
		{&SS{}, item.ErrEmptySet, "item: empty set"}, {&NS{}, item.ErrEmptySet, "item: empty set"}, {&BS{}, item.ErrEmptySet, "item: empty set"},
		{&S{Value: "\xff"}, item.ErrNotUTF8, "item: text is not valid UTF-8"}, {&SS{Value: []string{"\xff"}}, item.ErrNotUTF8, "item: text is not valid UTF-8"},
		{&M{Value: Item{"": &S{}}}, item.ErrEmptyName, `item: [""]: empty attribute name`},
		{&L{Value: []AV{&S{}, &M{Value: Item{"a": nil}}}}, item.ErrNoValue, "item: [1].a: no value"},
		{nest(31, &L{}), item.ErrTooDeep, "item: " + strings.Repeat("a.", 30) + "a: nested deeper than 32 levels"},
		{nest(31, &M{}), item.ErrTooDeep, "item: " + strings.Repeat("a.", 30) + "a: nested deeper than 32 levels"},
		{nest(32, &S{}), item.ErrTooDeep, "item: " + strings.Repeat("a.", 30) + "a: nested deeper than 32 levels"},
	} {
		b, err := item.AppendCanonical(nil, c.av)
		if b != nil || !errors.Is(err, c.err) || err.Error() != c.text {
			t.Errorf("AppendCanonical = %x, %v; want %s", b, err, c.text)
		}
	}
}

func TestParseCanonicalRefuses(t *testing.T) {
	for name, s := range map[string]string{
		"nothing": "", "unknown type": "00", "type after the last": "0b 00", "trailing byte": "05 00", "no length": "01", "short text": "01 02 61",
		"length in more bytes than needed": "01 8100 61", "overlong zero": "01 8000", "length without end": "01 ff", "length of 2^64-1": "01 ffffffffffffffffff01",
		"eleven byte length": "01 80808080808080808080 01", "not UTF-8": "01 01 ff", "not UTF-8 in a set": "06 01 01 ff", "not UTF-8 as a name": "0a 01 01 ff 05",
		"bool 2": "04 02", "no bool": "04", "number not normal": "02 03 312e30", "no number": "02 01 78", "negative zero": "02 02 2d30",
		"empty set": "06 00", "set not sorted": "06 02 01 62 01 61", "set with a duplicate": "06 02 01 61 01 61", "number set not normal": "07 01 02 3031", "binary set not sorted": "08 02 01 02 01 01",
		"short set": "06 02 01 61", "list too short": "09 02 05", "count beyond input": "09 ff01 05", "map not sorted": "0a 02 01 62 05 01 61 05", "map with a duplicate": "0a 02 01 61 05 01 61 05",
		"empty name": "0a 01 00 05", "map without value": "0a 01 01 61", "too deep": strings.Repeat("09 01", 32) + "05", "empty list too deep": strings.Repeat("09 01", 31) + "09 00",
		"empty map too deep": strings.Repeat("09 01", 31) + "0a 00",
	} {
		av, err := item.ParseCanonical(unhex(t, s))
		if av != nil || !errors.Is(err, item.ErrMalformed) {
			t.Errorf("%s: %s, %v", name, show(av), err)
		}
	}
	if _, err := item.ParseCanonical(unhex(t, strings.Repeat("09 01", 31)+"05")); err != nil {
		t.Errorf("deepest list: %v", err)
	}
	long := append(append(unhex(t, "0a 01 808004"), bytes.Repeat([]byte("x"), 64<<10)...), 5)
	if _, err := item.ParseCanonical(long); !errors.Is(err, item.ErrMalformed) {
		t.Errorf("name of 65,536 bytes: %v", err)
	}
}

// Two values have the same bytes exactly if DynamoDB holds them equal.
func TestCanonicalIsInjective(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		a, b := itemtest.Value(2).Draw(t, "a"), itemtest.Value(2).Draw(t, "b")
		ca, cb := canonical(t, a), canonical(t, b)
		if bytes.Equal(ca, cb) != item.Equal(a, b) {
			t.Fatalf("canonical %x and %x, Equal = %v", ca, cb, item.Equal(a, b))
		}
	})
}

func canonical(t *rapid.T, av AV) []byte {
	b, err := item.AppendCanonical(nil, av)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func TestCanonicalRoundTrip(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		av := itemtest.Value(4).Draw(t, "value")
		c := canonical(t, av)
		back, err := item.ParseCanonical(c)
		if err != nil {
			t.Fatalf("ParseCanonical(%x): %v", c, err)
		}
		if !item.Equal(av, back) || !bytes.Equal(canonical(t, back), c) {
			t.Fatalf("%x came back as %s", c, show(back))
		}
	})
}

func TestParseCanonicalCopies(t *testing.T) {
	b := unhex(t, "09 03 03 01 61 08 01 01 62 01 01 63")
	av, err := item.ParseCanonical(b)
	if err != nil {
		t.Fatal(err)
	}
	clear(b)
	want := &L{Value: []AV{&B{Value: []byte("a")}, &BS{Value: [][]byte{[]byte("b")}}, &S{Value: "c"}}}
	if diff := cmp.Diff(AV(want), av, ignoreUnexported); diff != "" {
		t.Errorf("after the input changed (-want +got):\n%s", diff)
	}
}

// Lists nested in each other that all claim the rest of the input must not
// cost a multiple of it.
func TestParseCanonicalBoundsMemory(t *testing.T) {
	lie := bytes.Repeat([]byte{9, 0xff, 0xff, 0x17}, 31) // each claims 393,215 elements
	input := append(lie, make([]byte, 400<<10)...)
	r := testing.Benchmark(func(b *testing.B) {
		for b.Loop() {
			_, _ = item.ParseCanonical(input)
		}
	})
	if got := r.AllocedBytesPerOp(); got > 128<<10 {
		t.Errorf("%d bytes allocated", got)
	}
}

func FuzzParseCanonical(f *testing.F) {
	for _, s := range []string{"01 03 68c3a9", "06 03 00 02 6162 01 62", "07 03 02 2d31 02 3130 01 39", "0a 02 01 61 01 01 78 01 62 05", "09 02 05 04 00", "01 8100 61"} {
		f.Add(unhex(f, s))
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		av, err := item.ParseCanonical(b)
		if err != nil {
			return
		}
		again, err := item.AppendCanonical(nil, av)
		if err != nil || !bytes.Equal(again, b) {
			t.Fatalf("%x parsed, but is written %x, %v", b, again, err)
		}
		if item.CheckValue("a", av) != nil || !item.Equal(av, item.Clone(av)) {
			t.Fatalf("%x parsed to a value that DynamoDB refuses", b)
		}
	})
}
