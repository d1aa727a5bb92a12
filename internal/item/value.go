package item

import (
	"bytes"
	"fmt"
	"math/big"
	"strconv"
	"strings"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/dystore/dystore/internal/attr"
)

// Int returns n as an attribute value.
func Int(n int64) types.AttributeValue {
	return &types.AttributeValueMemberN{Value: strconv.FormatInt(n, 10)}
}

// String returns s as an attribute value.
func String(s string) types.AttributeValue { return &types.AttributeValueMemberS{Value: s} }

// TypeText is the TypeName of a value, for errors.
func TypeText(av types.AttributeValue) string {
	if av == nil {
		return "nothing"
	}
	if name := TypeName(av); name != "" {
		return name
	}
	return fmt.Sprintf("%T", av)
}

// Less compares two keys, or two operands of one type, as DynamoDB does.
func Less(a, b types.AttributeValue) bool {
	switch a := a.(type) {
	case *types.AttributeValueMemberS:
		b, ok := b.(*types.AttributeValueMemberS)
		return ok && a.Value < b.Value
	case *types.AttributeValueMemberB:
		b, ok := b.(*types.AttributeValueMemberB)
		return ok && bytes.Compare(a.Value, b.Value) < 0
	case *types.AttributeValueMemberN:
		b, ok := b.(*types.AttributeValueMemberN)
		if !ok {
			return false
		}
		x, okX := new(big.Rat).SetString(a.Value)
		y, okY := new(big.Rat).SetString(b.Value)
		return okX && okY && x.Cmp(y) < 0
	}
	return false
}

// Follow returns the value at a path of a document, nil if there is none.
func Follow(doc map[string]types.AttributeValue, path attr.Path) types.AttributeValue {
	var v types.AttributeValue = &types.AttributeValueMemberM{Value: doc}
	for _, s := range path {
		switch at := v.(type) {
		case *types.AttributeValueMemberM:
			if s.Kind == attr.Index {
				return nil
			}
			v = at.Value[s.Name]
		case *types.AttributeValueMemberL:
			if s.Kind != attr.Index || s.Index >= len(at.Value) {
				return nil
			}
			v = at.Value[s.Index]
		default:
			return nil
		}
	}
	return v
}

// ParentOf reports whether a document has the parent of a path, and for a list
// element the element; otherwise how many steps lead to what is missing.
func ParentOf(doc map[string]types.AttributeValue, rel attr.Path) (steps int, ok bool) {
	for i := 1; i < len(rel); i++ {
		v := Follow(doc, rel[:i])
		_, isMap := v.(*types.AttributeValueMemberM)
		_, isList := v.(*types.AttributeValueMemberL)
		if rel[i].Kind == attr.Index && !isList || rel[i].Kind != attr.Index && !isMap {
			return i, false
		}
	}
	if n := len(rel); n > 0 && rel[n-1].Kind == attr.Index && Follow(doc, rel) == nil {
		return n, false
	}
	return 0, true
}

// HasPrefix is begins_with of DynamoDB.
func HasPrefix(v, prefix types.AttributeValue) bool {
	switch v := v.(type) {
	case *types.AttributeValueMemberS:
		p, ok := prefix.(*types.AttributeValueMemberS)
		return ok && strings.HasPrefix(v.Value, p.Value)
	case *types.AttributeValueMemberB:
		p, ok := prefix.(*types.AttributeValueMemberB)
		return ok && bytes.HasPrefix(v.Value, p.Value)
	}
	return false
}

// Members are the elements of a list or set, none of other values.
func Members(v types.AttributeValue) (all []types.AttributeValue) {
	switch v := v.(type) {
	case *types.AttributeValueMemberL:
		return v.Value
	case *types.AttributeValueMemberSS:
		for _, s := range v.Value {
			all = append(all, String(s))
		}
	case *types.AttributeValueMemberNS:
		for _, n := range v.Value {
			all = append(all, &types.AttributeValueMemberN{Value: n})
		}
	case *types.AttributeValueMemberBS:
		for _, b := range v.Value {
			all = append(all, &types.AttributeValueMemberB{Value: b})
		}
	}
	return all
}

// EmptyText reports whether a value is an empty string or empty binary.
func EmptyText(av types.AttributeValue) bool {
	switch v := av.(type) {
	case *types.AttributeValueMemberS:
		return v.Value == ""
	case *types.AttributeValueMemberB:
		return len(v.Value) == 0
	}
	return false
}
