package engine

import (
	"context"
	"errors"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/dystore/dystore/internal/conformance/kit"
)

var transactionChecks = []check{
	{"all four actions over two tables", func(t *testing.T, x *fixture, pk string) {
		x.put(t, x.plain, with(pkOf(pk+"u"), row{"n": num("1")}), pkOf(pk+"d"), with(pkOf(pk+"c"), row{"n": num("7")}))
		err := x.transact(t.Context(), "",
			putActionIf(x.sorted, with(skOf(pk, "1"), row{"v": str("new")}), exp{text: "attribute_not_exists(pk)"}),
			updateAction(x.plain, pkOf(pk+"u"), exp{text: "SET n = n + :v", values: one}, exp{text: "n = :v"}),
			deleteAction(x.plain, pkOf(pk+"d"), exp{text: "attribute_exists(pk)"}),
			checkAction(x.plain, pkOf(pk+"c"), exp{text: "n > :v", values: one}),
			checkAction(x.plain, pkOf(pk+"absent"), exp{text: "attribute_not_exists(pk)"}),
		)
		if err != nil {
			t.Fatal(err)
		}
		same(t, "put", x.get(t, x.sorted, skOf(pk, "1")), with(skOf(pk, "1"), row{"v": str("new")}))
		same(t, "update", x.get(t, x.plain, pkOf(pk+"u")), with(pkOf(pk+"u"), row{"n": num("2")}))
		same(t, "delete", x.get(t, x.plain, pkOf(pk+"d")), row(nil))
		same(t, "check", x.get(t, x.plain, pkOf(pk+"c")), with(pkOf(pk+"c"), row{"n": num("7")}))
		same(t, "check of what is absent", x.get(t, x.plain, pkOf(pk+"absent")), row(nil))
	}},
	{"C24 every failed condition is reported", func(t *testing.T, x *fixture, pk string) {
		stored := with(pkOf(pk+"2"), row{"v": num("2")})
		x.put(t, x.plain, stored)
		got := x.cancelled(t, x.transact(t.Context(), "",
			putAction(x.plain, pkOf(pk+"1")),
			putActionIf(x.plain, pkOf(pk+"2"), exp{text: "v = :v", values: one}),
			updateAction(x.plain, pkOf(pk+"3"), exp{text: "SET w = :v", values: one}, exp{text: "attribute_exists(pk)"}),
			deleteAction(x.plain, pkOf(pk+"4"), exp{text: "attribute_not_exists(pk)"}),
		))
		same(t, "reasons", got, []reason{
			{Code: "None"},
			{Code: "ConditionalCheckFailed", Message: "The conditional request failed", Item: stored},
			{Code: "ConditionalCheckFailed", Message: "The conditional request failed"},
			{Code: "None"},
		})
		for i, want := range []row{nil, stored, nil, nil} {
			k := pkOf(pk + string(rune('1'+i)))
			same(t, "item "+stringOf(k["pk"]), x.get(t, x.plain, k), want)
		}
	}},
	{"C24 old items only when asked for", func(t *testing.T, x *fixture, pk string) {
		x.put(t, x.plain, with(pkOf(pk), row{"v": num("2")}))
		action := putActionIf(x.plain, pkOf(pk), exp{text: "v = :v", values: one})
		action.Put.ReturnValuesOnConditionCheckFailure = types.ReturnValuesOnConditionCheckFailureNone
		same(t, "reasons", x.cancelled(t, x.transact(t.Context(), "", action)),
			[]reason{{Code: "ConditionalCheckFailed", Message: "The conditional request failed"}})
	}},
	{"C24 an update too large", func(t *testing.T, x *fixture, pk string) {
		stored := with(pkOf(pk), row{"d": str(text(maxItem - 1000))})
		x.put(t, x.plain, stored)
		got := x.cancelled(t, x.transact(t.Context(), "",
			putAction(x.plain, pkOf(pk+"2")),
			updateAction(x.plain, pkOf(pk), exp{text: "SET e = :e", values: row{":e": str(text(2000))}}, exp{}),
		))
		same(t, "reasons", got, []reason{{Code: "None"}, {Code: "ValidationError", Message: "Item size to update has exceeded the maximum allowed size"}})
		same(t, "the item", x.get(t, x.plain, pkOf(pk)), stored)
		same(t, "the other item", x.get(t, x.plain, pkOf(pk+"2")), row(nil))
	}},
	{"C24 100 actions", func(t *testing.T, x *fixture, pk string) {
		keys := numberedKeys(pk, 100)
		var put, del []types.TransactWriteItem
		for _, k := range keys {
			put = append(put, putActionIf(x.plain, k, exp{text: "attribute_not_exists(pk)"}))
			del = append(del, deleteAction(x.plain, k, exp{text: "attribute_exists(pk)"}))
		}
		for _, actions := range [][]types.TransactWriteItem{put, del} {
			if err := x.transact(t.Context(), "", actions...); err != nil {
				t.Fatal(err)
			}
		}
		same(t, "the last item", x.get(t, x.plain, keys[99]), row(nil))
	}},
	{"C25 a token works once", func(t *testing.T, x *fixture, pk string) {
		add := updateAction(x.plain, pkOf(pk), exp{text: "ADD n :v", values: one}, exp{})
		token := kit.TableName("t")
		for range 3 {
			if err := x.transact(t.Context(), token, add); err != nil {
				t.Fatal(err)
			}
		}
		same(t, "after three times the same request", x.get(t, x.plain, pkOf(pk)), with(pkOf(pk), row{"n": num("1")}))

		other := updateAction(x.plain, pkOf(pk), exp{text: "ADD n :v", values: row{":v": num("2")}}, exp{})
		x.refused(t, x.transact(t.Context(), token, other), "IdempotentParameterMismatchException", "")
		same(t, "after another request with the token", x.get(t, x.plain, pkOf(pk)), with(pkOf(pk), row{"n": num("1")}))

		if err := x.transact(t.Context(), kit.TableName("t"), add); err != nil {
			t.Fatal(err)
		}
		same(t, "after another token", x.get(t, x.plain, pkOf(pk)), with(pkOf(pk), row{"n": num("2")}))
	}},
	{"C25 a token survives later writes", func(t *testing.T, x *fixture, pk string) {
		set := putActionIf(x.plain, with(pkOf(pk), row{"v": num("1")}), exp{text: "attribute_not_exists(pk)"})
		token := kit.TableName("t")
		if err := x.transact(t.Context(), token, set); err != nil {
			t.Fatal(err)
		}
		x.put(t, x.plain, with(pkOf(pk), row{"v": num("2")}))
		if err := x.transact(t.Context(), token, set); err != nil {
			t.Fatalf("the same request again: %v", err)
		}
		same(t, "the item", x.get(t, x.plain, pkOf(pk)), with(pkOf(pk), row{"v": num("2")}))
	}},
	{"C25 a failed request does not use up its token", func(t *testing.T, x *fixture, pk string) {
		set := putActionIf(x.plain, with(pkOf(pk), row{"v": num("2")}), exp{text: "v = :v", values: one})
		token := kit.TableName("t")
		x.cancelled(t, x.transact(t.Context(), token, set))
		x.put(t, x.plain, with(pkOf(pk), row{"v": num("1")}))
		if err := x.transact(t.Context(), token, set); err != nil {
			t.Fatalf("the same request when its condition holds: %v", err)
		}
		same(t, "the item", x.get(t, x.plain, pkOf(pk)), with(pkOf(pk), row{"v": num("2")}))
	}},
	{"C25 a cancelled request leaves its token to another", func(t *testing.T, x *fixture, pk string) {
		first := putActionIf(x.plain, with(pkOf(pk), row{"v": num("2")}), exp{text: "attribute_exists(pk)"})
		second := putActionIf(x.plain, with(pkOf(pk), row{"v": num("3")}), exp{text: "attribute_not_exists(pk)"})
		token := kit.TableName("t")
		x.cancelled(t, x.transact(t.Context(), token, first))
		if err := x.transact(t.Context(), token, second); err != nil {
			t.Fatalf("another request with the token: %v", err)
		}
		x.refused(t, x.transact(t.Context(), token, first), "IdempotentParameterMismatchException", "")
		if err := x.transact(t.Context(), token, second); err != nil {
			t.Fatalf("the other request again: %v", err)
		}
		same(t, "the item", x.get(t, x.plain, pkOf(pk)), with(pkOf(pk), row{"v": num("3")}))
	}},
	{"C25 a check alone takes its token", func(t *testing.T, x *fixture, pk string) {
		check := checkAction(x.plain, pkOf(pk), exp{text: "attribute_exists(pk) OR attribute_not_exists(pk)"})
		token := kit.TableName("t")
		for range 2 {
			if err := x.transact(t.Context(), token, check); err != nil {
				t.Fatal(err)
			}
		}
		x.refused(t, x.transact(t.Context(), token, putAction(x.plain, pkOf(pk))), "IdempotentParameterMismatchException", "")
		same(t, "the item", x.get(t, x.plain, pkOf(pk)), row(nil))
	}},
	{"transactional get", func(t *testing.T, x *fixture, pk string) {
		x.put(t, x.plain, with(pkOf(pk), row{"a": num("1"), "b": num("2")}))
		x.put(t, x.sorted, skOf(pk, "1"))
		out, err := x.Client.TransactGetItems(t.Context(), &dynamodb.TransactGetItemsInput{TransactItems: []types.TransactGetItem{
			{Get: &types.Get{TableName: &x.plain, Key: pkOf(pk), ProjectionExpression: aws.String("#b"), ExpressionAttributeNames: map[string]string{"#b": "b"}}},
			{Get: &types.Get{TableName: &x.plain, Key: pkOf(pk + "absent")}},
			{Get: &types.Get{TableName: &x.sorted, Key: skOf(pk, "1")}},
		}})
		if err != nil {
			t.Fatal(err)
		}
		var got []row
		for _, r := range out.Responses {
			got = append(got, r.Item)
		}
		x.same(t, "items, in order", got, []row{{"b": num("2")}, nil, skOf(pk, "1")})
	}},
}

