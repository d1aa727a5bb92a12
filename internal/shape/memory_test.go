package shape_test

import (
	"math"
	"reflect"
	"runtime"
	"testing"
	"time"

	"github.com/dystore/dystore/internal/codec"
	"github.com/dystore/dystore/internal/shape"
)

type (
	Inner struct {
		Pad bool
		In  string
	}
	Deep  struct{ *Inner }
	Mid   struct{ Low int8 }
	named string
	flags uint16

	all struct {
		B  bool
		I8 int8
		S  string
		Mid
		I16 int16
		I32 int32
		I   int
		U8  uint8
		U16 flags
		U32 uint32
		U   uint64
		F32 float32
		F64 float64
		N   named
		Raw []byte
		At  time.Time
		L   []Inner
		A   [3]int16
		No  [0]int
		Em  []struct{}
		P   **int
		*Deep
	}
)

func numbers() all {
	n := -5
	p := &n
	return all{
		B: true, I8: math.MinInt8, S: "s", Mid: Mid{math.MaxInt8}, I16: math.MinInt16, I32: math.MinInt32, I: math.MinInt, U8: math.MaxUint8, U16: math.MaxUint16,
		U32: math.MaxUint32, U: math.MaxUint64, F32: -1.5, F64: math.SmallestNonzeroFloat64, N: "n", Raw: []byte{1}, At: time.Unix(1, 2).UTC(),
		L: []Inner{{In: "a"}, {In: "b"}}, A: [3]int16{1, -2, 3}, Em: make([]struct{}, 4), P: &p, Deep: &Deep{&Inner{In: "deep"}},
	}
}

// read is what the memory at an address says, by the shape of what is there.
func read(s *shape.Shape, a shape.Addr) any {
	a, ok := s.Behind(a)
	if !ok {
		return nil
	}
	switch s.Form {
	case shape.Bool:
		return *a.Bool()
	case shape.Text:
		return *a.Text()
	case shape.Int:
		return a.Int(s.Size)
	case shape.Uint:
		return a.Uint(s.Size)
	case shape.Float:
		return a.Float(s.Size)
	case shape.Bytes:
		return *a.Bytes()
	case shape.Instant:
		return *a.Time()
	case shape.List:
		first, n, _ := s.Elems(a)
		out := []any{}
		for i := range n {
			out = append(out, read(s.Elem, first.Elem(i, s.Stride())))
		}
		return out
	}
	out := map[string]any{}
	for _, f := range s.Fields {
		if at, ok := f.Of(a); ok {
			out[f.Name] = read(f.Shape, at)
		}
	}
	return out
}

// seen is the same by package reflect.
func seen(v reflect.Value) any {
	for v.Kind() == reflect.Pointer {
		if v.IsNil() {
			return nil
		}
		v = v.Elem()
	}
	switch v.Kind() {
	case reflect.Bool:
		return v.Bool()
	case reflect.String:
		return v.String()
	case reflect.Float32, reflect.Float64:
		return v.Float()
	case reflect.Slice, reflect.Array:
		if v.Type() == reflect.TypeFor[[]byte]() {
			return v.Bytes()
		}
		out := []any{}
		for i := range v.Len() {
			out = append(out, seen(v.Index(i)))
		}
		return out
	case reflect.Struct:
		if at, ok := v.Interface().(time.Time); ok {
			return at
		}
		out := map[string]any{}
		for _, f := range reflect.VisibleFields(v.Type()) {
			if field, err := v.FieldByIndexErr(f.Index); err == nil && !f.Anonymous {
				out[f.Name] = seen(field)
			}
		}
		return out
	}
	if v.CanInt() {
		return v.Int()
	}
	return v.Uint()
}

