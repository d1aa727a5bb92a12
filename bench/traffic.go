package bench

import (
	"context"
	"net/http"
	"sync"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb"

	"github.com/dystore/dystore/fault"
	"github.com/dystore/dystore/internal/stored"
)

// Traffic is what one operation sends and receives. Bytes are those of bodies;
// headers are the same for all contenders.
type Traffic struct {
	Operations []string
	Trips      int // requests that overlap are one trip
	Sent       int
	Received   int
}

// Tracer runs an operation and reports its traffic.
type Tracer struct {
	op    Op
	net   *fault.Transport
	trips *trips
}

// Trace prepares a contender on an embedded engine behind a recording
// transport.
func Trace(ctx context.Context, c Contender) (*Tracer, error) {
	e := Embedded()
	options := e.Client.Options()
	counted := &trips{next: options.HTTPClient}
	t := &Tracer{net: fault.Record(counted), trips: counted}
	options.HTTPClient = t.net
	e.Client = dynamodb.New(options)
	var err error
	t.op, err = c.Prepare(ctx, e)
	for range stored.RingSize { // the record of an object has that many ids then
		if err == nil {
			err = t.op(ctx)
		}
	}
	return t, err
}

// Run is the traffic of one operation.
func (t *Tracer) Run(ctx context.Context) (Traffic, error) {
	t.net.Reset()
	before := t.trips.count()
	err := t.op(ctx)
	sent, received := t.net.Bytes()
	return Traffic{t.net.Operations(), t.trips.count() - before, sent, received}, err
}

// trips counts the requests that begin while no other is under way.
type trips struct {
	next     fault.HTTPClient
	mu       sync.Mutex
	n, going int
}

func (t *trips) Do(req *http.Request) (*http.Response, error) {
	t.add(1)
	defer t.add(-1)
	return t.next.Do(req)
}

func (t *trips) add(going int) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if going > 0 && t.going == 0 {
		t.n++
	}
	t.going += going
}

func (t *trips) count() int {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.n
}
