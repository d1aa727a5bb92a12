package keygen

import (
	"errors"
	"reflect"
)

// Generator makes the key of a value that has none. It sees the value, which
// it must not modify, and is called once per Create or Put, never on a retry
// of the same write. It must be safe for concurrent use.
//
// T is the object's type, K the type of its key. An empty string or binary key
// is refused by the repository; a zero number or UUID is a key like others.
type Generator[T, K any] func(*T) (K, error)

// ErrNilFunc is the cause of the [*Error] of a generator built from a nil
// function.
var ErrNilFunc = errors.New("the function is nil")

// Error says that a generator made no key.
type Error struct {
	Func string // the generator: UUIDv4, UUIDv7, From or FromErr
	Type string // the Go type of the object
	Err  error  // the cause, never nil
}

func (e *Error) Error() string {
	return "keygen: " + e.Func + " made no key for " + e.Type + ": " + e.Err.Error()
}

// Unwrap returns the cause.
func (e *Error) Unwrap() error { return e.Err }

// From returns a generator that computes the key from the value with key. If
// key is nil every call of the generator fails with [ErrNilFunc].
func From[T, K any](key func(*T) K) Generator[T, K] {
	if key == nil {
		return failing[T, K]("From")
	}
	return func(v *T) (K, error) { return key(v), nil }
}

// FromErr is [From] for a function that may fail. Its error reaches the caller
// of the verb inside an [*Error]; a key returned beside an error is dropped.
func FromErr[T, K any](key func(*T) (K, error)) Generator[T, K] {
	if key == nil {
		return failing[T, K]("FromErr")
	}
	return func(v *T) (K, error) {
		k, err := key(v)
		if err != nil {
			return *new(K), fail[T]("FromErr", err)
		}
		return k, nil
	}
}

// failing defers the complaint to the first use: a model is declared in
// package variables, where an error has nowhere to go.
func failing[T, K any](name string) Generator[T, K] {
	return func(*T) (k K, err error) { return k, fail[T](name, ErrNilFunc) }
}

func fail[T any](name string, err error) *Error {
	return &Error{Func: name, Type: reflect.TypeFor[T]().String(), Err: err}
}
