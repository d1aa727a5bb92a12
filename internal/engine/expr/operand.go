package expr

import (
	"strconv"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/dystore/dystore/internal/engine/attr"
)

// operand is a part of an expression with a value. The value is nil if the
// operand refers to something that the item does not have.
type operand interface{ value(attr.Item) attr.Value }

type (
	reference struct{ path Path }
	literal   struct{ v attr.Value }
	size      struct{ of operand }
)

func (o reference) value(item attr.Item) attr.Value { return o.path.Lookup(item) }
func (o literal) value(attr.Item) attr.Value        { return o.v }

func (o size) value(item attr.Item) attr.Value {
	n, ok := length(o.of.value(item))
	if !ok {
		return nil
	}
	return &types.AttributeValueMemberN{Value: strconv.Itoa(n)}
}

// staticType is the type of an operand that is known without an item.
func staticType(o operand) string {
	switch o := o.(type) {
	case literal:
		return attr.Type(o.v)
	case size:
		return "N"
	}
	return ""
}

// requireType reports a literal operand of a type that the operator never
// accepts.
func (p *parser) requireType(operator string, o operand, allowed ...string) {
	t := staticType(o)
	if t == "" {
		return
	}
	for _, a := range allowed {
		if t == a {
			return
		}
	}
	p.failLater("Incorrect operand type for operator or function; operator or function: %s, operand type: %s", operator, t)
}

// distinct reports a path that is compared with itself.
func (p *parser) distinct(operator string, first operand, rest ...operand) {
	a, ok := first.(reference)
	if !ok {
		return
	}
	for _, o := range rest {
		if b, ok := o.(reference); ok && a.path.equal(b.path) {
			p.failLater("The first operand must be distinct from the remaining operands for this operator or function; operator: %s, first operand: %s", operator, a.path)
		}
	}
}
