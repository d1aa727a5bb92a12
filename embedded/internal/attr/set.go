package attr

import "github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

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

func setLike(model Value, elements []string) Value {
	switch model.(type) {
	case *types.AttributeValueMemberSS:
		return &types.AttributeValueMemberSS{Value: elements}
	case *types.AttributeValueMemberNS:
		return &types.AttributeValueMemberNS{Value: elements}
	}
	set := make([][]byte, len(elements))
	for i, e := range elements {
		set[i] = []byte(e)
	}
	return &types.AttributeValueMemberBS{Value: set}
}
