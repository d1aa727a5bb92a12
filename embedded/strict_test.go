package embedded

import (
	"errors"
	"fmt"
	"strconv"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
)

// badDay runs some requests and records everything that happens.
func badDay(t *testing.T, opts ...Option) string {
	db := New(opts...)
	createTables(t, db)
	log := ""
	for i := range 60 {
		n := strconv.Itoa(i)
		_, err := db.PutItem(t.Context(), &dynamodb.PutItemInput{TableName: aws.String("plain"), Item: item{"pk": str("k" + strconv.Itoa(i%20)), "v": num(n)}})
		log += fmt.Sprintln(err)
		read, err := db.GetItem(t.Context(), &dynamodb.GetItemInput{TableName: aws.String("plain"), Key: item{"pk": str("k" + strconv.Itoa(i%20))}})
		if err != nil {
			t.Fatal(err)
		}
		log += show(read.Item)
		batch, err := db.BatchGetItem(t.Context(), &dynamodb.BatchGetItemInput{RequestItems: map[string]types.KeysAndAttributes{"plain": {Keys: keys(20), ConsistentRead: aws.Bool(true)}}})
		if err != nil {
			t.Fatal(err)
		}
		log += show(batch.Responses["plain"]) + show(batch.UnprocessedKeys["plain"].Keys)
		log += fmt.Sprintln(transact(t, db, "", count("c"), count("d")))
	}
	return log
}

func TestBadDaysRepeat(t *testing.T) {
	first := badDay(t, WithStrictness(7))
	if badDay(t, WithStrictness(7)) != first {
		t.Error("the same seed gave another day")
	}
	if badDay(t, WithStrictness(8)) == first {
		t.Error("another seed gave the same day")
	}
}

func TestUnprocessedIsCompleteInTheEnd(t *testing.T) {
	db := New(WithUnprocessed(0.7), WithShuffledBatches())
	createTables(t, db)
	var requests []types.WriteRequest
	for _, k := range keys(25) {
		requests = append(requests, types.WriteRequest{PutRequest: &types.PutRequest{Item: k}})
	}
	rest := map[string][]types.WriteRequest{"plain": requests}
	rounds := 0
	for ; len(rest) > 0; rounds++ {
		out, err := db.BatchWriteItem(t.Context(), &dynamodb.BatchWriteItemInput{RequestItems: rest})
		if err != nil {
			t.Fatal(err)
		}
		if len(out.UnprocessedItems["plain"]) >= len(rest["plain"]) {
			t.Fatal("a batch did nothing")
		}
		rest = out.UnprocessedItems
	}
	if n := items(db, "plain"); n != 25 || rounds < 2 {
		t.Errorf("%d items after %d rounds", n, rounds)
	}
	ask := map[string]types.KeysAndAttributes{"plain": {Keys: keys(25)}}
	found := map[string]bool{}
	for len(ask) > 0 {
		out, err := db.BatchGetItem(t.Context(), &dynamodb.BatchGetItemInput{RequestItems: ask})
		if err != nil {
			t.Fatal(err)
		}
		for _, i := range out.Responses["plain"] {
			found[show(i)] = true
		}
		ask = out.UnprocessedKeys
	}
	if len(found) != 25 {
		t.Errorf("%d items", len(found))
	}
}

func TestConflictsAndThrottling(t *testing.T) {
	always := New(WithConflicts(1))
	createTables(t, always)
	refused(t, putting("plain", item{"pk": str("k")})(t, always), "TransactionConflictException", "Transaction is ongoing for the item")
	err := transact(t, always, "", count("a"), count("b"), count("c"))
	var cancelled *types.TransactionCanceledException
	if !errors.As(err, &cancelled) || len(cancelled.CancellationReasons) != 3 {
		t.Fatal(err)
	}
	codes := map[string]int{}
	for _, r := range cancelled.CancellationReasons {
		codes[*r.Code]++
	}
	if codes["TransactionConflict"] != 1 || codes["None"] != 2 {
		t.Errorf("%v", codes)
	}
	refused(t, getting("plain", item{"pk": str("k")})(t, always), "", "")

	throttled := New(WithThrottling(1))
	createTables(t, throttled)
	refused(t, putting("plain", item{"pk": str("k")})(t, throttled), "ProvisionedThroughputExceededException", "")
	refused(t, getting("plain", item{"pk": str("k")})(t, throttled), "ProvisionedThroughputExceededException", "")
	if n := items(throttled, "plain") + items(always, "plain"); n != 0 {
		t.Errorf("%d items", n)
	}
}

