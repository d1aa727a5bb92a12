package cipher

import (
	"errors"
	"fmt"
)

// Why a value does not open, or cannot be sealed. They arrive inside a
// [*FieldError]; test for them with errors.Is.
var (
	// ErrNotEncrypted: the stored value of an encrypted field is no envelope.
	// Plaintext is never accepted in its place.
	ErrNotEncrypted = errors.New("value is not encrypted")
	// ErrUnexpectedEnvelope: a field that is not declared encrypted holds an
	// envelope.
	ErrUnexpectedEnvelope = errors.New("value is encrypted, but the field is not declared so")
	// ErrMalformed: the envelope is cut, or breaks its format.
	ErrMalformed = errors.New("envelope is malformed")
	// ErrVersion: the envelope has a version that this release does not know.
	ErrVersion = errors.New("envelope has an unknown version")
	// ErrSuite: the envelope has a suite that is unknown or not accepted.
	ErrSuite = errors.New("envelope has a suite that is not accepted")
	// ErrUnknownKey: the key source has no key with the id of the envelope.
	ErrUnknownKey = errors.New("key is unknown")
	// ErrKeyDisabled: the key is there, but must not be used for now.
	ErrKeyDisabled = errors.New("key is disabled")
	// ErrKeyDestroyed: the key is gone for good, and the value with it.
	ErrKeyDestroyed = errors.New("key is destroyed")
	// ErrWrongKey: the envelope was not made with this key, or its header was
	// changed.
	ErrWrongKey = errors.New("wrong key or damaged header")
	// ErrAuth: the envelope was changed, or it belongs to another entity, item
	// or path.
	ErrAuth = errors.New("value was changed or belongs elsewhere")
	// ErrType: the decrypted content is no value, or one of another type than
	// the field has.
	ErrType = errors.New("decrypted value has an unexpected type")
	// ErrKeySource: the key source failed; the cause is in the chain. Trying
	// again may help.
	ErrKeySource = errors.New("key source failed")
	// ErrBinding: entity, key or path of the binding are missing.
	ErrBinding = errors.New("binding is incomplete")
	// ErrNoSealer: the cipher was made with [OpenOnly].
	ErrNoSealer = errors.New("this cipher only opens")
	// ErrNoOpener: the cipher was made with [SealOnly].
	ErrNoOpener = errors.New("this cipher only seals")
)

// FieldError is a value that could not be sealed or opened. It names the
// field, never what is in it, nor the key of the item.
type FieldError struct {
	Op     string // seal, open, inspect, tag
	Entity string // of the binding
	Path   string // of the binding, as Path.String renders it; in a repository that of the field, also under BindAs
	KeyID  KeyID  // 0 if no key was chosen yet
	Err    error  // one of the errors above, or wraps one
}

func (e *FieldError) Error() string {
	s := "cipher: " + e.Op
	for _, at := range []string{e.Entity, e.Path} {
		if at != "" {
			s += " " + at
		}
	}
	if e.KeyID != 0 {
		s += fmt.Sprintf(" with key %d", e.KeyID)
	}
	return s + ": " + e.Err.Error()
}

// Unwrap returns Err.
func (e *FieldError) Unwrap() error { return e.Err }

// fail makes a FieldError about the value at b, which may be nil.
func fail(op string, b *Binding, id KeyID, err error) *FieldError {
	e := &FieldError{Op: op, KeyID: id, Err: err}
	if b != nil {
		e.Entity, e.Path = b.Entity, b.Path.String()
	}
	return e
}
