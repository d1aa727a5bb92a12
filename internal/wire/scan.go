package wire

import (
	"bytes"
	"slices"
	"strconv"
	"unicode/utf8"
)

// span is where something is in an answer.
type span struct{ from, to int32 }

// field is an attribute, or a member of a map.
type field struct{ name, value span }

// size is how many elements a list, a set or a map has that begins at a byte.
type size struct{ at, n int32 }

// maxAnswer is how long an answer may be. DynamoDB's have 16 MB at most.
const maxAnswer = 1 << 30

// scanner checks an answer from front to back. Names with escapes it adds, without them, to
// the end of b.
type scanner struct {
	b     []byte
	i     int
	end   int    // of the answer
	names []span // of the objects that are open, the innermost last
	plain []byte // of a string with escapes

	spaced  bool    // there is white space between tokens
	record  string  // the attribute whose members are noted as well
	fields  []field // of the items that were read
	records []field // members of their records
	sizes   []size  // of the lists, sets and maps in it
	texts   int32   // bytes in the texts of an item that are not long
}

func (s *scanner) fail(reason string) error { return &SyntaxError{reason, s.i} }

// peek steps over white space. At the end it is 0.
func (s *scanner) peek() byte {
	for s.i < s.end {
		switch c := s.b[s.i]; c {
		case ' ', '\t', '\r', '\n':
			s.i++
			s.spaced = true
		default:
			return c
		}
	}
	return 0
}

func (s *scanner) expect(c byte) error {
	if s.peek() != c {
		return s.fail("expected " + strconv.QuoteRune(rune(c)))
	}
	s.i++
	return nil
}

// more steps to the next element, or over the end.
func (s *scanner) more(first bool, end byte) (bool, error) {
	switch c := s.peek(); {
	case c == end:
		s.i++
		return false, nil
	case first:
		return true, nil
	case c != ',':
		return false, s.fail("expected a comma")
	}
	s.i++
	return true, nil
}

// text steps over a string. Its span is without quotes.
func (s *scanner) text() (at span, escaped bool, err error) {
	if s.peek() != '"' {
		return at, false, s.fail("expected a string")
	}
	start := s.i + 1
	for i, c := range s.b[start:s.end] {
		if plainByte[c] {
			continue
		}
		if c != '"' {
			break
		}
		s.i = start + i + 1
		return span{int32(start), int32(start + i)}, false, nil
	}
	return s.slowText(start)
}

// plainByte are the characters of most strings: printable ASCII without escapes.
var plainByte = func() (is [256]bool) {
	for c := byte(' '); c < utf8.RuneSelf; c++ {
		is[c] = c != '"' && c != '\\'
	}
	return is
}()

// slowText is text for a string with escapes or runes.
func (s *scanner) slowText(start int) (at span, escaped bool, err error) {
	i := start
	for i < s.end && s.b[i] != '"' {
		switch c := s.b[i]; {
		case c < ' ':
			s.i = i
			return at, false, s.fail("a control character in a string")
		case c == '\\':
			escaped = true
			if i++; i == s.end {
				s.i = i
				return at, false, s.fail("a string has no end")
			}
		}
		i++
	}
	s.i = i
	if i == s.end {
		return at, false, s.fail("a string has no end")
	}
	raw := s.b[start:i]
	if !utf8.Valid(raw) {
		return at, false, s.fail("a string is not UTF-8")
	}
	if escaped {
		var ok bool
		if s.plain, ok = unescape(s.plain[:0], raw); !ok {
			return at, false, s.fail("a wrong escape in a string")
		}
	}
	s.i++
	return span{int32(start), int32(i)}, escaped, nil
}

// name steps over the name of a member, and the colon.
func (s *scanner) name() (span, error) {
	at, escaped, err := s.text()
	if err != nil {
		return at, err
	}
	if escaped {
		at.from = int32(len(s.b))
		s.b = append(s.b, s.plain...)
		at.to = int32(len(s.b))
	}
	return at, s.expect(':')
}

func (s *scanner) at(p span) []byte { return s.b[p.from:p.to] }

// open notes a list, a set or a map, whose first byte has been read.
func (s *scanner) open() int {
	s.sizes = append(s.sizes, size{at: int32(s.i - 1)})
	return len(s.sizes) - 1
}

// members steps over an object of attribute values and notes them, unless into is nil.
func (s *scanner) members(depth int, into *[]field) error {
	if err := s.expect('{'); err != nil {
		return err
	}
	own := s.open()
	seen := names{base: len(s.names)}
	for first := true; ; first = false {
		more, err := s.more(first, '}')
		if err != nil {
			return err
		}
		if !more {
			s.sizes[own].n = int32(len(s.names) - seen.base)
			s.names = s.names[:seen.base]
			return nil
		}
		name, err := s.name()
		if err != nil {
			return err
		}
		if s.twice(name, &seen) {
			return s.fail("an object has a name twice")
		}
		var inner *[]field
		if into == &s.fields && s.record != "" && string(s.at(name)) == s.record {
			inner = &s.records
		}
		s.peek()
		from, texts := s.i, s.texts
		if err := s.value(depth, inner); err != nil {
			return err
		}
		if inner != nil {
			s.texts = texts
		}
		if into != nil {
			*into = append(*into, field{name, span{int32(from), int32(s.i)}})
		}
	}
}

// manyNames is from how many names on they are looked up, not compared.
const manyNames = 16

// names are those that an object has so far.
type names struct {
	base int    // the first of them in scanner.names
	mask uint64 // a bit for each, by its length and its ends; different names may share one
	all  map[string]bool
}

// twice reports whether an object has a name already, and notes it.
func (s *scanner) twice(name span, seen *names) bool {
	text := s.at(name)
	s.names = append(s.names, name)
	bit := uint64(1)
	if n := len(text); n > 0 {
		bit <<= (uint(n) + uint(text[0])*7 + uint(text[n-1])*3) % 64
	}
	fresh := seen.mask&bit == 0
	seen.mask |= bit
	before := s.names[seen.base : len(s.names)-1]
	switch {
	case seen.all != nil:
		again := seen.all[string(text)]
		seen.all[string(text)] = true
		return again
	case fresh:
		return false
	case len(before) < manyNames:
		return slices.ContainsFunc(before, func(other span) bool { return bytes.Equal(text, s.at(other)) })
	}
	seen.all = make(map[string]bool, 2*manyNames)
	for _, other := range before {
		seen.all[string(s.at(other))] = true
	}
	again := seen.all[string(text)]
	seen.all[string(text)] = true
	return again
}
