package codec

import (
	"reflect"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
)

// Kind is the DynamoDB shape that values of a Go type are stored in.
type Kind uint8

// The kinds. Any is an empty interface, whose shape depends on the value;
// Custom a type that marshals itself.
const (
	Invalid Kind = iota
	String
	Number
	Bool
	Binary
	StringSet
	NumberSet
	BinarySet
	List
	Map
	Struct
	Any
	Custom
)

// String returns the name of the kind in lower case.
func (k Kind) String() string {
	names := [...]string{"invalid", "string", "number", "bool", "binary", "string set", "number set",
		"binary set", "list", "map", "struct", "any", "custom"}
	if int(k) < len(names) {
		return names[k]
	}
	return "invalid"
}

// attributeType names the DynamoDB type of av as the service does.
func attributeType(av types.AttributeValue) string {
	if av == nil || reflect.ValueOf(av).IsNil() {
		return "nil"
	}
	switch av.(type) {
	case *types.AttributeValueMemberS:
		return "S"
	case *types.AttributeValueMemberN:
		return "N"
	case *types.AttributeValueMemberB:
		return "B"
	case *types.AttributeValueMemberBOOL:
		return "BOOL"
	case *types.AttributeValueMemberNULL:
		return "NULL"
	case *types.AttributeValueMemberL:
		return "L"
	case *types.AttributeValueMemberM:
		return "M"
	case *types.AttributeValueMemberSS:
		return "SS"
	case *types.AttributeValueMemberNS:
		return "NS"
	case *types.AttributeValueMemberBS:
		return "BS"
	}
	return "an unknown type"
}
