package wire

import (
	"bytes"
	"encoding/base64"
	"sync"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
)

// Reader reads values of an item, one after the other. They have been checked: it does not
// fail. Who reads a value reads all of it, or skips it.
type Reader struct {
	Exact bool // what the reader's caller does not know, it is not to pass over

	of    *answer
	i     int    // the next token
	plain []byte // of a string with escapes
	arena
}

var readers = sync.Pool{New: func() any { return new(Reader) }}

// Close gives the memory of a reader back.
func (r *Reader) Close() {
	r.of, r.arena = nil, arena{}
	readers.Put(r)
}

func (r *Reader) take() *token {
	t := &r.of.tokens[r.i]
	r.i++
	return t
}

// Tag is the type of the value that the reader stands before.
func (r *Reader) Tag() Tag { return r.of.tokens[r.i].tag }

// Begin steps into a list, a set or a map. What is in it ends at end.
func (r *Reader) Begin() (end int) { return int(r.take().next) }

// More reports whether there is another element before the end of a container. After the last
// one the reader stands behind the container.
func (r *Reader) More(end int) bool { return r.i < end }

// Find steps to the value that has a name in the map that the reader stands before. It is
// false if there is none.
func (r *Reader) Find(name string) bool {
	for end := r.Begin(); r.More(end); r.Skip() {
		if string(r.Name()) == name {
			return true
		}
	}
	return false
}

// Type is the type of a member of the map that the reader stands before, None if there is no
// such.
func (r Reader) Type(name string) Tag {
	if !r.Find(name) {
		return None
	}
	return r.Tag()
}

// Name reads the name of an entry, whose value follows. It is valid until the next text is
// read.
func (r *Reader) Name() []byte {
	t := r.take()
	return r.of.b[t.from:t.to]
}

// Text reads a string or a number. It is valid until the next one is read.
func (r *Reader) Text() []byte {
	t := r.take()
	text := r.of.b[t.from:t.to]
	if t.escaped {
		r.plain, _ = unescape(r.plain[:0], text)
		return r.plain
	}
	return text
}

// JSON is the list, the set or the map that the reader stands before, as it is in the answer.
func (r *Reader) JSON() []byte {
	t := &r.of.tokens[r.i]
	return r.of.b[t.from:t.to]
}

// Keep returns a text as a string that stays.
func (r *Reader) Keep(text []byte) string { return r.string(text) }

// Bytes reads binary into memory of its own.
func (r *Reader) Bytes() []byte {
	text := r.Text()
	out := make([]byte, decodedLen(text))
	base64.StdEncoding.Decode(out, text)
	return out
}

// BytesInto is Bytes for a known length. It is false for another one.
func (r *Reader) BytesInto(out []byte) bool {
	text := r.Text()
	if decodedLen(text) != len(out) {
		return false
	}
	n, err := base64.StdEncoding.Decode(out, text)
	return err == nil && n == len(out)
}

func decodedLen(text []byte) int {
	n := len(text) / 4 * 3
	if n > 0 {
		n -= bytes.Count(text[len(text)-2:], []byte("="))
	}
	return n
}

// Bool reads a boolean, and what NULL has in its place.
func (r *Reader) Bool() bool {
	t := r.take()
	return t.to-t.from == int32(len("true"))
}

// Skip steps over a value.
func (r *Reader) Skip() { r.i = after(r.of.tokens, r.i) }

// Count is how many elements the list, the set or the map has that the reader stands before.
func (r *Reader) Count() (n int) {
	t := &r.of.tokens[r.i]
	for at := r.i + 1; at < int(t.next); n++ {
		if t.tag == M {
			at++ // the name
		}
		at = after(r.of.tokens, at)
	}
	return n
}

// empty reports whether the container that the reader stands before is.
func (r *Reader) empty() bool { return int(r.of.tokens[r.i].next) == r.i+1 }

// Value reads a value.
func (r *Reader) Value() types.AttributeValue {
	switch r.Tag() {
	case S:
		return &types.AttributeValueMemberS{Value: string(r.Text())}
	case N:
		return &types.AttributeValueMemberN{Value: string(r.Text())}
	case B:
		return &types.AttributeValueMemberB{Value: r.Bytes()}
	case BOOL:
		return &types.AttributeValueMemberBOOL{Value: r.Bool()}
	case NULL:
		return &types.AttributeValueMemberNULL{Value: r.Bool()}
	case M:
		return &types.AttributeValueMemberM{Value: r.members()}
	case L:
		return &types.AttributeValueMemberL{Value: list(r, r.Value)}
	case SS:
		return &types.AttributeValueMemberSS{Value: list(r, func() string { return string(r.Text()) })}
	case NS:
		return &types.AttributeValueMemberNS{Value: list(r, func() string { return string(r.Text()) })}
	}
	return &types.AttributeValueMemberBS{Value: list(r, r.Bytes)}
}

func (r *Reader) members() map[string]types.AttributeValue {
	m := make(map[string]types.AttributeValue, r.Count())
	for end := r.Begin(); r.More(end); {
		name := string(r.Name())
		m[name] = r.Value()
	}
	return m
}

// list reads elements; an empty list is not nil.
func list[E any](r *Reader, element func() E) []E {
	out := make([]E, 0, r.Count())
	for end := r.Begin(); r.More(end); {
		out = append(out, element())
	}
	return out
}
