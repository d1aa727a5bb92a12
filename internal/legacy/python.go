package legacy

import (
	"regexp"
	"strconv"
	"strings"
	"time"

	"github.com/dystore/dystore/internal/item"
)

// What Python's str makes of values, and back. Each function says whether the text is
// exactly one value.

// none is the text of None.
const none = "None"

// boolean reads True and False.
func boolean(text string) (value, ok bool) { return text == "True", text == "True" || text == "False" }

// number reads an int, a float or a Decimal: 42, -1.5, 1e+16, 1E+2. inf and nan are
// no numbers of DynamoDB, and neither is one of more than 38 digits. 007 and +7 are
// texts that no number has.
func number(text string) (string, bool) {
	if !numeral.MatchString(text) {
		return "", false
	}
	n, err := item.NormalizeNumber(text)
	return n, err == nil
}

var numeral = regexp.MustCompile(`^-?(0|[1-9][0-9]*)(\.[0-9]+)?([eE][+-]?[0-9]+)?$`)

// instant reads a datetime that has a zone: 2020-01-31 23:59:59.123456+01:00. One that
// has none is no instant.
func instant(text string) (time.Time, bool) {
	for _, layout := range []string{"2006-01-02 15:04:05-07:00", "2006-01-02 15:04:05-07:00:00"} {
		if t, err := time.Parse(layout, text); err == nil {
			return t, true
		}
	}
	return time.Time{}, false
}

// binary reads bytes: b'ab\x00', b"it's".
func binary(text string) ([]byte, bool) {
	if len(text) < 3 || text[0] != 'b' || text[1] != '\'' && text[1] != '"' || text[len(text)-1] != text[1] {
		return nil, false
	}
	quote, rest := text[1], text[2:len(text)-1]
	out := []byte{}
	for rest != "" {
		c := rest[0]
		rest = rest[1:]
		switch {
		case c < ' ' || c > '~' || c == quote:
			return nil, false
		case c != '\\':
			out = append(out, c)
			continue
		case rest == "":
			return nil, false
		}
		escaped := rest[0]
		rest = rest[1:]
		switch i := strings.IndexByte(`\'"nrt`, escaped); {
		case i >= 0:
			out = append(out, "\\'\"\n\r\t"[i])
		case escaped == 'x' && len(rest) >= 2:
			n, err := strconv.ParseUint(rest[:2], 16, 8)
			if err != nil {
				return nil, false
			}
			out, rest = append(out, byte(n)), rest[2:]
		default:
			return nil, false
		}
	}
	return out, true
}
