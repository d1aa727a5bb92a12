package commit_test

import (
	"context"
	"errors"
	"fmt"
	"net"
	"syscall"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/aws/retry"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
	"github.com/aws/smithy-go"
	"github.com/google/go-cmp/cmp"

	"github.com/dystore/dystore/fault"
	"github.com/dystore/dystore/internal/commit"
	"github.com/dystore/dystore/internal/item"
)

// daxClient does with the options of a call what the client of DAX does
// (aws-dax-go-v2 v1.0.3, requestOptions): it makes as many further requests as
// RetryMaxAttempts says, refuses middleware, and knows nothing of the rest.
type daxClient struct {
	*dynamodb.Client
	attempts int // that it is configured to
	errs     []error
	calls    int
}

func (c *daxClient) request(opts []func(*dynamodb.Options)) (n int, err error) {
	o := dynamodb.Options{RetryMaxAttempts: c.attempts}
	for _, f := range opts {
		f(&o)
	}
	if len(o.APIOptions) > 0 {
		return 0, errors.New("custom middleware through APIOptions is not supported")
	}
	for ; n <= o.RetryMaxAttempts && len(c.errs) > 0; n++ {
		err, c.errs = c.errs[0], c.errs[1:]
		c.calls++
	}
	return n, err
}

func (c *daxClient) PutItem(ctx context.Context, in *dynamodb.PutItemInput, opts ...func(*dynamodb.Options)) (*dynamodb.PutItemOutput, error) {
	if _, err := c.request(opts); err != nil {
		return nil, err
	}
	return &dynamodb.PutItemOutput{}, nil
}

func (c *daxClient) GetItem(ctx context.Context, in *dynamodb.GetItemInput, opts ...func(*dynamodb.Options)) (*dynamodb.GetItemOutput, error) {
	if _, err := c.request(opts); err != nil {
		return nil, err
	}
	return c.Client.GetItem(ctx, in)
}

// Of a client that is not the SDK's nobody knows how many requests a call made.
// So no error of it says that nothing was written, but those that precede every
// request.
func TestOtherClients(t *testing.T) {
	api := func(code string, f smithy.ErrorFault) error { return &smithy.GenericAPIError{Code: code, Fault: f} }
	const all = 4 // attempts of the policy
	for _, c := range []struct {
		err   error
		kind  commit.Kind
		calls int
	}{
		{errors.New("broken"), commit.Unknown, all},
		{fmt.Errorf("wrapped: %w", &types.ConditionalCheckFailedException{}), commit.Refused, 1},
		{&types.TransactionConflictException{}, commit.Unknown, all},
		{&types.ProvisionedThroughputExceededException{}, commit.Unknown, all},
		{&types.InternalServerError{}, commit.Unknown, all},
		{&types.ResourceNotFoundException{}, commit.Unknown, 1},
		{&net.OpError{Op: "dial", Err: syscall.ECONNREFUSED}, commit.Unknown, all},
		{&net.OpError{Op: "dial", Err: &net.DNSError{IsNotFound: true}}, commit.Unknown, 1},
		{&smithy.SerializationError{}, commit.Stopped, 1},
		{smithy.InvalidParamsError{}, commit.Stopped, 1},
		{&smithy.DeserializationError{}, commit.Unknown, all},
		{context.DeadlineExceeded, commit.Unknown, all}, // of the client's own making: the caller's has not ended
		// The client of DAX gives the fault of lost replies to itself, and that of
		// wrong requests to the server.
		{api("InternalServerError", smithy.FaultClient), commit.Unknown, all},
		{api("ResponseTimeout", smithy.FaultClient), commit.Unknown, all},
		{api("Unknown", smithy.FaultUnknown), commit.Unknown, all},
		{api("ThrottlingException", smithy.FaultServer), commit.Unknown, all},
		{api("ValidationException", smithy.FaultServer), commit.Unknown, 1},
		{api("SomethingNew", smithy.FaultServer), commit.Unknown, all},
		{api("SomethingNew", smithy.FaultClient), commit.Unknown, 1},
	} {
		client, _ := engine(t)
		dax := &daxClient{Client: client}
		for range 2 * all {
			dax.errs = append(dax.errs, c.err)
		}
		if c.kind == commit.Refused {
			dax.errs = dax.errs[:1] // the item is read then
		}
		o := send(context.Background(), dax, put("1"), quick)
		if o.Kind != c.kind || dax.calls != c.calls {
			t.Errorf("%v: %s after %d calls, want %s after %d", c.err, kinds[o.Kind], dax.calls, kinds[c.kind], c.calls)
		}
	}
}

