package keytable_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"maps"
	"os"
	"slices"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
	"github.com/google/go-cmp/cmp"

	"github.com/dystore/dystore/cipher"
	"github.com/dystore/dystore/cipher/keytable"
)

var update = flag.Bool("update", false, "write testdata/v1.json anew")

const golden = "testdata/v1.json"

// stages bring the scope person-17 from one stored state to the next, a minute apart.
var stages = []struct {
	name string
	do   func(context.Context, *keytable.Store) error
}{
	{"first key", func(ctx context.Context, s *keytable.Store) error { _, err := s.Mint(ctx, "person-17", 0); return err }},
	{"rotated", func(ctx context.Context, s *keytable.Store) error { _, err := s.Mint(ctx, "person-17", 1); return err }},
	{"disabled", func(ctx context.Context, s *keytable.Store) error { return s.Disable(ctx, "person-17", 1) }},
	{"destroyed", func(ctx context.Context, s *keytable.Store) error {
		_, err := s.Destroy(ctx, "person-17", 1, ticket)
		return err
	}},
	{"rotated again", func(ctx context.Context, s *keytable.Store) error { _, err := s.Mint(ctx, "person-17", 2); return err }},
	{"erased", func(ctx context.Context, s *keytable.Store) error {
		_, err := s.Erase(ctx, "person-17", ticket)
		return err
	}},
}

// wrote are the items as the library writes them, by stage.
func wrote(t *testing.T) map[string]map[string]any {
	all := map[string]map[string]any{}
	bubble(t, func(t *testing.T) {
		f := newFixture(t)
		s, err := keytable.New(f.client, table, &drawer{secrets: map[string][]byte{}})
		check(t, err)
		for _, stage := range stages {
			time.Sleep(time.Minute)
			check(t, stage.do(t.Context(), s))
			all[stage.name] = plain(f.item(t, "person-17"))
		}
		_, err = s.Erase(t.Context(), "", ticket)
		check(t, err)
		all["erased without a key, of the empty scope"] = plain(f.item(t, ""))
	})
	return all
}

// TestGolden: items are written as they were by every release before.
func TestGolden(t *testing.T) {
	now, err := json.MarshalIndent(wrote(t), "", "  ")
	check(t, err)
	now = append(now, '\n')
	if *update {
		check(t, os.WriteFile(golden, now, 0o644))
	}
	was, err := os.ReadFile(golden)
	check(t, err)
	if diff := cmp.Diff(string(was), string(now)); diff != "" {
		t.Error(diff)
	}
}

