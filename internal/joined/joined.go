// Package joined writes several values into one text that can be read again and that
// sorts as they do, the first one first. The stored format describes it.
//
// The text is the segments of the values with a separator between them. A segment has
// no byte up to that of the separator: such bytes, and the escape character, are
// escaped, and the escape character is the least byte that is left. So a segment that
// continues another one is greater than it, whatever follows that one, and segments
// sort as the texts that they are made of.
package joined

import (
	"encoding/hex"
	"fmt"
	"strconv"
	"strings"
)

const (
	// Separator is between segments.
	Separator = "#"
	// Beyond is the least text that no segment begins with and that is greater than
	// the separator: what is joined to it is greater than all that the separator leads to.
	Beyond = "$"

	escape = '$' // the next byte after the separator
)

// Join is the text of segments.
func Join(segments []string) string { return strings.Join(segments, Separator) }

// Split returns the segments of a text.
func Split(text string) []string { return strings.Split(text, Separator) }

// Plain reports whether a text is its own segment.
func Plain(s string) bool {
	for i := range len(s) {
		if s[i] <= escape {
			return false
		}
	}
	return true
}

// Escape is the segment of a text.
func Escape(s string) string {
	if Plain(s) {
		return s
	}
	var b strings.Builder
	for i := range len(s) {
		if c := s[i]; c > escape {
			b.WriteByte(c)
		} else {
			b.WriteByte(escape)
			b.WriteString(hex.EncodeToString([]byte{c}))
		}
	}
	return b.String()
}

// Unescape is the text of a segment. It takes no segment that Escape does not make.
func Unescape(segment string) (string, error) {
	if Plain(segment) {
		return segment, nil
	}
	var b strings.Builder
	for i := 0; i < len(segment); i++ {
		c := segment[i]
		switch {
		case c > escape:
			b.WriteByte(c)
		case c < escape:
			return "", fmt.Errorf("has the byte %02x, which is escaped in a key", c)
		default:
			if i+2 >= len(segment) {
				return "", fmt.Errorf("ends inside an escaped character")
			}
			raw, err := hex.DecodeString(segment[i+1 : i+3])
			if err != nil || raw[0] > escape || hex.EncodeToString(raw) != segment[i+1:i+3] {
				return "", fmt.Errorf("has %q, which is no escaped character", segment[i:i+3])
			}
			b.WriteByte(raw[0])
			i += 2
		}
	}
	return b.String(), nil
}

// Binary is the segment of bytes.
func Binary(b []byte) string { return hex.EncodeToString(b) }

// ParseBinary reads the segment of bytes.
func ParseBinary(segment string) ([]byte, error) {
	b, err := hex.DecodeString(segment)
	if err != nil || Binary(b) != segment {
		return nil, fmt.Errorf("is %q, which is not binary in lower-case hexadecimal", segment)
	}
	return b, nil
}

// Numbers have 20 characters. A negative one is a minus sign and its distance from
// complement, so that a smaller number is a smaller text; the sign sorts before digits.
const (
	digits            = 20
	complement uint64 = 1e19 // more than the magnitude of any int64
)

// Uint is the segment of a number that is not negative.
func Uint(n uint64) string { return fmt.Sprintf("%0*d", digits, n) }

// Int is the segment of a number.
func Int(n int64) string {
	if n >= 0 {
		return Uint(uint64(n))
	}
	return fmt.Sprintf("-%0*d", digits-1, complement-(-uint64(n)))
}

// ParseNumber is the decimal text of the number in a segment.
func ParseNumber(segment string) (string, error) {
	if sign, rest := strings.HasPrefix(segment, "-"), strings.TrimPrefix(segment, "-"); len(segment) == digits {
		n, err := strconv.ParseUint(rest, 10, 64)
		switch {
		case err != nil:
		case !sign && Uint(n) == segment:
			return strconv.FormatUint(n, 10), nil
		case sign && n < complement && complement-n <= 1<<63:
			if v := -int64(complement - n); Int(v) == segment {
				return strconv.FormatInt(v, 10), nil
			}
		}
	}
	return "", fmt.Errorf("is %q, which is not a number of %d characters as keys have them", segment, digits)
}