// The client of DAX repeats no request of a write: it looks at one option only.
func TestDAXRepeatsNothing(t *testing.T) {
	client, _ := engine(t)
	dax := &daxClient{Client: client, attempts: 2, errs: []error{errors.New("lost"), &types.ConditionalCheckFailedException{}}}
	o := send(context.Background(), dax, put("1"), commit.Policy{Attempts: 1})
	if o.Kind != commit.Unknown || dax.calls != 1 {
		t.Errorf("%s after %d requests", kinds[o.Kind], dax.calls)
	}
}

// stubborn is a client that repeats requests whatever the options of a call say:
// quietly, or through the SDK with options of its own after those of the call.
type stubborn struct {
	*dynamodb.Client
	quiet bool
}

func (c stubborn) options(opts []func(*dynamodb.Options)) []func(*dynamodb.Options) {
	if c.quiet {
		opts = nil
	}
	return append(opts, func(o *dynamodb.Options) {
		o.Retryer = retry.NewStandard(func(o *retry.StandardOptions) { o.MaxAttempts = 2; o.MaxBackoff = 1 })
	})
}

func (c stubborn) PutItem(ctx context.Context, in *dynamodb.PutItemInput, opts ...func(*dynamodb.Options)) (*dynamodb.PutItemOutput, error) {
	p := *in
	p.ReturnValuesOnConditionCheckFailure = "" // as the client of DAX
	return c.Client.PutItem(ctx, &p, c.options(opts)...)
}

func (c stubborn) TransactWriteItems(ctx context.Context, in *dynamodb.TransactWriteItemsInput, opts ...func(*dynamodb.Options)) (*dynamodb.TransactWriteItemsOutput, error) {
	return c.Client.TransactWriteItems(ctx, in, c.options(opts)...)
}

// What an answer means is not known where it is not the answer to the only
// request; and where the item of a refusal did not come, it is read.
func TestHiddenRepetitions(t *testing.T) {
	for _, c := range []struct {
		name   string
		quiet  bool
		there  attrs // what is stored
		rules  []fault.Rule
		kind   commit.Kind
		ops    string
		items  []attrs
		reread bool
		doubt  bool
	}{
		{"refused", false, attrs{"ID": str("1")}, nil, commit.Refused, "[PutItem]", []attrs{{}}, false, false}, // the SDK's client returns what there is
		{"lost, then refused", false, nil, once(fault.ReplyLost()), commit.Refused, "[PutItem PutItem]", []attrs{{}}, false, true},
		{"lost, then wrong", false, nil, then(fault.ReplyLost(), fault.Respond(400, "ValidationException", "x")), commit.Unknown, "[PutItem PutItem]", nil, false, false},
		{"refused, quietly", true, attrs{"ID": str("1")}, nil, commit.Refused, "[PutItem GetItem]", []attrs{{"ID": str("1")}}, true, true},
		{"lost, then refused, quietly", true, nil, once(fault.ReplyLost()), commit.Refused, "[PutItem PutItem GetItem]",
			[]attrs{{"ID": str("1"), "n": str("new")}}, true, true},
		{"refused, and the item cannot be read", true, attrs{"ID": str("1")}, []fault.Rule{fault.Inject(fault.Crash(), fault.Op("GetItem"))}, commit.Unknown,
			"[PutItem GetItem]", nil, false, false},
	} {
		t.Run(c.name, func(t *testing.T) {
			client, net := engine(t)
			if c.there != nil {
				store(t, client, "Roots", c.there)
			}
			net.Reset(c.rules...)
			o := send(context.Background(), stubborn{client, c.quiet}, put("1"), quick)
			if o.Kind != c.kind || fmt.Sprint(net.Operations()) != c.ops || o.Reread != c.reread || o.Ambiguous != c.doubt {
				t.Errorf("%s after %v, reread %v, ambiguous %v; want %s after %s, %v, %v", kinds[o.Kind], net.Operations(), o.Reread, o.Ambiguous, kinds[c.kind], c.ops, c.reread, c.doubt)
			}
			if d := cmp.Diff(c.items, o.Items, cmp.Comparer(item.Equal)); d != "" {
				t.Error(d)
			}
		})
	}
}

// Options that come after ours may bring other retries, but not hide them.
func TestRetriesOfTheClient(t *testing.T) {
	client, net := engine(t)
	client = dynamodb.New(client.Options(), func(o *dynamodb.Options) { o.RetryMaxAttempts = 9; o.RetryMode = aws.RetryModeAdaptive })
	net.Reset(always(fault.ServerError())...)
	if o := send(context.Background(), client, put("1"), quick); o.Kind != commit.Unknown || len(net.Requests()) != quick.Attempts {
		t.Errorf("%s after %d requests", kinds[o.Kind], len(net.Requests()))
	}
	net.Reset(always(fault.ServerError())...)
	if o := send(context.Background(), stubborn{Client: client}, put("1"), quick); o.Kind != commit.Unknown || len(net.Requests()) != 2*quick.Attempts {
		t.Errorf("%s after %d requests", kinds[o.Kind], len(net.Requests()))
	}
}
