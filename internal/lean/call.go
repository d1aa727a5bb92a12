package lean

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"hash"
	"io"
	"net/http"
	"net/url"
	"sync"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/aws/retry"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/smithy-go"
	smithyhttp "github.com/aws/smithy-go/transport/http"

	"github.com/dystore/dystore/internal/fail"
)

// call is one call of the client: the attempts of one request.
type call struct {
	*Client
	op      *operation
	in      smithy.Serializable
	options dynamodb.Options      // of this call
	out     smithy.Deserializable // of the last attempt

	header http.Header // of each attempt, unsigned
	body   bytes.Reader
	hash   string

	attempts int
	skew     time.Duration     // by which the next attempt is signed
	cause    error             // why the last attempt failed, other than by the end of the context
	release  func(error) error // gives back what the retry before the attempt has cost
}

// do makes a call whose output is an O.
func do[O, I any, P interface {
	*I
	smithy.Serializable
}](ctx context.Context, c *Client, op *operation, in P, opts []func(*dynamodb.Options)) (*O, error) {
	if in == nil {
		in = new(I)
	}
	k := &call{Client: c, op: op, in: in, options: c.options, release: released}
	if err := k.do(ctx, opts); err != nil {
		return nil, operationError(op, err)
	}
	return any(k.out).(*O), nil
}

func released(error) error { return nil }

// do makes the attempts. When the context ends, it tells why the attempt before failed: a
// table that throttles would look like one that does not answer.
func (c *call) do(ctx context.Context, opts []func(*dynamodb.Options)) error {
	if err := check(c.in); err != nil {
		return err
	}
	for _, f := range opts {
		f(&c.options)
	}
	if len(c.options.APIOptions) > 0 {
		return fail.Withf(fail.ErrInvalid, "an option of the call is middleware, which this client has none of")
	}
	if n := c.options.RetryMaxAttempts; n != 0 && n != c.Client.options.RetryMaxAttempts {
		c.options.Retryer = retry.AddWithMaxAttempts(c.options.Retryer, n)
	}
	if err := c.encode(ctx); err != nil {
		return err
	}
	c.skew = time.Duration(c.Client.skew.Load())
	again, err := true, error(nil)
	for again {
		again, err = c.try(ctx)
	}
	if err != nil && fail.EndOfContext(err) {
		return errors.Join(err, c.cause)
	}
	return err
}

// encode makes what all attempts send.
func (c *call) encode(ctx context.Context) error {
	var made struct {
		request smithyhttp.Request
		http    http.Request
		url     url.URL
	}
	r := &made.request
	r.Request = &made.http
	r.URL, r.Header, r.ContentLength = &made.url, http.Header{}, -1
	if err := c.options.Protocol.SerializeRequest(ctx, c.op.schema, c.in, r); err != nil {
		return err
	}
	body, ok := r.GetStream().(*bytes.Reader)
	if !ok {
		return fmt.Errorf("the protocol writes a %T", r.GetStream())
	}
	c.body = *body
	c.hash = hashOf(body)
	values := []string{"identity", c.agent}
	c.header = r.Header
	c.header["Accept-Encoding"], c.header["User-Agent"] = values[:1:1], values[1:]
	return nil
}

// hasher is what a hash is made with.
type hasher struct {
	hash hash.Hash
	sum  [sha256.Size]byte
	text [2 * sha256.Size]byte
}

var hashers = sync.Pool{New: func() any { return &hasher{hash: sha256.New()} }}

// hashOf is the hash of a body, as text.
func hashOf(body *bytes.Reader) string {
	h := hashers.Get().(*hasher)
	defer hashers.Put(h)
	h.hash.Reset()
	_, _ = body.WriteTo(h.hash) // neither of them fails
	hex.Encode(h.text[:], h.hash.Sum(h.sum[:0]))
	return string(h.text[:])
}

// try makes one attempt, and waits if there is to be another one.
func (c *call) try(ctx context.Context) (again bool, err error) {
	if err := ctx.Err(); err != nil {
		return false, err
	}
	token, err := sendToken(ctx, c.options.Retryer)
	if err != nil {
		return false, fmt.Errorf("failed to get retry Send token, %w", err)
	}
	c.attempts++
	used := c.skew
	a := c.attempt(ctx)
	if a.err == nil {
		_, _ = c.release(nil), token(nil)
		return false, nil
	}
	if !fail.EndOfContext(a.err) {
		c.cause = a.err
	}
	if c.release(a.err) != nil {
		return false, fmt.Errorf("failed to release retry token after request error, %w", a.err)
	}
	if token(a.err) != nil {
		return false, fmt.Errorf("failed to release initial token after request error, %w", a.err)
	}
	return c.wait(ctx, a.response, c.skewed(a.err, used, a))
}

// wait waits as the retryer says if a request that has failed is to be repeated.
func (c *call) wait(ctx context.Context, response *http.Response, err error) (again bool, _ error) {
	retryer := c.options.Retryer
	if !retryer.IsErrorRetryable(err) {
		return false, err
	}
	if most := retryer.MaxAttempts(); most > 0 && c.attempts >= most {
		return false, &retry.MaxAttemptsError{Attempt: c.attempts, Err: err}
	}
	release, refused := retryer.GetRetryToken(ctx, err)
	if refused != nil {
		return false, errors.Join(err, refused)
	}
	c.release = release
	delay, none := retryer.RetryDelay(c.attempts, err)
	if none != nil {
		return false, none
	}
	if ended := sleep(ctx, later(delay, response)); ended != nil {
		return false, &aws.RequestCanceledError{Err: ended}
	}
	return true, err
}

// sendToken is what the retryer gives for an attempt.
func sendToken(ctx context.Context, r aws.Retryer) (func(error) error, error) {
	if v2, ok := r.(aws.RetryerV2); ok {
		return v2.GetAttemptToken(ctx)
	}
	return r.GetInitialToken(), nil
}

func sleep(ctx context.Context, d time.Duration) error {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-t.C:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

// content is the body of one attempt, and where it goes. The transport may still read that
// of an earlier one.
type content struct {
	bytes.Reader
	url url.URL
}

func (*content) Close() error { return nil }

var _ io.ReadCloser = (*content)(nil)
