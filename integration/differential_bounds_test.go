package integration

import (
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
)

func text(n int) types.AttributeValue {
	return &types.AttributeValueMemberS{Value: strings.Repeat("x", n)}
}

func number(v string) types.AttributeValue { return &types.AttributeValueMemberN{Value: v} }

// bounded is the item of the requests at the bounds.
func bounded() row { return row{"pk": text(1), "sk": number("1")} }

func with(i row, name string, v types.AttributeValue) row {
	i = maps.Clone(i)
	i[name] = v
	return i
}

// nestedIn is a value of n levels of documents.
func nestedIn(n int) types.AttributeValue {
	v := number("1")
	for level := range n {
		if level%2 == 0 {
			v = &types.AttributeValueMemberL{Value: []types.AttributeValue{v}}
		} else {
			v = &types.AttributeValueMemberM{Value: row{"m": v}}
		}
	}
	return v
}

func put(i row) func(*dynamodb.Client, string) error {
	return func(c *dynamodb.Client, table string) error {
		_, err := c.PutItem(background, &dynamodb.PutItemInput{TableName: &table, Item: i})
		return err
	}
}

func condition(expression string, values row) func(*dynamodb.Client, string) error {
	return func(c *dynamodb.Client, table string) error {
		_, err := c.PutItem(background, &dynamodb.PutItemInput{TableName: &table, Item: bounded(), ConditionExpression: &expression, ExpressionAttributeValues: values})
		return err
	}
}

type bound struct {
	name  string
	limit int
	send  func(n int) func(*dynamodb.Client, string) error
}