// clockChecks need an engine whose clock can be moved, since they pass ten
// minutes.
var clockChecks = []check{
	{"C25 a token ends after ten minutes", func(t *testing.T, x *fixture, pk string) {
		add := updateAction(x.plain, pkOf(pk), exp{text: "ADD n :v", values: one}, exp{})
		token := kit.TableName("t")
		for i, step := range []struct {
			pause time.Duration
			want  string
		}{{0, "1"}, {9 * time.Minute, "1"}, {2 * time.Minute, "2"}} {
			x.Advance(step.pause)
			if err := x.transact(t.Context(), token, add); err != nil {
				t.Fatalf("request %d: %v", i+1, err)
			}
			same(t, "the item", x.get(t, x.plain, pkOf(pk)), with(pkOf(pk), row{"n": num(step.want)}))
		}
	}},
}

// transact sends actions as one transaction. If token is empty, the SDK makes
// one.
func (x *fixture) transact(ctx context.Context, token string, actions ...types.TransactWriteItem) error {
	in := &dynamodb.TransactWriteItemsInput{TransactItems: actions}
	if token != "" {
		in.ClientRequestToken = &token
	}
	_, err := x.Client.TransactWriteItems(ctx, in)
	return err
}

// reason says why one action of a cancelled transaction failed.
type reason struct {
	Code, Message string
	Item          row
}

// cancelled returns the reasons in err, which must be a cancelled transaction.
func (x *fixture) cancelled(t *testing.T, err error) []reason {
	t.Helper()
	var failed *types.TransactionCanceledException
	if !errors.As(err, &failed) {
		t.Fatalf("got %v; want a cancelled transaction", err)
	}
	var out []reason
	for _, r := range failed.CancellationReasons {
		out = append(out, reason{Code: aws.ToString(r.Code), Message: aws.ToString(r.Message), Item: r.Item})
	}
	return out
}
