package fault

import (
	"bytes"
	"fmt"
	"io"
	"net/http"
	"sync"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
)

// HTTPClient is what a Transport wraps, and what it implements: the HTTPClient
// option of the SDK's clients. *http.Client is one.
type HTTPClient interface {
	Do(*http.Request) (*http.Response, error)
}

// Transport passes requests on to another HTTPClient, records them and injects
// faults. Make one with New, Record or Wrap.
type Transport struct {
	next HTTPClient
	mu   sync.Mutex
	run  *run // guarded by mu, like everything in it
}

// run is what Reset replaces. A request that is under way at that moment stays
// with the run in which it began and leaves no trace in the next.
type run struct {
	rules    []*rule
	requests []*Request
	held     []*heldRequest
	crashed  bool
}

// New returns a Transport in front of next that injects faults by rules; nil
// means http.DefaultClient. Set it as the HTTPClient of the SDK's options.
func New(next HTTPClient, rules ...Rule) *Transport {
	if next == nil {
		next = http.DefaultClient
	}
	t := &Transport{next: next}
	t.Reset(rules...)
	return t
}

// Record returns a Transport that injects nothing, for tests that count
// requests or look at them.
func Record(next HTTPClient) *Transport { return New(next) }

// Wrap returns a client with the options of c whose requests go through a new
// Transport to the HTTPClient of c. c itself is not changed.
func Wrap(c *dynamodb.Client, rules ...Rule) (*dynamodb.Client, *Transport) {
	options := c.Options()
	t := New(options.HTTPClient, rules...)
	options.HTTPClient = t
	return dynamodb.New(options), t
}

// Reset forgets every recorded and held request, ends a crash, and starts to
// count at 0 again, with these rules in place of the present ones. Without
// rules nothing is injected any more. A request that is under way ends as it
// would have without Reset, and is not recorded.
func (t *Transport) Reset(rules ...Rule) {
	fresh := &run{}
	for _, r := range rules {
		own := r.rule // a copy: its counters start at 0
		fresh.rules = append(fresh.rules, &own)
	}
	t.mu.Lock()
	t.run = fresh
	t.mu.Unlock()
}

// Do sends one request, or does to it what the first matching rule says. It
// implements the SDK's HTTPClient. It neither sends nor records a request whose
// context has ended. Injected connection errors are of type *Error.
func (t *Transport) Do(req *http.Request) (*http.Response, error) {
	if err := req.Context().Err(); err != nil {
		return nil, err
	}
	var body []byte
	if req.Body != nil {
		var err error
		body, err = io.ReadAll(req.Body)
		req.Body.Close()
		if err != nil {
			return nil, fmt.Errorf("fault: reading the request: %w", err)
		}
	}
	c, f := t.begin(req, body)
	if f.do == nil {
		f.do = (*call).pass
	}
	a, err := f.do(c)
	t.end(c, a, err)
	if err != nil {
		return nil, err
	}
	return a.response(req), nil
}

// begin numbers and records a request and finds the fault for it.
func (t *Transport) begin(req *http.Request, body []byte) (*call, Fault) {
	t.mu.Lock()
	defer t.mu.Unlock()
	rec := &Request{Index: len(t.run.requests), Operation: operation(req), Body: body}
	t.run.requests = append(t.run.requests, rec)
	c := &call{t: t, run: t.run, rec: rec, req: req, index: rec.Index, op: rec.Operation, body: body}
	if t.run.crashed {
		rec.Fault = "crash"
		return c, Crash()
	}
	for _, r := range t.run.rules {
		if f, ok := r.match(*rec); ok {
			rec.Fault = f.name
			return c, f
		}
	}
	return c, Fault{}
}

// end records what the caller gets and delivers the held requests that are now
// due.
func (t *Transport) end(c *call, a *answer, err error) {
	t.mu.Lock()
	c.rec.Err = err
	if err == nil {
		c.rec.Status, c.rec.Response = a.status, a.body
	}
	due := c.run.due(c.index)
	t.mu.Unlock()
	for _, h := range due {
		h.deliver()
	}
}

// call is one request on its way through a Transport.
type call struct {
	t     *Transport
	run   *run
	rec   *Request // guarded by t.mu
	req   *http.Request
	index int
	op    string
	body  []byte
}

// pass sends the request unchanged.
func (c *call) pass() (*answer, error) { return c.send(c.req, c.body) }

// send passes req on with the given body and reads the whole response.
func (c *call) send(req *http.Request, body []byte) (*answer, error) {
	c.t.mu.Lock()
	c.rec.Sent = true
	c.t.mu.Unlock()
	out := req.WithContext(req.Context()) // a shallow copy: the caller's request is not changed
	if req.Body != nil || len(body) > 0 {
		out.Body = io.NopCloser(bytes.NewReader(body))
		out.GetBody = func() (io.ReadCloser, error) { return io.NopCloser(bytes.NewReader(body)), nil }
		out.ContentLength = int64(len(body))
	}
	res, err := c.t.next.Do(out)
	if err != nil {
		return nil, err
	}
	return readAnswer(res)
}
