package cipher_test

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"flag"
	"os"
	"path/filepath"
	"slices"
	"testing"
	"testing/cryptotest"

	"github.com/dystore/dystore/cipher"
)

var update = flag.Bool("update", false, "write testdata/v1 anew; never do this once a release has frozen it")

// frozen holds the SHA-256 of each file of vectors.
var frozen = map[string]string{
	"open.json":     "4ce088e9678e892c944e1879236ddbfa02d276d3befa06c6e627a26e7e7bfda3",
	"envelope.json": "97957b98603d34e71ee9db0aa885efa8f6d342fcd2c764c44b8e164a2fd511c8",
	"binding.json":  "89b1d71d2725f9d23d0a7c2e806b8ab551d6fcded8cf063fbc15b9d8550d9013",
	"keys.json":     "324be9681779c7c15bdff20f23f34d903fa1d68c34300deb70f98015cd85ab5e",
}

func digest(b []byte) string {
	sum := sha256.Sum256(b)
	return hex.EncodeToString(sum[:])
}

// TestMakeVectors writes the vectors, with randomness that repeats. Without
// -update it checks that what it would write still opens: the generator must
// not rot before version 2 needs one.
func TestMakeVectors(t *testing.T) {
	cryptotest.SetGlobalRandom(t, 4711)
	files := map[string][]vector{"open.json": openVectors(t), "envelope.json": envelopeVectors(t), "binding.json": bindingVectors(t), "keys.json": keyVectors(t)}
	for file, vs := range files {
		names := map[string]bool{}
		for _, v := range vs {
			if names[v.Name] {
				t.Errorf("%s: %s is there twice", file, v.Name)
			}
			names[v.Name] = true
			got, err := v.cipher(t).Open(context.Background(), nil, unhex(t, v.Envelope), v.binding(t))
			v.check(t, file+" "+v.Name, got, err, unhex(t, v.Plaintext))
		}
		if *update {
			b, err := json.MarshalIndent(vs, "", "\t")
			if err != nil {
				t.Fatal(err)
			}
			if err := os.WriteFile(filepath.Join("testdata/v1", file), append(b, '\n'), 0o644); err != nil {
				t.Fatal(err)
			}
			t.Logf("%q: %q,", file, digest(append(b, '\n')))
		}
	}
}

func keyOf(id byte, state string) vectorKey {
	return vectorKey{ID: uint32(id), State: state, Secret: hex.EncodeToString(secret(id))}
}

func names(path ...string) (out []vectorSegment) {
	for _, p := range path {
		if p == "[]" {
			out = append(out, vectorSegment{})
			continue
		}
		h := hexText(p)
		out = append(out, vectorSegment{Name: &h})
	}
	return out
}

func person(path ...string) vectorBinding {
	return vectorBinding{Entity: hexText("person"), Key: []vectorPart{{"S", hexText("p1")}}, Path: names(path...)}
}

// sealed is a vector that opens.
func sealed(t *testing.T, name, plaintext string, b vectorBinding, opts ...cipher.Option) vector {
	t.Helper()
	v := vector{Name: name, Keys: []vectorKey{keyOf(1, "primary")}, Binding: b, Plaintext: hexText(plaintext), Expect: "ok"}
	ks, err := cipher.NewKeyset(cipher.Primary(newKey(t, 1)))
	if err != nil {
		t.Fatal(err)
	}
	v.Envelope = hex.EncodeToString(seal(t, withOptions(t, ks, opts...), plaintext, v.binding(t)))
	return v
}

// refused is v with another name, envelope and outcome.
func (v vector) refused(name, expect string, env []byte) vector {
	v.Name, v.Expect, v.Plaintext, v.Envelope = name, expect, "", hex.EncodeToString(env)
	return v
}

func openVectors(t *testing.T) []vector {
	full := vectorBinding{Entity: hexText("order"), Scope: hexText("tenant-7"), Key: []vectorPart{{"B", "00ff"}, {"N", hexText("-12.5")}}, Path: names("lines", "[]", "é", "a.b", "")}
	number := vectorBinding{Entity: hexText("e"), Key: []vectorPart{{"N", hexText("100")}}, Path: names("p")}
	return []vector{
		sealed(t, "text", "\x01\x05Paris", person("location", "city")),
		sealed(t, "empty text", "\x01\x00", person("location", "city")),
		sealed(t, "number", "\x02\x02-7", person("balance")),
		sealed(t, "null", "\x05", person("location", "city")),
		sealed(t, "map in a list", "\x0a\x01\x01a\x09\x02\x04\x01\x03\x01\x00", person("past", "[]")),
		sealed(t, "no plaintext", "", person("location", "city")),
		sealed(t, "block of plaintext", "0123456789abcdef", person("location", "city")),
		sealed(t, "every part of a binding", "\x01\x01x", full),
		sealed(t, "number key", "\x01\x01x", number),
		sealed(t, "padded", "\x01\x05Paris", person("location", "city"), cipher.WithPadding(16)),
		sealed(t, "padded to a full bucket", "\x01\x0d0123456789abc", person("location", "city"), cipher.WithPadding(16)),
		sealed(t, "padded, nothing inside", "", person("location", "city"), cipher.WithPadding(32)),
	}
}

