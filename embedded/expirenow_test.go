package embedded

import (
	"context"
	"errors"
	"strconv"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
)

// expiring is an engine with two tables of two items each, of which one has
// expired.
func expiring(t *testing.T, opts ...Option) (*DB, *clock) {
	c := newClock()
	db, err := Open(t.Context(), newMemory(), append([]Option{WithClock(c.Now)}, opts...)...)
	if err != nil {
		t.Fatal(err)
	}
	createTables(t, db)
	at := func(d time.Duration) types.AttributeValue { return num(strconv.FormatInt(c.now.Add(d).Unix(), 10)) }
	for _, table := range []string{"plain", "sorted"} {
		if _, err := db.UpdateTimeToLive(t.Context(), &dynamodb.UpdateTimeToLiveInput{
			TableName: &table, TimeToLiveSpecification: &types.TimeToLiveSpecification{AttributeName: aws.String("ttl"), Enabled: aws.Bool(true)},
		}); err != nil {
			t.Fatal(err)
		}
		for n, d := range map[string]time.Duration{"1": time.Minute, "2": time.Hour, "3": -6 * 365 * 24 * time.Hour} {
			store(t, db, table, item{"pk": str("p" + n), "sk": num(n), "g": str("G"), "ttl": at(d)})
		}
	}
	c.now = c.now.Add(2 * time.Minute)
	return db, c
}

func stored(t *testing.T, db *DB, table string) int {
	t.Helper()
	return len(scanAll(t, db, dynamodb.ScanInput{TableName: &table}))
}

// ExpireNow deletes what has expired and nothing else, in the tables that it is
// told: two items that expire together may be deleted far apart.
func TestExpireNow(t *testing.T) {
	db, c := expiring(t)
	expire := func(want int, tables ...string) {
		t.Helper()
		if n, err := db.ExpireNow(t.Context(), tables...); n != want || err != nil {
			t.Errorf("ExpireNow(%q) = %d, %v, want %d", tables, n, err, want)
		}
	}
	expire(1, "sorted")
	same(t, []int{stored(t, db, "plain"), stored(t, db, "sorted")}, []int{3, 2})
	if n := len(indexed(t, db, "some", "g", str("G")).Items); n != 2 {
		t.Errorf("the index has %d items, want 2", n)
	}
	expire(0, "sorted")
	expire(1, defaultARN("plain"))
	expire(0)
	c.now = c.now.Add(time.Hour)
	expire(2)
	same(t, []int{stored(t, db, "plain"), stored(t, db, "sorted")}, []int{1, 1}) // what is too old never goes
}

// An item whose expiry was moved, or taken away, stays.
func TestExpireNowAsksTheItem(t *testing.T) {
	later := num(strconv.FormatInt(newClock().now.Add(time.Hour).Unix(), 10))
	for update, values := range map[string]item{
		"SET #t = :ttl": {":ttl": later}, "SET #t = :text": {":text": str("2026-01-01T00:00:00Z")}, "REMOVE #t": nil,
	} {
		t.Run(update, func(t *testing.T) {
			db, _ := expiring(t)
			if _, err := db.UpdateItem(t.Context(), &dynamodb.UpdateItemInput{TableName: aws.String("plain"), Key: item{"pk": str("p1")},
				UpdateExpression: &update, ExpressionAttributeNames: map[string]string{"#t": "ttl"}, ExpressionAttributeValues: values}); err != nil {
				t.Fatal(err)
			}
			if n, err := db.ExpireNow(t.Context(), "plain"); n != 0 || err != nil {
				t.Errorf("ExpireNow = %d, %v, want 0", n, err)
			}
			if n := stored(t, db, "plain"); n != 3 {
				t.Errorf("%d items, want 3", n)
			}
		})
	}
}

// Nothing is deleted if a table is not there, or the context has ended.
func TestExpireNowRefused(t *testing.T) {
	db, _ := expiring(t)
	_, err := db.ExpireNow(t.Context(), "plain", "nowhere")
	refused(t, err, "ResourceNotFoundException", "Requested resource not found")
	ended, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := db.ExpireNow(ended); !errors.Is(err, context.Canceled) {
		t.Errorf("error %v, want %v", err, context.Canceled)
	}
	same(t, stored(t, db, "plain"), 3)
	db.journal.(*memory).fail = errors.New("disk full")
	n, err := db.ExpireNow(t.Context())
	same(t, n, 0)
	refused(t, err, "InternalServerError", "disk full")
	same(t, stored(t, db, "plain"), 3)
}
