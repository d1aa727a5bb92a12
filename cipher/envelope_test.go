package cipher_test

import (
	"bytes"
	"context"
	"encoding/base64"
	"encoding/binary"
	"errors"
	"fmt"
	"testing"

	"github.com/dystore/dystore/cipher"
)

// Where the fields of an envelope are, said once more than in the package.
const (
	inSuite, inKeyID, inSalt, inCommit, inNonce, inBody, total = 3, 4, 8, 32, 64, 76, 92
)

// outcome names the error that an envelope was refused with.
func outcome(err error) string {
	for name, e := range map[string]error{
		"ErrNotEncrypted": cipher.ErrNotEncrypted, "ErrMalformed": cipher.ErrMalformed, "ErrVersion": cipher.ErrVersion, "ErrSuite": cipher.ErrSuite,
		"ErrUnknownKey": cipher.ErrUnknownKey, "ErrKeyDisabled": cipher.ErrKeyDisabled, "ErrKeyDestroyed": cipher.ErrKeyDestroyed,
		"ErrWrongKey": cipher.ErrWrongKey, "ErrAuth": cipher.ErrAuth, "ErrType": cipher.ErrType,
	} {
		if errors.Is(err, e) {
			return name
		}
	}
	return fmt.Sprint(err)
}

// Attack 1: any single bit.
func TestAttack01BitFlips(t *testing.T) {
	a, b := newAES(t, cipher.Primary(newKey(t, 1)), cipher.Enabled(newKey(t, 2))), city()
	env := seal(t, a, "Paris", b)
	got := map[string]int{}
	for i := range env {
		for bit := range 8 {
			out, err := a.Open(context.Background(), nil, flip(env, i, 1<<bit), b)
			if err == nil || out != nil {
				t.Fatalf("bit %d of byte %d: opened to %q", bit, i, out)
			}
			got[fmt.Sprintf("%s %s", region(i), outcome(err))]++
		}
	}
	want := map[string]int{
		"magic ErrNotEncrypted": 16, "version ErrVersion": 8, // Suite 1 becomes 3, 5, 9, 17, 33, 65, 129 or 0: none exists.
		"suite ErrSuite": 8,
		// id 1 becomes 0 by one flip; 2 needs two, so every other id is unknown.
		"id ErrUnknownKey": 31, "id ErrMalformed": 1,
		"salt ErrWrongKey": 8 * 24, "commitment ErrWrongKey": 8 * 32, "nonce ErrAuth": 8 * 12, "body ErrAuth": 8 * (5 + 16),
	}
	if fmt.Sprint(got) != fmt.Sprint(want) {
		t.Errorf("outcomes %v\nwant     %v", got, want)
	}
}

func region(i int) string {
	switch {
	case i < 2:
		return "magic"
	case i < inSuite:
		return "version"
	case i < inKeyID:
		return "suite"
	case i < inSalt:
		return "id"
	case i < inCommit:
		return "salt"
	case i < inNonce:
		return "commitment"
	case i < inBody:
		return "nonce"
	}
	return "body"
}

// Attack 2: cut at every length. Attack 18: the bare header.
func TestAttack02Truncation(t *testing.T) {
	a, b := one(t), city()
	env := seal(t, a, "Paris", b)
	for n := range env {
		want := cipher.ErrAuth
		switch {
		case n < 2:
			want = cipher.ErrNotEncrypted
		case n < total:
			want = cipher.ErrMalformed
		}
		refuses(t, a, env[:n], b, want)
	}
}

// Attack 3: bytes appended, or put in front.
func TestAttack03Extension(t *testing.T) {
	a, b := one(t), city()
	env := seal(t, a, "Paris", b)
	refuses(t, a, append(bytes.Clone(env), 0), b, cipher.ErrAuth)
	refuses(t, a, append(bytes.Clone(env), env...), b, cipher.ErrAuth)
	refuses(t, a, append([]byte{0}, env...), b, cipher.ErrNotEncrypted)
}