// bounds are the limits of DynamoDB: n at the limit passes, n beyond fails.
var bounds = []bound{
	// 8 bytes are the names and the key: pk and x, sk and 1 (2), and a.
	{"bytes of an item", 400 << 10, func(n int) func(*dynamodb.Client, string) error { return put(with(bounded(), "a", text(n-8))) }},
	{"bytes of a partition key", 2048, func(n int) func(*dynamodb.Client, string) error { return put(with(bounded(), "pk", text(n))) }},
	{"bytes of an index key", 2048, func(n int) func(*dynamodb.Client, string) error { return put(with(bounded(), "g", text(n))) }},
	{"levels of a document", 32, func(n int) func(*dynamodb.Client, string) error { return put(with(bounded(), "a", nestedIn(n-1))) }},
	{"digits of a number", 38, func(n int) func(*dynamodb.Client, string) error {
		return put(with(bounded(), "a", number(strings.Repeat("7", n))))
	}},
	{"magnitude of a number", 125, func(n int) func(*dynamodb.Client, string) error {
		return put(with(bounded(), "a", number("9e"+strconv.Itoa(n))))
	}},
	{"smallness of a number", 130, func(n int) func(*dynamodb.Client, string) error {
		return put(with(bounded(), "a", number("-1e-"+strconv.Itoa(n))))
	}},
	{"bytes of an expression", 4096, func(n int) func(*dynamodb.Client, string) error {
		return condition("attribute_not_exists(zz)"+strings.Repeat(" ", n-24), nil)
	}},
	{"operators of an expression", 300, func(n int) func(*dynamodb.Client, string) error {
		// 2k operators are k comparisons, the operators between them and one
		// NOT.
		terms := "NOT zz=b" + strings.Repeat(" OR zz=b", n/2-1)
		if n%2 == 1 {
			terms = strings.Replace(terms, " OR ", " AND NOT ", 1)
		}
		return condition(terms, nil)
	}},
	{"operands of IN", 100, func(n int) func(*dynamodb.Client, string) error {
		values, names := row{}, []string{}
		for i := range n {
			name := fmt.Sprint(":v", i)
			values[name], names = number(strconv.Itoa(i)), append(names, name)
		}
		return condition("NOT zz IN ("+strings.Join(names, ", ")+")", values)
	}},
	{"writes of a batch", 25, func(n int) func(*dynamodb.Client, string) error {
		return func(c *dynamodb.Client, table string) error {
			var writes []types.WriteRequest
			for i := range n {
				writes = append(writes, types.WriteRequest{PutRequest: &types.PutRequest{Item: with(bounded(), "sk", number(strconv.Itoa(i)))}})
			}
			_, err := c.BatchWriteItem(background, &dynamodb.BatchWriteItemInput{RequestItems: map[string][]types.WriteRequest{table: writes}})
			return err
		}
	}},
	{"keys of a batch", 100, func(n int) func(*dynamodb.Client, string) error {
		return func(c *dynamodb.Client, table string) error {
			var keys []row
			for i := range n {
				keys = append(keys, with(bounded(), "sk", number(strconv.Itoa(i))))
			}
			_, err := c.BatchGetItem(background, &dynamodb.BatchGetItemInput{RequestItems: map[string]types.KeysAndAttributes{table: {Keys: keys}}})
			return err
		}
	}},
	{"actions of a transaction", 100, func(n int) func(*dynamodb.Client, string) error {
		return func(c *dynamodb.Client, table string) error {
			var actions []types.TransactWriteItem
			for i := range n {
				actions = append(actions, types.TransactWriteItem{Put: &types.Put{TableName: &table, Item: with(bounded(), "sk", number(strconv.Itoa(i)))}})
			}
			_, err := c.TransactWriteItems(background, &dynamodb.TransactWriteItemsInput{TransactItems: actions})
			return err
		}
	}},
	{"reads of a transaction", 100, func(n int) func(*dynamodb.Client, string) error {
		return func(c *dynamodb.Client, table string) error {
			var gets []types.TransactGetItem
			for i := range n {
				gets = append(gets, types.TransactGetItem{Get: &types.Get{TableName: &table, Key: with(bounded(), "sk", number(strconv.Itoa(i)))}})
			}
			_, err := c.TransactGetItems(background, &dynamodb.TransactGetItemsInput{TransactItems: gets})
			return err
		}
	}},
	{"bytes of a token", 36, func(n int) func(*dynamodb.Client, string) error {
		return func(c *dynamodb.Client, table string) error {
			token := table[len(table)-16:] + strings.Repeat("x", n-16)
			_, err := c.TransactWriteItems(background, &dynamodb.TransactWriteItemsInput{
				TransactItems: []types.TransactWriteItem{{Put: &types.Put{TableName: &table, Item: bounded()}}}, ClientRequestToken: &token,
			})
			return err
		}
	}},
	{"segments of a scan", 1_000_000, func(n int) func(*dynamodb.Client, string) error {
		return func(c *dynamodb.Client, table string) error {
			_, err := c.Scan(background, &dynamodb.ScanInput{TableName: &table, Segment: aws.Int32(0), TotalSegments: aws.Int32(int32(n))})
			return err
		}
	}},
}

// TestBounds sends requests just below, at and beyond each limit to both
// engines. Both must refuse the last one only, unless the second engine is
// known not to have the limit.
func TestBounds(t *testing.T) {
	d := newDifferential(t, false)
	for _, name := range d.unbounded {
		if !slices.ContainsFunc(bounds, func(b bound) bool { return b.name == name }) {
			t.Errorf("no bound is named %q", name)
		}
	}
	for _, b := range bounds {
		t.Run(b.name, func(t *testing.T) {
			for n, want := range map[int]string{b.limit - 1: "", b.limit: "", b.limit + 1: invalid} {
				theirs := want
				if slices.Contains(d.unbounded, b.name) {
					theirs = ""
				}
				send := b.send(n)
				if got := failure(send(d.ours, d.table)).Code; got != want {
					t.Errorf("%d: embedded says %q; want %q", n, got, want)
				}
				if got := failure(send(d.second, d.table)).Code; got != theirs {
					t.Errorf("%d: %s says %q; want %q", n, second.Product, got, theirs)
				}
			}
		})
	}
}
