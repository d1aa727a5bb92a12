package fault

import (
	"context"
	"errors"
	"syscall"
	"time"
)

// Fault is one thing that can go wrong with a request. Make rules of it with
// Inject, Random or Each. String returns its name.
type Fault struct {
	name string
	ops  []string // the operations that it can happen to, nil for all
	do   func(*call) (*answer, error)
}

// String returns the fault's name, such as "reply lost".
func (f Fault) String() string { return f.name }

func (f Fault) fits(op string) bool {
	if f.ops == nil {
		return true
	}
	for _, o := range f.ops {
		if o == op {
			return true
		}
	}
	return false
}

// Standard returns the faults that need no parameter and no preparation, for
// Each and Random: SendError, ReplyLost, ServerError, ServerErrorAfter,
// Throttle, Conflict, InProgress and Crash.
func Standard() []Fault {
	return []Fault{
		SendError(), ReplyLost(), ServerError(), ServerErrorAfter(),
		Throttle(), Conflict(), InProgress(), Crash(),
	}
}

// SendError: the request never reaches the engine and the caller gets a
// connection error.
func SendError() Fault {
	const name = "send error"
	return Fault{name: name, do: func(c *call) (*answer, error) {
		return nil, c.error(name, syscall.ECONNREFUSED)
	}}
}

// ReplyLost: the request is executed, but the caller gets a connection error
// instead of the response. When the engine itself fails without a response,
// the caller gets that error.
func ReplyLost() Fault {
	const name = "reply lost"
	return Fault{name: name, do: func(c *call) (*answer, error) {
		if _, err := c.pass(); err != nil {
			return nil, err
		}
		return nil, c.error(name, syscall.ECONNRESET)
	}}
}

// Crash: this request is not sent, nor is any later one, as if the process had
// died before it. Every call gets an error that wraps ErrCrashed and that the
// SDK does not retry. Reset ends it. A test of the recovery usually continues
// with another Transport on the same engine.
func Crash() Fault {
	const name = "crash"
	return Fault{name: name, do: func(c *call) (*answer, error) {
		c.t.mu.Lock()
		c.run.crashed = true
		c.t.mu.Unlock()
		err := c.error(name, ErrCrashed)
		err.final = true
		return nil, err
	}}
}

// Delay: the request is sent after a pause of d, unless its context ends
// before.
func Delay(d time.Duration) Fault {
	return Fault{name: "delay", do: func(c *call) (*answer, error) {
		if err := sleep(c.req.Context(), d); err != nil {
			return nil, err
		}
		return c.pass()
	}}
}

// DelayReply: the request is executed at once, its response arrives after a
// pause of d. When the caller's context ends before, the caller gets its error
// although the request was executed: a timeout.
func DelayReply(d time.Duration) Fault {
	return Fault{name: "reply delayed", do: func(c *call) (*answer, error) {
		a, err := c.pass()
		if err != nil {
			return nil, err
		}
		if err := sleep(c.req.Context(), d); err != nil {
			return nil, err
		}
		return a, nil
	}}
}

func sleep(ctx context.Context, d time.Duration) error {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

// cancelKey finds the cancel function in a context made by Cancelable.
type cancelKey struct{}

var errNotCancelable = errors.New("the caller's context was not made by fault.Cancelable")

// Cancelable is context.WithCancel for the calls that CancelContext and
// CancelContextAfter strike.
func Cancelable(parent context.Context) (context.Context, context.CancelFunc) {
	ctx, cancel := context.WithCancel(parent)
	return context.WithValue(ctx, cancelKey{}, cancel), cancel
}

// CancelContext: the caller's context is cancelled before the request is sent.
// The context must come from Cancelable; otherwise the call fails with an error
// that says so. A request that goes on without the caller's context, as by
// context.WithoutCancel, is sent.
func CancelContext() Fault {
	const name = "context cancelled"
	return Fault{name: name, do: func(c *call) (*answer, error) {
		if err := c.cancel(name); err != nil {
			return nil, err
		}
		return c.pass()
	}}
}

// CancelContextAfter: the caller's context is cancelled after the request was
// executed and before the caller gets the response. The context must come from
// Cancelable; otherwise the request is not sent and fails with an error that
// says so.
func CancelContextAfter() Fault {
	const name = "context cancelled after commit"
	return Fault{name: name, do: func(c *call) (*answer, error) {
		var a *answer
		if c.req.Context().Value(cancelKey{}) != nil {
			var err error
			if a, err = c.pass(); err != nil {
				return nil, err
			}
		}
		if err := c.cancel(name); err != nil {
			return nil, err
		}
		return a, nil
	}}
}

// cancel ends the caller's context. It is nil if the request goes on without that.
func (c *call) cancel(fault string) error {
	ctx := c.req.Context()
	cancel, ok := ctx.Value(cancelKey{}).(context.CancelFunc)
	if !ok {
		err := c.error(fault, errNotCancelable)
		err.final = true
		return err
	}
	cancel()
	return ctx.Err()
}
