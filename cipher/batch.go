package cipher

import (
	"context"
	"crypto/aes"
	"crypto/cipher"
)

// Batcher is a [Cipher] of somebody's own with a cheaper one for several values of an item.
// A type that embeds another cipher has to say so itself: [AES] has no such method, so that
// nobody who embeds it to do something at each Seal and Open is passed by.
type Batcher interface {
	Cipher
	// Batch returns a cipher for the values of one item. It need not be safe for concurrent
	// use.
	Batch() Cipher
}

// Batch returns a cipher for the values of one item, which is not safe for concurrent use.
// Package repo asks for one for each item that it writes or reads. Of a cipher that is
// neither an [AES] nor a [Batcher] it is the cipher itself.
//
// The envelopes that a batch of an AES seals have one salt, so that one key is derived for all
// of them, and opening a batch derives it once. What is proven stays what it is: each value
// has a nonce of its own, and is bound to its own place. Two values under one derived key have
// the same nonce with a probability of less than 2^-65, because a batch takes another salt
// after 65,536 values. An item has room for some 4,000. That values have one salt tells a
// reader of the table that one write has made them.
func Batch(c Cipher) Cipher {
	switch c := c.(type) {
	case *AES:
		return &batch{aes: c}
	case half:
		return c.batch()
	case *scoped:
		return c.batch()
	case Batcher:
		return c.Batch()
	}
	return c
}

// batch has a derived key for each direction.
type batch struct {
	aes             *AES
	sealing, opened derived
}

func (b *batch) Seal(ctx context.Context, dst, plaintext []byte, at *Binding) ([]byte, error) {
	return b.aes.seal(ctx, dst, plaintext, at, &b.sealing)
}

func (b *batch) Open(ctx context.Context, dst, envelope []byte, at *Binding) ([]byte, error) {
	return b.aes.open(ctx, dst, envelope, at, &b.opened)
}

// mostSealed is how many values are sealed under one derived key.
const mostSealed = 1 << 16

// derived is a key that is derived for a header.
type derived struct {
	key    *Key           // that it is derived from; nil: there is none yet
	head   [sealedAt]byte // the header, and the commitment that follows from it
	gcm    cipher.AEAD
	sealed int // values
}

// derive derives the key for the header.
func (d *derived) derive(key *Key, s *scratch) error {
	d.key = nil // also after an error
	key.derive(d.head[:headerSize], &s.okm)
	block, err := aes.NewCipher(s.okm[:okmSize/2])
	if err != nil {
		return err
	}
	gcm, err := cipher.NewGCMWithRandomNonce(block)
	if err != nil {
		return err
	}
	copy(d.head[headerSize:], s.okm[okmSize/2:])
	d.key, d.gcm, d.sealed = key, gcm, 0
	return nil
}
