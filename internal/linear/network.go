package linear

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"io"
	"net"
	"net/http"
	"slices"
	"strings"
	"syscall"

	"github.com/dystore/dystore/fault"
	"github.com/dystore/dystore/meta"
)

// packet is one request on its way.
type packet struct {
	number int // in the order of arrival
	from   *client
	op     *op    // the operation that sent the packet; nil: the schedule did
	about  []*op  // those that it is sent for
	verb   string // PutItem and so on
	req    *http.Request
	body   []byte
	reply  chan answer
	state  packetState
	gate   chan struct{} // a batch that is read key by key waits here for its next key
	got    answer
}

type packetState int

const (
	waiting packetState = iota // it has arrived, and its sender waits
	reading                    // the engine reads its keys one by one
	ready                      // executed, and the answer has not been delivered
	loose                      // nobody waits for it: it may be executed any time, or never
	over
)

type answer struct {
	res *http.Response
	err error
}

var (
	errLost    = &net.OpError{Op: "read", Net: "tcp", Err: syscall.ECONNRESET}
	errRefused = &net.OpError{Op: "dial", Net: "tcp", Err: syscall.ECONNREFUSED}
	errCrashed = errors.New("the process has ended")
)

// whose says in a context who sends a request, and to which schedule.
type whose struct {
	s *schedule
	c *client // nil: the schedule itself, whose requests go through at once
}

type whoseKey struct{}

func scheduleOf(ctx context.Context) *schedule { return ctx.Value(whoseKey{}).(whose).s }

// network is the transport of every client of every schedule. The context of a
// request says who sends it.
type network struct{}

// Do hands a request to the schedule, which decides its fate.
func (network) Do(req *http.Request) (*http.Response, error) {
	w := req.Context().Value(whoseKey{}).(whose)
	body, err := io.ReadAll(req.Body)
	if err != nil {
		return nil, err
	}
	target := req.Header.Get("X-Amz-Target")
	p := &packet{from: w.c, verb: target[strings.LastIndexByte(target, '.')+1:], body: body, reply: make(chan answer, 1),
		req: req.WithContext(context.WithoutCancel(req.Context()))}
	if w.c == nil {
		a := w.s.execute(p)
		return a.res, a.err
	}
	if w.c.dead {
		return nil, errCrashed
	}
	w.s.arrive(p)
	select {
	case a := <-p.reply:
		return a.res, a.err
	case <-req.Context().Done():
		return nil, req.Context().Err()
	}
}

// arrive hands a packet over; its sender waits.
func (s *schedule) arrive(p *packet) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.arrived = append(s.arrived, p)
}

// compare orders the packets of one client that arrive together, by what is the same
// in each run of a seed. In the body of a write something is random, and in all bodies
// the order of maps is.
func (p *packet) compare(q *packet) int {
	if n := strings.Compare(p.verb, q.verb); n != 0 {
		return n
	}
	if writes(p.verb) {
		return slices.CompareFunc(p.about, q.about, func(a, b *op) int { return a.object - b.object })
	}
	sorted := func(b []byte) []byte { return slices.Sorted(slices.Values(b)) }
	return bytes.Compare(sorted(p.body), sorted(q.body))
}

// execute sends a packet to the engine, with the given faults of the engine, if
// any.
func (s *schedule) execute(p *packet, faults ...fault.Fault) answer {
	req := p.req.Clone(p.req.Context())
	req.Body = io.NopCloser(bytes.NewReader(p.body))
	engine := s.options.Mutation.engine(witness{s, p}, p)
	if len(faults) > 0 {
		engine = fault.New(engine, fault.Inject(faults[0]))
	}
	res, err := engine.Do(req)
	return answer{res, err}
}

// witness notes which operations are executed and which are applied. It looks
// at the requests that reach the engine, not at the answers.
type witness struct {
	s *schedule
	p *packet
}

func (w witness) Do(req *http.Request) (*http.Response, error) {
	body, err := io.ReadAll(req.Body)
	if err != nil {
		return nil, err
	}
	req.Body = io.NopCloser(bytes.NewReader(body))
	res, err := w.s.engine.Do(req)
	if w.p.op == nil { // of the schedule itself
		return res, err
	}
	now, applied, replayed := w.s.step*2, false, false
	if changes, token := effect(w.p.verb, body); changes && err == nil && res.StatusCode == http.StatusOK {
		replayed = w.s.tokens[token]
		applied = !replayed
		w.s.tokens[token] = token != ""
	}
	for _, o := range w.p.about {
		m := w.s.moments[o.id]
		m.executed = append(m.executed, now)
		if m.replayed = m.replayed || replayed; applied {
			m.applied = append(m.applied, now)
			w.s.learn(o)
		}
		w.s.moments[o.id] = m
	}
	return res, err
}

// learn finds out the write id of an operation that was applied, in the objects that
// it has written.
func (s *schedule) learn(o *op) {
	if o.named || o.repeat != 0 {
		return
	}
	for n := range s.objects {
		if root, err := s.record(n); root != nil && err == nil {
			s.names.learn(meta.WriteID(root.Ring[0]), o.id)
		}
	}
}

// effect reports whether a request can change anything, because a transaction
// may consist of checks, and under which token.
func effect(verb string, body []byte) (changes bool, token string) {
	if verb != "TransactWriteItems" {
		return writes(verb), ""
	}
	var in struct {
		ClientRequestToken string
		TransactItems      []map[string]json.RawMessage
	}
	if err := json.Unmarshal(body, &in); err != nil {
		panic(err)
	}
	return slices.ContainsFunc(in.TransactItems, func(item map[string]json.RawMessage) bool { return item["ConditionCheck"] == nil }), in.ClientRequestToken
}

// moments are the times at which the engine executed a request of an operation,
// and at which it applied one.
type moments struct {
	executed, applied []int64
	replayed          bool // one was answered without effect: its token had been applied
}

// answer gives the sender of a packet its answer.
func (p *packet) answer(a answer) {
	p.state = over
	p.reply <- a
}
