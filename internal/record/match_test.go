package record_test

import (
	"slices"
	"testing"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/dystore/dystore/internal/item"
	"github.com/dystore/dystore/internal/item/itemtest"
	"github.com/dystore/dystore/internal/record"
)

func digests(contents string) []record.Digest {
	out := make([]record.Digest, len(contents))
	for i := range contents {
		out[i] = record.DigestOf(&types.AttributeValueMemberS{Value: contents[i : i+1]})
	}
	return out
}

func TestMatch(t *testing.T) {
	for _, c := range []struct {
		old, now string
		want     []int
	}{
		{"", "", nil},
		{"abc", "abc", []int{0, 1, 2}},
		{"abc", "cab", []int{2, 0, 1}},      // reordered: nothing is written
		{"abc", "bc", []int{1, 2}},          // removed in front
		{"abc", "abxc", []int{0, 1, -1, 2}}, // added
		{"abc", "axc", []int{0, 1, 2}},      // changed: the freed one is used again
		{"abc", "xyz", []int{0, 1, 2}},      // all changed
		{"abc", "xya", []int{1, 2, 0}},      // equal content goes first
		{"aab", "aba", []int{0, 2, 1}},      // doubles in order
		{"a", "aaa", []int{0, -1, -1}},      // doubled
		{"aaa", "a", []int{0}},              // doubles gone
		{"", "ab", []int{-1, -1}},           // new list
		{"abc", "", nil},                    // emptied
		{"ab", "xyzb", []int{0, -1, -1, 1}}, // as many as there are
		{"abcd", "dxca", []int{3, 1, 2, 0}}, // one changed, the others moved
	} {
		if d := cmp.Diff(c.want, record.Match(digests(c.old), digests(c.now)), cmp.Comparer(slices.Equal[[]int])); d != "" {
			t.Errorf("%s to %s: %s", c.old, c.now, d)
		}
	}
}

// No old element serves two new ones; equal content is always found; no old
// element is free while a new one has none.
func TestMatchLaws(t *testing.T) {
	gen := rapid.StringOfN(rapid.SampledFrom([]rune("abcd")), 0, 6, -1)
	rapid.Check(t, func(t *rapid.T) {
		before, after := gen.Draw(t, "old"), gen.Draw(t, "now")
		match := record.Match(digests(before), digests(after))
		if len(match) != len(after) {
			t.Fatalf("%d answers for %d elements", len(match), len(after))
		}
		used, equal, none := map[int]bool{}, 0, 0
		for i, o := range match {
			switch {
			case o < 0:
				none++
				continue
			case used[o]:
				t.Fatalf("%d is used twice: %v", o, match)
			case before[o] == after[i]:
				equal++
			}
			used[o] = true
		}
		want := 0
		for _, c := range "abcd" {
			want += min(count(before, c), count(after, c))
		}
		if equal != want {
			t.Fatalf("%d elements keep their content, want %d: %v", equal, want, match)
		}
		if none > 0 && len(used) < len(before) {
			t.Fatalf("%d new elements have none, and some are free: %v", none, match)
		}
	})
}

func count(s string, c rune) (n int) {
	for _, r := range s {
		if r == c {
			n++
		}
	}
	return n
}

// A digest is about the value, not about how it is written.
func TestDigests(t *testing.T) {
	same := [][2]types.AttributeValue{
		{&types.AttributeValueMemberN{Value: "100"}, &types.AttributeValueMemberN{Value: "1E2"}},
		{&types.AttributeValueMemberSS{Value: []string{"a", "b"}}, &types.AttributeValueMemberSS{Value: []string{"b", "a"}}},
		{&types.AttributeValueMemberNS{Value: []string{"1.0", "2"}}, &types.AttributeValueMemberNS{Value: []string{"2", "1"}}},
	}
	for _, p := range same {
		if record.DigestOf(p[0]) != record.DigestOf(p[1]) {
			t.Errorf("%v and %v have different digests", p[0], p[1])
		}
	}
	for _, p := range [][2]types.AttributeValue{
		{&types.AttributeValueMemberS{Value: "1"}, &types.AttributeValueMemberN{Value: "1"}},
		{&types.AttributeValueMemberL{}, &types.AttributeValueMemberM{}},
		{&types.AttributeValueMemberS{Value: ""}, &types.AttributeValueMemberNULL{Value: true}},
		{&types.AttributeValueMemberS{Value: "x"}, &types.AttributeValueMemberB{Value: []byte("x")}},
	} {
		if record.DigestOf(p[0]) == record.DigestOf(p[1]) {
			t.Errorf("%v and %v have the same digest", p[0], p[1])
		}
	}
	// What DynamoDB itself would refuse is equal to nothing, itself included:
	// taken for unchanged, it would never be repaired.
	empty := &types.AttributeValueMemberSS{}
	if first := record.DigestOf(empty); first == record.DigestOf(empty) {
		t.Error("a value without a form has a digest")
	}
	rapid.Check(t, func(t *rapid.T) {
		a, b := itemtest.Value(3).Draw(t, "a"), itemtest.Value(3).Draw(t, "b")
		if first := record.DigestOf(a); first != record.DigestOf(a) {
			t.Fatal("a digest changes")
		}
		if got, want := record.DigestOf(a) == record.DigestOf(b), item.Equal(a, b); want && !got {
			t.Fatalf("equal values have different digests: %v", a)
		}
	})
}
