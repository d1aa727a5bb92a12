package wire

import (
	"encoding/base64"
	"math/bits"
	"strconv"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
)

// AppendItem appends attributes as JSON, in no certain order.
func AppendItem(b []byte, attrs map[string]types.AttributeValue) []byte {
	b = append(b, '{')
	first := true
	for name, av := range attrs {
		b = comma(b, first)
		first = false
		b = append(AppendString(b, name), ':')
		b = AppendValue(b, av)
	}
	return append(b, '}')
}

// AppendValue appends an attribute value as JSON; null for nil.
func AppendValue(b []byte, av types.AttributeValue) []byte {
	switch v := av.(type) {
	case *types.AttributeValueMemberS:
		b = AppendString(append(b, `{"S":`...), v.Value)
	case *types.AttributeValueMemberN:
		b = AppendString(append(b, `{"N":`...), v.Value)
	case *types.AttributeValueMemberB:
		b = AppendBinary(append(b, `{"B":`...), v.Value)
	case *types.AttributeValueMemberBOOL:
		b = strconv.AppendBool(append(b, `{"BOOL":`...), v.Value)
	case *types.AttributeValueMemberNULL:
		b = strconv.AppendBool(append(b, `{"NULL":`...), v.Value)
	case *types.AttributeValueMemberM:
		b = AppendItem(append(b, `{"M":`...), v.Value)
	case *types.AttributeValueMemberL:
		b = appendList(append(b, `{"L":`...), v.Value, AppendValue)
	case *types.AttributeValueMemberSS:
		b = appendList(append(b, `{"SS":`...), v.Value, AppendString)
	case *types.AttributeValueMemberNS:
		b = appendList(append(b, `{"NS":`...), v.Value, AppendString)
	case *types.AttributeValueMemberBS:
		b = appendList(append(b, `{"BS":`...), v.Value, AppendBinary)
	default:
		return append(b, "null"...)
	}
	return append(b, '}')
}

func comma(b []byte, first bool) []byte {
	if first {
		return b
	}
	return append(b, ',')
}

func appendList[E any](b []byte, list []E, element func([]byte, E) []byte) []byte {
	b = append(b, '[')
	for i, e := range list {
		b = element(comma(b, i == 0), e)
	}
	return append(b, ']')
}

// AppendBinary appends bytes as a string of base64.
func AppendBinary(b, v []byte) []byte {
	b = base64.StdEncoding.AppendEncode(append(b, '"'), v)
	return append(b, '"')
}

// AppendString appends a string. It must be UTF-8.
func AppendString(b []byte, s string) []byte {
	b = append(b, '"')
	from := 0
	for i := 0; i < len(s); {
		if i+8 <= len(s) {
			odd := escaped(word(s, i))
			if odd == 0 {
				i += 8
				continue
			}
			i += bits.TrailingZeros64(odd) / 8
		}
		c := s[i]
		if c >= ' ' && c != '"' && c != '\\' {
			i++
			continue
		}
		b = append(b, s[from:i]...)
		i++
		from = i
		switch c {
		case '"', '\\':
			b = append(b, '\\', c)
		case '\n':
			b = append(b, '\\', 'n')
		case '\r':
			b = append(b, '\\', 'r')
		case '\t':
			b = append(b, '\\', 't')
		default:
			b = append(b, '\\', 'u', '0', '0', digits[c>>4], digits[c&15])
		}
	}
	return append(append(b, s[from:]...), '"')
}

const digits = "0123456789abcdef"

// word is eight bytes of a string. The compiler makes one load of it.
func word(s string, i int) uint64 {
	_ = s[i+7]
	return uint64(s[i]) | uint64(s[i+1])<<8 | uint64(s[i+2])<<16 | uint64(s[i+3])<<24 |
		uint64(s[i+4])<<32 | uint64(s[i+5])<<40 | uint64(s[i+6])<<48 | uint64(s[i+7])<<56
}
