package attr

import (
	"slices"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
)

// Union is the set of the members of two sets of one type.
func Union(a, b Value) Value {
	merged := copySlice(Elements(a))
	in := members(a)
	for _, e := range Elements(b) {
		if _, ok := in[e]; !ok {
			merged = append(merged, e)
		}
	}
	return setLike(a, merged)
}

// Difference is the set of the members of a that b does not have, or nil if
// there are none: sets are never empty.
func Difference(a, b Value) Value {
	var rest []string
	out := members(b)
	for _, e := range Elements(a) {
		if _, ok := out[e]; !ok {
			rest = append(rest, e)
		}
	}
	if rest == nil {
		return nil
	}
	return setLike(a, rest)
}

func members(set Value) map[string]struct{} {
	elements := Elements(set)
	in := make(map[string]struct{}, len(elements))
	for _, e := range elements {
		in[e] = struct{}{}
	}
	return in
}

// setLike is a set of the type of the model. Sets have no order. They are kept
// sorted, so that the same set always looks the same and no caller comes to
// rely on the order in which it was written. It takes the elements over.
func setLike(model Value, elements []string) Value {
	if _, ok := model.(*types.AttributeValueMemberNS); ok {
		slices.SortFunc(elements, func(a, b string) int { return Number(a).Compare(Number(b)) })
		return &types.AttributeValueMemberNS{Value: elements}
	}
	slices.Sort(elements)
	if _, ok := model.(*types.AttributeValueMemberSS); ok {
		return &types.AttributeValueMemberSS{Value: elements}
	}
	set := make([][]byte, len(elements))
	for i, e := range elements {
		set[i] = []byte(e)
	}
	return &types.AttributeValueMemberBS{Value: set}
}
