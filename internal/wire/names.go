package wire

import (
	"bytes"
	"hash/maphash"
)

// manyNames is from how many names on they are looked up, not compared.
const manyNames = 16

// names are those that an object has so far.
type names struct {
	first int     // the token of the first of them
	n     int     // how many there are
	mask  uint64  // a bit for each, by its length and its ends; different names may share one
	table []int32 // their tokens, by their hashes, 0 for none; nil: they are compared
}

var hashed = maphash.MakeSeed()

// twice reports whether an object has the name of a token already. It is to be told of every
// name.
func (s *scanner) twice(name int, seen *names) bool {
	text := s.at(&s.tokens[name])
	bit := uint64(1)
	if n := len(text); n > 0 {
		bit <<= (uint(n) + uint(text[0])*7 + uint(text[n-1])*3) % 64
	}
	fresh := seen.mask&bit == 0
	seen.mask |= bit
	seen.n++
	if seen.table == nil {
		switch {
		case fresh:
			return false
		case seen.n <= manyNames:
			return s.before(name, seen, text)
		}
	}
	if 2*seen.n > len(seen.table) {
		s.widen(seen, name)
	}
	return s.noted(seen.table, name)
}

// before reports whether an object has a name before that of a token.
func (s *scanner) before(name int, seen *names, text []byte) bool {
	for at := seen.first; at < name; at = after(s.tokens, at+1) {
		if bytes.Equal(text, s.at(&s.tokens[at])) {
			return true
		}
	}
	return false
}

// after is the token after a value.
func after(tokens []token, value int) int {
	if next := tokens[value].next; next > 0 {
		return int(next)
	}
	return value + 1
}

// widen makes a table of the names that an object has before that of a token. There is room
// for three times as many.
func (s *scanner) widen(seen *names, name int) {
	size := 8 * manyNames
	for size < 8*seen.n {
		size *= 2
	}
	s.leave(seen)
	if seen.table, s.spare = s.spare, nil; len(seen.table) >= size {
		clear(seen.table)
	} else {
		seen.table = make([]int32, size)
	}
	for at := seen.first; at < name; at = after(s.tokens, at+1) {
		s.noted(seen.table, at)
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

// noted notes a name in a table, unless there is another like it.
func (s *scanner) noted(table []int32, name int) (already bool) {
	text, last := s.at(&s.tokens[name]), uint64(len(table)-1)
	for at := maphash.Bytes(hashed, text) & last; ; at = (at + 1) & last {
		switch other := table[at]; {
		case other == 0:
			table[at] = int32(name)
			return false
		case bytes.Equal(text, s.at(&s.tokens[other])):
			return true
		}
	}
}
