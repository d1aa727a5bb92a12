package repo

import (
	"bytes"
	"math/big"
	"strconv"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
)

func numberAV(n int64) types.AttributeValue {
	return &types.AttributeValueMemberN{Value: strconv.FormatInt(n, 10)}
}

func stringAV(s string) types.AttributeValue { return &types.AttributeValueMemberS{Value: s} }

// less compares two keys, or two operands of one type, as DynamoDB does.
func less(a, b types.AttributeValue) bool {
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
