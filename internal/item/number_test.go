package item_test

import (
	"errors"
	"math/big"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/dystore/dystore/internal/item"
	"github.com/dystore/dystore/internal/item/itemtest"
)

var nines38 = strings.Repeat("9", 38)

// What DynamoDB Local 3.1.0 returned for each of these, in 2026-11.
func TestNormalizeNumber(t *testing.T) {
	for _, c := range []struct{ in, want string }{
		{"0", "0"}, {"-0", "0"}, {"-0.0", "0"}, {"0E9999", "0"}, {"0.00e-500", "0"}, {"00", "0"},
		{"1", "1"}, {"1.0", "1"}, {"+1", "1"}, {"1E0", "1"}, {"01", "1"}, {"00042", "42"}, {"-7", "-7"}, {"-07", "-7"},
		{"1E2", "100"}, {"1e+2", "100"}, {"1.5E2", "150"}, {"1E-3", "0.001"}, {".5", "0.5"}, {"5.", "5"}, {"-.5", "-0.5"}, {"-0.05", "-0.05"}, {"00.5", "0.5"},
		{"10.50", "10.5"}, {"100", "100"}, {"1.05", "1.05"}, {"123456E-3", "123.456"},
		{"12345678901234567890123456789012345678000", "12345678901234567890123456789012345678000"},
		{nines38, nines38},
		{"1E125", "1" + strings.Repeat("0", 125)},
		{"9.99E125", "999" + strings.Repeat("0", 123)},
		{"1e-130", "0." + strings.Repeat("0", 129) + "1"},
		{"1.5E-130", "0." + strings.Repeat("0", 129) + "15"},
		{"0.0000000000000000000000000000000000000000000000000000001E55", "1"},
		{strings.Repeat("0", 500) + "3", "3"},
	} {
		got, err := item.NormalizeNumber(c.in)
		if err != nil || got != c.want {
			t.Errorf("NormalizeNumber(%q) = %q, %v; want %q", c.in, got, err, c.want)
		}
	}
}

func TestNormalizeNumberRefuses(t *testing.T) {
	for _, c := range []struct {
		in   string
		want error
	}{
		{"", item.ErrNotNumber}, {" 1", item.ErrNotNumber}, {"1 ", item.ErrNotNumber}, {"1_0", item.ErrNotNumber},
		{"0x1", item.ErrNotNumber}, {"1E", item.ErrNotNumber}, {"1E+", item.ErrNotNumber}, {"E1", item.ErrNotNumber},
		{"-", item.ErrNotNumber}, {"+", item.ErrNotNumber}, {".", item.ErrNotNumber}, {"--1", item.ErrNotNumber}, {"+-1", item.ErrNotNumber},
		{"1.2.3", item.ErrNotNumber}, {"1E1.5", item.ErrNotNumber}, {"1E1E1", item.ErrNotNumber}, {"1E--1", item.ErrNotNumber},
		{"NaN", item.ErrNotNumber}, {"Inf", item.ErrNotNumber}, {"\u0663", item.ErrNotNumber}, {"1-", item.ErrNotNumber}, {"1a", item.ErrNotNumber},
		{"123456789012345678901234567890123456789", item.ErrDigits}, {"1." + nines38, item.ErrDigits},
		{"1E126", item.ErrNumberTooBig}, {"1E0999", item.ErrNumberTooBig}, {"-1E126", item.ErrNumberTooBig},
		{"1E99999999999999999999999", item.ErrNumberTooBig},
		{"1E-131", item.ErrNumberTooTiny}, {"1E-99999999999999999999999", item.ErrNumberTooTiny},
	} {
		got, err := item.NormalizeNumber(c.in)
		if !errors.Is(err, c.want) || got != "" {
			t.Errorf("NormalizeNumber(%q) = %q, %v; want %v", c.in, got, err, c.want)
		}
	}
}

// A text and its normal form are the same number, and a number has one form.
func TestNormalizeNumberLaws(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := itemtest.Number().Draw(t, "number")
		n, err := item.NormalizeNumber(s)
		if err != nil {
			t.Fatalf("NormalizeNumber(%q): %v", s, err)
		}
		if rational(t, n).Cmp(rational(t, s)) != 0 {
			t.Fatalf("NormalizeNumber(%q) = %q, another number", s, n)
		}
		if again, err := item.NormalizeNumber(n); err != nil || again != n {
			t.Fatalf("NormalizeNumber(%q) = %q, %v; want the same", n, again, err)
		}
		if strings.HasPrefix(strings.TrimPrefix(n, "-"), "00") || strings.ContainsAny(n, "+eE") || strings.Contains(n, ".") && strings.HasSuffix(n, "0") {
			t.Fatalf("NormalizeNumber(%q) = %q: not the shortest plain form", s, n)
		}
	})
}

func rational(t *rapid.T, s string) *big.Rat {
	r, ok := new(big.Rat).SetString(s)
	if !ok {
		t.Fatalf("%q is no number", s)
	}
	return r
}

func FuzzNormalizeNumber(f *testing.F) {
	for _, s := range []string{"0", "-0.0", "1E2", "1.5E-130", "00042", "1E99999999999", "+.5e+1", "--1"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		n, err := item.NormalizeNumber(s)
		if err != nil {
			return
		}
		if len(n) > 1+2+130+38 {
			t.Fatalf("NormalizeNumber(%q) has %d bytes", s, len(n))
		}
		if again, err := item.NormalizeNumber(n); err != nil || again != n {
			t.Fatalf("NormalizeNumber(%q) = %q, %v; want the same", n, again, err)
		}
	})
}
