// Package itemtest generates stored values for property tests.
package itemtest

import (
	"fmt"
	"strings"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
	"pgregory.net/rapid"
)

// Number generates texts of numbers that DynamoDB stores, in any notation.
func Number() *rapid.Generator[string] {
	return rapid.Custom(func(t *rapid.T) string {
		digits := rapid.StringMatching(`[0-9]{1,12}`).Draw(t, "digits")
		if rapid.IntRange(0, 9).Draw(t, "long") == 0 {
			digits = rapid.StringMatching(`[1-9][0-9]{37}`).Draw(t, "38 digits")
		}
		at := rapid.IntRange(0, len(digits)).Draw(t, "point")
		s := digits[:at] + "." + digits[at:]
		if rapid.Bool().Draw(t, "whole") {
			s = digits
		}
		s = rapid.SampledFrom([]string{"", "-", "+", "0", "-00"}).Draw(t, "sign") + s
		if rapid.Bool().Draw(t, "scientific") {
			s += fmt.Sprintf("%s%d", rapid.SampledFrom([]string{"e", "E", "e+", "E-"}).Draw(t, "e"), rapid.IntRange(0, 80).Draw(t, "exponent"))
		}
		return s
	})
}

// Text generates short strings, some of them awkward as names of attributes.
func Text() *rapid.Generator[string] {
	return rapid.OneOf(
		rapid.StringMatching(`[a-c]{1,2}`),
		rapid.SampledFrom([]string{"a.b", "a[0]", "[]", "\u00e9", "e\u0301", "\x00", "#n", ":v", "a/b", `"`}),
		rapid.StringN(1, 8, -1).Filter(func(s string) bool { return strings.ToValidUTF8(s, "") == s }),
	)
}

// Value generates values that DynamoDB stores, with at most depth levels of
// lists and maps. Sets hold no element twice in any notation.
func Value(depth int) *rapid.Generator[types.AttributeValue] {
	scalars := []*rapid.Generator[types.AttributeValue]{
		as(rapid.OneOf(Text(), rapid.Just("")), func(s string) types.AttributeValue { return &types.AttributeValueMemberS{Value: s} }),
		as(Number(), func(s string) types.AttributeValue { return &types.AttributeValueMemberN{Value: s} }),
		as(rapid.SliceOfN(rapid.Byte(), 0, 6), func(b []byte) types.AttributeValue { return &types.AttributeValueMemberB{Value: b} }),
		as(rapid.Bool(), func(b bool) types.AttributeValue { return &types.AttributeValueMemberBOOL{Value: b} }),
		rapid.Just[types.AttributeValue](&types.AttributeValueMemberNULL{Value: true}),
		as(rapid.SliceOfNDistinct(Text(), 1, 4, rapid.ID), func(s []string) types.AttributeValue { return &types.AttributeValueMemberSS{Value: s} }),
		as(rapid.SliceOfNDistinct(rapid.Int(), 1, 4, rapid.ID), func(n []int) types.AttributeValue {
			set := make([]string, len(n))
			for i, v := range n {
				set[i] = fmt.Sprintf("%d.0", v)
			}
			return &types.AttributeValueMemberNS{Value: set}
		}),
		as(rapid.SliceOfNDistinct(Text(), 1, 4, rapid.ID), func(s []string) types.AttributeValue {
			set := make([][]byte, len(s))
			for i, v := range s {
				set[i] = []byte(v)
			}
			return &types.AttributeValueMemberBS{Value: set}
		}),
	}
	if depth <= 0 {
		return rapid.OneOf(scalars...)
	}
	elem := rapid.Deferred(func() *rapid.Generator[types.AttributeValue] { return Value(depth - 1) })
	return rapid.OneOf(append(scalars,
		as(rapid.SliceOfN(elem, 0, 3), func(l []types.AttributeValue) types.AttributeValue { return &types.AttributeValueMemberL{Value: l} }),
		as(rapid.MapOfN(Text(), elem, 0, 3), func(m map[string]types.AttributeValue) types.AttributeValue {
			return &types.AttributeValueMemberM{Value: m}
		}),
	)...)
}

func as[A any](g *rapid.Generator[A], to func(A) types.AttributeValue) *rapid.Generator[types.AttributeValue] {
	return rapid.Map(g, to)
}
