package attr_test

import (
	"testing"

	"github.com/dystore/dystore/internal/attr"
)

var (
	city    = attr.Path{attr.Field("location"), attr.Field("city")}
	past    = attr.Names("past")
	third   = attr.Path{attr.Field("past"), attr.At(3), attr.Field("city")}
	anyPast = attr.Path{attr.Field("past"), attr.Elem, attr.Field("city")}
	home    = attr.Path{attr.Field("homes"), attr.Entry("x.y"), attr.Field("city")}
	anyHome = attr.Path{attr.Field("homes"), attr.Value, attr.Field("city")}
)

func TestString(t *testing.T) {
	for want, p := range map[string]attr.Path{
		"": nil, "location.city": city, "past": past, "past[3].city": third, "past[].city": anyPast,
		`homes["x.y"].city`: home, "homes{}.city": anyHome,
	} {
		if got := p.String(); got != want {
			t.Errorf("got %s, want %s", got, want)
		}
	}
}

func TestCoversAndOverlaps(t *testing.T) {
	for _, c := range []struct {
		p, q             attr.Path
		covers, overlaps bool
	}{
		{nil, city, true, true},
		{city, nil, false, true},
		{city, city, true, true},
		{past, third, true, true},
		{third, past, false, true},
		{anyPast, third, true, true},
		{third, anyPast, false, true},
		{anyPast, anyPast, true, true},
		{third, attr.Path{attr.Field("past"), attr.At(2)}, false, false},
		{anyHome, home, true, true},
		{home, anyHome, false, true},
		{anyPast, anyHome, false, false},
		// An entry of a map and an attribute of a struct are different places
		// even under one name.
		{attr.Path{attr.Entry("a")}, attr.Names("a"), false, false},
		{attr.Path{attr.Value}, attr.Names("a"), false, false},
		{attr.Path{attr.Elem}, attr.Path{attr.Value}, false, false},
	} {
		if got := c.p.Covers(c.q); got != c.covers {
			t.Errorf("%s covers %s: %v", c.p, c.q, got)
		}
		if got := c.p.Overlaps(c.q); got != c.overlaps {
			t.Errorf("%s overlaps %s: %v", c.p, c.q, got)
		}
		if c.p.Overlaps(c.q) != c.q.Overlaps(c.p) {
			t.Errorf("%s and %s: overlapping is mutual", c.p, c.q)
		}
	}
}

func TestWild(t *testing.T) {
	for _, p := range []attr.Path{nil, city, past, third, home} {
		if p.Wild() {
			t.Errorf("%s is one value", p)
		}
	}
	for _, p := range []attr.Path{anyPast, anyHome} {
		if !p.Wild() {
			t.Errorf("%s is many values", p)
		}
	}
}

func TestJoinSharesNothing(t *testing.T) {
	a := make(attr.Path, 1, 8)
	a[0] = attr.Field("a")
	b, c := attr.Join(a, attr.Names("b")), attr.Join(a, attr.Names("c"))
	if b.String() != "a.b" || c.String() != "a.c" {
		t.Errorf("%s and %s", b, c)
	}
	b[0].Name = "changed"
	if a.String() != "a" || c.String() != "a.c" {
		t.Errorf("%s and %s", a, c)
	}
}
