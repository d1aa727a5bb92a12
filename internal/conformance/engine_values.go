package conformance

import (
	"slices"
	"strings"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
)

// Short names for attribute values: the tables below are read more often than
// anything else here.
type (
	row   = map[string]types.AttributeValue
	value = types.AttributeValue
)

func str(s string) value       { return &types.AttributeValueMemberS{Value: s} }
func num(n string) value       { return &types.AttributeValueMemberN{Value: n} }
func bin(b string) value       { return &types.AttributeValueMemberB{Value: []byte(b)} }
func boolean(b bool) value     { return &types.AttributeValueMemberBOOL{Value: b} }
func null() value              { return &types.AttributeValueMemberNULL{Value: true} }
func list(v ...value) value    { return &types.AttributeValueMemberL{Value: append([]value{}, v...)} }
func object(m row) value       { return &types.AttributeValueMemberM{Value: m} }
func strSet(v ...string) value { return &types.AttributeValueMemberSS{Value: append([]string{}, v...)} }
func numSet(v ...string) value { return &types.AttributeValueMemberNS{Value: append([]string{}, v...)} }
func bytesSet(v ...[]byte) value {
	return &types.AttributeValueMemberBS{Value: append([][]byte{}, v...)}
}

// with returns a new row of the given ones; later ones win.
func with(rows ...row) row {
	out := row{}
	for _, r := range rows {
		for k, v := range r {
			out[k] = v
		}
	}
	return out
}

// pkOf is the key of an item in a table without sort key, skOf in one with.
func pkOf(pk string) row     { return row{"pk": str(pk)} }
func skOf(pk, sk string) row { return row{"pk": str(pk), "sk": str(sk)} }

// text returns n bytes of text.
func text(n int) string { return strings.Repeat("x", n) }

// nested returns a scalar inside n maps.
func nested(n int) value {
	v := str("leaf")
	for range n {
		v = object(row{"m": v})
	}
	return v
}

func sortedCopy(s []string) []string {
	s = slices.Clone(s)
	slices.Sort(s)
	return s
}
