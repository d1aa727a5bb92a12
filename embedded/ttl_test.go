package embedded

import (
	"strconv"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
)

func setTTL(t *testing.T, db *DB, attribute string, enabled bool) error {
	_, err := db.UpdateTimeToLive(t.Context(), &dynamodb.UpdateTimeToLiveInput{
		TableName: aws.String("sorted"), TimeToLiveSpecification: &types.TimeToLiveSpecification{AttributeName: aws.String(attribute), Enabled: aws.Bool(enabled)},
	})
	return err
}

func TestItemsExpire(t *testing.T) {
	c := newClock()
	db := New(WithClock(c.Now), WithTTLDelay(time.Hour))
	createTables(t, db)
	in := func(d time.Duration) types.AttributeValue { return num(strconv.FormatInt(c.now.Add(d).Unix(), 10)) }
	for n, ttl := range map[string]types.AttributeValue{
		"1": in(time.Minute), "2": in(24 * time.Hour), "3": in(-6 * 365 * 24 * time.Hour), "4": str("tomorrow"), "5": num("0.5"),
	} {
		store(t, db, "sorted", item{"pk": str("p"), "sk": num(n), "g": str("G"), "ttl": ttl})
	}
	there := func(want ...string) {
		t.Helper()
		out := indexed(t, db, "all", "g", str("G"))
		if len(out.Items) != 0 {
			t.Error("items without h are in the index")
		}
		got := []string{}
		for _, i := range indexed(t, db, "some", "g", str("G")).Items {
			got = append(got, i["sk"].(*types.AttributeValueMemberN).Value)
		}
		same(t, got, want)
	}
	if err := setTTL(t, db, "ttl", true); err != nil {
		t.Fatal(err)
	}
	refused(t, setTTL(t, db, "ttl", true), invalid, "TimeToLive is already enabled")
	there("1", "2", "3", "4", "5")
	c.now = c.now.Add(30 * time.Minute)
	there("1", "2", "3", "4", "5") // expired, but not deleted yet
	// An update moves the expiry.
	if _, err := db.UpdateItem(t.Context(), &dynamodb.UpdateItemInput{
		TableName: aws.String("sorted"), Key: item{"pk": str("p"), "sk": num("2")}, UpdateExpression: aws.String("SET #t = :t"),
		ExpressionAttributeNames: map[string]string{"#t": "ttl"}, ExpressionAttributeValues: item{":t": in(time.Hour)},
	}); err != nil {
		t.Fatal(err)
	}
	c.now = c.now.Add(31 * time.Minute)
	there("2", "3", "4", "5")
	c.now = c.now.Add(2 * time.Hour)
	there("3", "4", "5")
	described, err := db.DescribeTimeToLive(t.Context(), &dynamodb.DescribeTimeToLiveInput{TableName: aws.String("sorted")})
	if err != nil || described.TimeToLiveDescription.TimeToLiveStatus != types.TimeToLiveStatusEnabled || *described.TimeToLiveDescription.AttributeName != "ttl" {
		t.Errorf("%+v, %v", described, err)
	}
	refused(t, setTTL(t, db, "other", true), invalid, "TimeToLive is active on a different AttributeName: current AttributeName is ttl")
	refused(t, setTTL(t, db, "other", false), invalid, "TimeToLive is active on a different AttributeName: current AttributeName is ttl")
	refused(t, setTTL(t, db, "ttl", false), "", "")
	refused(t, setTTL(t, db, "ttl", false), invalid, "TimeToLive is already disabled")
	store(t, db, "sorted", item{"pk": str("p"), "sk": num("6"), "g": str("G"), "ttl": in(0)})
	c.now = c.now.Add(1000 * time.Hour)
	there("3", "4", "5", "6")
}

// An expiry is too old only by the time when it was written, also if nobody
// looked at it for years.
func TestLongSleep(t *testing.T) {
	c := newClock()
	m := newMemory()
	db, err := Open(t.Context(), m, WithClock(c.Now))
	if err != nil {
		t.Fatal(err)
	}
	createTables(t, db)
	ago := func(years int) types.AttributeValue {
		return num(strconv.FormatInt(c.now.Add(time.Duration(-years)*365*24*time.Hour).Unix(), 10))
	}
	store(t, db, "sorted", item{"pk": str("p"), "sk": num("1"), "ttl": ago(-1)}, item{"pk": str("p"), "sk": num("2"), "ttl": ago(6)})
	if err := setTTL(t, db, "ttl", true); err != nil {
		t.Fatal(err)
	}
	store(t, db, "sorted", item{"pk": str("p"), "sk": num("3"), "ttl": ago(-2)}, item{"pk": str("p"), "sk": num("4"), "ttl": ago(7)})
	c.now = c.now.Add(10 * 365 * 24 * time.Hour)
	left := []item{{"pk": str("p"), "sk": num("2"), "ttl": ago(16)}, {"pk": str("p"), "sk": num("4"), "ttl": ago(17)}}
	same(t, scanAll(t, db, dynamodb.ScanInput{TableName: aws.String("sorted")}), left)
	again, err := Open(t.Context(), m, WithClock(c.Now))
	if err != nil {
		t.Fatal(err)
	}
	same(t, scanAll(t, again, dynamodb.ScanInput{TableName: aws.String("sorted")}), left)
}

func TestRewrittenItemsDoNotPileUp(t *testing.T) {
	c := newClock()
	db := New(WithClock(c.Now), WithTTLDelay(0))
	createTables(t, db)
	if err := setTTL(t, db, "ttl", true); err != nil {
		t.Fatal(err)
	}
	for i := range 2000 {
		store(t, db, "sorted", item{"pk": str("p"), "sk": num("1"), "ttl": num(strconv.FormatInt(c.now.Unix()+int64(5000-i), 10))})
	}
	if n := len(current(db, "sorted").slot.expiry); n > 200 {
		t.Errorf("%d entries for one item", n)
	}
	c.now = c.now.Add(3001 * time.Second)
	same(t, get(t, db, "sorted", item{"pk": str("p"), "sk": num("1")}), item(nil))
}

// An expiry that comes back is queued again, and one that stays is not.
func TestExpiriesThatComeBack(t *testing.T) {
	c := newClock()
	db := New(WithClock(c.Now), WithTTLDelay(0))
	createTables(t, db)
	if err := setTTL(t, db, "ttl", true); err != nil {
		t.Fatal(err)
	}
	expiring := func(in int64, v string) item {
		return item{"pk": str("p"), "sk": num("1"), "ttl": num(strconv.FormatInt(c.now.Unix()+in, 10)), "v": str(v)}
	}
	for i := range 1000 {
		store(t, db, "sorted", expiring(100, strconv.Itoa(i)))
	}
	if n := len(current(db, "sorted").slot.expiry); n != 1 {
		t.Errorf("%d entries for an expiry that stays", n)
	}
	for range 1000 {
		store(t, db, "sorted", expiring(200, ""))
		store(t, db, "sorted", expiring(100, ""))
	}
	if n := len(current(db, "sorted").slot.expiry); n > 200 {
		t.Errorf("%d entries for one item", n)
	}
	c.now = c.now.Add(101 * time.Second)
	same(t, get(t, db, "sorted", item{"pk": str("p"), "sk": num("1")}), item(nil))
}
