package item

import (
	"slices"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
)

// Joined is a list or set that has got more elements; more itself if old is no list or
// set of that type.
func Joined(old, more types.AttributeValue) types.AttributeValue {
	switch more := more.(type) {
	case *types.AttributeValueMemberL:
		if old, ok := old.(*types.AttributeValueMemberL); ok {
			return &types.AttributeValueMemberL{Value: slices.Concat(old.Value, more.Value)}
		}
	case *types.AttributeValueMemberSS:
		if old, ok := old.(*types.AttributeValueMemberSS); ok {
			return &types.AttributeValueMemberSS{Value: slices.Concat(old.Value, more.Value)}
		}
	case *types.AttributeValueMemberNS:
		if old, ok := old.(*types.AttributeValueMemberNS); ok {
			return &types.AttributeValueMemberNS{Value: slices.Concat(old.Value, more.Value)}
		}
	case *types.AttributeValueMemberBS:
		if old, ok := old.(*types.AttributeValueMemberBS); ok {
			return &types.AttributeValueMemberBS{Value: slices.Concat(old.Value, more.Value)}
		}
	}
	return more
}
