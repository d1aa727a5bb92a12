package fault

import (
	"errors"
	"fmt"
)

// ErrCrashed is the cause of the error of every request after a Crash.
var ErrCrashed = errors.New("the client has crashed")

// Error is an injected error: what the caller gets instead of a response. It
// wraps its cause, such as syscall.ECONNRESET or ErrCrashed.
type Error struct {
	Fault     string // name of the fault
	Operation string // such as "PutItem"
	Index     int    // index of the request
	cause     error
	final     bool
}

func (c *call) error(fault string, cause error) *Error {
	return &Error{Fault: fault, Operation: c.op, Index: c.index, cause: cause}
}

func (e *Error) Error() string {
	return fmt.Sprintf("fault: %s at request %d, %s: %v", e.Fault, e.Index, e.Operation, e.cause)
}

// Unwrap returns the cause.
func (e *Error) Unwrap() error { return e.cause }

// RetryableError tells the SDK's retryer whether another attempt makes sense:
// after a connection error it does, after a crash it does not.
func (e *Error) RetryableError() bool { return !e.final }
