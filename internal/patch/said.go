package patch

import (
	"slices"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/dystore/dystore/internal/attr"
	"github.com/dystore/dystore/internal/commit"
	"github.com/dystore/dystore/internal/expr"
	"github.com/dystore/dystore/internal/item"
	"github.com/dystore/dystore/internal/model"
	"github.com/dystore/dystore/internal/vet"
)

// Conditions of the package expression. And, Or, Not and existence are those of
// typed conditions. What is left is one comparison or function, of one path or
// of several, whose operands are compared as they are stored.

// evaluateSaid is evaluate for one comparison: what the manifest knows to be absent
// has no value, and elements that it knows to be nil are NULL, as they are in a
// list that is not divided.
func (p *conditions) evaluateSaid(c *expr.Condition) (rest *model.Cond, holds bool, err error) {
	if holds, decided, err := p.counted(c); decided || err != nil {
		return nil, holds, err
	}
	left := &expr.Condition{Op: c.Op}
	null := false
	for i, o := range c.Args {
		known, err := p.lookUp(&o)
		switch {
		case err != nil:
			return nil, false, err
		case known && o.Value == nil && c.Op == "IN" && i > 0:
			continue
		case known && o.Value == nil: // DynamoDB finds no value different from all values
			return nil, c.Op == "<>", nil
		}
		null = null || known
		left.Args = append(left.Args, o)
	}
	switch {
	case c.Op == "IN" && len(left.Args) == 1:
		return nil, false, nil
	case !null && len(left.Paths()) > 0:
	case c.Op == "=", c.Op == "<>", c.Op == "IN":
		if len(left.Paths()) == 0 {
			same := slices.ContainsFunc(left.Args[1:], func(o expr.Operand) bool { return item.Equal(left.Args[0].Value, o.Value) })
			return nil, same == (c.Op != "<>"), nil
		}
	default: // NULL has no order and no size, begins with nothing and contains nothing
		return nil, c.Op == "attribute_type" && item.Equal(c.Args[1].Value, item.String("NULL")), nil
	}
	return &model.Cond{Op: model.Said, Said: left}, false, nil
}

// lookUp replaces an operand by what the manifest knows of its value: NULL, or
// nothing at all.
func (p *conditions) lookUp(o *expr.Operand) (known bool, err error) {
	path := o.Path
	if o.Func != "" {
		path = o.Args[0].Path
	}
	if path == nil {
		return false, nil
	}
	t, err := p.v.Resolve(path)
	if !p.absentAt(t, err) {
		return false, err
	}
	isNull := err == nil && t.IsNil && o.Func == ""
	*o = expr.Operand{}
	if isNull {
		o.Value = &types.AttributeValueMemberNULL{Value: true}
	}
	return true, nil
}

// renderSaid writes a comparison as an expression of x's item.
func (p *conditions) renderSaid(c *expr.Condition, x *commit.Edit) (string, error) {
	here := &expr.Condition{Op: c.Op, Args: slices.Clone(c.Args)}
	for i, o := range here.Args {
		var err error
		switch {
		case o.Path != nil:
			here.Args[i].Path, err = p.docPath(o.Path, false)
		case o.Func == "size":
			var path attr.Path
			path, err = p.docPath(o.Args[0].Path, true)
			here.Args[i].Args = []expr.Operand{{Path: path}}
		}
		if err != nil {
			return "", err
		}
	}
	return here.Text(x), nil
}

// docPath is the document path of what a comparison names. A list that is divided
// is counted by the order of its elements, which the root's record has.
func (p *conditions) docPath(path attr.Path, size bool) (attr.Path, error) {
	t, err := p.v.Resolve(path)
	switch {
	case err != nil:
		return nil, err
	case size && t.Ordered():
		return attr.Names(p.s.MetaAttr, "o", string(t.Named)), nil
	case t.Divided() && !(size && t.At != nil && t.At.Counted()):
		return nil, vet.Divided(path)
	}
	return t.Rel, nil
}
