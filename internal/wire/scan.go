package wire

import (
	"encoding/binary"
	"math/bits"
	"slices"
	"strconv"
	"unicode/utf8"
)

// token is a value of an answer, or the name that is before a value. What is in a list, a set
// or a map follows its token.
type token struct {
	from, to int32 // in the answer: a text without its quotes, a container with its brackets
	next     int32 // the token after what is in a container; 0 for anything else
	tag      Tag   // None for a name
	escaped  bool  // the text has escapes
}

// maxAnswer is how long an answer may be. DynamoDB's have 16 MB at most.
const maxAnswer = 1 << 30

// scanner checks an answer from front to back, and notes its tokens. Names with escapes it
// adds, without them, to the end of b.
//
// Its methods step from one place of the answer to another, and return that; [nowhere] after
// something that is wrong.
type scanner struct {
	b      []byte
	end    int     // of the answer
	tokens []token // as many as there is room for
	n      int     // that were noted
	err    error   // what is wrong
	plain  []byte  // of a string with escapes
	spare  []int32 // a table for the names of an object

	record string // the attribute that records are
	found  int32  // the token of the record of an item, 0 for none
	texts  int32  // bytes in the other texts of the item that are not long
}

// nowhere is no place in an answer.
const nowhere = -1

func (s *scanner) fail(i int, reason string) int {
	s.err = &SyntaxError{reason, i}
	return nowhere
}

// peek steps over white space. The character there is 0 at the end.
func (s *scanner) peek(i int) (int, byte) {
	if i < s.end && s.b[i] > ' ' {
		return i, s.b[i]
	}
	return s.space(i)
}

func (s *scanner) space(i int) (int, byte) {
	for i < s.end {
		switch c := s.b[i]; c {
		case ' ', '\t', '\r', '\n':
			i++
		default:
			return i, c
		}
	}
	return i, 0
}

func (s *scanner) expect(i int, c byte) int {
	i, got := s.peek(i)
	if got != c {
		return s.fail(i, "expected "+strconv.QuoteRune(rune(c)))
	}
	return i + 1
}

// more steps to the next element, or over the end.
func (s *scanner) more(i int, first bool, end byte) (at int, more bool) {
	i, c := s.peek(i)
	switch {
	case c == end:
		return i + 1, false
	case first:
		return i, true
	case c != ',':
		return s.fail(i, "expected a comma"), false
	}
	return i + 1, true
}

// note notes a token.
func (s *scanner) note(tag Tag, from, to int) {
	if s.n == len(s.tokens) {
		s.room(1)
	}
	s.tokens[s.n] = token{from: int32(from), to: int32(to), tag: tag}
	s.n++
}

// room makes room for n more tokens.
func (s *scanner) room(n int) {
	s.tokens = slices.Grow(s.tokens[:s.n], n)
	s.tokens = s.tokens[:cap(s.tokens)]
}

// open notes a list, a set or a map. What is in it follows, and then close.
func (s *scanner) open(tag Tag, i int) (own int) {
	s.note(tag, i, i)
	return s.n - 1
}

func (s *scanner) close(own, i int) int {
	t := &s.tokens[own]
	t.to, t.next = int32(i), int32(s.n)
	return i
}

// text steps over a string, and notes it.
func (s *scanner) text(i int, tag Tag) int {
	i, c := s.peek(i)
	if c != '"' {
		return s.fail(i, "expected a string")
	}
	b := s.b[:s.end]
	start := i + 1
	i = start
	for ; i+8 <= len(b); i += 8 {
		if odd := oddBytes(binary.LittleEndian.Uint64(b[i:])); odd != 0 {
			i += bits.TrailingZeros64(odd) / 8
			break
		}
	}
	for i < len(b) && plainByte[b[i]] {
		i++
	}
	if i < len(b) && b[i] == '"' {
		s.note(tag, start, i)
		return i + 1
	}
	return s.slowText(start, tag)
}

// plainByte are the characters of most strings: printable ASCII without escapes.
var plainByte = func() (is [256]bool) {
	for c := byte(' '); c < utf8.RuneSelf; c++ {
		is[c] = c != '"' && c != '\\'
	}
	return is
}()

// oddBytes has the highest bit of the first of eight bytes that is not plain, and of none
// before it; 0 if all are plain. What it has of bytes after it says nothing.
func oddBytes(word uint64) uint64 { return escaped(word) | word&highs }

const ones, highs = 0x0101010101010101, 0x8080808080808080

// escaped is oddBytes for bytes that are escaped in a string.
//
// Source: Sean Anderson, Bit Twiddling Hacks, "Determine if a word has a byte less than n".
func escaped(word uint64) uint64 {
	less := (word - ones*' ') &^ word            // control characters
	quote, back := word^ones*'"', word^ones*'\\' // bytes that are 0 there
	return (less | (quote-ones)&^quote | (back-ones)&^back) & highs
}

// slowText is text for a string with escapes or runes.
func (s *scanner) slowText(start int, tag Tag) int {
	i, escaped := start, false
	for i < s.end && s.b[i] != '"' {
		switch c := s.b[i]; {
		case c < ' ':
			return s.fail(i, "a control character in a string")
		case c == '\\':
			escaped = true
			if i++; i == s.end {
				return s.fail(i, "a string has no end")
			}
		}
		i++
	}
	if i == s.end {
		return s.fail(i, "a string has no end")
	}
	raw := s.b[start:i]
	if !utf8.Valid(raw) {
		return s.fail(i, "a string is not UTF-8")
	}
	if escaped {
		var ok bool
		if s.plain, ok = unescape(s.plain[:0], raw); !ok {
			return s.fail(i, "a wrong escape in a string")
		}
	}
	s.note(tag, start, i)
	s.last().escaped = escaped
	return i + 1
}

// last is the token that was noted last.
func (s *scanner) last() *token { return &s.tokens[s.n-1] }

// name steps over the name of a member, which it notes, and the colon.
func (s *scanner) name(i int) int {
	if i = s.text(i, None); i < 0 {
		return i
	}
	if t := s.last(); t.escaped {
		from := len(s.b)
		s.b = append(s.b, s.plain...)
		*t = token{from: int32(from), to: int32(len(s.b))}
	}
	if i < s.end && s.b[i] == ':' {
		return i + 1
	}
	return s.expect(i, ':')
}

func (s *scanner) at(t *token) []byte { return s.b[t.from:t.to] }

// members steps over an object of attribute values.
func (s *scanner) members(i, depth int) int {
	if i = s.expect(i, '{'); i < 0 {
		return i
	}
	own := s.open(M, i-1)
	seen := names{first: own + 1}
	for first := true; ; first = false {
		var more bool
		if i, more = s.more(i, first, '}'); !more {
			s.leave(&seen)
			if i < 0 {
				return i
			}
			return s.close(own, i)
		}
		name := s.n
		if i = s.name(i); i < 0 {
			return i
		}
		if s.twice(name, &seen) {
			return s.fail(i, "an object has a name twice")
		}
		texts := s.texts
		if i = s.value(i, depth); i < 0 {
			return i
		}
		if depth == 1 && s.record != "" && string(s.at(&s.tokens[name])) == s.record {
			s.texts, s.found = texts, int32(name+1)
		}
	}
}
