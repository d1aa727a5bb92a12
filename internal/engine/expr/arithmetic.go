package expr

import (
	"errors"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/dystore/dystore/internal/engine/attr"
	"github.com/dystore/dystore/internal/engine/decimal"
)

const (
	errAbsent  = attr.Invalid("The provided expression refers to an attribute that does not exist in the item")
	errOperand = attr.Invalid("An operand in the update expression has an incorrect data type")
)

// expression is the right side of a SET action.
type expression interface {
	// evaluate returns the value, or nil if the expression refers to something
	// absent.
	evaluate(attr.Item) (attr.Value, error)
	// cost is what the expression adds to the cost of its update.
	cost() int
}

type (
	plain struct{ of operand }
	sum   struct {
		left, right expression
		negative    bool
	}
	ifNotExists struct {
		path     Path
		fallback expression
	}
	listAppend struct{ left, right expression }
)

func (e plain) evaluate(item attr.Item) (attr.Value, error) { return e.of.value(item), nil }

func (e ifNotExists) evaluate(item attr.Item) (attr.Value, error) {
	// The fallback must exist even if it is not needed.
	fallback, err := e.fallback.evaluate(item)
	if err == nil && fallback == nil {
		err = errAbsent
	}
	if v := e.path.Lookup(item); v != nil && err == nil {
		return v, nil
	}
	return fallback, err
}

// both evaluates two operands that must exist.
func both(item attr.Item, left, right expression) (attr.Value, attr.Value, error) {
	l, err := left.evaluate(item)
	if err != nil {
		return nil, nil, err
	}
	r, err := right.evaluate(item)
	if err != nil {
		return nil, nil, err
	}
	if l == nil || r == nil {
		return nil, nil, errAbsent
	}
	return l, r, nil
}

func (e sum) evaluate(item attr.Item) (attr.Value, error) {
	left, right, err := both(item, e.left, e.right)
	if err != nil {
		return nil, err
	}
	l, lok := left.(*types.AttributeValueMemberN)
	r, rok := right.(*types.AttributeValueMemberN)
	if !lok || !rok {
		return nil, errOperand
	}
	n := attr.Number(r.Value)
	if e.negative {
		n = n.Neg()
	}
	return add(attr.Number(l.Value), n)
}

func add(a, b decimal.Decimal) (attr.Value, error) {
	n, err := a.Add(b)
	switch {
	case err == nil:
		return &types.AttributeValueMemberN{Value: n.String()}, nil
	case errors.Is(err, decimal.ErrUnderflow):
		return nil, attr.Invalid("Number underflow. Attempting to store a number with magnitude smaller than supported range")
	}
	// The service gives this text for sums of too many digits too.
	return nil, attr.Invalid("Number overflow. Attempting to store a number with magnitude larger than supported range")
}

func (e listAppend) evaluate(item attr.Item) (attr.Value, error) {
	left, right, err := both(item, e.left, e.right)
	if err != nil {
		return nil, err
	}
	l, lok := left.(*types.AttributeValueMemberL)
	r, rok := right.(*types.AttributeValueMemberL)
	if !lok || !rok {
		return nil, errOperand
	}
	list := make([]attr.Value, 0, len(l.Value)+len(r.Value))
	return &types.AttributeValueMemberL{Value: append(append(list, l.Value...), r.Value...)}, nil
}

// addTo is the effect of ADD: a sum of numbers or a union of sets.
func addTo(old, v attr.Value) (attr.Value, error) {
	if old == nil {
		return v, nil
	}
	if attr.Type(old) != attr.Type(v) {
		return nil, errOperand
	}
	if n, ok := v.(*types.AttributeValueMemberN); ok {
		return add(attr.Number(old.(*types.AttributeValueMemberN).Value), attr.Number(n.Value))
	}
	return attr.Union(old, v), nil
}

// deleteFrom is the effect of DELETE: a difference of sets, or nil if the
// difference is empty.
func deleteFrom(old, v attr.Value) (attr.Value, error) {
	if old == nil {
		return nil, nil
	}
	if attr.Type(old) != attr.Type(v) {
		return nil, errOperand
	}
	return attr.Difference(old, v), nil
}
