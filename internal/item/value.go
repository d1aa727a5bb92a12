package item

import (
	"bytes"
	"fmt"
	"math/big"
	"strconv"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/dystore/dystore/internal/attr"
)

// Int returns n as an attribute value.
func Int(n int64) types.AttributeValue {
	return &types.AttributeValueMemberN{Value: strconv.FormatInt(n, 10)}
}

// String returns s as an attribute value.
func String(s string) types.AttributeValue { return &types.AttributeValueMemberS{Value: s} }

// IsNull reports whether av is a NULL.
func IsNull(av types.AttributeValue) bool {
	_, null := av.(*types.AttributeValueMemberNULL)
	return null
}

// Absent reports whether av is missing or a NULL.
func Absent(av types.AttributeValue) bool { return av == nil || IsNull(av) }

// TypeName returns the DynamoDB name of a value's type.
func TypeName(av types.AttributeValue) string {
	switch av.(type) {
	case nil:
		return "nothing"
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
