// Package fail has the kinds of errors that verbs report, and says where an
// error belongs. Package repo shows the kinds under its own names, with what
// each of them means.
package fail

import (
	"context"
	"errors"
	"fmt"
	"slices"
)

// The kinds. Each is documented where repo names it.
var (
	ErrNotFound       = errors.New("object not found")
	ErrNoPath         = errors.New("the path's parent has no value")
	ErrExists         = errors.New("object exists already")
	ErrDuplicate      = errors.New("duplicate value")
	ErrConflict       = errors.New("object was changed by another writer")
	ErrCondition      = errors.New("condition does not hold")
	ErrInvalid        = errors.New("invalid")
	ErrTooLarge       = errors.New("too large")
	ErrNotLoaded      = errors.New("part was not loaded")
	ErrCorrupt        = errors.New("stored data is corrupt")
	ErrSchemaTooNew   = errors.New("stored format or model is too new")
	ErrSchemaTooOld   = errors.New("stored model is too old")
	ErrOutcomeUnknown = errors.New("outcome of the write is unknown")
	ErrThrottled      = errors.New("throttled")
	ErrContention     = errors.New("too much contention")
	ErrBusy           = errors.New("object keeps changing")
	ErrUnavailable    = errors.New("keys are unavailable")
	ErrUnknownVariant = errors.New("unknown variant")
)

// Withf returns an error of a kind with an explanation.
func Withf(kind error, format string, args ...any) error {
	return fmt.Errorf("%w: %w", kind, fmt.Errorf(format, args...))
}

// located is an error and the path it is about.
type located struct {
	path string
	err  error
}

func (e *located) Error() string { return e.err.Error() }
func (e *located) Unwrap() error { return e.err }

// At gives an error the path it is about.
func At(path fmt.Stringer, err error) error { return &located{path.String(), err} }

// Path returns the path that an error is about. The outermost At decides.
func Path(err error) (path string, known bool) {
	if e, ok := errors.AsType[*located](err); ok {
		return e.path, true
	}
	return "", false
}

// Text is a path that is text already.
type Text string

func (t Text) String() string { return string(t) }

// EndOfContext reports whether an error says that a context has ended.
func EndOfContext(err error) bool {
	return errors.Is(err, context.Canceled) || errors.Is(err, context.DeadlineExceeded)
}

// InTheWay adds to the end of the context what was in the way of n attempts
// before it, if any. Both are true, and the kind says what the caller can do.
func InTheWay(kind error, n int, err error) error {
	if n == 0 || !EndOfContext(err) || errors.Is(err, ErrOutcomeUnknown) {
		return err
	}
	return Withf(kind, "after %d attempts: %w", n, err)
}

// refusals are the kinds that say why nothing was written, of what is stored or asked.
var refusals = []error{ErrNotFound, ErrNoPath, ErrExists, ErrDuplicate, ErrConflict, ErrCondition, ErrInvalid, ErrTooLarge, ErrNotLoaded, ErrCorrupt, ErrSchemaTooNew, ErrSchemaTooOld}

// Refusal reports whether an error says that a write makes no sense, and not that
// it could not be made.
func Refusal(err error) bool {
	return slices.ContainsFunc(refusals, func(kind error) bool { return errors.Is(err, kind) }) &&
		!errors.Is(err, ErrOutcomeUnknown) && !EndOfContext(err)
}
