package stored_test

import (
	"fmt"
	"sync"
	"testing"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"pgregory.net/rapid"

	"github.com/dystore/dystore/internal/attr"
	"github.com/dystore/dystore/internal/item/itemtest"
	"github.com/dystore/dystore/internal/stored"
)

// sameRoot compares what is decoded: nil maps have as many entries as empty ones.
var sameRoot = cmpopts.EquateEmpty()

// Whatever a Layouts has seen before, and whatever was done to a record, it
// makes of it what Decode makes of it, down to the text of the error.
func TestKnownLayouts(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		known := stored.NewLayouts(genLayout(t))
		layouts := rapid.SliceOfN(rapid.Custom(genLayout), 1, 3).Draw(t, "layouts")
		for range 8 {
			r := *plainRoot
			r.Layout = rapid.SampledFrom(layouts).Draw(t, "layout")
			r.LayoutID = r.Layout.ID()
			av := r.Encode()
			tampered := rapid.Bool().Draw(t, "tampered")
			if tampered {
				tamper(t, av.(*types.AttributeValueMemberM).Value)
			}
			if !readable(t, known, av) && !tampered {
				t.Fatal("the JSON of the record is not read")
			}
			want, wrong := stored.Decode(av)
			got, err := known.Decode(av)
			if fmt.Sprint(err) != fmt.Sprint(wrong) {
				t.Fatalf("the error is %v, alone %v", err, wrong)
			}
			if d := cmp.Diff(want, got, sameRoot); d != "" {
				t.Fatal(d)
			}
		}
	})
}

// tamper changes something of a record's layout, or its name.
func tamper(t *rapid.T, m map[string]types.AttributeValue) {
	places, _ := m["y"].(*types.AttributeValueMemberL)
	if places == nil || rapid.IntRange(0, 9).Draw(t, "top") == 0 {
		m[rapid.SampledFrom([]string{"l", "y"}).Draw(t, "field")] = itemtest.Value(2).Draw(t, "value")
		return
	}
	i := rapid.IntRange(0, len(places.Value)-1).Draw(t, "place")
	p := places.Value[i].(*types.AttributeValueMemberM).Value
	field := rapid.SampledFrom([]string{"k", "t", "a", "w", "p", "other"}).Draw(t, "of the place")
	switch rapid.IntRange(0, 4).Draw(t, "how") {
	case 0:
		delete(p, field)
	case 1:
		p[field] = itemtest.Value(1).Draw(t, "value")
	case 2:
		p[field] = s(rapid.SampledFrom([]string{"", "o", "l", "wl", "T", "Ta", "_id", "a"}).Draw(t, "text"))
	case 3:
		places.Value = append(places.Value[:i:i], places.Value[i+1:]...)
	default:
		path := p["p"].(*types.AttributeValueMemberL)
		j := rapid.IntRange(0, len(path.Value)-1).Draw(t, "segment")
		path.Value[j] = s(rapid.SampledFrom([]string{"", ".", "#", ":", ".a", "a", ".#"}).Draw(t, "text"))
	}
}

// A Layouts may be used by many at a time, and what it returns does not change.
func TestKnownLayoutsConcurrently(t *testing.T) {
	known := stored.NewLayouts(nil)
	var wg sync.WaitGroup
	for n := range 4 {
		r := *plainRoot
		r.Layout = stored.Layout{{Path: attr.Names(fmt.Sprint("part", n)), Kind: stored.One, Table: "Parts", KeyName: "_id"}}
		r.LayoutID = r.Layout.ID()
		wg.Go(func() {
			for range 100 {
				got, err := known.Decode(r.Encode())
				if err != nil || !cmp.Equal(got.Layout, r.Layout) || got.LayoutID != r.LayoutID {
					t.Errorf("%+v, %v", got, err)
					return
				}
			}
		})
	}
	wg.Wait()
}

// A layout that is known is not made again, which is the point.
func TestKnownLayoutsAllocate(t *testing.T) {
	known := stored.NewLayouts(fullLayout)
	r := *plainRoot
	r.Layout, r.LayoutID = fullLayout, fullLayout.ID()
	av := r.Encode()
	allocs := testing.AllocsPerRun(20, func() {
		if _, err := known.Decode(av); err != nil {
			t.Fatal(err)
		}
	})
	if allocs != 1 {
		t.Errorf("%v allocations; the root is one", allocs)
	}
}