// TestReplicatedConflicts: another region writes the item, so nothing happens to
// it here. Batches and transactions are left alone.
func TestReplicatedConflicts(t *testing.T) {
	everyFace(t, func(t *testing.T, _ *DB, a api) {
		batched, fresh := item{"pk": str("batched")}, item{"pk": str("fresh")}
		_, err := a.BatchWriteItem(t.Context(), &dynamodb.BatchWriteItemInput{RequestItems: map[string][]types.WriteRequest{"plain": {{PutRequest: &types.PutRequest{Item: batched}}}}})
		refused(t, err, "", "")
		refused(t, transact(t, a, "", count("counted")), "", "")
		scan := func() string {
			out, err := a.Scan(t.Context(), &dynamodb.ScanInput{TableName: aws.String("plain")})
			refused(t, err, "", "")
			return show(out.Items)
		}
		before := scan()

		_, update := a.UpdateItem(t.Context(), &dynamodb.UpdateItemInput{TableName: aws.String("plain"), Key: fresh})
		_, remove := a.DeleteItem(t.Context(), &dynamodb.DeleteItemInput{TableName: aws.String("plain"), Key: batched})
		for _, err := range []error{putting("plain", fresh)(t, a), update, remove} {
			var conflict *types.ReplicatedWriteConflictException
			if !errors.As(err, &conflict) {
				t.Errorf("error %v", err)
			}
			refused(t, err, "ReplicatedWriteConflictException", "One or more items in this request are being modified by a request in another Region")
		}
		if after := scan(); after != before {
			t.Errorf("%s became %s", before, after)
		}
	}, WithReplicatedConflicts(1))
}

// TestStaleReads: eventual reads miss at most the last changes and never go
// back; consistent reads miss nothing.
func TestStaleReads(t *testing.T) {
	const lag = 4
	db := New(WithStaleReads(lag), WithSeed(3))
	createTables(t, db)
	stale, last := 0, -1
	for i := range 200 {
		n := strconv.Itoa(i)
		store(t, db, "sorted", item{"pk": str("p"), "sk": num("1"), "v": num(n), "g": str("G")})
		if v := version(get(t, db, "sorted", item{"pk": str("p"), "sk": num("1")})); v != i {
			t.Fatalf("a consistent read gave %d after %d", v, i)
		}
		out, err := db.GetItem(t.Context(), &dynamodb.GetItemInput{TableName: aws.String("sorted"), Key: item{"pk": str("p"), "sk": num("1")}})
		if err != nil {
			t.Fatal(err)
		}
		v := -1
		if out.Item != nil {
			v = version(out.Item)
		}
		if v < last || v < i-lag {
			t.Fatalf("an eventual read gave %d after %d and %d", v, last, i)
		}
		if v < i {
			stale++
		}
		last = v
	}
	if stale == 0 {
		t.Error("no read was stale")
	}
}

// TestStaleLocalIndexes: a local index changes together with its table. So an
// eventual read finds an item in its old place or in its new one, in exactly
// one of them. A global index may have it in neither while it moves.
func TestStaleLocalIndexes(t *testing.T) {
	db := New(WithStaleReads(4), WithSeed(3))
	createTables(t, db)
	stale := 0
	for i := range 200 {
		l := "l" + strconv.Itoa(i*7%200)
		store(t, db, "sorted", item{"pk": str("p"), "sk": num("1"), "l": str(l), "g": str(l)})
		got := indexed(t, db, "local", "pk", str("p")).Items
		if i >= 4 && len(got) != 1 { // before that, the replica may miss it

			t.Fatalf("change %d: the item is in %d places", i, len(got))
		}
		if len(got) == 1 && got[0]["l"].(*types.AttributeValueMemberS).Value != l {
			stale++
		}
	}
	if stale == 0 {
		t.Error("no read was stale")
	}
}

func TestIndexLag(t *testing.T) {
	db := New(WithIndexLag(5))
	createTables(t, db)
	missed := 0
	for i := range 100 {
		store(t, db, "sorted", item{"pk": str("p"), "sk": num(strconv.Itoa(i)), "g": str("G")})
		if n := len(indexed(t, db, "some", "g", str("G")).Items); n < i+1 {
			missed++
		} else if n > i+1 || n < i-4 {
			t.Fatalf("%d of %d items", n, i+1)
		}
		same(t, get(t, db, "sorted", item{"pk": str("p"), "sk": num(strconv.Itoa(i))}) != nil, true)
	}
	if missed == 0 {
		t.Error("the index never lagged")
	}
}

// TestNewIndexesLagToo: an index that is added to a table of a lagging engine
// starts with the items of the table.
func TestNewIndexesLagToo(t *testing.T) {
	db := New(WithIndexLag(2))
	createTables(t, db)
	for i := range 10 {
		store(t, db, "plain", item{"pk": str("k" + strconv.Itoa(i)), "c": str("red")})
	}
	if _, err := db.UpdateTable(t.Context(), &dynamodb.UpdateTableInput{
		TableName: aws.String("plain"), AttributeDefinitions: []types.AttributeDefinition{define("c", "S")},
		GlobalSecondaryIndexUpdates: []types.GlobalSecondaryIndexUpdate{{Create: &types.CreateGlobalSecondaryIndexAction{IndexName: aws.String("colour"), KeySchema: schema("c"), Projection: projected("ALL")}}},
	}); err != nil {
		t.Fatal(err)
	}
	for i := range 20 {
		store(t, db, "plain", item{"pk": str("n" + strconv.Itoa(i)), "c": str("red")})
		out, err := db.Query(t.Context(), &dynamodb.QueryInput{TableName: aws.String("plain"), IndexName: aws.String("colour"), KeyConditionExpression: aws.String("c = :c"), ExpressionAttributeValues: item{":c": str("red")}})
		if err != nil || int(out.Count) > 11+i || int(out.Count) < 9+i {
			t.Errorf("%d items after %d, %v", out.Count, 11+i, err)
		}
	}
}
