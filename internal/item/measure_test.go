package item_test

import (
	"math"
	"strconv"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
	"pgregory.net/rapid"

	"github.com/dystore/dystore/internal/item"
	"github.com/dystore/dystore/internal/item/itemtest"
)

// sameMeasure asserts that an item is measured and checked as in two walks.
func sameMeasure(t rapid.TB, it Item) {
	t.Helper()
	wrong := false
	for name, av := range it {
		wrong = wrong || item.CheckValue(name, av) != nil
	}
	size, sound := item.Measure(it)
	if sound == wrong || sound && size != item.Size(it) {
		t.Errorf("%v measures %d, sound %v; its size is %d, wrong %v", it, size, sound, item.Size(it), wrong)
	}
}

func TestMeasure(t *testing.T) {
	for _, av := range []AV{
		nil, &S{Value: "é"}, &S{Value: "\xff"}, &N{Value: "x"}, &N{Value: "1E126"}, &NULL{}, &NULL{Value: true}, &BOOL{}, &B{Value: []byte{1}},
		&SS{}, &SS{Value: []string{"a", "a"}}, &SS{Value: []string{"a", "b"}}, &NS{Value: []string{"1", "1.0"}}, &NS{Value: []string{"1", "20"}}, &BS{Value: [][]byte{{1}}},
		&L{}, &L{Value: []AV{&S{}, nil}}, &M{}, &M{Value: Item{"": &S{}}}, &M{Value: Item{"\xff": &S{}}}, &M{Value: Item{strings.Repeat("x", item.MaxName+1): &S{}}},
		nest(31, &S{}), nest(31, &L{}), nest(32, &S{}), nest(30, &L{Value: []AV{&S{}}}), &types.UnknownUnionMember{},
	} {
		sameMeasure(t, Item{"a": &S{Value: "x"}, "value": av})
		sameMeasure(t, Item{"list": &L{Value: []AV{av}}})
		sameMeasure(t, Item{"map": &M{Value: Item{"a": &BOOL{}, "b": av}}})
	}
	rapid.Check(t, func(t *rapid.T) { sameMeasure(t, Item{"v": itemtest.Value(3).Draw(t, "value")}) })
}

func TestMeasureOfNumbers(t *testing.T) {
	digits := rapid.StringMatching(`-?(0|[1-9][0-9]{0,20})(\.[0-9]{0,20})?`)
	rapid.Check(t, func(t *rapid.T) {
		for _, s := range []string{digits.Draw(t, "digits"), itemtest.Number().Draw(t, "number")} {
			sameMeasure(t, Item{"n": &N{Value: s}})
		}
	})
}

// What an integer counts, it counts as a number.
func TestIntegerSize(t *testing.T) {
	check := func(n int64) {
		t.Helper()
		s := strconv.FormatInt(n, 10)
		want, sound := item.MeasureNumber(s)
		if got := item.IntegerSize([]byte(s)); !sound || got != want {
			t.Fatalf("%s: %d, want %d", s, got, want)
		}
	}
	for _, n := range []int64{0, -1, 10, -10, 100, 101, -1000, math.MaxInt64, math.MinInt64} {
		check(n)
	}
	rapid.Check(t, func(t *rapid.T) { check(rapid.Int64().Draw(t, "n")) })
}
