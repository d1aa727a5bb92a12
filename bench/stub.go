package bench

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"net/http"
	"strings"
	"sync"
	"sync/atomic"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"

	"github.com/dystore/dystore/embedded"
	"github.com/dystore/dystore/fault"
)

// Stub is a transport that records the answers of an engine to one operation
// and then plays them back, as the JSON that they were. So requests are encoded
// and signed, answers are checked and decoded, and nothing is stored.
//
// An answer belongs to the kind of request: an operation that sends two of one
// kind cannot be played. While it plays, it is safe for concurrent use.
type Stub struct {
	engine     fault.HTTPClient
	playing    atomic.Bool
	mu         sync.Mutex // guards the rest until it plays
	operations []string   // in the order of the requests
	answers    map[string]*played
}

// played is one answer, with the checksum that the engine gave it. All responses
// share its header: clients only read it.
type played struct {
	header http.Header
	body   []byte
}

// Stubbed prepares a contender on an embedded engine, records one operation,
// and returns the operation on the stub.
func Stubbed(ctx context.Context, c Contender) (Op, *Stub, error) {
	s := &Stub{engine: embedded.New().Transport()}
	op, err := c.Prepare(ctx, Engine{Name: "stub", Client: stubClient(s), Prefix: "bench-"})
	if err != nil {
		return nil, nil, err
	}
	s.rewind()
	if err := op(ctx); err != nil {
		return nil, nil, err
	}
	if len(s.answers) != len(s.operations) {
		return nil, nil, fmt.Errorf("%s sends %v: a stub has one answer of each kind", c.Name, s.operations)
	}
	s.playing.Store(true)
	return op, s, nil
}

// stubClient is a client as programs make it for AWS: its region has an
// endpoint, its credentials are cached, and answers have to have their checksum.
func stubClient(t fault.HTTPClient) *dynamodb.Client {
	return dynamodb.New(dynamodb.Options{
		Region: "us-east-1",
		Credentials: aws.NewCredentialsCache(aws.CredentialsProviderFunc(func(context.Context) (aws.Credentials, error) {
			return aws.Credentials{AccessKeyID: "AKIDEXAMPLE", SecretAccessKey: "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY"}, nil
		})),
		HTTPClient: t,
	})
}

// rewind drops the answers to the preparation.
func (s *Stub) rewind() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.operations, s.answers = nil, map[string]*played{}
}

// Operations names the requests of the recorded operation, in their order.
func (s *Stub) Operations() []string { return s.operations }

// Do answers one request.
func (s *Stub) Do(r *http.Request) (*http.Response, error) {
	_, operation, _ := strings.Cut(r.Header.Get("X-Amz-Target"), ".")
	if s.playing.Load() {
		return s.play(r, operation)
	}
	res, err := s.engine.Do(r)
	if err != nil {
		return nil, err
	}
	body, err := io.ReadAll(res.Body)
	if err != nil {
		return nil, err
	}
	a := &played{res.Header.Clone(), body}
	s.record(operation, a)
	return a.response(r, res.StatusCode), nil
}

func (s *Stub) record(operation string, a *played) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.answers == nil {
		return // the preparation
	}
	s.operations, s.answers[operation] = append(s.operations, operation), a
}

// play reads the request, as a connection would, and answers it.
func (s *Stub) play(r *http.Request, operation string) (*http.Response, error) {
	if r.Body != nil {
		defer r.Body.Close()
		if _, err := io.Copy(io.Discard, r.Body); err != nil {
			return nil, err
		}
	}
	a := s.answers[operation]
	if a == nil {
		return nil, fmt.Errorf("the stub has no answer to %s", operation)
	}
	return a.response(r, http.StatusOK), nil
}

func (a *played) response(r *http.Request, status int) *http.Response {
	return &http.Response{
		Status: http.StatusText(status), StatusCode: status, Proto: "HTTP/1.1", ProtoMajor: 1, ProtoMinor: 1,
		Header: a.header, ContentLength: int64(len(a.body)), Request: r, Body: &arriving{bytes.NewReader(a.body)},
	}
}

// arriving is a body that can only be read, as one from a connection.
type arriving struct{ r *bytes.Reader }

func (b *arriving) Read(p []byte) (int, error) { return b.r.Read(p) }
func (b *arriving) Close() error               { return nil }
