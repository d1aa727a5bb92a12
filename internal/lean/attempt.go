package lean

import (
	"context"
	"fmt"
	"io"
	"maps"
	"net/http"
	"strconv"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	v4 "github.com/aws/aws-sdk-go-v2/aws/signer/v4"
	awshttp "github.com/aws/aws-sdk-go-v2/aws/transport/http"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/smithy-go"
	smithyhttp "github.com/aws/smithy-go/transport/http"

	"github.com/dystore/dystore/internal/answer"
)

// attempt is one attempt of a call.
type attempt struct {
	response   *http.Response // nil: nothing was sent
	sent, came time.Time
	err        error
}

func (c *call) attempt(ctx context.Context) (a attempt) {
	r, err := c.request(ctx)
	if err != nil {
		return attempt{err: err}
	}
	a.sent = time.Now()
	a.response, a.err = c.options.HTTPClient.Do(r)
	a.came = time.Now()
	if a.response == nil {
		a.response = &http.Response{Header: http.Header{}, Body: http.NoBody}
	}
	switch {
	case a.err == nil:
		a.err = c.decode(ctx, a.response)
	case ctx.Err() != nil:
		a.err = &smithy.CanceledError{Err: ctx.Err()}
	default:
		a.err = &smithyhttp.RequestSendError{Err: a.err}
	}
	finish(a.response)
	if a.err != nil {
		a.err = &awshttp.ResponseError{RequestID: requestID(a.response.Header),
			ResponseError: &smithyhttp.ResponseError{Response: &smithyhttp.Response{Response: a.response}, Err: a.err}}
	}
	if !c.options.DisableClockSkewCorrection {
		c.learn(&a)
	}
	return a
}

// request is the request of one attempt, signed.
func (c *call) request(ctx context.Context) (*http.Request, error) {
	creds, err := c.options.Credentials.Retrieve(ctx)
	if err != nil {
		return nil, fmt.Errorf("get identity: %w", fmt.Errorf("get credentials: %w", err))
	}
	e, err := c.endpointOf(ctx, &creds, c.in)
	if err != nil {
		return nil, err
	}
	body, header := &content{c.body, e.url}, maps.Clone(c.header)
	r := (&http.Request{Method: http.MethodPost, URL: &body.url, Header: header, Body: body, ContentLength: int64(c.body.Len())}).WithContext(ctx)
	for name := range e.header {
		header.Set(name, e.header.Get(name))
	}
	return r, c.sign(ctx, &creds, r, e)
}

func (c *call) sign(ctx context.Context, creds *aws.Credentials, r *http.Request, e *endpoint) error {
	var options []func(*v4.SignerOptions)
	if e.unescaped {
		options = append(options, func(o *v4.SignerOptions) { o.DisableURIPathEscaping = true })
	}
	if err := c.options.HTTPSignerV4.SignHTTP(ctx, *creds, r, c.hash, e.name, e.region, time.Now().Add(c.skew), options...); err != nil {
		return fmt.Errorf("sign request: %w", fmt.Errorf("sign http: %w", err))
	}
	return nil
}

// decode reads an answer into a new output.
func (c *call) decode(ctx context.Context, r *http.Response) error {
	var s *summed
	if text := r.Header.Get("X-Amz-Crc32"); text != "" && !c.options.DisableValidateResponseChecksum && r.Body != nil {
		want, err := strconv.ParseUint(text, 10, 32)
		if err != nil {
			return answer.Broken(&smithy.DeserializationError{Err: fmt.Errorf("unable to parse checksum header %v, %w", text, err)})
		}
		s = &summed{ReadCloser: r.Body, want: uint32(want)}
		r.Body = s
	}
	wrapped := &smithyhttp.Response{Response: r}
	c.out = c.op.output() // of this attempt alone: nothing of a broken answer is left
	err := c.options.Protocol.DeserializeResponse(ctx, c.op.schema, dynamodb.TypeRegistry, wrapped, c.out)
	if s != nil {
		return s.check(err)
	}
	return err
}

// finish reads a body to its end, without which its connection cannot be used again.
func finish(r *http.Response) {
	if r.Body != nil {
		_, _ = io.Copy(io.Discard, r.Body)
		_ = r.Body.Close()
	}
}

// requestID is what the service calls a request.
func requestID(h http.Header) string {
	if id := h.Get("X-Amzn-Requestid"); id != "" {
		return id
	}
	return h.Get("X-Amz-RequestId")
}
