// Package search keeps the tags by which objects are found that have an encrypted value.
package search

import (
	"context"
	"fmt"
	"reflect"
	"slices"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/dystore/dystore/cipher"
	"github.com/dystore/dystore/internal/fail"
	"github.com/dystore/dystore/internal/item"
	"github.com/dystore/dystore/internal/model"
	"github.com/dystore/dystore/internal/seal"
	"github.com/dystore/dystore/internal/tables"
)

// Tags are those that the objects of a model have; the zero Tags are none.
type Tags struct {
	sealing *seal.Sealing
	all     []*tagged
}

// tagged is a field that has a tag.
type tagged struct {
	*model.Blind
	scope seal.Finder // nil: it has no scopes
}

// name is the attribute that has the tag.
func (f *tagged) name() string { return f.Tag.Path[0].Name }

// Texts describe the tags, each in a line.
func (t *Tags) Texts() (lines []string) {
	for _, f := range t.all {
		line := fmt.Sprintf("%s found by the tag %s", f.Of.Path, f.name())
		if f.Scope != nil {
			line += fmt.Sprintf(", with keys of each %s", f.Scope.Path)
		}
		if f.Fold {
			line += ", without regard to case"
		}
		lines = append(lines, line)
	}
	return lines
}

// Each visits their declarations, in order.
func (t *Tags) Each(visit func(*model.Blind)) {
	for _, f := range t.all {
		visit(f.Blind)
	}
}

// Has reports whether an attribute has a tag.
func (t *Tags) Has(name string) bool {
	return slices.ContainsFunc(t.all, func(f *tagged) bool { return f.name() == name })
}

// Scoped reports whether the tag of the value at a path has keys of scopes.
func (t *Tags) Scoped(path string) bool {
	return slices.ContainsFunc(t.all, func(f *tagged) bool { return f.scope != nil && f.Of.Path.String() == path })
}

// None reports whether there are none.
func (t *Tags) None() bool { return len(t.all) == 0 }

// of is the tag that a value of an object has, nil for none.
func (t *Tags) of(ctx context.Context, f *tagged, key tables.Key, av types.AttributeValue) (cipher.Tag, error) {
	scope := ""
	if f.scope != nil {
		var err error
		if scope, err = t.sealing.ScopeIn(key.Parts, f.scope); err != nil {
			return nil, fail.At(f.Of.Path, fail.Withf(fail.ErrInvalid, "%w", err))
		}
	}
	content, err := f.Content(av)
	if err != nil {
		return nil, fail.At(f.Of.Path, fail.Withf(fail.ErrInvalid, "%w", err))
	}
	return t.sealing.Tag(ctx, f.Blind, scope, content)
}

// Give gives a value, a *T with a key, and its document, in which nothing is encrypted yet, the
// tags of what they hold.
func (t *Tags) Give(ctx context.Context, key tables.Key, ptr reflect.Value, doc map[string]types.AttributeValue) error {
	for _, f := range t.all {
		tag, err := t.of(ctx, f, key, item.Follow(doc, f.Of.Path))
		if err != nil {
			return err
		}
		delete(doc, f.name())
		if tag != nil {
			doc[f.name()] = &types.AttributeValueMemberB{Value: tag}
		}
		f.Tag.Set(ptr.Elem(), reflect.ValueOf(tag))
	}
	return nil
}

// Copy gives a value the tags of another one, both *T.
func (t *Tags) Copy(to, from reflect.Value) {
	for _, f := range t.all {
		if tag, ok := f.Tag.Get(from.Elem()); ok {
			f.Tag.Set(to.Elem(), tag)
		}
	}
}

// CopyAttributes gives a root item the tags of a document.
func (t *Tags) CopyAttributes(root, doc map[string]types.AttributeValue) {
	for _, f := range t.all {
		delete(root, f.name())
		if tag := doc[f.name()]; tag != nil {
			root[f.name()] = tag
		}
	}
}
