package answer_test

import (
	"context"
	"errors"
	"io"
	"net/http"
	"strings"
	"testing"
	"testing/iotest"
	"testing/synctest"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/dystore/dystore/embedded"
	"github.com/dystore/dystore/fault"
	"github.com/dystore/dystore/internal/answer"
	"github.com/dystore/dystore/internal/fail"
)

// answering is a client that gets one answer, and counts how often.
func answering(t *testing.T, status int, body func() io.Reader, length int64) (c *dynamodb.Client, requests *int) {
	t.Helper()
	requests = new(int)
	return embedded.New().Client(func(o *dynamodb.Options) {
		o.RetryMaxAttempts = 2
		o.HTTPClient = doer(func(*http.Request) (*http.Response, error) {
			*requests++
			return &http.Response{StatusCode: status, ContentLength: length, Body: io.NopCloser(body()),
				Header: http.Header{"Content-Type": {"application/x-amz-json-1.0"}}}, nil
		})
	}), requests
}

// doer is an HTTP client made of a function.
type doer func(*http.Request) (*http.Response, error)

func (f doer) Do(r *http.Request) (*http.Response, error) { return f(r) }

func key() *dynamodb.GetItemInput {
	return &dynamodb.GetItemInput{TableName: aws.String("Table"), Key: map[string]types.AttributeValue{"ID": &types.AttributeValueMemberS{Value: "1"}}}
}

// Only an answer is one: an empty body is none, whatever the status, and neither is
// half of one. Such a read is repeated.
func TestNoAnswer(t *testing.T) {
	text := func(s string) func() io.Reader { return func() io.Reader { return strings.NewReader(s) } }
	const item = `{"Item":{"ID":{"S":"1"}}}`
	for name, c := range map[string]struct {
		status   int
		body     func() io.Reader
		length   int64
		no       bool // answer
		requests int
	}{
		"whole":                 {200, text(item), int64(len(item)), false, 1},
		"of unknown length":     {200, text(item), -1, false, 1},
		"byte by byte":          {200, func() io.Reader { return iotest.OneByteReader(strings.NewReader(item)) }, -1, false, 1},
		"empty":                 {200, text(""), 0, true, 2},
		"empty, unknown length": {200, text(""), -1, true, 2},
		"half":                  {200, text(item[:len(item)-1]), -1, true, 2},
		"no JSON":               {200, text("<html>"), -1, true, 2},
		"a refusal that lacks":  {400, text(""), 0, true, 2},
	} {
		synctest.Test(t, func(t *testing.T) {
			client, requests := answering(t, c.status, c.body, c.length)
			out, err := client.GetItem(t.Context(), key(), answer.Answered)
			if no := new(answer.NoAnswerError); errors.As(err, &no) != c.no || (err == nil) == c.no {
				t.Errorf("%s: %v", name, err)
			}
			if !c.no && (out == nil || len(out.Item) != 1) {
				t.Errorf("%s: item %v", name, out.Item)
			}
			if *requests != c.requests {
				t.Errorf("%s: %d requests, want %d", name, *requests, c.requests)
			}
		})
	}
}

// Without Answered the SDK finds nothing in an empty body.
func TestEmptyBodyOfTheSDK(t *testing.T) {
	client, _ := answering(t, 200, func() io.Reader { return strings.NewReader("") }, 0)
	if out, err := client.GetItem(t.Context(), key()); err != nil || out.Item != nil {
		t.Errorf("%v, %v: the SDK does it itself now", out, err)
	}
}

// Clients that are not the SDK's have no steps to add to.
func TestOtherClients(t *testing.T) {
	var o dynamodb.Options
	for _, f := range append(answer.Observed, answer.Answered) {
		f(&o)
	}
	if len(o.APIOptions) != 0 {
		t.Errorf("%d steps", len(o.APIOptions))
	}
}

// When the context ends in a pause between attempts, or in the next attempt, the
// error says why the attempt before failed.
func TestObserved(t *testing.T) {
	slow := fault.Delay(time.Hour)
	for name, c := range map[string]struct {
		rules []fault.Rule
		kind  error // beside the end of the context
		ends  bool
	}{
		"throttled, in a pause":            {[]fault.Rule{fault.Inject(fault.Throttle())}, fail.ErrThrottled, true},
		"throttled, in the attempt after":  {[]fault.Rule{fault.Inject(fault.Throttle(), fault.At(0)), fault.Inject(slow)}, fail.ErrThrottled, true},
		"in the first attempt":             {[]fault.Rule{fault.Inject(slow)}, nil, true},
		"answered in time with an error":   {[]fault.Rule{fault.Inject(fault.Respond(400, "ValidationException", "x"))}, fail.ErrInvalid, false},
		"throttled once, answered in time": {[]fault.Rule{fault.Inject(fault.Throttle(), fault.At(0)), fault.Inject(fault.Respond(400, "ValidationException", "x"))}, fail.ErrInvalid, false},
	} {
		synctest.Test(t, func(t *testing.T) {
			client, net := fault.Wrap(embedded.New().Client(func(o *dynamodb.Options) { o.RetryMaxAttempts = 50 }))
			net.Reset(c.rules...)
			ctx, cancel := context.WithTimeout(t.Context(), 10*time.Second)
			defer cancel()
			_, err := client.GetItem(ctx, key(), answer.Observed...)
			err = answer.Error(err)
			if err == nil || errors.Is(err, context.DeadlineExceeded) != c.ends || c.kind != nil && !errors.Is(err, c.kind) ||
				c.kind != fail.ErrThrottled && errors.Is(err, fail.ErrThrottled) {
				t.Errorf("%s: %v", name, err)
			}
		})
	}
}
