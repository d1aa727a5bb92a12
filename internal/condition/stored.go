package condition

import (
	"reflect"
	"slices"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/dystore/dystore/internal/codec"
	"github.com/dystore/dystore/internal/expr"
	"github.com/dystore/dystore/internal/item"
	"github.com/dystore/dystore/internal/model"
)

// Operand encodes a value that is compared with what a lens leads to, and says
// whether instants are compared, which have many spellings.
type Operand func(*model.Lens, reflect.Value) (av types.AttributeValue, instant bool, err error)

// Stored returns a condition with its values in the form that is stored, so that
// Text and Holds can take it.
func Stored(c *model.Cond, operand Operand) (*model.Cond, error) {
	if len(c.Subs) > 0 {
		out := &model.Cond{Op: c.Op, Subs: make([]*model.Cond, len(c.Subs))}
		for i, sub := range c.Subs {
			var err error
			if out.Subs[i], err = Stored(sub, operand); err != nil {
				return nil, err
			}
		}
		return out, nil
	}
	if c.Said != nil || len(c.Values) == 0 {
		return c, nil
	}
	out := &model.Cond{Op: c.Op, Lens: c.Lens}
	said := &expr.Condition{Op: operators[c.Op], Args: []expr.Operand{{Path: c.Lens.Path}}}
	for _, v := range c.Values {
		av, instant, err := operand(c.Lens, v)
		switch {
		case err != nil:
			return nil, refuse(c.Lens.Path, err.Error())
		case av == nil && c.Op == model.Eq:
			return &model.Cond{Op: model.NotExists, Lens: c.Lens}, nil
		case av == nil && c.Op == model.Ne:
			return &model.Cond{Op: model.Exists, Lens: c.Lens}, nil
		case av == nil:
			return nil, refuse(c.Lens.Path, "a zero value is not stored under omitempty; test it with Exists")
		}
		out.Instants = instant
		said.Args = append(said.Args, expr.Operand{Value: av})
	}
	if c.Op == model.Between && item.Less(said.Args[2].Value, said.Args[1].Value) {
		return nil, refuse(c.Lens.Path, "Between: the lower bound is greater than the upper one")
	}
	out.Said = said
	return out, nil
}

// operators are those of expressions.
var operators = map[model.CondOp]string{
	model.Eq: "=", model.Ne: "<>", model.Lt: "<", model.Le: "<=", model.Gt: ">", model.Ge: ">=", model.Between: "BETWEEN", model.In: "IN",
}

// Instants are the comparisons of instants in a condition.
func Instants(c *model.Cond) (all []*model.Cond) {
	if c.Instants {
		return []*model.Cond{c}
	}
	for _, sub := range c.Subs {
		all = append(all, Instants(sub)...)
	}
	return all
}

// ComparesInstants reports whether a condition holds for the stored spelling of a
// time, nil where there is none.
func ComparesInstants(op model.CondOp, stored types.AttributeValue, values []types.AttributeValue) bool {
	at := instant(stored)
	before := func(i int) bool { return item.Less(at, instant(values[i])) }
	after := func(i int) bool { return item.Less(instant(values[i]), at) }
	same := func(v types.AttributeValue) bool {
		other := instant(v)
		return at != nil && other != nil && !item.Less(at, other) && !item.Less(other, at)
	}
	switch op {
	case model.Eq:
		return same(values[0])
	case model.Ne:
		return !same(values[0])
	case model.In:
		return slices.ContainsFunc(values, same)
	case model.Lt:
		return before(0)
	case model.Le:
		return before(0) || same(values[0])
	case model.Gt:
		return after(0)
	case model.Ge:
		return after(0) || same(values[0])
	case model.Between:
		return (after(0) || same(values[0])) && (before(1) || same(values[1]))
	}
	return false
}

// instant is a time in exact seconds, nil of what is none to Go.
func instant(av types.AttributeValue) types.AttributeValue {
	switch v := av.(type) {
	case *types.AttributeValueMemberS:
		if t, err := time.Parse(time.RFC3339, v.Value); err == nil {
			return codec.ExactSeconds(t)
		}
	case *types.AttributeValueMemberN:
		return v
	}
	return nil
}
