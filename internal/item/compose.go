package item

import (
	"encoding/binary"
	"slices"
)

// The pieces of a canonical form, for values that are no attribute values yet. Each
// function appends one value to dst, and refuses what AppendCanonical does.

// AppendString appends a string.
func AppendString(dst []byte, s string) ([]byte, error) {
	if _, err := validText(s); err != nil {
		return nil, err
	}
	return appendText(append(dst, typeS), s), nil
}

// AppendNumber appends the number that a text is, in its normal form.
func AppendNumber(dst []byte, text string) ([]byte, error) {
	if plain(text) { // copied from here on, so that a text on the caller's stack stays there
		return appendText(append(dst, typeN), text), nil
	}
	n, err := NormalizeNumber(text)
	if err != nil {
		return nil, err
	}
	return appendText(append(dst, typeN), n), nil
}

// AppendBinary appends binary.
func AppendBinary(dst, b []byte) []byte {
	dst = binary.AppendUvarint(append(dst, typeB), uint64(len(b)))
	return append(dst, b...)
}

// AppendBool appends a boolean.
func AppendBool(dst []byte, b bool) []byte {
	if b {
		return append(dst, typeBOOL, 1)
	}
	return append(dst, typeBOOL, 0)
}

// AppendNull appends NULL.
func AppendNull(dst []byte) []byte { return append(dst, typeNULL) }

// OpenList begins a list, whose values follow. CloseAt ends it.
func OpenList(dst []byte) []byte { return append(dst, typeL, 0) }

// OpenMap begins a map, whose entries follow in the order of their names, each after its
// AppendName. CloseAt ends it.
func OpenMap(dst []byte) []byte { return append(dst, typeM, 0) }

// AppendName appends the name of an entry.
func AppendName(dst []byte, name string) ([]byte, error) {
	if err := checkName(name); err != nil {
		return nil, err
	}
	return appendText(dst, name), nil
}

// CloseAt ends the list or map of n values that began when dst was at bytes long.
func CloseAt(dst []byte, at, n int) []byte {
	at++ // behind the type
	if n < 0x80 {
		dst[at] = byte(n)
		return dst
	}
	var own [binary.MaxVarintLen64]byte
	return slices.Replace(dst, at, at+1, own[:binary.PutUvarint(own[:], uint64(n))]...)
}
