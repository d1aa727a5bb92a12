package codec_test

import (
	"errors"
	"reflect"
	"testing"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/dystore/dystore/internal/codec"
)

// treeOf grows an attribute value from bytes: any bytes give one, nil and
// typed nil pointers included.
type treeOf struct{ data []byte }

func (t *treeOf) next() int {
	if len(t.data) == 0 {
		return 0
	}
	b := t.data[0]
	t.data = t.data[1:]
	return int(b)
}

var fuzzTexts = []string{
	"", "x", "0", "1", "-1", "127", "128", "1.5", "1e3", "1E+400", "nan", "0x10", "01", "true", "::1", "c3", "2024-01-02T03:04:05Z",
	"6ba7b810-9dad-11d1-80b4-00c04fd430c8", "https://example.org/%zz", "\xff", "99999999999999999999999999999999999999999",
}

var fuzzNames = func() (names []string) {
	for _, f := range append(codec.For(reflect.TypeFor[doc]()).Fields(), codec.For(reflect.TypeFor[whole]()).Fields()...) {
		names = append(names, f.Name)
	}
	return append(names, fuzzTexts...)
}()

func (t *treeOf) text() string { return fuzzTexts[t.next()%len(fuzzTexts)] }

func (t *treeOf) value(depth int) AV {
	kind := t.next() % 16
	if depth > 12 {
		kind %= 8
	}
	switch kind {
	case 0:
		return nil
	case 1:
		return &S{Value: t.text()}
	case 2:
		return &N{Value: t.text()}
	case 3:
		return &B{Value: []byte(t.text())}
	case 4:
		return &BOOL{Value: t.next()%2 == 0}
	case 5:
		return &NULL{Value: t.next()%2 == 0}
	case 6:
		return []AV{(*S)(nil), (*N)(nil), (*B)(nil), (*BOOL)(nil), (*NULL)(nil), (*L)(nil), (*M)(nil), (*SS)(nil), (*NS)(nil), (*BS)(nil), &types.UnknownUnionMember{}}[t.next()%11]
	case 7:
		return &SS{Value: []string{t.text(), t.text()}[:t.next()%3]}
	case 8:
		return &NS{Value: []string{t.text(), t.text()}[:t.next()%3]}
	case 9:
		return &BS{Value: [][]byte{[]byte(t.text()), nil}[:t.next()%3]}
	case 10, 11, 12:
		l := make([]AV, t.next()%4)
		for i := range l {
			l[i] = t.value(depth + 1)
		}
		return &L{Value: l}
	}
	return &M{Value: t.attributes(depth)}
}

func (t *treeOf) attributes(depth int) Item {
	m := Item{}
	for range t.next() % 6 {
		m[fuzzNames[t.next()%len(fuzzNames)]] = t.value(depth + 1)
	}
	return m
}

// Whatever is stored, decoding it into whatever type gives a value or an
// *Error. A decoded value that can be encoded is read back as itself.
func FuzzDecode(f *testing.F) {
	for _, s := range []string{"", "\x0d\x05\x00\x0a\x02", "\x0f\x04\x01\x0d\x02", "\x0a\x03\x06\x09\x0b", "\x0d\x05\x18\x0d\x05\x19\x01\x01\x02\x0a\x03\x05\x01"} {
		f.Add([]byte(s))
	}
	targets := []reflect.Type{
		reflect.TypeFor[doc](), reflect.TypeFor[whole](), reflect.TypeFor[any](), reflect.TypeFor[*Box[Box[[]doc]]](),
		reflect.TypeFor[map[Colour][]*whole](), reflect.TypeFor[[2]*int](), reflect.TypeFor[lists](),
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		tree := &treeOf{data}
		item := tree.attributes(0)
		av := tree.value(0)
		codec.Generic(av)
		for _, typ := range targets {
			c := codec.For(typ)
			v := reflect.New(typ).Elem()
			if c.Kind() == codec.Struct {
				checkDecoded(t, c, v, codec.DecodeStruct(c, item, v))
			}
			checkDecoded(t, c, v, c.Decode(av, v))
		}
	})
}

func checkDecoded(t *testing.T, c *codec.Codec, v reflect.Value, err error) {
	var e *codec.Error
	if err != nil {
		if !errors.As(err, &e) || e.Reason == "" {
			t.Fatalf("%v: %#v", c.Type(), err)
		}
		return
	}
	first, err := c.Encode(v)
	if err != nil {
		if !errors.As(err, &e) || e.Reason == "" {
			t.Fatalf("%v: %#v", c.Type(), err)
		}
		return // invalid UTF-8, more than 32 levels, a number beyond DynamoDB's
	}
	again := reflect.New(c.Type()).Elem()
	if err := c.Decode(first, again); err != nil {
		t.Fatalf("%v: what was encoded is not read: %v", c.Type(), err)
	}
	second, err := c.Encode(again)
	if err != nil {
		t.Fatalf("%v: what was read is not encoded: %v", c.Type(), err)
	}
	// Not cmp.Diff: its time doubles with each level of lists.
	if !reflect.DeepEqual(first, second) {
		t.Fatalf("%v changes from trip to trip: %#v, then %#v", c.Type(), codec.Generic(first), codec.Generic(second))
	}
}
