package decimal

import "strings"

// The range of DynamoDB's numbers: significant digits, and the decimal
// exponent of the leading digit.
const (
	MaxDigits   = 38
	MaxExponent = 125
	MinExponent = -130
)

// Decimal is one number. The zero value is 0.
type Decimal struct {
	negative bool
	// digits are the significant digits, without leading or trailing zeros;
	// empty means zero.
	digits string
	// exponent is that of the leading digit: d.ddd × 10^exponent.
	exponent int
}

// normalise builds a decimal out of digits whose first one stands for
// 10^exponent. It checks nothing.
func normalise(negative bool, digits string, exponent int) Decimal {
	trimmed := strings.TrimLeft(digits, "0")
	exponent -= len(digits) - len(trimmed)
	trimmed = strings.TrimRight(trimmed, "0")
	if trimmed == "" {
		return Decimal{}
	}
	return Decimal{negative: negative, digits: trimmed, exponent: exponent}
}

// inRange reports the error of a number that cannot be stored.
func (d Decimal) inRange() error {
	if d.digits == "" {
		return nil
	}
	if err := exponentInRange(d.exponent); err != nil {
		return err
	}
	if len(d.digits) > MaxDigits {
		return ErrPrecision
	}
	return nil
}

func exponentInRange(exponent int) error {
	switch {
	case exponent > MaxExponent:
		return ErrOverflow
	case exponent < MinExponent:
		return ErrUnderflow
	}
	return nil
}

// IsZero reports whether d is 0.
func (d Decimal) IsZero() bool { return d.digits == "" }

// Sign is -1, 0 or +1.
func (d Decimal) Sign() int {
	switch {
	case d.digits == "":
		return 0
	case d.negative:
		return -1
	}
	return 1
}

// Neg is -d.
func (d Decimal) Neg() Decimal {
	if d.digits != "" {
		d.negative = !d.negative
	}
	return d
}

// Compare is -1, 0 or +1 as d is below, equal to or above other.
func (d Decimal) Compare(other Decimal) int {
	if s, o := d.Sign(), other.Sign(); s != o || s == 0 {
		return compare(s, o)
	}
	magnitude := compare(d.exponent, other.exponent)
	if magnitude == 0 {
		magnitude = strings.Compare(d.digits, other.digits)
	}
	if d.negative {
		return -magnitude
	}
	return magnitude
}

func compare(a, b int) int {
	switch {
	case a < b:
		return -1
	case a > b:
		return 1
	}
	return 0
}

// Size is the number of bytes that the number takes in an item: one, half of
// the significant digits before the decimal point and half of those after it,
// each rounded up, and one for a minus sign.
func (d Decimal) Size() int {
	integer := min(max(d.exponent+1, 0), len(d.digits))
	if d.digits == "" {
		integer = 0
	}
	fraction := len(d.digits) - integer
	size := 1 + (integer+1)/2 + (fraction+1)/2
	if d.negative {
		size++
	}
	return size
}
