package model_test

import (
	"reflect"
	"slices"
	"testing"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
	"github.com/google/go-cmp/cmp"

	"github.com/dystore/dystore/internal/model"
	"github.com/dystore/dystore/lens"
)

type (
	Leaf   struct{ Name string }
	Common struct{ Owner string }
	Root   struct {
		*Common
		Title string
		Leaf  Leaf
		Ptr   *Leaf
		Deep  **Leaf
		List  []Leaf
		Ptrs  []*Leaf
		Map   map[string]Leaf
		Maps  map[string]map[int]*Leaf
		Array [2]Leaf
		Text  *string `dynamodbav:"text,omitempty"`
	}
)

var (
	owner = lens.Of(func(r *Root) *string { return &r.Owner })
	list  = lens.Of(func(r *Root) *[]Leaf { return &r.List })
	ptrs  = lens.Of(func(r *Root) *[]*Leaf { return &r.Ptrs })
	byKey = lens.Of(func(r *Root) *map[string]Leaf { return &r.Map })
	maps  = lens.Of(func(r *Root) *map[string]map[int]*Leaf { return &r.Maps })
	name  = lens.Of(func(l *Leaf) *string { return &l.Name })

	deepName = lens.Of(func(r *Root) *string { return &(*r.Deep).Name })
	inList   = lens.Join(lens.At(list, 2), name)
	inPtrs   = lens.Join(lens.At(ptrs, 1), lens.Ptr(name))
	inMap    = lens.Join(lens.Entry(byKey, "k"), name)
	inMaps   = lens.Join(lens.Entry(lens.Entry(maps, "k"), 7), lens.Ptr(name))
	inArray  = lens.Of(func(r *Root) *string { return &r.Array[1].Name })
)

func compiled(l interface{ ModelLens() *model.Lens }) *model.Lens { return l.ModelLens() }

var walked = []*model.Lens{compiled(owner), compiled(deepName), compiled(inList), compiled(inPtrs), compiled(inMap), compiled(inMaps), compiled(inArray)}

func TestSetThenGet(t *testing.T) {
	for _, l := range walked {
		var r Root
		if _, ok := l.Get(reflect.ValueOf(r)); ok && l != compiled(inArray) {
			t.Errorf("%s: a value in the zero Root", l.Path)
		}
		// Twice: on nil pointers, then on what the first Set allocated.
		for _, want := range []string{"a", "b"} {
			if !l.Set(reflect.ValueOf(&r), reflect.ValueOf(want)) {
				t.Fatalf("%s: not set", l.Path)
			}
			for _, root := range []reflect.Value{reflect.ValueOf(&r), reflect.ValueOf(r), reflect.ValueOf(&r).Elem()} {
				if got, ok := l.Get(root); !ok || got.String() != want {
					t.Errorf("%s: got %v, %v, want %q", l.Path, got, ok, want)
				}
			}
			var each []string
			l.Each(reflect.ValueOf(&r), func(v reflect.Value) { each = append(each, v.String()) })
			if diff := cmp.Diff([]string{want}, each); diff != "" {
				t.Errorf("%s: Each: %s", l.Path, diff)
			}
		}
	}
}

func TestGetBelowNothing(t *testing.T) {
	r := Root{List: make([]Leaf, 2), Ptrs: []*Leaf{nil, nil}, Map: map[string]Leaf{"x": {}}, Maps: map[string]map[int]*Leaf{"k": nil}, Deep: new(*Leaf)}
	before := r
	for _, l := range walked[:6] {
		if v, ok := l.Get(reflect.ValueOf(&r)); ok {
			t.Errorf("%s: got %v", l.Path, v)
		}
		l.Each(reflect.ValueOf(&r), func(v reflect.Value) { t.Errorf("%s: visited %v", l.Path, v) })
	}
	if !reflect.DeepEqual(r, before) {
		t.Error("Get changed its argument")
	}
}

// A slice that grows leaves alone the memory behind its end.
func TestSetLeavesSpareCapacity(t *testing.T) {
	backing := []Leaf{{"0"}, {"1"}, {"2"}, {"3"}}
	r := Root{List: backing[:2]}
	compiled(inList).Set(reflect.ValueOf(&r), reflect.ValueOf("new"))
	if diff := cmp.Diff([]Leaf{{"0"}, {"1"}, {"2"}, {"3"}}, backing); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff([]Leaf{{"0"}, {"1"}, {"new"}}, r.List); diff != "" {
		t.Error(diff)
	}
}

