package packed

import (
	"slices"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/dystore/dystore/internal/engine/attr"
)

// Encode is the packed form of an item whose values have been read. It takes
// any others too, as they are: what [Check] does not accept cannot be stored,
// but it can be compared.
func Encode(item attr.Item) []byte { return appendMap([]byte{version}, item) }

func appendMap(dst []byte, m attr.Item) []byte {
	names := make([]string, 0, len(m))
	for name := range m {
		names = append(names, name)
	}
	slices.Sort(names)
	dst = appendCount(dst, len(names))
	for _, name := range names {
		dst = appendValue(appendText(dst, name), m[name])
	}
	return dst
}

func appendText[T ~string | ~[]byte](dst []byte, s T) []byte {
	return append(appendCount(dst, len(s)), s...)
}

func appendTexts[T ~string | ~[]byte](dst []byte, tag byte, set []T) []byte {
	dst = appendCount(append(dst, tag), len(set))
	for _, s := range set {
		dst = appendText(dst, s)
	}
	return dst
}

func appendValue(dst []byte, v attr.Value) []byte {
	switch v := v.(type) {
	case *types.AttributeValueMemberS:
		return appendText(append(dst, tagS), v.Value)
	case *types.AttributeValueMemberN:
		return appendText(append(dst, tagN), v.Value)
	case *types.AttributeValueMemberB:
		return appendText(append(dst, tagB), v.Value)
	case *types.AttributeValueMemberSS:
		return appendTexts(dst, tagSS, v.Value)
	case *types.AttributeValueMemberNS:
		return appendTexts(dst, tagNS, v.Value)
	case *types.AttributeValueMemberBS:
		return appendTexts(dst, tagBS, v.Value)
	case *types.AttributeValueMemberM:
		return appendMap(append(dst, tagM), v.Value)
	case *types.AttributeValueMemberL:
		dst = appendCount(append(dst, tagL), len(v.Value))
		for _, e := range v.Value {
			dst = appendValue(dst, e)
		}
		return dst
	case *types.AttributeValueMemberBOOL:
		if v.Value {
			return append(dst, tagTrue)
		}
		return append(dst, tagFalse)
	}
	return append(dst, tagNull)
}
