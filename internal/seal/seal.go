// Package seal encrypts and decrypts the values of objects, each bound to its
// object and its path, and gives failures their kind.
package seal

import (
	"context"
	"errors"
	"reflect"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/dystore/dystore/cipher"
	"github.com/dystore/dystore/internal/attr"
	"github.com/dystore/dystore/internal/codec"
	"github.com/dystore/dystore/internal/fail"
	"github.com/dystore/dystore/internal/item"
	"github.com/dystore/dystore/internal/model"
	"github.com/dystore/dystore/internal/policy"
	"github.com/dystore/dystore/internal/sealvalue"
	"github.com/dystore/dystore/internal/stored"
)

// Sealing is how the values of a model's objects are encrypted; the zero Sealing
// encrypts nothing. A sealed value is bound to the entity, the root's key and its
// logical path, wherever it is stored: moving a part never seals it again.
type Sealing struct {
	Entity   string
	MetaAttr string
	Policy   *policy.Node // nil: nothing is encrypted
	Encoded  string       // the policy: what snapshots are of

	list    string          // of the paths that a write encrypts, as it is stored; empty: it encrypts nothing
	all     string          // of these and of others that may be stored encrypted
	cipher  cipher.Cipher   // seals the list
	ciphers []cipher.Cipher // by the numbers that the policy has for them
}

// Object encrypts and decrypts the values of one object.
type Object struct {
	s *Sealing
	b cipher.Binding // nothing if nothing is encrypted
}

// Of returns the object with a key.
func (s *Sealing) Of(key []types.AttributeValue) (Object, error) {
	if s.Policy == nil {
		return Object{s: s}, nil
	}
	b, err := s.binding(key)
	return Object{s, b}, err
}

func (s *Sealing) binding(key []types.AttributeValue) (cipher.Binding, error) {
	parts, err := sealvalue.KeyParts(key...)
	return cipher.Binding{Entity: s.Entity, Key: parts}, err
}

// Seal encrypts the sealed paths of a piece's document in place.
func (o *Object) Seal(ctx context.Context, inst stored.Inst, doc map[string]types.AttributeValue, notes Noted) error {
	if o.s.Policy == nil {
		return nil
	}
	return sealError(ctx, o.s.Policy.Seal(ctx, doc, InstPath(inst), o.b, notes.under(inst, o.s.ciphers)))
}

// Trim makes a piece's document comparable with one that was opened: see policy.Node.Trim.
func (o *Object) Trim(ctx context.Context, inst stored.Inst, doc map[string]types.AttributeValue) {
	if o.s.Policy != nil && item.HasNull(doc) { // which few have, and the walk costs memory
		o.s.Policy.Trim(ctx, doc, InstPath(inst))
	}
}

// Open decrypts the sealed paths of a piece's document in place.
func (o *Object) Open(ctx context.Context, inst stored.Inst, doc map[string]types.AttributeValue, notes Noted) error {
	if o.s.Policy == nil {
		return nil
	}
	return openError(ctx, o.s.Policy.Open(ctx, doc, InstPath(inst), o.b, notes.under(inst, o.s.ciphers)))
}

// OpenLive is Open that accepts no value as erased.
func (o *Object) OpenLive(ctx context.Context, inst stored.Inst, doc map[string]types.AttributeValue, notes Noted) error {
	if o.s.Policy == nil {
		return nil
	}
	return openError(ctx, o.s.Policy.OpenLive(ctx, doc, InstPath(inst), o.b, notes.under(inst, o.s.ciphers)))
}

// Names says which attributes of a piece Open is about; nil if it is about none. It is false
// if the piece cannot be opened.
func (s *Sealing) Names(inst stored.Inst) (sealed func(name []byte) bool, ok bool) {
	if s.Policy == nil {
		return nil, true
	}
	return s.Policy.Names(InstPath(inst))
}

// InstPath is the logical path of an instance.
func InstPath(inst stored.Inst) attr.Path {
	path, err := inst.Path()
	if err != nil {
		return nil // the manifest was checked when it was decoded
	}
	return path
}

// SealAt encrypts one value that is at a path, or the sealed values in it.
func (o *Object) SealAt(ctx context.Context, path attr.Path, av types.AttributeValue) (types.AttributeValue, error) {
	if o.s.Policy == nil {
		return av, nil
	}
	out, err := o.s.Policy.SealValue(ctx, av, path, o.b)
	return out, sealError(ctx, err)
}

// OpenAt is the reverse of SealAt.
func (o *Object) OpenAt(ctx context.Context, path attr.Path, av types.AttributeValue) (types.AttributeValue, error) {
	if o.s.Policy == nil || av == nil {
		return av, nil
	}
	out, err := o.s.Policy.OpenValue(ctx, av, path, o.b)
	return out, openError(ctx, err)
}

