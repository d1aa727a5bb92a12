package decimal

import "strings"

// zeros are as many as a number can need beside its digits.
var zeros = strings.Repeat("0", max(MaxExponent, -MinExponent))

// String is the plain notation that DynamoDB answers with: no exponent, no
// leading plus, no superfluous zeros.
func (d Decimal) String() string {
	var buf [192]byte
	return string(d.Append(buf[:0]))
}

// Append appends what String returns.
func (d Decimal) Append(dst []byte) []byte {
	if d.digits == "" {
		return append(dst, '0')
	}
	if d.negative {
		dst = append(dst, '-')
	}
	switch integer := d.exponent + 1; {
	case integer <= 0:
		dst = append(dst, "0."...)
		dst = append(dst, zeros[:-integer]...)
		return append(dst, d.digits...)
	case integer >= len(d.digits):
		dst = append(dst, d.digits...)
		return append(dst, zeros[:integer-len(d.digits)]...)
	default:
		dst = append(dst, d.digits[:integer]...)
		dst = append(dst, '.')
		return append(dst, d.digits[integer:]...)
	}
}
