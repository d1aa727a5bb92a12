package awskms

import (
	"context"
	"crypto/sha256"
	"encoding/base64"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"

	"github.com/aws/aws-sdk-go-v2/service/kms"

	"github.com/dystore/dystore/cipher"
)

// Client is what a Wrapper needs of a *kms.Client.
type Client interface {
	Encrypt(context.Context, *kms.EncryptInput, ...func(*kms.Options)) (*kms.EncryptOutput, error)
	Decrypt(context.Context, *kms.DecryptInput, ...func(*kms.Options)) (*kms.DecryptOutput, error)
}

// Wrapper is a [cipher.KeyWrapper] over one key of KMS. It is safe for concurrent use.
type Wrapper struct {
	client Client
	keys   []string // the first one wraps
	fixed  map[string]string
	clear  bool
	tokens []string
}

var _ cipher.KeyWrapper = (*Wrapper)(nil)

// Option is an option of [New].
type Option func(*Wrapper) error

// New returns a wrapper over a symmetric key of KMS, named by its ARN, its id, or an alias. An
// alias that is pointed to another key leaves what was wrapped before unreadable, unless
// [Former] names that key.
func New(client Client, keyID string, opts ...Option) (*Wrapper, error) {
	switch {
	case client == nil:
		return nil, errors.New("awskms: New: no client")
	case keyID == "":
		return nil, errors.New("awskms: New: no key")
	}
	w := &Wrapper{client: client, keys: []string{keyID}}
	for i, o := range opts {
		if o == nil {
			return nil, fmt.Errorf("awskms: New: option %d is nil", i+1)
		}
		if err := o(w); err != nil {
			return nil, fmt.Errorf("awskms: New: %w", err)
		}
	}
	return w, nil
}

// Context adds pairs to the encryption context of every request, for instance the name of the
// application, for policies and the audit log. They are not secret, and can never change once
// keys are wrapped. Names that begin with dystore are ours.
func Context(pairs map[string]string) Option {
	return func(w *Wrapper) error {
		for name, value := range pairs {
			if name == "" || value == "" || strings.HasPrefix(name, own) || strings.HasPrefix(name, "aws:") {
				return fmt.Errorf("Context: the pair %q is empty, or its name is reserved", name)
			}
		}
		w.fixed = maps.Clone(pairs)
		return nil
	}
}

// ScopeInClear puts scopes into the encryption context as they are, not as hashes, so that
// policies and the audit log can name them. Whoever reads the log sees them then; of a hash
// he sees what he can guess. It can never change once keys are wrapped.
func ScopeInClear() Option {
	return func(w *Wrapper) error {
		w.clear = true
		return nil
	}
}

// Former names keys of KMS that have wrapped keys before, and unwrap them still.
func Former(keyIDs ...string) Option {
	return func(w *Wrapper) error {
		if slices.Contains(keyIDs, "") {
			return errors.New("Former: a key without a name")
		}
		w.keys = append(w.keys, keyIDs...)
		return nil
	}
}

// GrantTokens are sent with every request, for grants that are not yet known everywhere.
func GrantTokens(tokens ...string) Option {
	return func(w *Wrapper) error {
		w.tokens = slices.Clone(tokens)
		return nil
	}
}

// own is what begins the names of the pairs that this package adds to a context.
const own = "dystore"

// contextOf is the encryption context of a key. It is part of what is stored: KMS unwraps
// under the same context only.
func (w *Wrapper) contextOf(name cipher.KeyName) map[string]string {
	c := map[string]string{own: strconv.FormatUint(uint64(name.ID), 10)}
	maps.Copy(c, w.fixed)
	if !w.clear {
		sum := sha256.Sum256([]byte(name.Scope))
		c[own+"-scope"] = base64.RawURLEncoding.EncodeToString(sum[:])
	} else if name.Scope != "" { // a pair has a value
		c[own+"-scope"] = name.Scope
	}
	return c
}

// Wrap implements [cipher.KeyWrapper].
func (w *Wrapper) Wrap(ctx context.Context, secret []byte, name cipher.KeyName) ([]byte, error) {
	out, err := w.client.Encrypt(ctx, &kms.EncryptInput{KeyId: &w.keys[0], Plaintext: secret, EncryptionContext: w.contextOf(name), GrantTokens: w.tokens})
	if err != nil {
		return nil, fmt.Errorf("awskms: wrap key %d with %s: %w", name.ID, w.keys[0], named(err))
	}
	return out.CiphertextBlob, nil
}

// Unwrap implements [cipher.KeyWrapper].
func (w *Wrapper) Unwrap(ctx context.Context, wrapped []byte, name cipher.KeyName) (secret []byte, err error) {
	for _, id := range w.keys {
		out, failed := w.client.Decrypt(ctx, &kms.DecryptInput{KeyId: &id, CiphertextBlob: wrapped, EncryptionContext: w.contextOf(name), GrantTokens: w.tokens})
		if failed == nil {
			return out.Plaintext, nil
		}
		failed = fmt.Errorf("awskms: unwrap key %d with %s: %w", name.ID, id, named(failed))
		if !errors.Is(failed, ErrRefused) {
			return nil, failed // another key is asked only where this one has not wrapped it
		}
		if err == nil {
			err = failed
		}
	}
	return nil, err
}
