package legacy

import (
	"testing"
	"time"

	"github.com/dystore/dystore/internal/attr"
)

func TestNumbers(t *testing.T) {
	for text, want := range map[string]string{
		"0": "0", "42": "42", "-1": "-1", "1.5": "1.5", "-0.0": "0", "3.0": "3", "1e+16": "10000000000000000", "1.5e-07": "0.00000015", "1E+2": "100", "0E-10": "0", "1.50": "1.5",
	} {
		if got, ok := number(text); got != want || !ok {
			t.Errorf("%s: %s, %v", text, got, ok)
		}
	}
	for _, text := range []string{"", "-", "+1", "007", " 1", "1 ", "1_000", "1.", ".5", "0x10", "inf", "-inf", "nan", "Infinity", "NaN", "1e", "1e400", "(1+2j)", "True", "None", "١",
		"123456789012345678901234567890123456789"} {
		if got, ok := number(text); ok {
			t.Errorf("%q is %s", text, got)
		}
	}
}

func TestBinary(t *testing.T) {
	for text, want := range map[string]string{
		`b''`: "", `b'ab'`: "ab", `b"it's"`: "it's", `b'it\'s "x"'`: `it's "x"`, `b'\x00\xff\n\r\t\\'`: "\x00\xff\n\r\t\\",
	} {
		if got, ok := binary(text); string(got) != want || got == nil || !ok {
			t.Errorf("%s: %q, %v", text, got, ok)
		}
	}
	for _, text := range []string{"", "b", "b'", "ab", `'ab'`, `b'a"`, `b'a'b'`, `b'\'`, `b'\x0'`, `b'\xzz'`, `b'\q'`, "b'\n'", "b'é'", `B'a'`, `bytearray(b'a')`} {
		if got, ok := binary(text); ok {
			t.Errorf("%q is %q", text, got)
		}
	}
}

func TestInstants(t *testing.T) {
	for text, want := range map[string]time.Time{
		"2020-01-31 23:59:59+00:00":        time.Date(2020, 1, 31, 23, 59, 59, 0, time.UTC),
		"2020-01-31 23:59:59.000001-05:30": time.Date(2020, 2, 1, 5, 29, 59, 1000, time.UTC),
		"1900-01-01 00:00:00+00:53:28":     time.Date(1899, 12, 31, 23, 6, 32, 0, time.UTC),
	} {
		if got, ok := instant(text); !got.Equal(want) || !ok {
			t.Errorf("%s: %v, %v", text, got, ok)
		}
	}
	for _, text := range []string{"", "2020-01-31", "2020-01-31 23:59:59", "2020-02-30 00:00:00+00:00", "now"} {
		if got, ok := instant(text); ok {
			t.Errorf("%q is %v", text, got)
		}
	}
}

func TestSpell(t *testing.T) {
	for want, p := range map[string]attr.Path{
		"location.city":      attr.Names("location", "city"),
		"friends.[0].name":   {attr.Field("friends"), attr.At(0), attr.Field("name")},
		"a-b.x_1.@id":        attr.Names("a-b", "x_1", "@id"),
		"'a.b'.'1st'.'日本'":   attr.Names("a.b", "1st", "日本"),
		`"it's".'both\' "'`:  attr.Names("it's", `both' "`),
		`''.'new\nline\\\t'`: attr.Names("", "new\nline\\\t"),
	} {
		if got := Spell(p); got != want {
			t.Errorf("%s, want %s", got, want)
		}
	}
}
