package embedded

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/dystore/dystore/embedded/journal"
)

// memory is a journal that keeps everything in maps.
type memory struct {
	tables, items, tokens map[string][]byte
	fail                  error
	commits               int
}

func newMemory() *memory {
	return &memory{tables: map[string][]byte{}, items: map[string][]byte{}, tokens: map[string][]byte{}}
}

func (m *memory) Load(_ context.Context, sink journal.Sink) error {
	for name, d := range m.tables {
		if err := sink.Table(name, d); err != nil {
			return err
		}
	}
	for key, i := range m.items {
		var table string
		var k []byte
		if _, err := fmt.Sscanf(key, "%s %x", &table, &k); err != nil {
			return err
		}
		if err := sink.Item(table, k, i); err != nil {
			return err
		}
	}
	for token, r := range m.tokens {
		if err := sink.Token(token, r); err != nil {
			return err
		}
	}
	return nil
}

func (m *memory) Commit(_ context.Context, b journal.Batch) error {
	if m.fail != nil {
		return m.fail
	}
	m.commits++
	for _, c := range b.Tables {
		keep(m.tables, c.Name, c.Definition)
	}
	for _, c := range b.Items {
		keep(m.items, fmt.Sprintf("%s %x", c.Table, c.Key), c.Item)
	}
	for _, c := range b.Tokens {
		keep(m.tokens, c.Token, c.Record)
	}
	return nil
}

// Items that an index cannot have, because they are older than it, stay in the
// table and outside the index, also after a restart.
func TestItemsOlderThanTheirIndexSurvive(t *testing.T) {
	m := newMemory()
	db, err := Open(t.Context(), m)
	if err != nil {
		t.Fatal(err)
	}
	createTables(t, db)
	items := []item{
		{"pk": str("empty"), "n": str("")},
		{"pk": str("fine"), "n": str("x")},
		{"pk": str("long"), "n": str(strings.Repeat("x", maxHashKey+1))},
		{"pk": str("number"), "n": num("1")},
	}
	store(t, db, "plain", items...)
	if _, err := db.UpdateTable(t.Context(), &dynamodb.UpdateTableInput{
		TableName: aws.String("plain"), AttributeDefinitions: []types.AttributeDefinition{define("n", "S")},
		GlobalSecondaryIndexUpdates: []types.GlobalSecondaryIndexUpdate{{Create: &types.CreateGlobalSecondaryIndexAction{IndexName: aws.String("byN"), KeySchema: schema("n"), Projection: projected("ALL")}}},
	}); err != nil {
		t.Fatal(err)
	}
	for _, reopen := range []bool{false, true} {
		if reopen {
			if db, err = Open(t.Context(), m); err != nil {
				t.Fatal(err)
			}
		}
		for _, i := range items {
			same(t, get(t, db, "plain", item{"pk": i["pk"]}), i)
		}
		same(t, scanAll(t, db, dynamodb.ScanInput{TableName: aws.String("plain"), IndexName: aws.String("byN")}), items[1:2])
	}
	update := func(i item, text string, values item) error {
		_, err := db.UpdateItem(t.Context(), &dynamodb.UpdateItemInput{TableName: aws.String("plain"), Key: item{"pk": i["pk"]}, UpdateExpression: &text, ExpressionAttributeValues: values})
		return err
	}
	for n, i := range items {
		// An update may leave the value alone, or mend it, but not keep it
		// otherwise.
		refused(t, update(i, "SET x = :x", item{":x": num("1")}), "", "")
		refused(t, update(i, "SET n = :n", item{":n": num("2")}), invalid, "Type mismatch for Index Key n Expected: S Actual: N IndexName: byN")
		same(t, get(t, db, "plain", item{"pk": i["pk"]}), item{"pk": i["pk"], "n": i["n"], "x": num("1")})
		if n > 1 {
			refused(t, update(i, "SET n = :n", item{":n": str("mended")}), "", "")
		}
	}
	if got := scanAll(t, db, dynamodb.ScanInput{TableName: aws.String("plain"), IndexName: aws.String("byN")}); len(got) != 3 {
		t.Errorf("index %v", got)
	}
	for _, i := range items {
		if _, err := db.DeleteItem(t.Context(), &dynamodb.DeleteItemInput{TableName: aws.String("plain"), Key: item{"pk": i["pk"]}}); err != nil {
			t.Fatal(err)
		}
	}
	out, err := db.DescribeTable(t.Context(), &dynamodb.DescribeTableInput{TableName: aws.String("plain")})
	if err != nil {
		t.Fatal(err)
	}
	if g := out.Table.GlobalSecondaryIndexes[0]; *g.ItemCount != 0 || *g.IndexSizeBytes != 0 {
		t.Errorf("%d items of %d bytes in an index of nothing", *g.ItemCount, *g.IndexSizeBytes)
	}
}

