package model

import (
	"context"
	"reflect"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/dystore/dystore/internal/item"
)

// Blind finds objects by an encrypted value: a tag that is made of the value with a secret
// key is stored beside it.
type Blind struct {
	Root  reflect.Type // T
	Of    *Lens        // the encrypted field
	Tag   *Lens        // the field that receives the tag
	Scope *Lens        // the field of the key that says whose keys; nil: they have no scopes
	Fold  bool         // text is compared without regard to case
	Key   uint32       // the id of the key
	Bits  int          // of the hash
	Errs  []error

	// Make makes the tag of a content, under the key of a scope.
	Make func(ctx context.Context, entity, scope string, content []byte) ([]byte, error)
}

// Content is what the tag of a value is made of, the same for all equal values; nil for a
// value that has no tag, because there is none or it is empty.
func (b *Blind) Content(av types.AttributeValue) ([]byte, error) {
	if item.Absent(av) || item.EmptyText(av) {
		return nil, nil
	}
	if s, ok := av.(*types.AttributeValueMemberS); ok && b.Fold {
		av = item.String(item.FoldCase(s.Value))
	}
	return item.AppendCanonical(nil, av)
}

// Sought is a value that is looked for by its tag.
type Sought struct {
	Blind *Blind
	Value reflect.Value // a V
	Scope *string       // nil: none is said
}
