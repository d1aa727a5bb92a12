package repo

import (
	"reflect"

	"github.com/aws/aws-sdk-go-v2/feature/dynamodb/expression"

	"github.com/dystore/dystore/internal/condition"
	"github.com/dystore/dystore/internal/fail"
	"github.com/dystore/dystore/internal/model"
	"github.com/dystore/dystore/lens"
)

// IfExpr is [If] for a condition of the package feature/dynamodb/expression of
// the SDK, which can say more: size, contains, begins_with, attribute_type and
// comparisons of two attributes. Names are those of lens.Name, or paths of
// attribute names of T, map keys and positions, wherever their values are
// stored.
//
//	repo.IfExpr[Order](expression.Size(lens.Name(lines)).LessThan(expression.Value(100)))
//
// It holds in the same cases wherever the values are stored. Like If, it concerns
// one item, or is an And of such; encrypted values, and values that are stored in
// other tables, can only be tested for existence. For AttributeExists and
// AttributeNotExists a NULL is no value.
//
// Values are compared with what is stored, in the form in which attributevalue
// marshals them. So a time with another zone, a number in a field with the tag
// option string and the seconds of unixtime are not equal to the Go value: If
// compares them as the field stores them, and times as instants.
//
// What T does not have, what cannot be built or what DynamoDB computes in updates
// only is refused by Update with [ErrInvalid] before any request.
func IfExpr[T any](cond expression.ConditionBuilder) lens.Change[T] {
	c := &model.Change{Op: model.If}
	c.Cond, c.Err = said[T]("repo.IfExpr", cond)
	return model.HandleChange[T, lens.Error](c)
}

// said is a condition of a T; fn is the function that it was given to.
func said[T any](fn string, cond expression.ConditionBuilder) (*model.Cond, error) {
	t := reflect.TypeFor[T]()
	c, wrong := condition.Of(t, cond)
	switch {
	case wrong == nil:
		return c, nil
	case wrong.Lens != nil:
		e := lens.Error(*wrong.Lens)
		return nil, fail.At(fail.Text(e.Path), &e)
	}
	return nil, fail.At(fail.Text(wrong.Path), &lens.Error{Func: fn, Type: t.String(), Path: wrong.Path, Reason: wrong.Reason})
}
