package codec

import (
	"reflect"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/dystore/dystore/internal/item"
)

// Kind is the DynamoDB shape that values of a Go type are stored in.
type Kind uint8

// The kinds. Any is an empty interface, whose shape depends on the value;
// Custom a type that marshals itself; Union an interface with variants, of which
// a value is a map with one attribute, or one whose variants are not declared.
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
	Union
)

// String returns the name of the kind in lower case.
func (k Kind) String() string {
	names := [...]string{"invalid", "string", "number", "bool", "binary", "string set", "number set",
		"binary set", "list", "map", "struct", "any", "custom", "union"}
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
	if name := item.TypeName(av); name != "" {
		return name
	}
	return "an unknown type"
}
