package commit_test

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"net"
	"net/http"
	"net/url"
	"syscall"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/google/go-cmp/cmp"

	"github.com/dystore/dystore/embedded"
	"github.com/dystore/dystore/fault"
	"github.com/dystore/dystore/internal/commit"
	"github.com/dystore/dystore/internal/item"
)

var kinds = map[commit.Kind]string{
	commit.Committed: "committed", commit.Refused: "refused", commit.Rejected: "rejected", commit.Throttled: "throttled",
	commit.Contended: "contended", commit.Stopped: "stopped", commit.Unknown: "unknown",
}

func always(f fault.Fault) []fault.Rule { return []fault.Rule{fault.Inject(f)} }
func once(f fault.Fault) []fault.Rule   { return []fault.Rule{fault.Inject(f, fault.Times(1))} }
func then(fs ...fault.Fault) (rules []fault.Rule) {
	for i, f := range fs {
		rules = append(rules, fault.Inject(f, fault.At(i)))
	}
	return rules
}

// What becomes of a write under each error that DynamoDB and the network know.
// The policy makes 4 attempts.
func TestOutcomes(t *testing.T) {
	const unlucky = 4
	for _, c := range []struct {
		name      string
		write     *commit.Write
		rules     []fault.Rule
		kind      commit.Kind
		attempts  int
		ambiguous bool
	}{
		{"nothing happens", put("1"), nil, commit.Committed, 1, false},
		{"nothing happens to a transaction", both(), nil, commit.Committed, 1, false},

		// The condition does not hold.
		{"exists", put("there"), nil, commit.Refused, 1, false},
		{"cancelled by a condition", both(), always(fault.CancelTransaction("ConditionalCheckFailed")), commit.Refused, 1, false},
		{"cancelled by a condition beside a conflict", both(), always(fault.CancelTransaction("ConditionalCheckFailed", "TransactionConflict")), commit.Refused, 1, false},
		{"cancelled by a condition of a part beside throttling", both(), always(fault.CancelTransaction("", "ThrottlingError", "ConditionalCheckFailed")), commit.Refused, 1, false},
		// What the refusal of a part means is read off the root, which was not looked at.
		{"cancelled by a condition of a part, the root in conflict", both(), always(fault.CancelTransaction("TransactionConflict", "ConditionalCheckFailed")), commit.Contended, unlucky, false},
		{"cancelled by a condition of a part, the root throttled", both(), always(fault.CancelTransaction("ThrottlingError", "ConditionalCheckFailed")), commit.Throttled, unlucky, false},

		// Somebody else is busy.
		{"conflict once", put("1"), once(fault.Conflict()), commit.Committed, 2, false},
		{"conflict", put("1"), always(fault.Conflict()), commit.Contended, unlucky, false},
		{"conflict in a transaction once", both(), once(fault.Conflict(1, 2)), commit.Committed, 2, false},
		{"conflict in a transaction", both(), always(fault.Conflict(1, 2)), commit.Contended, unlucky, false},
		{"conflict beside throttling", both(), always(fault.CancelTransaction("ThrottlingError", "TransactionConflict")), commit.Contended, unlucky, false},
		{"in progress", both(), always(fault.InProgress()), commit.Unknown, unlucky, false}, // what is in progress is this write
		{"in progress once", both(), once(fault.InProgress()), commit.Committed, 2, false},
		{"replicated write conflict", put("1"), always(fault.Respond(400, "ReplicatedWriteConflictException", "x")), commit.Contended, unlucky, false},

		// No capacity.
		{"throttled once", put("1"), once(fault.Throttle()), commit.Committed, 2, false},
		{"throttled", put("1"), always(fault.Throttle()), commit.Throttled, unlucky, false},
		{"throughput exceeded", change(), always(fault.ProvisionedThroughputExceeded()), commit.Throttled, unlucky, false},
		{"request limit", put("1"), always(fault.Respond(400, "RequestLimitExceeded", "x")), commit.Throttled, unlucky, false},
		{"throttling", put("1"), always(fault.Respond(400, "Throttling", "x")), commit.Throttled, unlucky, false},
		{"cancelled by throttling", both(), always(fault.CancelTransaction("", "ThrottlingError")), commit.Throttled, unlucky, false},
		{"cancelled by throughput", both(), always(fault.CancelTransaction("", "", "ProvisionedThroughputExceeded")), commit.Throttled, unlucky, false},

		// The request is wrong: another attempt would be as wrong.
		{"validation", put("1"), always(fault.Respond(400, "ValidationException", "x")), commit.Rejected, 1, false},
		{"cancelled by validation", both(), always(fault.CancelTransaction("", "ValidationError")), commit.Rejected, 1, false},
		{"cancelled by the size of a collection", both(), always(fault.CancelTransaction("ItemCollectionSizeLimitExceeded")), commit.Rejected, 1, false},
		{"no table", put("1"), always(fault.Respond(400, "ResourceNotFoundException", "x")), commit.Rejected, 1, false},
		{"no permission", put("1"), always(fault.Respond(400, "AccessDeniedException", "x")), commit.Rejected, 1, false},
		{"expired credentials", put("1"), always(fault.Respond(400, "ExpiredTokenException", "x")), commit.Rejected, 1, false},
		{"another request under the token", both(), always(fault.Respond(400, "IdempotentParameterMismatchException", "x")), commit.Rejected, 2, false}, // once with another

		// No answer says nothing, and neither does an internal error.
		{"internal error once", put("1"), once(fault.ServerError()), commit.Committed, 2, false},
		{"internal error", put("1"), always(fault.ServerError()), commit.Unknown, unlucky, false},
		{"unavailable", put("1"), always(fault.Respond(503, "ServiceUnavailable", "x")), commit.Unknown, unlucky, false},
		{"bad gateway", put("1"), always(fault.Respond(502, "", "<html>")), commit.Unknown, unlucky, false},
		{"no reply", put("1"), always(fault.SendError()), commit.Unknown, unlucky, false},
		{"no reply once", put("1"), once(fault.SendError()), commit.Committed, 2, false},
		{"reply lost", put("1"), once(fault.ReplyLost()), commit.Refused, 2, true},
		{"reply lost with a token", both(), once(fault.ReplyLost()), commit.Committed, 2, false},
		{"internal error after the write", put("1"), once(fault.ServerErrorAfter()), commit.Refused, 2, true},
		{"internal error after a change with a token", change(), once(fault.ServerErrorAfter()), commit.Committed, 2, false},
		{"an empty answer once", put("1"), once(emptied), commit.Refused, 2, true},
		{"an empty answer to a transaction once", both(), once(emptied), commit.Committed, 2, false},
		{"empty answers", both(), always(emptied), commit.Unknown, unlucky, false},
		{"half an answer once", put("1"), once(truncated), commit.Refused, 2, true},
		{"half an answer to a transaction once", change(), once(truncated), commit.Committed, 2, false},
		{"half answers", put("1"), always(truncated), commit.Unknown, unlucky, false},
		{"the request timed out", put("1"), always(fault.Respond(400, "RequestTimeoutException", "x")), commit.Unknown, unlucky, false},

		// Nobody is there any more to make another attempt.
		{"crash", put("1"), always(fault.Crash()), commit.Unknown, 1, false},
		{"crash in a transaction", both(), always(fault.Crash()), commit.Unknown, 1, false},
		{"throttled, then a crash", put("1"), then(fault.Throttle(), fault.Crash()), commit.Unknown, 2, false},

		// After an attempt without an answer a clear answer to the next one
		// says nothing about the first.
		{"lost, then another request under the token", both(), then(fault.ReplyLost(), fault.Respond(400, "IdempotentParameterMismatchException", "x")), commit.Refused, 3, false}, // by itself, under another token
		{"lost, then wrong", put("1"), then(fault.ReplyLost(), fault.Respond(400, "ValidationException", "x")), commit.Unknown, 2, false},
		{"lost, then no permission", put("1"), then(fault.SendError(), fault.Respond(400, "AccessDeniedException", "x")), commit.Unknown, 2, false},
		{"lost, then throttled", put("1"), then(fault.ReplyLost(), fault.Throttle(), fault.Throttle(), fault.Throttle()), commit.Unknown, unlucky, false},
		{"lost, then in conflict", both(), then(fault.ReplyLost(), fault.Conflict(), fault.InProgress(), fault.InProgress()), commit.Unknown, unlucky, false},
		{"throttled, then lost", put("1"), then(fault.Throttle(), fault.ReplyLost()), commit.Refused, 3, true},
		{"throttled, then in conflict", put("1"), then(fault.Throttle(), fault.Conflict()), commit.Committed, 3, false},
	} {
		t.Run(c.name, func(t *testing.T) {
			client, net := engine(t)
			store(t, client, "Roots", attrs{"ID": str("there")})
			net.Reset(c.rules...)
			o := send(context.Background(), client, c.write, quick)
			if o.Kind != c.kind || o.Ambiguous != c.ambiguous || len(net.Requests()) != c.attempts {
				t.Errorf("%s, ambiguous %v, %d attempts; want %s, %v, %d; error %v", kinds[o.Kind], o.Ambiguous, len(net.Requests()), kinds[c.kind], c.ambiguous, c.attempts, o.Err)
			}
			if (o.Err == nil) != (o.Kind == commit.Committed) {
				t.Errorf("%s with error %v", kinds[o.Kind], o.Err)
			}
			if (o.Items != nil) != (o.Kind == commit.Refused) {
				t.Errorf("%s with items %v", kinds[o.Kind], o.Items)
			}
			for _, r := range net.Requests()[1:] {
				if r.Operation != net.Requests()[0].Operation {
					t.Errorf("operations %v", net.Operations())
				}
			}
		})
	}
}

