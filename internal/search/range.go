package search

import (
	"context"
	"slices"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/dystore/dystore/internal/attr"
	"github.com/dystore/dystore/internal/fail"
	"github.com/dystore/dystore/internal/keys"
	"github.com/dystore/dystore/internal/model"
)

// Ranges of encrypted values. The index has tags of them, of which several values may have one,
// so that what is found there is opened and compared.

// In is a range as it is read: with the tags of the encrypted values that it is of.
func (t *Tags) In(ctx context.Context, r *keys.Range) (*keys.Range, error) {
	if r.Sought() == nil {
		return r, nil
	}
	return r.Resolved(func(s *keys.Sought) ([]byte, error) {
		if !t.declares(s.Blind) {
			return nil, fail.At(s.Blind.Of.Path, fail.Withf(fail.ErrInvalid, "the range is of a blind index that is not a part of the model"))
		}
		return t.sealing.Tag(ctx, s.Blind, s.Scope, s.Content)
	})
}

func (t *Tags) declares(b *model.Blind) bool {
	return slices.ContainsFunc(t.all, func(f *tagged) bool { return f.Blind == b })
}

// Holds reports whether an object has all encrypted values that a range is of; opened is its
// value at a path. Of one that cannot be opened nobody can tell.
func Holds(all []*keys.Sought, opened func(attr.Path) (types.AttributeValue, error)) (bool, error) {
	for _, s := range all {
		av, err := opened(s.Blind.Of.Path)
		if err != nil || !s.Is(av) {
			return false, err
		}
	}
	return true, nil
}
