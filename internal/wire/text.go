package wire

import (
	"bytes"
	"unicode/utf16"
	"unicode/utf8"
)

// unescape appends the text of a JSON string, between its quotes. It is false for what is no
// escape and for half of a surrogate pair.
func unescape(out, raw []byte) ([]byte, bool) {
	for {
		n := bytes.IndexByte(raw, '\\')
		if n < 0 {
			return append(out, raw...), true
		}
		if n+1 >= len(raw) {
			return out, false
		}
		out, raw = append(out, raw[:n]...), raw[n+1:]
		if c := raw[0]; c != 'u' {
			plain := escapes[c]
			if plain == 0 {
				return out, false
			}
			out, raw = append(out, plain), raw[1:]
			continue
		}
		r, ok := hex(raw[1:])
		raw = raw[min(5, len(raw)):]
		if utf16.IsSurrogate(r) && ok {
			if len(raw) < 6 || raw[0] != '\\' || raw[1] != 'u' {
				return out, false
			}
			var low rune
			if low, ok = hex(raw[2:]); ok {
				r = utf16.DecodeRune(r, low)
				ok = r != utf8.RuneError
			}
			raw = raw[6:]
		}
		if !ok {
			return out, false
		}
		out = utf8.AppendRune(out, r)
	}
}

var escapes = [256]byte{'"': '"', '\\': '\\', '/': '/', 'b': '\b', 'f': '\f', 'n': '\n', 'r': '\r', 't': '\t'}

// hex reads four digits.
func hex(raw []byte) (r rune, ok bool) {
	if len(raw) < 4 {
		return 0, false
	}
	for _, c := range raw[:4] {
		switch {
		case c >= '0' && c <= '9':
			c -= '0'
		case c >= 'a' && c <= 'f':
			c -= 'a' - 10
		case c >= 'A' && c <= 'F':
			c -= 'A' - 10
		default:
			return 0, false
		}
		r = r<<4 | rune(c)
	}
	return r, true
}
