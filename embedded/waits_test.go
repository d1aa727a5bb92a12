package embedded

import (
	"context"
	"maps"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/dystore/dystore/embedded/journal"
)

// Whoever holds the lock of a table holds up neither reads, nor refusals, nor
// writes of other tables.
func TestReadsWaitForNobody(t *testing.T) {
	db := New()
	createTables(t, db)
	plain, sorted := item{"pk": str("k"), "v": num("1")}, item{"pk": str("k"), "sk": num("1")}
	store(t, db, "plain", plain)
	store(t, db, "sorted", sorted)
	held := []*slot{current(db, "plain").slot}
	lock(held)
	defer unlock(held)
	key := item{"pk": str("k")}
	same(t, get(t, db, "plain", key), plain)
	same(t, scanAll(t, db, dynamodb.ScanInput{TableName: aws.String("plain")}), []item{plain})
	got, err := db.TransactGetItems(t.Context(), &dynamodb.TransactGetItemsInput{TransactItems: []types.TransactGetItem{
		{Get: &types.Get{TableName: aws.String("plain"), Key: key}}, {Get: &types.Get{TableName: aws.String("sorted"), Key: sorted}},
	}})
	if err != nil {
		t.Fatal(err)
	}
	same(t, []item{got.Responses[0].Item, got.Responses[1].Item}, []item{plain, sorted})
	batch, err := db.BatchGetItem(t.Context(), &dynamodb.BatchGetItemInput{RequestItems: map[string]types.KeysAndAttributes{"plain": {Keys: []item{key}}}})
	if err != nil {
		t.Fatal(err)
	}
	same(t, batch.Responses["plain"], []item{plain})
	if _, err := db.DescribeTable(t.Context(), &dynamodb.DescribeTableInput{TableName: aws.String("plain")}); err != nil {
		t.Fatal(err)
	}
	_, err = db.PutItem(t.Context(), &dynamodb.PutItemInput{TableName: aws.String("plain"), Item: plain, ConditionExpression: aws.String("v = sk")})
	refused(t, err, "ConditionalCheckFailedException", "")
	store(t, db, "sorted", item{"pk": str("k"), "sk": num("2")})
}

// A read has one moment of its table, whatever is written while it looks.
func TestATableIsOneMoment(t *testing.T) {
	db := New()
	createTables(t, db)
	for i := range 100 {
		store(t, db, "plain", item{"pk": str(strconv.Itoa(i))})
	}
	seen, before := 0, current(db, "plain")
	before.records.Ascend("", func(key string, r record) bool {
		seen++
		_, err := db.DeleteItem(t.Context(), &dynamodb.DeleteItemInput{TableName: aws.String("plain"), Key: r.values(before.inKeys)})
		if err != nil {
			t.Error(err)
		}
		return true
	})
	if n := items(db, "plain"); seen != 100 || n != 0 {
		t.Errorf("%d items seen and %d left, want 100 and 0", seen, n)
	}
}

// A write that others keep overtaking takes the lock at last. What it decided
// on states that have passed has no effect.
func TestOvertakenWrites(t *testing.T) {
	db := New()
	createTables(t, db)
	write := func(n int) changes {
		r := newRecord("key", 0, strconv.AppendInt(nil, int64(n), 10))
		return changes{{table: current(db, "plain"), key: "key", before: current(db, "plain").get("key"), after: r}}
	}
	decided := 0
	err := db.write(t.Context(), []*string{aws.String("plain")}, func(v view) (changes, *tokenChange, error) {
		list := write(decided)
		if decided++; decided <= attempts {
			store(t, db, "plain", item{"pk": str("other"), "v": num(strconv.Itoa(decided))})
		}
		return list, nil, nil
	})
	if r := current(db, "plain").get("key"); err != nil || decided != attempts+1 || string(r.item()) != strconv.Itoa(attempts) {
		t.Errorf("decided %d times, stored %q, %v", decided, r.item(), err)
	}
	same(t, get(t, db, "plain", item{"pk": str("other")}), item{"pk": str("other"), "v": num(strconv.Itoa(attempts))})
}

// numbered are the tables of slots with a number by which a test knows them.
func numbered(slots []*slot, n int64) []*table {
	tables := make([]*table, len(slots))
	for i, s := range slots {
		next := *s.load()
		next.bytes = n
		tables[i] = &next
	}
	return tables
}

func TestStagedTablesAppearTogether(t *testing.T) {
	db := New()
	createTables(t, db)
	slots := []*slot{current(db, "plain").slot, current(db, "sorted").slot}
	publish(numbered(slots, 1))
	written := stage(numbered(slots, 2))
	for want := range int64(2) {
		for _, s := range slots {
			if got := s.load().bytes; got != want+1 {
				t.Errorf("table %d of %s, want %d", got, s.name, want+1)
			}
		}
		written.Store(true)
	}
}

