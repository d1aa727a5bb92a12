package repo

import (
	"context"
	"errors"
	"reflect"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/dystore/dystore/cipher"
	"github.com/dystore/dystore/internal/attr"
	"github.com/dystore/dystore/internal/codec"
	"github.com/dystore/dystore/internal/fail"
	"github.com/dystore/dystore/internal/model"
	"github.com/dystore/dystore/internal/policy"
	"github.com/dystore/dystore/internal/sealvalue"
	"github.com/dystore/dystore/internal/sorted"
	"github.com/dystore/dystore/internal/stored"
)

// Encryption. A sealed value is bound to the entity, the root's key and its
// logical path, wherever it is stored: moving a part never seals it again.

func (c *core) binding(key storedKey) (cipher.Binding, error) {
	parts, err := sealvalue.KeyParts(key.parts...)
	return cipher.Binding{Entity: c.s.entity, Key: parts}, err
}

// bound encrypts and decrypts the pieces of one object.
type bound struct {
	s *schema
	b cipher.Binding // nothing if nothing is encrypted
}

func (c *core) bound(key storedKey) (bound, error) {
	if c.s.policy == nil {
		return bound{s: c.s}, nil
	}
	b, err := c.binding(key)
	return bound{c.s, b}, err
}

// seal encrypts the sealed paths of a piece's document in place.
func (b *bound) seal(ctx context.Context, inst stored.Inst, doc attrs, notes noted) error {
	if b.s.policy == nil {
		return nil
	}
	return sealError(ctx, b.s.policy.Seal(ctx, doc, instPath(inst), b.b, notes.under(inst)))
}

// open decrypts the sealed paths of a piece's document in place.
func (b *bound) open(ctx context.Context, inst stored.Inst, doc attrs, notes noted) error {
	if b.s.policy == nil {
		return nil
	}
	return openError(ctx, b.s.policy.Open(ctx, doc, instPath(inst), b.b, notes.under(inst)))
}

// instPath is the logical path of an instance, for sealing.
func instPath(inst stored.Inst) attr.Path {
	path, err := inst.Path()
	if err != nil {
		return nil // the manifest was checked when it was decoded
	}
	return path
}

// checkShape refuses a record that would put parts, lists or maps where they
// would displace encrypted values: the record itself is not encrypted.
func (c *core) checkShape(m *stored.Root, sel *selection) error {
	if c.s.policy == nil {
		return nil
	}
	for _, inst := range sorted.Keys(m.Parts) {
		if sel.wanted(inst, m) && !c.s.policy.Admits(instPath(inst), false) {
			return misplaced(inst)
		}
	}
	for _, inst := range sorted.Keys(m.Orders) {
		if sel.wanted(inst, m) && !c.s.policy.Admits(instPath(inst), !m.Orders[inst].IsMap) {
			return misplaced(inst)
		}
	}
	return nil
}

func misplaced(inst stored.Inst) error {
	return fail.At(fail.Text(inst), fail.Withf(ErrCorrupt, "%w: the stored record has a part, list or map here", cipher.ErrNotEncrypted))
}

// sealAt encrypts one value that stands at a path, or the sealed values in it.
func (c *core) sealAt(ctx context.Context, key storedKey, path attr.Path, av types.AttributeValue) (types.AttributeValue, error) {
	if c.s.policy == nil {
		return av, nil
	}
	b, err := c.binding(key)
	if err != nil {
		return nil, err
	}
	out, err := c.s.policy.SealValue(ctx, av, path, b)
	return out, sealError(ctx, err)
}

// openAt is the reverse of sealAt.
func (c *core) openAt(ctx context.Context, key storedKey, path attr.Path, av types.AttributeValue) (types.AttributeValue, error) {
	if c.s.policy == nil || av == nil {
		return av, nil
	}
	b, err := c.binding(key)
	if err != nil {
		return nil, err
	}
	out, err := c.s.policy.OpenValue(ctx, av, path, b)
	return out, openError(ctx, err)
}

// hidesNil reports whether a path is encrypted and its value may be nil: what
// stands there then is an envelope too, and DynamoDB cannot tell that there is
// no value.
func (c *core) hidesNil(l *model.Lens) bool {
	if state, _ := c.s.policy.At(l.Path); state != policy.Sealed {
		return false
	}
	zero, err := l.Codec.Encode(reflect.Zero(l.Codec.Type()))
	return err == nil && zero == nil
}

const hiddenNil = "is encrypted, also when it is nil, so DynamoDB cannot tell whether there is a value; use Modify"

// record is the binding of what is sealed in the record.
func (b *bound) record() cipher.Binding {
	own := b.b
	own.Path = cipher.Path{cipher.Name(b.s.metaAttr)}
	return own
}

// sealedPolicy is the list of sealed paths as the root item carries it, itself
// sealed, so that nobody with access to the table alone can take a path off it
// and plant plaintext; nil without encryption.
func (b *bound) sealedPolicy(ctx context.Context) ([]byte, error) {
	if b.s.policy == nil {
		return nil, nil
	}
	own := b.record()
	sealed, _, err := sealvalue.SealValue(ctx, b.s.cipher, &types.AttributeValueMemberB{Value: []byte(b.s.sealed)}, &own)
	if err != nil {
		return nil, sealError(ctx, err)
	}
	return sealed.Value, nil
}

// explain replaces the codec's error about an opened value where it would show
// what is in it, or where an envelope stands in the place of a value.
func (c *core) explain(key storedKey, path attr.Path, av types.AttributeValue, of *codec.Codec, err error) error {
	b, wrong := c.binding(key)
	if wrong != nil {
		return wrong
	}
	return c.s.policy.Explain(err, av, of, path, b)
}

// sealError gives a failure to seal its kind. What is stored has no part in it,
// so a key that is not to be had is the key source's fault, for any reason.
func sealError(ctx context.Context, err error) error {
	noKey := errors.Is(err, cipher.ErrUnknownKey) || errors.Is(err, cipher.ErrKeyDisabled) || errors.Is(err, cipher.ErrKeyDestroyed)
	return cipherError(ctx, err, noKey, ErrInvalid)
}

// openError gives a failure to open its kind: what does not open is corrupt, or
// not for this reader; either way the cipher's error says which. An envelope
// names its key, so a key that the source does not have is of that kind.
func openError(ctx context.Context, err error) error {
	return cipherError(ctx, err, false, ErrCorrupt)
}

// cipherError gives an error of a cipher a kind: one of the keys, which says
// nothing about the value, or verdict. A key source that gave up because the
// caller's context has ended did not fail.
func cipherError(ctx context.Context, err error, noKey bool, verdict error) error {
	switch {
	case err == nil:
		return nil
	case !noKey && !errors.Is(err, cipher.ErrKeySource) && !endOfContext(err):
		return fail.Withf(verdict, "%w", err)
	case ctx.Err() != nil:
		return fail.Withf(ctx.Err(), "%w", err)
	}
	return fail.Withf(ErrUnavailable, "%w", err)
}

// endOfContext reports whether an error says that a context has ended.
func endOfContext(err error) bool {
	return errors.Is(err, context.Canceled) || errors.Is(err, context.DeadlineExceeded)
}
