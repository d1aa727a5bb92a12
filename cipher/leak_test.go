package cipher_test

import (
	"bytes"
	"context"
	"encoding/base64"
	"encoding/gob"
	"encoding/hex"
	"encoding/json"
	"encoding/xml"
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"testing"

	"github.com/dystore/dystore/cipher"
)

const canary = "canary-plaintext-4711"

// spills looks for secrets in everything that a value prints as.
func spills(t *testing.T, what string, v any, secrets ...[]byte) {
	t.Helper()
	var out bytes.Buffer
	for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%q", "%x", "%X", "%d", "%T", "%p", "%t", "%08b"} {
		fmt.Fprintf(&out, verb+"\n", v)
	}
	slog.New(slog.NewTextHandler(&out, nil)).Info("m", "v", v)
	slog.New(slog.NewJSONHandler(&out, nil)).Info("m", "v", v)
	_ = json.NewEncoder(&out).Encode(v)
	_ = xml.NewEncoder(&out).Encode(v)
	_ = gob.NewEncoder(&out).Encode(v)
	text := out.String()
	for _, s := range secrets {
		decimal := strings.Trim(fmt.Sprint(s), "[]")
		for form, leak := range map[string]string{
			"raw": string(s), "hex": hex.EncodeToString(s), "HEX": strings.ToUpper(hex.EncodeToString(s)), "decimal": decimal, "decimal list": strings.ReplaceAll(decimal, " ", ", "),
			"base64": base64.StdEncoding.EncodeToString(s), "quoted": fmt.Sprintf("%q", s), "hex list": strings.Trim(fmt.Sprintf("%#v", s), "[]byte{}"),
		} {
			if strings.Contains(text, leak) {
				t.Errorf("%s shows a secret (%s):\n%s", what, form, text)
			}
		}
	}
}

// Attack 51: nothing that can be printed shows key bytes, plaintext or the
// value of an item's key.
func TestAttack51Leaks(t *testing.T) {
	raw := secret(1)
	prk, _, _, err := specDerive(raw, nil)
	if err != nil {
		t.Fatal(err)
	}
	key := newKey(t, 1)
	ks, err := cipher.NewKeyset(cipher.Primary(key))
	if err != nil {
		t.Fatal(err)
	}
	a := withOptions(t, ks, cipher.WithPadding(32))
	b := city()
	b.Key = []cipher.KeyPart{cipher.KeyString(canary), cipher.KeyBinary([]byte(canary))}
	env := seal(t, a, canary, b)
	warm := wrapped(t, vaultOf(raw))
	for range 2 { // the second time, who has fetched the key has left the cache, which is to be printed
		opens(t, withOptions(t, warm), seal(t, one(t), canary, city()), city(), canary)
	}
	hidden := [][]byte{raw, prk, raw[:16], prk[:16], []byte(canary)}
	for what, v := range map[string]any{
		"*Key": key, "Key": *key, "*Keyset": ks, "Keyset": *ks, "*AES": a, "AES": *a, "entry": cipher.Primary(key), "entries": []cipher.KeysetEntry{cipher.Enabled(key)},
		"*Wrapped": warm, "Wrapped": *warm,
		"*Binding": b, "Binding": *b, "key parts": b.Key, "key part": b.Key[0], "SealOnly": cipher.SealOnly(a),
		"struct": struct {
			K  *cipher.Key
			A  *cipher.AES
			B  *cipher.Binding
			ks *cipher.Keyset
			k  cipher.Key
			b  cipher.Binding
		}{key, a, b, ks, *key, *b},
	} {
		spills(t, what, v, hidden...)
	}
	other := at(cipher.Name("other"))
	other.Key = b.Key
	short, err := a.Seal(context.Background(), nil, []byte(canary), nil)
	failures := []error{err}
	if short != nil {
		t.Error("sealed without a binding")
	}
	for _, e := range [][]byte{env[:10], env[:80], flip(env, 40, 1), flip(env, 90, 1), []byte(canary), nil} {
		_, err := a.Open(context.Background(), nil, e, b)
		failures = append(failures, err)
	}
	_, err = a.Open(context.Background(), nil, env, other)
	failures = append(failures, err)
	_, err = cipher.NewKey(1, raw[:31])
	failures = append(failures, err)
	_, err = cipher.NewKeyset(cipher.Primary(key), cipher.Primary(key))
	failures = append(failures, err)
	for i, err := range failures {
		if err == nil {
			t.Fatalf("failure %d did not fail", i)
		}
		spills(t, err.Error(), err, hidden...)
		for ; err != nil; err = errors.Unwrap(err) {
			spills(t, err.Error(), err, hidden...)
		}
	}
}

func TestRedaction(t *testing.T) {
	key := newKey(t, 7)
	ks, err := cipher.NewKeyset(cipher.Primary(key), cipher.Destroyed(9))
	if err != nil {
		t.Fatal(err)
	}
	asJSON, err := json.Marshal(map[string]any{"k": key})
	if err != nil {
		t.Fatal(err)
	}
	for want, got := range map[string]string{
		"cipher.Key(7, redacted)":                        fmt.Sprint(key),
		"cipher.Key(7, redacted) ":                       fmt.Sprintf("%#v ", *key),
		"cipher.Key(7, redacted)  ":                      fmt.Sprintf("%x  ", key),
		"cipher.Key(7, redacted)   ":                     key.String() + "   ",
		"cipher.Key(7, redacted)    ":                    key.GoString() + "    ",
		"cipher.Key(7, redacted)     ":                   key.LogValue().String() + "     ",
		`{"k":"cipher.Key(7, redacted)"}`:                string(asJSON),
		"cipher.Keyset(2 keys, primary 7)":               fmt.Sprint(ks),
		"cipher.Keyset(2 keys, primary 7) ":              fmt.Sprintf("%#v ", ks),
		"cipher.Keyset(none)":                            fmt.Sprint((*cipher.Keyset)(nil)),
		"cipher.Keyset(none) ":                           fmt.Sprintf("%v ", &cipher.Keyset{}),
		"S key part, redacted":                           fmt.Sprint(cipher.KeyString("p1")),
		"B key part, redacted":                           fmt.Sprintf("%#v", cipher.KeyBinary(nil)),
		"no key part, redacted":                          fmt.Sprint(cipher.KeyPart{}),
		"{person  [S key part, redacted] location.city}": fmt.Sprint(*city()),
	} {
		if got != want {
			t.Errorf("got %q, want %q", got, want)
		}
	}
}

func TestFieldErrorText(t *testing.T) {
	for want, e := range map[string]*cipher.FieldError{
		"cipher: open person past[].city with key 3: wrong key or damaged header": {Op: "open", Entity: "person", Path: "past[].city", KeyID: 3, Err: cipher.ErrWrongKey},
		"cipher: seal person city: binding is incomplete":                         {Op: "seal", Entity: "person", Path: "city", Err: cipher.ErrBinding},
		"cipher: inspect: value is not encrypted":                                 {Op: "inspect", Err: cipher.ErrNotEncrypted},
	} {
		if e.Error() != want || errors.Unwrap(e) != e.Err {
			t.Errorf("got %q, want %q", e, want)
		}
	}
}
