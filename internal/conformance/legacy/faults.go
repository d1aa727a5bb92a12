package legacy

import (
	"context"
	"errors"
	"net/http"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/dystore/dystore/dynamostore"
	"github.com/dystore/dystore/fault"
	"github.com/dystore/dystore/internal/conformance/kit"
	"github.com/dystore/dystore/lens"
	"github.com/dystore/dystore/repo"
)

// before does something before a request is sent.
func before(do func()) fault.Fault {
	return fault.Custom("before", func(next fault.HTTPClient, req *http.Request) (*http.Response, error) {
		do()
		return next.Do(req)
	})
}

// drop deletes an item.
func drop(t *testing.T, x *kit.World, table string, key kit.Row) {
	t.Helper()
	_, err := x.Raw.DeleteItem(t.Context(), &dynamodb.DeleteItemInput{TableName: new(x.Table(table)), Key: key})
	kit.Must(t, err)
}

// partOf is the key of the part that a root item refers to.
func partOf(item kit.Row, name string) kit.Value {
	return item[name].(*types.AttributeValueMemberM).Value["primary_key"]
}

var faultChecks = []kit.Check{
	{Name: "an object that is written while it is read", Run: func(t *testing.T, x *kit.World) {
		ctx, s := t.Context(), peopleTables(t, x)()
		r := rootStore()
		r.write(t, x, "p", kit.Row{"location": kit.Object(kit.Row{"city": kit.Str("Quito")})})
		now := x.Item(t, "Root", "p")
		r.write(t, x, "p", kit.Row{"location": kit.Object(kit.Row{"city": kit.Str("Lima")})})
		stale := x.Item(t, "Root", "p")
		replace := func(with kit.Row) func() {
			return func() {
				drop(t, x, "Shard2", kit.Row{"IDX": partOf(stale, "location")})
				if with == nil {
					drop(t, x, "Root", kit.Row{"ID": kit.Str("p")})
				} else {
					x.Plant(t, "Root", with)
				}
			}
		}
		x.Net.Reset(fault.Inject(before(replace(now)), fault.At(1)))
		kit.Equal(t, "object", get(t, s, "p"), doc{"location": doc{"city": "Quito"}})
		x.WantSent(t, "replaced", "GetItem: Root", "GetItem: Shard2", "GetItem: Root", "GetItem: Shard2")
		x.Plant(t, "Root", stale)
		x.Net.Reset(fault.Inject(before(replace(now)), fault.At(1)))
		for o, err := range s.All(ctx) {
			kit.Must(t, err)
			kit.Equal(t, "by All", o.Value, doc{"location": doc{"city": "Quito"}})
		}
		x.Plant(t, "Root", stale)
		x.Net.Reset(fault.Inject(before(replace(nil)), fault.At(1)))
		_, err := s.Get(ctx, "p")
		wrong(t, "deleted", err, repo.ErrNotFound, "", "")
		x.Plant(t, "Root", stale)
		x.Net.Reset(fault.Inject(before(replace(nil)), fault.At(1)))
		for o, err := range s.All(ctx) {
			t.Errorf("deleted, by All: %v, %v", o, err)
		}
	}},
	{Name: "keys that DynamoDB hands back", Run: func(t *testing.T, x *kit.World) {
		s := peopleTables(t, x)()
		homes, want := []kit.Value{}, []any{}
		for range 5 {
			homes, want = append(homes, kit.Object(kit.Row{"city": kit.Str("Lima")})), append(want, doc{"city": "Lima"})
		}
		rootStore().write(t, x, "p", kit.Row{"homes": kit.List(homes...)})
		x.Net.Reset(fault.Inject(fault.Unprocessed(2), fault.Op("BatchGetItem"), fault.Times(1)))
		kit.Equal(t, "object", get(t, s, "p"), doc{"homes": want})
		x.WantSent(t, "get", "GetItem: Root", "BatchGetItem: Homes x5", "BatchGetItem: Homes x3")
	}},
	{Name: "contexts and throttling", Run: func(t *testing.T, x *kit.World) {
		ctx, s := t.Context(), peopleTables(t, x)()
		people := kit.Open(t, x, peopleModel)
		rootStore().write(t, x, "p", kit.Row{"firstname": kit.Str("ann"), "location": kit.Object(kit.Row{"city": kit.Str("Lima")})})
		over, cancel := context.WithCancel(ctx)
		cancel()
		_, err := s.Get(over, "p")
		wrong(t, "get", err, context.Canceled, "", "")
		_, err = dynamostore.Import(over, s, people, "p")
		wrong(t, "import", err, context.Canceled, "", "")
		_, err = dynamostore.ImportAll(over, s, people)
		wrong(t, "import of all", err, context.Canceled, "", "")
		x.WantSent(t, "nothing")
		n := 0
		for _, err := range s.All(over) {
			wrong(t, "all", err, context.Canceled, "", "")
			n++
		}
		kit.Equal(t, "errors", n, 1)
		rootStore().write(t, x, "q", kit.Row{"firstname": kit.Str("ann"), "location": kit.Object(kit.Row{"city": kit.Str("Lima")})})
		x.Net.Reset(fault.Inject(fault.Respond(400, "ProvisionedThroughputExceededException", "slow down"), fault.Op("BatchGetItem")))
		once := dynamodb.New(x.Client.Options(), func(o *dynamodb.Options) { o.Retryer = aws.NopRetryer{} })
		s, err = dynamostore.Open(once, "Root", "ID", dynamostore.TablePrefix(x.Prefix), dynamostore.AllowTables("Shard2"))
		kit.Must(t, err)
		done, err := dynamostore.ImportAll(ctx, s, people)
		kit.Equal(t, "throttled", errors.Is(err, repo.ErrThrottled), true)
		kit.Equal(t, "progress", done, repo.Progress{})
		x.Net.Reset()
	}},
	{Name: "a reply that was lost", Run: func(t *testing.T, x *kit.World) {
		s := peopleTables(t, x)()
		people := kit.Open(t, x, peopleModel)
		simple(t, x, "p", kit.Row{"firstname": kit.Str("ann")})
		x.Net.Reset(fault.Inject(fault.ReplyLost(), fault.Op("TransactWriteItems"), fault.Times(1)))
		got := importOf(t, s, people, "p")
		kit.Equal(t, "version", got.Meta.Version, 1)
		x.Net.Reset()
		done, err := dynamostore.ImportAll(t.Context(), s, people)
		kit.Must(t, err)
		kit.Equal(t, "again", done, repo.Progress{Seen: 1})
	}},
	{Name: "a view", Run: func(t *testing.T, x *kit.World) {
		ctx, s := t.Context(), peopleTables(t, x)()
		r := kit.Open(t, x, repo.TableOf("Flat", personID, keep))
		simple(t, x, "p", kit.Row{"firstname": kit.Str("ann"), "age": kit.Num("1")})
		_, err := dynamostore.Import(ctx, s, r.With(repo.Relaxed()), "p")
		kit.Must(t, err)
		x.WantSent(t, "relaxed", "GetItem: Root", "GetItem: Flat", "PutItem: Flat")
		kit.Must(t, r.Update(ctx, personID.Of("p"), lens.Add(age, 1)))
		_, err = dynamostore.Import(ctx, s, r.With(repo.Relaxed()), "p")
		kit.Must(t, err)
	}},
}
