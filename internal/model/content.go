package model

import (
	"reflect"
	"slices"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/dystore/dystore/internal/attr"
	"github.com/dystore/dystore/internal/expr"
	"github.com/dystore/dystore/internal/item"
)

// Function returns a condition on the value at l that a function of DynamoDB
// makes: begins_with, contains or attribute_type, with an operand.
func Function(l *Lens, op string, operand types.AttributeValue) *Cond {
	return &Cond{Op: Said, Said: &expr.Condition{Op: op, Args: []expr.Operand{{Path: l.Path}, {Value: operand}}}}
}

// Size returns a comparison of the size of the value at l.
func Size(l *Lens, op string, operands ...types.AttributeValue) *Cond {
	args := []expr.Operand{{Func: "size", Args: []expr.Operand{{Path: l.Path}}}}
	for _, v := range operands {
		args = append(args, expr.Operand{Value: v})
	}
	return &Cond{Op: Said, Said: &expr.Condition{Op: op, Args: args}}
}

// EncodePart returns the stored form of part of a text or of binary data, empty
// ones included.
func (l *Lens) EncodePart(v reflect.Value) (types.AttributeValue, error) {
	c := l.Codec.Kept()
	av, err := c.EncodeOperand(wrap(c.Type(), v))
	if err == nil && av == nil { // nil bytes
		av = &types.AttributeValueMemberB{Value: []byte{}}
	}
	if err == nil {
		err = item.CheckValue("", av)
	}
	return av, err
}

// EncodeMember returns the stored form of the one element of a list or set, nil
// if that is not stored under omitemptyelem.
func (l *Lens) EncodeMember(v reflect.Value) (types.AttributeValue, error) {
	av, err := l.EncodeOperand(v)
	if err != nil {
		return nil, err
	}
	if members := item.Members(av); len(members) > 0 {
		return members[0], nil
	}
	return nil, nil
}

// Fields returns a Set of each field of v, a struct at the path of l or a pointer to
// one, that is not zero.
func (l *Lens) Fields(v reflect.Value) (sets []*Change) {
	steps := slices.Clone(l.Steps)
	for v.Kind() == reflect.Pointer {
		if v.IsNil() {
			return nil
		}
		steps, v = append(steps, Step{Kind: Deref}), v.Elem()
	}
	own := reflect.New(v.Type()).Elem() // later assignments to what is pointed to have no effect
	own.Set(v)
	v = own
	for _, f := range l.Codec.Fields() {
		at, value, there := slices.Clone(steps), v, true
		for _, i := range f.Index { // through what is embedded
			for there && value.Kind() == reflect.Pointer {
				if there = !value.IsNil(); there {
					at, value = append(at, Step{Kind: Deref}), value.Elem()
				}
			}
			if !there {
				break
			}
			at, value = append(at, Step{Kind: Field, Index: i}), value.Field(i)
		}
		if !there || value.IsZero() {
			continue
		}
		sets = append(sets, &Change{Op: Set, Value: value, Lens: &Lens{Root: l.Root, Value: f.Type, Steps: at,
			Path: attr.Join(l.Path, attr.Names(f.Name)), Codec: f.Codec}})
	}
	return sets
}
