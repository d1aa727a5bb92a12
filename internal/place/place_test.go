package place_test

import (
	"errors"
	"math"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/dystore/dystore/internal/attr"
	"github.com/dystore/dystore/internal/place"
	"github.com/dystore/dystore/internal/stored"
)

// tree makes a tree of places as package repo does: Rel and kids by hand, the
// rest by NewTree.
func newPlace(kind stored.PlaceKind, base attr.Path, rel attr.Path, whenOver int, kids func(inner attr.Path) []*place.Place) *place.Place {
	p := &place.Place{Place: stored.Place{Path: attr.Join(base, rel), Kind: kind}, Rel: rel, WhenOver: whenOver}
	if kind != stored.KeptList && kind != stored.KeptMap {
		p.Table, p.KeyName = "T", "_id"
	}
	if kids != nil {
		p.Kids = kids(p.Inner())
	}
	return p
}

func TestTree(t *testing.T) {
	tree := place.NewTree([]*place.Place{
		newPlace(stored.One, nil, attr.Names("a"), 0, func(in attr.Path) []*place.Place {
			return []*place.Place{newPlace(stored.One, in, attr.Names("x", "y"), 0, nil)}
		}),
		newPlace(stored.List, nil, attr.Names("l"), 10, func(in attr.Path) []*place.Place {
			return []*place.Place{newPlace(stored.One, in, attr.Names("z"), 0, nil)}
		}),
		newPlace(stored.KeptMap, nil, attr.Names("m"), 0, func(in attr.Path) []*place.Place {
			return []*place.Place{newPlace(stored.Map, in, attr.Names("n"), 0, nil)}
		}),
		newPlace(stored.One, nil, attr.Names("s"), 5, nil),
	})
	var paths []string
	fixed := map[string]bool{}
	for i, p := range tree.All {
		paths = append(paths, p.Path.String())
		fixed[p.Path.String()] = p.Fixed()
		if diff := cmp.Diff(p.Place, tree.Layout[i]); diff != "" {
			t.Error(diff)
		}
	}
	if diff := cmp.Diff([]string{"a", "a.x.y", "l", "l[].z", "m", "m{}.n", "s"}, paths); diff != "" {
		t.Error(diff)
	}
	want := map[string]bool{"a": true, "a.x.y": true, "l": false, "l[].z": false, "m": false, "m{}.n": false, "s": false}
	if diff := cmp.Diff(want, fixed); diff != "" {
		t.Error(diff)
	}
	if got := tree.FixedCount(); got != 3 {
		t.Errorf("%d parts before the first element, want 3: a, a.x.y and s", got)
	}
	for path, inner := range map[int]string{0: "a", 2: "l[]", 4: "m{}", 5: "m{}.n{}"} {
		if got := tree.All[path].Inner().String(); got != inner {
			t.Errorf("inside %s is %s, want %s", tree.All[path].Path, got, inner)
		}
	}
	if tree.ID != tree.Layout.ID() || !tree.Layout[2].MayInline || tree.Layout[0].MayInline {
		t.Errorf("layout %+v", tree.Layout)
	}
}

func TestFromLayoutOf(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		tree := genTree(t)
		got, err := place.FromLayout(tree.Layout, tree)
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(tree, got); diff != "" {
			t.Fatal(diff)
		}
		// Without the declaration nothing is known of thresholds: parts that may
		// stay in their parent do.
		blind, err := place.FromLayout(tree.Layout, nil)
		if err != nil {
			t.Fatal(err)
		}
		for i, p := range blind.All {
			want := 0
			if tree.All[i].MayInline {
				want = math.MaxInt
			}
			if p.WhenOver != want || p.MayInline != tree.All[i].MayInline {
				t.Fatalf("%s moves over %d bytes, want %d", p.Path, p.WhenOver, want)
			}
		}
		if blind.ID != tree.ID {
			t.Fatal("another id")
		}
	})
}

func TestFromLayoutRefuses(t *testing.T) {
	_, err := place.FromLayout(stored.Layout{{Path: attr.Path{attr.Field("l"), attr.Elem, attr.Field("x")}, Kind: stored.One, Table: "T", KeyName: "_id"}}, nil)
	var corrupt *stored.CorruptError
	if !errors.As(err, &corrupt) || err.Error() != "record field y: place l[].x has no enclosing place" {
		t.Errorf("error %v", err)
	}
}
