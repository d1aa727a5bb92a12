package policy_test

import (
	"testing"

	"github.com/dystore/dystore/internal/attr"
	"github.com/dystore/dystore/internal/policy"
)

func TestAdmits(t *testing.T) {
	n := build(t, whole, protect(m, visits, city, work, eachCity, homesCity, allScores, tags, bossPtr))
	for _, c := range []struct {
		path attr.Path
		list bool
		want bool
	}{
		{attr.Names("visits"), false, false}, // sealed whole
		{attr.Names("tags"), true, false},
		{attr.Names("tags", "x"), false, false}, // inside what is sealed whole
		{attr.Names("home"), false, true},
		{attr.Names("home"), true, false}, // a list in place of a struct that holds sealed fields
		{attr.Names("home", "spot"), false, true},
		{attr.Names("past"), true, true},
		{attr.Names("past"), false, false},
		{attr.Path{attr.Field("past"), attr.Elem}, false, true},
		{attr.Path{attr.Field("past"), attr.At(3)}, true, false},
		{attr.Path{attr.Field("past"), attr.At(3)}, false, true},
		{attr.Path{attr.Field("past"), attr.Entry("k")}, false, false},
		{attr.Names("homes"), false, true},
		{attr.Names("homes"), true, false},
		{attr.Path{attr.Field("homes"), attr.Entry("k")}, false, true},
		{attr.Path{attr.Field("homes"), attr.Elem}, false, false},
		{attr.Names("other"), true, true}, // nothing is sealed there
		{attr.Path{attr.Field("other"), attr.Elem, attr.Field("x")}, false, true},
	} {
		if got := n.Admits(c.path, c.list); got != c.want {
			t.Errorf("%s, list %v: %v", c.path, c.list, got)
		}
	}
	if !(*policy.Node)(nil).Admits(attr.Names("a"), true) {
		t.Error("no policy admits everything")
	}
}
