package cipher

import (
	"context"
	"errors"
	"fmt"

	"github.com/dystore/dystore/internal/model"
	"github.com/dystore/dystore/lens"
)

// ErrScope: the key of the object names no scope, or the scope cannot be found in it.
var ErrScope = errors.New("the key names no scope")

// Scope returns a cipher with keys of their own for each value of a field of the key, as for
// each tenant or each person:
//
//	tenant := lens.Of(func(o *Order) *string { return &o.Tenant })
//	cipher.Protect(cipher.Scope(keys, tenant), card, address)
//
// The field is a key attribute of T, or one that a joined key is made of; repo.New refuses
// any other. Its text is the scope that c's [KeySource] is asked with. The scope is never
// read from what is stored beside the key, and each value is bound to it: under the keys of
// another scope, or under the same key in another scope, it does not open. Ids of keys are
// those of a scope.
//
// It takes the place of c in [Protect] and [ProtectAll] only, and of T only. What opens
// without a type, as repo.WithOpener, takes a [ScopeBy].
func Scope[T, V any](c Cipher, of lens.Lens[T, V]) Cipher {
	return &unresolved{c, of.ModelLens()}
}

// unresolved is a cipher whose scope is in a field of a model.
type unresolved struct {
	of    Cipher
	field *model.Lens
}

func (u *unresolved) fail(op string, b *Binding) error {
	return fail(op, b, 0, fmt.Errorf("%w: cipher.Scope is for cipher.Protect; cipher.ScopeBy takes its place elsewhere", ErrScope))
}

// Seal implements [Sealer]: it fails.
func (u *unresolved) Seal(_ context.Context, _, _ []byte, b *Binding) ([]byte, error) {
	return nil, u.fail("seal", b)
}

// Open implements [Opener]: it fails.
func (u *unresolved) Open(_ context.Context, _, _ []byte, b *Binding) ([]byte, error) {
	return nil, u.fail("open", b)
}

// ScopeBy returns a cipher that finds the scope of each value by a function of its binding:
// of the object's entity and key, and of the value's path. So values of one object may have
// keys of several scopes. [PartitionKey] and [SortKey] are such functions.
//
// A cipher of your own goes inside, not around it: KeysInUse and Reencrypt of a repository ask
// a ScopeBy for the scope of what they find.
//
// The function must give one binding one scope for ever, or values are lost; it is given a
// binding without a scope, which it must neither change nor keep. An empty scope and an
// error of the function refuse the value with [ErrScope]: "" is what ciphers without scopes
// have. Scopes of several models are one if their texts are, under keys from one source.
func ScopeBy(c Cipher, scope func(*Binding) (string, error)) Cipher {
	return &scoped{of: c, scope: scope}
}

// PartitionKey is the text of the partition key as a scope: of a number its digits, of bytes
// these bytes.
func PartitionKey(b *Binding) (string, error) { return keyAt(b, 0) }

// SortKey is the text of the sort key as a scope.
func SortKey(b *Binding) (string, error) { return keyAt(b, 1) }

func keyAt(b *Binding, at int) (string, error) {
	if at >= len(b.Key) {
		return "", fmt.Errorf("the key has %d attributes", len(b.Key))
	}
	return b.Key[at].Text(), nil
}

// ScopeOf is the scope that a cipher finds for a binding, "" if it has no scopes.
func ScopeOf(c Cipher, b *Binding) (string, error) {
	switch c := c.(type) {
	case *scoped:
		return c.find(b)
	case half:
		for _, of := range []any{c.sealer, c.opener} {
			if s, ok := of.(*scoped); ok {
				return s.find(b)
			}
		}
	}
	return "", nil
}

// scoped finds the scope of each value.
type scoped struct {
	of    Cipher
	scope func(*Binding) (string, error)
}

func (s *scoped) find(b *Binding) (string, error) {
	if s.scope == nil {
		return "", fmt.Errorf("%w: there is no function that finds it", ErrScope)
	}
	scope, err := s.scope(b)
	switch {
	case err != nil:
		return "", fmt.Errorf("%w: %w", ErrScope, err)
	case scope == "":
		return "", fmt.Errorf("%w: it is empty", ErrScope)
	}
	return scope, nil
}

// within is the binding in its scope.
func (s *scoped) within(op string, b *Binding) (*Binding, error) {
	if !b.complete() {
		return nil, fail(op, b, 0, ErrBinding)
	}
	own := *b
	own.Scope = ""
	var err error
	if own.Scope, err = s.find(&own); err != nil {
		return nil, fail(op, b, 0, err)
	}
	return &own, nil
}

// Seal implements [Sealer].
func (s *scoped) Seal(ctx context.Context, dst, plaintext []byte, b *Binding) ([]byte, error) {
	own, err := s.within("seal", b)
	if err != nil {
		return nil, err
	}
	return s.of.Seal(ctx, dst, plaintext, own)
}

// Open implements [Opener].
func (s *scoped) Open(ctx context.Context, dst, envelope []byte, b *Binding) ([]byte, error) {
	own, err := s.within("open", b)
	if err != nil {
		return nil, err
	}
	return s.of.Open(ctx, dst, envelope, own)
}

// InScope is the cipher of one scope, whatever a binding says.
func (s *scoped) InScope(scope string) Cipher {
	return &scoped{of: s.of, scope: func(*Binding) (string, error) { return scope, nil }}
}

func (s *scoped) batch() Cipher { return &scoped{Batch(s.of), s.scope} }
