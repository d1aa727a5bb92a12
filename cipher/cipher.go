package cipher

import "context"

// Sealer encrypts values. A service that only writes needs no more.
type Sealer interface {
	// Seal appends the envelope of plaintext, bound to b, to dst. Neither
	// plaintext nor b is changed or kept. dst may be the start of plaintext's
	// own memory.
	Seal(ctx context.Context, dst, plaintext []byte, b *Binding) ([]byte, error)
}

// Opener decrypts values. A service that only reads needs no more.
type Opener interface {
	// Open appends the plaintext of envelope to dst, if it was sealed under
	// the same binding. Neither envelope nor b is changed or kept. dst may be
	// the start of envelope's own memory. With an error the result is nil.
	Open(ctx context.Context, dst, envelope []byte, b *Binding) ([]byte, error)
}

// Cipher encrypts and decrypts values. [AES] is the one to use. Other
// implementations must authenticate the binding, reject anything they did not
// seal, and be safe for concurrent use. A failure that says nothing about the
// value (a service that does not answer, a missing permission) wraps
// [ErrKeySource]: any other error of Open is taken for a damaged value, and one
// of Seal for a value that cannot be sealed.
type Cipher interface {
	Sealer
	Opener
}

// SealOnly returns a cipher that seals with s. Opening fails with ErrNoOpener.
func SealOnly(s Sealer) Cipher { return half{sealer: s} }

// OpenOnly returns a cipher that opens with o. Sealing fails with ErrNoSealer.
func OpenOnly(o Opener) Cipher { return half{opener: o} }

type half struct {
	sealer Sealer
	opener Opener
}

// batch is a half of a batch.
func (h half) batch() Cipher {
	if c, ok := h.sealer.(Cipher); ok {
		h.sealer = Batch(c)
	}
	if c, ok := h.opener.(Cipher); ok {
		h.opener = Batch(c)
	}
	return h
}

// InScope is the half of one scope.
func (h half) InScope(scope string) Cipher {
	if s, ok := h.sealer.(*scoped); ok {
		h.sealer = s.InScope(scope)
	}
	if s, ok := h.opener.(*scoped); ok {
		h.opener = s.InScope(scope)
	}
	return h
}

func (h half) Seal(ctx context.Context, dst, plaintext []byte, b *Binding) ([]byte, error) {
	if h.sealer == nil {
		return nil, fail("seal", b, 0, ErrNoSealer)
	}
	return h.sealer.Seal(ctx, dst, plaintext, b)
}

func (h half) Open(ctx context.Context, dst, envelope []byte, b *Binding) ([]byte, error) {
	if h.opener == nil {
		return nil, fail("open", b, 0, ErrNoOpener)
	}
	return h.opener.Open(ctx, dst, envelope, b)
}
