package fault_test

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"strings"
	"sync"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
	"github.com/google/go-cmp/cmp"

	"github.com/dystore/dystore/fault"
)

// engine executes nothing: it notes what arrives and answers by a script.
type engine struct {
	mu    sync.Mutex
	got   []string // "Operation body"
	reply string   // "{}" if empty
	err   error
}

func (e *engine) Do(r *http.Request) (*http.Response, error) {
	if err := r.Context().Err(); err != nil {
		return nil, err
	}
	body, err := io.ReadAll(r.Body)
	if err != nil {
		return nil, err
	}
	if int64(len(body)) != r.ContentLength {
		return nil, fmt.Errorf("%d bytes announced, %d sent", r.ContentLength, len(body))
	}
	_, op, _ := strings.Cut(r.Header.Get("X-Amz-Target"), ".")
	e.mu.Lock()
	defer e.mu.Unlock()
	e.got = append(e.got, op+" "+string(body))
	if e.err != nil {
		return nil, e.err
	}
	reply := e.reply
	if reply == "" {
		reply = "{}"
	}
	return &http.Response{StatusCode: 200, Header: http.Header{}, Body: io.NopCloser(strings.NewReader(reply))}, nil
}

// executed returns what has arrived.
func (e *engine) executed() []string {
	e.mu.Lock()
	defer e.mu.Unlock()
	return append([]string{}, e.got...)
}

// do sends one raw request.
func do(t *testing.T, c fault.HTTPClient, op, body string) (status int, reply string, err error) {
	t.Helper()
	r, err := http.NewRequestWithContext(t.Context(), http.MethodPost, "http://engine.invalid/", strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("X-Amz-Target", "DynamoDB_20120810."+op)
	res, err := c.Do(r)
	if err != nil {
		return 0, "", err
	}
	defer res.Body.Close()
	b, err := io.ReadAll(res.Body)
	if err != nil {
		t.Fatal(err)
	}
	return res.StatusCode, string(b), nil
}

// client is an SDK client in front of c that makes single attempts.
func client(c fault.HTTPClient) *dynamodb.Client {
	return dynamodb.New(dynamodb.Options{
		Region:       "local",
		BaseEndpoint: aws.String("http://engine.invalid"),
		HTTPClient:   c,
		Retryer:      aws.NopRetryer{},
		Credentials: aws.CredentialsProviderFunc(func(context.Context) (aws.Credentials, error) {
			return aws.Credentials{AccessKeyID: "local", SecretAccessKey: "local"}, nil
		}),
	})
}

func put(id string) *dynamodb.PutItemInput {
	return &dynamodb.PutItemInput{TableName: aws.String("t"), Item: map[string]types.AttributeValue{
		"id": &types.AttributeValueMemberS{Value: id},
	}}
}

func equal(t *testing.T, what string, want, got any) {
	t.Helper()
	if d := cmp.Diff(want, got); d != "" {
		t.Errorf("%s (-want +got):\n%s", what, d)
	}
}

// blocking answers when it is told to.
type blocking struct {
	engine
	begun, release chan bool
}

func (b *blocking) Do(r *http.Request) (*http.Response, error) {
	b.begun <- true
	<-b.release
	return b.engine.Do(r)
}
