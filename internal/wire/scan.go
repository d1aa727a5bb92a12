package wire

import (
	"bytes"
	"encoding/binary"
	"hash/maphash"
	"math/bits"
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
	end   int     // of the answer
	names []span  // of the objects that are open, the innermost last
	plain []byte  // of a string with escapes
	spare []int32 // a table for the names of an object

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
	i := start
	for ; i+8 <= s.end; i += 8 {
		if odd := oddBytes(binary.LittleEndian.Uint64(s.b[i:])); odd != 0 {
			i += bits.TrailingZeros64(odd) / 8
			break
		}
	}
	for i < s.end && plainByte[s.b[i]] {
		i++
	}
	if i < s.end && s.b[i] == '"' {
		s.i = i + 1
		return span{int32(start), int32(i)}, false, nil
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
			s.leave(&seen)
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
	base  int     // the first of them in scanner.names
	mask  uint64  // a bit for each, by its length and its ends; different names may share one
	table []int32 // their numbers, from 1 on, by their hashes; nil: they are compared
}

var hashed = maphash.MakeSeed()

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
	all := s.names[seen.base:]
	if seen.table == nil {
		switch {
		case fresh:
			return false
		case len(all) <= manyNames:
			return slices.ContainsFunc(all[:len(all)-1], func(other span) bool { return bytes.Equal(text, s.at(other)) })
		}
	}
	if 2*len(all) > len(seen.table) {
		s.widen(seen, all[:len(all)-1])
	}
	return s.noted(seen.table, all, len(all))
}

// widen makes a table of the names that an object has, with room for three times as many.
func (s *scanner) widen(seen *names, all []span) {
	size := 8 * manyNames
	for size < 8*len(all) {
		size *= 2
	}
	s.leave(seen)
	if seen.table, s.spare = s.spare, nil; len(seen.table) >= size {
		clear(seen.table)
	} else {
		seen.table = make([]int32, size)
	}
	for n := range all {
		s.noted(seen.table, all, n+1)
	}
}

// mostWidth is how wide a table may be that is kept for the next object, which clears it.
const mostWidth = 1024

// leave gives back the table of an object.
func (s *scanner) leave(seen *names) {
	if n := len(seen.table); n > len(s.spare) && n <= mostWidth {
		s.spare = seen.table
	}
}

// noted notes the nth of names in a table, unless there is another like it.
func (s *scanner) noted(table []int32, all []span, n int) (already bool) {
	text, last := s.at(all[n-1]), uint64(len(table)-1)
	for at := maphash.Bytes(hashed, text) & last; ; at = (at + 1) & last {
		switch other := table[at]; {
		case other == 0:
			table[at] = int32(n)
			return false
		case bytes.Equal(text, s.at(all[other-1])):
			return true
		}
	}
}
