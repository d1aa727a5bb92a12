package snapshot_test

import (
	"testing"

	"pgregory.net/rapid"

	"github.com/dystore/dystore/internal/item/itemtest"
	"github.com/dystore/dystore/internal/snapshot"
	"github.com/dystore/dystore/internal/wire"
)

// The digest of an item that is bytes is that of its attributes, in whatever order it has
// them, less those that are set aside.
func TestDigestOfItem(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		m := doc{}
		for range rapid.IntRange(0, 12).Draw(t, "attributes") {
			m[rapid.StringN(1, 4, -1).Draw(t, "name")] = itemtest.Value(4).Draw(t, "value")
		}
		var digester snapshot.Digester
		want := digester.OfMap(m)
		more := doc{}
		for name, av := range m {
			if rapid.Bool().Draw(t, "decoded") {
				more[name] = av
			}
		}
		m["_meta"] = str("record")
		body := append(wire.AppendItem([]byte(`{"Item":`), m), '}')
		a, err := wire.Read(body, wire.One, "_meta")
		if err != nil {
			t.Fatal(err)
		}
		for range 2 { // the second time in the memory of the first
			if got := digester.OfItem(&a.Items[0], func(name []byte) bool { return string(name) == "_meta" || more[string(name)] != nil }, more); got != want {
				t.Fatalf("%s: %x, want %x", body, got, want)
			}
		}
	})
}

// What has no canonical form equals nothing, not even itself.
func TestDigestOfNoForm(t *testing.T) {
	for _, body := range []string{`{"Item":{"a":{"N":"x"}}}`, `{"Item":{"a":{"NULL":false}}}`, `{"Item":{"a":{"L":[{"SS":[]}]}}}`, `{"Item":{"":{"S":""}}}`} {
		a, err := wire.Read([]byte(body), wire.One, "")
		if err != nil {
			t.Fatal(err)
		}
		var digester snapshot.Digester
		none := func([]byte) bool { return false }
		one, other := digester.OfItem(&a.Items[0], none, nil), digester.OfItem(&a.Items[0], none, nil)
		if one == other {
			t.Errorf("%s has a digest", body)
		}
	}
}
