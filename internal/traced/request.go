package traced

import (
	"context"
	"errors"
	"slices"
	"time"

	awsmiddleware "github.com/aws/aws-sdk-go-v2/aws/middleware"
	awshttp "github.com/aws/aws-sdk-go-v2/aws/transport/http"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
	"github.com/aws/smithy-go"
	"github.com/aws/smithy-go/middleware"
	smithyhttp "github.com/aws/smithy-go/transport/http"

	"github.com/dystore/dystore/internal/answer"
	"github.com/dystore/dystore/internal/fail"
	"github.com/dystore/dystore/trace"
)

// request is one call of the client, which may be several requests: the SDK repeats
// reads by itself. Each of them is one event.
type request struct {
	t      *Tracer
	verb   *Verb           // nil: of none
	parent context.Context // of all attempts
	start  trace.RequestStart
	region string

	began time.Time
	end   func(trace.RequestEnd)
	open  bool  // an attempt has begun and not ended
	last  error // of the attempt before
}

// do makes a call of the client.
func do[I, O any](ctx context.Context, t *Tracer, in *I, opts []func(*dynamodb.Options), call func(context.Context, *I, ...func(*dynamodb.Options)) (*O, error)) (*O, error) {
	r := &request{t: t, parent: ctx, start: describe(in)}
	r.start.Attempt = 1
	if s := of(ctx); s != nil {
		r.verb, r.start.Why, r.start.Attempt = s.verb, s.why, max(1, s.attempt)
	}
	defer r.abandon()
	out, err := call(r.begin(), in, append(slices.Clip(opts), r.options)...)
	if r.open { // the client is not the SDK's
		r.finish(nil, out, middleware.Metadata{}, err)
	}
	return out, err
}

// begin begins an attempt.
func (r *request) begin() (within context.Context) {
	r.began, r.open, r.end = time.Now(), true, nil
	r.verb.sent(&r.start)
	if r.t.requests == nil {
		return r.parent
	}
	defer func() {
		if recover() != nil || within == nil {
			within = r.parent
		}
	}()
	within, r.end = r.t.requests.StartRequest(r.parent, r.start)
	return within
}

// options lets the SDK's client tell of each attempt.
func (r *request) options(o *dynamodb.Options) {
	if o.HTTPClient != nil {
		r.region = o.Region
		o.APIOptions = append(o.APIOptions, func(stack *middleware.Stack) error {
			_ = stack.Finalize.Insert(middleware.FinalizeMiddlewareFunc("dystore.Trace", r.attempt), "Retry", middleware.After)
			return nil
		})
	}
}

// attempt is a step below the SDK's retries.
func (r *request) attempt(ctx context.Context, in middleware.FinalizeInput, next middleware.FinalizeHandler) (middleware.FinalizeOutput, middleware.Metadata, error) {
	if !r.open {
		if r.start.Attempt++; r.last != nil {
			r.start.Why = why(r.last)
		}
		ctx = beside{ctx, r.begin()}
	}
	out, meta, err := next.HandleFinalize(ctx, in)
	r.last = err
	r.finish(in.Request, out.Result, meta, err)
	return out, meta, err
}

// beside is a context of the SDK with the values of an attempt's, which is derived
// from another one.
type beside struct {
	context.Context
	values context.Context
}

func (b beside) Value(key any) any {
	if v := b.values.Value(key); v != nil {
		return v
	}
	return b.Context.Value(key)
}

// why is why the SDK repeats a read.
func why(err error) trace.Reason {
	var api smithy.APIError
	var canceled *types.TransactionCanceledException
	switch {
	case errors.As(err, &canceled):
		for _, c := range canceled.CancellationReasons {
			if c.Code != nil && answer.Throttle(*c.Code) {
				return trace.Throttled
			}
		}
		return trace.Contended
	case errors.As(err, &api) && answer.Throttle(api.ErrorCode()):
		return trace.Throttled
	}
	return trace.NoAnswer
}

// abandon ends an attempt that a panic of the client leaves behind.
func (r *request) abandon() {
	if r.open {
		r.tell(&trace.RequestEnd{Kind: "panic"})
	}
}

// finish ends an attempt.
func (r *request) finish(sent, out any, meta middleware.Metadata, err error) {
	e := &trace.RequestEnd{Err: err, Kind: fail.KindName(err), Region: r.region}
	if req, ok := sent.(*smithyhttp.Request); ok && req != nil {
		e.Sent = max(0, req.ContentLength)
		if req.URL != nil {
			e.Host = req.URL.Host
		}
	}
	if res, ok := awsmiddleware.GetRawResponse(meta).(*smithyhttp.Response); ok && res != nil && res.Response != nil {
		e.Status, e.Received = res.StatusCode, max(0, res.ContentLength)
	}
	e.RequestID, _ = awsmiddleware.GetRequestIDMetadata(meta)
	if err == nil {
		result(r.start.Operation, out, e)
	} else {
		r.failed(e, err)
	}
	r.tell(e)
}

// failed notes what an error says.
func (r *request) failed(e *trace.RequestEnd, err error) {
	var response *awshttp.ResponseError
	if errors.As(err, &response) {
		if e.RequestID == "" {
			e.RequestID = response.RequestID
		}
		if e.Status == 0 && response.ResponseError != nil && response.Response != nil {
			e.Status = response.HTTPStatusCode()
		}
	}
	var api smithy.APIError
	if errors.As(err, &api) {
		e.Code = api.ErrorCode()
	}
	if answer.Throttle(e.Code) {
		e.Kind = "ErrThrottled"
	}
	var canceled *types.TransactionCanceledException
	if errors.As(err, &canceled) {
		for _, c := range canceled.CancellationReasons {
			code := ""
			if c.Code != nil {
				code = *c.Code
			}
			e.Reasons = append(e.Reasons, code)
		}
	}
	for _, reason := range answer.Reasons(answer.WithReasons(err, func(int) string { return "" })) {
		e.Throttling = append(e.Throttling, trace.ThrottlingReason(reason))
	}
}

// tell ends an attempt with an event.
func (r *request) tell(e *trace.RequestEnd) {
	r.open = false
	e.Duration = time.Since(r.began)
	r.verb.answered(e)
	if r.end != nil {
		defer func() { _ = recover() }() // of the tracer
		r.end(*e)
	}
}

// sent counts a request of a verb.
func (v *Verb) sent(s *trace.RequestStart) {
	if v == nil {
		return
	}
	v.requests.Add(1)
	if s.Why != "" {
		v.repeated.Add(1)
	}
	v.mu.Lock()
	defer v.mu.Unlock()
	switch {
	case s.Operation == "TransactWriteItems":
		if v.ended.Protocol != trace.Staged {
			v.ended.Protocol = trace.Transaction
		}
	case Writes(s.Operation) && v.ended.Protocol == "":
		v.ended.Protocol = trace.Single
	}
}

// answered adds up what a request has cost.
func (v *Verb) answered(e *trace.RequestEnd) {
	if v == nil {
		return
	}
	v.mu.Lock()
	defer v.mu.Unlock()
	v.ended.Sent += e.Sent
	v.ended.Received += e.Received
	for _, c := range e.Capacity {
		v.ended.Read += c.Read
		v.ended.Write += c.Write
	}
}
