package fault

import (
	"context"
	"syscall"
)

// heldRequest is a request whose caller has its error already.
type heldRequest struct {
	call *call
	wait int // later requests to let pass before it; negative: until Release
}

// Hold: the request is kept back while the caller gets a connection error, and
// is executed when Release is called. It is a packet that was slow, not lost,
// and arrives after the retry. Close drops it.
func Hold() Fault { return hold("held", -1) }

// HoldFor is Hold, but the request is executed without Release, right after the
// n-th later request (at least the first) and before the caller of that one
// gets its response. If fewer requests follow, it stays held until Release or
// Close.
func HoldFor(n int) Fault { return hold("reordered", max(n, 1)) }

func hold(name string, wait int) Fault {
	return Fault{name: name, do: func(c *call) (*answer, error) {
		// The caller's context ends with the call; the request outlives it.
		c.req = c.req.WithContext(context.WithoutCancel(c.req.Context()))
		c.t.mu.Lock()
		c.run.held = append(c.run.held, &heldRequest{call: c, wait: wait})
		c.t.mu.Unlock()
		return nil, c.error(name, syscall.ECONNRESET)
	}}
}

// due counts the request with this index and removes the held requests that
// have now waited long enough. The Transport's mutex is held.
func (r *run) due(index int) []*heldRequest {
	var due, rest []*heldRequest
	for _, h := range r.held {
		if h.wait > 0 && index > h.call.index {
			if h.wait--; h.wait == 0 {
				due = append(due, h)
				continue
			}
		}
		rest = append(rest, h)
	}
	r.held = rest
	return due
}

// deliver executes a held request; no caller waits for its outcome.
func (h *heldRequest) deliver() error {
	_, err := h.call.pass()
	return err
}

// Held returns the number of requests that are held back.
func (t *Transport) Held() int {
	t.mu.Lock()
	defer t.mu.Unlock()
	return len(t.run.held)
}

// Release executes all held requests now, in the order of their arrival, and
// returns when they are done: the first error with which the engine failed
// without a response, or nil.
func (t *Transport) Release() error {
	t.mu.Lock()
	held := t.run.held
	t.run.held = nil
	t.mu.Unlock()
	var first error
	for _, h := range held {
		if err := h.deliver(); err != nil && first == nil {
			first = err
		}
	}
	return first
}

// Close drops the held requests: they are lost. The Transport can still be
// used. It always returns nil.
func (t *Transport) Close() error {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.run.held = nil
	return nil
}
