package costs_test

import (
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/feature/dynamodb/attributevalue"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"

	"github.com/dystore/dystore/dynamostore"
	"github.com/dystore/dystore/lens"
	"github.com/dystore/dystore/meta"
	"github.com/dystore/dystore/repo"
	"github.com/dystore/dystore/shard"
)

// The objects of the sections about the life of objects.
type (
	// lease expires, or is kept when it is deleted. Its holder may be an item of its own.
	lease struct {
		ID     string      `dynamodbav:"id"`
		Hits   int         `dynamodbav:"hits"`
		Until  time.Time   `dynamodbav:"until,unixtime"`
		Holder holder      `dynamodbav:"holder"`
		Meta   meta.Record `dynamodbav:"-"`
	}
	holder struct{ Name string }

	// sale is paid in one of two ways.
	sale struct {
		ID   string      `dynamodbav:"id"`
		Pay  payment     `dynamodbav:"pay"`
		Meta meta.Record `dynamodbav:"-"`
	}
	payment interface{ pays() }
	card    struct{ Number string }
	bank    struct{ IBAN string }

	// oldNote is the first version of a note.
	oldNote struct {
		ID      string      `dynamodbav:"id"`
		Subject string      `dynamodbav:"subject"`
		Meta    meta.Record `dynamodbav:"-"`
	}

	// friend was stored by dynamo-store, with a shard.
	friend struct {
		ID    string `dynamodbav:"ID"`
		Place place  `dynamodbav:"place"`
	}
	place struct {
		City string `dynamodbav:"city"`
	}
)

func (card) pays() {}
func (bank) pays() {}

var (
	leaseID = repo.KeyOf(func(l *lease) *string { return &l.ID })
	hits    = lens.Of(func(l *lease) *int { return &l.Hits })
	until   = lens.Of(func(l *lease) *time.Time { return &l.Until })
	expires = repo.ExpiresAt(func(l *lease) *time.Time { return &l.Until })
	kept    = repo.SoftDelete[lease]()
	holders = shard.New(shard.To("Holders"), func(l *lease) *holder { return &l.Holder })

	// The clock of the test is in the year 2000. What has expired five years ago, time to
	// live leaves where it is.
	past, future, later = time.Unix(700_000_000, 0), time.Unix(4_000_000_000, 0), time.Unix(4_100_000_000, 0)

	saleID = repo.KeyOf(func(s *sale) *string { return &s.ID })
	pays   = lens.Of(func(s *sale) *payment { return &s.Pay })
	number = lens.Join(lens.Join(pays, repo.Variant[card, payment]("card").Lens()), lens.Of(func(c *card) *string { return &c.Number }))

	friendID = repo.KeyOf(func(f *friend) *string { return &f.ID })
)

// onLease is an operation on a lease.
type onLease = func(t *testing.T, r *repo.Repo[lease], l *lease) error

// aLease is an operation on a repository with one lease.
func aLease(do onLease, parts ...repo.Part[lease]) func(*testing.T, *world) func() error {
	return leaseAfter(func(*testing.T, *repo.Repo[lease], *lease) error { return nil }, do, parts...)
}

// expired is an operation on one that has expired.
func expired(do onLease, parts ...repo.Part[lease]) func(*testing.T, *world) func() error {
	return leaseAfter(func(t *testing.T, r *repo.Repo[lease], _ *lease) error {
		return r.Update(t.Context(), leaseID.Of("l"), until.Set(past))
	}, do, append(parts, expires)...)
}

// deleted is an operation on one that is deleted and kept.
func deleted(do onLease, parts ...repo.Part[lease]) func(*testing.T, *world) func() error {
	return leaseAfter(deleteLease, do, append(parts, kept)...)
}

