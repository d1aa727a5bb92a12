package decimal

import "strconv"

// Truncate is the number without its fraction, rounded towards zero. It reports
// false for numbers that do not fit an int64.
func (d Decimal) Truncate() (int64, bool) {
	if d.exponent < 0 {
		return 0, true
	}
	if d.exponent > 18 {
		return 0, false
	}
	text := d.digits
	for len(text) <= d.exponent {
		text += "0"
	}
	text = text[:d.exponent+1]
	if d.negative {
		text = "-" + text
	}
	n, err := strconv.ParseInt(text, 10, 64)
	return n, err == nil
}
