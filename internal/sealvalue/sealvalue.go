// Package sealvalue encrypts attribute values: it joins the canonical form of
// package item to a cipher, and is strict about what it takes for encrypted.
package sealvalue

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/dystore/dystore/cipher"
	"github.com/dystore/dystore/internal/attr"
	"github.com/dystore/dystore/internal/item"
)

// Scratch is memory for plaintexts, of one value after the other. Ciphers keep none of it,
// and values that are opened share none with it. A nil Scratch is nobody's: each plaintext
// has memory of its own.
type Scratch struct{ b []byte }

func (s *Scratch) empty() []byte {
	if s == nil {
		return nil
	}
	return s.b[:0]
}

// keep keeps memory that grew out of empty.
func (s *Scratch) keep(b []byte) {
	if s != nil {
		s.b = b
	}
}

// room is empty memory for n bytes.
func (s *Scratch) room(n int) []byte {
	b := slices.Grow(s.empty(), n)
	s.keep(b)
	return b
}

// SealValue returns the envelope of av, and how many bytes are in it. The type
// of av is inside. An av that DynamoDB would refuse is refused, as an
// *item.Error in a FieldError.
func SealValue(ctx context.Context, s cipher.Sealer, av types.AttributeValue, b *cipher.Binding, scratch *Scratch) (*types.AttributeValueMemberB, int, error) {
	plaintext, err := item.AppendCanonical(scratch.empty(), av)
	if err != nil {
		return nil, 0, fail("seal", b, err)
	}
	scratch.keep(plaintext)
	size := len(plaintext)
	envelope, err := s.Seal(ctx, nil, plaintext, b)
	if err != nil {
		return nil, 0, wrap("seal", b, err)
	}
	return &types.AttributeValueMemberB{Value: envelope}, size, nil
}

// OpenValue returns the value that stored is the envelope of, and how many
// bytes were in it. Everything that is not of type B, NULL and nil included, is
// ErrNotEncrypted; whether a B is an envelope is for the opener to say, because
// only it knows its format. An opener that returns something else than one
// canonical value has been given another program's data, or a writer's with the
// key: that is ErrType.
func OpenValue(ctx context.Context, o cipher.Opener, stored types.AttributeValue, b *cipher.Binding, scratch *Scratch) (types.AttributeValue, int, error) {
	envelope, _ := stored.(*types.AttributeValueMemberB)
	if envelope == nil {
		return nil, 0, fail("open", b, cipher.ErrNotEncrypted)
	}
	plaintext, err := o.Open(ctx, scratch.room(len(envelope.Value)), envelope.Value, b)
	if err != nil {
		return nil, 0, wrap("open", b, err)
	}
	av, err := item.ParseCanonical(plaintext)
	if err != nil {
		return nil, 0, fail("open", b, cipher.ErrType)
	}
	return av, len(plaintext), nil
}

// IsEnvelope reports whether b looks like an envelope of package cipher. One in
// four thousand million other values of random bytes looks like one, too.
func IsEnvelope(b []byte) bool {
	_, err := cipher.Inspect(b)
	return err == nil
}

// KeyParts returns the values of key attributes for a binding: partition key,
// then sort key. They must be of type S, N or B.
func KeyParts(key ...types.AttributeValue) ([]cipher.KeyPart, error) {
	parts := make([]cipher.KeyPart, len(key))
	for i, av := range key {
		switch av := av.(type) {
		case *types.AttributeValueMemberS:
			parts[i] = cipher.KeyString(av.Value)
		case *types.AttributeValueMemberB:
			parts[i] = cipher.KeyBinary(av.Value)
		case *types.AttributeValueMemberN:
			p, err := cipher.KeyNumber(av.Value)
			if err != nil {
				return nil, err
			}
			parts[i] = p
		default:
			return nil, fmt.Errorf("sealvalue: part %d of the key is no string, number or binary", i)
		}
	}
	return parts, nil
}

// Segment returns the step of a logical path for a binding. It fails for all
// values of a map at once: each entry is bound to its own name.
func Segment(s attr.Seg) (cipher.Segment, error) {
	switch s.Kind {
	case attr.Name, attr.Key:
		return cipher.Name(s.Name), nil
	case attr.Index, attr.AnyElem:
		return cipher.Elem(), nil
	}
	return cipher.Segment{}, errAnyValue
}

var errAnyValue = errors.New("sealvalue: all values of a map have no path in common")

// Path returns a logical path for a binding.
func Path(p attr.Path) (cipher.Path, error) {
	out := make(cipher.Path, len(p), len(p)+4) // callers go deeper
	for i, s := range p {
		var err error
		if out[i], err = Segment(s); err != nil {
			return nil, err
		}
	}
	return out, nil
}

func fail(op string, b *cipher.Binding, err error) error {
	e := &cipher.FieldError{Op: op, Err: err}
	if b != nil {
		e.Entity, e.Path = b.Entity, b.Path.String()
	}
	return e
}

// wrap gives errors of ciphers that are not ours the same form.
func wrap(op string, b *cipher.Binding, err error) error {
	var field *cipher.FieldError
	if errors.As(err, &field) {
		return err
	}
	return fail(op, b, err)
}
