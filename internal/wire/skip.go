package wire

import "bytes"

// skip steps over JSON of any form, and notes nothing.
func (s *scanner) skip(i, depth int) int {
	noted := s.n
	i = s.any(i, depth)
	s.n = noted
	return i
}

func (s *scanner) any(i, depth int) int {
	if depth > MaxDepth {
		return s.fail(i, "values are nested too deep")
	}
	i, c := s.peek(i)
	switch c {
	case '"':
		return s.text(i, None)
	case '{':
		return s.object(i, func(_, i int, _ []byte) int { return s.any(i, depth+1) })
	case '[':
		return s.list(i, L, func(i int) int { return s.any(i, depth+1) })
	case 't', 'f':
		return s.boolean(i, BOOL)
	}
	if to, null := s.null(i); null {
		return to
	}
	return s.number(i)
}

// object steps over an object of which only the members are noted. A member begins at from;
// member steps over its value, at i.
func (s *scanner) object(i int, member func(from, i int, name []byte) int) int {
	if i = s.expect(i, '{'); i < 0 {
		return i
	}
	for first := true; ; first = false {
		var more bool
		if i, more = s.more(i, first, '}'); !more {
			return i
		}
		from, _ := s.peek(i)
		var name []byte
		if i, name = s.key(from); i < 0 {
			return i
		}
		if i = member(from, i, name); i < 0 {
			return i
		}
	}
}

// key steps over the name of a member, and the colon. It notes nothing.
func (s *scanner) key(i int) (int, []byte) {
	if i = s.name(i); i < 0 {
		return i, nil
	}
	name := s.at(s.last())
	s.n--
	return i, name
}

// null steps over a null. It is false for anything else.
func (s *scanner) null(i int) (int, bool) {
	i, _ = s.peek(i)
	null := bytes.HasPrefix(s.b[i:s.end], []byte("null"))
	return i + len("null"), null
}

// number steps over a number.
func (s *scanner) number(i int) int {
	if i < s.end && s.b[i] == '-' {
		i++
	}
	to := s.digits(i)
	ok := to > i && (to == i+1 || s.b[i] != '0')
	if i = to; i < s.end && s.b[i] == '.' {
		to = s.digits(i + 1)
		ok = ok && to > i+1
		i = to
	}
	if i < s.end && s.b[i]|0x20 == 'e' {
		if i++; i < s.end && (s.b[i] == '-' || s.b[i] == '+') {
			i++
		}
		to = s.digits(i)
		ok = ok && to > i
		i = to
	}
	if !ok {
		return s.fail(i, "expected a value")
	}
	return i
}

// digits steps over digits.
func (s *scanner) digits(i int) int {
	for i < s.end && s.b[i] >= '0' && s.b[i] <= '9' {
		i++
	}
	return i
}
