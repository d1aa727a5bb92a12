package wire

import (
	"bytes"
	"unicode/utf16"
	"unicode/utf8"
)

// peek skips white space and returns the first byte of what follows, 0 at the
// end.
func (d *decoder) peek() byte {
	for ; d.pos < len(d.data); d.pos++ {
		switch c := d.data[d.pos]; c {
		case ' ', '\t', '\n', '\r':
		default:
			return c
		}
	}
	return 0
}

// expect enters an object or list. At any other value it does not move and
// returns the service's description of the mismatch.
func (d *decoder) expect(open byte) (mismatch string) {
	switch c := d.peek(); {
	case c == open:
		d.pos++
		return ""
	case c == '{':
		return "Start of structure or map found where not expected"
	case c == '[':
		return "Start of list found where not expected"
	default:
		return "Unexpected value type in payload"
	}
}

// more reports whether another element comes before the closing bracket, and
// steps over the comma or the bracket.
func (d *decoder) more(first bool, end byte) bool {
	c := d.peek()
	if c == end {
		d.pos++
		return false
	}
	if !first {
		d.pos++ // the comma
	}
	return true
}

// null steps over a null; a member that is null is absent.
func (d *decoder) null() bool {
	if d.peek() != 'n' {
		return false
	}
	d.pos += len("null")
	return true
}

// key reads a member's name and the colon. The bytes are valid until the next
// string is read.
func (d *decoder) key() ([]byte, *failure) {
	d.peek()
	name, fail := d.quoted()
	d.peek()
	d.pos++ // the colon
	return name, fail
}

// text reads a string. want names the type for the message if the value is of
// another kind.
func (d *decoder) text(want string) ([]byte, *failure) {
	if d.peek() != '"' {
		return nil, d.mismatch(d.cannot(want))
	}
	return d.quoted()
}

func (d *decoder) boolean() (bool, *failure) {
	switch d.peek() {
	case 't':
		d.pos += len("true")
		return true, nil
	case 'f':
		d.pos += len("false")
		return false, nil
	case '"':
		return false, d.mismatch("Unexpected token received from parser")
	}
	return false, d.mismatch(d.cannot("Boolean"))
}

// cannot is the service's text for a value ahead that is not a want.
func (d *decoder) cannot(want string) string {
	kind := "NULL_VALUE"
	switch d.peek() {
	case '{', '[':
		return d.expect(0)
	case '"':
		kind = "STRING_VALUE"
	case 't':
		kind = "TRUE_VALUE"
	case 'f':
		kind = "FALSE_VALUE"
	case 'n':
	default:
		at := d.pos
		kind = "NUMBER_VALUE"
		if bytes.ContainsAny(d.number(), ".eE") {
			kind = "DECIMAL_VALUE"
		}
		d.pos = at
	}
	return kind + " cannot be converted to " + want
}

func (d *decoder) atNumber() bool {
	c := d.peek()
	return c == '-' || '0' <= c && c <= '9'
}

func (d *decoder) number() []byte {
	start := d.pos
	for d.pos < len(d.data) && bytes.IndexByte([]byte("+-.0123456789eE"), d.data[d.pos]) >= 0 {
		d.pos++
	}
	return d.data[start:d.pos]
}

// skip steps over one value of any kind, without recursion: the depth of an
// unknown member is the client's choice.
func (d *decoder) skip() {
	for depth := 0; ; {
		switch d.peek() {
		case '{', '[':
			depth++
			d.pos++
		case '}', ']':
			depth--
			d.pos++
		case '"':
			d.pos = d.stringEnd(d.pos+1) + 1
		case ',', ':':
			d.pos++
			continue
		case 't', 'n':
			d.pos += len("true")
		case 'f':
			d.pos += len("false")
		case 0:
			return
		default:
			d.number()
		}
		if depth == 0 {
			return
		}
	}
}

// stringEnd returns the position of the quote that closes the string whose
// content starts at from.
func (d *decoder) stringEnd(from int) int {
	for i := from; ; i++ {
		switch d.data[i] {
		case '"':
			return i
		case '\\':
			i++
		}
	}
}

// quoted reads the string at the position. The result points into the body or
// the scratch buffer and must be copied before it is kept.
func (d *decoder) quoted() ([]byte, *failure) {
	start := d.pos + 1
	end := d.stringEnd(start)
	d.pos = end + 1
	raw := d.data[start:end]
	if !utf8.Valid(raw) {
		return nil, d.mismatch("Invalid UTF-8 in a string")
	}
	if bytes.IndexByte(raw, '\\') < 0 {
		return raw, nil
	}
	out, ok := unescape(d.scratch[:0], raw)
	d.scratch = out
	if !ok {
		return nil, d.mismatch("Invalid surrogate pair in a string")
	}
	return out, nil
}

// unescape appends raw with its escape sequences resolved. It reports false for
// half of a surrogate pair: such a string has no UTF-8 form, and a replacement
// would store something else than was sent.
func unescape(dst, raw []byte) ([]byte, bool) {
	for i := 0; i < len(raw); i++ {
		if raw[i] != '\\' {
			dst = append(dst, raw[i])
			continue
		}
		i++
		switch raw[i] {
		case 'b':
			dst = append(dst, '\b')
		case 'f':
			dst = append(dst, '\f')
		case 'n':
			dst = append(dst, '\n')
		case 'r':
			dst = append(dst, '\r')
		case 't':
			dst = append(dst, '\t')
		case 'u':
			r := hex4(raw[i+1:])
			i += 4
			if utf16.IsSurrogate(r) {
				if len(raw) < i+7 || raw[i+1] != '\\' || raw[i+2] != 'u' {
					return dst, false
				}
				if r = utf16.DecodeRune(r, hex4(raw[i+3:])); r == utf8.RuneError {
					return dst, false
				}
				i += 6
			}
			dst = utf8.AppendRune(dst, r)
		default: // '"', '\\', '/'
			dst = append(dst, raw[i])
		}
	}
	return dst, true
}

func hex4(raw []byte) rune {
	var r rune
	for _, c := range raw[:4] {
		switch {
		case c <= '9':
			c -= '0'
		case c <= 'F':
			c -= 'A' - 10
		default:
			c -= 'a' - 10
		}
		r = r<<4 | rune(c)
	}
	return r
}
