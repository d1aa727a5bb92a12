package integration

import (
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
)

// explanation is a known difference between a second engine and ours, in which
// ours answers as AWS.
type explanation struct {
	name string

	// why says how it is known what AWS does: from suites that are run against
	// it (scylla's test/alternator, dynalite's test, paritysuite).
	why string

	// is reports whether two answers to one request differ in this way.
	is func(theirs, ours answer) bool

	// sample is a request that shows the difference. When it no longer does,
	// remove the explanation.
	sample func(c *dynamodb.Client, table string) answer
}

const (
	invalid   = "ValidationException"
	failed    = "ConditionalCheckFailedException"
	cancelled = "TransactionCanceledException"
)

// differences are the known differences of a second engine.
type differences struct {
	explanations []explanation
	unbounded    []string // bounds beyond which it accepts a request
	local        bool     // it is DynamoDB Local: see generator
}

// differencesOf returns the known differences of the engine whose Server header
// is product.
func differencesOf(product string) differences {
	switch {
	case strings.HasPrefix(product, "Dynoxide/"):
		return differences{explanations: ofDynoxide, unbounded: []string{"bytes of an index key", "operators of an expression", "operands of IN"}}
	case strings.HasPrefix(product, "Jetty("):
		return differences{explanations: ofLocal, local: true}
	}
	return differences{}
}

// ofDynoxide are those of dynoxide 1.5.0 (the crate dynoxide-rs 3.2.0), as of
// 2026-11.
var ofDynoxide = []explanation{
	unchecked("an operand that cannot be ordered", "dynalite scan.js, scylla test_condition_expression.py",
		"Incorrect operand type for operator or function; operator or function: <",
		putIf("attribute_exists(gone) AND a < :v", row{":v": &types.AttributeValueMemberBOOL{Value: true}})),
	unchecked("an operand that cannot be ordered, the other way", "dynalite scan.js, scylla test_condition_expression.py",
		"Incorrect operand type for operator or function; operator or function: >",
		putIf("attribute_exists(gone) AND a >= :v", row{":v": &types.AttributeValueMemberL{}})),
	unchecked("an attribute compared with itself", "dynalite scan.js",
		"The first operand must be distinct from the remaining operands", putIf("a = a AND attribute_exists(gone)", nil)),
	unchecked("a value inside another one that no item may have", "dynalite checks the values of an expression before anything else",
		"ExpressionAttributeValues contains invalid value",
		putIf("attribute_exists(gone) AND a = :v", row{":v": &types.AttributeValueMemberL{Value: []types.AttributeValue{twice}}})),
	unchecked("ADD of a value that cannot be added, in a transaction", "dynalite updateItem.js; scylla test_transact.py",
		"Incorrect operand type for operator or function; operator: ADD", updateIf("ADD a :v")),
	unchecked("DELETE from a value that is not a set, in a transaction", "dynalite updateItem.js; scylla test_transact.py",
		"Incorrect operand type for operator or function; operator: DELETE", updateIf("DELETE a :v")),
	unchecked("name and index below one parent", "dynalite getItem.js and updateItem.js",
		"Two document paths conflict with each other", func(c *dynamodb.Client, table string) answer {
			_, err := c.GetItem(background, &dynamodb.GetItemInput{TableName: &table, Key: bounded(), ProjectionExpression: aws.String("a.x, a[0]")})
			return failure(err)
		}),
	{
		name: "the old item of an update that creates it", why: "scylla test_returnvalues.py: there is none",
		is: func(theirs, ours answer) bool {
			return theirs.Code == "" && ours.Code == "" && slices.Equal(ours.Items, []string{"none"}) &&
				len(theirs.Items) == 1 && keyAlone.MatchString(theirs.Items[0])
		},
		sample: func(c *dynamodb.Client, table string) answer {
			out, err := c.UpdateItem(background, &dynamodb.UpdateItemInput{TableName: &table, Key: bounded(), ReturnValues: types.ReturnValueAllOld,
				UpdateExpression: aws.String("SET a = :a"), ExpressionAttributeValues: row{":a": number("1")}})
			if err != nil {
				return failure(err)
			}
			return answer{Items: []string{show(out.Attributes)}}
		},
	},
	{
		name: "a token before the request is checked",
		why:  "AWS was not measured; paritysuite transactions.test.ts: requests are checked before stored items",
		is: func(theirs, ours answer) bool {
			return theirs.Code == "IdempotentParameterMismatchException" && ours.Code == invalid
		},
		sample: func(c *dynamodb.Client, table string) answer {
			send := func(item row) error {
				_, err := c.TransactWriteItems(background, &dynamodb.TransactWriteItemsInput{ClientRequestToken: aws.String(table[len(table)-16:] + "-sample"),
					TransactItems: []types.TransactWriteItem{{Put: &types.Put{TableName: &table, Item: item}}}})
				return err
			}
			if err := send(bounded()); err != nil {
				return failure(err)
			}
			return failure(send(with(bounded(), "a", twice)))
		},
	},
	{
		name: "several invalid updates in one transaction", why: "scylla test_transact.py: only the first one is found, at least where it is the key",
		is: func(theirs, ours answer) bool {
			first := slices.Index(ours.Reasons, "ValidationError")
			if first < 0 || theirs.Code != cancelled || len(theirs.Reasons) != len(ours.Reasons) || !slices.Equal(theirs.Items, ours.Items) {
				return false
			}
			for i, reason := range ours.Reasons {
				if theirs.Reasons[i] != reason && (i < first || reason != "None" || theirs.Reasons[i] != "ValidationError") {
					return false
				}
			}
			return true
		},
		sample: func(c *dynamodb.Client, table string) answer {
			var actions []types.TransactWriteItem
			for _, sk := range sortKeys {
				actions = append(actions, types.TransactWriteItem{Update: &types.Update{TableName: &table, Key: row{"pk": text(1), "sk": number(sk)}, UpdateExpression: aws.String("SET gone.x = gone")}})
			}
			_, err := c.TransactWriteItems(background, &dynamodb.TransactWriteItemsInput{TransactItems: actions})
			return failure(err)
		},
	},
}

