package cipher_test

import (
	"bytes"
	"context"
	"encoding/hex"
	"encoding/json"
	"os"
	"path/filepath"
	"testing"

	"github.com/dystore/dystore/cipher"
)

// A vector is an envelope with everything that is needed to open it, and what
// comes out: "ok", or the name of the error. The files under testdata/v1 are
// frozen: every release opens, and refuses, what they hold.
type vector struct {
	Name      string        `json:"name"`
	Keys      []vectorKey   `json:"keys"`
	Accept    []int         `json:"accept,omitempty"`
	Binding   vectorBinding `json:"binding"`
	Envelope  string        `json:"envelope"`
	Plaintext string        `json:"plaintext,omitempty"`
	Expect    string        `json:"expect"`
}

type vectorKey struct {
	ID     uint32 `json:"id"`
	State  string `json:"state"` // primary, enabled, disabled, destroyed
	Secret string `json:"secret,omitempty"`
}

// vectorBinding spells texts in hex: a name may be no valid text of JSON.
type vectorBinding struct {
	Entity string          `json:"entity"`
	Scope  string          `json:"scope"`
	Key    []vectorPart    `json:"key"`
	Path   []vectorSegment `json:"path"`
}

type vectorPart struct {
	Type  string `json:"type"`
	Value string `json:"value"`
}

type vectorSegment struct {
	Name *string `json:"name,omitempty"` // none: an element of a list
}

func readVectors(t *testing.T) map[string][]vector {
	t.Helper()
	files, err := filepath.Glob("testdata/v1/*.json")
	if err != nil || len(files) != 4 {
		t.Fatalf("%d files of vectors, %v", len(files), err)
	}
	all := map[string][]vector{}
	for _, f := range files {
		b, err := os.ReadFile(f)
		if err != nil {
			t.Fatal(err)
		}
		var vs []vector
		if err := json.Unmarshal(b, &vs); err != nil || len(vs) == 0 {
			t.Fatalf("%s: %v", f, err)
		}
		all[filepath.Base(f)] = vs
	}
	return all
}

// TestVectors opens every vector.
func TestVectors(t *testing.T) {
	for file, vs := range readVectors(t) {
		for _, v := range vs {
			got, err := v.cipher(t).Open(context.Background(), []byte("prefix"), unhex(t, v.Envelope), v.binding(t))
			v.check(t, file+" "+v.Name, bytes.TrimPrefix(got, []byte("prefix")), err, unhex(t, v.Plaintext))
		}
	}
}

// TestVectorsSecondDecoder opens them with the decoder that was written from
// the document alone, which knows nothing of accepted suites.
func TestVectorsSecondDecoder(t *testing.T) {
	for file, vs := range readVectors(t) {
		for _, v := range vs {
			if v.Accept != nil {
				continue
			}
			got, err := specOpen(unhex(t, v.Envelope), v.specKeys(t), v.specBinding(t))
			v.check(t, file+" "+v.Name, got, err, unhex(t, v.Plaintext))
		}
	}
}

func (v *vector) check(t *testing.T, who string, got []byte, err error, want []byte) {
	t.Helper()
	result := "ok"
	if err != nil {
		result = outcome(err)
	}
	if result != v.Expect || v.Expect == "ok" && !bytes.Equal(got, want) || v.Expect != "ok" && len(got) > 0 {
		t.Errorf("%s: %x, %s; want %x, %s", who, got, result, want, v.Expect)
	}
}

