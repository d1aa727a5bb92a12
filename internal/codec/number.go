package codec

import (
	"strconv"
	"strings"
)

// The limits of a DynamoDB number: 38 significant digits, magnitudes from
// 1E-130 to just below 1E+126.
const (
	maxDigits   = 38
	maxExponent = 125
	minExponent = -130

	tooLarge  = "the number is beyond DynamoDB's 9.99E+125"
	tooSmall  = "the number is closer to zero than DynamoDB's 1E-130"
	tooLong   = "the number has more than DynamoDB's 38 significant digits"
	malformed = "malformed number"
)

// decimal is a number read from its text: 0.digits times ten to the
// exponent+1, so that exponent is that of the first digit. No digits is zero.
type decimal struct {
	negative bool
	digits   string // significant digits: no zeros at either end
	exponent int
}

// parseDecimal reads a decimal with optional sign, point and exponent.
func parseDecimal(s string) (n decimal, ok bool) {
	if s != "" && (s[0] == '-' || s[0] == '+') {
		n.negative = s[0] == '-'
		s = s[1:]
	}
	exp := 0
	if i := strings.IndexAny(s, "eE"); i >= 0 {
		e := strings.TrimPrefix(s[i+1:], "+")
		x, err := strconv.Atoi(e)
		if err != nil || !isDigits(strings.TrimPrefix(e, "-")) || x > 1<<20 || x < -1<<20 {
			return decimal{}, false
		}
		exp, s = x, s[:i]
	}
	whole, frac, _ := strings.Cut(s, ".")
	digits := whole + frac
	if !isDigits(digits) {
		return decimal{}, false
	}
	significant := strings.TrimLeft(digits, "0")
	if significant == "" {
		return decimal{negative: n.negative}, true
	}
	n.exponent = exp + len(whole) - 1 - (len(digits) - len(significant))
	n.digits = strings.TrimRight(significant, "0")
	return n, true
}

// canonical is the same text for equal numbers: what duplicates in a set are
// found by. DynamoDB has no minus zero.
func (n decimal) canonical() string {
	if n.digits == "" {
		return "0"
	}
	sign := ""
	if n.negative {
		sign = "-"
	}
	return sign + n.digits + "e" + strconv.Itoa(n.exponent)
}

// checkNumber returns why DynamoDB would refuse or round the number, or "".
func checkNumber(s string) string {
	n, ok := parseDecimal(s)
	switch {
	case !ok:
		return malformed
	case n.digits == "":
		return ""
	case len(n.digits) > maxDigits:
		return tooLong
	case n.exponent > maxExponent:
		return tooLarge
	case n.exponent < minExponent:
		return tooSmall
	}
	return ""
}

// isDigits reports whether s is one or more of 0 to 9.
func isDigits(s string) bool {
	for i := range len(s) {
		if s[i] < '0' || s[i] > '9' {
			return false
		}
	}
	return s != ""
}

// isDecimalText reports whether s has only the characters of a decimal.
func isDecimalText(s string) bool {
	for i := range len(s) {
		switch c := s[i]; {
		case c >= '0' && c <= '9', c == '-', c == '+', c == '.', c == 'e', c == 'E':
		default:
			return false
		}
	}
	return s != ""
}
