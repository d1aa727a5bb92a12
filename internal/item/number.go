package item

import (
	"errors"
	"strings"
)

// Why a text is not a number that DynamoDB stores.
var (
	ErrNotNumber     = errors.New("not a number")
	ErrDigits        = errors.New("more than 38 significant digits")
	ErrNumberTooBig  = errors.New("magnitude is larger than 9.99E+125")
	ErrNumberTooTiny = errors.New("magnitude is smaller than 1E-130")
)

// number is a decimal: 0.digits times ten to the power of point. Zero has no
// digits; otherwise the first and the last digit are not zero.
type number struct {
	negative bool
	digits   string
	point    int
}

// NormalizeNumber returns the form in which DynamoDB returns the number s:
// plain decimal notation, no exponent, no superfluous zeros, no plus sign and
// no negative zero. Two texts are the same number exactly if their normal
// forms are equal. The error wraps one of the errors above and never holds s,
// which may be secret.
func NormalizeNumber(s string) (string, error) {
	if plain(s) {
		return s, nil
	}
	n, err := parseNumber(s)
	if err != nil {
		return "", err
	}
	return n.String(), nil
}

// plain reports that s is a short number already in normal form, as nearly all
// are, so that it costs no allocation.
func plain(s string) bool {
	d := strings.TrimPrefix(s, "-")
	whole, fraction, point := strings.Cut(d, ".")
	switch {
	case len(d) > MaxDigits || !onlyDigits(whole) || len(whole) > 1 && whole[0] == '0':
		return false
	case point:
		return onlyDigits(fraction) && fraction[len(fraction)-1] != '0'
	}
	return s != "-0"
}

func onlyDigits(s string) bool {
	for i := range len(s) {
		if s[i] < '0' || s[i] > '9' {
			return false
		}
	}
	return s != ""
}

func parseNumber(s string) (number, error) {
	var n number
	s, n.negative = cutSign(s)
	mantissa, exponent := s, 0
	if i := strings.IndexAny(s, "eE"); i >= 0 {
		var ok bool
		if exponent, ok = parseExponent(s[i+1:]); !ok {
			return number{}, ErrNotNumber
		}
		mantissa = s[:i]
	}
	whole, fraction, _ := strings.Cut(mantissa, ".")
	digits := whole + fraction
	if digits == "" || strings.Trim(digits, "0123456789") != "" {
		return number{}, ErrNotNumber
	}
	n.digits = strings.TrimLeft(digits, "0")
	n.point = len(whole) - (len(digits) - len(n.digits)) + exponent
	n.digits = strings.TrimRight(n.digits, "0")
	switch {
	case n.digits == "":
		return number{}, nil
	case len(n.digits) > MaxDigits:
		return number{}, ErrDigits
	case n.point-1 > maxExponent:
		return number{}, ErrNumberTooBig
	case n.point-1 < minExponent:
		return number{}, ErrNumberTooTiny
	}
	return n, nil
}

func cutSign(s string) (rest string, negative bool) {
	if rest, ok := strings.CutPrefix(s, "-"); ok {
		return rest, true
	}
	return strings.TrimPrefix(s, "+"), false
}

// parseExponent stops counting far beyond the range of any number, so that no
// text of digits overflows or makes a huge result.
func parseExponent(s string) (int, bool) {
	const enough = 1 << 30
	s, negative := cutSign(s)
	if s == "" {
		return 0, false
	}
	n := 0
	for i := range len(s) {
		if s[i] < '0' || s[i] > '9' {
			return 0, false
		}
		n = min(n*10+int(s[i]-'0'), enough)
	}
	if negative {
		n = -n
	}
	return n, true
}

// String returns the normal form.
func (n number) String() string {
	if n.digits == "" {
		return "0"
	}
	var b strings.Builder
	if n.negative {
		b.WriteByte('-')
	}
	switch {
	case n.point <= 0:
		b.WriteString("0.")
		b.WriteString(strings.Repeat("0", -n.point))
		b.WriteString(n.digits)
	case n.point < len(n.digits):
		b.WriteString(n.digits[:n.point])
		b.WriteByte('.')
		b.WriteString(n.digits[n.point:])
	default:
		b.WriteString(n.digits)
		b.WriteString(strings.Repeat("0", n.point-len(n.digits)))
	}
	return b.String()
}

// size is what the number counts in an item: a byte, another for a minus
// sign, and a byte for each two digits on each side of the decimal point,
// leading and trailing zeros left out.
func (n number) size() int {
	whole := min(max(n.point, 0), len(n.digits))
	size := 1 + (whole+1)/2 + (len(n.digits)-whole+1)/2
	if n.negative {
		size++
	}
	return size
}
