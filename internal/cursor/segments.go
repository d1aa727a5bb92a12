package cursor

import (
	"context"
	"fmt"
	"slices"
	"strconv"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
)

// A scan in segments has a place in each of them. Its cursor has them all, in order, and is
// of this number of segments: DynamoDB divides a table otherwise for each number.

// Place is where a segment has come to. The zero Place is its beginning.
type Place struct {
	At  []types.AttributeValue // the last object that was taken
	End bool                   // there is no other
}

// What a place in the text of a cursor begins with.
const (
	atBeginning = iota
	atEnd
	behind // the values of a place follow
)

// EncodeAll returns the text of the places of all segments. Of one segment it is that of Encode.
func (q *Query) EncodeAll(ctx context.Context, places []Place) (string, error) {
	if len(places) == 1 {
		return q.Encode(ctx, places[0].At)
	}
	var body []byte
	for _, p := range places {
		switch {
		case p.End:
			body = append(body, atEnd)
		case p.At == nil:
			body = append(body, atBeginning)
		default:
			body = encode(append(body, behind), p.At)
		}
	}
	return q.in(len(places)).close(ctx, body)
}

// DecodeAll returns the places that a text names, of a scan in n segments.
func (q *Query) DecodeAll(ctx context.Context, text string, n int) ([]Place, error) {
	if n == 1 {
		at, err := q.Decode(ctx, text)
		return []Place{{At: at}}, err
	}
	body, err := q.in(n).open(ctx, text)
	switch {
	case err == errBad:
		return nil, fmt.Errorf("%w; a scan in segments goes on with the same number of them", err)
	case err != nil:
		return nil, err
	}
	places := make([]Place, n)
	for i := range places {
		if len(body) == 0 || body[0] > behind {
			return nil, errBad
		}
		is := body[0]
		body = body[1:]
		if places[i].End = is == atEnd; is == behind {
			if places[i].At, body, err = q.next(body); err != nil {
				return nil, err
			}
		}
	}
	if len(body) > 0 {
		return nil, errBad
	}
	return places, nil
}

// in is the query, read in n segments.
func (q *Query) in(n int) *Query {
	own := *q
	own.Text = append(slices.Clone(q.Text), "segments", strconv.Itoa(n))
	return &own
}
