// Package slab makes attribute values many at a time. A document of a hundred attributes
// then costs a few allocations for its leaves and not one for each.
package slab

import (
	"strings"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
)

// Values makes the values of one document. What it makes has no part in common with
// anything else, though it shares a piece of memory, which stays as long as one of them
// does. A nil Values makes each for itself. It is not safe for concurrent use.
type Values struct {
	strings  slab[types.AttributeValueMemberS]
	numbers  slab[types.AttributeValueMemberN]
	bools    slab[types.AttributeValueMemberBOOL]
	binaries slab[types.AttributeValueMemberB]
	maps     slab[types.AttributeValueMemberM]
	lists    slab[types.AttributeValueMemberL]

	digits strings.Builder // of numbers, one after the other
}

// Counts says how many values of each type something has.
type Counts struct{ Strings, Numbers, Bools, Binaries, Maps, Lists int }

// Add adds those of something else.
func (c *Counts) Add(o Counts) {
	c.Strings += o.Strings
	c.Numbers += o.Numbers
	c.Bools += o.Bools
	c.Binaries += o.Binaries
	c.Maps += o.Maps
	c.Lists += o.Lists
}

// Expect says that values are about to be made: n times those of c, or fewer.
func (v *Values) Expect(c *Counts, n int) {
	if v == nil {
		return
	}
	v.strings.ahead += n * c.Strings
	v.numbers.ahead += n * c.Numbers
	v.bools.ahead += n * c.Bools
	v.binaries.ahead += n * c.Binaries
	v.maps.ahead += n * c.Maps
	v.lists.ahead += n * c.Lists
}

// String makes an S.
func (v *Values) String(s string) types.AttributeValue {
	if v == nil {
		return &types.AttributeValueMemberS{Value: s}
	}
	av := v.strings.next()
	av.Value = s
	return av
}

// Number makes an N.
func (v *Values) Number(text string) types.AttributeValue {
	if v == nil {
		return &types.AttributeValueMemberN{Value: text}
	}
	av := v.numbers.next()
	av.Value = text
	return av
}

// Bool makes a BOOL.
func (v *Values) Bool(b bool) types.AttributeValue {
	if v == nil {
		return &types.AttributeValueMemberBOOL{Value: b}
	}
	av := v.bools.next()
	av.Value = b
	return av
}

// Binary makes a B, which takes b over.
func (v *Values) Binary(b []byte) types.AttributeValue {
	if v == nil {
		return &types.AttributeValueMemberB{Value: b}
	}
	av := v.binaries.next()
	av.Value = b
	return av
}

// Map makes an M, which takes m over.
func (v *Values) Map(m map[string]types.AttributeValue) types.AttributeValue {
	if v == nil {
		return &types.AttributeValueMemberM{Value: m}
	}
	av := v.maps.next()
	av.Value = m
	return av
}

// List makes an L, which takes l over.
func (v *Values) List(l []types.AttributeValue) types.AttributeValue {
	if v == nil {
		return &types.AttributeValueMemberL{Value: l}
	}
	av := v.lists.next()
	av.Value = l
	return av
}

// Text is the text of a number, which it copies.
func (v *Values) Text(digits []byte) string {
	if v == nil {
		return string(digits)
	}
	if v.digits.Cap()-v.digits.Len() < len(digits) {
		v.digits = strings.Builder{} // the texts made before keep the old one
		v.digits.Grow(max(len(digits), usualDigits*min(v.numbers.ahead, maxTexts)))
	}
	from := v.digits.Len()
	v.digits.Write(digits)
	return v.digits.String()[from:]
}

const (
	usualDigits = 8
	maxTexts    = 64
)

// slab makes values of one type.
type slab[E any] struct {
	free  []E
	ahead int // how many are expected to be made yet
}

// maxSlab bounds what is made in one piece. Of what is expected some may not be made, and
// of what is made one value may be kept.
const maxSlab = 256

func (s *slab[E]) next() *E {
	if len(s.free) == 0 {
		s.free = make([]E, min(max(1, s.ahead), maxSlab))
	}
	e := &s.free[0]
	s.free = s.free[1:]
	s.ahead--
	return e
}
