package expr

import (
	"bytes"
	"strings"
	"unicode/utf16"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/dystore/dystore/internal/engine/attr"
)

func text(v attr.Value) string {
	if s, ok := v.(*types.AttributeValueMemberS); ok {
		return s.Value
	}
	return ""
}

func beginsWith(v, prefix attr.Value) bool {
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

// contains looks for parts of strings and binaries, members of sets and
// elements of lists.
func contains(v, part attr.Value) bool {
	switch v := v.(type) {
	case *types.AttributeValueMemberS:
		p, ok := part.(*types.AttributeValueMemberS)
		return ok && strings.Contains(v.Value, p.Value)
	case *types.AttributeValueMemberB:
		p, ok := part.(*types.AttributeValueMemberB)
		return ok && bytes.Contains(v.Value, p.Value)
	case *types.AttributeValueMemberL:
		for _, e := range v.Value {
			if attr.Equal(e, part) {
				return true
			}
		}
		return false
	}
	if attr.Type(v) != attr.Type(part)+"S" {
		return false
	}
	member := ""
	switch part := part.(type) {
	case *types.AttributeValueMemberS:
		member = part.Value
	case *types.AttributeValueMemberN:
		member = part.Value
	case *types.AttributeValueMemberB:
		member = string(part.Value)
	}
	for _, e := range attr.Elements(v) {
		if e == member {
			return true
		}
	}
	return false
}

// length is what size() returns. It reports false for values without a size.
// For strings it counts UTF-16 code units: characters beyond the first 65,536
// of Unicode, such as emoji, count twice.
func length(v attr.Value) (int, bool) {
	switch v := v.(type) {
	case *types.AttributeValueMemberS:
		n := 0
		for _, r := range v.Value {
			n += utf16.RuneLen(r)
		}
		return n, true
	case *types.AttributeValueMemberB:
		return len(v.Value), true
	case *types.AttributeValueMemberL:
		return len(v.Value), true
	case *types.AttributeValueMemberM:
		return len(v.Value), true
	}
	set := attr.Elements(v)
	return len(set), set != nil
}
