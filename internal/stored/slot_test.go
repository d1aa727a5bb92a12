package stored_test

import (
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/dystore/dystore/internal/stored"
)

// TestSlotKey: the keys of slots are those of the description of the format.
func TestSlotKey(t *testing.T) {
	text := func(s string) []types.AttributeValue {
		return []types.AttributeValue{&types.AttributeValueMemberS{Value: s}}
	}
	birth := stored.ID{0xff, 15: 1}
	for _, c := range []struct{ entity, key, counter, entityOf, want string }{
		{"page", "p1", "views", "page/views", "page/Sp1/~nviews/_wAAAAAAAAAAAAAAAAAAAQ/7"},
		{"a/b", "x~/", "n/~", "a~1b/n~1~0", "a~1b/Sx~0~1/~nn~1~0/_wAAAAAAAAAAAAAAAAAAAQ/7"},
		{"page", strings.Repeat("k", 1000), "views", "page/views", "~h"},
	} {
		got := stored.SlotKey(c.entity, text(c.key), c.counter, birth, 7)
		if got != c.want && !(c.want == stored.HashedKey && strings.HasPrefix(got, c.want) && len(got) == 45) {
			t.Errorf("a slot of %q of %.20q has the key %q; want %q", c.counter, c.key, got, c.want)
		}
		if got := stored.SlotEntity(c.entity, c.counter); got != c.entityOf {
			t.Errorf("slots of %q have the entity %q; want %q", c.counter, got, c.entityOf)
		}
	}
	a, b := stored.SlotKey("page", text(strings.Repeat("k", 1000)), "views", birth, 1), stored.SlotKey("page", text(strings.Repeat("k", 1000)), "views", birth, 11)
	if a == b {
		t.Error("two slots have one key")
	}
}
