package repo

import (
	"github.com/dystore/dystore/internal/fetch"
)

// reader reads objects in one committed state, whatever their type.
type reader struct {
	get fetch.Reader
	s   *storage
}

// typed is a reader that knows the type of the objects.
type typed struct {
	reader
	s              *schema
	validateOnRead bool
}

// newTyped returns a reader of the objects of a schema.
func newTyped(c fetch.Client, s *schema, validateOnRead bool) *typed {
	return &typed{reader{fetch.Reader{Client: c}, &s.storage}, s, validateOnRead}
}
