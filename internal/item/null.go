package item

import (
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
)

// HasNull reports whether a document holds a NULL, at any depth.
func HasNull(doc map[string]types.AttributeValue) bool {
	for _, av := range doc {
		if hasNull(av) {
			return true
		}
	}
	return false
}

func hasNull(av types.AttributeValue) bool {
	switch v := av.(type) {
	case *types.AttributeValueMemberNULL:
		return true
	case *types.AttributeValueMemberM:
		return HasNull(v.Value)
	case *types.AttributeValueMemberL:
		for _, e := range v.Value {
			if hasNull(e) {
				return true
			}
		}
	}
	return false
}
