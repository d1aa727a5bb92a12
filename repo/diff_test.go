package repo_test

import (
	"context"
	"errors"
	"strconv"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/dystore/dystore/embedded"
	"github.com/dystore/dystore/fault"
	"github.com/dystore/dystore/keygen"
	"github.com/dystore/dystore/lens"
	"github.com/dystore/dystore/meta"
	"github.com/dystore/dystore/repo"
	"github.com/dystore/dystore/shard"
)

// The tests in this file and in diff_values_test.go are the list of semantic
// differences from dynamo-store, with the data of its README: how it behaves,
// how dystore behaves, and why.

func mustCreate(t *testing.T, r *repo.Repo[Person], p *Person) repo.Key[Person] {
	t.Helper()
	key, err := r.Create(context.Background(), p)
	if err != nil {
		t.Fatal(err)
	}
	return key
}

// dynamo-store takes a given key, else asks a callback that sees the data, else
// makes a UUID. So does dystore; the callback is a typed generator.
func TestDiffGeneratedKeys(t *testing.T) {
	ctx := context.Background()
	r, _, _ := people(t)
	given := john()
	given.ID = "p1"
	if key := mustCreate(t, r, &given); !key.Equal(personID.Of("p1")) || given.ID != "p1" {
		t.Fatalf("a given key was not kept: %v, %q", key, given.ID)
	}
	made := john()
	if key := mustCreate(t, r, &made); made.ID == "" || !key.Equal(personID.Of(made.ID)) {
		t.Fatalf("a key was not generated and filled in: %v, %q", key, made.ID)
	}

	named := repo.KeyOf(func(p *Person) *string { return &p.ID }, keygen.From(func(p *Person) string { return p.FirstName + "-" + p.LastName }))
	r2, err := repo.New(embedded.New().Client(), repo.TableOf("Root", named, meta.Keep(func(p *Person) *meta.Record { return &p.Meta })))
	if err != nil {
		t.Fatal(err)
	}
	if err := r2.CreateTables(ctx); err != nil {
		t.Fatal(err)
	}
	p := john()
	if _, err := r2.Put(ctx, &p); err != nil || p.ID != "john-smith" {
		t.Fatalf("the generator did not see the data: %q, %v", p.ID, err)
	}
}

// dynamo-store writes its references and metadata into the caller's dict.
// dystore changes nothing but a generated key and the record, and these only
// when the write is done.
func TestDiffArgumentIsNotChanged(t *testing.T) {
	r, _, requests := people(t)
	p := john()
	requests.Reset(fault.Inject(fault.Throttle()))
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if _, err := r.Create(ctx, &p); err == nil {
		t.Fatal("a cancelled write succeeded")
	}
	if diff := cmp.Diff(john(), p); diff != "" {
		t.Fatalf("a failed write changed its argument: %s", diff)
	}
	requests.Reset()
	mustCreate(t, r, &p)
	want := john()
	want.ID, want.Meta = p.ID, p.Meta
	if diff := cmp.Diff(want, p); diff != "" {
		t.Fatal(diff)
	}
	if p.Meta.Version != 1 {
		t.Fatalf("version %d after Create", p.Meta.Version)
	}
}

// dynamo-store gives each shard a new key with every write: 100 writes, path
// writes and deletes left 100 orphans in each table. dystore keeps each part
// where it is and deletes it with its object.
func TestDiffNoOrphans(t *testing.T) {
	ctx := context.Background()
	r, client, _ := people(t)
	for i := range 100 {
		p := john()
		p.ID = "p" + strconv.Itoa(i%10)
		key, err := r.Put(ctx, &p)
		if err != nil {
			t.Fatal(err)
		}
		if err := r.Update(ctx, key, city.Set("New York")); err != nil {
			t.Fatal(err)
		}
		for _, table := range []string{"Shard1", "Shard2", "Shard3"} {
			if n := len(itemsOf(t, client, table)); n > 10 {
				t.Fatalf("%d items of at most 10 objects in %s", n, table)
			}
		}
	}
	for i := range 10 {
		if err := r.Delete(ctx, personID.Of("p"+strconv.Itoa(i))); err != nil {
			t.Fatal(err)
		}
	}
	for _, table := range []string{"Root", "Shard1", "Shard2", "Shard3"} {
		if items := itemsOf(t, client, table); len(items) != 0 {
			t.Fatalf("%s holds %d items after all objects were deleted", table, len(items))
		}
	}
}

// dynamo-store puts the items one after another and the root last: a crash in
// between leaves some of them. dystore sends one transaction.
func TestDiffAtomicWrite(t *testing.T) {
	ctx := context.Background()
	r, client, requests := people(t)
	requests.Reset(fault.Inject(fault.Crash()))
	p := john()
	dying, cancel := context.WithTimeout(ctx, 20*time.Millisecond)
	defer cancel()
	if _, err := r.Create(dying, &p); err == nil {
		t.Fatal("a write succeeded without a request")
	}
	requests.Reset()
	for _, table := range []string{"Root", "Shard1", "Shard2", "Shard3"} {
		if items := itemsOf(t, client, table); len(items) != 0 {
			t.Fatalf("%s: %v", table, items)
		}
	}
	mustCreate(t, r, &p)
	if got := requests.Count("TransactWriteItems", "PutItem", "BatchWriteItem"); got != 1 {
		t.Fatalf("%d writes for four items", got)
	}
}

