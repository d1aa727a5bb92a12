package cipher

import (
	"encoding/binary"
	"fmt"
	"io"
	"strconv"
	"strings"

	"github.com/dystore/dystore/internal/item"
)

// Binding is what an encrypted value is tied to: it opens only with the same
// binding. The repository makes it from where it found the value; nothing of
// it is stored with the value.
type Binding struct {
	Entity string    // logical name of the model, stable when tables are renamed or restored
	Scope  string    // which keys: empty, unless the key source has keys per tenant
	Key    []KeyPart // stored key of the object's root item: partition key, then sort key if there is one
	Path   Path      // logical path of the value in the object
}

// KeyPart is one attribute of a stored key: its DynamoDB type and its value.
// It prints without the value.
type KeyPart struct {
	_    [0]func() // two parts are not compared with ==
	kind byte      // 'S', 'N' or 'B', as in the encoding
	// value is behind a pointer because fmt ignores Format for some verbs, and
	// in unexported fields, but follows no pointer to a string.
	value *string
}

// KeyString, KeyNumber and KeyBinary make the part of a key attribute of type
// S, N and B. KeyNumber takes any notation of a number and refuses what is no
// number to DynamoDB; the text itself is not in the error.
func KeyString(s string) KeyPart { return KeyPart{kind: 'S', value: &s} }

// KeyBinary is described at [KeyString].
func KeyBinary(b []byte) KeyPart {
	s := string(b)
	return KeyPart{kind: 'B', value: &s}
}

// KeyNumber is described at [KeyString].
func KeyNumber(s string) (KeyPart, error) {
	n, err := item.NormalizeNumber(s)
	if err != nil {
		return KeyPart{}, fmt.Errorf("cipher: KeyNumber: %w", err)
	}
	return KeyPart{kind: 'N', value: &n}, nil
}

// Text is the value: of a number its digits as DynamoDB stores them, of bytes these bytes.
// It is often personal data, which errors and logs should not have.
func (p KeyPart) Text() string {
	if p.value == nil {
		return ""
	}
	return *p.value
}

// Format writes the type alone, for every verb: values of keys are personal
// data more often than not, and errors and logs print bindings.
func (p KeyPart) Format(f fmt.State, _ rune) {
	kind := "no"
	if p.kind != 0 {
		kind = string(rune(p.kind))
	}
	_, _ = io.WriteString(f, kind+" key part, redacted")
}

// Path is the way from the root of an object to a value.
type Path []Segment

// Segment is one step of a Path.
type Segment struct {
	kind byte // segName or segElem, as in the encoding
	name string
}

const (
	segName byte = 1
	segElem byte = 2
)

// Name is the step to the attribute of a struct, or to the entry of a map,
// with that name: to the encryption both are the same.
func Name(name string) Segment { return Segment{kind: segName, name: name} }

// Elem is the step to any element of a list. Positions are not part of a
// binding, since removing an element moves those after it.
func Elem() Segment { return Segment{kind: segElem} }

// String renders the path for people, as in past[].city.
func (p Path) String() string {
	var b strings.Builder
	for i, s := range p {
		switch {
		case s.kind == segElem:
			b.WriteString("[]")
		case s.name == "" || strings.ContainsFunc(s.name, awkward):
			b.WriteString("[" + strconv.Quote(s.name) + "]")
		default:
			if i > 0 {
				b.WriteByte('.')
			}
			b.WriteString(s.name)
		}
	}
	return b.String()
}

// awkward reports a character that would make a name look like several steps.
func awkward(r rune) bool {
	return strings.ContainsRune(`.[]"`, r) || r == '\uFFFD' || !strconv.IsPrint(r)
}

// AppendAAD appends the binding as bytes, to be authenticated together with a
// value. Bindings that differ have different bytes: every text follows its
// length, every list its count. The bytes are part of the stored format and
// never change.
func (b *Binding) AppendAAD(dst []byte) []byte {
	dst = appendText(dst, b.Entity)
	dst = appendText(dst, b.Scope)
	dst = binary.BigEndian.AppendUint64(dst, uint64(len(b.Key)))
	for _, p := range b.Key {
		dst = appendText(append(dst, p.kind), p.Text())
	}
	dst = binary.BigEndian.AppendUint64(dst, uint64(len(b.Path)))
	for _, s := range b.Path {
		dst = append(dst, s.kind)
		if s.kind == segName {
			dst = appendText(dst, s.name)
		}
	}
	return dst
}

func appendText(dst []byte, s string) []byte {
	dst = binary.BigEndian.AppendUint64(dst, uint64(len(s)))
	return append(dst, s...)
}

// complete reports whether the binding ties a value to something. A value
// sealed under an empty one could be moved anywhere.
func (b *Binding) complete() bool {
	if b == nil || b.Entity == "" || len(b.Key) == 0 || len(b.Path) == 0 {
		return false
	}
	for _, p := range b.Key {
		if p.kind == 0 {
			return false
		}
	}
	for _, s := range b.Path {
		if s.kind == 0 {
			return false
		}
	}
	return true
}
