package repo_test

import (
	"errors"
	"slices"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb"

	"github.com/dystore/dystore/embedded"
	"github.com/dystore/dystore/fault"
	"github.com/dystore/dystore/lens"
	"github.com/dystore/dystore/repo"
	"github.com/dystore/dystore/shard"
)

// juUser has a value that is unique together with fields of its key.
type juUser struct {
	Tenant string    `dynamodbav:"tenant"`
	No     int       `dynamodbav:"no,omitempty"`
	At     time.Time `dynamodbav:"at"`
	Mail   string    `dynamodbav:"mail,omitempty"`
}

// TestJoinedUnique: what is unique together with fields of the key is so in an item that
// has them only there, and an Update need not read them.
func TestJoinedUnique(t *testing.T) {
	tenant, no := lens.Of(func(v *juUser) *string { return &v.Tenant }), lens.Of(func(v *juUser) *int { return &v.No })
	at, mail := lens.Of(func(v *juUser) *time.Time { return &v.At }), lens.Of(func(v *juUser) *string { return &v.Mail })
	key := repo.JoinedKeyOf(repo.AttributeOf("PK", tenant), repo.AttributeOf("SK", repo.Word[juUser]("U"), no, at))
	client, net := fault.Wrap(embedded.New().Client(quick))
	users := repoOver(t, client, repo.TableOf("Users", key, shard.Unique(shard.To("Claims"), tenant, at, mail), shard.Unique(shard.To("Claims"), no, mail)))
	bare := func(n int) repo.Key[juUser] {
		k := key.Of(tenant.Eq("a"), no.Eq(n), at.Eq(time.Unix(7, 0)))
		_, err := client.PutItem(background, &dynamodb.PutItemInput{TableName: new("Users"), Item: jtItem(t, k.String())})
		noErr(t, err)
		return k
	}
	two, three, zero := bare(2), bare(3), bare(0)
	zone := time.Unix(7, 0).In(time.FixedZone("east", 3600))
	own, err := users.Create(background, &juUser{"a", 1, zone, "m"})
	noErr(t, err)
	duplicate := func(err error) {
		t.Helper()
		if !errors.Is(err, repo.ErrDuplicate) {
			t.Errorf("%v, want ErrDuplicate", err)
		}
	}
	duplicate(users.Update(background, two, mail.Set("m"))) // of the same tenant and time
	noErr(t, users.Update(background, two, mail.Set("n")))
	duplicate(users.Update(background, three, mail.Set("n")))
	duplicate(errOf(users.Create(background, &juUser{"a", 4, zone, "n"})))
	duplicate(errOf(users.Create(background, &juUser{"b", 2, zone, "n"}))) // of the same number
	net.Reset()
	duplicate(users.Update(background, own, mail.Set("n")))
	if got, want := net.Operations(), []string{"GetItem", "TransactWriteItems"}; !slices.Equal(got, want) {
		t.Errorf("sent %v, want %v", got, want)
	}
	noErr(t, users.Update(background, zero, mail.Set("z")))
	noErr(t, errOf(users.Create(background, &juUser{"b", 0, zone, "z"}))) // a number that is not stored is not unique
	noErr(t, errOf(users.Put(background, &juUser{"a", 2, zone, "n"})))    // it claims what it has already
	for _, k := range []repo.Key[juUser]{own, two, three, zero, key.Of(tenant.Eq("b"), no.Eq(0), at.Eq(zone))} {
		noErr(t, users.Delete(background, k))
	}
	emptyTables(t, client, "Users", "Claims")
}
