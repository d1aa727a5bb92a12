package attr

import (
	"encoding/binary"
	"errors"
	"slices"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
)

// codec is the version of the byte encoding of items, its first byte.
const codec = 1

// The tags of the encoding. They are stored: never renumber.
const (
	tagS = iota + 1
	tagN
	tagB
	tagSS
	tagNS
	tagBS
	tagM
	tagL
	tagTrue
	tagFalse
	tagNull
)

// ErrEncoding is the error for bytes that Encode did not write.
var ErrEncoding = errors.New("attr: malformed item encoding")

// Encode is a deterministic byte form of an item.
func Encode(item Item) []byte { return appendMap([]byte{codec}, item) }

func appendMap(dst []byte, m Item) []byte {
	names := make([]string, 0, len(m))
	for name := range m {
		names = append(names, name)
	}
	slices.Sort(names)
	dst = binary.AppendUvarint(dst, uint64(len(names)))
	for _, name := range names {
		dst = appendValue(appendText(dst, name), m[name])
	}
	return dst
}

func appendText[T ~string | ~[]byte](dst []byte, s T) []byte {
	return append(binary.AppendUvarint(dst, uint64(len(s))), s...)
}

func appendTexts[T ~string | ~[]byte](dst []byte, tag byte, set []T) []byte {
	dst = binary.AppendUvarint(append(dst, tag), uint64(len(set)))
	for _, s := range set {
		dst = appendText(dst, s)
	}
	return dst
}

func appendValue(dst []byte, v Value) []byte {
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
		dst = binary.AppendUvarint(append(dst, tagL), uint64(len(v.Value)))
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
