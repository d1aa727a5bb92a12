package codec_test

import (
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/feature/dynamodb/attributevalue"
	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/dystore/dystore/internal/codec"
)

var sameTimes = cmp.Options{
	cmp.Comparer(func(a, b time.Time) bool { return a.Equal(b) }),
	cmp.Comparer(func(a, b attributevalue.UnixTime) bool { return time.Time(a).Equal(time.Time(b)) }),
}

// drawStruct draws a struct type and a value of it, in a variable.
func drawStruct(t *rapid.T, strict bool) reflect.Value {
	g := &typeGen{t: t, strict: strict}
	v := reflect.New(g.structure(3)).Elem()
	g.fill(v, "")
	return v
}

// The codec stores what attributevalue stores, except that nil fields are
// left out, and reads what it stored as attributevalue does.
func TestAgreesWithAttributevalue(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		v := drawStruct(t, false)
		av, err := attributevalue.MarshalWithOptions(v.Addr().Interface(), func(o *attributevalue.EncoderOptions) { o.OmitEmptyTime = true })
		if err != nil {
			t.Fatalf("attributevalue: %v", err)
		}
		want := withoutNull(av, v.Type()).(*M).Value
		c := codec.For(v.Type())
		got, err := codec.EncodeStruct(c, v)
		if err != nil {
			t.Fatal(err)
		}
		if d := cmp.Diff(want, got, sameAV); d != "" {
			t.Fatalf("%v is stored otherwise (-attributevalue +codec):\n%s", v.Type(), d)
		}

		theirs, ours := reflect.New(v.Type()), reflect.New(v.Type())
		if err := attributevalue.UnmarshalMapWithOptions(got, theirs.Interface(), func(o *attributevalue.DecoderOptions) { o.UseNumber = true }); err != nil {
			t.Fatalf("attributevalue: %v", err)
		}
		if err := codec.DecodeStruct(c, got, ours.Elem()); err != nil {
			t.Fatal(err)
		}
		if d := cmp.Diff(theirs.Interface(), ours.Interface(), sameTimes); d != "" {
			t.Fatalf("%v is read otherwise (-attributevalue +codec):\n%s", v.Type(), d)
		}
	})
}

// withoutNull takes from av the attributes of structs that are NULL for no
// other reason than that the field is nil or an empty set.
func withoutNull(av AV, t reflect.Type) AV {
	for t.Kind() == reflect.Pointer {
		t = t.Elem()
	}
	switch tv := av.(type) {
	case *L:
		if t.Kind() == reflect.Slice || t.Kind() == reflect.Array {
			for _, e := range tv.Value {
				withoutNull(e, t.Elem())
			}
		}
	case *M:
		if t.Kind() == reflect.Map {
			for _, e := range tv.Value {
				withoutNull(e, t.Elem())
			}
		}
		if t.Kind() == reflect.Struct {
			dropNull(tv.Value, t)
		}
	}
	return av
}

func dropNull(m Item, t reflect.Type) {
	for i := range t.NumField() {
		f := t.Field(i)
		if f.Anonymous {
			ft := f.Type
			if ft.Kind() == reflect.Pointer {
				ft = ft.Elem()
			}
			dropNull(m, ft)
			continue
		}
		name, opts, _ := strings.Cut(f.Tag.Get("dynamodbav"), ",")
		if name == "" {
			name = f.Name
		}
		av, ok := m[name]
		if !ok {
			continue
		}
		if _, null := av.(*NULL); null && !slices.Contains(strings.Split(opts, ","), "nullempty") {
			delete(m, name)
			continue
		}
		withoutNull(av, f.Type)
	}
}

// What is decoded is what was encoded.
func TestRoundTrip(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		v := drawStruct(t, true)
		c := codec.For(v.Type())
		m, err := codec.EncodeStruct(c, v)
		if err != nil {
			t.Fatal(err)
		}
		out := reflect.New(v.Type())
		if err := codec.DecodeStruct(c, m, out.Elem()); err != nil {
			t.Fatal(err)
		}
		if d := cmp.Diff(v.Addr().Interface(), out.Interface(), sameTimes); d != "" {
			t.Fatalf("%v (-encoded +decoded):\n%s", v.Type(), d)
		}
	})
}

// Where a value does not come back the same, for it had dropped elements,
// empty sets or values in interfaces, it settles after one trip.
func TestRoundTripSettles(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		v := drawStruct(t, false)
		c := codec.For(v.Type())
		var trips [3]Item
		for i := range trips {
			m, err := codec.EncodeStruct(c, v)
			if err != nil {
				t.Fatal(err)
			}
			trips[i] = m
			v = reflect.New(v.Type()).Elem()
			if err := codec.DecodeStruct(c, m, v); err != nil {
				t.Fatal(err)
			}
		}
		if d := cmp.Diff(trips[1], trips[2], sameAV); d != "" {
			t.Fatalf("%v: the third encoding differs from the second:\n%s", v.Type(), d)
		}
	})
}
