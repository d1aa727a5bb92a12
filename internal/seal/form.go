package seal

import (
	"context"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/dystore/dystore/cipher"
	"github.com/dystore/dystore/internal/fail"
	"github.com/dystore/dystore/internal/policy"
	"github.com/dystore/dystore/internal/sealvalue"
	"github.com/dystore/dystore/internal/snapshot"
	"github.com/dystore/dystore/internal/stored"
)

// A part whose envelopes are not what its cipher makes today, under another key
// or padded in another way, is written anew though its content is the same:
// otherwise it would be lost with the old key.

// Noted is how the encrypted values of parts are stored; nil if that is not
// wanted.
type Noted map[stored.Inst][]snapshot.Envelope

// under returns what notes the envelopes of a part, made by ciphers.
func (n Noted) under(inst stored.Inst, ciphers []cipher.Cipher) policy.Note {
	if n == nil {
		return nil
	}
	return func(group int, b *cipher.Binding, envelope []byte, plain int) {
		e := envelopeOf(group, envelope, plain)
		e.Scope = scopeOf(ciphers[group], b)
		all := n[inst]
		if len(all) > 0 && all[len(all)-1] == e {
			return // most values of a part are stored alike
		}
		n[inst] = append(all, e)
	}
}

// envelopeOf is what is noted of an envelope; nil: of a value that is not stored as it should be.
func envelopeOf(group int, envelope []byte, plain int) snapshot.Envelope {
	e := snapshot.Envelope{Group: group, Bare: envelope == nil}
	if h, err := cipher.Inspect(envelope); err == nil {
		e.Key, e.Suite = uint32(h.KeyID), uint8(h.Suite)
		if h.Suite == cipher.SuiteAES256GCMPadded {
			e.Size, e.Plain = len(envelope), plain
		}
	}
	return e
}

// Forms are how the values of one object are sealed today, by cipher and scope: values of one
// cipher may have several, of different paths.
type Forms map[kind]form

type kind struct {
	group int
	scope string
}

// form is how a cipher seals. It shows in what it makes of a value.
type form struct {
	key    uint32 // 0: not as package cipher does
	suite  uint8
	bucket int // 0: without padding
}

// formOf seals the shortest value there is: padded, it fills one bucket.
func formOf(ctx context.Context, s cipher.Sealer, b cipher.Binding) (form, error) {
	sealed, _, err := sealvalue.SealValue(ctx, s, &types.AttributeValueMemberNULL{Value: true}, &b, nil)
	if err != nil {
		return form{}, sealError(ctx, err)
	}
	h, err := cipher.Inspect(sealed.Value)
	if err != nil {
		return form{}, nil
	}
	f := form{key: uint32(h.KeyID), suite: uint8(h.Suite)}
	if h.Suite == cipher.SuiteAES256GCMPadded {
		f.bucket = len(sealed.Value) - cipher.Overhead
	}
	return f, nil
}

// makes reports whether a value that is stored as e would be stored so again.
// All envelopes of other formats than package cipher's are alike.
func (f form) makes(e snapshot.Envelope) bool {
	if e.Key != f.key || e.Suite != f.suite {
		return false
	}
	return f.bucket == 0 || e.Size-cipher.Overhead == (e.Plain/f.bucket+1)*f.bucket
}

// Current reports whether envelopes of the object would be made so again.
func (f Forms) Current(ctx context.Context, o *Object, envelopes []snapshot.Envelope) (bool, error) {
	for _, e := range envelopes {
		if e.Bare {
			return false, nil
		}
		k := kind{e.Group, e.Scope}
		today, known := f[k]
		if !known {
			var err error
			if today, err = formOf(ctx, inScope(o.s.ciphers[e.Group], e.Scope), o.record()); err != nil {
				return false, err
			}
			f[k] = today
		}
		if !today.makes(e) {
			return false, nil
		}
	}
	return true, nil
}

// ListCurrent reports whether the list of encrypted paths of the object would be stored
// so again. The error is also one of a list that does not open.
func (f Forms) ListCurrent(ctx context.Context, o *Object, list []byte) (bool, error) {
	if o.s.list == "" || list == nil {
		return o.s.list == "" && list == nil, nil
	}
	own := o.record()
	opened, plain, err := sealvalue.OpenValue(ctx, o.s.cipher, &types.AttributeValueMemberB{Value: list}, &own, nil)
	if err != nil && o.opensOtherwise(ctx, list, &own) {
		return false, nil
	}
	if err != nil {
		return false, fail.At(fail.Text(o.s.MetaAttr), openError(ctx, err))
	}
	today, err := formOf(ctx, o.s.cipher, own)
	b, ok := opened.(*types.AttributeValueMemberB)
	return ok && string(b.Value) == o.s.list && today.makes(envelopeOf(0, list, plain)), err
}

// opensOtherwise reports whether another cipher of the model has sealed a list: one that sealed
// the first fields when there was another first.
func (o *Object) opensOtherwise(ctx context.Context, list []byte, own *cipher.Binding) bool {
	for _, c := range o.s.ciphers {
		if _, _, err := sealvalue.OpenValue(ctx, c, &types.AttributeValueMemberB{Value: list}, own, nil); err == nil {
			return true
		}
	}
	return false
}
