package lean_test

import (
	"context"
	"fmt"
	"hash/crc32"
	"io"
	"net/http"
	"strings"
	"sync"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
	"go.uber.org/goleak"

	"github.com/dystore/dystore/internal/answer"
	"github.com/dystore/dystore/internal/commit"
	"github.com/dystore/dystore/internal/lean"
	"github.com/dystore/dystore/internal/traced"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// client is what both clients can do.
type client interface {
	traced.DataClient
	traced.WritesApart
}

var (
	_ client        = (*lean.Client)(nil)
	_ commit.Client = (*lean.Client)(nil)
)

// answers are what a service answers, one after the other. The last one is for all that follow.
type answers struct {
	list []reply

	mu   sync.Mutex
	seen []*http.Request
	body []string
}

// reply is one answer.
type reply struct {
	status int
	body   string
	header map[string]string
	err    error
	before func() // it is given
}

func (a *answers) Do(r *http.Request) (*http.Response, error) {
	body, err := io.ReadAll(r.Body)
	if err != nil {
		return nil, err
	}
	a.mu.Lock()
	a.seen, a.body = append(a.seen, r), append(a.body, string(body))
	n := a.list[min(len(a.seen), len(a.list))-1]
	a.mu.Unlock()
	if n.before != nil {
		n.before()
	}
	if n.err != nil {
		return nil, n.err
	}
	h := http.Header{"X-Amzn-Requestid": {"ID1"}, "X-Amz-Crc32": {fmt.Sprint(crc32.ChecksumIEEE([]byte(n.body)))}}
	for name, value := range n.header {
		h.Set(name, value)
	}
	return &http.Response{StatusCode: n.status, ContentLength: int64(len(n.body)), Body: io.NopCloser(strings.NewReader(n.body)), Header: h}, nil
}

func credentials(context.Context) (aws.Credentials, error) {
	return aws.Credentials{AccessKeyID: "A", SecretAccessKey: "S", SessionToken: "T"}, nil
}

// sdk is a client of the SDK's for these answers.
func sdk(a *answers, opts ...func(*dynamodb.Options)) *dynamodb.Client {
	return dynamodb.New(dynamodb.Options{Region: "eu-west-1", HTTPClient: a, Credentials: aws.CredentialsProviderFunc(credentials)}, opts...)
}

func leanly(t *testing.T, c any) *lean.Client {
	t.Helper()
	out, err := lean.New(c)
	if err != nil {
		t.Fatal(err)
	}
	return out
}

type attrs = map[string]types.AttributeValue

func key() attrs { return attrs{"ID": &types.AttributeValueMemberS{Value: "1"}} }

func get(ctx context.Context, c client) (*dynamodb.GetItemOutput, error) {
	return c.GetItem(ctx, &dynamodb.GetItemInput{TableName: aws.String("Table"), Key: key()}, answer.Observed...)
}
