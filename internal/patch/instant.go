package patch

import (
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/dystore/dystore/internal/attr"
	"github.com/dystore/dystore/internal/commit"
	"github.com/dystore/dystore/internal/condition"
	"github.com/dystore/dystore/internal/item"
	"github.com/dystore/dystore/internal/model"
	"github.com/dystore/dystore/internal/place"
	"github.com/dystore/dystore/internal/schema"
	"github.com/dystore/dystore/internal/stored"
)

// Conditions on times. One instant has many spellings: a time in RFC 3339 text is
// stored in its own zone, other programs write trailing zeros, and what was
// stored before the tag option unixtime came or went is a text where there are
// numbers, or a number where there are texts. DynamoDB compares what is stored.
// Of texts in canonical form, UTC without trailing zeros and without digits that
// Go passes over, no two are one instant. So a spelling that is neither canonical
// nor one that the condition names refuses the write. In the key of an index texts have
// nine digits; no two of these are one instant either. The next plan knows it,
// compares the instants itself and holds only for that very spelling.

// spelling is a stored time that a condition compares as an instant.
type spelling struct {
	owner   stored.Inst
	rel     attr.Path
	seconds bool     // it is to be a number, under unixtime
	sorts   bool     // it is in the key of an index, where texts have nine digits
	texts   []string // of what is to be a text: those of the condition's own
}

// canonicalSize are the lengths of a canonical text: without a fraction of a
// second, and with nine digits of one.
var canonicalSize = [2]int{len("2006-01-02T15:04:05Z"), len("2006-01-02T15:04:05.123456789Z")}

// instants returns a condition on a time whose stored spelling is known, or else
// the placeholders of what DynamoDB is to compare it with; then the write
// depends on their being enough.
func (p *conditions) instants(op model.CondOp, seconds bool, t *place.Target, x *commit.Edit, values []types.AttributeValue) (decided string, operands []string) {
	s := spelling{owner: t.Owner, rel: t.Rel, seconds: seconds, sorts: p.s.InIndex(t.Path)}
	doc, str := x.Doc(t.Rel), func(s string) string { return x.Value(item.String(s)) }
	if known := p.spelt[parentKey(t.Owner, t.Rel)]; known != nil {
		p.spellings = append(p.spellings, s)
		x.Require(doc + " = " + x.Value(known))
		if condition.ComparesInstants(op, known, values) {
			return "attribute_exists(" + doc + ")", nil
		}
		return "attribute_not_exists(" + doc + ")", nil
	}
	for _, v := range values {
		text, isText := v.(*types.AttributeValueMemberS)
		if !isText { // a number, or a NULL for a nil element
			operands = append(operands, x.Value(v))
			continue
		}
		spellings := []string{text.Value, canonical(text.Value)}
		if form, err := p.s.IndexFormAt(t.Path, text); err == nil {
			if form, ok := form.(*types.AttributeValueMemberS); ok {
				spellings = append(spellings, form.Value)
			}
		}
		for _, same := range spellings {
			if !slices.Contains(s.texts, same) {
				s.texts = append(s.texts, same)
				operands = append(operands, str(same))
			}
		}
	}
	switch {
	case seconds:
		x.Require("NOT attribute_type(" + doc + ", " + str("S") + ")")
	case len(s.texts) == 0:
		return "", operands
	default:
		size := func(op string, n int) string { return "size(" + doc + ")" + op + x.Value(item.Int(int64(n))) }
		x.Require("NOT attribute_type(" + doc + ", " + str("N") + ")")
		fraction := "NOT contains(" + doc + ", " + str("0Z") + ") AND " + size(" <= ", canonicalSize[1])
		if s.sorts {
			fraction = "(" + fraction + " OR " + size(" = ", canonicalSize[1]) + ")"
		}
		x.Require("NOT attribute_type(" + doc + ", " + str("S") + ") OR " + among(doc, operands) + " OR contains(" + doc + ", " + str("Z") + ") AND (" +
			size(" = ", canonicalSize[0]) + " OR contains(" + doc + ", " + str(".") + ") AND " + fraction + ")")
	}
	p.spellings = append(p.spellings, s)
	return "", operands
}

// odd returns what is stored, nil of no spelling of a time, and whether the
// condition could not tell what instant it is: what instants makes the write
// depend on does not hold.
func (s spelling) odd(it attrs) (types.AttributeValue, bool) {
	switch v := item.Follow(it, s.rel).(type) {
	case *types.AttributeValueMemberN:
		return v, !s.seconds
	case *types.AttributeValueMemberS:
		// Of what is not ASCII, and no time, engines may count other sizes.
		size := utf8.RuneCountInString(v.Value)
		fraction := strings.Contains(v.Value, ".") && (!strings.Contains(v.Value, "0Z") && size <= canonicalSize[1] || s.sorts && size == canonicalSize[1])
		isCanonical := size == len(v.Value) && strings.Contains(v.Value, "Z") && (size == canonicalSize[0] || fraction)
		return v, s.seconds || !isCanonical && !slices.Contains(s.texts, v.Value)
	}
	return nil, false
}

// spelling takes note of a spelling that the plan did not know, or that is no
// longer the one it knew; false if neither is why it was refused.
func (u *updating) spelling(s spelling, it attrs) bool {
	place := parentKey(s.owner, s.rel)
	was, known := u.spelt[place]
	stored, odd := s.odd(it)
	if known && stored != nil && item.Equal(was, stored) || !known && !odd {
		return false
	}
	delete(u.spelt, place)
	if odd {
		set(&u.spelt, place, stored)
	}
	return true
}

// canonical is the text of the same instant in canonical form, and of no instant
// the text itself.
func canonical(text string) string {
	t, err := time.Parse(time.RFC3339, text)
	if err != nil {
		return text
	}
	return t.UTC().Format(time.RFC3339Nano)
}

// among is the condition that a value is one of several. IN takes a hundred.
func among(doc string, values []string) string {
	var lists []string
	for some := range slices.Chunk(values, 100) {
		lists = append(lists, doc+" IN ("+strings.Join(some, ", ")+")")
	}
	return strings.Join(lists, " OR ")
}

// asInstants reports whether a condition compares instants, and whether they are
// to be numbers. Keys have one stored form, which is compared.
func asInstants(s *schema.Schema, cond *model.Cond) (yes, seconds bool) {
	if s.IsKey(cond.Lens.Path) {
		return false, false
	}
	seconds = cond.Lens.Codec.Seconds()
	return seconds || cond.Lens.Codec.Instant(), seconds
}
