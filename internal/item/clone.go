package item

import (
	"bytes"
	"slices"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
)

// Clone returns a deep copy of av. Nil slices and maps stay nil.
func Clone(av types.AttributeValue) types.AttributeValue {
	switch av := av.(type) {
	case *types.AttributeValueMemberS:
		return &types.AttributeValueMemberS{Value: av.Value}
	case *types.AttributeValueMemberN:
		return &types.AttributeValueMemberN{Value: av.Value}
	case *types.AttributeValueMemberB:
		return &types.AttributeValueMemberB{Value: bytes.Clone(av.Value)}
	case *types.AttributeValueMemberBOOL:
		return &types.AttributeValueMemberBOOL{Value: av.Value}
	case *types.AttributeValueMemberNULL:
		return &types.AttributeValueMemberNULL{Value: av.Value}
	case *types.AttributeValueMemberSS:
		return &types.AttributeValueMemberSS{Value: slices.Clone(av.Value)}
	case *types.AttributeValueMemberNS:
		return &types.AttributeValueMemberNS{Value: slices.Clone(av.Value)}
	case *types.AttributeValueMemberBS:
		c := slices.Clone(av.Value)
		for i := range c {
			c[i] = bytes.Clone(c[i])
		}
		return &types.AttributeValueMemberBS{Value: c}
	case *types.AttributeValueMemberL:
		c := slices.Clone(av.Value)
		for i := range c {
			c[i] = Clone(c[i])
		}
		return &types.AttributeValueMemberL{Value: c}
	case *types.AttributeValueMemberM:
		return &types.AttributeValueMemberM{Value: CloneMap(av.Value)}
	}
	return av
}

// CloneMap returns a deep copy of an item.
func CloneMap(m map[string]types.AttributeValue) map[string]types.AttributeValue {
	if m == nil {
		return nil
	}
	c := make(map[string]types.AttributeValue, len(m))
	for name, av := range m {
		c[name] = Clone(av)
	}
	return c
}
