package joined_test

import (
	"cmp"
	"math"
	"slices"
	"strconv"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/dystore/dystore/internal/joined"
)

func TestEscape(t *testing.T) {
	for text, want := range map[string]string{
		"":                "",
		"c1":              "c1",
		"New York":        "New$20York",
		"a#b":             "a$23b",
		"$":               "$24",
		"\x00\x1f \"!":    "$00$1f$20$22$21",
		"%&'ä€😀~":         "%&'ä€😀~",
		"$20":             "$2420",
		"#":               "$23",
		"\U0010FFFF\x7f%": "\U0010FFFF\x7f%",
	} {
		got := joined.Escape(text)
		if got != want {
			t.Errorf("%q: %q, want %q", text, got, want)
		}
		if back, err := joined.Unescape(got); err != nil || back != text {
			t.Errorf("%q: read back as %q, %v", text, back, err)
		}
		if joined.Plain(text) != (text == want) {
			t.Errorf("%q: Plain is %v", text, joined.Plain(text))
		}
	}
}

func TestWrongSegments(t *testing.T) {
	unescape := func(s string) error { _, err := joined.Unescape(s); return err }
	number := func(s string) error { _, err := joined.ParseNumber(s); return err }
	binary := func(s string) error { _, err := joined.ParseBinary(s); return err }
	for _, c := range []struct {
		parse         func(string) error
		segment, want string
	}{
		{unescape, "a b", "has the byte 20, which is escaped in a key"},
		{unescape, "a#", "has the byte 23, which is escaped in a key"},
		{unescape, "a$", "ends inside an escaped character"},
		{unescape, "a$2", "ends inside an escaped character"},
		{unescape, "$25", `has "$25", which is no escaped character`},
		{unescape, "$1F", `has "$1F", which is no escaped character`},
		{unescape, "$zz", `has "$zz", which is no escaped character`},
		{binary, "0", `is "0", which is not binary in lower-case hexadecimal`},
		{binary, "0A", `is "0A", which is not binary in lower-case hexadecimal`},
		{number, "", `is "", which is not a number of 20 characters as keys have them`},
		{number, "17", `is "17", which is not a number of 20 characters as keys have them`},
		{number, "+0000000000000000017", `is "+0000000000000000017", which is not a number of 20 characters as keys have them`},
		{number, "18446744073709551616", `is "18446744073709551616", which is not a number of 20 characters as keys have them`},
		{number, "-0776627963145224191", `is "-0776627963145224191", which is not a number of 20 characters as keys have them`},
		{number, "--000000000000000001", `is "--000000000000000001", which is not a number of 20 characters as keys have them`},
	} {
		if err := c.parse(c.segment); err == nil || err.Error() != c.want {
			t.Errorf("%q: %v, want %s", c.segment, err, c.want)
		}
	}
}

func TestNumbers(t *testing.T) {
	for n, want := range map[int64]string{
		0: "00000000000000000000", 17: "00000000000000000017", math.MaxInt64: "09223372036854775807",
		-1: "-9999999999999999999", -17: "-9999999999999999983", math.MinInt64: "-0776627963145224192",
	} {
		got := joined.Int(n)
		if got != want {
			t.Errorf("%d: %q, want %q", n, got, want)
		}
		if back, err := joined.ParseNumber(got); err != nil || back != strconv.FormatInt(n, 10) {
			t.Errorf("%d: read back as %q, %v", n, back, err)
		}
	}
	if got := joined.Uint(math.MaxUint64); got != "18446744073709551615" {
		t.Errorf("the greatest number: %q", got)
	}
}

// texts are strings of the characters that matter to the order, and of others.
func texts() *rapid.Generator[string] {
	return rapid.OneOf(rapid.StringOfN(rapid.RuneFrom([]rune("\x00 !\"#$%&0aZ~é\U0010FFFF")), 0, 6, -1), rapid.String())
}

// TestOrder: several texts or numbers in one text sort as a list of them does, and are
// read again.
func TestOrder(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.IntRange(1, 4).Draw(t, "segments")
		a, b := rapid.SliceOfN(texts(), n, n).Draw(t, "a"), rapid.SliceOfN(texts(), n, n).Draw(t, "b")
		if rapid.Bool().Draw(t, "alike") {
			copy(b, a[:n-1])
		}
		text := func(values []string) string {
			segments := make([]string, len(values))
			for i, v := range values {
				segments[i] = joined.Escape(v)
			}
			return joined.Join(segments)
		}
		if got, want := cmp.Compare(text(a), text(b)), slices.Compare(a, b); got != want {
			t.Fatalf("%q and %q: %d, want %d", a, b, got, want)
		}
		for i, s := range joined.Split(text(a)) {
			if back, err := joined.Unescape(s); err != nil || back != a[i] {
				t.Fatalf("%q: segment %d is read as %q, %v", a, i, back, err)
			}
		}
		if joined.Split(text(a))[0] >= joined.Escape(a[0])+joined.Beyond {
			t.Fatalf("%q is not before what lies beyond it", a)
		}
	})
	rapid.Check(t, func(t *rapid.T) {
		a, b := rapid.Int64().Draw(t, "a"), rapid.Int64().Draw(t, "b")
		if got, want := cmp.Compare(joined.Int(a), joined.Int(b)), cmp.Compare(a, b); got != want {
			t.Fatalf("%d and %d: %d, want %d", a, b, got, want)
		}
		u := rapid.Uint64().Draw(t, "u")
		if joined.Int(-1-a&math.MaxInt64) >= joined.Uint(u) {
			t.Fatalf("a negative number is not less than %d", u)
		}
		if back, err := joined.ParseNumber(joined.Uint(u)); err != nil || back != strconv.FormatUint(u, 10) {
			t.Fatalf("%d is read as %q, %v", u, back, err)
		}
	})
}

// FuzzSegments: what is read is what is written, and nothing else is.
func FuzzSegments(f *testing.F) {
	for _, s := range []string{"", "ORDER#2026#17", "a$23b", "$2", "00000000000000000017", "-9999999999999999983", "00ff"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, text string) {
		segments := joined.Split(text)
		if joined.Join(segments) != text {
			t.Fatalf("%q is not joined again", text)
		}
		for _, s := range segments {
			if v, err := joined.Unescape(s); err == nil && joined.Escape(v) != s {
				t.Errorf("%q is read as %q, which is written as %q", s, v, joined.Escape(v))
			}
			if v, err := joined.ParseBinary(s); err == nil && joined.Binary(v) != s {
				t.Errorf("%q is read as %x, which is written as %q", s, v, joined.Binary(v))
			}
			v, err := joined.ParseNumber(s)
			if err != nil {
				continue
			}
			written := ""
			if n, err := strconv.ParseInt(v, 10, 64); err == nil {
				written = joined.Int(n)
			} else if n, err := strconv.ParseUint(v, 10, 64); err == nil && !strings.HasPrefix(v, "-") {
				written = joined.Uint(n)
			}
			if written != s {
				t.Errorf("%q is read as %s, which is written as %q", s, v, written)
			}
		}
	})
}
