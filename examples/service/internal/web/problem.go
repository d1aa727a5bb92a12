package web

import (
	"context"
	"errors"
	"net/http"
	"strings"

	"github.com/go-playground/validator/v10"

	"github.com/dystore/dystore/repo"
)

// Problem is an error as clients see it: problem details of RFC 9457.
type Problem struct {
	Type   string  `json:"type"` // for programs; the other texts are for people
	Title  string  `json:"title"`
	Status int     `json:"status"`
	Detail string  `json:"detail,omitempty"`
	Fields []Field `json:"fields,omitempty"` // of an invalid request
}

// Field is a field that a rule refuses.
type Field struct {
	Path string `json:"path"` // such as basket.lines[0].count
	Rule string `json:"rule"` // such as min=1
}

func (p *Problem) Error() string { return p.Type + ": " + p.Title }

// NewProblem is for errors of handlers. The type is a relative reference.
func NewProblem(status int, typ, title string) *Problem {
	return &Problem{Type: "/problems/" + typ, Title: title, Status: status}
}

// kinds has the answer to each kind of error of the library, in the order in
// which they are looked for: an unknown outcome and what is wrong with a request
// come first, since their errors may have others in them.
var kinds = []struct {
	kind    error
	problem *Problem
}{
	{repo.ErrOutcomeUnknown, NewProblem(http.StatusGatewayTimeout, "outcome-unknown", "it may be done or not; repeat the request, with its Idempotency-Key or If-Match")},
	{repo.ErrUnknownVariant, newer},
	{repo.ErrSchemaTooNew, newer},
	{repo.ErrNotFound, NewProblem(http.StatusNotFound, "not-found", "there is no such object")},
	{repo.ErrDuplicate, NewProblem(http.StatusConflict, "duplicate", "another object has this value")},
	{repo.ErrExists, NewProblem(http.StatusConflict, "exists", "the object exists")},
	{repo.ErrConflict, NewProblem(http.StatusPreconditionFailed, "changed", "the object has changed; read it and decide again")},
	{repo.ErrCondition, state},
	{repo.ErrNoPath, state},
	{repo.ErrTooLarge, NewProblem(http.StatusRequestEntityTooLarge, "too-large", "the object is too large")},
	{repo.ErrInvalid, NewProblem(http.StatusUnprocessableEntity, "invalid", "the request is not valid")},
	{repo.ErrThrottled, overloaded},
	{repo.ErrContention, overloaded},
	{repo.ErrBusy, overloaded},
	{repo.ErrUnavailable, overloaded},
	{context.DeadlineExceeded, overloaded}, // nothing was written, or it would be ErrOutcomeUnknown
	{context.Canceled, overloaded},
}

var (
	state      = NewProblem(http.StatusConflict, "state", "the object is not in a state that allows this")
	newer      = NewProblem(http.StatusServiceUnavailable, "newer-version", "a newer version of the service has stored this; try again")
	overloaded = NewProblem(http.StatusServiceUnavailable, "overloaded", "nothing was changed; try again")
	internal   = NewProblem(http.StatusInternalServerError, "internal", "the service has failed")
)

// ProblemOf says how a client sees an error. What it does not know is internal:
// the texts of errors have names of tables and keys in them.
func ProblemOf(err error) *Problem {
	if p, ok := errors.AsType[*Problem](err); ok {
		return p
	}
	if v, ok := errors.AsType[validator.ValidationErrors](err); ok {
		return invalid(v)
	}
	if _, ok := errors.AsType[*http.MaxBytesError](err); ok {
		return ProblemOf(repo.ErrTooLarge)
	}
	for _, k := range kinds {
		if errors.Is(err, k.kind) {
			p := *k.problem
			if e, ok := errors.AsType[*repo.Error](err); ok && k.kind == repo.ErrDuplicate {
				p.Detail = e.Path
			}
			return &p
		}
	}
	return internal
}

// invalid names the fields that validation refuses.
func invalid(errs validator.ValidationErrors) *Problem {
	p := *ProblemOf(repo.ErrInvalid)
	for _, e := range errs {
		_, path, _ := strings.Cut(e.Namespace(), ".") // without the struct
		rule := e.Tag()
		if e.Param() != "" {
			rule += "=" + e.Param()
		}
		p.Fields = append(p.Fields, Field{path, rule})
	}
	return &p
}
