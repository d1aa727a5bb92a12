package attr

import "github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

// Value is one attribute value. Inside the engine it is one of the ten member
// types of the SDK's union, behind a pointer that is not nil.
type Value = types.AttributeValue

// Item is a whole item, or the attributes of a key.
type Item = map[string]Value

// Type is the name of the value's type as used in requests: S, N, B, SS, NS,
// BS, M, L, BOOL or NULL. It is empty for anything else.
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
