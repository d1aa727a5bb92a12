package lean_test

import (
	"context"
	"errors"
	"fmt"
	"reflect"
	"testing"
	"testing/synctest"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/aws/retry"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/smithy-go"

	"github.com/dystore/dystore/internal/answer"
)

// kinds are the types of an error and of those that it wraps, but for how Join shows.
func kinds(err error) (s []string) {
	if err == nil {
		return nil
	}
	switch err := err.(type) {
	case interface{ Unwrap() []error }:
		for _, e := range err.Unwrap() {
			s = append(s, kinds(e)...)
		}
		return s
	}
	return append([]string{reflect.TypeOf(err).String()}, kinds(errors.Unwrap(err))...)
}

func refusal(code, members string) string {
	return fmt.Sprintf(`{"__type":"com.amazonaws.dynamodb.v20120810#%s"%s}`, code, members)
}

// Errors have the texts and the types of the SDK's, and come after as many requests.
func TestErrors(t *testing.T) {
	no := errors.New("no")
	for name, c := range map[string]struct {
		list []reply
		opts []func(*dynamodb.Options)
	}{
		"refused":               {list: []reply{{status: 400, body: refusal("ValidationException", `,"message":"m"`)}}},
		"no table":              {list: []reply{{status: 400, body: refusal("ResourceNotFoundException", `,"message":"m"`)}}},
		"a condition":           {list: []reply{{status: 400, body: refusal("ConditionalCheckFailedException", `,"message":"m","Item":{"ID":{"S":"1"}}`)}}},
		"of no known code":      {list: []reply{{status: 400, body: refusal("Strange", "")}}},
		"throttled":             {list: []reply{{status: 400, body: refusal("ThrottlingException", `,"message":"m"`)}}},
		"broken":                {list: []reply{{status: 500, body: refusal("InternalServerError", "")}}},
		"unavailable":           {list: []reply{{status: 503, body: "<html>"}}},
		"broken once":           {list: []reply{{status: 500, body: refusal("InternalServerError", "")}, {status: 200, body: "{}"}}},
		"empty":                 {list: []reply{{status: 200}}},
		"half":                  {list: []reply{{status: 200, body: `{"Item":{"ID":`}}},
		"not sent":              {list: []reply{{err: no}}},
		"no checksum that is":   {list: []reply{{status: 200, body: "{}", header: map[string]string{"X-Amz-Crc32": "x"}}}},
		"asked to wait":         {list: []reply{{status: 500, body: refusal("InternalServerError", ""), header: map[string]string{"X-Amz-Retry-After": "3000"}}, {status: 200, body: "{}"}}},
		"asked to wait forever": {list: []reply{{status: 500, body: refusal("InternalServerError", ""), header: map[string]string{"X-Amz-Retry-After": "99999999"}}, {status: 200, body: "{}"}}},
		"without retries": {list: []reply{{status: 500, body: refusal("InternalServerError", "")}}, opts: []func(*dynamodb.Options){
			func(o *dynamodb.Options) { o.Retryer = aws.NopRetryer{} }}},
		"by one attempt": {list: []reply{{status: 500, body: refusal("InternalServerError", "")}}, opts: []func(*dynamodb.Options){
			func(o *dynamodb.Options) { o.RetryMaxAttempts = 1 }}},
		"no credentials": {list: []reply{{status: 200, body: "{}"}}, opts: []func(*dynamodb.Options){func(o *dynamodb.Options) {
			o.Credentials = aws.CredentialsProviderFunc(func(context.Context) (aws.Credentials, error) { return aws.Credentials{}, no })
		}}},
		"no account": {list: []reply{{status: 200, body: "{}"}}, opts: []func(*dynamodb.Options){
			func(o *dynamodb.Options) { o.AccountIDEndpointMode = aws.AccountIDEndpointModeRequired }}},
		"no region": {list: []reply{{status: 200, body: "{}"}}, opts: []func(*dynamodb.Options){func(o *dynamodb.Options) { o.Region = "" }}},
	} {
		synctest.Test(t, func(t *testing.T) {
			var got [2]error
			var took [2]time.Duration
			var sent [2]*answers
			for i := range got {
				a := &answers{list: c.list}
				s, began := sdk(a, append([]func(*dynamodb.Options){steady}, c.opts...)...), time.Now()
				var cl client = s
				if i == 1 {
					cl = leanly(t, s)
				}
				_, got[i] = get(t.Context(), cl)
				took[i], sent[i] = time.Since(began), a
			}
			if fmt.Sprint(got[0]) != fmt.Sprint(got[1]) || !reflect.DeepEqual(kinds(got[0]), kinds(got[1])) {
				t.Errorf("%s: the SDK's error is\n%v\n%v, ours\n%v\n%v", name, got[0], kinds(got[0]), got[1], kinds(got[1]))
			}
			if len(sent[0].seen) != len(sent[1].seen) {
				t.Errorf("%s: %d requests, ours %d", name, len(sent[0].seen), len(sent[1].seen))
			}
			if took[0] != took[1] {
				t.Errorf("%s: it took %v, ours %v", name, took[0], took[1])
			}
		})
	}
}

