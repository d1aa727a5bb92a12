package attr

import "github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

// Value is one attribute value. Inside the engine it is one of the ten member
// types of the SDK's union, behind a pointer that is not nil.
type Value = types.AttributeValue

// Item is a whole item, or the attributes of a key.
type Item = map[string]Value

// Type is the name of the value's type as it stands in requests: S, N, B, SS,
// NS, BS, M, L, BOOL or NULL. It is empty for anything else.
func Type(v Value) string {
	switch v.(type) {
	case *types.AttributeValueMemberS:
		return "S"
	case *types.AttributeValueMemberN:
		return "N"
	case *types.AttributeValueMemberB:
		return "B"
	case *types.AttributeValueMemberSS:
		return "SS"
	case *types.AttributeValueMemberNS:
		return "NS"
	case *types.AttributeValueMemberBS:
		return "BS"
	case *types.AttributeValueMemberM:
		return "M"
	case *types.AttributeValueMemberL:
		return "L"
	case *types.AttributeValueMemberBOOL:
		return "BOOL"
	case *types.AttributeValueMemberNULL:
		return "NULL"
	}
	return ""
}

// Types are all type names, in the order in which DynamoDB's messages list
// them.
func Types() []string {
	return []string{"B", "NULL", "SS", "BOOL", "L", "BS", "N", "NS", "S", "M"}
}

// Copy is a deep copy.
func Copy(v Value) Value {
	switch v := v.(type) {
	case *types.AttributeValueMemberS:
		return &types.AttributeValueMemberS{Value: v.Value}
	case *types.AttributeValueMemberN:
		return &types.AttributeValueMemberN{Value: v.Value}
	case *types.AttributeValueMemberB:
		return &types.AttributeValueMemberB{Value: copySlice(v.Value)}
	case *types.AttributeValueMemberSS:
		return &types.AttributeValueMemberSS{Value: copySlice(v.Value)}
	case *types.AttributeValueMemberNS:
		return &types.AttributeValueMemberNS{Value: copySlice(v.Value)}
	case *types.AttributeValueMemberBS:
		set := make([][]byte, len(v.Value))
		for i, b := range v.Value {
			set[i] = copySlice(b)
		}
		return &types.AttributeValueMemberBS{Value: set}
	case *types.AttributeValueMemberM:
		return &types.AttributeValueMemberM{Value: CopyItem(v.Value)}
	case *types.AttributeValueMemberL:
		list := make([]Value, len(v.Value))
		for i, e := range v.Value {
			list[i] = Copy(e)
		}
		return &types.AttributeValueMemberL{Value: list}
	case *types.AttributeValueMemberBOOL:
		return &types.AttributeValueMemberBOOL{Value: v.Value}
	case *types.AttributeValueMemberNULL:
		return &types.AttributeValueMemberNULL{Value: v.Value}
	}
	return nil
}

// CopyItem is a deep copy. A nil item stays nil.
func CopyItem(item Item) Item {
	if item == nil {
		return nil
	}
	c := make(Item, len(item))
	for name, v := range item {
		c[name] = Copy(v)
	}
	return c
}

// copySlice never returns nil: an empty binary is a value.
func copySlice[E any](s []E) []E { return append(make([]E, 0, len(s)), s...) }

// Describe is the form of a scalar in DynamoDB's messages: {S:text}.
func Describe(v Value) string {
	switch v := v.(type) {
	case *types.AttributeValueMemberS:
		return "{S:" + v.Value + "}"
	case *types.AttributeValueMemberN:
		return "{N:" + v.Value + "}"
	}
	return "{" + Type(v) + ":...}"
}
