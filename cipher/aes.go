package cipher

import (
	"context"
	"crypto/subtle"
	"errors"
	"fmt"
	"slices"
	"sync"
	"unsafe"
)

// AES is the cipher of this package: AES-256-GCM with a key derived for each
// salt, committed to its key and bound to the place of the value. A salt is
// random for each value, or for all that one write makes in one item
// ([Batcher]). AES uses the standard library only and works with
// GODEBUG=fips140=only.
//
// An AES is safe for concurrent use. Make it with [New].
type AES struct {
	keys     KeySource
	accepted suites
	bucket   int // 0: no padding
	scratch  *sync.Pool
}

var _ Cipher = (*AES)(nil)

// New returns a cipher that takes its keys from ks. It asks for no key yet.
func New(ks KeySource, opts ...Option) (*AES, error) {
	if set, ok := ks.(*Keyset); ks == nil || ok && (set == nil || set.primary == nil) {
		return nil, errors.New("cipher: New: no key source; make one with NewKeyset")
	}
	a := &AES{keys: ks, accepted: allSuites, scratch: &sync.Pool{New: func() any { return new(scratch) }}}
	for i, o := range opts {
		if o == nil {
			return nil, fmt.Errorf("cipher: New: option %d is nil", i+1)
		}
		if err := o.apply(a); err != nil {
			return nil, fmt.Errorf("cipher: New: %w", err)
		}
	}
	if !a.accepted.has(a.suite()) {
		return nil, fmt.Errorf("cipher: New: Accept leaves out %s, which Seal writes", a.suite())
	}
	return a, nil
}

func (a *AES) suite() Suite {
	if a.bucket > 0 {
		return SuiteAES256GCMPadded
	}
	return SuiteAES256GCM
}

// scratch is memory that would otherwise be allocated for each value.
type scratch struct {
	okm [okmSize]byte
	aad []byte
	one derived // of a value by itself
}

// start checks a call and borrows a scratch, to be given back with finish.
func (a *AES) start(b *Binding) (*scratch, error) {
	if a == nil || a.keys == nil {
		return nil, fmt.Errorf("%w: a zero AES has no keys; make one with New", ErrKeySource)
	}
	if !b.complete() {
		return nil, ErrBinding
	}
	return a.scratch.Get().(*scratch), nil
}

func (a *AES) finish(s *scratch) {
	clear(s.okm[:])
	s.one = derived{}
	a.scratch.Put(s)
}

// Seal implements [Sealer]. Its errors are a [*FieldError].
func (a *AES) Seal(ctx context.Context, dst, plaintext []byte, b *Binding) ([]byte, error) {
	return a.seal(ctx, dst, plaintext, b, nil)
}

// seal seals with the derived key d, of which it makes a new one if d is of another key
// or has sealed enough. A nil d is one for this value alone.
func (a *AES) seal(ctx context.Context, dst, plaintext []byte, b *Binding, d *derived) ([]byte, error) {
	s, err := a.start(b)
	if err != nil {
		return nil, fail("seal", b, 0, err)
	}
	defer a.finish(s)
	if d == nil {
		d = &s.one
	}
	key, err := checkKey(a.keys.Primary(ctx, b.Scope))
	if err != nil {
		return nil, fail("seal", b, 0, err)
	}
	if d.key != key || d.sealed == mostSealed {
		putHeader(d.head[:], a.suite(), key.id)
		if err := d.derive(key, s); err != nil {
			return nil, fail("seal", b, key.id, err)
		}
	}
	d.sealed++
	plaintext = a.pad(plaintext)
	out := slices.Grow(dst, Overhead+len(plaintext))
	if overlap(plaintext, out[len(dst):cap(out)]) {
		plaintext = slices.Clone(plaintext)
	}
	out = append(out, d.head[:]...)
	return d.gcm.Seal(out, nil, plaintext, s.associated(d.head[:], b)), nil
}

// Open implements [Opener]. Its errors are a [*FieldError].
func (a *AES) Open(ctx context.Context, dst, envelope []byte, b *Binding) ([]byte, error) {
	return a.open(ctx, dst, envelope, b, nil)
}

// open opens with the derived key d, of which it makes a new one if the envelope has
// another header. A nil d is one for this value alone.
func (a *AES) open(ctx context.Context, dst, envelope []byte, b *Binding, d *derived) ([]byte, error) {
	s, err := a.start(b)
	if err != nil {
		return nil, fail("open", b, 0, err)
	}
	defer a.finish(s)
	if d == nil {
		d = &s.one
	}
	h, err := parseHeader(envelope, a.accepted)
	if err != nil {
		return nil, fail("open", b, 0, err)
	}
	key, err := checkKey(a.keys.ByID(ctx, b.Scope, h.KeyID))
	if err == nil && key.id != h.KeyID {
		err = fmt.Errorf("%w: it returned key %d", ErrKeySource, key.id)
	}
	if err != nil {
		return nil, fail("open", b, h.KeyID, err)
	}
	if d.key != key || [headerSize]byte(d.head[:]) != [headerSize]byte(envelope) {
		copy(d.head[:], envelope[:headerSize])
		if err := d.derive(key, s); err != nil {
			return nil, fail("open", b, h.KeyID, err)
		}
	}
	if subtle.ConstantTimeCompare(envelope[headerSize:sealedAt], d.head[headerSize:]) != 1 {
		return nil, fail("open", b, h.KeyID, ErrWrongKey)
	}
	out := slices.Grow(dst, len(envelope)-Overhead)
	if overlap(envelope, out[len(dst):cap(out)]) {
		envelope = slices.Clone(envelope)
	}
	out, err = d.gcm.Open(out, nil, envelope[sealedAt:], s.associated(envelope[:sealedAt], b))
	if err != nil {
		return nil, fail("open", b, h.KeyID, ErrAuth)
	}
	if h.Suite == SuiteAES256GCMPadded {
		n, ok := unpadded(out[len(dst):])
		if !ok {
			return nil, fail("open", b, h.KeyID, ErrMalformed)
		}
		out = out[:len(dst)+n]
	}
	return out, nil
}

// checkKey sorts the failures of a key source: those that the package names
// pass, everything else is ErrKeySource.
func checkKey(k *Key, err error) (*Key, error) {
	switch {
	case errors.Is(err, ErrUnknownKey), errors.Is(err, ErrKeyDisabled), errors.Is(err, ErrKeyDestroyed), errors.Is(err, ErrKeySource):
		return nil, err
	case err != nil:
		return nil, fmt.Errorf("%w: %w", ErrKeySource, err)
	case k == nil || k.derive == nil:
		return nil, fmt.Errorf("%w: it returned no key", ErrKeySource)
	}
	return k, nil
}

// associated returns header and commitment, followed by the binding.
func (s *scratch) associated(head []byte, b *Binding) []byte {
	s.aad = b.AppendAAD(append(s.aad[:0], head...))
	return s.aad
}

// overlap reports whether two slices share memory, which GCM refuses by panic
// and which would let the header overwrite the plaintext.
func overlap(a, b []byte) bool {
	if len(a) == 0 || len(b) == 0 {
		return false
	}
	a0, b0 := uintptr(unsafe.Pointer(&a[0])), uintptr(unsafe.Pointer(&b[0]))
	return a0 < b0+uintptr(len(b)) && b0 < a0+uintptr(len(a))
}
