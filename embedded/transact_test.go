package embedded

import (
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
)

// clock is a virtual clock.
type clock struct{ now time.Time }

func newClock() *clock { return &clock{now: time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)} }

func (c *clock) Now() time.Time { return c.now }

func putIf(table string, i item, condition string) types.TransactWriteItem {
	p := &types.Put{TableName: aws.String(table), Item: i, ReturnValuesOnConditionCheckFailure: types.ReturnValuesOnConditionCheckFailureAllOld}
	if condition != "" {
		p.ConditionExpression = aws.String(condition)
	}
	return types.TransactWriteItem{Put: p}
}

func count(pk string) types.TransactWriteItem {
	return types.TransactWriteItem{Update: &types.Update{
		TableName: aws.String("plain"), Key: item{"pk": str(pk)}, UpdateExpression: aws.String("ADD n :one"),
		ExpressionAttributeValues: item{":one": num("1")},
	}}
}

func transact(t *testing.T, a api, token string, actions ...types.TransactWriteItem) error {
	in := &dynamodb.TransactWriteItemsInput{TransactItems: actions}
	if token != "" {
		in.ClientRequestToken = aws.String(token)
	}
	_, err := a.TransactWriteItems(t.Context(), in)
	return err
}

// reasons prints the reasons of a cancellation.
func reasons(t *testing.T, err error) []string {
	t.Helper()
	var cancelled *types.TransactionCanceledException
	if !errors.As(err, &cancelled) {
		t.Fatalf("error %v", err)
	}
	var out []string
	for _, r := range cancelled.CancellationReasons {
		s := aws.ToString(r.Code)
		if r.Message != nil {
			s += ": " + *r.Message
		}
		if r.Item != nil {
			s += " " + show(r.Item)
		}
		out = append(out, s)
	}
	return out
}

func TestCancellationReasons(t *testing.T) {
	everyFace(t, func(t *testing.T, _ *DB, a api) {
		store(t, a, "plain", item{"pk": str("there"), "v": num("1")}, item{"pk": str("text"), "n": str("x")})
		err := transact(t, a, "",
			putIf("plain", item{"pk": str("new")}, ""),
			putIf("plain", item{"pk": str("there")}, "attribute_not_exists(pk)"),
			types.TransactWriteItem{ConditionCheck: &types.ConditionCheck{
				TableName: aws.String("plain"), Key: item{"pk": str("absent")}, ConditionExpression: aws.String("attribute_exists(pk)"),
			}},
		)
		refused(t, err, "TransactionCanceledException", "Transaction cancelled, please refer cancellation reasons for specific reasons [None, ConditionalCheckFailed, ConditionalCheckFailed]")
		same(t, reasons(t, err), []string{
			"None",
			`ConditionalCheckFailed: The conditional request failed {pk: "there", v: 1}`,
			"ConditionalCheckFailed: The conditional request failed",
		})
		same(t, get(t, a, "plain", item{"pk": str("new")}), item(nil))

		// Only the first invalid action has a reason, conditions all have one.
		err = transact(t, a, "", count("text"), putIf("plain", item{"pk": num("1")}, ""), putIf("plain", item{"pk": str("there")}, "attribute_not_exists(pk)"))
		same(t, reasons(t, err), []string{
			"ValidationError: An operand in the update expression has an incorrect data type",
			"None",
			`ConditionalCheckFailed: The conditional request failed {pk: "there", v: 1}`,
		})
		refused(t, transact(t, a, "", count("a"), putIf("plain", item{"pk": str("a")}, "")), invalid, "Transaction request cannot include multiple operations on one item")
		refused(t, transact(t, a, "", count("a"), putIf("nowhere", item{"pk": str("a")}, "")), "ResourceNotFoundException", "Requested resource not found")
		refused(t, transact(t, a, strings.Repeat("t", 37), count("a")), invalid, "less than or equal to 36")
		same(t, get(t, a, "plain", item{"pk": str("a")}), item(nil))
	})
}

// TestTokens is C25.
func TestTokens(t *testing.T) {
	c := newClock()
	everyFace(t, func(t *testing.T, _ *DB, a api) {
		n := func() item { return get(t, a, "plain", item{"pk": str("k")}) }
		for range 3 {
			refused(t, transact(t, a, "token", count("k")), "", "")
			c.now = c.now.Add(3 * time.Minute)
		}
		same(t, n(), item{"pk": str("k"), "n": num("1")})
		refused(t, transact(t, a, "token", count("other")), "IdempotentParameterMismatchException", "")
		refused(t, transact(t, a, "token 2", count("k")), "", "")
		same(t, n(), item{"pk": str("k"), "n": num("2")})
		c.now = c.now.Add(time.Minute)
		refused(t, transact(t, a, "token", count("k")), "", "")
		same(t, n(), item{"pk": str("k"), "n": num("3")})
		// A failed transaction does not use its token up.
		refused(t, transact(t, a, "token 3", count("k"), putIf("plain", item{"pk": str("x")}, "attribute_exists(pk)")), "TransactionCanceledException", "")
		refused(t, transact(t, a, "token 3", count("k")), "", "")
		same(t, n(), item{"pk": str("k"), "n": num("4")})
	}, WithClock(c.Now))
}

func TestExpiredTokensAreForgotten(t *testing.T) {
	c := newClock()
	db := New(WithClock(c.Now))
	createTables(t, db)
	for i := range 1000 {
		refused(t, transact(t, db, "token "+string(rune('a'+i%26))+show(i), count("k")), "", "")
		c.now = c.now.Add(time.Second)
	}
	if n := len(db.tokens.records); n > 601 {
		t.Errorf("%d tokens are remembered", n)
	}
}

func TestTransactGet(t *testing.T) {
	everyFace(t, func(t *testing.T, _ *DB, a api) {
		store(t, a, "plain", item{"pk": str("a"), "v": num("1"), "w": num("2")})
		ask := func(table string, key item, projection *string) types.TransactGetItem {
			return types.TransactGetItem{Get: &types.Get{TableName: aws.String(table), Key: key, ProjectionExpression: projection}}
		}
		out, err := a.TransactGetItems(t.Context(), &dynamodb.TransactGetItemsInput{TransactItems: []types.TransactGetItem{
			ask("plain", item{"pk": str("none")}, nil), ask("plain", item{"pk": str("a")}, aws.String("w")),
		}})
		if err != nil {
			t.Fatal(err)
		}
		same(t, []item{out.Responses[0].Item, out.Responses[1].Item}, []item{nil, {"w": num("2")}})
		_, err = a.TransactGetItems(t.Context(), &dynamodb.TransactGetItemsInput{TransactItems: []types.TransactGetItem{
			ask("plain", item{"pk": str("a")}, nil), ask("plain", item{"sk": str("a")}, nil), ask("plain", item{"pk": num("1")}, nil),
		}})
		same(t, reasons(t, err), []string{"None", "ValidationError: The provided key element does not match the schema", "None"})
		_, err = a.TransactGetItems(t.Context(), &dynamodb.TransactGetItemsInput{TransactItems: []types.TransactGetItem{
			ask("plain", item{"pk": str("a")}, nil), ask("plain", item{"pk": str("a")}, nil),
		}})
		refused(t, err, invalid, "Transaction request cannot include multiple operations on one item")
	})
}
