package embedded

import (
	"fmt"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
)

// units prints a capacity: total, table, indexes.
func units(c *types.ConsumedCapacity) string {
	if c == nil {
		return ""
	}
	s := fmt.Sprint(*c.TableName, " ", *c.CapacityUnits)
	if c.ReadCapacityUnits != nil {
		s += fmt.Sprint(" r", *c.ReadCapacityUnits)
	}
	if c.WriteCapacityUnits != nil {
		s += fmt.Sprint(" w", *c.WriteCapacityUnits)
	}
	if c.Table != nil {
		s += fmt.Sprint(" table ", *c.Table.CapacityUnits)
	}
	for _, m := range []map[string]types.Capacity{c.GlobalSecondaryIndexes, c.LocalSecondaryIndexes} {
		for _, name := range sortedNames(m) {
			s += fmt.Sprint(" ", name, " ", *m[name].CapacityUnits)
			if m[name].WriteCapacityUnits != nil {
				s += fmt.Sprint(" w", *m[name].WriteCapacityUnits)
			}
		}
	}
	return s
}

func TestConsumedCapacity(t *testing.T) {
	everyFace(t, func(t *testing.T, _ *DB, a api) {
		const mode = types.ReturnConsumedCapacityIndexes
		key := item{"pk": str("p"), "sk": num("1")}
		with := func(attributes ...string) item {
			i := item{"pk": key["pk"], "sk": key["sk"]}
			for n := 0; n < len(attributes); n += 2 {
				i[attributes[n]] = str(attributes[n+1])
			}
			return i
		}
		put := func(i item) string {
			out, err := a.PutItem(t.Context(), &dynamodb.PutItemInput{TableName: aws.String("sorted"), Item: i, ReturnConsumedCapacity: mode})
			if err != nil {
				t.Fatal(err)
			}
			return units(out.ConsumedCapacity)
		}
		read := func(consistent bool, key item) string {
			out, err := a.GetItem(t.Context(), &dynamodb.GetItemInput{TableName: aws.String("sorted"), Key: key, ConsistentRead: aws.Bool(consistent), ReturnConsumedCapacity: mode})
			if err != nil {
				t.Fatal(err)
			}
			return units(out.ConsumedCapacity)
		}
		del := func() string {
			out, err := a.DeleteItem(t.Context(), &dynamodb.DeleteItemInput{TableName: aws.String("sorted"), Key: key, ReturnConsumedCapacity: mode})
			if err != nil {
				t.Fatal(err)
			}
			return units(out.ConsumedCapacity)
		}
		big, bigger := strings.Repeat("x", 2500), strings.Repeat("x", 9000)
		for _, c := range []struct{ what, got, want string }{
			{"a small item", put(with()), "sorted 1 table 1"},
			{"the same again", put(with()), "sorted 1 table 1"},
			{"into an index", put(with("g", "G", "y", big)), "sorted 4 table 3 some 1"},
			{"unprojected attribute", put(with("g", "G", "y", "y")), "sorted 3 table 3"},
			{"projected attribute", put(with("g", "G", "x", big)), "sorted 6 table 3 some 3"},
			{"another index key", put(with("g", "H", "x", big)), "sorted 9 table 3 some 6"},
			{"out of the index, and grown", put(with("y", bigger)), "sorted 12 table 9 some 3"},
			{"a read of 9 KB", read(true, key), "sorted 3 table 3"},
			{"an eventual read of 9 KB", read(false, key), "sorted 1.5 table 1.5"},
			{"a read of nothing", read(false, item{"pk": str("none"), "sk": num("1")}), "sorted 0.5 table 0.5"},
			{"a deletion of 9 KB", del(), "sorted 9 table 9"},
			{"a deletion of nothing", del(), "sorted 1 table 1"},
		} {
			if c.got != c.want {
				t.Errorf("%s: %s, want %s", c.what, c.got, c.want)
			}
		}
	})
}

func TestConsumedCapacityOfTransactions(t *testing.T) {
	everyFace(t, func(t *testing.T, _ *DB, a api) {
		in := &dynamodb.TransactWriteItemsInput{
			ClientRequestToken: aws.String("token"), ReturnConsumedCapacity: types.ReturnConsumedCapacityIndexes,
			TransactItems: []types.TransactWriteItem{
				putIf("sorted", item{"pk": str("p"), "sk": num("1"), "g": str("G"), "x": str(strings.Repeat("x", 1500))}, ""),
				{ConditionCheck: &types.ConditionCheck{TableName: aws.String("plain"), Key: item{"pk": str("k")}, ConditionExpression: aws.String("attribute_not_exists(pk)")}},
			},
		}
		for _, want := range []string{"plain 2 w2 table 2|sorted 6 w6 table 4 some 2 w2", "plain 2 r2 table 2|sorted 2 r2 table 2"} {
			out, err := a.TransactWriteItems(t.Context(), in)
			if err != nil {
				t.Fatal(err)
			}
			if got := units(&out.ConsumedCapacity[0]) + "|" + units(&out.ConsumedCapacity[1]); got != want {
				t.Errorf("%s, want %s", got, want)
			}
		}
		out, err := a.TransactGetItems(t.Context(), &dynamodb.TransactGetItemsInput{
			ReturnConsumedCapacity: types.ReturnConsumedCapacityTotal,
			TransactItems:          []types.TransactGetItem{{Get: &types.Get{TableName: aws.String("plain"), Key: item{"pk": str("none")}}}},
		})
		if err != nil {
			t.Fatal(err)
		}
		if got := units(&out.ConsumedCapacity[0]); got != "plain 2 r2" {
			t.Error(got)
		}
	})
}