func leaseAfter(before, do onLease, parts ...repo.Part[lease]) func(*testing.T, *world) func() error {
	return func(t *testing.T, w *world) func() error {
		r := open(t, w.client, repo.TableOf("Leases", leaseID, append(parts, meta.Keep(func(l *lease) *meta.Record { return &l.Meta }))...))
		l := &lease{ID: "l", Until: future, Holder: holder{"Ann"}}
		must(r.Create(t.Context(), l))(t)
		if err := before(t, r, l); err != nil {
			t.Fatal(err)
		}
		return func() error { return do(t, r, l) }
	}
}

// aSale is an operation on a sale that is paid by card.
func aSale(do func(t *testing.T, r *repo.Repo[sale], s *sale) error, apart ...shard.Placement) func(*testing.T, *world) func() error {
	return func(t *testing.T, w *world) func() error {
		r := open(t, w.client, repo.TableOf("Sales", saleID,
			repo.OneOf(func(s *sale) *payment { return &s.Pay }, repo.Variant[card, payment]("card", apart...), repo.Variant[bank, payment]("bank")),
			meta.Keep(func(s *sale) *meta.Record { return &s.Meta })))
		s := &sale{ID: "s", Pay: card{"4111"}}
		must(r.Create(t.Context(), s))(t)
		return func() error { return do(t, r, s) }
	}
}

// anOldNote is an operation on a note of the first version, after another one.
func anOldNote(before, do func(t *testing.T, r *repo.Repo[note], n *note) error) func(*testing.T, *world) func() error {
	return func(t *testing.T, w *world) func() error {
		old := open(t, w.client, repo.TableOf("Notes", repo.KeyOf(func(n *oldNote) *string { return &n.ID }), meta.Keep(func(n *oldNote) *meta.Record { return &n.Meta })))
		must(old.Create(t.Context(), &oldNote{ID: "n00000", Subject: "t"}))(t)
		r := notes(t, w.client, repo.Schema[note](2, repo.Upgrade(1, func(n *oldNote) (*note, error) { return &note{Topic: n.Subject}, nil })))
		n := must(r.Get(t.Context(), firstNote))(t)
		if err := before(t, r, n); err != nil {
			t.Fatal(err)
		}
		return func() error { return do(t, r, n) }
	}
}

// aFriend is an operation on an object of dynamo-store that has a shard.
func aFriend(before, do func(t *testing.T, old *dynamostore.Store, r *repo.Repo[friend]) error) func(*testing.T, *world) func() error {
	return func(t *testing.T, w *world) func() error {
		type m = map[string]any
		layout := func(table, key string, path any, shards ...any) m {
			return m{"table_name": table, "primary_key_name": key, "region_name": "eu-west-1", "path": path, "shards": append([]any{}, shards...)}
		}
		part := layout("OldPlaces", "IDX", "$.place")
		for key, item := range map[string]m{
			"ID": {"ID": "f", "__dystore_meta__": layout("OldFriends", "ID", nil, part),
				"place": m{"primary_key": "1521dbe1", "table_name:": "OldPlaces", "region_name:": "eu-west-1", "modified_utc": "1795883862"}},
			"IDX": {"IDX": "1521dbe1", "__dystore_meta__": part, "city": "Osaka"},
		} {
			type bare struct{ Text string }
			table := item["__dystore_meta__"].(m)["table_name"].(string)
			open(t, w.client, repo.TableOf(table, repo.DetachedKey[bare, string](key)))
			must(w.client.(*dynamodb.Client).PutItem(t.Context(), &dynamodb.PutItemInput{TableName: &table, Item: must(attributevalue.MarshalMap(item))(t)}))(t)
		}
		old := must(dynamostore.Open(w.client, "OldFriends", "ID", dynamostore.AllowTables("OldPlaces")))(t)
		r := open(t, w.client, repo.TableOf("Friends", friendID, shard.New(shard.To("Places"), func(f *friend) *place { return &f.Place })))
		if err := before(t, old, r); err != nil {
			t.Fatal(err)
		}
		return func() error { return do(t, old, r) }
	}
}
