package stored_test

import (
	"encoding/base64"
	"fmt"
	"reflect"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
	"pgregory.net/rapid"

	"github.com/dystore/dystore/internal/stored"
)

func s(v string) types.AttributeValue { return &types.AttributeValueMemberS{Value: v} }
func n(v string) types.AttributeValue { return &types.AttributeValueMemberN{Value: v} }
func b(v string) types.AttributeValue { return &types.AttributeValueMemberB{Value: []byte(v)} }

func TestDerivedKeys(t *testing.T) {
	long := strings.Repeat("k", 2000)
	for _, c := range []struct {
		entity      string
		key         []types.AttributeValue
		inst        stored.Inst
		owner, key2 string
	}{
		{"person", []types.AttributeValue{s("p1")}, "location", "person/Sp1", "person/Sp1/location"},
		{"person", []types.AttributeValue{s("a/b~c")}, "location.geo", "person/Sa~1b~0c", "person/Sa~1b~0c/location.geo"},
		{"per/son~", []types.AttributeValue{n("-1.5")}, "homes:a~.b/c", "per~1son~0/N-1.5", "per~1son~0/N-1.5/homes:a~0.b~1c"},
		{"e", []types.AttributeValue{b("\x00\xff/"), s("日本")}, "past#AQEBAQEBAQE", "e/BAP8v/S日本", "e/BAP8v/S日本/past#AQEBAQEBAQE"},
		{"e", []types.AttributeValue{s("")}, "x", "e/S", "e/S/x"},
		{"e", []types.AttributeValue{s(long)}, "x", "~hl5vm0Amtg-yOlKRr863Qa-xEvKECEzhrd7trQe6fCi4", "~hqjslzsDkiZzRZqiqmrDV7YmCe18MIWEH3OkfjPmFiYs"},
	} {
		if got := stored.Owner(c.entity, c.key); got != c.owner {
			t.Errorf("owner %q, want %q", got, c.owner)
		}
		if got := stored.DerivedKey(c.entity, c.key, c.inst); got != c.key2 {
			t.Errorf("key %q, want %q", got, c.key2)
		}
	}
}

// The hash form begins where a text would have more than 1,024 bytes.
func TestHashForm(t *testing.T) {
	for size, hashed := range map[int]bool{1023: false, 1024: false, 1025: true, 2048: true} {
		key := []types.AttributeValue{s(strings.Repeat("k", size-len("e/S")))}
		if got := strings.HasPrefix(stored.Owner("e", key), "~h"); got != hashed {
			t.Errorf("an owner of %d bytes: hashed %v", size, got)
		}
		key = []types.AttributeValue{s(strings.Repeat("k", size-len("e/S/x")))}
		got := stored.DerivedKey("e", key, "x")
		if strings.HasPrefix(got, "~h") != hashed || hashed && len(got) != 2+43 || !hashed && len(got) != size {
			t.Errorf("a key of %d bytes: %d bytes, %.10q", size, len(got), got)
		}
	}
}

// tuple is what a derived key is made of.
type tuple struct {
	Entity string
	Key    []string // type and value
	Inst   string
}

// parseKey takes a derived key apart, by what the format document says.
func parseKey(text string) (tuple, error) {
	segs := strings.Split(text, "/")
	if len(segs) < 3 || strings.HasPrefix(text, "~h") {
		return tuple{}, fmt.Errorf("%q has %d segments", text, len(segs))
	}
	for i, seg := range segs {
		segs[i] = strings.ReplaceAll(strings.ReplaceAll(seg, "~1", "/"), "~0", "~")
	}
	last := len(segs) - 1
	return tuple{segs[0], segs[1:last], segs[last]}, nil
}

func genTuple(t *rapid.T) (tuple, string) {
	inst, _ := build(t)
	out := tuple{Entity: awkward.Draw(t, "entity"), Inst: string(inst)}
	var key []types.AttributeValue
	for range rapid.IntRange(1, 2).Draw(t, "parts") {
		v := awkward.Draw(t, "part")
		switch rapid.IntRange(0, 2).Draw(t, "type") {
		case 0:
			key, out.Key = append(key, s(v)), append(out.Key, "S"+v)
		case 1:
			num := rapid.SampledFrom([]string{"0", "-1.5", "100", "12345678901234567890123456789012345678"}).Draw(t, "number")
			key, out.Key = append(key, n(num)), append(out.Key, "N"+num)
		default:
			key, out.Key = append(key, b(v)), append(out.Key, "B"+base64.RawURLEncoding.EncodeToString([]byte(v)))
		}
	}
	return out, stored.DerivedKey(out.Entity, key, inst)
}

// Derived keys are injective: each can be taken apart into what it was made of.
func TestDerivedKeysInjective(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		want, key := genTuple(t)
		got, err := parseKey(key)
		if err != nil {
			t.Fatal(err)
		}
		if !reflect.DeepEqual(got, want) {
			t.Fatalf("%q is %q, made of %q", key, got, want)
		}
	})
}
