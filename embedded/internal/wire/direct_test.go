package wire_test

import (
	"context"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"reflect"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	awsmiddleware "github.com/aws/aws-sdk-go-v2/aws/middleware"
	awshttp "github.com/aws/aws-sdk-go-v2/aws/transport/http"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/dystore/dystore/embedded/internal/wire"
)

// between is a transport behind something that changes answers.
type between func(*http.Request) (*http.Response, error)

func (f between) Do(r *http.Request) (*http.Response, error) { return f(r) }

// The caller of a direct client gets what the backend returned, and nobody else
// has it.
func TestDirectIsTheBackendsAnswer(t *testing.T) {
	out := &dynamodb.GetItemOutput{Item: benchItem()}
	c := client(fake(func(context.Context, any) (any, error) { return out, nil }), wire.Direct)
	got, err := c.GetItem(t.Context(), filled[dynamodb.GetItemInput]())
	if err != nil || reflect.ValueOf(got.Item).Pointer() != reflect.ValueOf(out.Item).Pointer() {
		t.Fatalf("%v, %v; want the items of the backend", got, err)
	}
	if id, ok := awsmiddleware.GetRequestIDMetadata(got.ResultMetadata); !ok || id == "" {
		t.Error("no request id")
	}
}

// Code that looks at answers on their way sees JSON and may replace it. The
// caller gets the replacement.
func TestDirectAnswersThatSomebodyReads(t *testing.T) {
	backend := fake(func(context.Context, any) (any, error) {
		return &dynamodb.GetItemOutput{Item: map[string]types.AttributeValue{"pk": &types.AttributeValueMemberS{Value: "stored"}}}, nil
	})
	transport := wire.NewTransport(backend)
	seen := ""
	read := func(r *http.Request) (*http.Response, error) {
		res, err := transport.Do(r)
		if err != nil {
			return nil, err
		}
		body, err := io.ReadAll(res.Body)
		seen = string(body)
		res.Body = io.NopCloser(strings.NewReader(strings.ReplaceAll(seen, "stored", "replaced")))
		return res, err
	}
	half := func(r *http.Request) (*http.Response, error) {
		res, err := transport.Do(r)
		if err == nil {
			_, err = io.ReadFull(res.Body, make([]byte, 4))
		}
		return res, err
	}
	closed := func(r *http.Request) (*http.Response, error) {
		res, err := transport.Do(r)
		if err == nil {
			err = res.Body.Close()
		}
		return res, err
	}
	get := func(options ...func(*dynamodb.Options)) (string, error) {
		seen = ""
		out, err := client(backend, append(options, wire.Direct)...).GetItem(t.Context(), filled[dynamodb.GetItemInput]())
		if err != nil || out.Item == nil {
			return "", err
		}
		return out.Item["pk"].(*types.AttributeValueMemberS).Value, nil
	}
	through := func(f between) func(*dynamodb.Options) {
		return func(o *dynamodb.Options) { o.HTTPClient = f }
	}
	if got, err := get(through(read)); got != "replaced" || seen != `{"Item":{"pk":{"S":"stored"}}}` || err != nil {
		t.Errorf("read: %q, seen %q, %v", got, seen, err)
	}
	if got, err := get(through(half)); err == nil {
		t.Errorf("half of it read: %q, want an error", got)
	}
	if got, err := get(through(closed), func(o *dynamodb.Options) { o.RetryMaxAttempts = 1 }); !errors.Is(err, http.ErrBodyReadAfterClose) {
		t.Errorf("closed: %q, %v; want what a connection says", got, err)
	}
	if got, err := get(func(o *dynamodb.Options) { o.ClientLogMode = aws.LogResponseWithBody }); got != "stored" || err != nil {
		t.Errorf("logged: %q, %v", got, err)
	}
	if got, err := get(); got != "stored" || err != nil {
		t.Errorf("with nothing in between: %q, %v", got, err)
	}
	derived := dynamodb.New(client(backend, wire.Direct).Options())
	if out, err := derived.GetItem(t.Context(), filled[dynamodb.GetItemInput]()); err != nil || out.Item == nil {
		t.Errorf("a client made of its options: %v", err)
	}
}

// A transport may answer with the answer to another operation, for example one
// that marks items instead of deleting them.
func TestDirectAnswersOfAnotherOperation(t *testing.T) {
	transport := wire.NewTransport(fake(func(context.Context, any) (any, error) {
		return &dynamodb.UpdateItemOutput{Attributes: benchItem()}, nil
	}))
	c := client(nil, wire.Direct, func(o *dynamodb.Options) {
		o.HTTPClient = between(func(r *http.Request) (*http.Response, error) {
			r.Header.Set("X-Amz-Target", "DynamoDB_20120810.UpdateItem")
			return transport.Do(r)
		})
	})
	out, err := c.DeleteItem(t.Context(), &dynamodb.DeleteItemInput{TableName: aws.String("t"), Key: benchItem()})
	if err != nil {
		t.Fatal(err)
	}
	mustEqual(t, "attributes", benchItem(), out.Attributes)
}

