package trees

import (
	"github.com/aws/aws-sdk-go-v2/feature/dynamodb/expression"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/dystore/dystore/internal/attr"
	"github.com/dystore/dystore/internal/expr"
	"github.com/dystore/dystore/internal/model"
	"github.com/dystore/dystore/lens"
)

// Said says in the words of the package expression what a typed condition says.
func Said(cond lens.Condition[Tree]) expression.ConditionBuilder { return said(cond.ModelCond()) }

func said(c *model.Cond) expression.ConditionBuilder {
	switch c.Op {
	case model.And, model.Or:
		join := expression.And
		if c.Op == model.Or {
			join = expression.Or
		}
		all := said(c.Subs[0])
		for _, sub := range c.Subs[1:] {
			all = join(all, said(sub))
		}
		return all
	case model.Not:
		return said(c.Subs[0]).Not()
	}
	if c.Said != nil {
		return saidAlready(c.Said)
	}
	name := lens.Name(model.HandleLens[Tree, any, lens.Error](c.Lens))
	var values []expression.OperandBuilder
	for _, v := range c.Values {
		av, err := c.Lens.EncodeOperand(v)
		if err != nil || av == nil { // nil is no value
			if c.Op == model.Ne {
				return name.AttributeExists()
			}
			return name.AttributeNotExists()
		}
		values = append(values, expression.Value(av))
	}
	switch c.Op {
	case model.Exists:
		return name.AttributeExists()
	case model.NotExists:
		return name.AttributeNotExists()
	case model.Between:
		return name.Between(values[0], values[1])
	case model.In:
		return name.In(values[0], values[1:]...)
	}
	return compare[c.Op](name, values[0])
}

var compare = map[model.CondOp]func(left, right expression.OperandBuilder) expression.ConditionBuilder{
	model.Eq: expression.Equal, model.Ne: expression.NotEqual, model.Lt: expression.LessThan, model.Le: expression.LessThanEqual,
	model.Gt: expression.GreaterThan, model.Ge: expression.GreaterThanEqual,
}

// saidAlready says a condition of a function again.
func saidAlready(c *expr.Condition) expression.ConditionBuilder {
	if of := c.Args[0]; of.Func == "size" {
		size := expression.Size(named(of.Args[0].Path))
		if c.Op == "BETWEEN" {
			return expression.Between(size, expression.Value(c.Args[1].Value), expression.Value(c.Args[2].Value))
		}
		return sizes[c.Op](size, expression.Value(c.Args[1].Value))
	}
	name := named(c.Args[0].Path)
	switch c.Op {
	case "begins_with":
		return name.BeginsWith(c.Args[1].Value.(*types.AttributeValueMemberS).Value)
	case "contains":
		return name.Contains(c.Args[1].Value)
	}
	return name.AttributeType(expression.DynamoDBAttributeType(c.Args[1].Value.(*types.AttributeValueMemberS).Value))
}

// named is the name of the value at a path.
func named(path attr.Path) expression.NameBuilder {
	return lens.Name(model.HandleLens[Tree, any, lens.Error](&model.Lens{Path: path}))
}

var sizes = map[string]func(left, right expression.OperandBuilder) expression.ConditionBuilder{
	"=": expression.Equal, "<>": expression.NotEqual, "<": expression.LessThan, "<=": expression.LessThanEqual,
	">": expression.GreaterThan, ">=": expression.GreaterThanEqual,
}
