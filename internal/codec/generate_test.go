package codec_test

import (
	"encoding/json"
	"fmt"
	"math"
	"reflect"
	"strconv"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/feature/dynamodb/attributevalue"
	"pgregory.net/rapid"
)

// Generated types are those on which the codec and attributevalue agree, so
// neither text marshalers nor binary ones are among them; the deviations have
// tests of their own. The names of all fields differ.

var (
	timeType   = reflect.TypeFor[time.Time]()
	unixType   = reflect.TypeFor[attributevalue.UnixTime]()
	anyType    = reflect.TypeFor[any]()
	numberType = reflect.TypeFor[attributevalue.Number]()
	blobsType  = reflect.TypeFor[[][]byte]()

	numberTypes = []reflect.Type{
		reflect.TypeFor[int](), reflect.TypeFor[int8](), reflect.TypeFor[int64](), reflect.TypeFor[uint16](), reflect.TypeFor[uint64](),
		reflect.TypeFor[float32](), reflect.TypeFor[float64](), reflect.TypeFor[Age](), reflect.TypeFor[time.Duration](),
		numberType, reflect.TypeFor[json.Number](),
	}
	stringTypes = []reflect.Type{reflect.TypeFor[string](), reflect.TypeFor[Name]()}
	binaryTypes = []reflect.Type{reflect.TypeFor[[]byte](), reflect.TypeFor[Blob](), reflect.TypeFor[[3]byte]()}
	otherTypes  = []reflect.Type{reflect.TypeFor[bool](), timeType, unixType, anyType, blobsType}
	keyTypes    = []reflect.Type{
		reflect.TypeFor[string](), reflect.TypeFor[Name](), reflect.TypeFor[int8](), reflect.TypeFor[uint64](), reflect.TypeFor[bool](), reflect.TypeFor[float32](), numberType,
	}
)

// typeGen draws types. strict leaves out what does not come back the same:
// interfaces, dropped elements, embedded pointers whose fields may be omitted.
type typeGen struct {
	t      *rapid.T
	strict bool
	names  int
}

func (g *typeGen) choose(from []reflect.Type) reflect.Type {
	return rapid.SampledFrom(from).Draw(g.t, "type")
}

func (g *typeGen) flip(label string) bool { return rapid.Bool().Draw(g.t, label) }

func (g *typeGen) scalar() reflect.Type {
	for {
		t := g.choose([][]reflect.Type{numberTypes, stringTypes, binaryTypes, otherTypes}[rapid.IntRange(0, 3).Draw(g.t, "family")])
		if t != anyType || !g.strict {
			return t
		}
	}
}

func (g *typeGen) any(depth int) reflect.Type {
	if depth <= 0 {
		return g.scalar()
	}
	switch rapid.IntRange(0, 8).Draw(g.t, "shape") {
	case 0:
		return reflect.SliceOf(g.any(depth - 1))
	case 1:
		return reflect.ArrayOf(rapid.IntRange(0, 3).Draw(g.t, "length"), g.any(depth-1))
	case 2:
		return reflect.MapOf(g.choose(keyTypes), g.any(depth-1))
	case 3:
		return pointerTo(g.any(depth - 1))
	case 4, 5:
		return g.structure(depth - 1)
	}
	return g.scalar()
}

// pointerTo avoids pointers to pointers, where attributevalue looks for the
// options of the field behind the second one.
func pointerTo(t reflect.Type) reflect.Type {
	if t.Kind() == reflect.Pointer || t.Kind() == reflect.Interface {
		return t
	}
	return reflect.PointerTo(t)
}

func (g *typeGen) structure(depth int) reflect.Type {
	fields := make([]reflect.StructField, rapid.IntRange(0, 4).Draw(g.t, "fields"))
	for i := range fields {
		g.names++
		f := &fields[i]
		f.Name = "F" + strconv.Itoa(g.names)
		if depth > 0 && rapid.IntRange(0, 5).Draw(g.t, "embed") == 0 {
			f.Anonymous, f.Type = true, g.structure(depth-1)
			if !g.strict && g.flip("pointer") {
				f.Type = reflect.PointerTo(f.Type)
			}
			continue
		}
		var opts []string
		f.Type, opts = g.field(depth)
		name := rapid.SampledFrom([]string{"", "attr" + strconv.Itoa(g.names)}).Draw(g.t, "name")
		if len(opts) > 0 || name != "" {
			f.Tag = reflect.StructTag(fmt.Sprintf(`dynamodbav:"%s"`, strings.Join(append([]string{name}, opts...), ",")))
		}
	}
	return reflect.StructOf(fields)
}