// Admits reports whether a stored record may have a part, or with list a list of
// parts, at an instance. One that would displace an encrypted value may not be
// there: the record itself is not encrypted.
func (s *Sealing) Admits(inst stored.Inst, list bool) bool {
	return s.Policy == nil || s.Policy.Admits(InstPath(inst), list)
}

// HidesNil reports whether a path is encrypted and its value may be nil: what is
// stored then is an envelope too, and DynamoDB cannot tell that there is no
// value.
func (s *Sealing) HidesNil(l *model.Lens) bool {
	if state, _ := s.Policy.At(l.Path); state != policy.Sealed {
		return false
	}
	zero, err := l.Codec.Encode(reflect.Zero(l.Codec.Type()))
	return err == nil && zero == nil
}

// HiddenNil is why a path that HidesNil cannot be looked for.
const HiddenNil = "is encrypted, also when it is nil, so DynamoDB cannot tell whether there is a value; use Modify"

// record is the binding of what is sealed in the record.
func (o *Object) record() cipher.Binding {
	own := o.b
	own.Path = cipher.Path{cipher.Name(o.s.MetaAttr)}
	return own
}

// List is the list of encrypted paths as the root item carries it, itself
// sealed, so that access to the table alone is not enough to take a path off it
// and to plant plaintext; nil if nothing is encrypted.
func (o *Object) List(ctx context.Context) ([]byte, error) {
	if o.s.list == "" {
		return nil, nil
	}
	return o.sealList(ctx, o.s.list)
}

// ListOver is the list of a write that leaves parts as they are, over an object with a list: what
// the model does not encrypt any more may still be encrypted in them.
func (o *Object) ListOver(ctx context.Context, was []byte) ([]byte, error) {
	switch {
	case o.s.list == o.s.all:
		return o.List(ctx)
	case o.s.list == "":
		return was, nil
	}
	return o.sealList(ctx, o.s.all)
}

func (o *Object) sealList(ctx context.Context, list string) ([]byte, error) {
	own := o.record()
	sealed, _, err := sealvalue.SealValue(ctx, o.s.cipher, &types.AttributeValueMemberB{Value: []byte(list)}, &own, nil)
	if err != nil {
		return nil, sealError(ctx, err)
	}
	return sealed.Value, nil
}

// OpenList opens a list that List has sealed.
func (s *Sealing) OpenList(ctx context.Context, opener cipher.Opener, key []types.AttributeValue, list []byte) ([]byte, error) {
	b, err := s.binding(key)
	if err != nil {
		return nil, err
	}
	o := Object{s, b}
	own := o.record()
	av, _, err := sealvalue.OpenValue(ctx, opener, &types.AttributeValueMemberB{Value: list}, &own, nil)
	if err != nil {
		return nil, fail.At(fail.Text(s.MetaAttr), openError(ctx, err))
	}
	opened, ok := av.(*types.AttributeValueMemberB)
	if !ok {
		return nil, fail.At(fail.Text(s.MetaAttr), fail.Withf(fail.ErrCorrupt, "the list of encrypted paths is %s", item.TypeText(av)))
	}
	return opened.Value, nil
}

// Explain redacts a codec error that would quote what was decrypted, or that
// meets an envelope in the place of a value.
func (s *Sealing) Explain(key []types.AttributeValue, path attr.Path, av types.AttributeValue, of *codec.Codec, err error) error {
	b, wrong := s.binding(key)
	if wrong != nil {
		return wrong
	}
	return s.Policy.Explain(err, av, of, path, b)
}

// sealError gives a failure to seal its kind. What is stored has no part in it,
// so a key that is not to be had is the key source's fault, for any reason.
func sealError(ctx context.Context, err error) error {
	noKey := errors.Is(err, cipher.ErrUnknownKey) || errors.Is(err, cipher.ErrKeyDisabled) || errors.Is(err, cipher.ErrKeyDestroyed)
	return cipherError(ctx, err, noKey, fail.ErrInvalid)
}

// openError gives a failure to open its kind: what does not open is corrupt, or
// not for this reader; either way the cipher's error says which. An envelope
// names its key, so a key that the source does not have is of that kind.
func openError(ctx context.Context, err error) error {
	return cipherError(ctx, err, false, fail.ErrCorrupt)
}

// cipherError gives an error of a cipher a kind: one of the keys, which says
// nothing about the value, or verdict. A key source that gave up because the
// caller's context has ended did not fail.
func cipherError(ctx context.Context, err error, noKey bool, verdict error) error {
	switch {
	case err == nil:
		return nil
	case !noKey && !errors.Is(err, cipher.ErrKeySource) && !fail.EndOfContext(err):
		return fail.Withf(verdict, "%w", err)
	case ctx.Err() != nil:
		return fail.Withf(ctx.Err(), "%w", err)
	}
	return fail.Withf(fail.ErrUnavailable, "%w", err)
}
