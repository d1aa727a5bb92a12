package item_test

import (
	"testing"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/dystore/dystore/internal/attr"
	"github.com/dystore/dystore/internal/item"
)

func TestFollow(t *testing.T) {
	doc := map[string]types.AttributeValue{
		"m": &types.AttributeValueMemberM{Value: map[string]types.AttributeValue{"a.b": item.Int(1)}},
		"l": &types.AttributeValueMemberL{Value: []types.AttributeValue{item.String("x"), item.Int(2)}},
	}
	at := func(segs ...attr.Seg) types.AttributeValue { return item.Follow(doc, segs) }
	for name, c := range map[string]struct {
		got, want types.AttributeValue
	}{
		"an entry":                    {at(attr.Field("m"), attr.Entry("a.b")), item.Int(1)},
		"an element":                  {at(attr.Field("l"), attr.At(1)), item.Int(2)},
		"past the end":                {at(attr.Field("l"), attr.At(2)), nil},
		"an index of a map":           {at(attr.Field("m"), attr.At(0)), nil},
		"a name in a list":            {at(attr.Field("l"), attr.Field("x")), nil},
		"below a scalar":              {at(attr.Field("l"), attr.At(0), attr.Field("x")), nil},
		"what is not there":           {at(attr.Field("n")), nil},
		"below what is not there":     {at(attr.Field("n"), attr.Field("x")), nil},
		"the whole document, no path": {at(), &types.AttributeValueMemberM{Value: doc}},
	} {
		if !item.Equal(c.got, c.want) {
			t.Errorf("%s: %v", name, c.got)
		}
	}
}

// Numbers compare by value, text and binary byte by byte, and values of
// different types not at all.
func TestLess(t *testing.T) {
	bin := func(b ...byte) types.AttributeValue { return &types.AttributeValueMemberB{Value: b} }
	for name, c := range map[string]struct {
		a, b       types.AttributeValue
		less, more bool
	}{
		"numbers":           {item.Int(9), item.Int(10), true, false},
		"equal numbers":     {&types.AttributeValueMemberN{Value: "1.0"}, item.Int(1), false, false},
		"text":              {item.String("10"), item.String("9"), true, false},
		"prefix":            {item.String("a"), item.String("aa"), true, false},
		"binary":            {bin(1, 255), bin(2), true, false},
		"different types":   {item.Int(1), item.String("2"), false, false},
		"what has no order": {&types.AttributeValueMemberBOOL{}, &types.AttributeValueMemberBOOL{Value: true}, false, false},
	} {
		if item.Less(c.a, c.b) != c.less || item.Less(c.b, c.a) != c.more {
			t.Errorf("%s: %v, %v", name, item.Less(c.a, c.b), item.Less(c.b, c.a))
		}
	}
}

func TestTypeText(t *testing.T) {
	if a, b, c := item.TypeText(nil), item.TypeText(item.Int(1)), item.TypeText(&types.UnknownUnionMember{}); a != "nothing" || b != "N" || c != "*types.UnknownUnionMember" {
		t.Error(a, b, c)
	}
}
