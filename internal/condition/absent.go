package condition

import (
	"reflect"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/dystore/dystore/internal/codec"
	"github.com/dystore/dystore/internal/item"
	"github.com/dystore/dystore/internal/model"
)

// Absent is the value that a lens leads to where none is stored, nil if that is none.
type Absent func(*model.Lens) types.AttributeValue

// Withheld is Absent for the lenses whose empty values are withheld: not stored at all.
func Withheld(withheld func(*model.Lens) bool) Absent {
	return func(l *model.Lens) types.AttributeValue { return EmptyIf(withheld(l), l) }
}

// EmptyIf is the empty value of a lens that is withheld, nil for another.
func EmptyIf(withheld bool, l *model.Lens) types.AttributeValue {
	if withheld {
		return empty(l.Codec.Kind())
	}
	return nil
}

// OfAbsent returns a condition that says of an absent value what c says of the value that
// it is. Such values that are stored are the same to it.
func OfAbsent(c *model.Cond, absent Absent, operand Operand) *model.Cond {
	switch {
	case c.Err != nil:
		return c
	case len(c.Subs) > 0:
		out := &model.Cond{Op: c.Op, Subs: make([]*model.Cond, len(c.Subs))}
		for i, sub := range c.Subs {
			out.Subs[i] = OfAbsent(sub, absent, operand)
		}
		return out
	case c.Said != nil || len(c.Values) == 0:
		return c
	}
	is := absent(c.Lens)
	if is == nil {
		return c
	}
	none := empty(c.Lens.Codec.Kind())
	said, err := Stored(c, func(l *model.Lens, v reflect.Value) (types.AttributeValue, bool, error) {
		av, instant, err := operand(l, v)
		if err == nil && item.Absent(av) {
			av = none
		}
		return av, instant, err
	})
	if err != nil {
		return c // who takes the condition says so
	}
	ofValue, ofAbsent := Holds(said, attrs{c.Lens.Path[0].Name: is}), Holds(said, nil)
	switch {
	case ofValue && !ofAbsent:
		return &model.Cond{Op: model.Or, Subs: []*model.Cond{{Op: model.NotExists, Lens: c.Lens}, c}}
	case ofAbsent && !ofValue:
		return &model.Cond{Op: model.And, Subs: []*model.Cond{{Op: model.Exists, Lens: c.Lens}, c}}
	}
	return c
}

// empty is the empty value of a kind that is a text or binary.
func empty(k codec.Kind) types.AttributeValue {
	if k == codec.Binary {
		return &types.AttributeValueMemberB{}
	}
	return item.String("")
}
