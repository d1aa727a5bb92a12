package wire

import "bytes"

// Tag is the type of an attribute value.
type Tag byte

// The types that DynamoDB has.
const (
	None Tag = iota
	S
	N
	B
	BOOL
	NULL
	M
	L
	SS
	NS
	BS
)

// letters are the types with names of one letter, which most values are of.
var letters = [256]Tag{'S': S, 'N': N, 'B': B, 'M': M, 'L': L}

// tagOf is the type that a member names, None for no type.
func tagOf(name []byte) Tag {
	switch string(name) {
	case "S":
		return S
	case "N":
		return N
	case "B":
		return B
	case "BOOL":
		return BOOL
	case "NULL":
		return NULL
	case "M":
		return M
	case "L":
		return L
	case "SS":
		return SS
	case "NS":
		return NS
	case "BS":
		return BS
	}
	return None
}

// value steps over an attribute value, and notes it.
func (s *scanner) value(i, depth int) int {
	if depth > MaxDepth {
		return s.fail(i, "values are nested too deep")
	}
	i, tag := s.tag(i)
	if i < 0 {
		return i
	}
	switch tag {
	case S:
		if i = s.text(i, S); i > 0 {
			if t := s.last(); t.to-t.from < longText {
				s.texts += t.to - t.from
			}
		}
	case N:
		i = s.text(i, N)
	case B:
		i = s.base64(i)
	case BOOL, NULL:
		i = s.boolean(i, tag)
	case M:
		i = s.members(i, depth+1)
	case L:
		i = s.list(i, L, func(i int) int { return s.value(i, depth+1) })
	case SS:
		i = s.list(i, SS, func(i int) int { return s.text(i, S) })
	case NS:
		i = s.list(i, NS, func(i int) int { return s.text(i, N) })
	case BS:
		i = s.list(i, BS, s.base64)
	}
	if i < 0 {
		return i
	}
	if i < s.end && s.b[i] == '}' {
		return i + 1
	}
	i, c := s.peek(i)
	switch c {
	case '}':
		return i + 1
	case ',':
		return s.fail(i, "an attribute value is of two types")
	}
	return s.expect(i, '}')
}

// tag steps into an attribute value, to its content.
func (s *scanner) tag(i int) (int, Tag) {
	if p := s.b[i:s.end]; len(p) > 5 && p[0] == '{' && p[1] == '"' && p[3] == '"' && p[4] == ':' && letters[p[2]] != None {
		return i + 5, letters[p[2]]
	}
	if i = s.expect(i, '{'); i < 0 {
		return i, None
	}
	if i = s.text(i, None); i < 0 {
		return i, None
	}
	tag := tagOf(s.at(s.last()))
	if tag == None || s.last().escaped {
		return s.fail(i, "an attribute value is of no type"), None
	}
	s.n--
	return s.expect(i, ':'), tag
}

// list steps over a list or a set, and notes it.
func (s *scanner) list(i int, tag Tag, element func(i int) int) int {
	if i = s.expect(i, '['); i < 0 {
		return i
	}
	own := s.open(tag, i-1)
	for first := true; ; first = false {
		var more bool
		if i, more = s.more(i, first, ']'); i < 0 {
			return i
		}
		if !more {
			return s.close(own, i)
		}
		if i = element(i); i < 0 {
			return i
		}
	}
}

// boolean steps over true or false, and notes which: by its length.
func (s *scanner) boolean(i int, tag Tag) int {
	i, _ = s.peek(i)
	for _, word := range [...]string{"true", "false"} {
		if bytes.HasPrefix(s.b[i:s.end], []byte(word)) {
			s.note(tag, i, i+len(word))
			return i + len(word)
		}
	}
	return s.fail(i, "expected true or false")
}

// base64 steps over binary: standard base64 with padding, without line breaks.
func (s *scanner) base64(i int) int {
	if to := s.plainBase64(i); to > 0 {
		return to
	}
	if i = s.text(i, B); i < 0 {
		return i
	}
	raw := s.at(s.last())
	if s.last().escaped {
		raw = s.plain
	}
	if !isBase64(raw) {
		return s.fail(i, "a binary value is not base64")
	}
	return i
}

// plainBase64 steps over binary without padding and escapes. For any other it is 0.
func (s *scanner) plainBase64(i int) int {
	if i >= s.end || s.b[i] != '"' {
		return 0
	}
	for n, c := range s.b[i+1 : s.end] {
		if base64Value[c] == noBase64 {
			if c == '"' && n%4 == 0 {
				s.note(B, i+1, i+1+n)
				return i + n + 2
			}
			return 0
		}
	}
	return 0
}

func isBase64(raw []byte) bool {
	if len(raw)%4 != 0 {
		return false
	}
	n := len(raw)
	for range 2 {
		if n > 0 && raw[n-1] == '=' {
			n--
		}
	}
	var last byte
	for _, c := range raw[:n] {
		v := base64Value[c]
		if v == noBase64 {
			return false
		}
		last = v
	}
	switch len(raw) - n { // the bits that padding leaves over are 0
	case 1:
		return last&3 == 0
	case 2:
		return last&15 == 0
	}
	return true
}

const noBase64 = 0xff

var base64Value = func() (value [256]byte) {
	for i := range value {
		value[i] = noBase64
	}
	for i, c := range []byte("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/") {
		value[c] = byte(i)
	}
	return value
}()
