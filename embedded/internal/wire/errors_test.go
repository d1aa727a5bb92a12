package wire_test

import (
	"context"
	"errors"
	"fmt"
	"reflect"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
	"github.com/aws/smithy-go"
	smithyhttp "github.com/aws/smithy-go/transport/http"

	"github.com/dystore/dystore/embedded/internal/wire"
)

// Every exception of the service arrives as the SDK's own type, with all of
// its members.
func TestModelledExceptions(t *testing.T) {
	for name, entry := range dynamodb.TypeRegistry.Entries {
		sent, ok := entry.New().(smithy.APIError)
		if !ok {
			continue
		}
		t.Run(name, func(t *testing.T) {
			(&filler{}).fill(reflect.ValueOf(sent).Elem())
			_, err := client(failing(fmt.Errorf("while writing: %w", sent))).PutItem(t.Context(), filled[dynamodb.PutItemInput]())
			got := reflect.New(reflect.TypeOf(sent))
			if !errors.As(err, got.Interface()) {
				t.Fatalf("got %v", err)
			}
			mustEqual(t, "exception", any(sent), got.Elem().Interface())
			wantStatus := 400
			if sent.ErrorFault() == smithy.FaultServer {
				wantStatus = 500
			}
			if got := status(t, err); got != wantStatus {
				t.Errorf("status %d, want %d", got, wantStatus)
			}
		})
	}
}

// The reasons of a cancelled transaction keep their number and order; an
// action that did not fail has code None and no message.
func TestCancellationReasons(t *testing.T) {
	sent := &types.TransactionCanceledException{
		Message: aws.String("Transaction cancelled, please refer cancellation reasons for specific reasons [None, ConditionalCheckFailed]"),
		CancellationReasons: []types.CancellationReason{
			{Code: aws.String("None")},
			{Code: aws.String("ConditionalCheckFailed"), Message: aws.String("The conditional request failed"),
				Item: map[string]types.AttributeValue{"n": &types.AttributeValueMemberN{Value: "1"}}},
		},
	}
	_, err := client(failing(sent)).TransactWriteItems(t.Context(), filled[dynamodb.TransactWriteItemsInput]())
	var got *types.TransactionCanceledException
	if !errors.As(err, &got) {
		t.Fatalf("got %v", err)
	}
	mustEqual(t, "exception", sent, got)
}

func TestErrorBodies(t *testing.T) {
	const v2012 = "com.amazonaws.dynamodb.v20120810#"
	for _, c := range []struct {
		name   string
		err    error
		status int
		body   string
	}{
		{"validation", &smithy.GenericAPIError{Code: "ValidationException", Message: "no \"key\""}, 400,
			`{"__type":"com.amazon.coral.validate#ValidationException","message":"no \"key\""}`},
		{"access", &smithy.GenericAPIError{Code: "AccessDeniedException", Message: "m"}, 400,
			`{"__type":"com.amazon.coral.service#AccessDeniedException","message":"m"}`},
		{"generic", &smithy.GenericAPIError{Code: "SomethingElse", Message: "m"}, 400,
			`{"__type":"` + v2012 + `SomethingElse","message":"m"}`},
		{"generic server fault", &smithy.GenericAPIError{Code: "X", Message: "m", Fault: smithy.FaultServer}, 500,
			`{"__type":"` + v2012 + `X","message":"m"}`},
		{"condition", &types.ConditionalCheckFailedException{Message: aws.String("m"),
			Item: map[string]types.AttributeValue{"n": &types.AttributeValueMemberN{Value: "1"}}}, 400,
			`{"__type":"` + v2012 + `ConditionalCheckFailedException","message":"m","Item":{"n":{"N":"1"}}}`},
		{"condition without members", &types.ConditionalCheckFailedException{}, 400,
			`{"__type":"` + v2012 + `ConditionalCheckFailedException"}`},
		{"throttle", &types.ThrottlingException{Message: aws.String("m")}, 400,
			`{"__type":"com.amazon.coral.availability#ThrottlingException","message":"m"}`},
		{"any error", errors.New("disk full"), 500,
			`{"__type":"` + v2012 + `InternalServerError","message":"disk full"}`},
		{"a context that is not the request's", context.Canceled, 500,
			`{"__type":"` + v2012 + `InternalServerError","message":"context canceled"}`},
	} {
		t.Run(c.name, func(t *testing.T) {
			got := post(t, wire.NewTransport(failing(c.err)), "PutItem", `{}`)
			if got.status != c.status || got.body != c.body {
				t.Errorf("%d %s\nwant %d %s", got.status, got.body, c.status, c.body)
			}
		})
	}
}

func TestGenericErrorThroughTheSDK(t *testing.T) {
	sent := &smithy.GenericAPIError{Code: "ValidationException", Message: "The key is too long"}
	_, err := client(failing(sent)).PutItem(t.Context(), filled[dynamodb.PutItemInput]())
	var got smithy.APIError
	if !errors.As(err, &got) || got.ErrorCode() != sent.Code || got.ErrorMessage() != sent.Message {
		t.Errorf("got %v", err)
	}
}

func TestPanicIsOneFailedRequest(t *testing.T) {
	b := fake(func(context.Context, any) (any, error) { panic("index out of range") })
	_, err := client(b).PutItem(t.Context(), filled[dynamodb.PutItemInput]())
	var internal *types.InternalServerError
	if !errors.As(err, &internal) || internal.ErrorMessage() != "the embedded engine panicked: index out of range" {
		t.Fatalf("got %v", err)
	}
	if got := status(t, err); got != 500 {
		t.Errorf("status %d", got)
	}
}

func TestContext(t *testing.T) {
	t.Run("ended before", func(t *testing.T) {
		ctx, cancel := context.WithCancel(t.Context())
		cancel()
		b := fake(func(context.Context, any) (any, error) { t.Error("the backend was called"); return nil, nil })
		_, err := client(b).PutItem(ctx, filled[dynamodb.PutItemInput]())
		if !errors.Is(err, context.Canceled) {
			t.Errorf("got %v", err)
		}
	})
	t.Run("ended during", func(t *testing.T) {
		ctx, cancel := context.WithCancel(t.Context())
		b := fake(func(ctx context.Context, _ any) (any, error) {
			cancel()
			return nil, fmt.Errorf("waiting for the lock: %w", ctx.Err())
		})
		_, err := client(b).PutItem(ctx, filled[dynamodb.PutItemInput]())
		if !errors.Is(err, context.Canceled) {
			t.Errorf("got %v", err)
		}
	})
	t.Run("values reach the backend", func(t *testing.T) {
		type key struct{}
		var got any
		b := fake(func(ctx context.Context, _ any) (any, error) { got = ctx.Value(key{}); return nil, nil })
		if _, err := client(b).PutItem(context.WithValue(t.Context(), key{}, 7), filled[dynamodb.PutItemInput]()); err != nil {
			t.Fatal(err)
		}
		if got != 7 {
			t.Errorf("got %v", got)
		}
	})
}

func failing(err error) fake {
	return func(context.Context, any) (any, error) { return nil, err }
}

func status(t *testing.T, err error) int {
	t.Helper()
	var res *smithyhttp.ResponseError
	if !errors.As(err, &res) {
		t.Fatalf("no response in %v", err)
	}
	return res.HTTPStatusCode()
}
