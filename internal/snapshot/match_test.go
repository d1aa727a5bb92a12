package snapshot_test

import (
	"slices"
	"testing"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/dystore/dystore/internal/item"
	"github.com/dystore/dystore/internal/item/itemtest"
	"github.com/dystore/dystore/internal/snapshot"
)

// elements makes a list: a letter is the content of an element, a digit before
// it the key, and a minus is nil.
func elements(contents string) []snapshot.Element {
	var values []types.AttributeValue
	key := "0"
	for _, c := range contents {
		if c >= '0' && c <= '9' {
			key = string(c)
			continue
		}
		if c == '-' {
			values = append(values, &types.AttributeValueMemberNULL{Value: true})
			continue
		}
		values = append(values, mapOf(doc{"Key": &types.AttributeValueMemberN{Value: key}, "A": str(string(c))}))
		key = "0"
	}
	return snapshot.Elements(values, &snapshot.Key{Path: []string{"Key"}, Zero: &types.AttributeValueMemberN{Value: "0"}})
}

func TestMatch(t *testing.T) {
	for _, c := range []struct {
		old, now string
		want     []int
		doubtful []int // old elements of which it is not told where they are
	}{
		{"", "", nil, nil},
		{"abc", "abc", []int{0, 1, 2}, nil},
		{"abc", "cab", []int{2, 0, 1}, nil},                 // reordered
		{"abc", "bc", []int{1, 2}, nil},                     // removed in front
		{"abc", "abxc", []int{0, 1, -1, 2}, nil},            // added
		{"abc", "axc", []int{0, -1, 2}, []int{1}},           // changed, or another
		{"abc", "xyz", []int{-1, -1, -1}, []int{0, 1, 2}},   // all changed
		{"abc", "xya", []int{-1, -1, 0}, []int{1, 2}},       // equal content is the same
		{"ab", "bx", []int{1, -1}, []int{0}},                // removed and added, or changed and moved
		{"aab", "aba", []int{0, 2, 1}, nil},                 // doubles in order
		{"aab", "ab", []int{0, 2}, []int{0, 1}},             // which double is gone?
		{"a", "aaa", []int{0, -1, -1}, []int{0}},            // which one is it?
		{"aaa", "a", []int{0}, []int{0, 1, 2}},              // doubles gone
		{"aab", "axb", []int{0, -1, 2}, []int{0, 1}},        // one double changed, or gone
		{"", "ab", []int{-1, -1}, nil},                      // new list
		{"abc", "", nil, nil},                               // emptied
		{"abcd", "dxca", []int{3, -1, 2, 0}, []int{1}},      // one changed, the others moved
		{"1a2b", "1x2b", []int{0, 1}, nil},                  // changed
		{"1a2b", "2b1x", []int{1, 0}, nil},                  // changed and moved
		{"1a2b", "3a2b", []int{-1, 1}, nil},                 // another
		{"1a2b", "2b3c", []int{1, -1}, nil},                 // one removed, one added
		{"1a2b", "1a1a2b", []int{0, -1, 1}, []int{0}},       // doubled: by content, as without a key
		{"1a1b2c", "1b2x", []int{1, 2}, nil},                // a key twice, one gone
		{"1a1b", "1x1b", []int{-1, 1}, []int{0}},            // a key twice
		{"ab", "1ab", []int{-1, 1}, []int{0}},               // it may have been given its key
		{"1ab", "ab", []int{-1, 1}, nil},                    // 1 is gone: what has no key is not it
		{"1ab", "2a3c", []int{-1, -1}, []int{1}},            // b may have been given a key
		{"1a2b3c", "3c2y1a", []int{2, 1, 0}, nil},           // reversed, one changed
		{"1a2b3c", "4d2b1a", []int{-1, 1, 0}, nil},          // one replaced
		{"a1b", "a2b", []int{0, -1}, nil},                   // mixed
		{"1aab", "1cab", []int{0, 1, 2}, nil},               // the key decides for one, the content for the others
		{"1a2a", "2a1a", []int{1, 0}, nil},                  // equal but for the key
		{"1a2b", "xy", []int{-1, -1}, nil},                  // keys gone
		{"ab", "-b", []int{-1, 1}, nil},                     // set to nil
		{"a-b", "-b", []int{1, 2}, nil},                     // removed before nil
		{"-b", "ab", []int{-1, 1}, nil},                     // set
		{"-a", "-b", []int{0, -1}, []int{1}},                // changed beside nil
		{"1aa", "1aaa", []int{0, 1, -1}, []int{1}},          // the one without a key is doubled
		{"abab", "baba", []int{1, 0, 3, 2}, nil},            // two kinds of doubles
		{"aabb", "abx", []int{0, 2, -1}, []int{0, 1, 2, 3}}, // one of each gone, or one changed
	} {
		old := elements(c.old)
		m := snapshot.Match(old, elements(c.now))
		if d := cmp.Diff(c.want, m.Old, cmp.Comparer(slices.Equal[[]int])); d != "" {
			t.Errorf("%s to %s: %s", c.old, c.now, d)
		}
		var doubtful []int
		for i := range old {
			never := func(int, int) bool { return false }
			if m.Doubtful(func(j int) bool { return j == i }, never) == i {
				doubtful = append(doubtful, i)
			}
		}
		if d := cmp.Diff(c.doubtful, doubtful); d != "" {
			t.Errorf("%s to %s, doubtful: %s", c.old, c.now, d)
		}
	}
}

