package kit

import (
	"maps"
	"slices"
	"strings"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
)

// StringOf returns the string of a string value.
func StringOf(v Value) string { return v.(*types.AttributeValueMemberS).Value }

// NumberOf returns the text of a number.
func NumberOf(v Value) string { return v.(*types.AttributeValueMemberN).Value }

// BytesOf returns the bytes of a binary value.
func BytesOf(v Value) []byte { return v.(*types.AttributeValueMemberB).Value }

// Elements returns the elements of a list.
func Elements(v Value) []Value { return v.(*types.AttributeValueMemberL).Value }

// Members returns the members of a map.
func Members(v Value) Row { return v.(*types.AttributeValueMemberM).Value }

// Short names for attribute values keep the tables of cases readable.
type (
	Row   = map[string]types.AttributeValue
	Value = types.AttributeValue
)

func Str(s string) Value       { return &types.AttributeValueMemberS{Value: s} }
func Num(n string) Value       { return &types.AttributeValueMemberN{Value: n} }
func Bin(b string) Value       { return &types.AttributeValueMemberB{Value: []byte(b)} }
func Boolean(b bool) Value     { return &types.AttributeValueMemberBOOL{Value: b} }
func Null() Value              { return &types.AttributeValueMemberNULL{Value: true} }
func List(v ...Value) Value    { return &types.AttributeValueMemberL{Value: append([]Value{}, v...)} }
func Object(m Row) Value       { return &types.AttributeValueMemberM{Value: m} }
func StrSet(v ...string) Value { return &types.AttributeValueMemberSS{Value: append([]string{}, v...)} }
func NumSet(v ...string) Value { return &types.AttributeValueMemberNS{Value: append([]string{}, v...)} }
func BytesSet(v ...[]byte) Value {
	return &types.AttributeValueMemberBS{Value: append([][]byte{}, v...)}
}

// Text returns n bytes of text.
func Text(n int) string { return strings.Repeat("x", n) }

func sortedCopy(s []string) []string {
	s = slices.Clone(s)
	slices.Sort(s)
	return s
}

// Without returns a copy of an item that lacks some attributes.
func Without(item Row, names ...string) Row {
	item = maps.Clone(item)
	for _, n := range names {
		delete(item, n)
	}
	return item
}
