package cipher_test

import (
	"bytes"
	"context"
	"encoding/json"
	"os"
	"testing"

	"github.com/dystore/dystore/cipher"
)

// FuzzOpen demands that nothing opens but the exact bytes that were sealed,
// and that the package and the second decoder agree on every other text. The
// seeds are frozen bytes: a random envelope would differ between the workers
// of one run.
func FuzzOpen(f *testing.F) {
	b, err := os.ReadFile("testdata/v1/envelope.json")
	if err != nil {
		f.Fatal(err)
	}
	var refused, open []vector
	if err := json.Unmarshal(b, &refused); err != nil {
		f.Fatal(err)
	}
	if b, err = os.ReadFile("testdata/v1/open.json"); err != nil {
		f.Fatal(err)
	}
	if err := json.Unmarshal(b, &open); err != nil {
		f.Fatal(err)
	}
	known := map[string]string{}
	for _, v := range open {
		env := unhex(f, v.Envelope)
		f.Add(env)
		// All of these are bound to the same place.
		if v.Binding.Path != nil && v.Binding.Entity == hexText("person") && len(v.Binding.Path) == 2 && v.Binding.Path[1].Name != nil {
			known[string(env)] = string(unhex(f, v.Plaintext))
		}
	}
	for _, v := range refused {
		env := unhex(f, v.Envelope)
		f.Add(env)
		if v.Accept != nil { // sound, but not for the reader of the vector
			known[string(env)] = "\x01\x05Paris"
		}
	}
	a, bind := one(f), city()
	keys := map[uint32]specKey{1: {secret: secret(1)}}
	spec := specBinding{entity: "person", key: []specPart{{'S', "p1"}}, path: []specSegment{{name: "location"}, {name: "city"}}}
	f.Fuzz(func(t *testing.T, env []byte) {
		before := bytes.Clone(env)
		got, err := a.Open(context.Background(), nil, env, bind)
		want, sealed := known[string(env)]
		if (err == nil) != sealed || string(got) != want {
			t.Fatalf("%x opens to %q, %v", env, got, err)
		}
		if !bytes.Equal(env, before) {
			t.Fatal("the envelope was changed")
		}
		second, secondErr := specOpen(env, keys, spec)
		if outcome(err) != outcome(secondErr) || !bytes.Equal(got, second) {
			t.Fatalf("%x: package %v, second decoder %v", env, err, secondErr)
		}
		if _, inspectErr := cipher.Inspect(env); err == nil && inspectErr != nil {
			t.Fatalf("opens, but Inspect says %v", inspectErr)
		}
	})
}
