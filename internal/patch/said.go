package patch

import (
	"slices"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/dystore/dystore/internal/attr"
	"github.com/dystore/dystore/internal/commit"
	"github.com/dystore/dystore/internal/expr"
	"github.com/dystore/dystore/internal/fail"
	"github.com/dystore/dystore/internal/item"
	"github.com/dystore/dystore/internal/model"
)

// Conditions of the package expression. And, Or, Not and existence are those of
// typed conditions. What is left is one comparison or function, of one path or
// of several, whose operands are compared as they are stored.

// saidPaths are the paths of such a comparison, none of other conditions.
func saidPaths(c *model.Cond) []attr.Path {
	if c.Said == nil {
		return nil
	}
	return c.Said.Paths()
}

// checkSaid refuses what is encrypted, and values with parts.
func (u *Updater) checkSaid(c *model.Cond) error {
	for _, path := range c.Said.Paths() {
		if err := u.s.Sealing.Visible(&model.Lens{Path: path}, false); err != nil {
			return err
		}
		for _, q := range u.s.Tree.All {
			if inner := q.Inner(); len(path) <= len(inner) && path.Overlaps(inner) {
				return dividedError(path)
			}
		}
	}
	return nil
}

func dividedError(path attr.Path) error {
	return fail.At(path, fail.Withf(fail.ErrInvalid, "the value is stored in other tables; a condition can only test whether it exists"))
}

// evaluateSaid is evaluate for one comparison: what the manifest knows to be absent
// has no value, and elements that it knows to be nil are NULL, as they are in a
// list that is not divided.
func (p *conditions) evaluateSaid(c *expr.Condition) (rest *model.Cond, holds bool, err error) {
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
	here, err := c.Replace(func(path attr.Path) (expr.Operand, error) {
		t, err := p.v.Resolve(path)
		if err == nil && t.Divided() {
			err = dividedError(path)
		}
		if err != nil {
			return expr.Operand{}, err
		}
		return expr.Operand{Path: t.Rel}, nil
	})
	if err != nil {
		return "", err
	}
	return here.Text(x), nil
}
