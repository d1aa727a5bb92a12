package verify_test

import (
	"context"
	"errors"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/smithy-go"

	"github.com/dystore/dystore/embedded"
	"github.com/dystore/dystore/repo"
)

// A client that has the methods of repo.Client only cannot ask everything.
func TestVerifyWithoutMethods(t *testing.T) {
	client := embedded.New().Client()
	created(t, client, nil)
	err := open(t, struct{ repo.Client }{client}, docsModel()).Verify(t.Context())
	var want []string
	for _, table := range []string{"Docs", "Claims", "Parts"} {
		want = append(want,
			"not checked: table "+table+", time to live: found unknown, wanted nothing expires: the client has no DescribeTimeToLive; use a client with DescribeTimeToLive, and allow it",
			"not checked: table "+table+", point-in-time recovery: found unknown, wanted as the other tables: the client has no DescribeContinuousBackups; use a client with DescribeContinuousBackups, and allow it")
	}
	wantFindings(t, err, want...)
	if errors.Is(err, repo.ErrInvalid) {
		t.Error("what is not checked is not ErrInvalid")
	}
}

// refusing is a client of which some operations fail with a code.
type refusing struct {
	*dynamodb.Client
	code                 string
	table, ttl, recovery bool
}

func (r refusing) err(on bool) error {
	if on {
		return &smithy.GenericAPIError{Code: r.code, Message: "no"}
	}
	return nil
}

func (r refusing) DescribeTable(ctx context.Context, in *dynamodb.DescribeTableInput, opts ...func(*dynamodb.Options)) (*dynamodb.DescribeTableOutput, error) {
	if err := r.err(r.table && strings.HasSuffix(*in.TableName, "Parts")); err != nil {
		return nil, err
	}
	return r.Client.DescribeTable(ctx, in, opts...)
}

func (r refusing) DescribeTimeToLive(ctx context.Context, in *dynamodb.DescribeTimeToLiveInput, opts ...func(*dynamodb.Options)) (*dynamodb.DescribeTimeToLiveOutput, error) {
	if err := r.err(r.ttl && *in.TableName == "Docs"); err != nil {
		return nil, err
	}
	return r.Client.DescribeTimeToLive(ctx, in, opts...)
}

func (r refusing) DescribeContinuousBackups(ctx context.Context, in *dynamodb.DescribeContinuousBackupsInput, opts ...func(*dynamodb.Options)) (*dynamodb.DescribeContinuousBackupsOutput, error) {
	if err := r.err(r.recovery && *in.TableName == "Docs"); err != nil {
		return nil, err
	}
	return r.Client.DescribeContinuousBackups(ctx, in, opts...)
}

// What DynamoDB does not answer is said for the table concerned, and the rest is compared.
func TestVerifyUnanswered(t *testing.T) {
	for _, code := range []string{"AccessDeniedException", "UnknownOperationException"} {
		client := embedded.New().Client()
		created(t, client, nil)
		err := open(t, refusing{client, code, true, true, true}, docsModel()).Verify(t.Context())
		wantFindings(t, err,
			"not checked: table Docs, time to live: found unknown, wanted nothing expires: DynamoDB answers "+code+"; use a client with DescribeTimeToLive, and allow it",
			"not checked: table Docs, point-in-time recovery: found unknown, wanted as the other tables: DynamoDB answers "+code+"; use a client with DescribeContinuousBackups, and allow it",
			"not checked: table Parts, table: found unknown, wanted a table with the key _id (S): DynamoDB answers "+code+"; use a client with DescribeTable, and allow it")
	}
}

// Any other failure ends Verify; half a comparison is none.
func TestVerifyFails(t *testing.T) {
	for name, c := range map[string]refusing{
		"table": {table: true}, "time to live": {ttl: true}, "recovery": {recovery: true},
	} {
		c.Client, c.code = embedded.New().Client(), "InternalServerError"
		created(t, c.Client, nil)
		err := open(t, c, docsModel()).Verify(t.Context())
		var v *repo.VerifyError
		var api smithy.APIError
		if errors.As(err, &v) || !errors.As(err, &api) || api.ErrorCode() != c.code {
			t.Errorf("%s: error %v, want DynamoDB's", name, err)
		}
	}
	ended, cancel := context.WithCancel(t.Context())
	cancel()
	docs := open(t, embedded.New().Client(), docsModel())
	if err := docs.Verify(ended); !errors.Is(err, context.Canceled) {
		t.Errorf("error %v, want %v", err, context.Canceled)
	}
	var never context.Context
	if err := docs.Verify(never); err == nil || err.Error() != "repo: Verify Docs: invalid: the context is nil" {
		t.Errorf("error %v", err)
	}
}
