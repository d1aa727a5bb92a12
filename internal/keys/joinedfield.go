package keys

import (
	"fmt"
	"reflect"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/dystore/dystore/internal/codec"
	"github.com/dystore/dystore/internal/fail"
	"github.com/dystore/dystore/internal/item"
	"github.com/dystore/dystore/internal/joined"
	"github.com/dystore/dystore/internal/model"
	"github.com/dystore/dystore/lens"
)

// joinedField is a field of T that a joined key is made of.
type joinedField struct {
	at    int    // its place in Joined.fields
	name  string // of its attribute
	lens  *model.Lens
	codec *codec.Codec // which withholds no value
	form  joinedForm
}

// joinedForm is how the values of a field become segments.
type joinedForm uint8

const (
	joinedText joinedForm = iota + 1
	joinedTime
	joinedNumber
	joinedSeconds // a time as a number of seconds
	joinedBinary
)

// newJoinedField checks the field of a lens.
func newJoinedField(fn string, l *model.Lens) (*joinedField, error) {
	if l.Err != nil {
		return nil, l.Err
	}
	decline := func(reason string) (*joinedField, error) {
		return nil, &lens.Error{Func: fn, Type: l.Root.String(), Path: l.GoPath(), Reason: reason}
	}
	if l.Many || len(l.Path) != 1 {
		return decline("a key is made of attributes of the object itself, not of what is inside another")
	}
	for _, step := range l.Steps {
		if step.Kind == model.Deref {
			return decline("a key is made of fields of the object itself, not behind a pointer")
		}
	}
	f := &joinedField{name: l.Path[0].Name, lens: l, codec: l.Codec.Kept()}
	if f.form = joinedFormOf(f.codec); f.form == 0 {
		return decline(fmt.Sprintf("a %s cannot be joined to a key; strings, integers, times, binary and types with a text form can", l.Value))
	}
	return f, nil
}

// joinedFormOf is the form of a type, 0 if it has none. A float or a Number has
// several texts for one number, and no width.
func joinedFormOf(c *codec.Codec) joinedForm {
	if c.Err() != nil || c.Type().Kind() == reflect.Pointer {
		return 0
	}
	integer := false
	switch c.Type().Kind() {
	case reflect.Int, reflect.Int8, reflect.Int16, reflect.Int32, reflect.Int64,
		reflect.Uint, reflect.Uint8, reflect.Uint16, reflect.Uint32, reflect.Uint64:
		integer = true
	}
	switch kind := c.Kind(); {
	case c.Seconds():
		return joinedSeconds
	case kind == codec.String && c.Instant():
		return joinedTime
	case integer && (kind == codec.Number || kind == codec.String && c.Spelled()):
		return joinedNumber
	case kind == codec.String && !c.Spelled():
		return joinedText
	case kind == codec.Binary:
		return joinedBinary
	}
	return 0
}

// segment is the segment of a value: of one that is stored, or of an operand, which
// keeps the fraction of a second that is not stored.
func (f *joinedField) segment(v reflect.Value, operand bool) (string, error) {
	text, err := f.encode(v, operand)
	if err != nil {
		return "", fmt.Errorf("%s: %w", f.name, err)
	}
	return text, nil
}

func (f *joinedField) encode(v reflect.Value, operand bool) (string, error) {
	switch f.form {
	case joinedTime:
		av, err := encodeKeyTime(v)
		if err != nil {
			return "", err
		}
		return av.(*types.AttributeValueMemberS).Value, nil
	case joinedSeconds:
		t := v.Convert(timeType).Interface().(time.Time)
		if n := t.Nanosecond(); operand && n > 0 {
			return fmt.Sprintf("%s.%09d", joined.Int(t.Unix()), n), nil
		}
		return joined.Int(t.Unix()), nil
	case joinedNumber:
		if v.CanInt() {
			return joined.Int(v.Int()), nil
		}
		return joined.Uint(v.Uint()), nil
	}
	av, err := f.codec.Encode(v)
	switch av := av.(type) {
	case *types.AttributeValueMemberS:
		return joined.Escape(av.Value), err
	case *types.AttributeValueMemberB:
		return joined.Binary(av.Value), err
	}
	return "", err // nil is empty
}

// parse is the value of a segment. It takes no segment that a value does not have.
func (f *joinedField) parse(segment string) (reflect.Value, error) {
	v := reflect.New(f.lens.Value).Elem()
	if zero, err := f.encode(v, false); err == nil && zero == segment {
		return v, nil // nil, where that is empty
	}
	av, err := f.attribute(segment)
	if err == nil {
		err = f.codec.Decode(av, v)
	}
	if err != nil {
		return v, fmt.Errorf("%s: %w", f.name, err)
	}
	if again, err := f.encode(v, false); err != nil || again != segment {
		return v, fmt.Errorf("%s: it is read from %q, and would be written as %q", f.name, segment, again)
	}
	return v, nil
}

// attribute is the attribute value of a segment.
func (f *joinedField) attribute(segment string) (types.AttributeValue, error) {
	switch f.form {
	case joinedNumber, joinedSeconds:
		text, err := joined.ParseNumber(segment)
		if err == nil && f.codec.Spelled() {
			return item.String(text), nil
		}
		return &types.AttributeValueMemberN{Value: text}, err
	case joinedBinary:
		b, err := joined.ParseBinary(segment)
		return &types.AttributeValueMemberB{Value: b}, err
	}
	text, err := joined.Unescape(segment)
	return item.String(text), err
}

// agrees checks the value that an object has beside its key.
func (f *joinedField) agrees(v reflect.Value, segment string) error {
	if text, err := f.encode(v, false); err == nil && text == segment {
		return nil
	}
	return fail.At(f.lens.Path, fail.Withf(fail.ErrCorrupt, "%s is not what the object's key says; another program has changed it", f.name))
}
