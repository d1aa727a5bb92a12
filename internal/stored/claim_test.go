package stored_test

import (
	"bytes"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/dystore/dystore/internal/attr"
	"github.com/dystore/dystore/internal/stored"
)

// The examples of format.md.
func TestClaimKeys(t *testing.T) {
	email, both := stored.ClaimName([]attr.Path{attr.Names("email")}), stored.ClaimName([]attr.Path{attr.Names("contact", "no"), attr.Names("tenant")})
	ann := []av{&avS{Value: "ann@x.org"}}
	for got, want := range map[string]string{
		email: "=email",
		both:  "=contact.no/=tenant",
		stored.ClaimName([]attr.Path{attr.Names("a.b/c~", "d")}): "=a~0.b~1c~0~0.d",
		stored.ClaimText(both):                "contact.no, tenant",
		stored.ClaimKey("person", email, ann): "person/=email/Sann@x.org",
		stored.ClaimKey("person", both, []av{&avN{Value: "7"}, &avS{Value: "a/b"}}): "person/=contact.no/=tenant/N7/Sa~1b",
		stored.ClaimKey("a/b", email, []av{&avB{Value: []byte{0, 0xff, 0x2f}}}):     "a~1b/=email/BAP8v",
		stored.HashedClaimKey(bytes.Repeat([]byte{1}, 32), "person", email, ann):    "person/=email/~k7bIFBaCIF0aSI17LKkNLBuQC0Vl4eyyr8aHKjlN1DmI",
	} {
		if got != want {
			t.Errorf("got %q, want %q", got, want)
		}
	}
	long := stored.ClaimKey("person", email, []av{&avS{Value: strings.Repeat("x", 2000)}})
	if len(long) != 45 || !strings.HasPrefix(long, "~h") {
		t.Errorf("a long value: %q", long)
	}
}

// Different values have different keys, and none is the key of a part.
func TestClaimKeysDiffer(t *testing.T) {
	text := rapid.StringOfN(rapid.SampledFrom([]rune("ab/~=SNk01.#:")), 0, 6, -1)
	value := rapid.Custom(func(t *rapid.T) av {
		switch rapid.IntRange(0, 2).Draw(t, "kind") {
		case 0:
			return &avS{Value: text.Draw(t, "text")}
		case 1:
			return &avN{Value: rapid.StringMatching(`-?[1-9][0-9]{0,3}`).Draw(t, "number")}
		}
		return &avB{Value: rapid.SliceOfN(rapid.Byte(), 0, 4).Draw(t, "bytes")}
	})
	type claim struct {
		Entity string
		Names  [][]string
		Values []av
	}
	draw := rapid.Custom(func(t *rapid.T) claim {
		c := claim{Entity: text.Draw(t, "entity")}
		for range rapid.IntRange(1, 2).Draw(t, "fields") {
			c.Names = append(c.Names, []string{"n" + text.Draw(t, "name")})
			c.Values = append(c.Values, value.Draw(t, "value"))
		}
		return c
	})
	key := func(c claim) string {
		var paths []attr.Path
		for _, n := range c.Names {
			paths = append(paths, attr.Names(n...))
		}
		return stored.ClaimKey(c.Entity, stored.ClaimName(paths), c.Values)
	}
	same := cmp.Comparer(func(a, b av) bool { return stored.ClaimKey("", "", []av{a}) == stored.ClaimKey("", "", []av{b}) })
	rapid.Check(t, func(t *rapid.T) {
		a, b := draw.Draw(t, "a"), draw.Draw(t, "b")
		if (key(a) == key(b)) != cmp.Equal(a, b, same) {
			t.Errorf("%q and %q", key(a), key(b))
		}
		part := stored.DerivedKey(a.Entity, []av{value.Draw(t, "key")}, stored.Inst("").Name("n"+text.Draw(t, "part")))
		if part == key(a) || part == key(b) {
			t.Errorf("a part has the key %q", part)
		}
	})
}

// A record has its claims when it is read, and a damaged one those that can be.
func TestClaims(t *testing.T) {
	root := *plainRoot
	root.Format, root.Claims = 3, map[string]stored.Location{"=email": {Table: "Emails", KeyName: "_id", Key: "k"}, "=a/=b": {Table: "Logins", KeyName: "K", Key: "l"}}
	av := root.Encode()
	got, err := stored.Decode(av)
	if d := cmp.Diff(&root, got); err != nil || d != "" {
		t.Error(err, d)
	}
	if _, has := plainRoot.Encode().(*avM).Value["q"]; has {
		t.Error("a record without claims has q")
	}
	for _, wrong := range []types.AttributeValue{
		&avS{Value: "x"}, &avM{Value: doc{"=email": &avS{Value: "x"}}}, &avM{Value: doc{"=email": &avM{Value: doc{"t": &avS{Value: "T"}}}}},
		&avM{Value: doc{"=email": &avM{Value: doc{"t": &avS{Value: "T"}, "a": &avS{Value: ""}, "k": &avS{Value: "k"}}}}},
	} {
		broken := root.Encode().(*avM)
		broken.Value["q"] = wrong
		if _, err := stored.Decode(broken); err == nil || !strings.Contains(err.Error(), "record field") {
			t.Errorf("%v: %v", wrong, err)
		}
		if len(stored.Salvage(broken).Claims) > 0 {
			t.Errorf("%v: salvaged %v", wrong, stored.Salvage(broken).Claims)
		}
	}
	av.(*avM).Value["v"] = &avS{Value: "?"}
	if d := cmp.Diff(root.Claims, stored.Salvage(av).Claims); d != "" {
		t.Error(d)
	}
}
