package slab_test

import (
	"strconv"
	"testing"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/dystore/dystore/internal/slab"
)

type AV = types.AttributeValue

var sameAV = cmpopts.IgnoreUnexported(types.AttributeValueMemberS{}, types.AttributeValueMemberN{}, types.AttributeValueMemberB{},
	types.AttributeValueMemberBOOL{}, types.AttributeValueMemberM{}, types.AttributeValueMemberL{})

// all makes n values of each type.
func all(v *slab.Values, n int) (made []AV) {
	for i := range n {
		text := v.Text(strconv.AppendInt(nil, int64(i*i*i), 10))
		made = append(made, v.String("s"+text), v.Number(text), v.Bool(i%2 == 0), v.Binary([]byte(text)), v.Map(map[string]AV{text: nil}), v.List(make([]AV, i%3)))
	}
	return made
}

// What is expected decides how values are made, and nothing else.
func TestValuesAreApart(t *testing.T) {
	const n = 1000
	want := all(nil, n)
	one := slab.Counts{Strings: 1, Numbers: 1, Bools: 1, Binaries: 1, Maps: 1, Lists: 1}
	for name, expect := range map[string]func(*slab.Values){
		"nothing": func(*slab.Values) {},
		"a few":   func(v *slab.Values) { v.Expect(&one, 3) },
		"all":     func(v *slab.Values) { v.Expect(&one, n) },
		"more":    func(v *slab.Values) { v.Expect(&one, n); v.Expect(&one, n) },
		"one by one": func(v *slab.Values) {
			c := slab.Counts{}
			c.Add(one)
			c.Add(one)
			v.Expect(&c, n/2)
		},
	} {
		var v slab.Values
		expect(&v)
		got := all(&v, n)
		if diff := cmp.Diff(want, got, sameAV); diff != "" {
			t.Fatalf("%s is expected (-one by one +together):\n%s", name, diff)
		}
		seen := map[AV]bool{}
		for _, av := range got {
			seen[av] = true
		}
		if len(seen) != len(got) {
			t.Errorf("%s: %d values of %d", name, len(seen), len(got))
		}
	}
}

func TestExpectedValuesTakeLittleMemory(t *testing.T) {
	c := slab.Counts{Strings: 40, Numbers: 20}
	if n := testing.AllocsPerRun(100, func() {
		var v slab.Values
		v.Expect(&c, 1)
		for i := range 20 {
			v.String("")
			v.String("")
			v.Number(v.Text(strconv.AppendInt(make([]byte, 0, 20), int64(1000+i), 10)))
		}
	}); n > 3 {
		t.Errorf("%v allocations", n)
	}
}
