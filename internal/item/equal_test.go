package item_test

import (
	"reflect"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"pgregory.net/rapid"

	"github.com/dystore/dystore/internal/item"
	"github.com/dystore/dystore/internal/item/itemtest"
)

// The SDK's value types end in a marker field of an internal package.
var ignoreUnexported = cmpopts.IgnoreUnexported(S{}, N{}, B{}, BOOL{}, NULL{}, SS{}, NS{}, BS{}, L{}, M{})

func TestEqual(t *testing.T) {
	equal := [][2]AV{
		{nil, nil}, {&N{Value: "1"}, &N{Value: "1.0"}}, {&N{Value: "1E2"}, &N{Value: "100"}}, {&N{Value: "x"}, &N{Value: "x"}},
		{&SS{Value: []string{"a", "b"}}, &SS{Value: []string{"b", "a"}}}, {&SS{Value: []string{"a", "a"}}, &SS{Value: []string{"a"}}},
		{&NS{Value: []string{"1", "2"}}, &NS{Value: []string{"2.0", "1"}}}, {&BS{Value: [][]byte{{1}, {2}}}, &BS{Value: [][]byte{{2}, {1}}}},
		{&L{}, &L{Value: []AV{}}}, {&M{}, &M{Value: Item{}}}, {&B{}, &B{Value: []byte{}}},
	}
	for _, c := range equal {
		if !item.Equal(c[0], c[1]) || !item.Equal(c[1], c[0]) {
			t.Errorf("%s and %s are not equal", show(c[0]), show(c[1]))
		}
	}
	different := []AV{
		nil, &S{Value: "1"}, &S{Value: "2"}, &N{Value: "1"}, &N{Value: "2"}, &N{Value: "x"}, &B{Value: []byte("1")}, &B{Value: []byte("2")}, &BOOL{}, &BOOL{Value: true},
		&NULL{Value: true}, &NULL{}, &SS{Value: []string{"1"}}, &SS{Value: []string{"1", "2"}}, &NS{Value: []string{"1"}}, &NS{Value: []string{"2"}}, &BS{Value: [][]byte{{1}}}, &BS{Value: [][]byte{{2}}},
		&L{}, &L{Value: []AV{&S{Value: "1"}}}, &L{Value: []AV{&S{Value: "2"}}}, &L{Value: []AV{&S{Value: "1"}, &S{Value: "2"}}}, &L{Value: []AV{&S{Value: "2"}, &S{Value: "1"}}},
		&M{}, &M{Value: Item{"a": &S{}}}, &M{Value: Item{"b": &S{}}}, &M{Value: Item{"a": &N{Value: "0"}}},
	}
	for i, a := range different {
		for j, b := range different {
			if item.Equal(a, b) != (i == j) {
				t.Errorf("Equal(%s, %s) = %v", show(a), show(b), i != j)
			}
		}
	}
}

// A clone is deeply equal and shares no byte with the original.
func TestClone(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		av := itemtest.Value(3).Draw(t, "value")
		before := canonical(t, av)
		c := item.Clone(av)
		if !reflect.DeepEqual(av, c) {
			t.Fatalf("clone differs: %s", cmp.Diff(av, c, ignoreUnexported))
		}
		scribble(c)
		if string(canonical(t, av)) != string(before) {
			t.Fatal("a change of the clone reached the original")
		}
	})
	if item.Clone(nil) != nil || item.CloneMap(nil) != nil {
		t.Error("a clone of nil is not nil")
	}
	if c := item.Clone(&B{}).(*B); c.Value != nil {
		t.Error("nil bytes came back non-nil")
	}
}

// scribble changes everything that can be changed in place.
func scribble(av AV) {
	switch av := av.(type) {
	case *S:
		av.Value = "scribble"
	case *N:
		av.Value = "4711"
	case *BOOL:
		av.Value = !av.Value
	case *NULL:
		av.Value = false
	case *B:
		clear(av.Value)
	case *SS:
		clear(av.Value)
	case *NS:
		clear(av.Value)
	case *BS:
		for _, b := range av.Value {
			clear(b)
		}
		clear(av.Value)
	case *L:
		for _, e := range av.Value {
			scribble(e)
		}
		clear(av.Value)
	case *M:
		for _, e := range av.Value {
			scribble(e)
		}
		clear(av.Value)
	}
}
