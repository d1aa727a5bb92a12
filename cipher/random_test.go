package cipher_test

import (
	"bytes"
	"context"
	"crypto/hkdf"
	"crypto/sha256"
	"slices"
	"sync"
	"testing"

	"pgregory.net/rapid"

	"github.com/dystore/dystore/cipher"
)

// Attack 52: equal values differ in every part that depends on the salt or is
// random, and salts do not repeat.
func TestAttack52Randomness(t *testing.T) {
	a, b := one(t), city()
	x, y := seal(t, a, "Paris", b), seal(t, a, "Paris", b)
	for name, r := range map[string][2]int{"salt": {inSalt, inCommit}, "commitment": {inCommit, inNonce}, "nonce": {inNonce, inBody}, "ciphertext": {inBody, inBody + 5}, "tag": {inBody + 5, len(x)}} {
		if bytes.Equal(x[r[0]:r[1]], y[r[0]:r[1]]) {
			t.Errorf("two envelopes have the same %s", name)
		}
	}
	const count = 100_000
	salts, nonces := make(map[[24]byte]bool, count), make(map[[12]byte]bool, count)
	env := make([]byte, 0, 200)
	for range count {
		env, _ = a.Seal(context.Background(), env[:0], nil, b)
		salts[[24]byte(env[inSalt:])], nonces[[12]byte(env[inNonce:])] = true, true
	}
	if len(salts) != count || len(nonces) != count {
		t.Errorf("%d salts and %d nonces of %d are distinct", len(salts), len(nonces), count)
	}
}

// Attack 53: with padding, lengths show in buckets only.
func TestAttack53Padding(t *testing.T) {
	ks, err := cipher.NewKeyset(cipher.Primary(newKey(t, 1)))
	if err != nil {
		t.Fatal(err)
	}
	b := city()
	for _, bucket := range []int{2, 16, 100, 65536} {
		a := withOptions(t, ks, cipher.WithPadding(bucket))
		for _, n := range []int{0, 1, bucket - 2, bucket - 1, bucket, bucket + 1, 2*bucket - 1, 2 * bucket} {
			plaintext := string(bytes.Repeat([]byte{0x80}, n))
			env := seal(t, a, plaintext, b)
			if want := cipher.Overhead + (n/bucket+1)*bucket; len(env) != want {
				t.Errorf("bucket %d: %d bytes became %d, want %d", bucket, n, len(env), want)
			}
			opens(t, a, env, b, plaintext)
			opens(t, withOptions(t, ks), env, b, plaintext)
		}
		for _, tail := range []string{"\x00", "\x80", "\x80\x00\x00", "\x00\x80"} {
			opens(t, a, seal(t, a, "Paris"+tail, b), b, "Paris"+tail)
		}
	}
}

// An envelope of the padded suite without padding inside was made by somebody
// with the key, but not by this package.
func TestPaddingIsChecked(t *testing.T) {
	b := city()
	for _, content := range []string{"", "Paris", "\x00\x00", "\x80x", "Paris\x81"} {
		env := forge(t, 2, content, b)
		refuses(t, one(t), env, b, cipher.ErrMalformed)
	}
	opens(t, one(t), forge(t, 2, "Paris\x80", b), b, "Paris")
	opens(t, one(t), forge(t, 2, "Paris\x80\x00\x00\x00", b), b, "Paris")
	opens(t, one(t), forge(t, 1, "Paris\x80", b), b, "Paris\x80")
}

// forge makes an envelope as the format document says, for key 1.
func forge(t *testing.T, suite byte, content string, b *cipher.Binding) []byte {
	t.Helper()
	env := append([]byte{0xd5, 0xec, 1, suite, 0, 0, 0, 1}, bytes.Repeat([]byte{7}, 24)...)
	_, enc, commit, err := specDerive(secret(1), env)
	if err != nil {
		t.Fatal(err)
	}
	env = append(env, commit...)
	aad := append(bytes.Clone(env), b.AppendAAD(nil)...)
	return newGCM(t, enc).Seal(env, nil, []byte(content), aad)
}

