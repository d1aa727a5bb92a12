package codec_test

import (
	"errors"
	"reflect"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/dystore/dystore/internal/codec"
)

// shape is an interface whose variants are of all kinds, and may hold it again.
type (
	shape  interface{ shape() }
	circle struct {
		R    int    `dynamodbav:"r"`
		Name string `dynamodbav:"name,omitempty"`
	}
	square struct{ Side *shapeBox }
	word   string
	flags  []string
	many   []shape
	byName map[string]shape

	shapeBox struct {
		One  shape
		Omit shape `dynamodbav:"omit,omitempty"`
		Null shape `dynamodbav:"null,nullempty"`
		List []shape
		Ptrs []*shape
		Map  map[string][]shape
		Any  any
	}
)

func (circle) shape()  {}
func (*square) shape() {}
func (word) shape()    {}
func (flags) shape()   {}
func (many) shape()    {}
func (byName) shape()  {}

var allShapes = &codec.OneOf{Iface: reflect.TypeFor[shape](), Variants: []codec.Variant{
	{Tag: "circle", Type: reflect.TypeFor[circle]()}, {Tag: "square", Type: reflect.TypeFor[*square]()},
	{Tag: "word", Type: reflect.TypeFor[word]()}, {Tag: "flags", Type: reflect.TypeFor[flags]()},
	{Tag: "many", Type: reflect.TypeFor[many]()}, {Tag: "by.name", Type: reflect.TypeFor[byName]()},
}}

// shapes is a model in which all fields of shapeBox but the last have the variants.
func shapes(of *codec.OneOf) *codec.Set {
	fields := map[codec.FieldOf]*codec.OneOf{}
	for i := range 6 {
		fields[codec.FieldOf{Struct: reflect.TypeFor[shapeBox](), Index: i}] = of
	}
	return codec.NewSet(fields)
}

func genShape(t *rapid.T, depth int) shape {
	last := 6
	if depth == 0 {
		last = 3
	}
	switch rapid.IntRange(0, last).Draw(t, "shape") {
	case 0:
		return nil
	case 1:
		return circle{rapid.Int().Draw(t, "r"), rapid.String().Draw(t, "name")}
	case 2:
		return word(rapid.String().Draw(t, "word"))
	case 3:
		return flags(rapid.SampledFrom([][]string{nil, {}, {"a", ""}}).Draw(t, "flags"))
	case 4:
		box := genBox(t, depth-1)
		return &square{&box}
	case 5:
		return many(genShapes(t, depth-1))
	}
	return byName{"k": genShape(t, depth-1), "a.b": genShape(t, depth-1)}
}

func genShapes(t *rapid.T, depth int) []shape {
	n := rapid.IntRange(-1, 3).Draw(t, "n")
	if n < 0 {
		return nil
	}
	list := make([]shape, n)
	for i := range list {
		list[i] = genShape(t, depth)
	}
	return list
}

func genBox(t *rapid.T, depth int) shapeBox {
	b := shapeBox{One: genShape(t, depth), Omit: genShape(t, depth), Null: genShape(t, depth), List: genShapes(t, depth)}
	if s := genShape(t, depth); s != nil {
		b.Ptrs = []*shape{&s, nil}
	}
	if rapid.Bool().Draw(t, "map") {
		b.Map = map[string][]shape{"x": genShapes(t, depth), "y": nil}
	}
	return b
}

func TestVariantsComeBack(t *testing.T) {
	c := shapes(allShapes).For(reflect.TypeFor[shapeBox]())
	if err := errors.Join(c.Err(), codec.Undeclared(c)); err != nil {
		t.Fatal(err)
	}
	rapid.Check(t, func(t *rapid.T) {
		in := genBox(t, 3)
		av, err := c.Encode(reflect.ValueOf(in))
		if err != nil {
			t.Fatal(err)
		}
		var out shapeBox
		if err := c.Decode(av, reflect.ValueOf(&out).Elem()); err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(in, out); diff != "" {
			t.Fatalf("in %+v (-want +got):\n%s", av, diff)
		}
	})
}