// Which of some equal elements is gone does not matter if what they hide is
// equal as well; which of them was doubled does.
func TestMatchEqualHidden(t *testing.T) {
	all := func(int) bool { return true }
	for _, c := range []struct {
		old, now string
		same     bool
		want     int
	}{
		{"aab", "ab", true, -1},
		{"aab", "ab", false, 0},
		{"aab", "aaab", true, 0},
		{"baa", "baaa", true, 1},
		{"aab", "axb", true, 1}, // it may have become x
		{"aab", "aab", false, -1},
	} {
		m := snapshot.Match(elements(c.old), elements(c.now))
		if got := m.Doubtful(all, func(int, int) bool { return c.same }); got != c.want {
			t.Errorf("%s to %s, equal %v: %d, want %d", c.old, c.now, c.same, got, c.want)
		}
	}
}

// No old element is two new ones; what is matched has the same key or, where
// keys do not decide, the same content; equal content is found if it can be;
// and what hides something is never lost in silence: it is matched, doubtful,
// or gone for certain.
func TestMatchLaws(t *testing.T) {
	gen := rapid.StringOfN(rapid.SampledFrom([]rune("abc12")), 0, 9, -1)
	rapid.Check(t, func(t *rapid.T) {
		old, now := elements(gen.Draw(t, "old")), elements(gen.Draw(t, "now"))
		m := snapshot.Match(old, now)
		if len(m.Old) != len(now) {
			t.Fatalf("%d answers for %d elements", len(m.Old), len(now))
		}
		matched := map[int]bool{}
		rest := 0
		for i, o := range m.Old {
			switch {
			case o < 0:
				if !now[i].Nil {
					rest++
				}
				continue
			case matched[o]:
				t.Fatalf("%d is used twice: %v", o, m.Old)
			case old[o].Content != now[i].Content && !(unique(old, old[o].Key) && unique(now, old[o].Key) && old[o].Key == now[i].Key):
				t.Fatalf("%d and %d have nothing in common: %v", o, i, m.Old)
			}
			matched[o] = true
		}
		for o, e := range old {
			doubtful := m.Doubtful(func(i int) bool { return i == o }, func(int, int) bool { return false }) == o
			gone := unique(old, e.Key) && amount(now, func(n snapshot.Element) bool { return n.Key == e.Key }) == 0 || rest == 0
			free := amount(now, func(n snapshot.Element) bool { return n.Content == e.Content })
			switch {
			case !matched[o] && !doubtful && !gone:
				t.Fatalf("element %d is lost: %v", o, m.Old)
			case !matched[o] && free > 0 && free >= amount(old, func(n snapshot.Element) bool { return n.Content == e.Content }):
				t.Fatalf("element %d is there and was not found: %v", o, m.Old)
			}
		}
	})
}

func unique(list []snapshot.Element, key snapshot.Digest) bool {
	return key != (snapshot.Digest{}) && amount(list, func(e snapshot.Element) bool { return e.Key == key }) == 1
}

