package awskms

import (
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/base64"
	"errors"
	"fmt"
	"maps"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/aws/aws-sdk-go-v2/service/kms"

	"github.com/dystore/dystore/cipher"
)

// Client is what a Wrapper needs of a *kms.Client.
type Client interface {
	Encrypt(context.Context, *kms.EncryptInput, ...func(*kms.Options)) (*kms.EncryptOutput, error)
	Decrypt(context.Context, *kms.DecryptInput, ...func(*kms.Options)) (*kms.DecryptOutput, error)
}

// Wrapper is a [cipher.KeyWrapper] over one key of KMS. It is safe for concurrent use. Make it
// with [New].
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
	switch v := reflect.ValueOf(client); {
	case !v.IsValid() || v.Kind() == reflect.Pointer && v.IsNil():
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
// keys are wrapped. Names that begin with dystore are ours. No name may be given twice, in
// whatever case: grants do not look at it.
func Context(pairs map[string]string) Option {
	return func(w *Wrapper) error {
		for _, name := range slices.Sorted(maps.Keys(pairs)) {
			value := pairs[name]
			switch {
			case name == "" || value == "" || begins(name, own) || begins(name, "aws:"):
				return fmt.Errorf("Context: the pair %q is empty, or its name is reserved", name)
			case !utf8.ValidString(name) || !utf8.ValidString(value):
				return fmt.Errorf("Context: the pair %q is not UTF-8", name)
			}
			for other := range w.fixed {
				if strings.EqualFold(name, other) {
					return fmt.Errorf("Context: the name %q is given twice", name)
				}
			}
			if w.fixed == nil {
				w.fixed = map[string]string{}
			}
			w.fixed[name] = value
		}
		return nil
	}
}

// begins reports whether a name begins with a prefix in lower case, in whatever case.
func begins(name, prefix string) bool {
	return strings.HasPrefix(strings.ToLower(strings.ToUpper(name)), prefix) // ToLower alone leaves ſ, which is an s
}

// ScopeInClear puts scopes into the encryption context as they are, not as hashes, so that
// policies and the audit log can name them. Whoever reads the log sees them then; of a hash
// he sees what he can guess. A scope that is not UTF-8 is refused: two of them could be one
// text for KMS. It can never change once keys are wrapped.
func ScopeInClear() Option {
	return func(w *Wrapper) error {
		w.clear = true
		return nil
	}
}

// Former names keys of KMS that have wrapped keys before, and unwrap them still. They are asked
// in this order where those before them do not unwrap.
func Former(keyIDs ...string) Option {
	return func(w *Wrapper) error {
		if slices.Contains(keyIDs, "") {
			return errors.New("Former: a key without a name")
		}
		w.keys = append(w.keys, keyIDs...)
		return nil
	}
}

// GrantTokens adds tokens that are sent with every request, for grants that are not yet known
// everywhere.
func GrantTokens(tokens ...string) Option {
	return func(w *Wrapper) error {
		if slices.Contains(tokens, "") {
			return errors.New("GrantTokens: an empty token")
		}
		w.tokens = append(w.tokens, tokens...)
		return nil
	}
}

// The names of the pairs that this package adds to a context. Those of a scope and of a hash
// differ, since a scope may read like the hash of another.
const (
	own       = "dystore" // the id of the key; what begins the other names
	ownScope  = own + "-scope"
	ownHashed = own + "-scope-sha256"
)

// contextOf is the encryption context of a key. It is part of what is stored: KMS unwraps
// under the same context only.
func (w *Wrapper) contextOf(name cipher.KeyName) (map[string]string, error) {
	c := map[string]string{own: strconv.FormatUint(uint64(name.ID), 10)}
	maps.Copy(c, w.fixed)
	switch {
	case !w.clear:
		sum := sha256.Sum256([]byte(name.Scope))
		c[ownHashed] = base64.RawURLEncoding.EncodeToString(sum[:])
	case !utf8.ValidString(name.Scope): // JSON has one text for all that is not
		return nil, ErrScope
	case name.Scope != "": // a pair has a value
		c[ownScope] = name.Scope
	}
	return c, nil
}

var errZero = errors.New("awskms: a zero Wrapper has no client; make one with New")

// Wrap implements [cipher.KeyWrapper].
func (w *Wrapper) Wrap(ctx context.Context, secret []byte, name cipher.KeyName) ([]byte, error) {
	if w == nil || w.client == nil {
		return nil, errZero
	}
	pairs, err := w.contextOf(name)
	if err != nil {
		return nil, fmt.Errorf("awskms: wrap key %d: %w", name.ID, err)
	}
	out, err := w.client.Encrypt(ctx, &kms.EncryptInput{KeyId: &w.keys[0], Plaintext: secret, EncryptionContext: pairs, GrantTokens: w.tokens})
	if err != nil {
		return nil, fmt.Errorf("awskms: wrap key %d with %s: %w", name.ID, w.keys[0], named(err))
	}
	return out.CiphertextBlob, nil
}

// Unwrap implements [cipher.KeyWrapper]. It asks each key of KMS that New names, until one unwraps.
//
// A key that is disabled, deleted or no longer allowed does not keep the others from being asked:
// that is how former keys end, and no key unwraps what another has wrapped. Throttling, a
// connection that breaks and the end of ctx do: the key that was asked may be the right one.
func (w *Wrapper) Unwrap(ctx context.Context, wrapped []byte, name cipher.KeyName) ([]byte, error) {
	if w == nil || w.client == nil {
		return nil, errZero
	}
	pairs, err := w.contextOf(name)
	if err != nil {
		return nil, fmt.Errorf("awskms: unwrap key %d: %w", name.ID, err)
	}
	var refused refusals
	for _, id := range w.keys {
		out, err := w.client.Decrypt(ctx, &kms.DecryptInput{KeyId: &id, CiphertextBlob: wrapped, EncryptionContext: pairs, GrantTokens: w.tokens})
		if err == nil {
			return out.Plaintext, nil
		}
		err = fmt.Errorf("awskms: unwrap key %d with %s: %w", name.ID, id, named(err))
		if !refused.add(err) {
			return nil, err
		}
	}
	return nil, refused.err()
}

// refusals are why keys of KMS did not unwrap a key.
type refusals struct {
	its    error   // of the key that has wrapped it: the context is another, or it was changed
	unsure []error // of keys that are out of use, and may have wrapped it
	others error   // of a key that has not wrapped it
}

// add notes a refusal. It reports whether another key can be asked.
func (r *refusals) add(err error) bool {
	switch {
	case errors.Is(err, errOtherKey):
		r.others = cmp.Or(r.others, err)
	case errors.Is(err, ErrRefused):
		r.its = cmp.Or(r.its, err)
	case errors.Is(err, ErrKeyState), errors.Is(err, ErrDenied):
		r.unsure = append(r.unsure, err)
	default:
		return false
	}
	return true
}

// err is the refusal that says most.
func (r *refusals) err() error {
	return cmp.Or(r.its, errors.Join(r.unsure...), r.others)
}
