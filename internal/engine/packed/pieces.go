package packed

import (
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/dystore/dystore/internal/engine/attr"
)

// pieces allocates the values of each frequent type of one item in one piece.
// To make values is most of the cost of reading many items.
type pieces struct {
	s        piece[types.AttributeValueMemberS]
	n        piece[types.AttributeValueMemberN]
	b        piece[types.AttributeValueMemberB]
	m        piece[types.AttributeValueMemberM]
	l        piece[types.AttributeValueMemberL]
	flags    piece[types.AttributeValueMemberBOOL]
	nulls    piece[types.AttributeValueMemberNULL]
	elements piece[attr.Value]
	binary   piece[byte]
}

// piece is room for as many elements as were expected. It is allocated with the
// first one.
type piece[E any] struct {
	free     []E
	expected int
}

// take is the next element.
func (p *piece[E]) take() *E { return &p.cut(1)[0] }

// cut is the next n elements. To append to them does not write to the piece.
// The result is never nil: an empty list is a value.
func (p *piece[E]) cut(n int) []E {
	if n > len(p.free) || p.free == nil {
		p.free = make([]E, max(p.expected, n))
	}
	taken := p.free[:n:n]
	p.free = p.free[n:]
	return taken
}

// expectFields passes over n attributes and counts the values that they need.
func (c *cursor) expectFields(p *pieces, n, depth int) {
	for range n {
		c.text()
		c.expect(p, depth)
	}
}

// expect passes over a value and counts it.
func (c *cursor) expect(p *pieces, depth int) {
	if depth > attr.MaxDepth {
		c.fail()
		return
	}
	switch c.byte() {
	case tagS:
		p.s.expected++
		c.text()
	case tagN:
		p.n.expected++
		c.text()
	case tagB:
		p.b.expected++
		p.binary.expected += len(c.text())
	case tagSS, tagNS:
		c.skipTexts()
	case tagBS:
		for range c.count() {
			p.binary.expected += len(c.text())
		}
	case tagM:
		p.m.expected++
		c.expectFields(p, c.count(), depth+1)
	case tagL:
		p.l.expected++
		n := c.count()
		p.elements.expected += n
		for range n {
			c.expect(p, depth+1)
		}
	case tagTrue, tagFalse:
		p.flags.expected++
	case tagNull:
		p.nulls.expected++
	default:
		c.fail()
	}
}
