package export

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"unicode/utf8"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/dystore/dystore/internal/item"
	"github.com/dystore/dystore/internal/sorted"
)

// Attribute values in the JSON of DynamoDB, in canonical form: names in the order of their
// bytes, sets in that of their elements, nothing between the tokens, numbers as DynamoDB
// returns them, binary in base64.

// value is an attribute value as it is read.
type value struct {
	S    *string
	N    *string
	B    *[]byte
	BOOL *bool
	NULL *bool
	SS   []string
	NS   []string
	BS   [][]byte
	L    *[]value
	M    *map[string]value
}

var errNoValue = errors.New("it has a value of no type")

// maxLevels is how deep values are nested at most.
const maxLevels = 32

func (v *value) attribute(level int) (types.AttributeValue, error) {
	if level > maxLevels {
		return nil, fmt.Errorf("it has a value of more than %d levels", maxLevels)
	}
	switch {
	case v.S != nil:
		return &types.AttributeValueMemberS{Value: *v.S}, nil
	case v.N != nil:
		text, err := item.NormalizeNumber(*v.N)
		return &types.AttributeValueMemberN{Value: text}, err
	case v.B != nil:
		return &types.AttributeValueMemberB{Value: *v.B}, nil
	case v.BOOL != nil:
		return &types.AttributeValueMemberBOOL{Value: *v.BOOL}, nil
	case v.NULL != nil:
		return &types.AttributeValueMemberNULL{Value: *v.NULL}, nil
	case v.SS != nil:
		return &types.AttributeValueMemberSS{Value: v.SS}, nil
	case v.NS != nil:
		return &types.AttributeValueMemberNS{Value: v.NS}, nil
	case v.BS != nil:
		return &types.AttributeValueMemberBS{Value: v.BS}, nil
	case v.L != nil:
		l := &types.AttributeValueMemberL{Value: make([]types.AttributeValue, len(*v.L))}
		for i := range *v.L {
			av, err := (*v.L)[i].attribute(level + 1)
			if err != nil {
				return nil, err
			}
			l.Value[i] = av
		}
		return l, nil
	case v.M != nil:
		m, err := entries(*v.M, level+1)
		return &types.AttributeValueMemberM{Value: m}, err
	}
	return nil, errNoValue
}

func entries(m map[string]value, level int) (attrs, error) {
	out := make(attrs, len(m))
	for name, v := range m {
		av, err := v.attribute(level)
		if err != nil {
			return nil, err
		}
		out[name] = av
	}
	return out, nil
}

// entriesOf are the attributes of an item. There is at least the key.
func entriesOf(m map[string]value) (attrs, error) {
	if len(m) == 0 {
		return nil, errors.New("it has no attributes")
	}
	return entries(m, 1)
}

func listOf(values []value) ([]types.AttributeValue, error) {
	list := make([]types.AttributeValue, len(values))
	for i := range values {
		av, err := values[i].attribute(1)
		if err != nil {
			return nil, err
		}
		list[i] = av
	}
	return list, nil
}

// writer writes values.
type writer struct {
	b   []byte
	err error
}

func (w *writer) raw(s string) { w.b = append(w.b, s...) }

// text writes a text. JSON has no other bytes than UTF-8; nor has DynamoDB.
func (w *writer) text(s string) {
	if !utf8.ValidString(s) && w.err == nil {
		w.err = fmt.Errorf("%q is not valid UTF-8", s)
	}
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	if err := e.Encode(s); err != nil && w.err == nil {
		w.err = err
	}
	w.b = append(w.b, bytes.TrimSuffix(b.Bytes(), []byte("\n"))...)
}

func (w *writer) binary(b []byte) { w.raw(`"` + base64.StdEncoding.EncodeToString(b) + `"`) }

func (w *writer) value(av types.AttributeValue) {
	switch v := av.(type) {
	case *types.AttributeValueMemberS:
		w.raw(`{"S":`)
		w.text(v.Value)
	case *types.AttributeValueMemberN:
		w.raw(`{"N":`)
		w.text(v.Value)
	case *types.AttributeValueMemberB:
		w.raw(`{"B":`)
		w.binary(v.Value)
	case *types.AttributeValueMemberBOOL:
		w.raw(fmt.Sprintf(`{"BOOL":%t`, v.Value))
	case *types.AttributeValueMemberNULL:
		w.raw(`{"NULL":true`)
	case *types.AttributeValueMemberSS:
		w.raw(`{"SS":`)
		list(w, slices.Sorted(slices.Values(v.Value)), w.text)
	case *types.AttributeValueMemberNS:
		w.raw(`{"NS":`)
		list(w, slices.Sorted(slices.Values(v.Value)), w.text)
	case *types.AttributeValueMemberBS:
		w.raw(`{"BS":`)
		list(w, slices.SortedFunc(slices.Values(v.Value), bytes.Compare), w.binary)
	case *types.AttributeValueMemberL:
		w.raw(`{"L":`)
		list(w, v.Value, w.value)
	case *types.AttributeValueMemberM:
		w.raw(`{"M":`)
		w.entries(v.Value)
	default:
		w.err = fmt.Errorf("%T is no attribute value", av)
		return
	}
	w.raw("}")
}

func list[E any](w *writer, all []E, write func(E)) {
	w.raw("[")
	for i, e := range all {
		if i > 0 {
			w.raw(",")
		}
		write(e)
	}
	w.raw("]")
}

func (w *writer) entries(m attrs) {
	w.raw("{")
	for i, name := range sorted.Keys(m) {
		if i > 0 {
			w.raw(",")
		}
		w.text(name)
		w.raw(":")
		w.value(m[name])
	}
	w.raw("}")
}
