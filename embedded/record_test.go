package embedded

import (
	"strings"
	"testing"

	"pgregory.net/rapid"
)

func TestRecords(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		key := strings.Repeat(rapid.StringN(1, 3, -1).Draw(t, "key"), rapid.IntRange(1, 300).Draw(t, "times"))
		size, content := rapid.IntRange(0, 400<<10).Draw(t, "size"), rapid.String().Draw(t, "item")
		if r := newRecord(key, size, []byte(content)); r.key() != key || r.size() != size || string(r.item()) != content {
			t.Fatalf("key %q, size %d, item %q", r.key(), r.size(), r.item())
		}
	})
	if none := record(""); none.size() != 0 || none.item() != "" || none.values(nil) != nil {
		t.Error("the empty record is an item")
	}
}
