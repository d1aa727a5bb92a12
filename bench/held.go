package bench

import (
	"context"
	"net/http"
	"runtime"
	"runtime/metrics"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb"

	"github.com/dystore/dystore/fault"
)

// Held is how much memory one operation keeps while its request is under way,
// in bytes. It is the most that is alive when the request is ready to be sent,
// or when the whole response has arrived. Concurrent operations need that much
// each. The peaks in between, while JSON is written and read, last for
// microseconds and look like garbage.
func Held(ctx context.Context, c Contender) (uint64, error) {
	e := Embedded()
	options := e.Client.Options()
	s := &scales{next: options.HTTPClient}
	options.HTTPClient = s
	e.Client = dynamodb.New(options)
	op, err := c.Prepare(ctx, e)
	if err != nil {
		return 0, err
	}
	base := alive()
	s.weighing = true
	err = op(ctx)
	return max(base, s.most) - base, err
}

// scales measures the heap around every request.
type scales struct {
	next     fault.HTTPClient
	weighing bool
	most     uint64
}

func (s *scales) Do(req *http.Request) (*http.Response, error) {
	s.weigh()
	res, err := s.next.Do(req)
	s.weigh()
	return res, err
}

func (s *scales) weigh() {
	if s.weighing {
		s.most = max(s.most, alive())
	}
}

// alive collects garbage and returns the size of the rest.
func alive() uint64 {
	runtime.GC()
	s := [1]metrics.Sample{{Name: "/gc/heap/live:bytes"}}
	metrics.Read(s[:])
	return s[0].Value.Uint64()
}
