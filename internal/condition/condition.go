// Package condition makes conditions of a model out of those of the package
// feature/dynamodb/expression of the SDK.
package condition

import (
	"errors"
	"fmt"
	"reflect"

	"github.com/aws/aws-sdk-go-v2/feature/dynamodb/expression"

	"github.com/dystore/dystore/internal/attr"
	"github.com/dystore/dystore/internal/codec"
	"github.com/dystore/dystore/internal/expr"
	"github.com/dystore/dystore/internal/item"
	"github.com/dystore/dystore/internal/model"
)

// maxIn is DynamoDB's limit on the operands of IN.
const maxIn = 100

// Error says what is wrong with a condition.
type Error struct {
	Path   string
	Reason string
	Lens   *model.Refusal // of a lens without a name
}

func (e *Error) Error() string {
	switch {
	case e.Lens != nil:
		return e.Lens.String()
	case e.Path != "":
		return e.Path + ": " + e.Reason
	}
	return e.Reason
}

// build returns the text of a condition. The package follows operands that are nil.
func build(said expression.ConditionBuilder) (built expression.Expression, err error) {
	defer func() {
		if r := recover(); r != nil {
			err = fmt.Errorf("it cannot be built, as with an operand that is nil: %v", r)
		}
	}()
	return expression.NewBuilder().WithCondition(said).Build()
}

func refuse(path attr.Path, reason string) error { return &Error{Path: path.String(), Reason: reason} }

// Of returns a condition on values of type t. What it names must be
// attributes of t.
func Of(t reflect.Type, said expression.ConditionBuilder) (*model.Cond, *Error) {
	built, err := build(said)
	if err != nil {
		if r, ok := refusedName(reflect.ValueOf(said)); ok {
			return nil, &Error{Lens: &r}
		}
		return nil, &Error{Reason: err.Error()}
	}
	parsed, err := expr.Parse(*built.Condition(), built.Names(), built.Values())
	if err != nil {
		return nil, &Error{Reason: err.Error()}
	}
	c := codec.For(t)
	inType, err := parsed.Replace(func(p attr.Path) (expr.Operand, error) {
		p, _, err := typed(c, p)
		return expr.Operand{Path: p}, err
	})
	var out *model.Cond
	if err == nil {
		out, err = cond(c, inType)
	}
	if wrong, ok := errors.AsType[*Error](err); ok {
		return nil, wrong
	}
	return out, nil
}

// cond divides a condition at AND, OR and NOT. That there is a value is what a
// lens says, too.
func cond(c *codec.Codec, said *expr.Condition) (*model.Cond, error) {
	out := &model.Cond{Op: ops[said.Op]}
	for _, s := range said.Subs {
		sub, err := cond(c, s)
		if err != nil {
			return nil, err
		}
		out.Subs = append(out.Subs, sub)
	}
	if len(said.Subs) > 0 {
		return out, nil
	}
	if out.Op == model.Exists || out.Op == model.NotExists {
		path, of, err := typed(c, said.Args[0].Path)
		if err != nil {
			return nil, err
		}
		out.Lens = &model.Lens{Root: c.Type(), Value: of.Type(), Path: path, Codec: of}
		return out, nil
	}
	out.Op, out.Said = model.Said, said
	return out, check(said)
}

var ops = map[string]model.CondOp{
	"AND": model.And, "OR": model.Or, "NOT": model.Not, "attribute_exists": model.Exists, "attribute_not_exists": model.NotExists,
}

// check refuses what DynamoDB does, as far as it follows from the text.
func check(said *expr.Condition) error {
	paths := said.Paths()
	if len(paths) == 0 {
		return &Error{Reason: "it compares values that are given; name an attribute"}
	}
	for _, o := range said.Args {
		switch {
		case o.Func != "" && o.Func != "size":
			return refuse(paths[0], "DynamoDB computes "+o.Func+" in updates only; in a condition it has size, and compares")
		case o.Value != nil:
			if err := item.CheckValue("", o.Value); err != nil {
				return refuse(paths[0], "a value that is compared cannot be stored: "+err.Error())
			}
		}
	}
	switch {
	case said.Op == "IN" && len(said.Args) > maxIn+1:
		return refuse(paths[0], "IN has more than 100 operands")
	case said.Op == "BETWEEN" && said.Args[1].Value != nil && said.Args[2].Value != nil && item.Less(said.Args[2].Value, said.Args[1].Value):
		return refuse(paths[0], "BETWEEN: the lower bound is greater than the upper one")
	}
	return nil
}

// typed follows names and positions through a type. It returns the path with
// the entries of maps as such, and the codec of the value. What is inside an
// interface or a type that marshals itself is not known, and its codec is that of the whole.
func typed(c *codec.Codec, path attr.Path) (attr.Path, *codec.Codec, error) {
	out := make(attr.Path, len(path))
	for i, s := range path {
		out[i] = s
		switch kind := c.Kind(); {
		case kind == codec.Any || kind == codec.Custom || kind == codec.Union: // whose variants the model knows
		case s.Kind == attr.Index && kind == codec.List:
			c = c.Elem()
		case s.Kind != attr.Index && kind == codec.Map:
			out[i].Kind = attr.Key
			c = c.Elem()
		case s.Kind == attr.Name && kind == codec.Struct:
			f := c.Lookup(s.Name)
			if f == nil {
				return nil, nil, refuse(path[:i+1], typeName(c.Type())+" has no such attribute")
			}
			c = f.Codec
		case s.Kind == attr.Index:
			return nil, nil, refuse(path[:i+1], typeName(c.Type())+" is stored as "+kind.String()+", which has no elements by position")
		default:
			return nil, nil, refuse(path[:i+1], typeName(c.Type())+" is stored as "+kind.String()+", which has no attributes")
		}
	}
	return out, c, nil
}

func typeName(t reflect.Type) string {
	for t.Kind() == reflect.Pointer {
		t = t.Elem()
	}
	return t.String()
}

// refusedName finds the name of a lens that has none. The package does not show
// what a condition is made of, nor which name it refuses.
func refusedName(v reflect.Value) (model.Refusal, bool) {
	switch v.Kind() {
	case reflect.Interface, reflect.Pointer:
		return refusedName(v.Elem())
	case reflect.String:
		return model.RefusalOf(v.String())
	case reflect.Slice:
		for i := range v.Len() {
			if r, ok := refusedName(v.Index(i)); ok {
				return r, true
			}
		}
	case reflect.Struct:
		if !within[v.Type()] {
			break
		}
		for i := range v.NumField() {
			if r, ok := refusedName(v.Field(i)); ok {
				return r, true
			}
		}
	}
	return model.Refusal{}, false
}

// within are the types that names are found in. What users compare with is not
// looked into.
var within = map[reflect.Type]bool{
	reflect.TypeFor[expression.ConditionBuilder](): true, reflect.TypeFor[expression.NameBuilder](): true,
	reflect.TypeFor[expression.SizeBuilder](): true, reflect.TypeFor[expression.SetValueBuilder](): true,
}
