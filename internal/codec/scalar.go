package codec

import (
	"errors"
	"math"
	"reflect"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/dystore/dystore/internal/item"
)

// scalar compiles a type that is one S, N or BOOL.
func (b *builder) scalar(c *Codec, k Kind, want string, enc encodeFunc, dec decodeFunc) options {
	c.kind, c.want, c.enc, c.dec = k, want, enc, dec
	c.ordered = k != Bool
	if k != Number {
		return 0
	}
	if c.opts&asString != 0 {
		// A number kept as a string sorts as text: 10 before 9.
		c.kind, c.want, c.ordered = String, "S or N", false
	}
	return asString
}

func encodeBool(_ *Codec, v reflect.Value, d depth) (types.AttributeValue, error) {
	return d.made.Bool(v.Bool()), nil
}

func decodeBool(c *Codec, av types.AttributeValue, dst reflect.Value) error {
	tv, ok := av.(*types.AttributeValueMemberBOOL)
	if !ok || tv == nil {
		return c.mismatch(av)
	}
	dst.SetBool(tv.Value)
	return nil
}

func encodeString(c *Codec, v reflect.Value, d depth) (types.AttributeValue, error) {
	return c.stringValue(v.String(), d)
}

// stringValue refuses what the wire format would silently change: JSON turns
// invalid UTF-8 into U+FFFD.
func (c *Codec) stringValue(s string, d depth) (types.AttributeValue, error) {
	if !utf8.ValidString(s) {
		return nil, c.unfit(item.ErrNotUTF8)
	}
	return d.made.String(s), nil
}

func decodeString(c *Codec, av types.AttributeValue, dst reflect.Value) error {
	tv, ok := av.(*types.AttributeValueMemberS)
	if !ok || tv == nil {
		return c.mismatch(av)
	}
	dst.SetString(tv.Value)
	return nil
}

// number wraps the text of a number as the options say.
func (d depth) number(c *Codec, text string) types.AttributeValue {
	if c.opts&asString != 0 {
		return d.made.String(text)
	}
	return d.made.Number(text)
}

// integer is number for i.
func (d depth) integer(c *Codec, i int64) types.AttributeValue {
	if 0 <= i && i < 100 {
		return d.number(c, strconv.FormatInt(i, 10)) // without memory
	}
	var own [maxDigits]byte
	return d.number(c, d.made.Text(strconv.AppendInt(own[:0], i, 10)))
}

// maxDigits is how long the text of an integer is at most, and that of most numbers.
const maxDigits = 20

// numberText returns the text of a stored number.
func numberText(c *Codec, av types.AttributeValue) (string, error) {
	switch tv := av.(type) {
	case *types.AttributeValueMemberN:
		if tv != nil {
			return tv.Value, nil
		}
	case *types.AttributeValueMemberS:
		if tv != nil && c.opts&asString != 0 {
			return tv.Value, nil
		}
	}
	return "", c.mismatch(av)
}

func encodeInt(c *Codec, v reflect.Value, d depth) (types.AttributeValue, error) {
	return d.integer(c, v.Int()), nil
}

func decodeInt(c *Codec, av types.AttributeValue, dst reflect.Value) error {
	i, err := integer(c, av, strconv.ParseInt)
	if err == nil {
		dst.SetInt(i)
	}
	return err
}

func encodeUint(c *Codec, v reflect.Value, d depth) (types.AttributeValue, error) {
	i := v.Uint()
	if i > math.MaxInt64 {
		return d.number(c, strconv.FormatUint(i, 10)), nil
	}
	return d.integer(c, int64(i)), nil
}

func decodeUint(c *Codec, av types.AttributeValue, dst reflect.Value) error {
	i, err := integer(c, av, strconv.ParseUint)
	if err == nil {
		dst.SetUint(i)
	}
	return err
}

// integer parses a stored number. A negative one is out of the range of parse
// for unsigned numbers.
func integer[I int64 | uint64](c *Codec, av types.AttributeValue, parse func(string, int, int) (I, error)) (I, error) {
	s, err := numberText(c, av)
	if err != nil {
		return 0, err
	}
	i, err := parse(s, 10, c.typ.Bits())
	if errors.Is(err, strconv.ErrSyntax) {
		if s, err = integerText(c, s); err != nil {
			return 0, err
		}
		i, err = parse(s, 10, c.typ.Bits())
	}
	if err != nil {
		return 0, outOfRange(c)
	}
	return i, nil
}

// integerText returns the plain form of an integer written otherwise: 1E2,
// 1.0. DynamoDB returns plain integers; other sources of values may not.
func integerText(c *Codec, s string) (string, error) {
	n, err := item.NormalizeNumber(s)
	switch {
	case errors.Is(err, item.ErrNumberTooBig):
		return "", outOfRange(c)
	case errors.Is(err, item.ErrNotNumber):
		return "", c.unfit(err)
	case err != nil || strings.Contains(n, "."):
		return "", c.valueError("the number is not an integer, as " + c.typ.String() + " needs")
	}
	return n, nil
}

func outOfRange(c *Codec) error {
	return c.valueError("the number is out of range for " + c.typ.String())
}

func encodeFloat(c *Codec, v reflect.Value, d depth) (types.AttributeValue, error) {
	f := v.Float()
	switch a := math.Abs(f); {
	case math.IsNaN(f):
		return nil, c.valueError("NaN cannot be stored")
	case math.IsInf(f, 0):
		return nil, c.valueError("an infinity cannot be stored")
	case a >= 1e126:
		return nil, c.unfit(item.ErrNumberTooBig)
	case a != 0 && a < 1e-130:
		return nil, c.unfit(item.ErrNumberTooTiny)
	}
	var own [maxDigits]byte
	return d.number(c, d.made.Text(strconv.AppendFloat(own[:0], f, 'f', -1, c.typ.Bits()))), nil
}

func decodeFloat(c *Codec, av types.AttributeValue, dst reflect.Value) error {
	s, err := numberText(c, av)
	if err != nil {
		return err
	}
	f, err := strconv.ParseFloat(s, c.typ.Bits())
	switch {
	case errors.Is(err, strconv.ErrRange):
		return outOfRange(c)
	case err != nil || !isDecimal(s):
		return c.unfit(item.ErrNotNumber)
	}
	dst.SetFloat(f)
	return nil
}

// isDecimal tells a number that ParseFloat read from the other notations that
// it knows: inf, nan, hexadecimal.
func isDecimal(s string) bool { return !strings.ContainsAny(s, "xXnN") }

// numeral is what attributevalue takes for a number kept as a string:
// attributevalue.Number, json.Number and types like them.
type numeral interface {
	Float64() (float64, error)
	Int64() (int64, error)
	String() string
}

var numeralType = reflect.TypeFor[numeral]()

func isNumeric(t reflect.Type) bool { return t.Kind() == reflect.String && t.Implements(numeralType) }

// encodeNumeral stores the digits unchanged. The empty Number is the zero value
// of its type and no number: it is absent, and so reads back the same.
func encodeNumeral(c *Codec, v reflect.Value, d depth) (types.AttributeValue, error) {
	s := v.String()
	if s == "" {
		return nil, nil
	}
	if _, err := item.NormalizeNumber(s); err != nil {
		return nil, c.unfit(err)
	}
	return d.number(c, s), nil
}

func decodeNumeral(c *Codec, av types.AttributeValue, dst reflect.Value) error {
	s, err := numberText(c, av)
	if err != nil {
		return err
	}
	if _, err := item.NormalizeNumber(s); err != nil {
		return c.unfit(err)
	}
	dst.SetString(s)
	return nil
}