// What is read of memory is what package reflect reads, of a variable and of a value that is
// none.
func TestReadsMemory(t *testing.T) {
	s := shape.Of(codec.For(reflect.TypeFor[all]()))
	for name, v := range map[string]all{"zero": {}, "full": numbers(), "half embedded": {Deep: &Deep{}}, "empty": {L: []Inner{}, Raw: []byte{}, Em: []struct{}{}}} {
		want := seen(reflect.ValueOf(v))
		for _, at := range []reflect.Value{reflect.ValueOf(v), reflect.ValueOf(&v).Elem()} {
			if got := read(s, shape.At(at)); !reflect.DeepEqual(got, want) {
				t.Errorf("%s: %v, want %v", name, got, want)
			}
		}
	}
}

// write sets the memory at an address to what package reflect reads of v.
func write(s *shape.Shape, a shape.Addr, v reflect.Value) {
	for _, p := range s.Pointers {
		a, v = a.Make(p), v.Elem()
	}
	switch s.Form {
	case shape.Bool:
		*a.Bool() = v.Bool()
	case shape.Text:
		*a.Text() = v.String()
	case shape.Int:
		a.SetInt(s.Size, v.Int())
	case shape.Uint:
		a.SetInt(s.Size, int64(v.Uint()))
	case shape.Float:
		a.SetFloat(s.Size, v.Float())
	case shape.Bytes:
		*a.Bytes() = v.Bytes()
	case shape.Instant:
		*a.Time() = v.Interface().(time.Time)
	case shape.Struct:
		for _, f := range s.Fields {
			write(f.Shape, f.In(a), v.FieldByName(f.Name))
		}
	default:
		a.Value(s.Type).Set(v)
	}
}

// What is written to memory is there, nothing beside it is, and what pointers point to stays.
func TestWritesMemory(t *testing.T) {
	s := shape.Of(codec.For(reflect.TypeFor[all]()))
	want := numbers()
	around := [3]all{}
	write(s, shape.At(reflect.ValueOf(&around[1]).Elem()), reflect.ValueOf(want))
	runtime.GC()
	if !reflect.DeepEqual(around, [3]all{1: want}) {
		t.Errorf("%+v, want %+v", around[1], want)
	}
	var texts struct{ Before, Names, After []named }
	names := shape.At(reflect.ValueOf(&texts.Names).Elem())
	names.MakeTexts(3)
	if first, n, ok := names.Slice(); !ok || n != 3 {
		t.Errorf("%d texts, %v", n, ok)
	} else {
		*first.Elem(2, reflect.TypeFor[named]().Size()).Text() = "third"
	}
	if texts.Before != nil || texts.After != nil || !reflect.DeepEqual(texts.Names, []named{"", "", "third"}) {
		t.Errorf("%+v", texts)
	}
}

// What omitempty means, a shape and the codec say alike.
func TestEmpty(t *testing.T) {
	type options struct {
		S  string         `dynamodbav:",omitempty"`
		I  int8           `dynamodbav:",omitempty"`
		U  uint           `dynamodbav:",omitempty"`
		F  float64        `dynamodbav:",omitempty"`
		B  bool           `dynamodbav:",omitempty"`
		L  []int          `dynamodbav:",omitempty"`
		R  []byte         `dynamodbav:",nullempty"`
		M  map[string]int `dynamodbav:",omitempty"`
		A  [0]int         `dynamodbav:",omitempty"`
		T  time.Time      `dynamodbav:",omitempty"`
		PS *string        `dynamodbav:",omitempty"`
		PI **int          `dynamodbav:",nullempty"`
	}
	var none *int
	empty := ""
	for _, v := range []options{
		{}, {S: "s", I: -1, U: 1, F: math.Copysign(0, -1), B: true, L: []int{}, R: []byte{}, M: map[string]int{}, T: time.Unix(0, 0), PS: &empty, PI: &none},
	} {
		at := reflect.ValueOf(&v).Elem()
		for _, f := range shape.Of(codec.For(at.Type())).Fields {
			a, _ := f.Of(shape.At(at))
			if got, want := f.Empty(a), codec.Empty(f.Codec, at.FieldByName(f.Name)); got != want {
				t.Errorf("%s of %+v: %v, want %v", f.Name, v, got, want)
			}
		}
	}
}
