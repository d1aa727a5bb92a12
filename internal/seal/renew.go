package seal

import (
	"context"
	"errors"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/dystore/dystore/cipher"
	"github.com/dystore/dystore/internal/attr"
	"github.com/dystore/dystore/internal/fail"
	"github.com/dystore/dystore/internal/sealvalue"
	"github.com/dystore/dystore/internal/snapshot"
)

// Renew returns a value that the model does not know, at a path, with the envelopes in it made
// anew, where the ciphers of the model open them and would make them otherwise today. av stays
// as it is; what no cipher opens is returned as it is. With strict an envelope is refused that
// was changed: it is under a key of a cipher, and does not open. Others may be of a cipher that
// this program does not have.
func (o *Object) Renew(ctx context.Context, forms Forms, path attr.Path, av types.AttributeValue, strict bool) (types.AttributeValue, error) {
	if o.s.Policy == nil {
		return av, nil
	}
	switch v := av.(type) {
	case *types.AttributeValueMemberM:
		out := make(map[string]types.AttributeValue, len(v.Value))
		for name, e := range v.Value {
			own, err := o.Renew(ctx, forms, attr.Join(path, attr.Names(name)), e, strict)
			if err != nil {
				return nil, err
			}
			out[name] = own
		}
		return &types.AttributeValueMemberM{Value: out}, nil
	case *types.AttributeValueMemberL:
		out := make([]types.AttributeValue, len(v.Value))
		for i, e := range v.Value {
			own, err := o.Renew(ctx, forms, attr.Join(path, attr.Path{attr.Elem}), e, strict)
			if err != nil {
				return nil, err
			}
			out[i] = own
		}
		return &types.AttributeValueMemberL{Value: out}, nil
	case *types.AttributeValueMemberB:
		if sealvalue.IsEnvelope(v.Value) {
			return o.renew(ctx, forms, path, v, strict)
		}
	}
	return av, nil
}

func (o *Object) renew(ctx context.Context, forms Forms, path attr.Path, av *types.AttributeValueMemberB, strict bool) (types.AttributeValue, error) {
	b := o.b
	var err error
	if b.Path, err = sealvalue.Path(path); err != nil {
		return av, nil
	}
	var changed error
	for group, c := range o.s.ciphers {
		opened, plain, err := sealvalue.OpenValue(ctx, c, av, &b, nil)
		switch {
		case err != nil && (errors.Is(err, cipher.ErrKeySource) || fail.EndOfContext(err)):
			return nil, openError(ctx, err)
		case strict && errors.Is(err, cipher.ErrAuth):
			changed = fail.At(path, openError(ctx, err))
			continue // unless it is of another cipher that has the key
		case err != nil:
			continue // another cipher has made it, or one that this program does not have
		}
		e := envelopeOf(group, av.Value, plain)
		e.Scope = scopeOf(c, &b)
		current, err := forms.Current(ctx, o, []snapshot.Envelope{e})
		switch {
		case errors.Is(err, cipher.ErrNoSealer): // who only reads such values leaves them to others
			return av, nil
		case current || err != nil:
			return av, err
		}
		sealed, _, err := sealvalue.SealValue(ctx, c, opened, &b, nil)
		return sealed, sealError(ctx, err)
	}
	return av, changed
}
