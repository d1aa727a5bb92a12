package decimal

import (
	"bytes"
	"errors"
	"math/big"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

func TestParse(t *testing.T) {
	nines := strings.Repeat("9", 38)
	for _, c := range []struct {
		in, want string
		err      error
	}{
		{in: "1.0", want: "1"},
		{in: "1.5E2", want: "150"},
		{in: "00042", want: "42"},
		{in: "-0", want: "0"},
		{in: "-0.000", want: "0"},
		{in: "+7", want: "7"},
		{in: ".5", want: "0.5"},
		{in: "5.", want: "5"},
		{in: "-12.340e-1", want: "-1.234"},
		{in: nines, want: nines},
		{in: "1" + strings.Repeat("0", 60), want: "1" + strings.Repeat("0", 60)},
		{in: "1E-130", want: "0." + strings.Repeat("0", 129) + "1"},
		{in: "9.99E125", want: "999" + strings.Repeat("0", 123)},
		{in: "0e125", want: "0"},
		{in: "0.0e126", want: "0"},
		{in: "-0e-130", want: "0"},
		{in: "1E+007", want: "10000000"},
		{in: nines + "9", err: ErrPrecision},
		{in: "1E126", err: ErrOverflow},
		{in: "-1E9223372036854775807", err: ErrOverflow},
		{in: "1E-131", err: ErrUnderflow},
		{in: "1E-9223372036854775808", err: ErrUnderflow},
		{in: "0e126", err: ErrOverflow},
		{in: "0E999999999999", err: ErrOverflow},
		{in: "0.0e127", err: ErrOverflow},
		{in: "0e-131", err: ErrUnderflow},
		{in: "0.0e-130", err: ErrUnderflow},
		{in: "1E9223372036854775808", err: ErrSyntax},
		{in: "0E-9223372036854775809", err: ErrSyntax},
		{in: "", err: ErrSyntax},
		{in: "NaN", err: ErrSyntax},
		{in: "Infinity", err: ErrSyntax},
		{in: " 1", err: ErrSyntax},
		{in: "1 ", err: ErrSyntax},
		{in: "0x10", err: ErrSyntax},
		{in: "1_000", err: ErrSyntax},
		{in: "1E", err: ErrSyntax},
		{in: "1E+", err: ErrSyntax},
		{in: "1E+-1", err: ErrSyntax},
		{in: "1E1_0", err: ErrSyntax},
		{in: "1E 1", err: ErrSyntax},
		{in: ".", err: ErrSyntax},
		{in: "-", err: ErrSyntax},
		{in: "1.2.3", err: ErrSyntax},
		{in: "١", err: ErrSyntax},
	} {
		got, err := Parse(c.in)
		if !errors.Is(err, c.err) || (err == nil && got.String() != c.want) {
			t.Errorf("Parse(%q) = %s, %v, want %s, %v", c.in, got, err, c.want, c.err)
		}
	}
}

func TestSize(t *testing.T) {
	for in, want := range map[string]int{
		"0": 1, "1": 2, "12": 2, "123": 3, "1234": 3, "100": 2, "1000": 2, "-1": 3, "-12": 3,
		"0.1": 2, "0.01": 2, "0.001": 2, "1.5": 3, "12.34": 3, "1.001": 4, "10": 2, "110": 2,
		"1E125": 2, "1E-130": 2, "-0": 1, "99999999999999999999999999999999999999": 20,
	} {
		if got := must(t, in).Size(); got != want {
			t.Errorf("Size(%s) = %d, want %d", in, got, want)
		}
	}
}

func TestAddIsExactOrAnError(t *testing.T) {
	for _, c := range []struct {
		a, b, want string
		err        error
	}{
		{a: "9007199254740992", b: "1", want: "9007199254740993"},
		{a: strings.Repeat("9", 37) + "8", b: "1", want: strings.Repeat("9", 38)},
		{a: strings.Repeat("9", 38), b: "1", want: "1" + strings.Repeat("0", 38)},
		{a: "0.1", b: "0.2", want: "0.3"},
		{a: "5", b: "-5", want: "0"},
		{a: "1E37", b: "0.1", err: ErrPrecision},
		{a: "9.9E125", b: "1E125", err: ErrOverflow},
	} {
		got, err := must(t, c.a).Add(must(t, c.b))
		if !errors.Is(err, c.err) || (err == nil && got.String() != c.want) {
			t.Errorf("%s + %s = %s, %v, want %s, %v", c.a, c.b, got, err, c.want, c.err)
		}
	}
}

func TestNumbersBehaveLikeRationals(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		a, b := number().Draw(t, "a"), number().Draw(t, "b")
		x, y := must(t, a), must(t, b)
		p, q := rational(x), rational(y)
		if got, want := x.Compare(y), p.Cmp(q); got != want {
			t.Fatalf("Compare(%s, %s) = %d, want %d", a, b, got, want)
		}
		if got, want := bytes.Compare(x.AppendOrdered(nil), y.AppendOrdered(nil)), p.Cmp(q); got != want {
			t.Fatalf("order of the encodings of %s and %s = %d, want %d", a, b, got, want)
		}
		if (x == y) != (p.Cmp(q) == 0) {
			t.Fatalf("%s == %s is %t", a, b, x == y)
		}
		if again := must(t, x.String()); again != x {
			t.Fatalf("%s reads back as %s", x, again)
		}
		if sum, err := x.Add(y); err == nil && rational(sum).Cmp(new(big.Rat).Add(p, q)) != 0 {
			t.Fatalf("%s + %s = %s", a, b, sum)
		}
		if diff, err := x.Add(y.Neg()); err == nil && rational(diff).Cmp(new(big.Rat).Sub(p, q)) != 0 {
			t.Fatalf("%s - %s = %s", a, b, diff)
		}
	})
}

func number() *rapid.Generator[string] {
	return rapid.OneOf(
		rapid.StringMatching(`-?[0-9]{1,38}`),
		rapid.StringMatching(`-?[0-9]{1,6}\.[0-9]{1,8}`),
		rapid.StringMatching(`-?[0-9]\.[0-9]{0,8}E-?[0-9]{1,2}`),
		rapid.SampledFrom([]string{"0", "-0", "1", "-1", "10", "0.1"}),
	)
}

func rational(d Decimal) *big.Rat {
	r, _ := new(big.Rat).SetString(d.String())
	return r
}

func must(t interface{ Fatal(...any) }, s string) Decimal {
	d, err := Parse(s)
	if err != nil {
		t.Fatal(s, err)
	}
	return d
}

func FuzzParse(f *testing.F) {
	for _, s := range []string{"1", "-1.5E2", "NaN", "1e", "", "0.00", strings.Repeat("9", 60)} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		d, err := Parse(s)
		if err != nil {
			return
		}
		again, err := Parse(d.String())
		if err != nil || again != d {
			t.Fatalf("%q = %s, which reads as %s, %v", s, d, again, err)
		}
	})
}

func TestTruncate(t *testing.T) {
	for in, want := range map[string]int64{"0": 0, "1": 1, "-1.9": -1, "0.99": 0, "1700000000": 1700000000, "1E3": 1000, "123.456": 123, "9223372036854775807": 1<<63 - 1} {
		if got, ok := must(t, in).Truncate(); !ok || got != want {
			t.Errorf("Truncate(%s) = %d, %t, want %d", in, got, ok, want)
		}
	}
	for _, in := range []string{"1E19", "9223372036854775808", "-1E100"} {
		if got, ok := must(t, in).Truncate(); ok {
			t.Errorf("Truncate(%s) = %d", in, got)
		}
	}
}
