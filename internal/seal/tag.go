package seal

import (
	"context"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/dystore/dystore/cipher"
	"github.com/dystore/dystore/internal/fail"
	"github.com/dystore/dystore/internal/model"
)

// Tag is the tag of a value, not encrypted, in a scope; nil for a value that has none.
func (s *Sealing) Tag(ctx context.Context, b *model.Blind, scope string, av types.AttributeValue) (cipher.Tag, error) {
	content, err := b.Content(av)
	if err != nil {
		return nil, fail.At(b.Of.Path, fail.Withf(fail.ErrInvalid, "%w", err))
	}
	if content == nil {
		return nil, nil
	}
	tag, err := b.Make(ctx, s.Entity, scope, content)
	if err != nil {
		return nil, fail.At(b.Of.Path, sealError(ctx, err))
	}
	return tag, nil
}