// The transport may change the status, and the client then gets the new one.
func TestDirectAnswersOfAnotherStatus(t *testing.T) {
	transport := wire.NewTransport(fake(func(context.Context, any) (any, error) {
		return &dynamodb.GetItemOutput{Item: benchItem()}, nil
	}))
	c := client(nil, wire.Direct, func(o *dynamodb.Options) {
		o.RetryMaxAttempts = 1
		o.HTTPClient = between(func(r *http.Request) (*http.Response, error) {
			res, err := transport.Do(r)
			if err == nil {
				res.StatusCode = http.StatusServiceUnavailable
			}
			return res, err
		})
	})
	out, err := c.GetItem(t.Context(), filled[dynamodb.GetItemInput]())
	var refused *awshttp.ResponseError
	if !errors.As(err, &refused) || refused.HTTPStatusCode() != http.StatusServiceUnavailable {
		t.Errorf("%v, %v; want status 503", out, err)
	}
}

// One answer goes to one caller, even if the transport gives it to two.
func TestDirectAnswersAreNotShared(t *testing.T) {
	transport := wire.NewTransport(fake(func(context.Context, any) (any, error) {
		return &dynamodb.GetItemOutput{Item: benchItem()}, nil
	}))
	var once sync.Once
	var answer *http.Response
	c := client(nil, wire.Direct, func(o *dynamodb.Options) {
		o.RetryMaxAttempts = 1
		o.HTTPClient = between(func(r *http.Request) (res *http.Response, err error) {
			once.Do(func() { answer, err = transport.Do(r) })
			own := *answer
			return &own, err
		})
	})
	var wg sync.WaitGroup
	var got, failed atomic.Int32
	for range 8 {
		wg.Go(func() {
			out, err := c.GetItem(t.Context(), filled[dynamodb.GetItemInput]())
			switch {
			case errors.Is(err, http.ErrBodyReadAfterClose):
				failed.Add(1)
			case err == nil && out.Item != nil:
				clear(out.Item)
				got.Add(1)
			default:
				t.Errorf("%v, %v", out, err)
			}
		})
	}
	wg.Wait()
	if got.Load() != 1 || failed.Load() != 7 {
		t.Errorf("%d callers have the answer, %d an error; want 1, 7", got.Load(), failed.Load())
	}
}

// A server sends only bytes, even if the client could take Go values.
func TestDirectClientOfAServer(t *testing.T) {
	backend := fake(func(context.Context, any) (any, error) { return &dynamodb.GetItemOutput{Item: benchItem()}, nil })
	srv := httptest.NewServer(wire.NewHandler(backend))
	defer srv.Close()
	c := client(backend, wire.Direct, func(o *dynamodb.Options) {
		o.BaseEndpoint, o.HTTPClient = aws.String(srv.URL), srv.Client()
	})
	out, err := c.GetItem(t.Context(), filled[dynamodb.GetItemInput]())
	if err != nil {
		t.Fatal(err)
	}
	mustEqual(t, "item", benchItem(), out.Item)
}

// Refusals, lost answers and ended contexts are the same as without Direct.
func TestDirectErrors(t *testing.T) {
	missing := fake(func(context.Context, any) (any, error) {
		return nil, &types.ConditionalCheckFailedException{Message: aws.String("no"), Item: benchItem()}
	})
	var refused *types.ConditionalCheckFailedException
	_, err := client(missing, wire.Direct).PutItem(t.Context(), filled[dynamodb.PutItemInput]())
	if !errors.As(err, &refused) || *refused.Message != "no" {
		t.Fatalf("%v", err)
	}
	mustEqual(t, "item", benchItem(), refused.Item)

	cut := errors.New("cut")
	c := client(missing, wire.Direct, func(o *dynamodb.Options) {
		o.HTTPClient = between(func(*http.Request) (*http.Response, error) { return nil, cut })
	})
	if _, err := c.GetItem(t.Context(), filled[dynamodb.GetItemInput]()); !errors.Is(err, cut) {
		t.Errorf("%v, want %v", err, cut)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := client(missing, wire.Direct).GetItem(ctx, filled[dynamodb.GetItemInput]()); !errors.Is(err, context.Canceled) {
		t.Errorf("%v, want %v", err, context.Canceled)
	}
}

// A client that does not ask for Go values gets bytes, with length and
// checksum.
func TestOrdinaryAnswers(t *testing.T) {
	b := fake(func(context.Context, any) (any, error) { return &dynamodb.GetItemOutput{Item: benchItem()}, nil })
	res, err := wire.NewTransport(b).Do(request(t, "GetItem", `{"TableName":"t"}`))
	if err != nil || res.ContentLength <= 0 || res.Header.Get("X-Amz-Crc32") == "" {
		t.Errorf("length %d, header %v, %v", res.ContentLength, res.Header, err)
	}
}