// dynamo-store reads the root and then each shard, 4 requests for this person,
// and ignores save_shards. dystore reads all in one request and keeps the
// shards when asked to.
func TestDiffReadAndKeepShards(t *testing.T) {
	ctx := context.Background()
	r, _, requests := people(t)
	p := john()
	key := mustCreate(t, r, &p)
	requests.Reset()
	got, err := r.Get(ctx, key)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(&p, got); diff != "" {
		t.Fatal(diff)
	}
	if ops := requests.Operations(); !cmp.Equal(ops, []string{"BatchGetItem"}) {
		t.Fatalf("Get sent %v", ops)
	}
	got.FirstName, got.Location.City = "jon", "Tokyo"
	if _, err := r.Put(ctx, got, repo.KeepShards()); err != nil {
		t.Fatal(err)
	}
	again, err := r.Get(ctx, key)
	if err != nil || again.FirstName != "jon" || again.Location.City != "Osaka" {
		t.Fatalf("KeepShards: %+v, %v", again, err)
	}
}

// Reading and deleting with a store that names no shards follows the stored
// metadata in dynamo-store. repo.Open does the same, into allowed tables only.
func TestDiffOpenByMetadata(t *testing.T) {
	ctx := context.Background()
	r, client, _ := people(t)
	p := john()
	p.ID = "p1"
	mustCreate(t, r, &p)
	stored, err := repo.Open(client, "Root", "ID", repo.AllowTables("Shard1", "Shard2", "Shard3", "Past", "Homes"), repo.WithOpener(testKeys(t)))
	if err != nil {
		t.Fatal(err)
	}
	doc, err := stored.Get(ctx, "p1")
	if err != nil {
		t.Fatal(err)
	}
	where := doc["location"].(map[string]any)
	if doc["firstname"] != "john" || where["city"] != "Osaka" || where["geolocation"].(map[string]any)["Lat"] != "34.69" {
		t.Fatalf("%v", doc)
	}
	narrow, err := repo.Open(client, "Root", "ID", repo.AllowTables("Shard1"), repo.WithOpener(testKeys(t)))
	if err != nil {
		t.Fatal(err)
	}
	if err := narrow.Delete(ctx, "p1"); !errors.Is(err, repo.ErrCorrupt) {
		t.Fatalf("a table that is not allowed was followed: %v", err)
	}
	if err := stored.Delete(ctx, "p1"); err != nil {
		t.Fatal(err)
	}
	for _, table := range []string{"Root", "Shard1", "Shard2", "Shard3"} {
		if items := itemsOf(t, client, table); len(items) != 0 {
			t.Fatalf("%s: %v", table, items)
		}
	}
}

// read_path reads the whole object and returns a list or None; write_path
// rewrites the whole object. Here each is one request to the owner of the path.
func TestDiffPaths(t *testing.T) {
	ctx := context.Background()
	r, _, requests := people(t)
	p := john()
	key := mustCreate(t, r, &p)
	requests.Reset()
	if err := r.Update(ctx, key, city.Set("New York")); err != nil {
		t.Fatal(err)
	}
	country, err := repo.Read(ctx, r, key, lens.Of(func(p *Person) *string { return &p.Location.Country }))
	if err != nil || country != "Japan" {
		t.Fatal(country, err)
	}
	town, err := repo.Read(ctx, r, key, city)
	if err != nil || town != "New York" {
		t.Fatal(town, err)
	}
	want := []string{"TransactWriteItems", "BatchGetItem", "BatchGetItem"}
	if ops := requests.Operations(); !cmp.Equal(ops, want) {
		t.Fatalf("sent %v", ops)
	}
	if err := r.Update(ctx, key, birth.Set(nil)); err != nil {
		t.Fatal(err)
	}
	if _, err := repo.Read(ctx, r, key, hospital); !errors.Is(err, repo.ErrNoPath) {
		t.Fatalf("a path below an absent value: %v", err)
	}
	if err := r.Update(ctx, key, hospital.Set("x")); !errors.Is(err, repo.ErrNoPath) {
		t.Fatalf("an update below an absent value: %v", err)
	}
	if err := r.Update(ctx, key, city.Set("x"), repo.If(lens.Of(func(p *Person) *string { return &p.LastName }).Eq("jones"))); !errors.Is(err, repo.ErrCondition) {
		t.Fatalf("a condition that does not hold: %v", err)
	}
	if town, err := repo.Read(ctx, r, key, city); err != nil || town != "New York" {
		t.Fatal(town, err)
	}
}

