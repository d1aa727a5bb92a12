package decimal

import (
	"errors"
	"strconv"
	"strings"
)

// What can be wrong with a number.
var (
	ErrSyntax    = errors.New("decimal: not a number")
	ErrPrecision = errors.New("decimal: more than 38 significant digits")
	ErrOverflow  = errors.New("decimal: magnitude above 9.99E+125")
	ErrUnderflow = errors.New("decimal: magnitude below 1E-130")
)

// maxDeclared bounds the exponent used in calculations, so that a hostile text
// cannot overflow an int. It is far outside the range that can be stored.
const maxDeclared = 1_000_000

// Parse reads [+-]digits[.digits][(e|E)[+-]digits]. One of the two groups of
// digits may be empty. A text whose exponent does not fit an int64 is not a
// number.
func Parse(s string) (Decimal, error) {
	rest, negative := s, false
	if rest != "" && (rest[0] == '-' || rest[0] == '+') {
		negative = rest[0] == '-'
		rest = rest[1:]
	}
	integer := leadingDigits(rest)
	rest = rest[len(integer):]
	fraction := ""
	if strings.HasPrefix(rest, ".") {
		fraction = leadingDigits(rest[1:])
		rest = rest[1+len(fraction):]
	}
	if integer == "" && fraction == "" {
		return Decimal{}, ErrSyntax
	}
	exponent, err := parseExponent(rest)
	if err != nil {
		return Decimal{}, err
	}
	d := normalise(negative, integer+fraction, len(integer)-1+exponent)
	if d.IsZero() {
		// Zero has no leading digit. The exponent of its last digit must be in
		// the range: 0e126 overflows, and 0.0e126 does not.
		return d, exponentInRange(exponent - len(fraction))
	}
	if err := d.inRange(); err != nil {
		return Decimal{}, err
	}
	return d, nil
}

func leadingDigits(s string) string {
	for i := range len(s) {
		if s[i] < '0' || s[i] > '9' {
			return s[:i]
		}
	}
	return s
}

func parseExponent(s string) (int, error) {
	if s == "" {
		return 0, nil
	}
	if s[0] != 'e' && s[0] != 'E' {
		return 0, ErrSyntax
	}
	n, err := strconv.ParseInt(s[1:], 10, 64)
	if err != nil {
		return 0, ErrSyntax
	}
	return int(min(max(n, -maxDeclared), maxDeclared)), nil
}
