package linear

import (
	"bytes"
	"cmp"
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
	if w.c.dead.Load() {
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
	if n := slices.CompareFunc(p.about, q.about, func(a, b *op) int { return a.object - b.object }); n != 0 {
		return n
	}
	if writes(p.verb) && p.op.verb == putMany {
		return cmp.Or(strings.Compare(tableOf(p.body), tableOf(q.body)), len(p.body)-len(q.body))
	}
	sorted := func(b []byte) []byte { return slices.Sorted(slices.Values(b)) }
	return bytes.Compare(sorted(p.body), sorted(q.body))
}

// tableOf is the table of a request of one item, "" of another.
func tableOf(body []byte) string {
	var in struct{ TableName string }
	_ = json.Unmarshal(body, &in)
	return in.TableName
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

// answer gives the sender of a packet its answer.
func (p *packet) answer(a answer) {
	p.state = over
	p.reply <- a
}
