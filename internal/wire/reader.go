package wire

import (
	"bytes"
	"encoding/base64"
	"slices"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
)

// Reader reads values of an item. They have been checked: it does not fail. Who reads the
// content of a value reads all of it, or skips it.
type Reader struct {
	Exact bool // what the reader's caller does not know, it is not to pass over

	of     *answer
	b      []byte
	i      int
	spaced bool   // there is white space between tokens
	plain  []byte // of a string with escapes
	arena
}

// peek steps over white space.
func (r *Reader) peek() byte {
	if r.spaced {
		r.space()
	}
	return r.b[r.i]
}

func (r *Reader) space() {
	for r.b[r.i] <= ' ' {
		r.i++
	}
}

// step steps over one character, and white space before it.
func (r *Reader) step() {
	r.peek()
	r.i++
}

// Rest is what the reader has before it: at least the value that it stands before.
func (r *Reader) Rest() []byte { return r.b[r.i:] }

// Open steps into a value, to its content, and returns its type.
func (r *Reader) Open() Tag {
	if p := r.b[r.i:]; p[0] == '{' && p[1] == '"' && p[3] == '"' && p[4] == ':' {
		r.i += 5
		return letters[p[2]]
	}
	r.step() // the brace
	name := r.Text()
	r.step() // the colon
	return tagOf(name)
}

// Close steps out of a value.
func (r *Reader) Close() { r.step() }

// Begin steps into the content of a list, a set or a map.
func (r *Reader) Begin() { r.step() }

// More reports whether there is another element, and steps to it. Otherwise it steps out.
func (r *Reader) More() bool {
	switch r.peek() {
	case ']', '}':
		r.i++
		return false
	case ',':
		r.i++
	}
	return true
}

// Name reads the name of an entry. It is valid until the next text is read.
func (r *Reader) Name() []byte {
	name := r.Text()
	r.step() // the colon
	return name
}

// Text reads a string, the content of S and N. It is valid until the next one is read.
func (r *Reader) Text() []byte {
	r.peek()
	start := r.i + 1
	for i, c := range r.b[start:] {
		if c == '"' {
			r.i = start + i + 1
			return r.b[start : start+i]
		}
		if c == '\\' {
			break
		}
	}
	end := start
	for r.b[end] != '"' {
		if r.b[end] == '\\' {
			end++
		}
		end++
	}
	r.i = end + 1
	r.plain, _ = unescape(r.plain[:0], r.b[start:end])
	return r.plain
}

// Keep returns a text as a string that stays.
func (r *Reader) Keep(text []byte) string { return r.string(text) }

// Bytes reads the content of B into memory of its own.
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

// Bool reads the content of BOOL and NULL.
func (r *Reader) Bool() bool {
	yes := r.peek() == 't'
	r.i += len("false")
	if yes {
		r.i--
	}
	return yes
}

// Skip steps over the content of a value.
func (r *Reader) Skip() {
	for depth := 0; ; {
		switch r.peek() {
		case '"':
			r.skipText()
		case '{', '[':
			depth++
			r.i++
		case '}', ']':
			depth--
			r.i++
		case 't', 'f':
			r.Bool()
		default: // a comma or a colon
			r.i++
			continue
		}
		if depth == 0 {
			return
		}
	}
}

func (r *Reader) skipText() {
	for r.i++; ; r.i++ {
		switch r.b[r.i] {
		case '"':
			r.i++
			return
		case '\\':
			r.i++
		}
	}
}

// Count is how many elements the list, the set or the map has that the reader is about to
// begin.
func (r *Reader) Count() int {
	r.peek()
	n, _ := slices.BinarySearchFunc(r.of.sizes, int32(r.i), func(s size, at int32) int { return int(s.at - at) })
	return int(r.of.sizes[n].n)
}

// Value reads a value.
func (r *Reader) Value() types.AttributeValue {
	av := r.Content(r.Open())
	r.Close()
	return av
}

// Content reads the content of a value of a type.
func (r *Reader) Content(tag Tag) types.AttributeValue {
	switch tag {
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
	for r.Begin(); r.More(); {
		name := string(r.Name())
		m[name] = r.Value()
	}
	return m
}

// list reads elements; an empty list is not nil.
func list[E any](r *Reader, element func() E) []E {
	out := make([]E, 0, r.Count())
	for r.Begin(); r.More(); {
		out = append(out, element())
	}
	return out
}
