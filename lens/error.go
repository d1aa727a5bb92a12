package lens

import (
	"github.com/dystore/dystore/internal/fail"
	"github.com/dystore/dystore/internal/model"
)

// Error is one mistake in a declaration: in a lens, change or condition, or in
// a shard, key or other part of a model. repo.DeclarationError is another name
// for it. errors.Is(err, repo.ErrInvalid) holds for it.
//
// A mistake is found when the declaration is made, and reported later: in a
// model by repo.New, which returns all of them, joined; otherwise by the verb
// that the declaration is passed to, before any request.
type Error struct {
	Func   string // the constructor: lens.Of, shard.New, repo.TableOf, …
	Type   string // the Go type that it was called for
	Path   string // the Go field or attribute path concerned, or empty
	Reason string // what is wrong
}

func (e *Error) Error() string { return model.Refusal(*e).String() }

// Unwrap returns repo.ErrInvalid.
func (e *Error) Unwrap() error { return fail.ErrInvalid }
