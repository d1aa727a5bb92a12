package fault

import (
	"net/http"
	"slices"
	"strings"
)

// Request is one request that a Transport has seen. While it is under way, the
// fields from Sent on are not complete.
type Request struct {
	Index     int    // position among the requests of the Transport, from 0
	Operation string // such as "PutItem", from X-Amz-Target; "" if absent
	Body      []byte // as the client sent it; must not be changed

	Fault    string // name of the injected fault, "" if none
	Sent     bool   // passed on, at once or (if held) later: it may have been executed
	Status   int    // HTTP status of the response the caller got, 0 if it got an error
	Response []byte // body of that response; must not be changed
	Err      error  // the error the caller got instead of a response
}

// operation reads the operation's name: what follows the dot in
// "DynamoDB_20120810.PutItem".
func operation(r *http.Request) string {
	target := r.Header.Get("X-Amz-Target")
	return target[strings.LastIndexByte(target, '.')+1:]
}

// Requests returns the requests seen since the last Reset, in the order of
// their arrival.
func (t *Transport) Requests() []Request {
	t.mu.Lock()
	defer t.mu.Unlock()
	out := make([]Request, len(t.run.requests))
	for i, r := range t.run.requests {
		out[i] = *r
	}
	return out
}

// Operations returns the names of the operations requested since the last
// Reset, one per request, in the order of arrival.
func (t *Transport) Operations() []string {
	var out []string
	for _, r := range t.Requests() {
		out = append(out, r.Operation)
	}
	return out
}

// Count returns the number of requests seen since the last Reset: those for the
// named operations, or all when none is named.
func (t *Transport) Count(operations ...string) int {
	t.mu.Lock()
	defer t.mu.Unlock()
	n := 0
	for _, r := range t.run.requests {
		if len(operations) == 0 || slices.Contains(operations, r.Operation) {
			n++
		}
	}
	return n
}

// Bytes returns the total sizes, without headers, of the requests seen since
// the last Reset and of the responses that reached the caller.
func (t *Transport) Bytes() (requests, responses int) {
	t.mu.Lock()
	defer t.mu.Unlock()
	for _, r := range t.run.requests {
		requests += len(r.Body)
		responses += len(r.Response)
	}
	return requests, responses
}