// steady makes pauses that no chance decides.
func steady(o *dynamodb.Options) {
	o.Retryer = retry.NewStandard(func(o *retry.StandardOptions) {
		o.Backoff = retry.BackoffDelayerFunc(func(attempt int, _ error) (time.Duration, error) { return time.Duration(attempt) * time.Second, nil })
	})
}

// An input that lacks something never becomes a request.
func TestInputs(t *testing.T) {
	ctx, a := t.Context(), &answers{list: []reply{{status: 200, body: "{}"}}}
	s := sdk(a)
	for name, call := range map[string]func(client) error{
		"GetItem":            func(c client) error { _, err := c.GetItem(ctx, nil); return err },
		"BatchGetItem":       func(c client) error { _, err := c.BatchGetItem(ctx, nil); return err },
		"TransactGetItems":   func(c client) error { _, err := c.TransactGetItems(ctx, nil); return err },
		"Query":              func(c client) error { _, err := c.Query(ctx, nil); return err },
		"Scan":               func(c client) error { _, err := c.Scan(ctx, nil); return err },
		"PutItem":            func(c client) error { _, err := c.PutItem(ctx, nil); return err },
		"UpdateItem":         func(c client) error { _, err := c.UpdateItem(ctx, nil); return err },
		"DeleteItem":         func(c client) error { _, err := c.DeleteItem(ctx, nil); return err },
		"BatchWriteItem":     func(c client) error { _, err := c.BatchWriteItem(ctx, nil); return err },
		"TransactWriteItems": func(c client) error { _, err := c.TransactWriteItems(ctx, nil); return err },
	} {
		want, got := call(s), call(leanly(t, s))
		if _, invalid := errors.AsType[smithy.InvalidParamsError](got); !invalid || fmt.Sprint(want) != fmt.Sprint(got) {
			t.Errorf("%s: the SDK's error is %v, ours %v", name, want, got)
		}
	}
	if len(a.seen) != 0 {
		t.Errorf("%d requests", len(a.seen))
	}
}

// When the context ends, the error says so, and why the attempt before failed.
func TestEndOfContext(t *testing.T) {
	throttled := reply{status: 400, body: refusal("ThrottlingException", `,"message":"m"`)}
	for name, list := range map[string]func(cancel func()) []reply{
		"in the pause":             func(cancel func()) []reply { return []reply{{status: 400, body: throttled.body, before: cancel}} },
		"in the attempt after":     func(cancel func()) []reply { return []reply{throttled, {err: context.Canceled, before: cancel}} },
		"in the first attempt":     func(cancel func()) []reply { return []reply{{err: context.Canceled, before: cancel}} },
		"before the first attempt": func(cancel func()) []reply { cancel(); return []reply{throttled} },
	} {
		synctest.Test(t, func(t *testing.T) {
			var got [2]error
			for i := range got {
				ctx, cancel := context.WithCancel(t.Context())
				s := sdk(&answers{list: list(cancel)})
				var cl client = s
				if i == 1 {
					cl = leanly(t, s)
				}
				_, got[i] = get(ctx, cl)
				cancel()
			}
			if !errors.Is(got[1], context.Canceled) || fmt.Sprint(got[0]) != fmt.Sprint(got[1]) || !reflect.DeepEqual(kinds(got[0]), kinds(got[1])) {
				t.Errorf("%s: the SDK's error is\n%v\n%v, ours\n%v\n%v", name, got[0], kinds(got[0]), got[1], kinds(got[1]))
			}
		})
	}
}

// An answer with another checksum is none, whatever it says; one without is believed.
func TestChecksum(t *testing.T) {
	wrong := map[string]string{"X-Amz-Crc32": "1"}
	for name, c := range map[string]struct {
		reply reply
		off   bool
		none  bool
	}{
		"an answer":      {reply{status: 200, body: `{"Item":{"ID":{"S":"1"}}}`, header: wrong}, false, true},
		"a refusal":      {reply{status: 400, body: refusal("ValidationException", ""), header: wrong}, false, true},
		"without":        {reply{status: 200, body: `{}`, header: map[string]string{"X-Amz-Crc32": ""}}, false, false},
		"not looked at":  {reply{status: 200, body: `{}`, header: wrong}, true, false},
		"as it ought to": {reply{status: 200, body: `{}`}, false, false},
	} {
		_, err := get(t.Context(), leanly(t, sdk(&answers{list: []reply{c.reply}}, func(o *dynamodb.Options) {
			o.RetryMaxAttempts, o.DisableValidateResponseChecksum = 1, c.off
		})))
		if _, none := errors.AsType[*answer.NoAnswerError](err); none != c.none || (err != nil) != c.none {
			t.Errorf("%s: %v", name, err)
		}
	}
}
