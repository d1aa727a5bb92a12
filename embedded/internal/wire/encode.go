package wire

import (
	"encoding/base64"
	"math"
	"reflect"
	"slices"
	"strconv"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/dystore/dystore/internal/engine/packed"
)

// encoder appends JSON. It writes keys of maps in order, so that equal values
// have equal bytes and one recorded run can be compared with another.
type encoder struct {
	buf  []byte
	keys []string // the keys of the maps being written, the innermost last
}

// structEncoder writes the members of t that have a value.
func (p *plans) structEncoder(t reflect.Type) encodeFunc {
	type field struct {
		index  int
		prefix string // quoted name and colon
		encode encodeFunc
	}
	var fields []field
	for i := range t.NumField() {
		if f := t.Field(i); member(f) {
			if encode := p.encoder(f.Type); encode != nil {
				fields = append(fields, field{i, strconv.Quote(memberName(t, f.Name)) + ":", encode})
			}
		}
	}
	return func(e *encoder, v reflect.Value) {
		e.buf = append(e.buf, '{')
		first := true
		for i := range fields {
			f := &fields[i]
			value := v.Field(f.index)
			if absent(value) {
				continue
			}
			if !first {
				e.buf = append(e.buf, ',')
			}
			first = false
			e.buf = append(e.buf, f.prefix...)
			f.encode(e, value)
		}
		e.buf = append(e.buf, '}')
	}
}

// absent: nil, or an empty enum. Plain numbers are always written (a Count may
// be 0), and so are lists and maps that are empty but not nil.
func absent(v reflect.Value) bool {
	switch v.Kind() {
	case reflect.Pointer, reflect.Slice, reflect.Map, reflect.Interface:
		return v.IsNil()
	case reflect.String:
		return v.Len() == 0
	}
	return false
}

func encodeSlice(elem encodeFunc) encodeFunc {
	return func(e *encoder, v reflect.Value) {
		e.buf = append(e.buf, '[')
		for i := range v.Len() {
			e.comma(i)
			elem(e, v.Index(i))
		}
		e.buf = append(e.buf, ']')
	}
}

func encodeMap(elem encodeFunc) encodeFunc {
	return func(e *encoder, v reflect.Value) {
		keys := v.MapKeys()
		slices.SortFunc(keys, func(a, b reflect.Value) int {
			if a.String() < b.String() {
				return -1
			}
			return 1
		})
		e.buf = append(e.buf, '{')
		for i, k := range keys {
			e.comma(i)
			e.string(k.String())
			e.buf = append(e.buf, ':')
			elem(e, v.MapIndex(k))
		}
		e.buf = append(e.buf, '}')
	}
}

func (e *encoder) comma(i int) {
	if i > 0 {
		e.buf = append(e.buf, ',')
	}
}

func (e *encoder) item(m map[string]types.AttributeValue) {
	base := len(e.keys)
	for k := range m {
		e.keys = append(e.keys, k)
	}
	slices.Sort(e.keys[base:])
	e.buf = append(e.buf, '{')
	for i := range len(m) {
		k := e.keys[base+i] // the slice may move while values are written
		e.comma(i)
		e.string(k)
		e.buf = append(e.buf, ':')
		e.attribute(m[k])
	}
	e.buf = append(e.buf, '}')
	e.keys = e.keys[:base]
}

// attribute writes one attribute value. It writes null for nil: that is the
// backend's mistake, and the client sees it.
func (e *encoder) attribute(v types.AttributeValue) {
	switch v := v.(type) {
	case *types.AttributeValueMemberS:
		e.buf = append(e.buf, `{"S":`...)
		e.string(v.Value)
	case *types.AttributeValueMemberN:
		e.buf = append(e.buf, `{"N":`...)
		e.string(v.Value)
	case *types.AttributeValueMemberB:
		e.buf = append(e.buf, `{"B":`...)
		e.binary(v.Value)
	case *types.AttributeValueMemberBOOL:
		e.buf = append(e.buf, `{"BOOL":`...)
		e.bool(v.Value)
	case *types.AttributeValueMemberNULL:
		e.buf = append(e.buf, `{"NULL":`...)
		e.bool(v.Value)
	case *types.AttributeValueMemberSS:
		e.buf = append(e.buf, `{"SS":`...)
		each(e, v.Value, (*encoder).string)
	case *types.AttributeValueMemberNS:
		e.buf = append(e.buf, `{"NS":`...)
		each(e, v.Value, (*encoder).string)
	case *types.AttributeValueMemberBS:
		e.buf = append(e.buf, `{"BS":`...)
		each(e, v.Value, (*encoder).binary)
	case *types.AttributeValueMemberL:
		e.buf = append(e.buf, `{"L":`...)
		each(e, v.Value, (*encoder).attribute)
	case *types.AttributeValueMemberM:
		e.buf = append(e.buf, `{"M":`...)
		e.item(v.Value)
	default:
		e.buf = append(e.buf, "null"...)
		return
	}
	e.buf = append(e.buf, '}')
}

func each[E any](e *encoder, list []E, write func(*encoder, E)) {
	e.buf = append(e.buf, '[')
	for i, v := range list {
		e.comma(i)
		write(e, v)
	}
	e.buf = append(e.buf, ']')
}

func (e *encoder) binary(b []byte) {
	e.buf = append(e.buf, '"')
	e.buf = base64.StdEncoding.AppendEncode(e.buf, b)
	e.buf = append(e.buf, '"')
}

func (e *encoder) bool(b bool) { e.buf = strconv.AppendBool(e.buf, b) }

func (e *encoder) int(n int64) { e.buf = strconv.AppendInt(e.buf, n, 10) }

// float writes a JSON number; JSON has no NaN and no infinities.
func (e *encoder) float(f float64) {
	if math.IsNaN(f) || math.IsInf(f, 0) {
		f = 0
	}
	e.buf = strconv.AppendFloat(e.buf, f, 'f', -1, 64)
}

// time writes the protocol's form: seconds since 1970 with milliseconds as a
// fraction.
func (e *encoder) time(t time.Time) { e.float(float64(t.UnixMilli()) / 1e3) }

// string writes a JSON string. Bytes that are not UTF-8 can only come from a
// backend, never from a request.
func (e *encoder) string(s string) { e.buf = packed.AppendText(e.buf, s) }
