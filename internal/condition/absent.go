package condition

import (
	"reflect"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/dystore/dystore/internal/codec"
	"github.com/dystore/dystore/internal/item"
	"github.com/dystore/dystore/internal/model"
)

// OfAbsent returns a condition that says of an absent value what c says of an empty
// one, for the lenses whose empty values are withheld: not stored at all. Empty values
// that were stored before that are the same to it.
func OfAbsent(c *model.Cond, withheld func(*model.Lens) bool, operand Operand) *model.Cond {
	switch {
	case c.Err != nil:
		return c
	case len(c.Subs) > 0:
		out := &model.Cond{Op: c.Op, Subs: make([]*model.Cond, len(c.Subs))}
		for i, sub := range c.Subs {
			out.Subs[i] = OfAbsent(sub, withheld, operand)
		}
		return out
	case c.Said != nil || len(c.Values) == 0 || !withheld(c.Lens):
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
	ofEmpty, ofAbsent := Holds(said, attrs{c.Lens.Path[0].Name: none}), Holds(said, nil)
	switch {
	case ofEmpty && !ofAbsent:
		return &model.Cond{Op: model.Or, Subs: []*model.Cond{{Op: model.NotExists, Lens: c.Lens}, c}}
	case ofAbsent && !ofEmpty:
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
