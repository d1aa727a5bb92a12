package repo_test

import (
	"context"
	"strings"
	"testing"
	"time"

	"github.com/dystore/dystore/lens"
	"github.com/dystore/dystore/meta"
	"github.com/dystore/dystore/repo"
	"github.com/dystore/dystore/shard"
)

// Every verb refuses a call that cannot work, before it sends a request.
func TestRefusedInput(t *testing.T) {
	ctx := context.Background()
	r := newRepos(t)
	key, good := iID.Of("1"), goodDoc()
	get := func(key repo.Key[iDoc], opts ...repo.CallOption) func() error {
		return func() error { _, err := r.docs.Get(ctx, key, opts...); return err }
	}
	put := func(d *iDoc, opts ...repo.CallOption) func() error {
		return func() error { _, err := r.docs.Put(ctx, d, opts...); return err }
	}
	at := func(change func(*iDoc)) *iDoc { d := goodDoc(); change(&d); return &d }
	var never context.Context
	foreign := shard.New(shard.To("Geos"), func(d *iDoc) *Geo { return &d.Geo })
	refusedCalls(t, r, []call{
		{"a zero key", get(repo.Key[iDoc]{}), "repo: Get Docs: invalid: key: the zero Key names no object"},
		{"the key of a zero declaration", get(repo.SimpleKey[iDoc, string]{}.Of("x")), "repo: Get Docs: invalid: key: the zero Key names no object"},
		{"an empty key", get(iID.Of("")), "repo: Get Docs: invalid: key: ID is empty"},
		{"a long key", get(iID.Of(strings.Repeat("x", 2049))), "repo: Get Docs: invalid: key: ID is 2049 bytes long; DynamoDB allows 2048"},
		{"a key that is no text", get(iID.Of("\xff")), "repo: Get Docs: invalid: key: ID: codec: string: text is not valid UTF-8"},
		{"a key of another type", get(repo.DetachedKey[iDoc, int]("ID").Of(5)), "repo: Get Docs 5: invalid: key: ID is of type N, the key of the model of type S"},
		{"a key of another arity", get(repo.CompositeKeyOf(func(d *iDoc) *string { return &d.ID }, func(d *iDoc) *string { return &d.Name }).Of("a", "b")),
			`repo: Get Docs "a"/"b": invalid: key: it has 2 parts, the key of the table has 1`},
		{"the key of a wrong declaration", get(repo.DetachedKey[iDoc, bool]("ID").Of(true)), "repo: Get Docs: invalid: key: repo.DetachedKey(repo_test.iDoc, ID): bool cannot be a key: a key is stored as a string, a number or binary"},
		{"half a composite key", func() error {
			_, err := r.orders.Get(ctx, repo.DetachedKey[iOrder, string]("Customer").Of("c"))
			return err
		},
			`repo: Get Orders "c": invalid: key: it has 1 parts, the key of the table has 2`},
		{"an empty partition key", func() error { _, err := r.orders.Create(ctx, &iOrder{}); return err }, "repo: Create Orders: invalid: key: Customer is empty"},
		{"a sort key out of order", func() error {
			_, err := r.orders.Create(ctx, &iOrder{Customer: "c", At: time.Date(10000, 1, 1, 0, 0, 0, 0, time.UTC)})
			return err
		}, "repo: Create Orders: invalid: key: At: year 10000 cannot be sorted as text"},

		{"no context: Create", func() error { _, err := r.docs.Create(never, &good); return err }, "repo: Create Docs: invalid: the context is nil"},
		{"no context: Put", func() error { _, err := r.docs.Put(never, &good); return err }, "repo: Put Docs: invalid: the context is nil"},
		{"no context: Get", func() error { _, err := r.docs.Get(never, key); return err }, `repo: Get Docs "1": invalid: the context is nil`},
		{"no context: Update", func() error { return r.docs.Update(never, key, iOpt.Set("x")) }, `repo: Update Docs "1": invalid: the context is nil`},
		{"no context: Delete", func() error { return r.docs.Delete(never, key) }, `repo: Delete Docs "1": invalid: the context is nil`},
		{"no context: Modify", func() error { return r.docs.Modify(never, key, func(*iDoc) error { return nil }) }, `repo: Modify Docs "1": invalid: the context is nil`},
		{"no context: Exists", func() error { _, err := r.docs.Exists(never, key); return err }, `repo: Exists Docs "1": invalid: the context is nil`},
		{"no context: Read", func() error { _, err := repo.Read(never, r.docs, key, iOpt); return err }, `repo: Read Docs "1": invalid: the context is nil`},
		{"no context: Scan", func() error { return firstError(r.docs.Scan(never)) }, "repo: Scan Docs: invalid: the context is nil"},
		{"no context: CreateTables", func() error { return r.docs.CreateTables(never) }, "repo: CreateTables Docs: invalid: the context is nil"},
		{"no context: DeleteValue", func() error { return r.docs.DeleteValue(never, at(func(d *iDoc) { d.Meta.Version = 1 })) }, `repo: DeleteValue Docs "1": invalid: the context is nil`},

		{"no value: Create", func() error { _, err := r.docs.Create(ctx, nil); return err }, "repo: Create Docs: invalid: the *repo_test.iDoc is nil"},
		{"no value: Put", put(nil), "repo: Put Docs: invalid: the *repo_test.iDoc is nil"},
		{"no value: DeleteValue", func() error { return r.docs.DeleteValue(ctx, nil) }, "repo: DeleteValue Docs: invalid: the value is nil"},
		{"no value: Key", func() error { _, err := r.docs.Key(nil); return err }, "repo: Key Docs: invalid: the value is nil"},
		{"no key: Key", func() error { _, err := r.docs.Key(&iDoc{}); return err }, "repo: Key Docs: invalid: key: ID is empty"},
		{"no function", func() error { return r.docs.Modify(ctx, key, nil) }, `repo: Modify Docs "1": invalid: the function is nil`},
		{"no generator for an empty key", put(at(func(d *iDoc) { d.ID = "" })), "repo: Put Docs: invalid: key: ID is empty"},
		{"a text that is none", put(at(func(d *iDoc) { d.Tags = []string{"a", "\xff"} })), `repo: Put Docs "1": invalid: codec: Tags[1]: text is not valid UTF-8`},
		{"an empty map key", put(at(func(d *iDoc) { d.Attrs = map[string]string{"": "x"} })), `repo: Put Docs "1": invalid: codec: Attrs: the empty map key cannot be an attribute name`},
		{"a set with a double", put(at(func(d *iDoc) { d.Set = []string{"a", "a"} })), `repo: Put Docs "1": invalid: codec: Set: set holds an element twice`},
		{"a time without a form", put(at(func(d *iDoc) { d.At = time.Date(10000, 1, 1, 0, 0, 0, 0, time.UTC) })), `repo: Put Docs "1": invalid: codec: At: the year is outside 0 to 9999`},
		{"deleted without having been stored", func() error { return r.docs.DeleteValue(ctx, &good) }, `repo: DeleteValue Docs "1": invalid: the value was never stored: its record is zero`},
		{"deleted by value without a record", func() error { return r.orders.DeleteValue(ctx, &iOrder{Customer: "c"}) },
			`repo: DeleteValue Orders "c"/"0001-01-01T00:00:00.000000000Z": invalid: DeleteValue needs a meta.Keep field, which says what version the value is`},
		{"modified without a record", func() error {
			return r.plain.Modify(ctx, iOrderKey.Of("c", time.Unix(0, 0)), func(*iOrder) error { return nil })
		}, `repo: Modify Plain "c"/"1970-01-01T00:00:00.000000000Z": invalid: Modify needs the record that repo.Plain leaves out`},
		{"a write id without a record", func() error {
			_, err := r.plain.Put(ctx, &iOrder{Customer: "c"}, repo.WithWriteID(meta.NewWriteID()))
			return err
		}, "repo: Put Plain: invalid: WithWriteID needs the record that repo.Plain leaves out"},

		{"CreateAt with the key in a field", func() error { return r.docs.CreateAt(ctx, key, &good) }, "repo: Create Docs: invalid: the model keeps its key in a field; CreateAt and PutAt are for repo.DetachedKey"},
		{"PutAt with the key in a field", func() error { return r.docs.PutAt(ctx, key, &good) }, "repo: Put Docs: invalid: the model keeps its key in a field; CreateAt and PutAt are for repo.DetachedKey"},
		{"Create without the detached key", func() error { _, err := r.loose.Create(ctx, &iLoose{}); return err }, "repo: Create Loose: invalid: the key is not in the model and nothing generates it; use CreateAt or PutAt"},
		{"Key without the detached key", func() error { _, err := r.loose.Key(&iLoose{}); return err }, "repo: Key Loose: invalid: the key is not in the model, and the value was not read"},
		{"CreateAt a zero key", func() error { return r.loose.CreateAt(ctx, repo.Key[iLoose]{}, &iLoose{}) }, "repo: Create Loose: invalid: key: the zero Key names no object"},
		{"CreateAt a key of another type", func() error { return r.loose.CreateAt(ctx, repo.DetachedKey[iLoose, int]("ID").Of(1), &iLoose{}) }, "repo: Create Loose: invalid: key: ID is of type N, the key of the model of type S"},
		{"PutAt nothing", func() error { return r.loose.PutAt(ctx, iLooseKey.Of("1"), nil) }, "repo: Put Loose: invalid: the *repo_test.iLoose is nil"},

		{"a nil option", get(key, repo.Eventually(), nil), `repo: Get Docs "1": invalid: call option 2 is nil`},
		{"a nil option: Put", put(&good, nil), "repo: Put Docs: invalid: call option 1 is nil"},
		{"a nil option: With", func() error { _, err := r.docs.With(nil).Exists(ctx, key); return err }, `repo: Exists Docs "1": invalid: call option 1 is nil`},
		{"a negative limit", func() error { return firstError(r.docs.Scan(ctx, repo.Limit(-1))) }, "repo: Scan Docs: invalid: Limit(-1): a limit is 1 or more, or 0 for none"},
		{"a nil shard to skip", get(key, repo.Skip(nil)), `repo: Get Docs "1": invalid: Skip: shard 1 is nil`},
		{"a shard of another model to skip", get(key, repo.Skip(mGeoShard)), `repo: Get Docs "1": invalid: Skip: the shard is not one of this model`},
		{"another declaration of the shard to skip", get(key, repo.Skip(foreign)), `repo: Get Docs "1": invalid: Skip: the shard is not one of this model`},
		{"RootOnly without a record", func() error {
			_, err := r.orders.Get(ctx, iOrderKey.Of("c", time.Unix(0, 0)), repo.RootOnly())
			return err
		},
			`repo: Get Orders "c"/"1970-01-01T00:00:00.000000000Z": invalid: RootOnly and Skip need meta.Keep: without a record nothing would remember, at the next Put, that parts are missing`},
		{"RootOnly without a record: Scan", func() error { return firstError(r.orders.Scan(ctx, repo.RootOnly())) },
			"repo: Scan Orders: invalid: RootOnly and Skip need meta.Keep: without a record nothing would remember, at the next Put, that parts are missing"},

		{"read through a zero lens", func() error { _, err := repo.Read(ctx, r.docs, key, lens.Lens[iDoc, string]{}); return err }, `repo: Read Docs "1": invalid: lens.Lens(repo_test.iDoc): a zero Lens has no path; make one with lens.Of`},
		{"read a negative index", func() error { _, err := repo.Read(ctx, r.docs, key, lens.At(iTags, -1)); return err }, `repo: Read Docs "1": invalid: lens.At(repo_test.iDoc, Tags): index -1 is negative`},
		{"read all through a zero lens", func() error { _, err := repo.ReadAll(ctx, r.docs, key, lens.Many[iDoc, string]{}); return err }, `repo: ReadAll Docs "1": invalid: lens.Lens(repo_test.iDoc): a zero Lens has no path; make one with lens.Of`},
		{"read all of nothing", func() error {
			_, err := repo.ReadAll(ctx, r.docs, key, lens.Each[iDoc, []Geo, Geo, string](iMany, nil))
			return err
		}, `repo: ReadAll Docs "1": invalid: lens.Each(repo_test.iDoc, Many[]): the lens into the elements is nil`},
		{"read at a zero key", func() error { _, err := repo.Read(ctx, r.docs, repo.Key[iDoc]{}, iOpt); return err }, "repo: Read Docs: invalid: key: the zero Key names no object"},
	})
}

