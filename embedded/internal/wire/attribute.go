package wire

import (
	"bytes"
	"encoding/base64"
	"reflect"
	"strconv"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
)

// maxNesting bounds the recursion over attribute values. The service's limit of
// 32 levels is the backend's to check. This bound must only be above it, and
// small enough that a hostile body cannot exhaust the stack.
const maxNesting = 100

const (
	textEmptyAttribute = "Supplied AttributeValue is empty, must contain exactly one of the supported datatypes"
	textManyTypes      = "Supplied AttributeValue has more than one datatypes set, must contain exactly one of the supported datatypes"
	textNullFalse      = "One or more parameter values were invalid: Null attribute value types must have the value of true"
	textNesting        = "Nesting Levels have exceeded supported limits: Attributes in the item have nested levels beyond supported limit"
)

func decodeAttributeInto(d *decoder, v reflect.Value) *failure {
	value, fail := d.attribute()
	if value != nil {
		*v.Addr().Interface().(*types.AttributeValue) = value
	}
	return fail
}

func decodeItemInto(d *decoder, v reflect.Value) *failure {
	item, fail := d.item()
	*v.Addr().Interface().(*map[string]types.AttributeValue) = item
	return fail
}

// item reads an object of attribute values.
func (d *decoder) item() (map[string]types.AttributeValue, *failure) {
	if text := d.expect('{'); text != "" {
		return nil, d.mismatch(text)
	}
	m := map[string]types.AttributeValue{}
	for n := 0; d.more(n == 0, '}'); n++ {
		raw, fail := d.key()
		if fail != nil {
			return nil, fail
		}
		name := string(raw)
		d.push(name)
		value, fail := d.attribute()
		if fail != nil {
			return nil, fail
		}
		if m[name] = value; len(m) != n+1 {
			return nil, d.mismatch("duplicate member")
		}
		d.pop()
	}
	return m, nil
}

// attribute reads one attribute value: an object with exactly one member that
// names the type. If the value is not acceptable, it records the finding and
// may return nil. The input is then never handed to the backend.
func (d *decoder) attribute() (types.AttributeValue, *failure) {
	if d.null() {
		d.invalid(textEmptyAttribute)
		return nil, nil
	}
	if d.nesting++; d.nesting > maxNesting {
		d.invalid(textNesting)
		d.skip()
		d.nesting--
		return nil, nil
	}
	if text := d.expect('{'); text != "" {
		return nil, d.mismatch(text)
	}
	var value types.AttributeValue
	var unknown string
	set := 0
	for first := true; d.more(first, '}'); first = false {
		raw, fail := d.key()
		if fail != nil {
			return nil, fail
		}
		if !isDatatype(raw) {
			unknown = string(raw)
			d.skip()
			continue
		}
		if d.null() {
			continue
		}
		if value, fail = d.datatype(raw); fail != nil {
			return nil, fail
		}
		set++
	}
	switch {
	case set == 0:
		d.invalid(textEmptyAttribute)
	case set > 1:
		d.invalid(textManyTypes)
	case unknown != "":
		d.unsupported(unknown)
	}
	d.nesting--
	return value, nil
}

func isDatatype(tag []byte) bool {
	switch string(tag) {
	case "S", "N", "B", "BOOL", "NULL", "SS", "NS", "BS", "L", "M":
		return true
	}
	return false
}

// datatype reads the value that follows a type descriptor.
func (d *decoder) datatype(tag []byte) (types.AttributeValue, *failure) {
	switch string(tag) {
	case "S":
		v, fail := d.copied()
		return &types.AttributeValueMemberS{Value: v}, fail
	case "N":
		v, fail := d.copied()
		return &types.AttributeValueMemberN{Value: v}, fail
	case "B":
		v, fail := d.binary()
		return &types.AttributeValueMemberB{Value: v}, fail
	case "BOOL":
		v, fail := d.boolean()
		return &types.AttributeValueMemberBOOL{Value: v}, fail
	case "NULL":
		v, fail := d.boolean()
		if fail == nil && !v {
			d.invalid(textNullFalse)
		}
		return &types.AttributeValueMemberNULL{Value: v}, fail
	case "SS":
		v, fail := list(d, (*decoder).copied)
		return &types.AttributeValueMemberSS{Value: v}, fail
	case "NS":
		v, fail := list(d, (*decoder).copied)
		return &types.AttributeValueMemberNS{Value: v}, fail
	case "BS":
		v, fail := list(d, (*decoder).binary)
		return &types.AttributeValueMemberBS{Value: v}, fail
	case "L":
		v, fail := list(d, (*decoder).attribute)
		return &types.AttributeValueMemberL{Value: v}, fail
	default:
		v, fail := d.item()
		return &types.AttributeValueMemberM{Value: v}, fail
	}
}

// list reads a list; an empty one is not nil.
func list[E any](d *decoder, elem func(*decoder) (E, *failure)) ([]E, *failure) {
	if text := d.expect('['); text != "" {
		return nil, d.mismatch(text)
	}
	out := []E{}
	for i := 0; d.more(i == 0, ']'); i++ {
		d.path = append(d.path, segment{index: i})
		v, fail := elem(d)
		if fail != nil {
			return nil, fail
		}
		out = append(out, v)
		d.pop()
	}
	return out, nil
}

func (d *decoder) copied() (string, *failure) {
	text, fail := d.text("String")
	return string(text), fail
}

// binary reads standard base64 with padding. It accepts nothing else, so that
// one value cannot have two spellings.
func (d *decoder) binary() ([]byte, *failure) {
	switch c := d.peek(); c {
	case '"':
	case '{', '[':
		return nil, d.mismatch(d.expect(0))
	default:
		return nil, d.mismatch("only base-64-encoded strings are convertible to bytes")
	}
	text, fail := d.quoted()
	if fail != nil {
		return nil, fail
	}
	if len(text)%4 != 0 {
		return nil, d.mismatch("Base64 encoded length is expected a multiple of 4 bytes but found: " + strconv.Itoa(len(text)))
	}
	out := make([]byte, base64.StdEncoding.DecodedLen(len(text)))
	// The decoder would skip line breaks.
	n, err := base64.StdEncoding.Strict().Decode(out, text)
	if err != nil || bytes.ContainsAny(text, "\r\n") {
		return nil, d.mismatch("Invalid Base64 character")
	}
	return out[:n], nil
}
