package tables

import (
	"encoding/base64"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/dystore/dystore/internal/fail"
	"github.com/dystore/dystore/internal/item"
)

// Key is a key as attribute values: a partition key, and a sort key if
// the table has one.
type Key struct {
	Parts []types.AttributeValue
	Err   error
}

// Text shows the key for people.
func (k Key) Text() string {
	texts := make([]string, len(k.Parts))
	for i, p := range k.Parts {
		switch p := p.(type) {
		case *types.AttributeValueMemberS:
			texts[i] = strconv.Quote(p.Value)
		case *types.AttributeValueMemberN:
			texts[i] = p.Value
		case *types.AttributeValueMemberB:
			texts[i] = "base64:" + base64.StdEncoding.EncodeToString(p.Value)
		}
	}
	return strings.Join(texts, "/")
}

// check returns why the key cannot be used with a schema of n key attributes.
func (k Key) check(n int) error {
	switch {
	case k.Err != nil:
		return fail.Withf(fail.ErrInvalid, "key: %w", k.Err)
	case len(k.Parts) == 0:
		return fail.Withf(fail.ErrInvalid, "key: the zero Key names no object")
	case len(k.Parts) != n:
		return fail.Withf(fail.ErrInvalid, "key: it has %d parts, the key of the table has %d", len(k.Parts), n)
	}
	return nil
}

// maxKeyBytes are DynamoDB's limits for partition and sort key values.
var maxKeyBytes = [...]int{item.MaxPartitionKey, item.MaxSortKey}

// CheckKeyValue refuses what cannot be the value of a key attribute: the partition
// key at position 0, the sort key at 1. The error goes on after the name.
func CheckKeyValue(pos int, av types.AttributeValue) error {
	size := 0
	switch v := av.(type) {
	case *types.AttributeValueMemberS:
		if size = len(v.Value); !utf8.ValidString(v.Value) {
			return errors.New("is not valid UTF-8")
		}
	case *types.AttributeValueMemberB:
		size = len(v.Value)
	case *types.AttributeValueMemberN:
		return nil
	case nil:
	default:
		return fmt.Errorf("is of type %s; a key is a string, a number or binary", item.TypeText(av))
	}
	if size == 0 {
		return errors.New("is empty")
	}
	if size > maxKeyBytes[pos] {
		return fmt.Errorf("is %d bytes long; DynamoDB allows %d", size, maxKeyBytes[pos])
	}
	return nil
}
