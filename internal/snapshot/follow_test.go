package snapshot_test

import (
	"errors"
	"fmt"
	"testing"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/dystore/dystore/internal/attr"
	"github.com/dystore/dystore/internal/item"
	"github.com/dystore/dystore/internal/snapshot"
)

// A value that is moved or removed takes what is unknown with it; what the
// program writes itself is never overwritten.
func TestFollowChanged(t *testing.T) {
	el := func(a, more string) types.AttributeValue {
		d := doc{"A": str(a)}
		if more != "" {
			d["new"] = str(more)
		}
		return mapOf(d)
	}
	for name, c := range map[string]struct{ before, now, want doc }{
		"reordered": {
			doc{"List": listOf(el("1", "x"), el("2", "y"))},
			doc{"List": listOf(el("2", ""), el("1", ""))},
			doc{"List": listOf(el("2", "y"), el("1", "x"))},
		},
		"removed": {
			doc{"List": listOf(el("1", "x"), el("2", "y"))},
			doc{"List": listOf(el("2", ""))},
			doc{"List": listOf(el("2", "y"))},
		},
		"added": {
			doc{"List": listOf(el("1", "x"))},
			doc{"List": listOf(el("0", ""), el("1", ""))},
			doc{"List": listOf(el("0", ""), el("1", "x"))},
		},
		"another changed": {
			doc{"List": listOf(el("1", "x"), el("2", ""))},
			doc{"List": listOf(el("1", ""), el("3", ""))},
			doc{"List": listOf(el("1", "x"), el("3", ""))},
		},
		"the list emptied": {
			doc{"List": listOf(el("1", "x"))},
			doc{"List": listOf()},
			doc{"List": listOf()},
		},
		"entry gone": {
			doc{"Map": mapOf(doc{"k": el("1", "x"), "l": el("2", "y")})},
			doc{"Map": mapOf(doc{"l": el("2", ""), "m": el("3", "")})},
			doc{"Map": mapOf(doc{"l": el("2", "y"), "m": el("3", "")})},
		},
		"pointer nil": {
			doc{"Ptr": el("1", "x"), "top": str("t")},
			doc{},
			doc{"top": str("t")},
		},
		"the type learnt the field": {
			doc{"later": str("old")},
			doc{"later": str("new")},
			doc{"later": str("new")},
		},
		"another shape": {
			doc{"List": listOf(el("1", "x"))},
			doc{"List": str("?")},
			doc{"List": str("?")},
		},
	} {
		_, u := read(t, c.before, nil)
		now := whole(c.now)
		if _, err := write(u, now, nil); err != nil {
			t.Errorf("%s: %v", name, err)
		}
		if d := diff(whole(c.want), now); d != "" {
			t.Errorf("%s: %s", name, d)
		}
	}
}

// whole gives leaves the field that they have in Go and not in the tests above.
func whole(d doc) doc {
	d = item.CloneMap(d)
	fill(mapOf(d))
	return d
}

func fill(av types.AttributeValue) {
	switch v := av.(type) {
	case *types.AttributeValueMemberM:
		if v.Value["A"] != nil && v.Value["B"] == nil {
			v.Value["B"] = str("")
		}
		for _, e := range v.Value {
			fill(e)
		}
	case *types.AttributeValueMemberL:
		for _, e := range v.Value {
			fill(e)
		}
	}
}

// Where it cannot be told which element an attribute belongs to, the error says
// where that is.
func TestFollowDoubt(t *testing.T) {
	el := func(a string, more ...string) types.AttributeValue {
		d := doc{"A": str(a)}
		for _, name := range more {
			d[name] = str("x")
		}
		return mapOf(d)
	}
	for name, c := range map[string]struct {
		before, now doc
		want        string
	}{
		"changed or replaced":          {doc{"List": listOf(el("1"), el("2", "pay", "age"))}, doc{"List": listOf(el("1"), el("3"))}, "List 1 age"},
		"removed and added, or moved":  {doc{"Ptrs": listOf(el("1", "pay"), el("2"))}, doc{"Ptrs": listOf(el("2"), el("3"))}, "Ptrs 0 pay"},
		"doubled":                      {doc{"List": listOf(el("1", "pay"))}, doc{"List": listOf(el("1"), el("1"))}, "List 0 pay"},
		"one of two that are not same": {doc{"List": listOf(el("1", "pay"), el("1", "age"))}, doc{"List": listOf(el("1"))}, "List 0 pay"},
		"deep inside": {
			doc{"Deep": listOf(mapOf(doc{"j": listOf()}), mapOf(doc{"k": listOf(el("1"), el("2", "pay"))}))},
			doc{"Deep": listOf(mapOf(doc{"j": listOf()}), mapOf(doc{"k": listOf(el("1"), el("3"))}))},
			"Deep 1 k[1].pay",
		},
	} {
		_, u := read(t, c.before, nil)
		next, err := u.Follow(whole(c.now), nil)
		var d *snapshot.DoubtError
		if !errors.As(err, &d) || next != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		if got := fmt.Sprint(d.List, " ", d.Element, " ", d.Attribute); got != c.want {
			t.Errorf("%s: %s, want %s", name, got, c.want)
		}
	}
}

// A field that identifies elements decides where their content does not.
func TestFollowIdentity(t *testing.T) {
	ids := &snapshot.Identity{}
	for _, p := range []attr.Path{{attr.Field("List")}, {attr.Field("Deep"), attr.Elem, attr.Value}} {
		key := &snapshot.Key{Path: []string{"A"}, Zero: str("")}
		if !ids.Add(p, key) {
			t.Fatal("no key for", p)
		}
		if ids.Add(p, &snapshot.Key{Path: []string{"B"}}) {
			t.Error("two keys for", p)
		}
		if got := ids.Of(p); got != key {
			t.Errorf("key of %s: %v", p, got)
		}
	}
	if got := ids.Of(attr.Path{attr.Field("Deep")}); got != nil {
		t.Errorf("Deep has the key %v", got)
	}
	el := func(a, b, more string) types.AttributeValue {
		d := doc{"A": str(a), "B": str(b)}
		if more != "" {
			d["pay"] = str(more)
		}
		return mapOf(d)
	}
	deep := func(l ...types.AttributeValue) types.AttributeValue { return listOf(mapOf(doc{"k": listOf(l...)})) }
	before := doc{"List": listOf(el("1", "x", "p"), el("2", "y", "q"), el("3", "z", "r")), "Leaf": leafOf("l")}
	_, u := read(t, before, ids)
	now := doc{"List": listOf(el("4", "x", ""), el("3", "!", ""), el("1", "x", ""))}
	if _, err := write(u, now, ids); err != nil {
		t.Fatal(err)
	}
	if d := diff(doc{"List": listOf(el("4", "x", ""), el("3", "!", "r"), el("1", "x", "p"))}, now); d != "" {
		t.Error(d)
	}
	// The elements of Deep have no unknown of their own; those of the lists
	// inside have, and an identity.
	_, u = read(t, doc{"Deep": deep(el("1", "x", "p"), el("2", "y", "q"))}, ids)
	now = doc{"Deep": deep(el("1", "x", ""), el("2", "y", ""))}
	if _, err := write(u, now, ids); err != nil {
		t.Fatal(err)
	}
	if d := diff(doc{"Deep": deep(el("1", "x", "p"), el("2", "y", "q"))}, now); d != "" {
		t.Error(d)
	}
}