// Attacks 4 and 5: other versions and suites.
func TestAttack04VersionsAnd05Suites(t *testing.T) {
	a, b := one(t), city()
	env := seal(t, a, "Paris", b)
	for _, v := range []byte{0, 2, 255} {
		changed := bytes.Clone(env)
		changed[2] = v
		refuses(t, a, changed, b, cipher.ErrVersion)
		if _, err := cipher.Inspect(changed); !errors.Is(err, cipher.ErrVersion) {
			t.Errorf("Inspect of version %d: %v", v, err)
		}
	}
	for _, s := range []byte{0, 3, 7, 8, 9, 255} {
		changed := bytes.Clone(env)
		changed[inSuite] = s
		refuses(t, a, changed, b, cipher.ErrSuite)
		if _, err := cipher.Inspect(changed); !errors.Is(err, cipher.ErrSuite) {
			t.Errorf("Inspect of suite %d: %v", s, err)
		}
	}
	changed := bytes.Clone(env)
	changed[inSuite] = 2
	refuses(t, a, changed, b, cipher.ErrWrongKey) // the suite is in the derivation
}

// Attack 6: a suite that exists, but that this reader does not accept.
func TestAttack06SuiteDowngrade(t *testing.T) {
	ks, err := cipher.NewKeyset(cipher.Primary(newKey(t, 1)))
	if err != nil {
		t.Fatal(err)
	}
	plain, padded := withOptions(t, ks), withOptions(t, ks, cipher.WithPadding(16), cipher.Accept(cipher.SuiteAES256GCMPadded))
	both := withOptions(t, ks, cipher.Accept(cipher.SuiteAES256GCM, cipher.SuiteAES256GCMPadded))
	b := city()
	refuses(t, padded, seal(t, plain, "Paris", b), b, cipher.ErrSuite)
	refuses(t, withOptions(t, ks, cipher.Accept(cipher.SuiteAES256GCM)), seal(t, padded, "Paris", b), b, cipher.ErrSuite)
	for _, s := range []cipher.Sealer{plain, padded} {
		opens(t, both, seal(t, s, "Paris", b), b, "Paris")
		opens(t, plain, seal(t, s, "Paris", b), b, "Paris")
	}
}

// Attacks 7, 8 and 9: keys that are unknown, disabled, destroyed.
func TestAttack07To09KeyStates(t *testing.T) {
	b := city()
	env := seal(t, newAES(t, cipher.Primary(newKey(t, 2))), "Paris", b)
	for want, state := range map[error][]cipher.KeysetEntry{
		cipher.ErrUnknownKey: nil, cipher.ErrKeyDisabled: {cipher.Disabled(newKey(t, 2))}, cipher.ErrKeyDestroyed: {cipher.Destroyed(2)},
	} {
		a := newAES(t, append(state, cipher.Primary(newKey(t, 1)))...)
		refuses(t, a, env, b, want)
		_, err := a.Open(context.Background(), nil, env, b)
		var field *cipher.FieldError
		if errors.As(err, &field); field == nil || field.KeyID != 2 || err.Error() != "cipher: open person location.city with key 2: "+want.Error() {
			t.Errorf("%v", err)
		}
	}
	opens(t, newAES(t, cipher.Primary(newKey(t, 1)), cipher.Enabled(newKey(t, 2))), env, b, "Paris")
}

// Attacks 10 and 11: another enabled key's id, or its commitment.
func TestAttack10KeyConfusion(t *testing.T) {
	first, second := cipher.Primary(newKey(t, 1)), cipher.Primary(newKey(t, 2))
	a, b := newAES(t, first, cipher.Enabled(newKey(t, 2))), city()
	env := seal(t, a, "Paris", b)
	other := bytes.Clone(env)
	binary.BigEndian.PutUint32(other[inKeyID:], 2)
	refuses(t, a, other, b, cipher.ErrWrongKey)
	_, _, commit, err := specDerive(secret(2), env[:inCommit])
	if err != nil {
		t.Fatal(err)
	}
	swapped := bytes.Clone(env)
	copy(swapped[inCommit:], commit)
	refuses(t, a, swapped, b, cipher.ErrWrongKey)
	// with id and commitment of the other key, the tag is left
	_, _, commit, err = specDerive(secret(2), other[:inCommit])
	if err != nil {
		t.Fatal(err)
	}
	copy(other[inCommit:], commit)
	refuses(t, a, other, b, cipher.ErrAuth)
	refuses(t, newAES(t, second), env, b, cipher.ErrUnknownKey)
}

