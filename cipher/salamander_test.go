package cipher_test

import (
	"bytes"
	"context"
	"crypto/aes"
	stdcipher "crypto/cipher"
	"encoding/binary"
	"testing"

	"github.com/dystore/dystore/cipher"
)

// Attack 15: AES-GCM does not commit to its key. Whoever knows two keys can
// make one ciphertext that opens under both, to different contents. The
// commitment must stop that, and this ciphertext is the proof that something
// has to.
func TestAttack15TwoKeysOneCiphertext(t *testing.T) {
	// Two keysets give the same id to different secrets: the attack as two
	// tenants with one stored value would see it.
	mine := seal(t, one(t), "01234567890123456789012345678901", city())
	other, err := cipher.NewKey(1, secret(99))
	if err != nil {
		t.Fatal(err)
	}
	aad := append(append([]byte{}, mine[:inNonce]...), city().AppendAAD(nil)...)
	nonce := mine[inNonce:inBody]
	_, encA, commit, err := specDerive(secret(1), mine[:inCommit])
	if err != nil {
		t.Fatal(err)
	}
	_, encB, _, err := specDerive(secret(99), mine[:inCommit])
	if err != nil {
		t.Fatal(err)
	}
	body := salamander(t, encA, encB, nonce, aad)

	for name, enc := range map[string][]byte{"first": encA, "second": encB} {
		if _, err := newGCM(t, enc).Open(nil, nil, append(bytes.Clone(nonce), body...), aad); err != nil {
			t.Fatalf("the ciphertext does not open under the %s key, so it proves nothing: %v", name, err)
		}
	}
	env := append(append([]byte{}, mine[:inBody]...), body...)
	if string(env[inCommit:inNonce]) != string(commit) {
		t.Fatal("the commitment is not that of the first key")
	}
	if _, err := one(t).Open(context.Background(), nil, env, city()); err != nil {
		t.Errorf("under the key it commits to: %v", err)
	}
	refuses(t, newAES(t, cipher.Primary(other)), env, city(), cipher.ErrWrongKey)
}

// newGCM is AES-GCM as far as FIPS mode has it: Seal makes the nonce itself and
// puts it before the ciphertext, where Open looks for it.
func newGCM(t *testing.T, key []byte) stdcipher.AEAD {
	t.Helper()
	block, err := aes.NewCipher(key)
	if err != nil {
		t.Fatal(err)
	}
	gcm, err := stdcipher.NewGCMWithRandomNonce(block)
	if err != nil {
		t.Fatal(err)
	}
	return gcm
}

// salamander returns two blocks of ciphertext and a tag that both keys accept.
// The tag is E(counter 0) xor GHASH, and GHASH is linear in the ciphertext, so
// the first block can be solved for the tags to agree.
func salamander(t *testing.T, keyA, keyB, nonce, aad []byte) []byte {
	t.Helper()
	hA, maskA := subkeys(t, keyA, nonce)
	hB, maskB := subkeys(t, keyB, nonce)
	ct := make([]byte, 32)
	copy(ct[16:], "second block, any")
	tagA, tagB := maskA.add(ghash(hA, aad, ct)), maskB.add(ghash(hB, aad, ct))
	// Block 0 is multiplied by h once for itself, block 1 and the lengths.
	cubeA, cubeB := hA.mul(hA).mul(hA), hB.mul(hB).mul(hB)
	solved := tagA.add(tagB).mul(cubeA.add(cubeB).inverse())
	copy(ct, solved.bytes())
	tag := maskA.add(ghash(hA, aad, ct))
	return append(ct, tag.bytes()...)
}

// subkeys returns the hash key of GCM and the mask of its tag.
func subkeys(t *testing.T, key, nonce []byte) (h, mask element) {
	t.Helper()
	block, err := aes.NewCipher(key)
	if err != nil {
		t.Fatal(err)
	}
	var zero, counter, out [16]byte
	block.Encrypt(out[:], zero[:])
	h = elementOf(out[:])
	copy(counter[:], nonce)
	counter[15] = 1
	block.Encrypt(out[:], counter[:])
	return h, elementOf(out[:])
}

func ghash(h element, aad, ct []byte) (y element) {
	for _, data := range [][]byte{aad, ct} {
		for len(data) > 0 {
			var block [16]byte
			data = data[copy(block[:], data):]
			y = y.add(elementOf(block[:])).mul(h)
		}
	}
	return y.add(element{uint64(len(aad)) * 8, uint64(len(ct)) * 8}).mul(h)
}

// element is a member of GF(2^128) in the order of GCM: the first bit is the
// coefficient of x^0.
type element struct{ hi, lo uint64 }

func elementOf(b []byte) element {
	return element{binary.BigEndian.Uint64(b), binary.BigEndian.Uint64(b[8:])}
}

func (e element) bytes() []byte {
	return binary.BigEndian.AppendUint64(binary.BigEndian.AppendUint64(nil, e.hi), e.lo)
}

func (e element) add(o element) element { return element{e.hi ^ o.hi, e.lo ^ o.lo} }

func (e element) mul(o element) (z element) {
	for i := range 128 {
		word, bit := e.hi, 63-i
		if i >= 64 {
			word, bit = e.lo, 127-i
		}
		if word>>bit&1 == 1 {
			z = z.add(o)
		}
		carry := o.lo & 1
		o = element{o.hi >> 1, o.lo>>1 | o.hi<<63}
		if carry == 1 {
			o.hi ^= 0xe1 << 56
		}
	}
	return z
}

// inverse is e to the power of 2^128-2.
func (e element) inverse() element {
	r, square := element{1 << 63, 0}, e
	for range 127 {
		square = square.mul(square)
		r = r.mul(square)
	}
	return r
}