func (v *vector) cipher(t *testing.T) *cipher.AES {
	t.Helper()
	var entries []cipher.KeysetEntry
	for _, k := range v.Keys {
		id := cipher.KeyID(k.ID)
		if k.State == "destroyed" {
			entries = append(entries, cipher.Destroyed(id))
			continue
		}
		key, err := cipher.NewKey(id, unhex(t, k.Secret))
		if err != nil {
			t.Fatal(err)
		}
		entries = append(entries, map[string]func(*cipher.Key) cipher.KeysetEntry{"primary": cipher.Primary, "enabled": cipher.Enabled, "disabled": cipher.Disabled}[k.State](key))
	}
	ks, err := cipher.NewKeyset(entries...)
	if err != nil {
		t.Fatal(err)
	}
	var opts []cipher.Option
	if v.Accept != nil {
		var list []cipher.Suite
		for _, s := range v.Accept {
			list = append(list, cipher.Suite(s))
		}
		opts = append(opts, cipher.Accept(list...))
		if list[0] == cipher.SuiteAES256GCMPadded {
			opts = append(opts, cipher.WithPadding(16))
		}
	}
	return withOptions(t, ks, opts...)
}

func (v *vector) binding(t *testing.T) *cipher.Binding {
	t.Helper()
	b := &cipher.Binding{Entity: string(unhex(t, v.Binding.Entity)), Scope: string(unhex(t, v.Binding.Scope))}
	for _, p := range v.Binding.Key {
		value := unhex(t, p.Value)
		switch p.Type {
		case "S":
			b.Key = append(b.Key, cipher.KeyString(string(value)))
		case "N":
			b.Key = append(b.Key, number(t, string(value)))
		case "B":
			b.Key = append(b.Key, cipher.KeyBinary(value))
		}
	}
	for _, s := range v.Binding.Path {
		if s.Name == nil {
			b.Path = append(b.Path, cipher.Elem())
		} else {
			b.Path = append(b.Path, cipher.Name(string(unhex(t, *s.Name))))
		}
	}
	return b
}

func (v *vector) specBinding(t *testing.T) specBinding {
	t.Helper()
	b := specBinding{entity: string(unhex(t, v.Binding.Entity)), scope: string(unhex(t, v.Binding.Scope))}
	for _, p := range v.Binding.Key {
		b.key = append(b.key, specPart{p.Type[0], string(unhex(t, p.Value))})
	}
	for _, s := range v.Binding.Path {
		if s.Name == nil {
			b.path = append(b.path, specSegment{elem: true})
		} else {
			b.path = append(b.path, specSegment{name: string(unhex(t, *s.Name))})
		}
	}
	return b
}

func (v *vector) specKeys(t *testing.T) map[uint32]specKey {
	t.Helper()
	keys := map[uint32]specKey{}
	for _, k := range v.Keys {
		keys[k.ID] = specKey{secret: unhex(t, k.Secret), state: k.State}
	}
	return keys
}

// Attack 58: old envelopes open forever, so the frozen files must not change
// with the code. Their digest is here because a diff of hex is never read.
func TestAttack58VectorsAreFrozen(t *testing.T) {
	counts := map[string]int{}
	for file, vs := range readVectors(t) {
		for _, v := range vs {
			counts[file+" "+v.Expect]++
			if v.Expect == "ok" && len(unhex(t, v.Envelope)) < cipher.Overhead {
				t.Errorf("%s: %s is shorter than an envelope", file, v.Name)
			}
		}
		b, err := os.ReadFile(filepath.Join("testdata/v1", file))
		if err != nil {
			t.Fatal(err)
		}
		if got := digest(b); got != frozen[file] {
			t.Errorf("%s has digest %s, want %s", file, got, frozen[file])
		}
	}
	for _, must := range []string{"open.json ok", "envelope.json ErrAuth", "envelope.json ErrWrongKey", "envelope.json ErrMalformed", "envelope.json ErrVersion", "envelope.json ErrSuite", "envelope.json ErrNotEncrypted", "binding.json ErrAuth", "keys.json ErrKeyDisabled", "keys.json ErrKeyDestroyed", "keys.json ErrUnknownKey"} {
		if counts[must] == 0 {
			t.Errorf("no vector of %s", must)
		}
	}
}

func hexText(s string) string { return hex.EncodeToString([]byte(s)) }
