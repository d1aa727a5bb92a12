package legacy

import (
	"errors"
	"reflect"
	"strconv"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/dystore/dystore/internal/attr"
	"github.com/dystore/dystore/internal/codec"
	"github.com/dystore/dystore/internal/fail"
	"github.com/dystore/dystore/internal/item"
	"github.com/dystore/dystore/internal/sorted"
)

// Fit returns a document in the form that a type stores. Decrypted texts become what
// the type has in their place, if they are exactly such a value. An attribute that the
// type does not have is an error: it would be lost. The error joins all of them.
func Fit(c *codec.Codec, doc map[string]types.AttributeValue) (map[string]types.AttributeValue, error) {
	var f fitter
	fitted := f.mapping(c, doc, nil)
	return fitted, errors.Join(f.errs...)
}

type fitter struct{ errs []error }

func (f *fitter) refuse(path attr.Path, format string, args ...any) {
	f.errs = append(f.errs, fail.At(path, fail.Withf(fail.ErrInvalid, path.String()+": "+format, args...)))
}

func (f *fitter) value(c *codec.Codec, av types.AttributeValue, path attr.Path) types.AttributeValue {
	if c.Kind() == codec.Union {
		return f.variant(c, av, path)
	}
	switch v := av.(type) {
	case *Text:
		fitted, ok := fitText(c, v.Value)
		if !ok {
			f.refuse(path, "the decrypted text is no %s, as %s has it here; dynamo-store stored what Python's str made of the value", c.Kind(), c.Type())
		}
		if n, ok := fitted.(*types.AttributeValueMemberN); ok && !keepsDigits(c, n.Value) {
			f.refuse(path, "the decrypted number has more digits than %s keeps; attributevalue.Number keeps all", c.Type())
		}
		return fitted
	case *types.AttributeValueMemberN:
		if !keepsDigits(c, v.Value) {
			f.refuse(path, "%s has more digits than %s keeps; attributevalue.Number keeps all", v.Value, c.Type())
		}
	case *types.AttributeValueMemberM:
		return &types.AttributeValueMemberM{Value: f.mapping(c, v.Value, path)}
	case *types.AttributeValueMemberL:
		elem := c.Elem()
		if elem == nil {
			return Plain(av) // any, a custom type, or one that the codec refuses
		}
		l := make([]types.AttributeValue, len(v.Value))
		for i, e := range v.Value {
			l[i] = f.value(elem, e, step(path, attr.At(i)))
		}
		return &types.AttributeValueMemberL{Value: l}
	}
	return av
}

// variant fits what an interface holds. Its tag is stored, or the chooser of the model
// names it; decoding says what is wrong with what has none. A decrypted None is nil.
func (f *fitter) variant(c *codec.Codec, av types.AttributeValue, path attr.Path) types.AttributeValue {
	if t, ok := av.(*Text); ok && t.Value == none {
		return &types.AttributeValueMemberNULL{Value: true}
	}
	m, tagged := av.(*types.AttributeValueMemberM)
	if with, ok := c.Tagged(Plain(av)).(*types.AttributeValueMemberM); ok {
		m, tagged = &types.AttributeValueMemberM{Value: attrs{sorted.Keys(with.Value)[0]: av}}, true
	}
	if !tagged || len(m.Value) != 1 {
		return Plain(av)
	}
	tag := sorted.Keys(m.Value)[0]
	field := c.Lookup(tag)
	if field == nil {
		return Plain(av)
	}
	return &types.AttributeValueMemberM{Value: attrs{tag: f.value(field.Codec, m.Value[tag], step(path, attr.Field(tag)))}}
}

func (f *fitter) mapping(c *codec.Codec, m attrs, path attr.Path) attrs {
	fitted := make(attrs, len(m))
	for _, name := range sorted.Keys(m) {
		av, at := m[name], step(path, attr.Field(name))
		switch c.Kind() {
		case codec.Struct:
			field := c.Lookup(name)
			if field == nil {
				f.refuse(at, "%s has no such attribute, so that it would be lost; add a field, or leave it out with dynamostore.Omit", c.Type())
				continue
			}
			fitted[name] = f.value(field.Codec, av, at)
		case codec.Map:
			fitted[name] = f.value(c.Elem(), av, at)
		default:
			fitted[name] = Plain(av)
		}
	}
	return fitted
}

// keepsDigits reports whether a Go type has a number as it is stored: a float has about
// 16 of its digits. What is wrong with others decoding says.
func keepsDigits(c *codec.Codec, stored string) bool {
	t := c.Type()
	for t.Kind() == reflect.Pointer {
		t = t.Elem()
	}
	if t.Kind() != reflect.Float32 && t.Kind() != reflect.Float64 {
		return true
	}
	v, err := strconv.ParseFloat(stored, t.Bits())
	if err != nil {
		return true
	}
	kept, err := item.NormalizeNumber(strconv.FormatFloat(v, 'g', -1, t.Bits()))
	if err != nil {
		return true
	}
	wanted, err := item.NormalizeNumber(stored)
	return err != nil || kept == wanted
}

// fitText gives a decrypted text the type of a Go value. None is nil, and the zero
// value of what has no nil, as NULL is. A string keeps it: nobody can know whether it
// was the text None.
func fitText(c *codec.Codec, text string) (types.AttributeValue, bool) {
	same := &types.AttributeValueMemberS{Value: text}
	if text == none && c.Kind() != codec.Any && (c.Nullable() || !isString(c)) {
		return &types.AttributeValueMemberNULL{Value: true}, true
	}
	switch c.Kind() {
	case codec.String:
		if t, ok := instant(text); ok && c.Instant() {
			same.Value = t.Format(time.RFC3339Nano)
		}
		return same, true
	case codec.Number:
		n, ok := number(text)
		if c.Spelled() {
			return &types.AttributeValueMemberS{Value: n}, ok
		}
		return &types.AttributeValueMemberN{Value: n}, ok
	case codec.Bool:
		b, ok := boolean(text)
		return &types.AttributeValueMemberBOOL{Value: b}, ok
	case codec.Binary:
		b, ok := binary(text)
		return &types.AttributeValueMemberB{Value: b}, ok
	case codec.Any, codec.Custom:
		return same, true
	}
	return same, false
}

// isString reports whether a type is a string in Go, so that None may be a text.
func isString(c *codec.Codec) bool {
	return c.Kind() == codec.String && c.Type().Kind() == reflect.String
}