// Tokens do not stay in the journal for ever, also after a restart.
func TestTheJournalForgetsTokens(t *testing.T) {
	c, m := newClock(), newMemory()
	var db *DB
	for n := range 300 {
		if n%100 == 0 {
			var err error
			if db, err = Open(t.Context(), m, WithClock(c.Now)); err != nil {
				t.Fatal(err)
			}
		}
		if n == 0 {
			createTables(t, db)
		}
		// One token is used again and again, after its window.
		token := "token" + strconv.Itoa(n)
		if n%20 == 0 {
			token = "again"
		}
		refused(t, transact(t, db, token, count("k")), "", "")
		c.now = c.now.Add(time.Minute)
		if len(m.tokens) > 30 {
			t.Fatalf("%d tokens after %d transactions", len(m.tokens), n+1)
		}
	}
	if got := get(t, db, "plain", item{"pk": str("k")})["n"]; showValue(got) != "300" {
		t.Errorf("%s transactions have happened, want 300", showValue(got))
	}
	// Tokens within their window are in the journal.
	again, err := Open(t.Context(), m, WithClock(c.Now))
	if err != nil {
		t.Fatal(err)
	}
	for n := 291; n < 300; n++ {
		refused(t, transact(t, again, "token"+strconv.Itoa(n), count("k")), "", "")
	}
	if got := get(t, again, "plain", item{"pk": str("k")})["n"]; showValue(got) != "300" {
		t.Errorf("a repeated transaction has happened again: %s", showValue(got))
	}
}

func keep(m map[string][]byte, key string, v []byte) {
	if v == nil {
		delete(m, key)
		return
	}
	m[key] = v
}

func TestStateSurvivesInTheJournal(t *testing.T) {
	c := newClock()
	m := newMemory()
	db, err := Open(t.Context(), m, WithClock(c.Now))
	if err != nil {
		t.Fatal(err)
	}
	createTables(t, db)
	for i := range 50 {
		n := strconv.Itoa(i)
		store(t, db, "sorted", item{"pk": str("p" + n), "sk": num(n), "g": str("G"), "h": num(n), "s": numbers("3", "1"), "b": bin("\x00\xff"), "m": object(item{"l": list(flag(true), nested(3))})})
	}
	if err := setTTL(t, db, "ttl", true); err != nil {
		t.Fatal(err)
	}
	store(t, db, "sorted", item{"pk": str("gone"), "sk": num("1"), "ttl": num(strconv.FormatInt(c.now.Unix(), 10))})
	refused(t, transact(t, db, "token", count("k"), putIf("plain", item{"pk": str("other")}, "")), "", "")
	if _, err := db.DeleteItem(t.Context(), &dynamodb.DeleteItemInput{TableName: aws.String("sorted"), Key: item{"pk": str("p0"), "sk": num("0")}}); err != nil {
		t.Fatal(err)
	}
	if _, err := db.UpdateTable(t.Context(), &dynamodb.UpdateTableInput{TableName: aws.String("sorted"), GlobalSecondaryIndexUpdates: []types.GlobalSecondaryIndexUpdate{{Delete: &types.DeleteGlobalSecondaryIndexAction{IndexName: aws.String("keys")}}}}); err != nil {
		t.Fatal(err)
	}
	c.now = c.now.Add(time.Minute)

	again, err := Open(t.Context(), m, WithClock(c.Now))
	if err != nil {
		t.Fatal(err)
	}
	for _, table := range []string{"plain", "sorted"} {
		same(t, scanAll(t, again, dynamodb.ScanInput{TableName: aws.String(table)}), scanAll(t, db, dynamodb.ScanInput{TableName: aws.String(table)}))
		before, _ := db.DescribeTable(t.Context(), &dynamodb.DescribeTableInput{TableName: aws.String(table)})
		after, err := again.DescribeTable(t.Context(), &dynamodb.DescribeTableInput{TableName: aws.String(table)})
		if err != nil || describe(before) != describe(after) {
			t.Errorf("%s\n%s\n%v", describe(before), describe(after), err)
		}
	}
	same(t, indexed(t, again, "all", "g", str("G")).Items, indexed(t, db, "all", "g", str("G")).Items)
	refused(t, transact(t, again, "token", count("k"), putIf("plain", item{"pk": str("other")}, "")), "", "")
	same(t, get(t, again, "plain", item{"pk": str("k")}), item{"pk": str("k"), "n": num("1")})
	c.now = c.now.Add(72 * time.Hour)
	same(t, get(t, again, "sorted", item{"pk": str("gone"), "sk": num("1")}), item(nil))
	if _, ok := m.items[fmt.Sprintf("sorted %x", current(again, "sorted").key.encode(item{"pk": str("gone"), "sk": num("1")}))]; ok {
		t.Error("the expired item is still in the journal")
	}
	if _, err := again.DeleteTable(t.Context(), &dynamodb.DeleteTableInput{TableName: aws.String("sorted")}); err != nil || m.tables["sorted"] != nil {
		t.Errorf("definition %s, %v", m.tables["sorted"], err)
	}
}

