package codec_test

import (
	"reflect"
	"strings"
	"sync"
	"testing"

	"github.com/aws/aws-sdk-go-v2/feature/dynamodb/attributevalue"
	"github.com/google/go-cmp/cmp"

	"github.com/dystore/dystore/internal/codec"
)

type (
	// onlyMarshals and onlyUnmarshals have one direction of their own.
	onlyMarshals   string
	onlyUnmarshals struct{ Text string }
	// optional tells NULL from nothing.
	optional struct{ null bool }
	nilable  map[string]int
)

func (o onlyMarshals) MarshalDynamoDBAttributeValue() (AV, error) {
	return &S{Value: strings.ToUpper(string(o))}, nil
}

func (o *onlyUnmarshals) UnmarshalDynamoDBAttributeValue(av AV) error {
	o.Text = "read " + av.(*M).Value["Text"].(*S).Value
	return nil
}

func (o optional) MarshalDynamoDBAttributeValue() (AV, error) { return &NULL{Value: true}, nil }
func (o *optional) UnmarshalDynamoDBAttributeValue(av AV) error {
	_, o.null = av.(*NULL)
	return nil
}

func (n nilable) MarshalDynamoDBAttributeValue() (AV, error) {
	return &N{Value: "1"}, nil
}
func (n *nilable) UnmarshalDynamoDBAttributeValue(AV) error { *n = nilable{"read": 1}; return nil }

func TestCustom(t *testing.T) {
	type T struct {
		V  Money
		P  *Money
		L  []Money
		M  map[string]Money
		A  [1]Money
		OM onlyMarshals
		OU onlyUnmarshals
		N  *nilable
		U  attributevalue.UnixTime
		O  Money `dynamodbav:",omitempty"`
	}
	n := &N{Value: "7"}
	v := T{V: Money{7}, P: &Money{7}, L: []Money{{7}}, M: map[string]Money{"k": {7}}, A: [1]Money{{7}}, OM: "x", OU: onlyUnmarshals{"y"}, N: &nilable{}}
	want := Item{
		"V": n, "P": n, "L": &L{Value: []AV{n}}, "M": &M{Value: Item{"k": n}}, "A": &L{Value: []AV{n}},
		"OM": &S{Value: "X"}, "OU": &M{Value: Item{"Text": &S{Value: "y"}}}, "N": &N{Value: "1"},
		"U": &N{Value: "-62135596800"}, "O": &N{Value: "0"},
	}
	// v is copied into an interface: nothing in it has an address.
	wantItem(t, v, want)
	got := decode[T](t, want)
	v.OM, v.OU.Text, v.N, v.U = "X", "read y", &nilable{"read": 1}, got.U
	if d := cmp.Diff(v, got, cmp.AllowUnexported(attributevalue.UnixTime{}), cmp.Comparer(func(a, b attributevalue.UnixTime) bool { return a.String() == b.String() })); d != "" {
		t.Error(d)
	}
	// Nil is absent without a call.
	wantItem(t, struct{ N nilable }{}, Item{})
	wantItem(t, struct{ O odd }{}, Item{})
	wantItem(t, struct{ O []odd }{[]odd{{}}}, Item{"O": &L{Value: []AV{null}}})
}

// A type with a marshaler may have stored NULL and is given it; what is
// missing it never stored.
func TestCustomSeesNull(t *testing.T) {
	type T struct{ O, P optional }
	if got := decode[T](t, Item{"O": null}); !got.O.null || got.P.null {
		t.Errorf("got %+v", got)
	}
}

// What is encoded or decoded shares no bytes with the other side.
func TestNoAliasing(t *testing.T) {
	type T struct {
		B    []byte
		Blob Blob
		Arr  [2]byte
		Set  [][]byte
		Any  any
		Odd  odd
		M    map[string][]byte
	}
	fresh := func() T {
		return T{
			[]byte{1}, Blob{1}, [2]byte{1, 1}, [][]byte{{1}}, map[string]any{"b": []byte{1}, "l": []any{[]byte{1}}},
			odd{&M{Value: Item{"b": &B{Value: []byte{1}}, "s": &BS{Value: [][]byte{{1}}}, "l": &L{Value: []AV{&B{Value: []byte{1}}}}}}}, map[string][]byte{"k": {1}},
		}
	}
	v := fresh()
	c := codec.For(reflect.TypeFor[T]())
	m, err := codec.EncodeStruct(c, reflect.ValueOf(&v).Elem())
	if err != nil {
		t.Fatal(err)
	}
	want := encode(t, fresh())
	out := decode[T](t, m)

	scribble(v.B, v.Blob, v.Arr[:], v.Set[0], v.Any.(map[string]any)["b"].([]byte), v.Any.(map[string]any)["l"].([]any)[0].([]byte), v.M["k"])
	scribbleAV(v.Odd.AV)
	if d := cmp.Diff(want, m, sameAV); d != "" {
		t.Errorf("changing the value changed what was encoded:\n%s", d)
	}
	for _, av := range m {
		scribbleAV(av)
	}
	if d := cmp.Diff(fresh(), out, sameAV); d != "" {
		t.Errorf("changing the attributes changed what was decoded:\n%s", d)
	}
	g := codec.Generic(&L{Value: []AV{&B{Value: []byte{1}}, &SS{Value: []string{"a"}}, &BS{Value: [][]byte{{1}}}}})
	src := &L{Value: []AV{&B{Value: []byte{1}}, &SS{Value: []string{"a"}}, &BS{Value: [][]byte{{1}}}}}
	copied := codec.Generic(src)
	scribbleAV(src)
	if d := cmp.Diff(g, copied); d != "" {
		t.Errorf("changing the attributes changed what Generic returned:\n%s", d)
	}
}

