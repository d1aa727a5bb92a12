package embedded

import (
	"cmp"
	"errors"
	"slices"
	"strconv"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
	"pgregory.net/rapid"
)

// model is the table "sorted" as a plain list of items.
type model struct {
	t     *rapid.T
	db    *DB
	items map[string]item
}

func modelKey(i item) string { return show(item{"pk": i["pk"], "sk": i["sk"]}) }

func (m *model) key() item {
	return item{"pk": str(rapid.SampledFrom([]string{"p", "q"}).Draw(m.t, "pk")), "sk": num(strconv.Itoa(rapid.IntRange(-3, 3).Draw(m.t, "sk")))}
}

// item draws an item that may be in some of the indexes.
func (m *model) item() item {
	i := m.key()
	if rapid.Bool().Draw(m.t, "has g") {
		i["g"] = str(rapid.SampledFrom([]string{"a", "b"}).Draw(m.t, "g"))
	}
	if rapid.Bool().Draw(m.t, "has h") {
		i["h"] = num(strconv.Itoa(rapid.IntRange(0, 2).Draw(m.t, "h")))
	}
	if rapid.Bool().Draw(m.t, "has l") {
		i["l"] = str(rapid.SampledFrom([]string{"x", "y"}).Draw(m.t, "l"))
	}
	return i
}

func (m *model) put(*rapid.T) {
	i := m.item()
	if _, err := m.db.PutItem(ctx(), &dynamodb.PutItemInput{TableName: aws.String("sorted"), Item: i}); err != nil {
		m.t.Fatal(err)
	}
	m.items[modelKey(i)] = i
}

func (m *model) delete(*rapid.T) {
	k := m.key()
	out, err := m.db.DeleteItem(ctx(), &dynamodb.DeleteItemInput{TableName: aws.String("sorted"), Key: k, ReturnValues: types.ReturnValueAllOld})
	if err != nil {
		m.t.Fatal(err)
	}
	if got, want := show(out.Attributes), show(m.items[modelKey(k)]); got != want {
		m.t.Fatalf("deleted %s, want %s", got, want)
	}
	delete(m.items, modelKey(k))
}

func (m *model) update(*rapid.T) {
	k := m.key()
	g := str(rapid.SampledFrom([]string{"a", "b", "c"}).Draw(m.t, "g"))
	if _, err := m.db.UpdateItem(ctx(), &dynamodb.UpdateItemInput{
		TableName: aws.String("sorted"), Key: k, UpdateExpression: aws.String("SET g = :g REMOVE h"), ExpressionAttributeValues: item{":g": g},
	}); err != nil {
		m.t.Fatal(err)
	}
	after := item{"pk": k["pk"], "sk": k["sk"], "g": g}
	if l, ok := m.items[modelKey(k)]["l"]; ok {
		after["l"] = l
	}
	m.items[modelKey(k)] = after
}

// transaction puts two items if the second one does not exist.
func (m *model) transaction(*rapid.T) {
	a, b := m.item(), m.item()
	if modelKey(a) == modelKey(b) {
		return
	}
	_, err := m.db.TransactWriteItems(ctx(), &dynamodb.TransactWriteItemsInput{TransactItems: []types.TransactWriteItem{putIf("sorted", a, ""), putIf("sorted", b, "attribute_not_exists(pk)")}})
	_, there := m.items[modelKey(b)]
	var cancelled *types.TransactionCanceledException
	if there != errors.As(err, &cancelled) || !there && err != nil {
		m.t.Fatalf("there %t, error %v", there, err)
	}
	if !there {
		m.items[modelKey(a)], m.items[modelKey(b)] = a, b
	}
}

// check compares the table and all indexes with the model.
func (m *model) check(*rapid.T) {
	of := func(keep func(item) bool, names ...string) []string {
		found := []item{}
		for _, i := range m.items {
			if keep(i) {
				found = append(found, i)
			}
		}
		slices.SortFunc(found, func(a, b item) int {
			for _, name := range append(names, "pk", "sk") {
				if c := compareKeys(a[name], b[name]); c != 0 {
					return c
				}
			}
			return 0
		})
		out := []string{}
		for _, i := range found {
			out = append(out, show(i))
		}
		return out
	}
	query := func(index, condition string, v types.AttributeValue) []string {
		in := dynamodb.QueryInput{TableName: aws.String("sorted"), KeyConditionExpression: aws.String(condition), ExpressionAttributeValues: item{":v": v}}
		if index != "" {
			in.IndexName = aws.String(index)
		}
		if index == "local" {
			in.Select = types.SelectAllAttributes
		}
		all, _ := queryAll(m.t, m.db, in)
		out := []string{}
		for _, i := range all {
			out = append(out, show(i))
		}
		return out
	}
	compare := func(what string, got, want []string) {
		if !slices.Equal(got, want) {
			m.t.Fatalf("%s:\n got %v\nwant %v", what, got, want)
		}
	}
	for _, p := range []string{"p", "q"} {
		in := func(i item) bool { return showValue(i["pk"]) == strconv.Quote(p) }
		compare("table", query("", "pk = :v", str(p)), of(in, "sk"))
		compare("local index", query("local", "pk = :v", str(p)), of(func(i item) bool { return in(i) && i["l"] != nil }, "l"))
	}
	for _, g := range []string{"a", "b", "c"} {
		in := func(i item) bool { return i["g"] != nil && i["h"] != nil && showValue(i["g"]) == strconv.Quote(g) }
		got, want := query("all", "g = :v", str(g)), of(in, "h")
		// Items with equal index keys may come in any order.
		slices.Sort(got)
		slices.Sort(want)
		compare("global index", got, want)
	}
	out, err := m.db.DescribeTable(ctx(), &dynamodb.DescribeTableInput{TableName: aws.String("sorted")})
	if err != nil || *out.Table.ItemCount != int64(len(m.items)) {
		m.t.Fatalf("%d items, %v", *out.Table.ItemCount, err)
	}
	size := int64(0)
	for _, i := range m.items {
		size += sizeOf(i)
	}
	if *out.Table.TableSizeBytes != size {
		m.t.Fatalf("%d bytes, want %d", *out.Table.TableSizeBytes, size)
	}
}

// sizeOf is the size of the items of this test, calculated here: names of one
// and two letters, strings of one, numbers of one digit.
func sizeOf(i item) int64 {
	size := 0
	for name, v := range i {
		switch v := v.(type) {
		case *types.AttributeValueMemberS:
			size += len(name) + 1
		case *types.AttributeValueMemberN:
			size += len(name) + map[bool]int{true: 1, false: 1 + len(v.Value)}[v.Value == "0"]
		}
	}
	return int64(size)
}

func compareKeys(a, b types.AttributeValue) int {
	if n, ok := a.(*types.AttributeValueMemberN); ok {
		x, _ := strconv.Atoi(n.Value)
		y, _ := strconv.Atoi(b.(*types.AttributeValueMemberN).Value)
		return cmp.Compare(x, y)
	}
	return cmp.Compare(showValue(a), showValue(b))
}

func TestTheEngineAgreesWithAList(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		db := New()
		create(t, db)
		m := &model{t: t, db: db, items: map[string]item{}}
		t.Repeat(map[string]func(*rapid.T){"put": m.put, "delete": m.delete, "update": m.update, "transaction": m.transaction, "": m.check})
	})
}