func describe(out *dynamodb.DescribeTableOutput) string {
	d := out.Table
	s := fmt.Sprint(*d.TableName, *d.TableId, *d.ItemCount, *d.TableSizeBytes, d.CreationDateTime.UnixNano(), d.TableStatus)
	for _, i := range d.GlobalSecondaryIndexes {
		s += fmt.Sprint(*i.IndexName, *i.ItemCount, *i.IndexSizeBytes, i.Projection.ProjectionType, i.Projection.NonKeyAttributes)
	}
	for _, i := range d.LocalSecondaryIndexes {
		s += fmt.Sprint(*i.IndexName, *i.ItemCount, *i.IndexSizeBytes)
	}
	return s
}

func TestFailingJournalChangesNothing(t *testing.T) {
	m := newMemory()
	db, err := Open(t.Context(), m)
	if err != nil {
		t.Fatal(err)
	}
	createTables(t, db)
	store(t, db, "plain", item{"pk": str("k"), "v": num("1")})
	m.fail = errors.New("disk full")
	const code = "InternalServerError"
	refused(t, putting("plain", item{"pk": str("k"), "v": num("2")})(t, db), code, "disk full")
	refused(t, transact(t, db, "token", count("k")), code, "disk full")
	refused(t, batchPutting(3, 0)(t, db), code, "disk full")
	_, err = db.DeleteTable(t.Context(), &dynamodb.DeleteTableInput{TableName: aws.String("plain")})
	refused(t, err, code, "disk full")
	_, err = db.CreateTable(t.Context(), tableOf(func(*dynamodb.CreateTableInput) {}))
	refused(t, err, code, "disk full")
	m.fail = nil
	same(t, scanAll(t, db, dynamodb.ScanInput{TableName: aws.String("plain")}), []item{{"pk": str("k"), "v": num("1")}})
	refused(t, transact(t, db, "token", count("k")), "", "")
	commits := m.commits
	refused(t, transact(t, db, "token", count("k")), "", "")
	if m.commits != commits {
		t.Error("a replay was journalled")
	}
}

func TestDamagedJournals(t *testing.T) {
	m := newMemory()
	db, err := Open(t.Context(), m)
	if err != nil {
		t.Fatal(err)
	}
	createTables(t, db)
	store(t, db, "plain", item{"pk": str("k")})
	refused(t, transact(t, db, "token", count("c")), "", "")
	for name, damage := range map[string]func(*memory){
		"embedded: load: definition of table plain: ": func(m *memory) { m.tables["plain"] = []byte("{") },
		"embedded: load: item of unknown table ghost": func(m *memory) { m.items["ghost 00"] = []byte{1, 0} },
		"embedded: load: item of table plain: ":       func(m *memory) { m.items["plain 00"] = []byte{9} },
		"embedded: load: malformed record of token t": func(m *memory) { m.tokens["t"] = []byte("short") },
	} {
		broken := newMemory()
		for k, v := range m.tables {
			broken.tables[k] = v
		}
		damage(broken)
		if _, err := Open(t.Context(), broken); err == nil || !strings.HasPrefix(err.Error(), name) {
			t.Errorf("error %v, want %s…", err, name)
		}
	}
}