// field draws the type of a field and tag options that it can have.
func (g *typeGen) field(depth int) (t reflect.Type, opts []string) {
	switch rapid.IntRange(0, 5).Draw(g.t, "kind of field") {
	case 0:
		elem, opt := g.choose(stringTypes), "stringset"
		switch rapid.IntRange(0, 2).Draw(g.t, "set") {
		case 1:
			elem, opt = g.choose(numberTypes), "numberset"
		case 2:
			elem, opt = g.choose(binaryTypes), "binaryset"
		}
		t, opts = reflect.SliceOf(elem), []string{opt}
	case 1:
		t = g.choose(numberTypes)
		if g.flip("string") {
			opts = append(opts, "string")
		}
	case 2:
		t = timeType
		if g.flip("pointer") {
			t = reflect.PointerTo(t)
		}
		opts = append(opts, "unixtime")
	default:
		t = g.any(depth)
		opts = g.elemOptions(t)
	}
	switch rapid.IntRange(0, 3).Draw(g.t, "empty") {
	case 0:
		opts = append(opts, "omitempty")
	case 1:
		// A zero time is no NULL to attributevalue.
		if t != timeType {
			opts = append(opts, "nullempty")
		}
	}
	return t, opts
}

func (g *typeGen) elemOptions(t reflect.Type) []string {
	switch t.Kind() {
	case reflect.Slice, reflect.Array, reflect.Map:
		elem := t.Elem()
		if t == blobsType || elem.Kind() == reflect.Uint8 {
			return nil
		}
		if n := rapid.IntRange(0, 4).Draw(g.t, "elements"); n == 0 && elem != timeType {
			return []string{"nullemptyelem"}
		} else if n == 1 && !g.strict && !keepsElems(t) {
			return []string{"omitemptyelem"}
		}
	}
	return nil
}

// keepsElems reports whether elements of t, at any depth, cannot be dropped
// as attributevalue does: from an array they are not, and an empty set among
// them is absent here and NULL there.
func keepsElems(t reflect.Type) bool {
	for ; t != blobsType; t = t.Elem() {
		switch t.Kind() {
		case reflect.Array:
			return true
		case reflect.Slice, reflect.Map, reflect.Pointer:
		default:
			return false
		}
	}
	return true
}

// fill draws a value into v. opts are the tag options of the field v is in.
func (g *typeGen) fill(v reflect.Value, opts string) {
	draw := func(label string, from ...string) string { return rapid.SampledFrom(from).Draw(g.t, label) }
	t := v.Type()
	switch {
	case t == timeType:
		sec, nsec := rapid.Int64Range(-62135596800, 253402300799).Draw(g.t, "sec"), int64(0)
		if !strings.Contains(opts, "unixtime") {
			nsec = rapid.Int64Range(0, 999999999).Draw(g.t, "nsec")
		}
		if g.flip("set") {
			v.Set(reflect.ValueOf(time.Unix(sec, nsec).UTC()))
		}
		return
	case t == unixType:
		v.Set(reflect.ValueOf(attributevalue.UnixTime(time.Unix(rapid.Int64Range(-1e9, 1e9).Draw(g.t, "sec"), 0))))
		return
	case t == anyType:
		if a := g.dynamic(3); a != nil {
			v.Set(reflect.ValueOf(a))
		}
		return
	case t == numberType || t == reflect.TypeFor[json.Number]():
		v.SetString(draw("number", "0", "1", "-2.5", "1E+10", "12345678901234567890123456789012345678"))
		return
	}
	switch t.Kind() {
	case reflect.Bool:
		v.SetBool(g.flip("bool"))
	case reflect.String:
		v.SetString(draw("string", "", "a", "b", "é", "\x00", "long enough"))
	case reflect.Int, reflect.Int8, reflect.Int16, reflect.Int32, reflect.Int64:
		v.SetInt(rapid.OneOf(rapid.Int64Range(-2, 2), rapid.Int64()).Draw(g.t, "int"))
	case reflect.Uint, reflect.Uint8, reflect.Uint16, reflect.Uint32, reflect.Uint64:
		v.SetUint(rapid.OneOf(rapid.Uint64Range(0, 2), rapid.Uint64()).Draw(g.t, "uint"))
	case reflect.Float32, reflect.Float64:
		f := rapid.OneOf(rapid.SampledFrom([]float64{0, 1, -0.5, 1e21, 1e-7}), rapid.Float64Range(-1e30, 1e30)).Draw(g.t, "float")
		if math.Abs(f) > 1e-30 || f == 0 {
			v.SetFloat(f)
		}
	case reflect.Pointer:
		if g.flip("non-nil") {
			v.Set(reflect.New(t.Elem()))
			g.fillElem(v.Elem(), opts)
		}
	case reflect.Struct:
		for i := range t.NumField() {
			g.fill(v.Field(i), t.Field(i).Tag.Get("dynamodbav"))
		}
	default:
		g.fillMany(v, opts)
	}
}

