package repo

import (
	"encoding/base64"
	"errors"
	"fmt"
	"reflect"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/dystore/dystore/internal/fail"
	"github.com/dystore/dystore/internal/item"
)

// Key is the key of one object of a T. It is made by a key declaration
// (personID.Of("p1")), by Repo.Key, or returned by a write. A key that cannot
// work is an error of the verb that uses it, before any request. The zero Key
// is such a key.
type Key[T any] struct{ storedKey }

// String shows the key for people; it is not a stored form.
func (k Key[T]) String() string { return k.text() }

// Equal reports whether two keys are the same stored key.
func (k Key[T]) Equal(o Key[T]) bool { return k.text() == o.text() }

// storedKey is a key as attribute values: a partition key, and a sort key if
// the table has one.
type storedKey struct {
	parts []types.AttributeValue
	err   error
}

func (k storedKey) text() string {
	texts := make([]string, len(k.parts))
	for i, p := range k.parts {
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
func (k storedKey) check(n int) error {
	switch {
	case k.err != nil:
		return fail.Withf(ErrInvalid, "key: %w", k.err)
	case len(k.parts) == 0:
		return fail.Withf(ErrInvalid, "key: the zero Key names no object")
	case len(k.parts) != n:
		return fail.Withf(ErrInvalid, "key: it has %d parts, the key of the table has %d", len(k.parts), n)
	}
	return nil
}

// keyAttr is one key attribute of a model.
type keyAttr struct {
	name string
	typ  reflect.Type
	keyForm
	get  func(root reflect.Value) (reflect.Value, bool)
	set  func(root, v reflect.Value) bool
	path fmt.Stringer
}

// maxKeyBytes are DynamoDB's limits for partition and sort key values.
var maxKeyBytes = [...]int{item.MaxPartitionKey, item.MaxSortKey}

// keyValue encodes and checks one part of a key.
func (a *keyAttr) keyValue(pos int, v reflect.Value) (types.AttributeValue, error) {
	return a.checked(pos, v, a.encode)
}

// bound encodes and checks what stored sort keys are compared with.
func (a *keyAttr) bound(v reflect.Value) (types.AttributeValue, error) {
	return a.checked(1, v, a.operand)
}

func (a *keyAttr) checked(pos int, v reflect.Value, encode keyEncoder) (types.AttributeValue, error) {
	av, err := encode(v)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", a.name, err)
	}
	if err := checkKeyValue(pos, av); err != nil {
		return nil, fmt.Errorf("%s %w", a.name, err)
	}
	return av, nil
}

func checkKeyValue(pos int, av types.AttributeValue) error {
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
		return fmt.Errorf("is of type %s; a key is a string, a number or binary", item.TypeName(av))
	}
	if size == 0 {
		return errors.New("is empty")
	}
	if size > maxKeyBytes[pos] {
		return fmt.Errorf("is %d bytes long; DynamoDB allows %d", size, maxKeyBytes[pos])
	}
	return nil
}