// ofLocal are those of DynamoDB Local 3.1.0, as of 2026-11.
var ofLocal = []explanation{{
	name: "a transaction that fails because a path is not in an item", why: "aws-sdk-net#1292 has the cancellation with its reasons",
	is: func(theirs, ours answer) bool {
		return theirs.Code == invalid && ours.Code == cancelled && slices.Contains(ours.Reasons, "ValidationError")
	},
	sample: func(c *dynamodb.Client, table string) answer {
		_, err := c.TransactWriteItems(background, &dynamodb.TransactWriteItemsInput{TransactItems: []types.TransactWriteItem{{
			Update: &types.Update{TableName: &table, Key: bounded(), UpdateExpression: aws.String("SET gone.x = gone")},
		}}})
		return failure(err)
	},
}}

// unchecked is an expression that AWS refuses for its text. The other engine
// evaluates it on an item, or executes it.
func unchecked(name, why, text string, sample func(*dynamodb.Client, string) answer) explanation {
	return explanation{name, why, func(theirs, ours answer) bool {
		return ours.Code == invalid && strings.Contains(ours.Text, text) && slices.Contains([]string{"", failed, cancelled}, theirs.Code)
	}, sample}
}

func putIf(expression string, values row) func(*dynamodb.Client, string) answer {
	send := condition(expression, values)
	return func(c *dynamodb.Client, table string) answer { return failure(send(c, table)) }
}

// updateIf is a transaction that updates with a boolean value, under a false
// condition.
func updateIf(expression string) func(*dynamodb.Client, string) answer {
	return func(c *dynamodb.Client, table string) answer {
		_, err := c.TransactWriteItems(background, &dynamodb.TransactWriteItemsInput{TransactItems: []types.TransactWriteItem{{Update: &types.Update{
			TableName: &table, Key: bounded(), UpdateExpression: &expression, ConditionExpression: aws.String("attribute_exists(gone)"),
			ExpressionAttributeValues: row{":v": &types.AttributeValueMemberBOOL{Value: true}},
		}}}})
		return failure(err)
	}
}

// keyAlone matches the text of an item that has only its key.
var keyAlone = regexp.MustCompile(`^\{pk: "[^"]*", sk: -?\d+\}$`)

// twice is a set with a duplicate element.
var twice = &types.AttributeValueMemberSS{Value: []string{"x", "x"}}

// TestExplanations: each known difference still occurs, and its own explanation
// explains it.
func TestExplanations(t *testing.T) {
	d := newDifferential(t, false)
	for _, e := range d.explanations {
		t.Run(e.name, func(t *testing.T) {
			theirs, ours := e.sample(d.second, d.table), e.sample(d.ours, d.table)
			switch diff, why := d.compare(theirs, ours); {
			case diff == "":
				t.Errorf("no difference any more: take it off the list; both say %+v", ours)
			case why != e.name:
				t.Errorf("explained by %q (-%s +embedded):\n%s", why, second.Product, diff)
			}
		})
	}
}
