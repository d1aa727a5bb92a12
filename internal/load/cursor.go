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
	return encoded(s.query.Encode(ctx, place))
}

// Start is where to begin behind a cursor: the place, and what the range fixes.
func (s *Cursors) Start(ctx context.Context, text string) (map[string]types.AttributeValue, error) {
	place, err := s.query.Decode(ctx, text)
	if err != nil {
		return nil, undecoded(err)
	}
	return s.From(place), nil
}

// From is where to begin behind a place.
func (s *Cursors) From(place []types.AttributeValue) map[string]types.AttributeValue {
	start := s.in.Fixed()
	for i, name := range s.in.place() {
		start[name] = place[i]
	}
	return start
}

// AfterAll is the cursor of a scan in segments, which have come to these places. Where all
// are at their ends it is "".
func (s *Cursors) AfterAll(ctx context.Context, places []cursor.Place) (string, error) {
	if !slices.ContainsFunc(places, func(p cursor.Place) bool { return !p.End }) {
		return "", nil
	}
	return encoded(s.query.EncodeAll(ctx, places))
}

// Places are those of a cursor of a scan in n segments; "" is the beginning of all.
func (s *Cursors) Places(ctx context.Context, text string, n int) ([]cursor.Place, error) {
	if text == "" {
		return make([]cursor.Place, n), nil
	}
	places, err := s.query.DecodeAll(ctx, text, n)
	if err != nil {
		return nil, undecoded(err)
	}
	return places, nil
}

func encoded(text string, err error) (string, error) {
	if err != nil {
		err = fail.Withf(fail.ErrUnavailable, "%w", err)
	}
	return text, err
}

func undecoded(err error) error {
	if errors.Is(err, cipher.ErrKeySource) {
		return fail.Withf(fail.ErrUnavailable, "StartAt: %w", err)
	}
	return fail.Withf(fail.ErrInvalid, "StartAt: %w", err)
}
