package item

import "github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

// Absent reports whether av is no value: nil, or NULL, which is stored for nil
// in lists, and by other programs elsewhere.
func Absent(av types.AttributeValue) bool { return av == nil || IsNull(av) }

// IsNull reports whether av is NULL.
func IsNull(av types.AttributeValue) bool {
	_, null := av.(*types.AttributeValueMemberNULL)
	return null
}

// TypeName names the DynamoDB type of av as the service does: S, NS, NULL and
// so on. It is empty for nil and for what is no type of DynamoDB.
func TypeName(av types.AttributeValue) string {
	switch av.(type) {
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
	return ""
}