func TestSetRefuses(t *testing.T) {
	l, text := compiled(inList), reflect.ValueOf("x")
	var r Root
	for what, ok := range map[string]bool{
		"a root that cannot be set": l.Set(reflect.ValueOf(r), text),
		"another type":              l.Set(reflect.ValueOf(&Leaf{}), text),
		"a nil root":                l.Set(reflect.ValueOf((*Root)(nil)), text),
		"no root":                   l.Set(reflect.Value{}, text),
		"a value of another type":   l.Set(reflect.ValueOf(&r), reflect.ValueOf(1)),
		"no value":                  l.Set(reflect.ValueOf(&r), reflect.Value{}),
		"many":                      compiled(lens.Each(list, name)).Set(reflect.ValueOf(&r), text),
		"a refused lens":            compiled(lens.Lens[Root, string]{}).Set(reflect.ValueOf(&r), text),
	} {
		if ok {
			t.Errorf("Set worked on %s", what)
		}
	}
	if !reflect.DeepEqual(r, Root{}) {
		t.Errorf("changed: %+v", r)
	}
	for what, root := range map[string]reflect.Value{
		"another type": reflect.ValueOf(Leaf{}), "a nil root": reflect.ValueOf((*Root)(nil)), "no root": {},
	} {
		if _, ok := l.Get(root); ok {
			t.Errorf("Get worked on %s", what)
		}
	}
	if _, ok := compiled(lens.Elems(list)).Get(reflect.ValueOf(&Root{List: []Leaf{{}}})); ok {
		t.Error("Get worked on many")
	}
}

func TestEach(t *testing.T) {
	r := Root{
		List: []Leaf{{"a"}, {"b"}},
		Ptrs: []*Leaf{{"c"}, nil, {"d"}},
		Maps: map[string]map[int]*Leaf{"x": {1: {"e"}, 2: nil}, "y": nil, "z": {3: {"f"}}},
	}
	for _, c := range []struct {
		l    *model.Lens
		want []string
	}{
		{compiled(lens.Each(list, name)), []string{"a", "b"}},
		{compiled(lens.Each(ptrs, lens.Ptr(name))), []string{"c", "d"}},
		{compiled(lens.EachValue(maps, innerNames)), []string{"e", "f"}},
		{compiled(lens.EachValue(byKey, name)), nil},
	} {
		var got []string
		c.l.Each(reflect.ValueOf(&r), func(v reflect.Value) { got = append(got, v.String()) })
		slices.Sort(got) // maps have no order
		if diff := cmp.Diff(c.want, got); diff != "" {
			t.Errorf("%s: %s", c.l.Path, diff)
		}
	}
}

// innerNames cannot be made by Of, whose T is a struct; a wrapper type is.
var innerNames = func() lens.Into[map[int]*Leaf, string] {
	l := &model.Lens{
		Root: reflect.TypeFor[map[int]*Leaf](), Value: reflect.TypeFor[string](), Many: true,
		Steps: []model.Step{{Kind: model.EachValue}, {Kind: model.Deref}, {Kind: model.Field}},
	}
	return model.HandleLens[map[int]*Leaf, string, lens.Error](l)
}()

func TestEncodeDecodeAroundPointers(t *testing.T) {
	whole := lens.Of(func(r *Root) **string { return &r.Text })
	inner := lens.Of(func(r *Root) *string { return r.Text })
	deep := lens.Of(func(r *Root) *Leaf { return *r.Deep })
	elem := lens.At(ptrs, 0)
	str := func(s string) types.AttributeValue { return &types.AttributeValueMemberS{Value: s} }
	empty := ""
	for _, c := range []struct {
		l    *model.Lens
		v    any
		want types.AttributeValue
	}{
		{compiled(whole), (*string)(nil), nil},
		{compiled(whole), &empty, str("")},
		{compiled(inner), "", str("")}, // the pointer is not nil, so omitempty does not apply
		{compiled(inner), "x", str("x")},
		{compiled(deep), Leaf{"n"}, &types.AttributeValueMemberM{Value: map[string]types.AttributeValue{"Name": str("n")}}},
		{compiled(elem), (*Leaf)(nil), &types.AttributeValueMemberNULL{Value: true}},
	} {
		av, err := c.l.Encode(reflect.ValueOf(c.v))
		if err != nil || !reflect.DeepEqual(av, c.want) {
			t.Errorf("%s: Encode(%v) = %v, %v; want %v", c.l.Path, c.v, av, err, c.want)
		}
		back := reflect.New(c.l.Value).Elem()
		if err := c.l.Decode(av, back); err != nil || !reflect.DeepEqual(back.Interface(), c.v) {
			t.Errorf("%s: Decode gives %v, %v; want %v", c.l.Path, back, err, c.v)
		}
	}
	got := reflect.ValueOf(&empty).Elem()
	got.SetString("left over")
	if err := compiled(inner).Decode(nil, got); err != nil || empty != "" {
		t.Errorf("absent decodes to %q, %v", empty, err)
	}
	bad := compiled(lens.Lens[Root, string]{})
	if _, err := bad.Encode(reflect.ValueOf("x")); err == nil {
		t.Error("a refused lens encodes")
	}
	if err := bad.Decode(str("x"), got); err == nil {
		t.Error("a refused lens decodes")
	}
	if _, err := compiled(inner).Encode(reflect.ValueOf(1)); err == nil {
		t.Error("a value of another type encodes")
	}
}