// A write of several tables is there in all of them at once, for who reads them
// together and for who reads one after the other.
func TestSeveralTablesAreSeenWhole(t *testing.T) {
	db := New()
	createTables(t, db)
	slots := []*slot{current(db, "plain").slot, current(db, "sorted").slot}
	var ended atomic.Bool
	var wg sync.WaitGroup
	for _, order := range [][]int{{0, 1}, {1, 0}} {
		wg.Go(func() {
			for !ended.Load() {
				if first, second := slots[order[0]].load(), slots[order[1]].load(); second.bytes < first.bytes {
					t.Errorf("first %d, then %d", first.bytes, second.bytes)
				}
				if v := at(slots); v[0].bytes != v[1].bytes {
					t.Errorf("torn read: %d and %d", v[0].bytes, v[1].bytes)
				}
			}
		})
	}
	lock(slots)
	for n := range int64(300_000) {
		publish(numbered(slots, n))
	}
	unlock(slots)
	ended.Store(true)
	wg.Wait()
}

// Of transactions with one token that arrive together, one is made.
func TestATokenAtOnce(t *testing.T) {
	for name, open := range map[string]func() (*DB, error){
		"in memory": func() (*DB, error) { return New(), nil },
		"journaled": func() (*DB, error) { return Open(t.Context(), newMemory()) },
	} {
		t.Run(name, func(t *testing.T) {
			db, err := open()
			if err != nil {
				t.Fatal(err)
			}
			createTables(t, db)
			for i := range 20 {
				inParallel(func(int) {
					if err := transact(t, db, strconv.Itoa(i), count("k")); err != nil {
						t.Error(err)
					}
				})
			}
			same(t, get(t, db, "plain", item{"pk": str("k")}), item{"pk": str("k"), "n": num("20")})
		})
	}
}

// careful is a journal that notices calls that overlap, and items without a
// table. It drops the items of a table with the table.
type careful struct {
	*memory
	t      *testing.T
	inside atomic.Int32
}

func (c *careful) Commit(ctx context.Context, b journal.Batch) error {
	if c.inside.Add(1) != 1 {
		c.t.Error("two calls at once")
	}
	defer c.inside.Add(-1)
	for _, dropped := range b.Tables {
		maps.DeleteFunc(c.items, func(name string, _ []byte) bool {
			return strings.HasPrefix(name, dropped.Name+" ") && dropped.Definition == nil
		})
	}
	for _, i := range b.Items {
		if c.tables[i.Table] == nil {
			c.t.Errorf("an item of table %s, which is not there", i.Table)
		}
	}
	return c.memory.Commit(ctx, b)
}

// While tables come and go under their writers, the journal has what the engine
// has.
func TestJournaledTablesComeAndGo(t *testing.T) {
	c := &careful{memory: newMemory(), t: t}
	db, err := Open(t.Context(), c)
	if err != nil {
		t.Fatal(err)
	}
	createTables(t, db)
	names := []string{"table0", "table1"}
	inParallel(func(w int) {
		name := names[w%2]
		for i := range 30 {
			switch {
			case w > 3:
				_, _ = db.TransactWriteItems(context.Background(), &dynamodb.TransactWriteItemsInput{TransactItems: []types.TransactWriteItem{
					putIf(name, item{"pk": str(strconv.Itoa(w))}, ""), putIf("plain", item{"pk": str(strconv.Itoa(w)), "v": num(strconv.Itoa(i))}, ""),
				}})
			case w > 1:
				_, _ = db.PutItem(context.Background(), &dynamodb.PutItemInput{TableName: &name, Item: item{"pk": str("one"), "v": num(strconv.Itoa(i))}})
			case i%2 == 0:
				_, _ = db.CreateTable(context.Background(), &dynamodb.CreateTableInput{TableName: &name, BillingMode: types.BillingModePayPerRequest, AttributeDefinitions: []types.AttributeDefinition{define("pk", "S")}, KeySchema: schema("pk")})
			default:
				_, _ = db.DeleteTable(context.Background(), &dynamodb.DeleteTableInput{TableName: &name})
			}
		}
	})
	again, err := Open(t.Context(), c)
	if err != nil {
		t.Fatal(err)
	}
	same(t, scanAll(t, again, dynamodb.ScanInput{TableName: aws.String("plain")}), scanAll(t, db, dynamodb.ScanInput{TableName: aws.String("plain")}))
}
