package load

import (
	"context"
	"errors"
	"slices"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/dystore/dystore/cipher"
	"github.com/dystore/dystore/internal/cursor"
	"github.com/dystore/dystore/internal/fail"
	"github.com/dystore/dystore/internal/keys"
)

// Cursors are the cursors of one range.
type Cursors struct {
	in    *rangeReader
	query cursor.Query
}

// Cursors returns the cursors of a range; c encrypts them, nil leaves them readable.
func (t *Typed) Cursors(ctx context.Context, r *keys.Range, c cipher.Cipher) (*Cursors, error) {
	in, err := t.open(ctx, r)
	if err != nil {
		return nil, err
	}
	place := in.place() // the names too: an index may be declared anew, by other attributes
	s := &Cursors{in: in, query: cursor.Query{Entity: t.Schema.Entity, Text: slices.Concat(in.Description(), place), Cipher: c}}
	for _, name := range place {
		s.query.Key = append(s.query.Key, in.kindOf(name))
	}
	return s, nil
}

// kindOf is the type of an attribute of the key of the object or the index.
func (in *rangeReader) kindOf(name string) types.ScalarAttributeType {
	for _, a := range in.Key() {
		if a.Name == name {
			return a.Kind
		}
	}
	for _, k := range in.t.Schema.Keys {
		if k.Name == name {
			return k.Kind
		}
	}
	return ""
}

// After is the cursor behind an object, which was found at a place.
func (s *Cursors) After(ctx context.Context, place []types.AttributeValue) (string, error) {
	text, err := s.query.Encode(ctx, place)
	if err != nil {
		err = fail.Withf(fail.ErrUnavailable, "%w", err)
	}
	return text, err
}

// Start is where to begin behind a cursor: the place, and what the range fixes.
func (s *Cursors) Start(ctx context.Context, text string) (map[string]types.AttributeValue, error) {
	place, err := s.query.Decode(ctx, text)
	switch {
	case errors.Is(err, cipher.ErrKeySource):
		return nil, fail.Withf(fail.ErrUnavailable, "StartAt: %w", err)
	case err != nil:
		return nil, fail.Withf(fail.ErrInvalid, "StartAt: %w", err)
	}
	start := s.in.Fixed()
	for i, name := range s.in.place() {
		start[name] = place[i]
	}
	return start, nil
}