// TestReadGolden: stored items are read, and changed, as they are.
func TestReadGolden(t *testing.T) {
	f := newFixture(t)
	s, err := keytable.New(f.client, table, &drawer{secrets: map[string][]byte{}})
	check(t, err)
	ctx := t.Context()
	for name, want := range map[string]string{
		"first key":     "primary 1 (<nil>); 1 wrapped key 1 of person-17 (<nil>); 2  (key is unknown); 3  (key is unknown)",
		"rotated":       "primary 2 (<nil>); 1 wrapped key 1 of person-17 (<nil>); 2 wrapped key 2 of person-17 (<nil>); 3  (key is unknown)",
		"disabled":      "primary 2 (<nil>); 1  (key is disabled); 2 wrapped key 2 of person-17 (<nil>); 3  (key is unknown)",
		"destroyed":     "primary 2 (<nil>); 1  (key is destroyed); 2 wrapped key 2 of person-17 (<nil>); 3  (key is unknown)",
		"rotated again": "primary 3 (<nil>); 1  (key is destroyed); 2 wrapped key 2 of person-17 (<nil>); 3 wrapped key 3 of person-17 (<nil>)",
		"erased":        "primary 0 (key is destroyed); 1  (key is destroyed); 2  (key is destroyed); 3  (key is destroyed)",
	} {
		f.put(t, stored(t, name))
		id, err := s.Primary(ctx, "person-17")
		got := fmt.Sprintf("primary %d (%v)", id, verdict(err))
		for id := cipher.KeyID(1); id <= 3; id++ {
			wrapped, err := s.ByID(ctx, "person-17", id)
			got += fmt.Sprintf("; %d %s (%v)", id, wrapped, verdict(err))
		}
		if got != want {
			t.Errorf("%s:\n%s\nwant\n%s", name, got, want)
		}
	}
	minute := func(n int) time.Time { return time.Date(2000, 1, 1, 0, n, 0, 0, time.UTC) }
	f.put(t, stored(t, "erased"))
	got, err := s.Scope(ctx, "person-17")
	check(t, err)
	want := &keytable.Scope{Name: "person-17", Keys: []keytable.Key{
		{ID: 1, State: keytable.Destroyed, Created: minute(1), Disabled: minute(3), Destroyed: minute(4), Audit: ticket},
		{ID: 2, State: keytable.Destroyed, Created: minute(2), Destroyed: minute(6), Audit: ticket},
		{ID: 3, State: keytable.Destroyed, Created: minute(5), Destroyed: minute(6), Audit: ticket},
	}, Erased: &keytable.Erasure{Scope: "person-17", Whole: true, IDs: []cipher.KeyID{2, 3}, Audit: ticket, At: minute(6)}}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

// verdict is what an error of a KeyStore says, without where.
func verdict(err error) error {
	for _, v := range []error{cipher.ErrUnknownKey, cipher.ErrKeyDisabled, cipher.ErrKeyDestroyed} {
		if errors.Is(err, v) {
			return v
		}
	}
	return err
}

// drawer wraps a key to the name of the key, for items that are the same each time.
type drawer struct{ secrets map[string][]byte }

func (d *drawer) Wrap(_ context.Context, secret []byte, name cipher.KeyName) ([]byte, error) {
	wrapped := fmt.Sprintf("wrapped key %d of %s", name.ID, name.Scope)
	d.secrets[wrapped] = bytes.Clone(secret)
	return []byte(wrapped), nil
}

func (d *drawer) Unwrap(_ context.Context, wrapped []byte, _ cipher.KeyName) ([]byte, error) {
	return bytes.Clone(d.secrets[string(wrapped)]), nil
}

// stored is an item of the golden file.
func stored(t *testing.T, name string) map[string]types.AttributeValue {
	t.Helper()
	b, err := os.ReadFile(golden)
	check(t, err)
	var all map[string]map[string]json.RawMessage
	check(t, json.Unmarshal(b, &all))
	return parsed(t, all[name])
}

func parsed(t *testing.T, m map[string]json.RawMessage) map[string]types.AttributeValue {
	t.Helper()
	out := map[string]types.AttributeValue{}
	for name, raw := range m {
		var v struct {
			S, N *string
			B    []byte
			M    map[string]json.RawMessage
		}
		check(t, json.Unmarshal(raw, &v))
		switch {
		case v.S != nil:
			out[name] = text(*v.S)
		case v.N != nil:
			out[name] = number(*v.N)
		case v.B != nil:
			out[name] = binary(v.B)
		default:
			out[name] = document(parsed(t, v.M))
		}
	}
	return out
}

// plain is an item in DynamoDB's JSON.
func plain(item map[string]types.AttributeValue) map[string]any {
	out := map[string]any{}
	for name, av := range item {
		switch v := av.(type) {
		case *types.AttributeValueMemberS:
			out[name] = map[string]any{"S": v.Value}
		case *types.AttributeValueMemberN:
			out[name] = map[string]any{"N": v.Value}
		case *types.AttributeValueMemberB:
			out[name] = map[string]any{"B": v.Value}
		case *types.AttributeValueMemberM:
			out[name] = map[string]any{"M": plain(v.Value)}
		}
	}
	return out
}

// within returns the map in an item under names.
func within(item map[string]types.AttributeValue, names ...string) map[string]types.AttributeValue {
	for _, n := range names {
		item = item[n].(*types.AttributeValueMemberM).Value
	}
	return item
}

// TestDamaged: an item that is not as it is written gives no verdict on a key, and is not
// changed, whatever is wrong.
func TestDamaged(t *testing.T) {
	type attrs = map[string]types.AttributeValue
	both, byID, primary, neither := "PB", "B", "P", ""
	for _, c := range []struct {
		stage, name string
		damage      func(attrs)
		read        string // the reads that look at it
		want        error
	}{
		{"rotated", "no format", func(i attrs) { delete(i, "f") }, both, keytable.ErrCorrupt},
		{"rotated", "format of another type", func(i attrs) { i["f"] = text("1") }, both, keytable.ErrCorrupt},
		{"rotated", "format 0", func(i attrs) { i["f"] = number("0") }, both, keytable.ErrCorrupt},
		{"rotated", "format 2", func(i attrs) { i["f"] = number("2") }, both, keytable.ErrTooNew},
		{"erased", "format 2 of an erased scope", func(i attrs) { i["f"] = number("2") }, both, keytable.ErrTooNew},
		{"rotated", "format 1.5", func(i attrs) { i["f"] = number("1.5") }, both, keytable.ErrCorrupt},
		{"rotated", "no version", func(i attrs) { delete(i, "v") }, neither, keytable.ErrCorrupt},
		{"rotated", "version -1", func(i attrs) { i["v"] = number("-1") }, neither, keytable.ErrCorrupt},
		{"rotated", "version 0", func(i attrs) { i["v"] = number("0") }, neither, keytable.ErrCorrupt},
		{"rotated", "no last", func(i attrs) { delete(i, "n") }, byID, keytable.ErrCorrupt},
		{"rotated", "last too small", func(i attrs) { i["n"] = number("1") }, neither, keytable.ErrCorrupt},
		{"rotated", "last too great", func(i attrs) { i["n"] = number("4294967295") }, neither, keytable.ErrCorrupt},
		{"rotated", "last beyond ids", func(i attrs) { i["n"] = number("4294967296") }, byID, keytable.ErrCorrupt},
		{"rotated", "last 0", func(i attrs) { i["n"] = number("0") }, byID, keytable.ErrCorrupt},
		{"rotated", "no primary", func(i attrs) { delete(i, "p") }, primary, keytable.ErrCorrupt},
		{"rotated", "primary 0", func(i attrs) { i["p"] = number("0") }, primary, keytable.ErrCorrupt},
		{"rotated", "primary beyond", func(i attrs) { i["p"] = number("3") }, neither, keytable.ErrCorrupt},
		{"destroyed", "primary destroyed", func(i attrs) { i["p"] = number("1") }, neither, keytable.ErrCorrupt},
		{"disabled", "primary disabled", func(i attrs) { i["p"] = number("1") }, neither, keytable.ErrCorrupt},
		{"rotated", "primary is text", func(i attrs) { i["p"] = text("2") }, primary, keytable.ErrCorrupt},
		{"rotated", "no keys", func(i attrs) { delete(i, "k") }, byID, keytable.ErrCorrupt},
		{"rotated", "keys are text", func(i attrs) { i["k"] = text("x") }, byID, keytable.ErrCorrupt},
		{"rotated", "key 1 missing", func(i attrs) { delete(within(i, "k"), "1") }, byID, keytable.ErrCorrupt},
		{"rotated", "key 1 is text", func(i attrs) { within(i, "k")["1"] = text("x") }, byID, keytable.ErrCorrupt},
		{"rotated", "key 01", func(i attrs) { k := within(i, "k"); k["01"] = k["1"]; delete(k, "1") }, byID, keytable.ErrCorrupt},
		{"rotated", "key 3 as well", func(i attrs) { k := within(i, "k"); k["3"] = k["1"] }, neither, keytable.ErrCorrupt},
		{"rotated", "no time", func(i attrs) { delete(within(i, "k", "1"), "c") }, byID, keytable.ErrCorrupt},
		{"rotated", "a time before 1970", func(i attrs) { within(i, "k", "1")["c"] = number("-1") }, byID, keytable.ErrCorrupt},
		{"disabled", "disabled by text", func(i attrs) { within(i, "k", "1")["d"] = text("no") }, byID, keytable.ErrCorrupt},
		{"rotated", "no wrapped keys", func(i attrs) { delete(i, "w") }, byID, keytable.ErrCorrupt},
		{"rotated", "wrapped key 1 missing", func(i attrs) { delete(within(i, "w"), "1") }, byID, keytable.ErrCorrupt},
		{"rotated", "wrapped key 1 empty", func(i attrs) { within(i, "w")["1"] = binary([]byte{}) }, byID, keytable.ErrCorrupt},
		{"rotated", "wrapped key 1 is text", func(i attrs) { within(i, "w")["1"] = text("x") }, byID, keytable.ErrCorrupt},
		{"rotated", "a wrapped key too much", func(i attrs) { within(i, "w")["9"] = binary([]byte("x")) }, neither, keytable.ErrCorrupt},
		{"destroyed", "the wrapped key is back", func(i attrs) { within(i, "w")["1"] = binary([]byte("x")) }, byID, keytable.ErrCorrupt},
		{"destroyed", "tombstone is text", func(i attrs) { within(i, "k", "1")["x"] = text("x") }, byID, keytable.ErrCorrupt},
		{"destroyed", "tombstone is gone", func(i attrs) { delete(within(i, "k", "1"), "x") }, byID, keytable.ErrCorrupt},
		{"destroyed", "tombstone by nobody", func(i attrs) { delete(within(i, "k", "1", "x"), "b") }, byID, keytable.ErrCorrupt},
		{"destroyed", "tombstone of no time", func(i attrs) { delete(within(i, "k", "1", "x"), "t") }, byID, keytable.ErrCorrupt},
		{"erased", "tombstone of the scope is text", func(i attrs) { i["e"] = text("x") }, both, keytable.ErrCorrupt},
		{"erased", "tombstone of the scope without reason", func(i attrs) { delete(within(i, "e"), "y") }, both, keytable.ErrCorrupt},
		{"erased", "tombstone of the scope is gone", func(i attrs) { delete(i, "e") }, primary, keytable.ErrCorrupt},
		{"erased", "and a primary", func(i attrs) { i["p"] = number("3") }, neither, keytable.ErrCorrupt},
		{"erased", "and wrapped keys", func(i attrs) { i["w"] = document(attrs{}) }, neither, keytable.ErrCorrupt},
	} {
		t.Run(c.stage+"/"+c.name, func(t *testing.T) {
			f := newFixture(t, keytable.OnDemand())
			item := stored(t, c.stage)
			c.damage(item)
			f.put(t, item)
			before := f.item(t, "person-17")
			ctx := t.Context()
			says := func(method string, looks bool, err error) {
				t.Helper()
				if looks && !errors.Is(err, c.want) || errors.Is(err, cipher.ErrUnknownKey) || errors.Is(err, cipher.ErrKeyDisabled) && looks {
					t.Errorf("%s: %v", method, err)
				}
				if looks && errors.Is(err, cipher.ErrKeyDestroyed) {
					t.Errorf("%s: a verdict: %v", method, err)
				}
			}
			_, err := f.Primary(ctx, "person-17")
			says("Primary", c.read == primary || c.read == both, err)
			_, err = f.ByID(ctx, "person-17", 1)
			says("ByID", c.read == byID || c.read == both, err)
			_, err = f.Mint(ctx, "person-17", 2)
			says("Mint", true, err)
			says("Disable", true, f.Disable(ctx, "person-17", 1))
			says("Enable", true, f.Enable(ctx, "person-17", 1))
			_, err = f.Destroy(ctx, "person-17", 1, ticket)
			says("Destroy", true, err)
			_, err = f.Erase(ctx, "person-17", ticket)
			says("Erase", true, err)
			if diff := cmp.Diff(before, f.item(t, "person-17"), values); diff != "" {
				t.Errorf("it was changed:\n%s", diff)
			}
		})
	}
}

// TestScopesDamaged: an audit sees all other scopes.
func TestScopesDamaged(t *testing.T) {
	f := newFixture(t)
	for _, n := range []string{"a", "b", "c"} {
		f.mint(t, n, 1)
	}
	item := f.item(t, "b")
	delete(item, "p")
	f.put(t, item)
	f.put(t, map[string]types.AttributeValue{"scope": text("a note")})
	seen := map[string]string{}
	for scope, err := range f.Scopes(t.Context()) {
		seen[scope.Name] = fmt.Sprint(scope.Primary, " ", errors.Is(err, keytable.ErrCorrupt))
	}
	if diff := cmp.Diff(map[string]string{"a": "1 false", "b": "0 true", "c": "1 false", "": "0 true"}, seen); diff != "" {
		t.Error(diff)
	}
	for range f.Scopes(t.Context()) {
		break // an iteration that ends early
	}
}

// TestUnknownMembers: what a later release adds within the format is left alone.
func TestUnknownMembers(t *testing.T) {
	f := newFixture(t)
	f.mint(t, "s", 2)
	item := f.item(t, "s")
	item["new"] = text("x")
	within(item, "k", "1")["new"] = text("y")
	f.put(t, item)
	check(t, f.Disable(t.Context(), "s", 1))
	_, err := f.Destroy(t.Context(), "s", 1, ticket)
	check(t, err)
	_, err = f.Mint(t.Context(), "s", 2)
	check(t, err)
	_, err = f.Erase(t.Context(), "s", ticket)
	check(t, err)
	item = f.item(t, "s")
	if item["new"] == nil || within(item, "k", "1")["new"] == nil {
		t.Errorf("%v", slices.Sorted(maps.Keys(item)))
	}
}
