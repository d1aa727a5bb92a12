package keytable

import (
	"errors"
	"fmt"

	"github.com/dystore/dystore/cipher"
)

// Why a call fails, beside cipher.ErrUnknownKey, cipher.ErrKeyDisabled and
// cipher.ErrKeyDestroyed; test for them with errors.Is. Any other error is that of DynamoDB, of
// the wrapper, or of the context. A change that failed so may have been made or not; call
// again, which is safe and tells.
var (
	// ErrInvalid: an argument is wrong. No request was sent, or, of CreateTable, the table
	// that exists has another key.
	ErrInvalid = errors.New("invalid")
	// ErrPrimary: the key is the primary of its scope, which needs one. Mint another first,
	// or erase the scope.
	ErrPrimary = errors.New("key is the primary of its scope")
	// ErrFull: the item of the scope has no room for another key.
	ErrFull = errors.New("scope has no room for another key")
	// ErrContention: others kept changing the scope. Nothing was changed.
	ErrContention = errors.New("others kept changing the scope")
	// ErrCorrupt: the item of the scope is not as this package writes it. That says nothing
	// about a key.
	ErrCorrupt = errors.New("stored keys are corrupt")
	// ErrTooNew: a newer release has written the item of the scope.
	ErrTooNew = errors.New("stored keys have a newer format")
)

// Errors name the operation and the key, and never the scope: that may be a person, and errors
// end up in logs.

// failed is the error of an operation on a scope.
func failed(op string, err error) error { return fmt.Errorf("keytable: %s: %w", op, err) }

// failedKey is the error of an operation on a key.
func failedKey(op string, id cipher.KeyID, err error) error {
	return fmt.Errorf("keytable: %s: key %d: %w", op, id, err)
}

func invalid(format string, args ...any) error {
	return fmt.Errorf("%w: %w", ErrInvalid, fmt.Errorf(format, args...))
}

func corrupt(format string, args ...any) error {
	return fmt.Errorf("%w: %w", ErrCorrupt, fmt.Errorf(format, args...))
}
