package embedded

import (
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
)

const tooLarge = "Item size to update has exceeded the maximum allowed size"

// TestWhatUpdatesMayWrite has what was measured on AWS. An update counts what
// it writes and a cost for each of its parts, and neither the key nor the
// attributes that it leaves alone. No item is larger than 400 KB.
func TestWhatUpdatesMayWrite(t *testing.T) {
	const limit, set = 409_600, 3 + 19 + 1 // SET b = :pad
	short, long := str("K"), str(strings.Repeat("k", 100))
	for _, c := range []struct {
		name      string
		key       types.AttributeValue
		beside    item // in the item before the update
		update    string
		values    item
		condition string
		// most is the largest value of b.
		most int
	}{
		{"a short key", short, nil, "SET b = :pad", nil, "", limit - set},
		{"a long key", long, nil, "SET b = :pad", nil, "", limit - 102 - 1},
		{"beside what it leaves alone", short, item{"u": str("yyyyyyyyyy")}, "SET b = :pad", nil, "", limit - set},
		{"beside much that it leaves alone", short, item{"u": str(strings.Repeat("y", 100))}, "SET b = :pad", nil, "", limit - 3 - 101 - 1},
		{"in place of what was there", short, item{"b": str(strings.Repeat("y", 1000))}, "SET b = :pad", nil, "", limit - set},
		{"two values", short, nil, "SET b = :pad, c = :c", item{":c": str("y")}, "", limit - set - 19 - 1 - 1},
		{"a value and a removal", short, item{"r": str("z")}, "SET b = :pad REMOVE r", nil, "", limit - set - 2},
		{"a value and a longer removal", short, item{"rr": str("z")}, "SET b = :pad REMOVE rr", nil, "", limit - set - 3},
		{"a sum", short, item{"n": num("1")}, "SET b = :pad, n = n + :c", item{":c": num("1")}, "", limit - set - 19 - 1 - 34 - 15 - 1 - 2},
		{"a default that is not needed", short, item{"c": str("c")}, "SET b = :pad, c = if_not_exists(c, :c)", item{":c": str("v")}, "", limit - set - 19 - 1 - 39 - 15 - 1 - 1},
		{"members of a set", short, item{"ss": texts("p", "q")}, "SET b = :pad DELETE ss :c", item{":c": texts("q")}, "", limit - set - 3},
		{"under a condition, which counts nothing", short, item{"u": str("y")}, "SET b = :pad", item{":c": str("y")}, "u = :c", limit - set},
	} {
		t.Run(c.name, func(t *testing.T) {
			everyFace(t, func(t *testing.T, _ *DB, a api) {
				before := item{"pk": c.key}
				for name, v := range c.beside {
					before[name] = v
				}
				send := func(n int) error {
					store(t, a, "plain", before)
					in := &dynamodb.UpdateItemInput{TableName: aws.String("plain"), Key: item{"pk": c.key}, UpdateExpression: &c.update, ExpressionAttributeValues: item{":pad": str(strings.Repeat("x", n))}}
					for name, v := range c.values {
						in.ExpressionAttributeValues[name] = v
					}
					if c.condition != "" {
						in.ConditionExpression = &c.condition
					}
					_, err := a.UpdateItem(t.Context(), in)
					return err
				}
				refused(t, send(c.most+1), invalid, tooLarge)
				same(t, get(t, a, "plain", item{"pk": c.key}), before)
				refused(t, send(c.most), "", "")
				if got := get(t, a, "plain", item{"pk": c.key})["b"].(*types.AttributeValueMemberS); len(got.Value) != c.most {
					t.Errorf("%d bytes were stored", len(got.Value))
				}
			})
		})
	}
}

// TestWhatUpdatesCountComesFirst: what an update counts depends on the request
// only, and is checked before the condition.
func TestWhatUpdatesCountComesFirst(t *testing.T) {
	everyFace(t, func(t *testing.T, _ *DB, a api) {
		stored := item{"pk": str("k"), "c": str("x")}
		store(t, a, "plain", stored)
		for _, condition := range []*string{nil, aws.String("attribute_exists(c)"), aws.String("attribute_exists(nope)")} {
			_, err := a.UpdateItem(t.Context(), &dynamodb.UpdateItemInput{
				TableName: aws.String("plain"), Key: item{"pk": str("k")}, UpdateExpression: aws.String("SET c = if_not_exists(c, :huge)"),
				ConditionExpression: condition, ExpressionAttributeValues: item{":huge": str(strings.Repeat("h", 409_700))},
			})
			refused(t, err, invalid, tooLarge)
		}
		same(t, get(t, a, "plain", item{"pk": str("k")}), stored)
	})
}

// TestTransactedUpdatesCountNothing: in a transaction only the item counts.
func TestTransactedUpdatesCountNothing(t *testing.T) {
	everyFace(t, func(t *testing.T, _ *DB, a api) {
		send := func(update string, n int) error {
			return transact(t, a, "", types.TransactWriteItem{Update: &types.Update{
				TableName: aws.String("plain"), Key: item{"pk": str("K")}, UpdateExpression: &update,
				ExpressionAttributeValues: item{":pad": str(strings.Repeat("x", n))},
			}})
		}
		same(t, reasons(t, send("SET b = :pad", 409_600-3-1+1)), []string{"ValidationError: " + tooLarge})
		refused(t, send("SET b = :pad", 409_600-3-1), "", "")
		refused(t, send("SET b = if_not_exists(b, :pad)", 409_700), "", "")
	})
}
