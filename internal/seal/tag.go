package seal

import (
	"context"

	"github.com/dystore/dystore/cipher"
	"github.com/dystore/dystore/internal/fail"
	"github.com/dystore/dystore/internal/model"
)

// Tag is the tag of what is in a value, in a scope; nil if there is nothing.
func (s *Sealing) Tag(ctx context.Context, b *model.Blind, scope string, content []byte) (cipher.Tag, error) {
	if content == nil {
		return nil, nil
	}
	tag, err := b.Make(ctx, s.Entity, scope, content)
	if err != nil {
		return nil, fail.At(b.Of.Path, sealError(ctx, err))
	}
	return tag, nil
}