// Decoding allocates anew: a copy of the struct keeps its value.
func TestDecodeLeavesCopiesAlone(t *testing.T) {
	type T struct {
		L []int
		M map[string]int
		P *int
		B []byte
	}
	one := 1
	v := T{[]int{1}, map[string]int{"k": 1}, &one, []byte{1}}
	before := v
	m := Item{"L": &L{Value: []AV{&N{Value: "2"}}}, "M": &M{Value: Item{"k": &N{Value: "2"}}}, "P": &N{Value: "2"}, "B": &B{Value: []byte{2}}}
	if err := codec.DecodeStruct(codec.For(reflect.TypeFor[T]()), m, reflect.ValueOf(&v).Elem()); err != nil {
		t.Fatal(err)
	}
	if before.L[0] != 1 || before.M["k"] != 1 || *before.P != 1 || before.B[0] != 1 {
		t.Errorf("the copy became %v", before)
	}
}

func scribble(bs ...[]byte) {
	for _, b := range bs {
		for i := range b {
			b[i] = 0xee
		}
	}
}

func scribbleAV(av AV) {
	switch av := av.(type) {
	case *B:
		scribble(av.Value)
	case *BS:
		scribble(av.Value...)
	case *SS:
		av.Value[0] = "changed"
	case *L:
		for _, e := range av.Value {
			scribbleAV(e)
		}
	case *M:
		for _, e := range av.Value {
			scribbleAV(e)
		}
	}
}

func TestGeneric(t *testing.T) {
	got := codec.Generic(&M{Value: Item{
		"s": &S{Value: "x"}, "n": &N{Value: "0.10000000000000000000000000000000000001"}, "b": &B{Value: []byte{1}}, "o": &BOOL{Value: true}, "z": null,
		"l": &L{Value: []AV{&N{Value: "1"}, null}}, "ss": &SS{Value: []string{"a"}}, "ns": &NS{Value: []string{"1"}}, "bs": &BS{Value: [][]byte{{1}}},
		"nil": nil, "typed": (*S)(nil),
	}})
	want := map[string]any{
		"s": "x", "n": attributevalue.Number("0.10000000000000000000000000000000000001"), "b": []byte{1}, "o": true, "z": nil,
		"l": []any{attributevalue.Number("1"), nil}, "ss": []string{"a"}, "ns": []attributevalue.Number{"1"}, "bs": [][]byte{{1}},
		"nil": nil, "typed": nil,
	}
	if d := cmp.Diff(want, got); d != "" {
		t.Error(d)
	}
}

// Compiling recursive types from many goroutines gives one codec per type,
// whole at the moment it is seen.
func TestMemoRace(t *testing.T) {
	type A struct {
		B    *Box[*A]
		List []A
	}
	type C struct {
		A  A
		Me map[string]*C
	}
	types := []reflect.Type{reflect.TypeFor[A](), reflect.TypeFor[C](), reflect.TypeFor[*A](), reflect.TypeFor[Box[*A]](), reflect.TypeFor[[]C]()}
	var wg sync.WaitGroup
	seen := make([][]*codec.Codec, 8)
	for g := range seen {
		wg.Add(1)
		go func() {
			defer wg.Done()
			for i := range types {
				c := codec.For(types[(i+g)%len(types)])
				if c.Err() != nil || c.Type() != types[(i+g)%len(types)] {
					t.Errorf("%v: %v", c.Type(), c.Err())
				}
				a := A{List: []A{{B: &Box[*A]{}}}}
				a.B = &Box[*A]{V: &A{}}
				if _, err := codec.EncodeStruct(codec.For(types[0]), reflect.ValueOf(a)); err != nil {
					t.Error(err)
				}
			}
			for _, typ := range types {
				seen[g] = append(seen[g], codec.For(typ))
			}
		}()
	}
	wg.Wait()
	for g := range seen {
		for i, c := range seen[g] {
			if c != seen[0][i] {
				t.Errorf("%v has two codecs", c.Type())
			}
		}
	}
}
