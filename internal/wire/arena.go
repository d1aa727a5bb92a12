package wire

import "unsafe"

// arena holds the texts of one value in few pieces of memory.
//
// A string must never change. It is made of bytes of the arena without a copy, which is
// sound for this reason: bytes are only appended, within the capacity of the piece, and
// what has been appended is written never again; a piece that is full is left to its
// strings. Nothing else has a pointer into the arena.
type arena struct {
	free  []byte
	piece int // how large the next one is, at least
}

// longText is from how many bytes on a text gets memory of its own: it should not keep
// others in memory, nor they it.
const longText = 512

// leastPiece is for texts that nobody has counted: names of entries.
const leastPiece = 64

// room makes room for n bytes of texts.
func (a *arena) room(n int) { a.free = make([]byte, 0, n) }

func (a *arena) string(text []byte) string {
	switch {
	case len(text) == 0:
		return ""
	case len(text) >= longText:
		return string(text)
	case cap(a.free)-len(a.free) < len(text):
		a.room(max(leastPiece, a.piece, len(text)))
	}
	from := len(a.free)
	a.free = append(a.free, text...)
	made := a.free[from:]
	return unsafe.String(unsafe.SliceData(made), len(made))
}
