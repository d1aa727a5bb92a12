package tables_test

import (
	"context"
	"errors"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
	"github.com/google/go-cmp/cmp"

	"github.com/dystore/dystore/embedded"
	"github.com/dystore/dystore/fault"
	"github.com/dystore/dystore/internal/fail"
	"github.com/dystore/dystore/internal/tables"
)

// notes is a table whose items expire by an attribute.
func notes(ttl string) map[string]tables.Columns {
	return map[string]tables.Columns{"Notes": {Names: []string{"id"}, Kinds: []types.ScalarAttributeType{types.ScalarAttributeTypeS}, TTL: ttl}}
}

// expiry is by what the items of the table expire.
func expiry(t *testing.T, c *dynamodb.Client) string {
	t.Helper()
	out, err := c.DescribeTimeToLive(t.Context(), &dynamodb.DescribeTimeToLiveInput{TableName: aws.String("Notes")})
	if err != nil {
		t.Fatal(err)
	}
	return tables.ExpiresBy(out.TimeToLiveDescription)
}

// Create sets the time to live once, and never changes it.
func TestCreateSetsTimeToLive(t *testing.T) {
	client, net := fault.Wrap(embedded.New().Client())
	for i, step := range []struct {
		ttl    string
		text   string
		want   []string
		expiry string
	}{
		{"", "", []string{"CreateTable", "DescribeTable"}, ""},
		{"until", "", []string{"CreateTable", "DescribeTable", "DescribeTimeToLive", "UpdateTimeToLive"}, "until"},
		{"until", "", []string{"CreateTable", "DescribeTable", "DescribeTimeToLive"}, "until"},
		{"_ttl", "invalid: table Notes exists, and its items expire by until, the model needs _ttl; switch that off first",
			[]string{"CreateTable", "DescribeTable", "DescribeTimeToLive"}, "until"},
		{"", "", []string{"CreateTable", "DescribeTable"}, "until"}, // another program's business
	} {
		net.Reset()
		err := tables.Create(t.Context(), client, notes(step.ttl))
		if step.text == "" && err != nil || step.text != "" && (!errors.Is(err, fail.ErrInvalid) || err.Error() != step.text) {
			t.Errorf("step %d: %v, want %q", i, err, step.text)
		}
		if d := cmp.Diff(step.want, net.Operations()); d != "" {
			t.Errorf("step %d: %s", i, d)
		}
		if got := expiry(t, client); got != step.expiry {
			t.Errorf("step %d: items expire by %q, want %q", i, got, step.expiry)
		}
	}
}

// A client that cannot set the time to live is refused only where it is needed.
func TestCreateWithoutTimeToLive(t *testing.T) {
	client := struct{ tables.Admin }{embedded.New().Client()}
	if err := tables.Create(t.Context(), client, notes("")); err != nil {
		t.Fatal(err)
	}
	err := tables.Create(t.Context(), client, notes("until"))
	const want = "invalid: the items of table Notes expire by until, and the client has no DescribeTimeToLive and UpdateTimeToLive to set that"
	if !errors.Is(err, fail.ErrInvalid) || err.Error() != want {
		t.Errorf("error %v, want %s", err, want)
	}
}

// racing sets the time to live for another program before it does so for the caller.
type racing struct {
	*dynamodb.Client
	other string
}

func (r racing) UpdateTimeToLive(ctx context.Context, in *dynamodb.UpdateTimeToLiveInput, opts ...func(*dynamodb.Options)) (*dynamodb.UpdateTimeToLiveOutput, error) {
	if _, err := r.Client.UpdateTimeToLive(ctx, tables.ExpiryInput(*in.TableName, r.other)); err != nil {
		return nil, err
	}
	return r.Client.UpdateTimeToLive(ctx, in, opts...)
}

// Two programs may create tables at once; what counts is what is set afterwards.
func TestCreateAtOnce(t *testing.T) {
	same := racing{embedded.New().Client(), "until"}
	if err := tables.Create(t.Context(), same, notes("until")); err != nil || expiry(t, same.Client) != "until" {
		t.Errorf("error %v, items expire by %q", err, expiry(t, same.Client))
	}
	other := racing{embedded.New().Client(), "_ttl"}
	var api interface{ ErrorCode() string }
	if err := tables.Create(t.Context(), other, notes("until")); !errors.As(err, &api) || api.ErrorCode() != "ValidationException" {
		t.Errorf("error %v, want DynamoDB's", err)
	}
}
