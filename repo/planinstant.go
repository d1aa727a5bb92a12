package repo

import (
	"slices"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/dystore/dystore/internal/attr"
	"github.com/dystore/dystore/internal/model"
	"github.com/dystore/dystore/internal/stored"
)

// Conditions on times that are stored as text. One instant has many RFC 3339
// texts, because a time is stored in its own zone and other programs write
// trailing zeros; DynamoDB compares the text. Of texts in canonical form, UTC
// without trailing zeros, no two are one instant. So a text that is neither
// canonical nor one that the condition names refuses the write. The next plan
// knows it, compares the instants and holds only for that very text.

// spelling is a stored text that a condition compares as an instant.
type spelling struct {
	owner stored.Inst
	rel   attr.Path
	texts []string // those of the condition's own
}

// instants returns the placeholders of what the stored text is compared with for
// values, and makes the write depend on their being enough.
func (p *updatePlan) instants(t *target, x *edit, values []types.AttributeValue) (operands []string) {
	known, isKnown := p.spelt[parentKey(t.owner, t.rel)]
	s := spelling{owner: t.owner, rel: t.rel}
	var rest []string
	for _, v := range values {
		text, ok := v.(*types.AttributeValueMemberS)
		if !ok { // a NULL, for a nil element
			rest = append(rest, x.Value(v))
			continue
		}
		for _, same := range []string{text.Value, canonical(text.Value), known} {
			if canonical(same) == canonical(text.Value) && !slices.Contains(s.texts, same) {
				s.texts = append(s.texts, same)
				operands = append(operands, x.Value(stringAV(same)))
			}
		}
	}
	if len(operands) == 0 {
		return rest
	}
	p.spellings = append(p.spellings, s)
	doc, v := t.doc(&x.Builder), func(s string) string { return x.Value(stringAV(s)) }
	if isKnown {
		x.Require(doc + " = " + v(known))
	} else {
		x.Require("NOT attribute_type(" + doc + ", " + v("S") + ") OR " + among(doc, operands) +
			" OR contains(" + doc + ", " + v("Z") + ") AND NOT (contains(" + doc + ", " + v(".") + ") AND contains(" + doc + ", " + v("0Z") + "))")
	}
	return append(operands, rest...)
}

// odd returns the stored text, and whether the condition could not tell what
// instant it is: what instants makes the write depend on does not hold.
func (s spelling) odd(it attrs) (string, bool) {
	v, ok := follow(it, s.rel).(*types.AttributeValueMemberS)
	if !ok {
		return "", false
	}
	isCanonical := strings.Contains(v.Value, "Z") && !(strings.Contains(v.Value, ".") && strings.Contains(v.Value, "0Z"))
	return v.Value, !isCanonical && !slices.Contains(s.texts, v.Value)
}

// spelling takes note of a text that the plan did not know, or that is no longer
// the one it knew; false if neither is why it was refused.
func (u *updating) spelling(s spelling, it attrs) bool {
	place := parentKey(s.owner, s.rel)
	was, known := u.spelt[place]
	text, odd := s.odd(it)
	if known && text == was || !known && !odd {
		return false
	}
	delete(u.spelt, place)
	if odd {
		u.spelt[place] = text
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

// asInstants reports whether a condition compares texts as instants. Keys are
// stored in one form, and text is as good there.
func (c *core) asInstants(cond *model.Cond) bool {
	switch cond.Op {
	case model.Eq, model.Ne, model.In:
		return cond.Lens.Codec.Instant() && !c.s.isKey(cond.Lens.Path)
	}
	return false
}