// A refusal brings what is stored: an empty item where nothing is, nil where
// the condition held.
func TestRefusedItems(t *testing.T) {
	client, net := engine(t)
	here := attrs{"ID": str("1"), "x": str("y")}
	store(t, client, "Roots", here)
	store(t, client, "Parts", attrs{"ID": str("b")})
	missing := &commit.Write{Actions: []commit.Action{{Op: commit.Put, Table: "Roots", Item: attrs{"ID": str("2")}, Cond: "attribute_exists(ID)"}}}
	missingToo := change()
	missingToo.Actions[0].Key, missingToo.Actions[0].Cond = attrs{"ID": str("2")}, "attribute_exists(ID)"
	missingThree := both()
	missingThree.Actions[3].Cond = "attribute_exists(ID)"
	for name, c := range map[string]struct {
		w    *commit.Write
		want []attrs
	}{
		"PutItem":                      {put("1"), []attrs{here}},
		"PutItem without an item":      {missing, []attrs{{}}},
		"UpdateItem without an item":   {missingToo, []attrs{{}}},
		"transaction":                  {both(), []attrs{here, nil, {"ID": str("b")}, nil}},
		"transaction without an item":  {missingThree, []attrs{here, nil, {"ID": str("b")}, {}}},
		"one action with a token":      {create("1"), []attrs{here}},
		"transaction without a reason": {both(), []attrs{{}, nil, nil, nil}},
	} {
		net.Reset()
		if name == "transaction without a reason" {
			net.Reset(fault.Inject(fault.CancelTransaction("ConditionalCheckFailed")))
		}
		o := send(context.Background(), client, c.w, quick)
		if o.Kind != commit.Refused || len(net.Requests()) != 1 {
			t.Errorf("%s: %s after %d requests: %v", name, kinds[o.Kind], len(net.Requests()), o.Err)
		}
		if d := cmp.Diff(c.want, o.Items, cmp.Comparer(item.Equal)); d != "" {
			t.Errorf("%s: %s", name, d)
		}
	}
}

