package attr

import (
	"bytes"
	"strings"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
)

// Compare orders two values of the same scalar type: numbers by value, strings
// and binaries by their bytes. Other pairs have no order and report false.
func Compare(a, b Value) (int, bool) {
	switch a := a.(type) {
	case *types.AttributeValueMemberS:
		if b, ok := b.(*types.AttributeValueMemberS); ok {
			return strings.Compare(a.Value, b.Value), true
		}
	case *types.AttributeValueMemberN:
		if b, ok := b.(*types.AttributeValueMemberN); ok {
			return Number(a.Value).Compare(Number(b.Value)), true
		}
	case *types.AttributeValueMemberB:
		if b, ok := b.(*types.AttributeValueMemberB); ok {
			return bytes.Compare(a.Value, b.Value), true
		}
	}
	return 0, false
}

// Equal reports whether two values are the same: of one type, sets without
// regard to order.
func Equal(a, b Value) bool {
	switch a := a.(type) {
	case *types.AttributeValueMemberS:
		b, ok := b.(*types.AttributeValueMemberS)
		return ok && a.Value == b.Value
	case *types.AttributeValueMemberN:
		b, ok := b.(*types.AttributeValueMemberN)
		return ok && a.Value == b.Value
	case *types.AttributeValueMemberB:
		b, ok := b.(*types.AttributeValueMemberB)
		return ok && bytes.Equal(a.Value, b.Value)
	case *types.AttributeValueMemberBOOL:
		b, ok := b.(*types.AttributeValueMemberBOOL)
		return ok && a.Value == b.Value
	case *types.AttributeValueMemberNULL:
		_, ok := b.(*types.AttributeValueMemberNULL)
		return ok
	case *types.AttributeValueMemberL:
		b, ok := b.(*types.AttributeValueMemberL)
		return ok && equalLists(a.Value, b.Value)
	case *types.AttributeValueMemberM:
		b, ok := b.(*types.AttributeValueMemberM)
		return ok && EqualItems(a.Value, b.Value)
	}
	x, y := Elements(a), Elements(b)
	return x != nil && Type(a) == Type(b) && len(x) == len(y) && contains(x, y)
}

func equalLists(a, b []Value) bool {
	if len(a) != len(b) {
		return false
	}
	for i := range a {
		if !Equal(a[i], b[i]) {
			return false
		}
	}
	return true
}

// EqualItems reports whether two items have the same attributes.
func EqualItems(a, b Item) bool {
	if len(a) != len(b) {
		return false
	}
	for name, v := range a {
		w, ok := b[name]
		if !ok || !Equal(v, w) {
			return false
		}
	}
	return true
}

// Elements are the members of a set as texts. Equal members have equal texts.
// For a value that is not a set it returns nil.
func Elements(set Value) []string {
	switch set := set.(type) {
	case *types.AttributeValueMemberSS:
		return set.Value
	case *types.AttributeValueMemberNS:
		return set.Value
	case *types.AttributeValueMemberBS:
		texts := make([]string, len(set.Value))
		for i, b := range set.Value {
			texts[i] = string(b)
		}
		return texts
	}
	return nil
}

func contains(set, subset []string) bool {
	in := make(map[string]struct{}, len(set))
	for _, s := range set {
		in[s] = struct{}{}
	}
	for _, s := range subset {
		if _, ok := in[s]; !ok {
			return false
		}
	}
	return true
}
