// Package load reads objects in one committed state, with or without their type.
package load

import (
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/dystore/dystore/internal/fetch"
	"github.com/dystore/dystore/internal/schema"
	"github.com/dystore/dystore/internal/straight"
	"github.com/dystore/dystore/internal/tables"
)

// Reader reads objects of any type in one committed state.
type Reader struct {
	Fetch  fetch.Reader
	Tables *tables.Tables
}

// New returns a reader that sends its requests by a client.
func New(c fetch.Client, s *tables.Tables) *Reader { return &Reader{fetch.Reader{Client: c}, s} }

// Typed is a reader that knows the type of the objects.
type Typed struct {
	Reader
	Schema         *schema.Schema
	model          *straight.Model
	validateOnRead bool
}

// NewTyped returns a reader of the objects of a schema.
func NewTyped(c fetch.Client, s *schema.Schema, validateOnRead bool) *Typed {
	return &Typed{*New(c, &s.Tables), s, straight.Of(s), validateOnRead}
}

// attrs is an item, or a document.
type attrs = map[string]types.AttributeValue
