package decimal

// keyOffset makes the exponents of all numbers positive.
const keyOffset = 0x8000

// AppendOrdered appends bytes whose bytewise order is the order of the
// numbers. Different numbers never encode to prefixes of one another's order:
// a shorter negative sorts after the longer one that it is a prefix of.
func (d Decimal) AppendOrdered(dst []byte) []byte {
	switch d.Sign() {
	case 0:
		return append(dst, 1)
	case 1:
		e := uint16(d.exponent + keyOffset)
		dst = append(dst, 2, byte(e>>8), byte(e))
		return append(dst, d.digits...)
	}
	e := ^uint16(d.exponent + keyOffset)
	dst = append(dst, 0, byte(e>>8), byte(e))
	for i := range len(d.digits) {
		dst = append(dst, ^d.digits[i])
	}
	return append(dst, 0xFF)
}
