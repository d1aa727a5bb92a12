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

// value steps over an attribute value. It notes the members of a map, unless into is nil.
func (s *scanner) value(depth int, into *[]field) error {
	if depth > MaxDepth {
		return s.fail("values are nested too deep")
	}
	tag, err := s.tag()
	if err != nil {
		return err
	}
	if err := s.content(tag, depth, into); err != nil {
		return err
	}
	if s.peek() == ',' {
		return s.fail("an attribute value is of two types")
	}
	return s.expect('}')
}

// tag steps into an attribute value, to its content.
func (s *scanner) tag() (Tag, error) {
	if p := s.b[s.i:s.end]; len(p) > 5 && p[0] == '{' && p[1] == '"' && p[3] == '"' && p[4] == ':' && letters[p[2]] != None {
		s.i += 5
		return letters[p[2]], nil
	}
	if err := s.expect('{'); err != nil {
		return None, err
	}
	at, escaped, err := s.text()
	if err != nil {
		return None, err
	}
	tag := tagOf(s.at(at))
	if tag == None || escaped {
		return None, s.fail("an attribute value is of no type")
	}
	return tag, s.expect(':')
}

// content steps over what a value of a type is.
func (s *scanner) content(tag Tag, depth int, into *[]field) error {
	switch tag {
	case S:
		at, _, err := s.text()
		if n := at.to - at.from; n < longText {
			s.texts += n
		}
		return err
	case N:
		_, _, err := s.text()
		return err
	case B:
		return s.base64()
	case BOOL, NULL:
		return s.boolean()
	case M:
		return s.members(depth+1, into)
	case L:
		return s.list(func() error { return s.value(depth+1, nil) })
	case BS:
		return s.list(s.base64)
	}
	return s.list(func() error {
		_, _, err := s.text()
		return err
	})
}

func (s *scanner) list(element func() error) error {
	if err := s.expect('['); err != nil {
		return err
	}
	own := s.open()
	for n := int32(0); ; n++ {
		more, err := s.more(n == 0, ']')
		if !more || err != nil {
			s.sizes[own].n = n
			return err
		}
		if err := element(); err != nil {
			return err
		}
	}
}

func (s *scanner) boolean() error {
	s.peek()
	for _, word := range [...]string{"true", "false"} {
		if bytes.HasPrefix(s.b[s.i:s.end], []byte(word)) {
			s.i += len(word)
			return nil
		}
	}
	return s.fail("expected true or false")
}

// base64 steps over binary: standard base64 with padding, without line breaks.
func (s *scanner) base64() error {
	if s.plainBase64() {
		return nil
	}
	at, escaped, err := s.text()
	if err != nil {
		return err
	}
	raw := s.at(at)
	if escaped {
		raw = s.plain
	}
	if !isBase64(raw) {
		return s.fail("a binary value is not base64")
	}
	return nil
}

// plainBase64 steps over binary without padding and escapes. It is false for any other.
func (s *scanner) plainBase64() bool {
	if s.i >= s.end || s.b[s.i] != '"' {
		return false
	}
	for i, c := range s.b[s.i+1 : s.end] {
		if base64Value[c] == noBase64 {
			if c == '"' && i%4 == 0 {
				s.i += i + 2
				return true
			}
			return false
		}
	}
	return false
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

// skip steps over JSON of any form.
func (s *scanner) skip(depth int) error {
	if depth > MaxDepth {
		return s.fail("values are nested too deep")
	}
	switch c := s.peek(); c {
	case '"':
		_, _, err := s.text()
		return err
	case '{':
		s.i++
		for first := true; ; first = false {
			more, err := s.more(first, '}')
			if !more || err != nil {
				return err
			}
			if _, _, err := s.text(); err != nil {
				return err
			}
			if err := s.expect(':'); err != nil {
				return err
			}
			if err := s.skip(depth + 1); err != nil {
				return err
			}
		}
	case '[':
		return s.list(func() error { return s.skip(depth + 1) })
	case 't', 'f':
		return s.boolean()
	case 'n':
		return s.null()
	}
	return s.number()
}

func (s *scanner) null() error {
	if !bytes.HasPrefix(s.b[s.i:s.end], []byte("null")) {
		return s.fail("expected a value")
	}
	s.i += len("null")
	return nil
}

// number steps over a number.
func (s *scanner) number() error {
	if s.i < s.end && s.b[s.i] == '-' {
		s.i++
	}
	from := s.i
	n := s.digits()
	ok := n > 0 && (n == 1 || s.b[from] != '0')
	if s.i < s.end && s.b[s.i] == '.' {
		s.i++
		ok = ok && s.digits() > 0
	}
	if s.i < s.end && s.b[s.i]|0x20 == 'e' {
		if s.i++; s.i < s.end && (s.b[s.i] == '-' || s.b[s.i] == '+') {
			s.i++
		}
		ok = ok && s.digits() > 0
	}
	if !ok {
		return s.fail("expected a value")
	}
	return nil
}

// digits steps over digits, and says how many.
func (s *scanner) digits() int {
	from := s.i
	for s.i < s.end && s.b[s.i] >= '0' && s.b[s.i] <= '9' {
		s.i++
	}
	return s.i - from
}
