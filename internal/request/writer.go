package request

import (
	"strconv"
	"unicode/utf8"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/dystore/dystore/internal/wire"
)

// writer appends JSON.
type writer struct {
	b       []byte
	foreign bool // something is to be written by the SDK
}

// comma follows what there is since first.
func (w *writer) comma(first int) {
	if len(w.b) > first {
		w.b = append(w.b, ',')
	}
}

func (w *writer) key(first int, name string) {
	w.comma(first)
	w.text(name)
	w.b = append(w.b, ':')
}

// text appends a string. The SDK says what becomes of bytes that are not UTF-8.
func (w *writer) text(s string) {
	if !utf8.ValidString(s) {
		w.foreign = true
		return
	}
	w.b = wire.AppendString(w.b, s)
}

// binary appends bytes. The SDK writes null for nil.
func (w *writer) binary(v []byte) {
	if v == nil {
		w.foreign = true
		return
	}
	w.b = wire.AppendBinary(w.b, v)
}

func (w *writer) names(names map[string]string) {
	w.b = append(w.b, '{')
	first := len(w.b)
	for name, v := range names {
		w.key(first, name)
		w.text(v)
	}
	w.b = append(w.b, '}')
}

func (w *writer) item(attrs map[string]types.AttributeValue) {
	w.b = append(w.b, '{')
	first := len(w.b)
	for name, av := range attrs {
		if written, ok := av.(*wire.Written); ok {
			w.comma(first)
			w.b = written.Append(w.b)
			continue
		}
		w.key(first, name)
		w.value(av)
	}
	w.b = append(w.b, '}')
}

// value appends an attribute value. What is none of DynamoDB's types, the SDK judges.
func (w *writer) value(av types.AttributeValue) {
	switch v := av.(type) {
	case *types.AttributeValueMemberS:
		w.open(`{"S":`)
		w.text(v.Value)
	case *types.AttributeValueMemberN:
		w.open(`{"N":`)
		w.text(v.Value)
	case *types.AttributeValueMemberB:
		w.open(`{"B":`)
		w.binary(v.Value)
	case *types.AttributeValueMemberBOOL:
		w.b = strconv.AppendBool(append(w.b, `{"BOOL":`...), v.Value)
	case *types.AttributeValueMemberNULL:
		w.b = strconv.AppendBool(append(w.b, `{"NULL":`...), v.Value)
	case *types.AttributeValueMemberM:
		w.open(`{"M":`)
		w.item(v.Value)
	case *types.AttributeValueMemberL:
		w.open(`{"L":`)
		list(w, v.Value, w.value)
	case *types.AttributeValueMemberSS:
		w.open(`{"SS":`)
		list(w, v.Value, w.text)
	case *types.AttributeValueMemberNS:
		w.open(`{"NS":`)
		list(w, v.Value, w.text)
	case *types.AttributeValueMemberBS:
		w.open(`{"BS":`)
		list(w, v.Value, w.binary)
	default:
		w.foreign = true
		return
	}
	w.b = append(w.b, '}')
}

func (w *writer) open(tag string) { w.b = append(w.b, tag...) }

func list[E any](w *writer, all []E, element func(E)) {
	w.b = append(w.b, '[')
	first := len(w.b)
	for _, e := range all {
		w.comma(first)
		element(e)
	}
	w.b = append(w.b, ']')
}
