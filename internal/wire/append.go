package wire

import (
	"encoding/base64"
	"math/bits"
	"strconv"
	"unicode/utf8"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
)

// AppendItem appends attributes as JSON, in no certain order.
func AppendItem(b []byte, attrs map[string]types.AttributeValue) []byte {
	w := Writer{B: b}
	w.Item(attrs)
	return w.B
}

// AppendValue appends an attribute value as JSON; null for nil.
func AppendValue(b []byte, av types.AttributeValue) []byte {
	w := Writer{B: b}
	w.Value(av)
	return w.B
}

// Writer appends JSON. It is Foreign once it has appended something that the SDK writes in a
// way of its own: a text that is not UTF-8, bytes that are nil, a value of no known type.
type Writer struct {
	B       []byte
	Foreign bool
}

// Comma follows what there is since first.
func (w *Writer) Comma(first int) {
	if len(w.B) > first {
		w.B = append(w.B, ',')
	}
}

// Key appends the name of a member, and what is before and after it.
func (w *Writer) Key(first int, name string) {
	w.Comma(first)
	w.Text(name)
	w.B = append(w.B, ':')
}

// Text appends a string.
func (w *Writer) Text(s string) {
	w.Foreign = w.Foreign || !utf8.ValidString(s)
	w.B = AppendString(w.B, s)
}

func (w *Writer) binary(v []byte) {
	w.Foreign = w.Foreign || v == nil
	w.B = AppendBinary(w.B, v)
}

// Item appends attributes, in no certain order. Some may be written already.
func (w *Writer) Item(attrs map[string]types.AttributeValue) {
	w.B = append(w.B, '{')
	first := len(w.B)
	for name, av := range attrs {
		if written, ok := av.(*Written); ok {
			w.written(first, name, written)
			continue
		}
		w.Key(first, name)
		w.Value(av)
	}
	w.B = append(w.B, '}')
}

func (w *Writer) written(first int, name string, v *Written) {
	if name == WrittenName {
		w.Comma(first)
	} else {
		w.Key(first, name)
	}
	w.B = v.Append(w.B)
}

// Value appends an attribute value; null for nil.
func (w *Writer) Value(av types.AttributeValue) {
	switch v := av.(type) {
	case *types.AttributeValueMemberS:
		w.open(`{"S":`)
		w.Text(v.Value)
	case *types.AttributeValueMemberN:
		w.open(`{"N":`)
		w.Text(v.Value)
	case *types.AttributeValueMemberB:
		w.open(`{"B":`)
		w.binary(v.Value)
	case *types.AttributeValueMemberBOOL:
		w.B = strconv.AppendBool(append(w.B, `{"BOOL":`...), v.Value)
	case *types.AttributeValueMemberNULL:
		w.B = strconv.AppendBool(append(w.B, `{"NULL":`...), v.Value)
	case *types.AttributeValueMemberM:
		w.open(`{"M":`)
		w.Item(v.Value)
	case *types.AttributeValueMemberL:
		w.open(`{"L":`)
		elements(w, v.Value, w.Value)
	case *types.AttributeValueMemberSS:
		w.open(`{"SS":`)
		elements(w, v.Value, w.Text)
	case *types.AttributeValueMemberNS:
		w.open(`{"NS":`)
		elements(w, v.Value, w.Text)
	case *types.AttributeValueMemberBS:
		w.open(`{"BS":`)
		elements(w, v.Value, w.binary)
	default:
		w.Foreign = true
		w.B = append(w.B, "null"...)
		return
	}
	w.B = append(w.B, '}')
}

func (w *Writer) open(tag string) { w.B = append(w.B, tag...) }

func elements[E any](w *Writer, all []E, element func(E)) {
	w.B = append(w.B, '[')
	first := len(w.B)
	for _, e := range all {
		w.Comma(first)
		element(e)
	}
	w.B = append(w.B, ']')
}

// AppendBinary appends bytes as a string of base64.
func AppendBinary(b, v []byte) []byte {
	b = base64.StdEncoding.AppendEncode(append(b, '"'), v)
	return append(b, '"')
}

// Plain reports whether a text is ASCII in which nothing is to be escaped, as most are. Its
// JSON is the text itself in quotes.
func Plain(s string) bool {
	if len(s) < 8 {
		for i := range len(s) {
			if !plainByte[s[i]] {
				return false
			}
		}
		return true
	}
	var odd uint64
	for i := 0; i+8 <= len(s); i += 8 {
		odd |= oddBytes(word(s, i))
	}
	return odd|oddBytes(word(s, len(s)-8)) == 0
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
