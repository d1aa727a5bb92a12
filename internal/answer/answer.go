// Package answer says what is an answer of DynamoDB, and of which kind.
package answer

import (
	"context"
	"errors"
	"io"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/smithy-go"
	"github.com/aws/smithy-go/middleware"
	smithyhttp "github.com/aws/smithy-go/transport/http"
)

// Answered makes a call of the SDK's client refuse an answer without a body.
// The client takes an empty body for an empty object. Then a read finds
// nothing, a write counts as done that was not executed, and a refusal has no
// reason. Answered also lets the client repeat a read whose answer broke off.
//
// Clients that are not the SDK's have no such steps, and some refuse them.
func Answered(o *dynamodb.Options) {
	if o.HTTPClient != nil && !itself(o) {
		o.APIOptions = append(o.APIOptions, onlyAnswers)
	}
}

// Itself is the protocol of a client that does what Answered and Told do, and has no steps.
type Itself interface{ AnswersItself() }

func itself(o *dynamodb.Options) bool {
	_, ok := o.Protocol.(Itself)
	return ok
}

func onlyAnswers(s *middleware.Stack) error {
	const decoding = "OperationDeserializer"
	decode, ok := s.Deserialize.Get(decoding)
	if !ok {
		return errors.New("the client decodes its answers in steps of other names")
	}
	_, err := s.Deserialize.Swap(decoding, &answers{decode})
	return err
}

// answers is the decoding of answers, around the SDK's.
type answers struct {
	middleware.DeserializeMiddleware
}

func (m *answers) HandleDeserialize(ctx context.Context, in middleware.DeserializeInput, next middleware.DeserializeHandler) (middleware.DeserializeOutput, middleware.Metadata, error) {
	received := middleware.DeserializeHandlerFunc(func(ctx context.Context, in middleware.DeserializeInput) (middleware.DeserializeOutput, middleware.Metadata, error) {
		out, metadata, err := next.HandleDeserialize(ctx, in)
		if res, ok := out.RawResponse.(*smithyhttp.Response); ok && err == nil {
			err = Empty(res)
		}
		return out, metadata, err
	})
	out, metadata, err := m.DeserializeMiddleware.HandleDeserialize(ctx, in, received)
	return out, metadata, Broken(err)
}

// Empty is an error if a response has no body.
func Empty(res *smithyhttp.Response) error {
	if empty(res) {
		return &NoAnswerError{errors.New("the body is empty")}
	}
	return nil
}

// Broken is an error of decoding as that of no answer. Others stay what they are.
func Broken(err error) error {
	if err == nil {
		return nil
	}
	if _, broken := errors.AsType[*smithy.DeserializationError](err); broken {
		return &NoAnswerError{err}
	}
	return err
}

// empty reports whether a response has no body. It reads no further than it
// must: the embedded engine's answers become bytes when they are read.
func empty(res *smithyhttp.Response) bool {
	switch body := res.Body.(type) {
	case nil:
		return true
	case interface{ Empty() bool }:
		return body.Empty()
	}
	if res.ContentLength > 0 {
		return false // the transport ensures that this much comes
	}
	body := &peeked{ReadCloser: res.Body}
	n, err := io.ReadFull(body.ReadCloser, body.first[:])
	body.left = n
	res.Body = body
	return err == io.EOF
}

// peeked is a body of which the first byte has been read.
type peeked struct {
	io.ReadCloser
	first [1]byte
	left  int // of first
}

func (b *peeked) Read(p []byte) (int, error) {
	if b.left == 0 || len(p) == 0 {
		return b.ReadCloser.Read(p)
	}
	b.left = 0
	p[0] = b.first[0]
	return 1, nil
}

// NoAnswerError: what came back is no answer of DynamoDB. The request may have
// been executed.
type NoAnswerError struct{ err error }

func (e *NoAnswerError) Error() string { return "no answer: " + e.err.Error() }
func (e *NoAnswerError) Unwrap() error { return e.err }

// RetryableError lets the SDK repeat a read.
func (e *NoAnswerError) RetryableError() bool { return true }
