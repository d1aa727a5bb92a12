package keygen

import (
	"reflect"

	"github.com/google/uuid"
)

// UUIDv4 makes a random UUID (RFC 9562 version 4). A string key gets the
// 36 character lower-case form, a key of 16 bytes the bytes. It fails only if
// the system has no randomness to give.
func UUIDv4[T any, K ~string | ~[16]byte](*T) (K, error) {
	return make16[T, K]("UUIDv4", uuid.NewRandom)
}

// UUIDv7 makes a UUID that begins with the Unix time in milliseconds (RFC 9562
// version 7) and is otherwise random. Keys made by one process are strictly
// increasing, also within a millisecond, in both the string and the byte form.
// A string key gets the 36 character lower-case form, a key of 16 bytes the
// bytes. It fails only if the system has no randomness to give.
func UUIDv7[T any, K ~string | ~[16]byte](*T) (K, error) {
	return make16[T, K]("UUIDv7", uuid.NewV7)
}

func make16[T any, K ~string | ~[16]byte](name string, next func() (uuid.UUID, error)) (k K, err error) {
	id, err := next()
	if err != nil {
		return k, fail[T](name, err)
	}
	// No conversion reaches both halves of the constraint, so K is filled by kind.
	if dst := reflect.ValueOf(&k).Elem(); dst.Kind() == reflect.String {
		dst.SetString(id.String())
	} else {
		dst.Set(reflect.ValueOf([16]byte(id)).Convert(dst.Type()))
	}
	return k, nil
}
