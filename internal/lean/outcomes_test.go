package lean_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"testing"
	"testing/synctest"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/dystore/dystore/fault"
	"github.com/dystore/dystore/internal/commit"
)

// tokens makes tokens one after the other.
type tokens struct{ n int }

func (*tokens) FirstToken() string  { return "first" }
func (*tokens) Repeats() bool       { return false }
func (t *tokens) NextToken() string { t.n++; return fmt.Sprint("t", t.n) }
func (*tokens) Fence() (commit.Action, bool) {
	return commit.Action{Op: commit.Check, Table: "Table", Key: key(), Cond: "attribute_exists(ID) OR attribute_not_exists(ID)"}, true
}

// Whatever happens to the first request of a write, or to all of them, its outcome is known
// as well as with the SDK's client, after the same requests.
func TestOutcomes(t *testing.T) {
	writes := map[string]func() *commit.Write{
		"a transaction": func() *commit.Write {
			return &commit.Write{Actions: []commit.Action{{Op: commit.Put, Table: "Table", KeyIn: [2]string{"ID"}, Item: key(), Cond: "attribute_not_exists(ID)"}}}
		},
		"a put": func() *commit.Write {
			return &commit.Write{Pinned: true, Actions: []commit.Action{{Op: commit.Put, Table: "Table", KeyIn: [2]string{"ID"}, Item: key(), Cond: "attribute_not_exists(ID)"}}}
		},
		"an update": func() *commit.Write {
			return &commit.Write{Relaxed: true, Actions: []commit.Action{{Op: commit.Update, Table: "Table", Key: key(), Change: "ADD #c :one",
				Names: map[string]string{"#c": "count"}, Values: attrs{":one": &types.AttributeValueMemberN{Value: "1"}}}}}
		},
		"a deletion": func() *commit.Write {
			return &commit.Write{Pinned: true, Actions: []commit.Action{{Op: commit.Delete, Table: "Table", Key: key(), Cond: "attribute_exists(ID)"}}}
		},
	}
	faults := append(fault.Standard(), fault.Respond(400, "ValidationException", "x"), fault.Respond(400, "AccessDeniedException", "x"))
	n := 0
	for name, write := range writes {
		for _, f := range faults {
			for _, rule := range []fault.Rule{fault.Inject(f, fault.At(0)), fault.Inject(f)} {
				synctest.Test(t, func(t *testing.T) {
					var got, sent [2]string
					for i := range got {
						wrapped, net := fault.Wrap(engine(t))
						net.Reset(rule)
						var c commit.Client = wrapped
						if i == 1 {
							c = leanly(t, wrapped)
						}
						reply := commit.NewOperation(c, commit.DefaultPolicy, &tokens{}).Send(t.Context(), write())
						got[i], sent[i] = fmt.Sprint(reply.Kind, len(reply.Items), reply.Ambiguous, reply.Reread, kinds(reply.Err)), fmt.Sprint(net.Operations())
						n += len(net.Operations())
					}
					if got[0] != got[1] || sent[0] != sent[1] {
						t.Errorf("%s, %s: by the SDK's client %s after %s, by ours %s after %s", name, f, got[0], sent[0], got[1], sent[1])
					}
				})
			}
		}
	}
	if n < 10*len(faults) {
		t.Errorf("%d requests", n)
	}
}

// A write whose request never left was not applied.
func TestNeverSent(t *testing.T) {
	c := leanly(t, dynamodb.New(engine(t).Options(), func(o *dynamodb.Options) {
		o.Credentials = aws.CredentialsProviderFunc(func(context.Context) (aws.Credentials, error) { return aws.Credentials{}, errors.New("no") })
	}))
	reply := commit.NewOperation(c, commit.Policy{Attempts: 1}, &tokens{}).Send(t.Context(), &commit.Write{Actions: []commit.Action{
		{Op: commit.Put, Table: "Table", KeyIn: [2]string{"ID"}, Item: key(), Cond: "attribute_not_exists(ID)"}}})
	if slices.Contains([]commit.Kind{commit.Committed, commit.Unknown}, reply.Kind) || reply.Err == nil {
		t.Errorf("%v, %v", reply.Kind, reply.Err)
	}
}