// A reference {primary_key, "table_name:", …} stands in the parent's attribute
// in dynamo-store, with a time of its own. In dystore the attribute is absent
// from the item, the manifest names the part, and the object has one UpdatedAt.
func TestDiffReferences(t *testing.T) {
	ctx := context.Background()
	r, client, _ := people(t)
	p := john()
	mustCreate(t, r, &p)
	root := itemsOf(t, client, "Root")[0]
	for _, name := range []string{"location", "birth_details", "past", "homes"} {
		if av, ok := root[name]; ok {
			t.Errorf("%s is in the root item: %v", name, av)
		}
	}
	var parts []string
	for _, ref := range p.Meta.References() {
		parts = append(parts, ref.Part+" in "+ref.Table)
	}
	want := []string{"birth_details in Shard1", "location in Shard2", "location.geolocation in Shard3"}
	if diff := cmp.Diff(want, parts); diff != "" {
		t.Fatal(diff)
	}
	before := p.Meta.UpdatedAt
	if _, err := r.Put(ctx, &p); err != nil || p.Meta.UpdatedAt.Before(before) || p.Meta.Version != 2 {
		t.Fatalf("%+v, %v", p.Meta, err)
	}
}

// delete follows references one level at a time and has a flag to leave the
// shards. Here it is one transaction, and the flag is KeepShards.
func TestDiffDelete(t *testing.T) {
	ctx := context.Background()
	r, client, requests := people(t)
	p, q := john(), john()
	key := mustCreate(t, r, &p)
	kept := mustCreate(t, r, &q)
	requests.Reset()
	if err := r.Delete(ctx, key); err != nil {
		t.Fatal(err)
	}
	if ops := requests.Operations(); !cmp.Equal(ops, []string{"GetItem", "TransactWriteItems"}) {
		t.Fatalf("Delete sent %v", ops)
	}
	if err := r.Delete(ctx, kept, repo.KeepShards()); err != nil {
		t.Fatal(err)
	}
	for table, want := range map[string]int{"Root": 0, "Shard1": 1, "Shard2": 1, "Shard3": 1} {
		if got := len(itemsOf(t, client, table)); got != want {
			t.Errorf("%s holds %d items, want %d", table, got, want)
		}
	}
}

// obj.save() remembers the key on the object, and a later save uses it. Here
// the key field carries it, or for a detached key the record.
func TestDiffSaveRemembersTheKey(t *testing.T) {
	ctx := context.Background()
	type note struct {
		Text string      `dynamodbav:"text"`
		Meta meta.Record `dynamodbav:"-"`
	}
	notes, err := repo.New(embedded.New().Client(), repo.TableOf("Notes", repo.DetachedKey[note, string]("ID", keygen.UUIDv4),
		meta.Keep(func(n *note) *meta.Record { return &n.Meta })))
	if err != nil {
		t.Fatal(err)
	}
	if err := notes.CreateTables(ctx); err != nil {
		t.Fatal(err)
	}
	n := note{Text: "one"}
	key, err := notes.Create(ctx, &n)
	if err != nil {
		t.Fatal(err)
	}
	n.Text = "two"
	if again, err := notes.Put(ctx, &n); err != nil || !again.Equal(key) {
		t.Fatal(again, err)
	}
	if got, err := notes.Get(ctx, key); err != nil || got.Text != "two" {
		t.Fatal(got, err)
	}
}

// One shard in each element of a list that stays, $.info[*].lineinfo.geo, works
// in dynamo-store; shard.Within keeps it and the order of the list.
func TestDiffShardInsideListElements(t *testing.T) {
	ctx := context.Background()
	type geo struct{ Lat, Lon string }
	type line struct {
		Number int  `dynamodbav:"number"`
		Geo    *geo `dynamodbav:"geo"`
	}
	type doc struct {
		ID   string      `dynamodbav:"id"`
		Info []line      `dynamodbav:"info"`
		Meta meta.Record `dynamodbav:"-"`
	}
	docs, err := repo.New(embedded.New().Client(), repo.TableOf("Docs", repo.KeyOf(func(d *doc) *string { return &d.ID }),
		shard.Within(func(d *doc) *[]line { return &d.Info },
			shard.Optional(shard.To("Geo"), func(l *line) **geo { return &l.Geo })),
		meta.Keep(func(d *doc) *meta.Record { return &d.Meta })))
	if err != nil {
		t.Fatal(err)
	}
	if err := docs.CreateTables(ctx); err != nil {
		t.Fatal(err)
	}
	d := doc{ID: "d1", Info: []line{{1, &geo{"a", "b"}}, {2, nil}, {3, &geo{"c", "d"}}}}
	key, err := docs.Create(ctx, &d)
	if err != nil {
		t.Fatal(err)
	}
	d.Info = []line{d.Info[2], d.Info[0], {4, &geo{"e", "f"}}}
	if _, err := docs.Put(ctx, &d); err != nil {
		t.Fatal(err)
	}
	got, err := docs.Get(ctx, key)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(&d, got); diff != "" {
		t.Fatal(diff)
	}
}
