package wire

import (
	"encoding/binary"
	"encoding/json"
	"math/bits"
	"math/rand/v2"
	"testing"
	"unicode/utf8"
)

// The first byte that is not plain is found among any others.
func TestOddBytes(t *testing.T) {
	first := func(b []byte) int {
		for i, c := range b {
			if !plainByte[c] {
				return i
			}
		}
		return 8
	}
	check := func(b []byte) {
		t.Helper()
		var got string
		quoted := AppendString(nil, string(b)+"x")
		if err := json.Unmarshal(quoted, &got); utf8.Valid(b) && (err != nil || got != string(b)+"x") {
			t.Fatalf("% x: %s, %v", b, quoted, err)
		}
		if got := bits.TrailingZeros64(oddBytes(binary.LittleEndian.Uint64(b))) / 8; got != first(b) {
			t.Fatalf("% x: %d, want %d", b, got, first(b))
		}
	}
	for at := range 8 {
		for c := range 256 {
			for _, around := range []byte{' ', '!', '#', '[', ']', '~', 0x7f} {
				b := []byte{around, around, around, around, around, around, around, around}
				b[at] = byte(c)
				check(b)
			}
		}
	}
	for range 100_000 {
		var b [8]byte
		binary.LittleEndian.PutUint64(b[:], rand.Uint64())
		for i := range b {
			if rand.IntN(2) == 0 {
				b[i] = b[i]&0x5f | 0x20
			}
		}
		check(b[:])
	}
}
