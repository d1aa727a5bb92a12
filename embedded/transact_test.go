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

		refused(t, transact(t, a, "", count("a"), putIf("plain", item{"pk": str("a")}, "")), invalid, "Transaction request cannot include multiple operations on one item")
		refused(t, transact(t, a, "", count("a"), putIf("nowhere", item{"pk": str("a")}, "")), "ResourceNotFoundException", "Requested resource not found")
		refused(t, transact(t, a, strings.Repeat("t", 37), count("a")), invalid, "less than or equal to 36")
		same(t, get(t, a, "plain", item{"pk": str("a")}), item(nil))
	})
}

// TestInvalidActionsComeFirst: actions are checked before any of them meets an
// item, and only the first invalid one has a reason. After that, each failed
// condition has a reason, and still only the first update that cannot be made.
func TestInvalidActionsComeFirst(t *testing.T) {
	everyFace(t, func(t *testing.T, _ *DB, a api) {
		store(t, a, "plain", item{"pk": str("there"), "v": num("1")}, item{"pk": str("text"), "n": str("x")}, item{"pk": str("text 2"), "n": str("x")})
		false1, false2 := putIf("plain", item{"pk": str("there")}, "attribute_not_exists(pk)"), putIf("plain", item{"pk": str("x")}, "attribute_exists(pk)")
		number := func(n string) types.TransactWriteItem { return putIf("plain", item{"pk": num(n)}, "") }
		const (
			mismatch = "ValidationError: One or more parameter values were invalid: Type mismatch for key pk expected: S actual: N"
			schema   = "ValidationError: The provided key element does not match the schema"
			operand  = "ValidationError: An operand in the update expression has an incorrect data type"
			isThere  = `ConditionalCheckFailed: The conditional request failed {pk: "there", v: 1}`
			isNot    = "ConditionalCheckFailed: The conditional request failed"
		)
		deletion := types.TransactWriteItem{Delete: &types.Delete{TableName: aws.String("plain"), Key: item{"pk": num("1")}}}
		for _, c := range []struct {
			actions []types.TransactWriteItem
			want    []string
		}{
			{[]types.TransactWriteItem{number("7"), number("8"), false1}, []string{mismatch, "None", "None"}},
			{[]types.TransactWriteItem{false1, number("7"), count("text")}, []string{"None", mismatch, "None"}},
			{[]types.TransactWriteItem{count("text"), false1, deletion}, []string{"None", "None", schema}},
			{[]types.TransactWriteItem{count("text"), false1, count("text 2"), false2}, []string{operand, isThere, "None", isNot}},
		} {
			same(t, reasons(t, transact(t, a, "", c.actions...)), c.want)
		}
	})
}

// TestEmptyKeysInTransactions: of all errors of an action, only an empty key is
// an error of the request.
func TestEmptyKeysInTransactions(t *testing.T) {
	const (
		key     = "One or more parameter values are not valid. The AttributeValue for a key attribute cannot contain an empty string value. Key: pk"
		put     = "One or more parameter values are not valid. A value specified for a secondary index key is not supported. The AttributeValue for a key attribute cannot contain an empty string value. IndexName: all, IndexKey: g"
		updated = "One or more parameter values are not valid. The update expression attempted to update a secondary index key to a value that is not supported. The AttributeValue for a key attribute cannot contain an empty string value."
		binary  = "One or more parameter values are not valid. The AttributeValue for a key attribute cannot contain an empty binary value. Key: pk"
	)
	plain, sorted, bytes := aws.String("plain"), aws.String("sorted"), aws.String("bytes")
	empty, in := item{"pk": str("")}, item{"pk": str("p"), "sk": num("1")}
	condition, set := aws.String("attribute_not_exists(pk)"), aws.String("SET g = :v")
	everyFace(t, func(t *testing.T, db *DB, a api) {
		if _, err := db.CreateTable(t.Context(), &dynamodb.CreateTableInput{
			TableName: bytes, BillingMode: types.BillingModePayPerRequest,
			AttributeDefinitions: []types.AttributeDefinition{define("pk", "B")}, KeySchema: schema("pk"),
		}); err != nil {
			t.Fatal(err)
		}
		for name, c := range map[string]struct {
			action types.TransactWriteItem
			want   string
		}{
			"Put":                 {types.TransactWriteItem{Put: &types.Put{TableName: plain, Item: empty}}, key},
			"Update":              {types.TransactWriteItem{Update: &types.Update{TableName: plain, Key: empty, UpdateExpression: set, ExpressionAttributeValues: item{":v": str("x")}}}, key},
			"Delete":              {types.TransactWriteItem{Delete: &types.Delete{TableName: plain, Key: empty}}, key},
			"Check":               {types.TransactWriteItem{ConditionCheck: &types.ConditionCheck{TableName: plain, Key: empty, ConditionExpression: condition}}, key},
			"binary":              {types.TransactWriteItem{Delete: &types.Delete{TableName: bytes, Key: item{"pk": bin("")}}}, binary},
			"Put of an index key": {types.TransactWriteItem{Put: &types.Put{TableName: sorted, Item: item{"pk": str("p"), "sk": num("1"), "g": str("")}}}, put},
			"Update of an index key": {types.TransactWriteItem{Update: &types.Update{TableName: sorted, Key: in, UpdateExpression: set,
				ExpressionAttributeValues: item{":v": str("")}}}, updated},
		} {
			t.Run(name, func(t *testing.T) {
				for _, err := range []error{
					transact(t, a, "", c.action),
					transact(t, a, "", putIf("plain", item{"pk": str("other")}, "attribute_exists(pk)"), c.action),
				} {
					refused(t, err, invalid, c.want)
				}
			})
		}
		// It comes before the errors of earlier actions.
		refused(t, transact(t, a, "", putIf("plain", item{"pk": num("1")}, ""), putIf("plain", empty, "")), invalid, key)
		for table, c := range map[string]struct {
			key  item
			want string
		}{"plain": {empty, key}, "bytes": {item{"pk": bin("")}, binary}} {
			_, err := a.TransactGetItems(t.Context(), &dynamodb.TransactGetItemsInput{TransactItems: []types.TransactGetItem{
				{Get: &types.Get{TableName: plain, Key: item{"sk": str("a")}}}, {Get: &types.Get{TableName: &table, Key: c.key}},
			}})
			refused(t, err, invalid, c.want)
		}
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

// TestWithoutTransactions: both operations are unknown, whatever they ask for,
// and do nothing. Everything else is there.
func TestWithoutTransactions(t *testing.T) {
	everyFace(t, func(t *testing.T, _ *DB, a api) {
		for _, table := range []string{"plain", "no-such-table"} {
			_, err := a.TransactWriteItems(t.Context(), &dynamodb.TransactWriteItemsInput{TransactItems: []types.TransactWriteItem{{Put: &types.Put{TableName: &table, Item: item{"pk": str("a")}}}}})
			refused(t, err, "UnknownOperationException", "Unsupported operation TransactWriteItems")
			_, err = a.TransactGetItems(t.Context(), &dynamodb.TransactGetItemsInput{TransactItems: []types.TransactGetItem{{Get: &types.Get{TableName: &table, Key: item{"pk": str("a")}}}}})
			refused(t, err, "UnknownOperationException", "Unsupported operation TransactGetItems")
		}
		same(t, get(t, a, "plain", item{"pk": str("a")}), item(nil))
		store(t, a, "plain", item{"pk": str("a")})
		same(t, get(t, a, "plain", item{"pk": str("a")}), item{"pk": str("a")})
	}, WithoutTransactions())
}
