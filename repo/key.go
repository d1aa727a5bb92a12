package repo

import (
	"github.com/dystore/dystore/internal/tables"
)

// Key is the key of one object of a T. It is made by a key declaration
// (personID.Of("p1")), by Repo.Key, or returned by a write. A key that cannot
// work is an error of the verb that uses it, before any request. The zero Key
// is such a key.
type Key[T any] struct{ k tables.Key }

// String shows the key for people; it is not a stored form.
func (k Key[T]) String() string { return k.k.Text() }

// Equal reports whether two keys are the same stored key.
func (k Key[T]) Equal(o Key[T]) bool { return k.k.Text() == o.k.Text() }