// firstError is the first error of a loop over objects.
func firstError[V any](objects func(func(V, error) bool)) (first error) {
	objects(func(_ V, err error) bool {
		first = err
		return err == nil
	})
	return first
}

func TestRefusedQueries(t *testing.T) {
	ctx := context.Background()
	r := newRepos(t)
	query := func(in repo.Range[iOrder]) func() error {
		return func() error { return firstError(r.orders.Query(ctx, in)) }
	}
	other := repo.CompositeKeyOf(func(o *iOrder) *string { return &o.Customer }, func(o *iOrder) *time.Time { return &o.At })
	byTotal := repo.CompositeKeyOf(func(o *iOrder) *string { return &o.Customer }, func(o *iOrder) *int { return &o.Total })
	bad := repo.CompositeKeyOf(func(o *iOrder) *string { return &o.Customer }, func(o *iOrder) *iOrder { return o })
	early, late := time.Unix(0, 0), time.Unix(1e9, 0)
	const orders = "repo: Query Orders: invalid: "
	refusedCalls(t, r, []call{
		{"nothing", query(nil), orders + "no range is given"},
		{"a nil range", query((*repo.KeyRange[iOrder, time.Time])(nil)), orders + "no range is given"},
		{"a zero range", query(repo.KeyRange[iOrder, time.Time]{}), orders + "key range: a zero KeyRange selects nothing; use CompositeKey.In"},
		{"a zero range with a bound", query(repo.KeyRange[iOrder, time.Time]{}.After(early).Backwards()), orders + "key range: a zero KeyRange selects nothing; use CompositeKey.In"},
		{"of a zero key", query(repo.CompositeKey[iOrder, string, time.Time]{}.In("c")), orders + "key range: the range was made from a zero CompositeKey"},
		{"of another declaration", query(other.In("c")), orders + "the range is of another key declaration than the model's"},
		{"of another key", query(byTotal.In("c").UpTo(3)), orders + "the range is of another key declaration than the model's"},
		{"of a wrong declaration", query(bad.In("c")), orders + "key range: repo.CompositeKeyOf(repo_test.iOrder): the accessor returned its argument; a lens leads to a field"},
		{"of a model with a simple key", func() error {
			return firstError(r.docs.Query(ctx, repo.CompositeKeyOf(func(d *iDoc) *string { return &d.ID }, func(d *iDoc) *string { return &d.Name }).In("1")))
		}, "repo: Query Docs: invalid: the range is of another key declaration than the model's"},
		{"an empty partition key", query(iOrderKey.In("")), orders + "key range: Customer is empty"},
		{"two lower bounds", query(iOrderKey.In("c").After(early).Between(early, late)), orders + "key range: it has two bounds of one end, After and Between"},
		{"two upper bounds", query(iOrderKey.In("c").Before(early).UpTo(late)), orders + "key range: it has two bounds of one end, Before and UpTo"},
		{"a prefix and a bound", query(iOrderKey.In("c").BeginsWith(early).UpTo(late)), orders + "key range: it has two bounds of one end, BeginsWith and UpTo"},
		{"two bounds, the wrong way round", query(iOrderKey.In("c").After(late).Before(early)), orders + "key range: Before: the lower bound is greater than the upper one"},
		{"the same bound twice", query(iOrderKey.In("c").From(early).From(late)), orders + "key range: it has two bounds of one end, From and From"},
		{"between, the wrong way round", query(iOrderKey.In("c").Between(late, early)), orders + "key range: Between: the lower bound is greater than the upper one"},
		{"a bound that does not sort", query(iOrderKey.In("c").UpTo(time.Date(-1, 1, 1, 0, 0, 0, 0, time.UTC))), orders + "key range: At: year -1 cannot be sorted as text"},
		{"a prefix of a number", query(byTotal.In("c").BeginsWith(1)), orders + "key range: BeginsWith: the sort key is a number"},
		{"a negative limit", func() error { return firstError(r.orders.Query(ctx, iOrderKey.In("c"), repo.Limit(-2))) }, orders + "Limit(-2): a limit is 1 or more, or 0 for none"},
	})
}