func amount(list []snapshot.Element, is func(snapshot.Element) bool) (n int) {
	for _, e := range list {
		if is(e) {
			n++
		}
	}
	return n
}

// A zero value identifies nothing.
func TestElementKeys(t *testing.T) {
	in := func(av types.AttributeValue) types.AttributeValue { return mapOf(doc{"in": mapOf(doc{"id": av})}) }
	num := func(n string) types.AttributeValue { return &types.AttributeValueMemberN{Value: n} }
	for _, c := range []struct {
		zero types.AttributeValue
		has  []types.AttributeValue
		not  []types.AttributeValue
	}{
		{str(""), []types.AttributeValue{in(str("x")), in(num("7")), in(&types.AttributeValueMemberB{Value: []byte{0}})},
			[]types.AttributeValue{in(str("")), in(&types.AttributeValueMemberNULL{Value: true}), mapOf(doc{"in": mapOf(doc{})}), mapOf(doc{}), mapOf(doc{"in": str("x")}), str("x")}},
		{num("0"), []types.AttributeValue{in(num("1")), in(str(""))}, []types.AttributeValue{in(num("0"))}},
		{str("0-0"), []types.AttributeValue{in(str("0-1"))}, []types.AttributeValue{in(str("0-0"))}},
		{nil, []types.AttributeValue{in(str(""))}, []types.AttributeValue{mapOf(doc{"in": mapOf(doc{})})}}, // omitempty
	} {
		key := &snapshot.Key{Path: []string{"in", "id"}, Zero: c.zero}
		for i, e := range snapshot.Elements(slices.Concat(c.has, c.not), key) {
			if has := e.Key != (snapshot.Digest{}); has != (i < len(c.has)) {
				t.Errorf("zero %v: element %d has a key: %v", c.zero, i, has)
			}
		}
		for _, e := range snapshot.Elements(c.has, nil) {
			if e.Key != (snapshot.Digest{}) {
				t.Error("a key without a field")
			}
		}
	}
}

// A digest is about the value, not about how it is written.
func TestDigests(t *testing.T) {
	same := [][2]types.AttributeValue{
		{&types.AttributeValueMemberN{Value: "100"}, &types.AttributeValueMemberN{Value: "1E2"}},
		{&types.AttributeValueMemberSS{Value: []string{"a", "b"}}, &types.AttributeValueMemberSS{Value: []string{"b", "a"}}},
		{&types.AttributeValueMemberNS{Value: []string{"1.0", "2"}}, &types.AttributeValueMemberNS{Value: []string{"2", "1"}}},
	}
	for _, p := range same {
		if digestOf(p[0]) != digestOf(p[1]) {
			t.Errorf("%v and %v have different digests", p[0], p[1])
		}
	}
	for _, p := range [][2]types.AttributeValue{
		{&types.AttributeValueMemberS{Value: "1"}, &types.AttributeValueMemberN{Value: "1"}},
		{&types.AttributeValueMemberL{}, &types.AttributeValueMemberM{}},
		{&types.AttributeValueMemberS{Value: ""}, &types.AttributeValueMemberNULL{Value: true}},
		{&types.AttributeValueMemberS{Value: "x"}, &types.AttributeValueMemberB{Value: []byte("x")}},
	} {
		if digestOf(p[0]) == digestOf(p[1]) {
			t.Errorf("%v and %v have the same digest", p[0], p[1])
		}
	}
	// What DynamoDB itself would refuse is equal to nothing, itself included:
	// taken for unchanged, it would never be repaired.
	empty := &types.AttributeValueMemberSS{}
	if first := digestOf(empty); first == digestOf(empty) {
		t.Error("a value without a form has a digest")
	}
	rapid.Check(t, func(t *rapid.T) {
		a, b := itemtest.Value(3).Draw(t, "a"), itemtest.Value(3).Draw(t, "b")
		if first := digestOf(a); first != digestOf(a) {
			t.Fatal("a digest changes")
		}
		if got, want := digestOf(a) == digestOf(b), item.Equal(a, b); want && !got {
			t.Fatalf("equal values have different digests: %v", a)
		}
	})
}

func digestOf(av types.AttributeValue) snapshot.Digest { return new(snapshot.Digester).Of(av) }
