package decimal

import (
	"math/big"
	"strings"
)

// Add is d + other. The result is exact. One that needs more than 38 digits, or
// leaves the range, is an error and never rounded.
func (d Decimal) Add(other Decimal) (Decimal, error) {
	switch {
	case d.IsZero():
		return other, nil
	case other.IsZero():
		return d, nil
	}
	// Both as integers in units of the smaller last digit.
	unit := min(d.lastExponent(), other.lastExponent())
	sum := d.integer(unit)
	sum.Add(sum, other.integer(unit))
	text := sum.String()
	negative := strings.HasPrefix(text, "-")
	text = strings.TrimPrefix(text, "-")
	result := normalise(negative, text, unit+len(text)-1)
	if err := result.inRange(); err != nil {
		return Decimal{}, err
	}
	return result, nil
}

func (d Decimal) lastExponent() int { return d.exponent - len(d.digits) + 1 }

func (d Decimal) integer(unit int) *big.Int {
	n, _ := new(big.Int).SetString(d.digits+strings.Repeat("0", d.lastExponent()-unit), 10)
	if d.negative {
		n.Neg(n)
	}
	return n
}