// fillElem fills what a pointer or a set must not hold a nil of, if values
// are to come back the same.
func (g *typeGen) fillElem(v reflect.Value, opts string) {
	g.fill(v, opts)
	switch v.Kind() {
	case reflect.Struct:
		// With OmitEmptyTime, attributevalue takes a pointer to a zero time
		// for empty too; here a pointer is empty if it is nil.
		if v.Type() == timeType && v.IsZero() {
			v.Set(reflect.ValueOf(time.Unix(1, 0).UTC()))
		}
	case reflect.Slice:
		if v.IsNil() {
			v.Set(reflect.MakeSlice(v.Type(), 0, 0))
		}
		if v.Type() == blobsType && v.Len() == 0 {
			v.Set(reflect.ValueOf([][]byte{{1}}))
		}
	case reflect.Map:
		if v.IsNil() {
			v.Set(reflect.MakeMap(v.Type()))
		}
	}
}

func (g *typeGen) fillMany(v reflect.Value, opts string) {
	t := v.Type()
	n := rapid.IntRange(-1, 3).Draw(g.t, "length")
	isSet := t == blobsType || strings.Contains(opts, "set")
	switch {
	case t.Kind() == reflect.Array:
		for i := range v.Len() {
			g.fill(v.Index(i), "")
		}
	case n < 0 || isSet && g.strict && n == 0: // nil
	case t.Kind() == reflect.Map:
		v.Set(reflect.MakeMap(t))
		for range n {
			k, e := reflect.New(t.Key()).Elem(), reflect.New(t.Elem()).Elem()
			g.fill(k, "")
			g.fill(e, "")
			if k.Kind() != reflect.String || k.Len() > 0 {
				v.SetMapIndex(k, e)
			}
		}
	default:
		seen := map[string]bool{}
		v.Set(reflect.MakeSlice(t, 0, n))
		for range n {
			e := reflect.New(t.Elem()).Elem()
			if isSet {
				g.fillElem(e, "")
				key := fmt.Sprint(e.Interface())
				if seen[key] || key == "-0" {
					continue
				}
				seen[key] = true
			} else {
				g.fill(e, "")
			}
			v.Set(reflect.Append(v, e))
		}
		if isSet && g.strict && v.Len() == 0 {
			v.SetZero()
		}
	}
}

// dynamic draws what decoding into an interface gives.
func (g *typeGen) dynamic(depth int) any {
	n := rapid.IntRange(0, 8).Draw(g.t, "dynamic")
	if depth == 0 && n < 3 {
		n = 3
	}
	switch n {
	case 0:
		return nil
	case 1:
		l := make([]any, rapid.IntRange(0, 3).Draw(g.t, "length"))
		for i := range l {
			l[i] = g.dynamic(depth - 1)
		}
		return l
	case 2:
		m := map[string]any{}
		for _, k := range []string{"a", "b", "c"}[:rapid.IntRange(0, 3).Draw(g.t, "length")] {
			m[k] = g.dynamic(depth - 1)
		}
		return m
	case 3:
		return g.flip("bool")
	case 4:
		return attributevalue.Number("-1.5")
	case 5:
		return []byte{1}
	}
	return rapid.SampledFrom([]string{"", "x"}).Draw(g.t, "string")
}