// Attacks 12, 13 and 14: parts of two envelopes put together.
func TestAttack12To14Splices(t *testing.T) {
	a, b := one(t), city()
	x, y := seal(t, a, "Paris", b), seal(t, a, "Tokyo", b)
	splice := func(from, to int) []byte {
		z := bytes.Clone(x)
		copy(z[from:to], y[from:to])
		return z
	}
	refuses(t, a, splice(inSalt, inCommit), b, cipher.ErrWrongKey)
	refuses(t, a, splice(inCommit, inNonce), b, cipher.ErrWrongKey)
	refuses(t, a, splice(inSalt, inNonce), b, cipher.ErrAuth)
	refuses(t, a, splice(inNonce, inBody), b, cipher.ErrAuth)
	refuses(t, a, splice(inNonce, len(x)), b, cipher.ErrAuth)
	refuses(t, a, splice(inBody, len(x)), b, cipher.ErrAuth)
	refuses(t, a, splice(inBody, inBody+5), b, cipher.ErrAuth)
	refuses(t, a, splice(inBody+5, len(x)), b, cipher.ErrAuth)
	opens(t, a, splice(0, len(x)), b, "Tokyo")
}

// Attack 17: what is no envelope.
func TestAttack17NoEnvelope(t *testing.T) {
	a, b := one(t), city()
	env := seal(t, a, "Paris", b)
	for _, other := range [][]byte{nil, {}, []byte("Paris"), []byte(base64.StdEncoding.EncodeToString(env)), flip(env, 0, 1), flip(env, 1, 1), make([]byte, 200)} {
		refuses(t, a, other, b, cipher.ErrNotEncrypted)
		if _, err := cipher.Inspect(other); !errors.Is(err, cipher.ErrNotEncrypted) {
			t.Errorf("Inspect of no envelope: %v", err)
		}
	}
	// Sealed twice opens once, to the envelope.
	opens(t, a, seal(t, a, string(env), b), b, string(env))
	// Key id 0 is never written.
	zero := bytes.Clone(env)
	clear(zero[inKeyID:inSalt])
	refuses(t, a, zero, b, cipher.ErrMalformed)
}

// Attack 18: the smallest and the largest values.
func TestAttack18Sizes(t *testing.T) {
	a, b := one(t), city()
	for _, n := range []int{0, 1, 15, 16, 17, 400 << 10} {
		plaintext := string(bytes.Repeat([]byte("x"), n))
		env := seal(t, a, plaintext, b)
		if len(env) != n+cipher.Overhead || cipher.Overhead != total {
			t.Errorf("%d bytes became %d", n, len(env))
		}
		opens(t, a, env, b, plaintext)
	}
}

func TestInspect(t *testing.T) {
	ks, err := cipher.NewKeyset(cipher.Primary(newKey(t, 0x01020304)))
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		a     *cipher.AES
		suite cipher.Suite
		text  string
	}{{withOptions(t, ks), cipher.SuiteAES256GCM, "AES-256-GCM"}, {withOptions(t, ks, cipher.WithPadding(8)), cipher.SuiteAES256GCMPadded, "AES-256-GCM padded"}} {
		h, err := cipher.Inspect(seal(t, c.a, "Paris", city()))
		if want := (cipher.Header{Version: 1, Suite: c.suite, KeyID: 0x01020304}); err != nil || h != want || h.Suite.String() != c.text {
			t.Errorf("Inspect = %v, %v; want %v", h, err, want)
		}
	}
	_, err = cipher.Inspect([]byte{0xd5, 0xec, 1})
	if err == nil || err.Error() != "cipher: inspect: envelope is malformed" || !errors.Is(err, cipher.ErrMalformed) {
		t.Errorf("Inspect: %v", err)
	}
	if got := cipher.Suite(9).String(); got != "suite 9" {
		t.Errorf("Suite(9) = %s", got)
	}
}
