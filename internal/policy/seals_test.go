package policy_test

import (
	"testing"

	"github.com/dystore/dystore/internal/attr"
	"github.com/dystore/dystore/internal/policy"
)

func TestSeals(t *testing.T) {
	some := build(t, whole, protect(m, visits, city, eachCity, homesCity, allScores, tags, bossPtr))
	all := build(t, whole, protectAll(m, bossPtr, photo))
	// A list may have attributes and entries beside each other: v.a.x and every
	// other entry of v.
	mixed, err := policy.Decode([]byte("\x01\x04\x02\x01\x01v\x01\x0a\x01\x01a\x02\x03\x02\x01\x01x\x03\x01\x00"))
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		n    *policy.Node
		path string
		want bool
	}{
		{nil, "visits", false},
		{some, "visits", true},
		{some, "visits.of.another[]{}", true}, // whatever stands in an envelope
		{some, "name", false},
		{some, "home", false}, // only home.city
		{some, "home.city", true},
		{some, `home["city"]`, true},
		{some, "home.geo", false},
		{some, "home[].city", false},
		{some, "home{}.city", false}, // only one of its attributes
		{some, "past", false},
		{some, "past[]", false},
		{some, "past[].city", true},
		{some, "past{}.city", false},
		{some, "homes{}.city", true},
		{some, "homes.tokyo.city", true},
		{some, `homes["a.b"].city`, true},
		{some, "homes{}.geo.lat", false},
		{some, "scores{}", true},
		{some, "scores", false},
		{some, "tags", true},
		{some, "tags[]", true},
		{some, "boss.name", true},
		{all, "home", false}, // what it does not know of is plain
		{all, "home.city", true},
		{all, "home.geo.lat", true},
		{all, "past[].city", true},
		{all, "homes{}.geo", true},
		{all, "boss", false},
		{all, "photo", false},
		{all, "id", false},
		{mixed, "v.b", true},
		{mixed, "v.a", false},
		{mixed, "v.a.x", true},
		{mixed, "v{}", false},
		{mixed, "v{}.x", true},
		{mixed, "v{}.y", false},
	} {
		path, err := attr.Parse(c.path)
		if err != nil {
			t.Fatal(err)
		}
		if got := c.n.Seals(path); got != c.want {
			t.Errorf("%s: %v", c.path, got)
		}
	}
}
