package item

import (
	"encoding/binary"
	"unicode/utf8"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
)

// ParseCanonical is the reverse of AppendCanonical. It is strict: it accepts
// exactly the bytes that AppendCanonical writes, whole, so that one value has
// one text. Anything else is ErrMalformed. What it allocates is bounded by the
// length of b, its recursion by MaxDepth, and the result shares no memory with
// b.
func ParseCanonical(b []byte) (types.AttributeValue, error) {
	p := parser{rest: b}
	av := p.value(1)
	if p.bad || len(p.rest) != 0 {
		return nil, &Error{Err: ErrMalformed}
	}
	return av, nil
}

// trusted is the count up to which room is made before the elements are seen.
// Nested counts that all lie would otherwise claim the input many times over.
const trusted = 128

// parser reads from the front of rest. After the first fault bad is set and
// results are meaningless; rest is then empty, so that loops end.
type parser struct {
	rest []byte
	bad  bool
}

func (p *parser) fail() { p.rest, p.bad = nil, true }

func (p *parser) value(level int) types.AttributeValue {
	if level > MaxDepth {
		p.fail()
		return nil
	}
	switch p.byte() {
	case typeS:
		return &types.AttributeValueMemberS{Value: p.text()}
	case typeN:
		return &types.AttributeValueMemberN{Value: p.number()}
	case typeB:
		return &types.AttributeValueMemberB{Value: p.bytes()}
	case typeBOOL:
		return &types.AttributeValueMemberBOOL{Value: p.bool()}
	case typeNULL:
		return &types.AttributeValueMemberNULL{Value: true}
	case typeSS:
		return &types.AttributeValueMemberSS{Value: set(p, p.text, sameText)}
	case typeNS:
		return &types.AttributeValueMemberNS{Value: set(p, p.number, sameText)}
	case typeBS:
		return &types.AttributeValueMemberBS{Value: set(p, p.bytes, func(b []byte) string { return string(b) })}
	case typeL:
		return p.list(level + 1)
	case typeM:
		return p.entries(level + 1)
	}
	p.fail()
	return nil
}

func sameText(s string) string { return s }

func (p *parser) byte() byte {
	if len(p.rest) == 0 {
		p.fail()
		return 0
	}
	c := p.rest[0]
	p.rest = p.rest[1:]
	return c
}

func (p *parser) bool() bool {
	c := p.byte()
	if c > 1 {
		p.fail()
	}
	return c == 1
}

// length reads a length or a count. Both are at most the number of bytes that
// are left, since every element takes at least one.
func (p *parser) length() int {
	n, size := binary.Uvarint(p.rest)
	if size <= 0 || n > uint64(len(p.rest)-size) || size > 1 && p.rest[size-1] == 0 {
		p.fail()
		return 0
	}
	p.rest = p.rest[size:]
	return int(n)
}

// view reads length-prefixed bytes without a copy.
func (p *parser) view() []byte {
	n := p.length()
	v := p.rest[:n]
	p.rest = p.rest[n:]
	return v
}

func (p *parser) text() string {
	s := string(p.view())
	if !utf8.ValidString(s) {
		p.fail()
	}
	return s
}

// bytes is never nil: an empty binary value is a value.
func (p *parser) bytes() []byte { return append([]byte{}, p.view()...) }

func (p *parser) number() string {
	s := p.text()
	if n, err := NormalizeNumber(s); err != nil || n != s {
		p.fail()
	}
	return s
}

// set reads a set of which the elements must ascend.
func set[E any](p *parser, next func() E, key func(E) string) []E {
	n := p.length()
	if n == 0 {
		p.fail()
		return nil
	}
	elems := make([]E, 0, min(n, trusted))
	for range n {
		e := next()
		if p.bad || len(elems) > 0 && key(e) <= key(elems[len(elems)-1]) {
			p.fail()
			return nil
		}
		elems = append(elems, e)
	}
	return elems
}

func (p *parser) list(level int) types.AttributeValue {
	n := p.length()
	if level > MaxDepth {
		p.fail()
		return nil
	}
	elems := make([]types.AttributeValue, 0, min(n, trusted))
	for range n {
		if elems = append(elems, p.value(level)); p.bad {
			return nil
		}
	}
	return &types.AttributeValueMemberL{Value: elems}
}

func (p *parser) entries(level int) types.AttributeValue {
	n := p.length()
	if level > MaxDepth {
		p.fail()
		return nil
	}
	m := make(map[string]types.AttributeValue, min(n, trusted))
	last := ""
	for range n {
		s := p.text()
		if s <= last || len(s) > MaxName { // an empty name too is not above ""
			p.fail()
			return nil
		}
		if m[s] = p.value(level); p.bad {
			return nil
		}
		last = s
	}
	return &types.AttributeValueMemberM{Value: m}
}