// Attack 55: buffers are neither changed nor kept, and may overlap.
func TestAttack55Buffers(t *testing.T) {
	ks, err := cipher.NewKeyset(cipher.Primary(newKey(t, 1)))
	if err != nil {
		t.Fatal(err)
	}
	ctx, b := context.Background(), city()
	for name, a := range map[string]*cipher.AES{"plain": withOptions(t, ks), "padded": withOptions(t, ks, cipher.WithPadding(16))} {
		for shift := range 200 {
			// plaintext and dst in one block of memory, at every distance
			mem := make([]byte, 600)
			plaintext := mem[100:150]
			for i := range plaintext {
				plaintext[i] = byte(i)
			}
			want := bytes.Clone(plaintext)
			dst := mem[shift : shift+3 : len(mem)]
			copy(dst, "dst")
			if shift > 97 && shift < 150 {
				want = bytes.Clone(plaintext) // dst itself is part of the plaintext
			}
			prefix := bytes.Clone(dst)
			out, err := a.Seal(ctx, dst, plaintext, b)
			if err != nil || !bytes.Equal(out[:3], prefix) {
				t.Fatalf("%s, %d: Seal = %x, %v", name, shift, out, err)
			}
			env := out[3:]
			opens(t, a, env, b, string(want))
			// and the way back, over the envelope
			mem = make([]byte, 600)
			env = mem[100 : 100+copy(mem[100:], env)]
			dst = mem[shift:shift:len(mem)]
			got, err := a.Open(ctx, dst, env, b)
			if err != nil || !bytes.Equal(got, want) {
				t.Fatalf("%s, %d: Open = %x, %v", name, shift, got, err)
			}
		}
		plaintext := []byte("Paris")
		env, err := a.Seal(ctx, nil, plaintext, b)
		if err != nil || string(plaintext) != "Paris" {
			t.Fatalf("%s: Seal changed its input to %q, %v", name, plaintext, err)
		}
		before := bytes.Clone(env)
		out, err := a.Open(ctx, nil, env, b)
		if err != nil || !bytes.Equal(env, before) {
			t.Fatalf("%s: Open changed its input, %v", name, err)
		}
		clear(env)
		clear(plaintext)
		if string(out) != "Paris" {
			t.Errorf("%s: the result shares memory with the envelope", name)
		}
		roomy := make([]byte, 0, 500)
		if out, err = a.Seal(ctx, roomy, []byte("x"), b); err != nil || &out[0] != &roomy[:1][0] {
			t.Errorf("%s: Seal did not use the room in dst", name)
		}
		// An unsuccessful Open leaves no plaintext in dst.
		bad := flip(before, len(before)-1, 1)
		if _, err := a.Open(ctx, roomy, bad, b); err == nil || bytes.Contains(roomy[:cap(roomy)], []byte("Paris")) {
			t.Errorf("%s: plaintext after %v", name, err)
		}
	}
}

// Attack 56: one cipher, many goroutines.
func TestAttack56Concurrency(t *testing.T) {
	a := newAES(t, cipher.Primary(newKey(t, 1)), cipher.Enabled(newKey(t, 2)))
	other := seal(t, newAES(t, cipher.Primary(newKey(t, 2))), "Tokyo", city())
	var wg sync.WaitGroup
	for g := range 8 {
		wg.Go(func() {
			b := at(cipher.Name(string(rune('a' + g))))
			for range 50 {
				env, err := a.Seal(context.Background(), nil, []byte("Paris"), b)
				if err != nil {
					t.Error(err)
					return
				}
				opens(t, a, env, b, "Paris")
				opens(t, a, other, city(), "Tokyo")
				refuses(t, a, env, city(), cipher.ErrAuth)
			}
		})
	}
	wg.Wait()
}

func TestDerivedKeysAreWiped(t *testing.T) {
	if !cipher.FinishClears(one(t)) {
		t.Error("a derived key stays behind")
	}
}

// Attack 59: the derivation with kept MACs is HKDF of the standard library.
func TestAttack59Derivation(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		raw := rapid.SliceOfN(rapid.Byte(), 32, 32).Filter(func(b []byte) bool { return !slices.Equal(b, make([]byte, 32)) }).Draw(t, "secret")
		headers := rapid.SliceOfN(rapid.SliceOfN(rapid.Byte(), 0, 40), 1, 4).Draw(t, "headers")
		k, err := cipher.NewKey(1, raw)
		if err != nil {
			t.Fatal(err)
		}
		prk, err := hkdf.Extract(sha256.New, raw, []byte("github.com/dystore/dystore/cipher/v1 extract"))
		if err != nil {
			t.Fatal(err)
		}
		for _, h := range headers {
			want, err := hkdf.Expand(sha256.New, prk, "github.com/dystore/dystore/cipher/v1 expand"+string(h), 64)
			if err != nil {
				t.Fatal(err)
			}
			if got := cipher.Derive(k, h); !bytes.Equal(got, want) {
				t.Fatalf("derived %x, want %x", got, want)
			}
		}
	})
}
