package packed

import (
	"github.com/dystore/dystore/internal/engine/attr"
	"github.com/dystore/dystore/internal/engine/decimal"
)

// cursor reads an item from its beginning to the first malformation. From then
// on it reads zero values.
type cursor struct {
	rest   string
	failed bool
}

func (c *cursor) fail() {
	c.failed = true
	c.rest = ""
}

func (c *cursor) byte() byte {
	if c.rest == "" {
		c.fail()
		return 0
	}
	b := c.rest[0]
	c.rest = c.rest[1:]
	return b
}

// maxCount is the number of bytes of the longest varint of a length.
const maxCount = 5

// count reads a length. Every counted thing takes at least one byte, so a
// length beyond the rest is a malformation and never an allocation.
func (c *cursor) count() int {
	n := 0
	for i := range min(len(c.rest), maxCount) {
		b := c.rest[i]
		n |= int(b&0x7f) << (7 * i)
		if b >= 0x80 {
			continue
		}
		if c.rest = c.rest[i+1:]; n > len(c.rest) || i > 0 && b == 0 {
			break
		}
		return n
	}
	c.fail()
	return 0
}

func appendCount(dst []byte, n int) []byte {
	for ; n >= 0x80; n >>= 7 {
		dst = append(dst, byte(n)|0x80)
	}
	return append(dst, byte(n))
}

func (c *cursor) text() string {
	n := c.count()
	s := c.rest[:n]
	c.rest = c.rest[n:]
	return s
}

func (c *cursor) skipTexts() {
	for range c.count() {
		c.text()
	}
}

// skip passes over a value at a depth, without a look at its numbers.
func (c *cursor) skip(depth int) {
	if depth > attr.MaxDepth {
		c.fail()
		return
	}
	switch c.byte() {
	case tagS, tagN, tagB:
		c.text()
	case tagSS, tagNS, tagBS:
		c.skipTexts()
	case tagM:
		for range c.count() {
			c.text()
			c.skip(depth + 1)
		}
	case tagL:
		for range c.count() {
			c.skip(depth + 1)
		}
	case tagTrue, tagFalse, tagNull:
	default:
		c.fail()
	}
}

// size passes over a value and returns what DynamoDB counts for it. It checks
// everything.
func (c *cursor) size(depth int) int {
	if depth > attr.MaxDepth {
		c.fail()
		return 0
	}
	switch tag := c.byte(); tag {
	case tagS, tagB:
		return len(c.text())
	case tagN:
		return c.number(c.text()).Size()
	case tagSS, tagNS, tagBS:
		return c.sizeOfSet(tag)
	case tagM:
		n := c.count()
		return 3 + n + c.sizeOfFields(n, depth+1)
	case tagL:
		n := c.count()
		size := 3 + n
		for range n {
			size += c.size(depth + 1)
		}
		return size
	case tagTrue, tagFalse, tagNull:
		return 1
	}
	c.fail()
	return 0
}

func (c *cursor) sizeOfFields(n, depth int) int {
	size, last := 0, ""
	for i := range n {
		name := c.text()
		if i > 0 && name <= last {
			c.fail()
		}
		last = name
		size += len(name) + c.size(depth)
	}
	return size
}

func (c *cursor) sizeOfSet(tag byte) int {
	size, n := 0, c.count()
	for range n {
		e := c.text()
		if tag == tagNS {
			size += c.number(e).Size()
		} else {
			size += len(e)
		}
	}
	return size
}

// number is the decimal of a text that other code will take for a number.
func (c *cursor) number(s string) decimal.Decimal {
	d, err := decimal.Parse(s)
	if err != nil {
		c.fail()
	}
	return d
}