func FuzzDecodeVariants(f *testing.F) {
	f.Add([]byte("\x0d\x05\x00\x0a\x02"))
	set := shapes(allShapes)
	f.Fuzz(func(t *testing.T, data []byte) {
		tree := &treeOf{data}
		item := tree.attributes(0)
		for _, tag := range []string{"circle", "square", "many"} { // what the fuzzer would hardly find
			item["List"] = &types.AttributeValueMemberL{Value: []types.AttributeValue{
				&types.AttributeValueMemberM{Value: map[string]types.AttributeValue{tag: tree.value(0)}}, tree.value(0)}}
			for _, typ := range []reflect.Type{reflect.TypeFor[shapeBox](), reflect.TypeFor[[]shapeBox]()} {
				c, v := set.For(typ), reflect.New(typ).Elem()
				if c.Kind() == codec.Struct {
					checkDecoded(t, c, v, codec.DecodeStruct(c, item, v))
				}
				checkDecoded(t, c, v, c.Decode(tree.value(0), v))
			}
		}
	})
}

// Two models give one interface different variants, also at the same time.
func TestVariantsBelongToTheModel(t *testing.T) {
	other := *allShapes
	other.Variants = []codec.Variant{{Tag: "round", Type: reflect.TypeFor[circle]()}}
	a, b := shapes(allShapes).For(reflect.TypeFor[shapeBox]()), shapes(&other).For(reflect.TypeFor[shapeBox]())
	for c, want := range map[*codec.Codec]string{a: "circle", b: "round"} {
		av, err := c.Encode(reflect.ValueOf(shapeBox{One: circle{R: 1}}))
		if err != nil {
			t.Fatal(err)
		}
		one := av.(*types.AttributeValueMemberM).Value["One"].(*types.AttributeValueMemberM).Value
		if one[want] == nil || len(one) != 1 {
			t.Errorf("stored as %v, want the tag %s", one, want)
		}
		if field := c.Lookup("One").Codec; field.Kind() != codec.Union || !codec.Named(field) || !field.Nullable() || field.Lookup(want).Type != reflect.TypeFor[circle]() {
			t.Errorf("the codec of the field: %v", field.Fields())
		}
	}
	if _, err := b.Encode(reflect.ValueOf(shapeBox{One: word("x")})); err == nil ||
		err.Error() != "codec: One: the value is a codec_test.word, and the declared variants of codec_test.shape are codec_test.circle" {
		t.Errorf("a variant of the other model: %v", err)
	}
	free := codec.For(reflect.TypeFor[shapeBox]())
	if free.Err() != nil || codec.Undeclared(free) == nil || !strings.HasPrefix(codec.Undeclared(free).Error(), "codec: codec_test.shapeBox.One: codec_test.shape is an interface with methods") {
		t.Errorf("outside a model: %v, %v", free.Err(), codec.Undeclared(free))
	}
	if _, err := free.Encode(reflect.ValueOf(shapeBox{One: word("x")})); err == nil || !strings.Contains(err.Error(), "declare its variants with repo.OneOf") {
		t.Errorf("encoded outside a model: %v", err)
	}
	var out shapeBox
	if err := free.Decode(&types.AttributeValueMemberM{Value: map[string]types.AttributeValue{"One": &types.AttributeValueMemberM{}}}, reflect.ValueOf(&out).Elem()); err == nil {
		t.Error("decoded outside a model")
	}
}

// A field without variants is refused in a model that has others, and a value of it in an
// any.
func TestUndeclaredInAModel(t *testing.T) {
	set := codec.NewSet(map[codec.FieldOf]*codec.OneOf{{Struct: reflect.TypeFor[shapeBox](), Index: 0}: allShapes})
	if err := codec.Undeclared(set.For(reflect.TypeFor[shapeBox]())); err == nil || strings.Contains(err.Error(), "shapeBox.One:") || !strings.Contains(err.Error(), "shapeBox.Omit:") {
		t.Errorf("error %v", err)
	}
	c := codec.For(reflect.TypeFor[struct{ A any }]())
	_, err := c.Encode(reflect.ValueOf(struct{ A any }{shapeBox{}}))
	if err == nil || !strings.HasPrefix(err.Error(), "codec: A: codec_test.shapeBox.One: codec_test.shape is an interface with methods") {
		t.Errorf("in any: %v", err)
	}
}