// Where an attempt ends before a request has left, nothing was written, and
// that is what the outcome says.
func TestNothingSent(t *testing.T) {
	ctx := context.Background()
	noCredentials := aws.CredentialsProviderFunc(func(context.Context) (aws.Credentials, error) {
		return aws.Credentials{}, errors.New("the profile has expired")
	})
	offline := doer(func(*http.Request) (*http.Response, error) {
		return nil, &url.Error{Op: "Post", URL: "x", Err: &net.OpError{Op: "dial", Net: "tcp", Err: syscall.ECONNREFUSED}}
	})
	unverified := doer(func(*http.Request) (*http.Response, error) {
		return nil, &url.Error{Op: "Post", URL: "x", Err: &tls.CertificateVerificationError{Err: x509.UnknownAuthorityError{}}}
	})
	broken := doer(func(*http.Request) (*http.Response, error) {
		return nil, &url.Error{Op: "Post", URL: "x", Err: &net.OpError{Op: "read", Net: "tcp", Err: syscall.ECONNRESET}}
	})
	for _, c := range []struct {
		name     string
		change   func(*dynamodb.Options)
		write    *commit.Write
		kind     commit.Kind
		attempts int
	}{
		{"no credentials", func(o *dynamodb.Options) { o.Credentials = noCredentials }, put("1"), commit.Stopped, 0},
		{"no endpoint", func(o *dynamodb.Options) { o.BaseEndpoint = aws.String("://") }, put("1"), commit.Stopped, 0},
		{"a parameter is missing", func(*dynamodb.Options) {}, &commit.Write{Actions: []commit.Action{{Op: commit.Put, Table: "Roots"}}}, commit.Stopped, 0},
		{"no connection", func(o *dynamodb.Options) { o.HTTPClient = offline }, put("1"), commit.Stopped, 4},
		{"an unknown server", func(o *dynamodb.Options) { o.HTTPClient = unverified }, put("1"), commit.Stopped, 1},
		{"a broken connection", func(o *dynamodb.Options) { o.HTTPClient = broken }, put("1"), commit.Unknown, 4},
	} {
		t.Run(c.name, func(t *testing.T) {
			attempts := 0
			client := embedded.New().Client(c.change, func(o *dynamodb.Options) {
				next := o.HTTPClient
				o.HTTPClient = doer(func(r *http.Request) (*http.Response, error) {
					attempts++
					return next.Do(r)
				})
			})
			o := send(ctx, client, c.write, quick)
			if o.Kind != c.kind || o.Err == nil || attempts != c.attempts {
				t.Errorf("%s after %d attempts, %v; want %s after %d", kinds[o.Kind], attempts, o.Err, kinds[c.kind], c.attempts)
			}
		})
	}
}
