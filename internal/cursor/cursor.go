// Package cursor writes places in a range as opaque texts.
//
// A cursor is bound to a query by a checksum over it and over the place. That finds
// cursors that were cut, or come from another query. It is no secret: who knows how
// it is made can make one. So a cursor names only what its query leaves open: a forged
// one is another place in the same range. With a cipher it can be neither read nor
// made.
package cursor

import (
	"context"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"errors"
	"fmt"
	"strings"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/dystore/dystore/cipher"
	"github.com/dystore/dystore/internal/item"
	"github.com/dystore/dystore/internal/tables"
)

// Query is what a cursor is of.
type Query struct {
	Entity string
	Text   []string                    // describes it
	Key    []types.ScalarAttributeType // of the values of a place
	Cipher cipher.Cipher               // nil: cursors are not encrypted
}

// The first byte of a cursor is its form. Forms are never given another meaning, so
// that cursors outlive a release.
const (
	plain  = 1
	sealed = 2
)

const checksumSize = 12

// errBad is why a text is no cursor. It does not say what of it is wrong.
var errBad = errors.New("the cursor is not one of this query, or was changed")

// Encode returns the text of a place.
func (q *Query) Encode(ctx context.Context, place []types.AttributeValue) (string, error) {
	return q.close(ctx, encode(nil, place))
}

// Decode returns the place that a text names.
func (q *Query) Decode(ctx context.Context, text string) ([]types.AttributeValue, error) {
	body, err := q.open(ctx, text)
	if err != nil {
		return nil, err
	}
	return q.decode(body)
}

// close makes the text of what a cursor says.
func (q *Query) close(ctx context.Context, body []byte) (string, error) {
	if q.Cipher == nil {
		raw := append([]byte{plain}, q.checksum(body)...)
		return base64.RawURLEncoding.EncodeToString(append(raw, body...)), nil
	}
	raw, err := q.Cipher.Seal(ctx, []byte{sealed}, body, q.binding())
	if err != nil {
		return "", fmt.Errorf("cursor: %w", err)
	}
	return base64.RawURLEncoding.EncodeToString(raw), nil
}

// open is the reverse of close.
func (q *Query) open(ctx context.Context, text string) ([]byte, error) {
	raw, err := base64.RawURLEncoding.Strict().DecodeString(text)
	switch {
	case err != nil || len(raw) == 0 || strings.ContainsAny(text, "\r\n"): // which the decoder passes over
		return nil, errBad
	case q.Cipher != nil:
		if raw[0] != sealed {
			return nil, errBad
		}
		body, err := q.Cipher.Open(ctx, nil, raw[1:], q.binding())
		if err != nil && errors.Is(err, cipher.ErrKeySource) {
			return nil, fmt.Errorf("cursor: %w", err)
		}
		if err != nil {
			return nil, errBad
		}
		return body, nil
	case raw[0] != plain || len(raw) <= checksumSize:
		return nil, errBad
	}
	body := raw[1+checksumSize:]
	if string(raw[1:1+checksumSize]) != string(q.checksum(body)) {
		return nil, errBad
	}
	return body, nil
}

// checksum is over the query and a place.
func (q *Query) checksum(place []byte) []byte {
	sum := sha256.Sum256(append(q.digest(), place...))
	return sum[:checksumSize]
}

func (q *Query) digest() []byte {
	text := appendText([]byte("dystore cursor 1\x00"), 'S', q.Entity)
	for _, t := range q.Text {
		text = appendText(text, 'T', t)
	}
	sum := sha256.Sum256(text)
	return sum[:]
}

// binding ties an encrypted cursor to its query. No value of an object has it.
func (q *Query) binding() *cipher.Binding {
	return &cipher.Binding{Entity: "dystore cursor", Key: []cipher.KeyPart{cipher.KeyString(q.Entity), cipher.KeyBinary(q.digest())},
		Path: cipher.Path{cipher.Name("next")}}
}

// encode appends values, each as its type, its length and its bytes.
func encode(to []byte, values []types.AttributeValue) []byte {
	for _, av := range values {
		switch v := av.(type) {
		case *types.AttributeValueMemberS:
			to = appendText(to, 'S', v.Value)
		case *types.AttributeValueMemberN:
			to = appendText(to, 'N', v.Value)
		case *types.AttributeValueMemberB:
			to = appendText(to, 'B', string(v.Value))
		}
	}
	return to
}

func appendText(to []byte, kind byte, text string) []byte {
	return append(binary.AppendUvarint(append(to, kind), uint64(len(text))), text...)
}

// decode reads the values of a place. Each must be one that can be in a key.
func (q *Query) decode(body []byte) ([]types.AttributeValue, error) {
	place, rest, err := q.next(body)
	if err == nil && len(rest) > 0 {
		err = errBad
	}
	return place, err
}

// next reads the values of the place that a text begins with.
func (q *Query) next(body []byte) (place []types.AttributeValue, rest []byte, err error) {
	for _, kind := range q.Key {
		if len(body) == 0 || string(body[:1]) != string(kind) {
			return nil, nil, errBad
		}
		n, width := binary.Uvarint(body[1:])
		if width <= 0 || n > uint64(len(body)-1-width) {
			return nil, nil, errBad
		}
		from := 1 + width
		av, err := value(kind, body[from:from+int(n)])
		if err != nil {
			return nil, nil, errBad
		}
		place, body = append(place, av), body[from+int(n):]
	}
	return place, body, nil
}

func value(kind types.ScalarAttributeType, text []byte) (types.AttributeValue, error) {
	var av types.AttributeValue
	switch kind {
	case types.ScalarAttributeTypeN:
		n, err := item.NormalizeNumber(string(text))
		if err != nil {
			return nil, err
		}
		av = &types.AttributeValueMemberN{Value: n}
	case types.ScalarAttributeTypeB:
		av = &types.AttributeValueMemberB{Value: text}
	default:
		av = &types.AttributeValueMemberS{Value: string(text)}
	}
	return av, tables.CheckKeyValue(0, av)
}
