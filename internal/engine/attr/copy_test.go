package attr_test

import (
	"reflect"
	"testing"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/dystore/dystore/internal/engine/attr"
)

// everything has several values of each type, empty ones among them, in the
// item, in a list and in a map.
func everything() attr.Item {
	scalars := func() []attr.Value {
		return []attr.Value{
			&types.AttributeValueMemberS{Value: "a"}, &types.AttributeValueMemberS{}, &types.AttributeValueMemberN{Value: "1"},
			&types.AttributeValueMemberN{Value: "2"}, &types.AttributeValueMemberB{Value: []byte{}}, &types.AttributeValueMemberB{Value: []byte{1, 2}},
			&types.AttributeValueMemberB{Value: []byte{3}}, &types.AttributeValueMemberB{Value: []byte{}}, &types.AttributeValueMemberBOOL{Value: true},
			&types.AttributeValueMemberNULL{Value: true}, &types.AttributeValueMemberSS{Value: []string{"x", "y"}},
			&types.AttributeValueMemberNS{Value: []string{"1"}}, &types.AttributeValueMemberBS{Value: [][]byte{{4}, {}}},
		}
	}
	named := func() attr.Item {
		m := attr.Item{}
		for i, v := range scalars() {
			m[string(rune('a'+i))] = v
		}
		return m
	}
	item := named()
	item["list"] = &types.AttributeValueMemberL{Value: append(scalars(), &types.AttributeValueMemberM{Value: named()})}
	item["map"] = &types.AttributeValueMemberM{Value: named()}
	item["none"] = &types.AttributeValueMemberL{Value: []attr.Value{}}
	return item
}

func TestCopies(t *testing.T) {
	if attr.CopyItem(nil) != nil {
		t.Error("the copy of no item is one")
	}
	original := everything()
	first, second := attr.CopyItem(original), attr.CopyItem(original)
	one := attr.Item{}
	for name, v := range original {
		one[name] = attr.CopyItem(attr.Item{name: v})[name]
	}
	for what, copied := range map[string]attr.Item{"item": first, "again": second, "one by one": one} {
		if !reflect.DeepEqual(copied, everything()) { // empty is not nil
			t.Errorf("%s: %v", what, copied)
		}
	}
	scribble(first)
	scribble(one)
	for what, other := range map[string]attr.Item{"original": original, "other copy": second} {
		if !reflect.DeepEqual(other, everything()) {
			t.Errorf("writing to a copy has changed the %s: %v", what, other)
		}
	}
}

// Appending to one value of a copy does not overwrite the next.
func TestCopiesDoNotTouch(t *testing.T) {
	list := &types.AttributeValueMemberL{}
	for i := range byte(4) {
		list.Value = append(list.Value, &types.AttributeValueMemberB{Value: []byte{i, i}})
	}
	copied := attr.CopyItem(attr.Item{"list": list})["list"].(*types.AttributeValueMemberL)
	for _, v := range copied.Value {
		b := v.(*types.AttributeValueMemberB)
		b.Value = append(b.Value, 9)
	}
	for i, v := range copied.Value {
		if got, want := v.(*types.AttributeValueMemberB).Value, []byte{byte(i), byte(i), 9}; !reflect.DeepEqual(got, want) {
			t.Errorf("%d: %v, want %v", i, got, want)
		}
	}
}

// scribble overwrites everything in the item that can be written to.
func scribble(item attr.Item) {
	var value func(attr.Value)
	value = func(v attr.Value) {
		switch v := v.(type) {
		case *types.AttributeValueMemberS:
			v.Value += "!"
		case *types.AttributeValueMemberN:
			v.Value += "0"
		case *types.AttributeValueMemberB:
			for i := range v.Value {
				v.Value[i]++
			}
		case *types.AttributeValueMemberSS:
			v.Value[0] = "!"
		case *types.AttributeValueMemberNS:
			v.Value[0] = "0"
		case *types.AttributeValueMemberBS:
			v.Value[0][0]++
		case *types.AttributeValueMemberBOOL:
			v.Value = !v.Value
		case *types.AttributeValueMemberNULL:
			v.Value = !v.Value
		case *types.AttributeValueMemberL:
			for _, e := range v.Value {
				value(e)
			}
		case *types.AttributeValueMemberM:
			scribble(v.Value)
		}
	}
	for name, v := range item {
		value(v)
		delete(item, name)
	}
}