func envelopeVectors(t *testing.T) []vector {
	v := sealed(t, "", "\x01\x05Paris", person("location", "city"))
	env, padded := unhex(t, v.Envelope), unhex(t, sealed(t, "", "\x01\x05Paris", person("location", "city"), cipher.WithPadding(16)).Envelope)
	twin := unhex(t, sealed(t, "", "\x01\x05Tokyo", person("location", "city")).Envelope)
	set := func(i int, b byte) []byte { c := bytes.Clone(env); c[i] = b; return c }
	splice := func(from, to int) []byte { c := bytes.Clone(env); copy(c[from:], twin[from:to]); return c }
	accept := func(v vector, suites ...int) vector { v.Accept = suites; return v }
	zero := bytes.Clone(env)
	clear(zero[inKeyID:inSalt])
	return []vector{
		v.refused("nothing", "ErrNotEncrypted", nil), v.refused("one byte", "ErrNotEncrypted", env[:1]), v.refused("wrong magic", "ErrNotEncrypted", flip(env, 1, 1)), v.refused("text", "ErrNotEncrypted", []byte("Paris")),
		v.refused("magic alone", "ErrMalformed", env[:2]), v.refused("header alone", "ErrMalformed", env[:64]), v.refused("one byte short of the least", "ErrMalformed", env[:91]), v.refused("key id 0", "ErrMalformed", zero),
		v.refused("version 0", "ErrVersion", set(2, 0)), v.refused("version 2", "ErrVersion", set(2, 2)), v.refused("version 255", "ErrVersion", set(2, 255)), v.refused("version 2, cut", "ErrVersion", set(2, 2)[:4]),
		v.refused("suite 0", "ErrSuite", set(3, 0)), v.refused("suite 3", "ErrSuite", set(3, 3)), v.refused("suite 255", "ErrSuite", set(3, 255)), v.refused("suite 1 called 2", "ErrWrongKey", set(3, 2)),
		accept(v.refused("suite 2 where 1 is accepted", "ErrSuite", padded), 1), accept(v.refused("suite 1 where 2 is accepted", "ErrSuite", env), 2),
		v.refused("salt changed", "ErrWrongKey", flip(env, inSalt, 1)), v.refused("last bit of the salt", "ErrWrongKey", flip(env, inCommit-1, 1)), v.refused("commitment changed", "ErrWrongKey", flip(env, inCommit, 1)), v.refused("last bit of the commitment", "ErrWrongKey", flip(env, inNonce-1, 1)),
		v.refused("salt of another", "ErrWrongKey", splice(inSalt, inCommit)), v.refused("nonce changed", "ErrAuth", flip(env, inNonce, 1)), v.refused("ciphertext changed", "ErrAuth", flip(env, inBody, 1)), v.refused("tag changed", "ErrAuth", flip(env, len(env)-1, 1)),
		v.refused("cut by one", "ErrAuth", env[:len(env)-1]), v.refused("one byte more", "ErrAuth", append(bytes.Clone(env), 0)), v.refused("body of another", "ErrAuth", splice(inNonce, len(env))), v.refused("header of another", "ErrAuth", splice(inSalt, inNonce)),
		v.refused("padding missing", "ErrMalformed", forge(t, 2, "\x01\x05Paris", v.binding(t))), v.refused("padding all zero", "ErrMalformed", forge(t, 2, "\x00\x00", v.binding(t))),
	}
}

func bindingVectors(t *testing.T) []vector {
	v := sealed(t, "", "\x01\x05Paris", person("location", "city"))
	env := unhex(t, v.Envelope)
	moved := func(name string, change func(*vectorBinding)) vector {
		w := v.refused(name, "ErrAuth", env)
		w.Binding.Key, w.Binding.Path = slices.Clone(w.Binding.Key), slices.Clone(w.Binding.Path)
		change(&w.Binding)
		return w
	}
	key := func(name string, key ...vectorPart) vector {
		return moved(name, func(b *vectorBinding) { b.Key = key })
	}
	path := func(name string, p ...string) vector {
		return moved(name, func(b *vectorBinding) { b.Path = names(p...) })
	}
	return []vector{
		key("other item", vectorPart{"S", hexText("p2")}), key("binary key", vectorPart{"B", hexText("p1")}), key("sort key", vectorPart{"S", hexText("p1")}, vectorPart{"S", hexText("p1")}), key("empty sort key", vectorPart{"S", hexText("p1")}, vectorPart{"S", ""}),
		moved("other entity", func(b *vectorBinding) { b.Entity = hexText("company") }), moved("a scope", func(b *vectorBinding) { b.Scope = hexText("tenant") }), moved("entity and scope", func(b *vectorBinding) { b.Entity, b.Scope = hexText("per"), hexText("son") }),
		path("other attribute", "location", "town"), path("parent", "location"), path("child", "location", "city", "name"), path("one dotted name", "location.city"), path("element", "location", "[]"), path("element above", "location", "[]", "city"), path("names the other way", "city", "location"),
	}
}

func keyVectors(t *testing.T) []vector {
	v := sealed(t, "", "\x01\x05Paris", person("location", "city"))
	env := unhex(t, v.Envelope)
	with := func(name, expect string, keys ...vectorKey) vector {
		w := v.refused(name, expect, env)
		w.Keys = keys
		return w
	}
	enabled := v
	enabled.Name, enabled.Keys = "enabled", []vectorKey{keyOf(2, "primary"), keyOf(1, "enabled")}
	other := vectorKey{ID: 1, State: "primary", Secret: hex.EncodeToString(secret(3))}
	confused := bytes.Clone(env)
	confused[inSalt-1] = 2
	wrong := v.refused("id of another key", "ErrWrongKey", confused)
	wrong.Keys = enabled.Keys
	return []vector{
		enabled, with("unknown", "ErrUnknownKey", keyOf(2, "primary")), with("disabled", "ErrKeyDisabled", keyOf(2, "primary"), keyOf(1, "disabled")),
		with("destroyed", "ErrKeyDestroyed", keyOf(2, "primary"), vectorKey{ID: 1, State: "destroyed"}), with("other secret", "ErrWrongKey", other), wrong,
	}
}
