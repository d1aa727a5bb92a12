package repo_test

import (
	"context"
	"errors"
	"testing"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
	"github.com/go-playground/validator/v10"
	"github.com/google/go-cmp/cmp"

	"github.com/dystore/dystore/cipher"
	"github.com/dystore/dystore/embedded"
	"github.com/dystore/dystore/lens"
	"github.com/dystore/dystore/meta"
	"github.com/dystore/dystore/repo"
	"github.com/dystore/dystore/shard"
)

// A list under a wildcard, $.locations[*], becomes an item per match in
// dynamo-store. shard.Each does that for slices, shard.EachValue for maps;
// order, nil and empty stay apart.
func TestDiffListsAndMapsOfShards(t *testing.T) {
	ctx := context.Background()
	r, client, _ := people(t)
	p := john()
	p.Past = []Location{{City: "Osaka", Country: "Japan"}, {City: "Kobe", Country: "Japan"}, {City: "Osaka", Country: "Japan"}}
	p.Homes = map[string]Location{}
	key := mustCreate(t, r, &p)
	if n := len(itemsOf(t, client, "Past")); n != 3 {
		t.Fatalf("%d items for three elements", n)
	}
	got, err := r.Get(ctx, key)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(&p, got); diff != "" {
		t.Fatal(diff)
	}
	towns, err := repo.ReadAll(ctx, r, key, lens.Each(past, inCity))
	if err != nil || !cmp.Equal(towns, []string{"Osaka", "Kobe", "Osaka"}) {
		t.Fatal(towns, err)
	}
	empty := john()
	empty.Past = []Location{}
	if got, err := r.Get(ctx, mustCreate(t, r, &empty)); err != nil || got.Past == nil || len(got.Past) != 0 || got.Homes != nil {
		t.Fatalf("nil and empty: %#v %#v %v", got.Past, got.Homes, err)
	}
}

// Encryption turns every value into text in dynamo-store: numbers come back as
// text and None as 'None'. Here the type is inside the envelope.
func TestDiffEncryptedTypesSurvive(t *testing.T) {
	ctx := context.Background()
	type record struct {
		ID     string         `dynamodbav:"id"`
		Count  int64          `dynamodbav:"count"`
		Rate   float64        `dynamodbav:"rate"`
		Yes    bool           `dynamodbav:"yes"`
		Raw    []byte         `dynamodbav:"raw"`
		Birth  *Birth         `dynamodbav:"birth"`
		Scores map[string]int `dynamodbav:"scores"`
		Empty  string         `dynamodbav:"empty"`
	}
	client := embedded.New().Client()
	records, err := repo.New(client, repo.TableOf("Records", repo.KeyOf(func(r *record) *string { return &r.ID }),
		cipher.ProtectAll[record](testKeys(t))))
	if err != nil {
		t.Fatal(err)
	}
	if err := records.CreateTables(ctx); err != nil {
		t.Fatal(err)
	}
	want := record{ID: "r1", Count: 1 << 60, Rate: 0.25, Yes: true, Raw: []byte{0, 255}, Scores: map[string]int{"a": 1}}
	key, err := records.Create(ctx, &want)
	if err != nil {
		t.Fatal(err)
	}
	got, err := records.Get(ctx, key)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(&want, got); diff != "" {
		t.Fatal(diff)
	}
	for name, av := range itemsOf(t, client, "Records")[0] {
		if _, binary := av.(*types.AttributeValueMemberB); !binary && name != "id" && name != "_meta" {
			t.Errorf("%s is stored as %T", name, av)
		}
	}
}

// ignore_paths are regexes that also match the key's name: with the key "id"
// every path that contains "id" stays in plaintext. Here fields are named by
// lens, exactly.
func TestDiffExceptionsAreExact(t *testing.T) {
	ctx := context.Background()
	type person struct {
		ID        string `dynamodbav:"id"`
		Residence string `dynamodbav:"residence"`
		Idea      string `dynamodbav:"idea"`
		Public    string `dynamodbav:"public"`
	}
	client := embedded.New().Client()
	r, err := repo.New(client, repo.TableOf("People", repo.KeyOf(func(p *person) *string { return &p.ID }),
		cipher.ProtectAll(testKeys(t), lens.Of(func(p *person) *string { return &p.Public }))))
	if err != nil {
		t.Fatal(err)
	}
	if err := r.CreateTables(ctx); err != nil {
		t.Fatal(err)
	}
	if _, err := r.Create(ctx, &person{"p1", "Osaka", "none", "yes"}); err != nil {
		t.Fatal(err)
	}
	it := itemsOf(t, client, "People")[0]
	for name, sealed := range map[string]bool{"id": false, "residence": true, "idea": true, "public": false} {
		if _, binary := it[name].(*types.AttributeValueMemberB); binary != sealed {
			t.Errorf("%s: encrypted %v, want %v", name, binary, sealed)
		}
	}
}

// A ciphertext that is moved to another object opens in dynamo-store. Here it
// is bound to its object and its path, in shards as well.
func TestDiffCiphertextCannotBeMoved(t *testing.T) {
	ctx := context.Background()
	r, client, _ := people(t)
	p, q := john(), john()
	p.ID, q.ID = "p1", "p2"
	mustCreate(t, r, &p)
	mustCreate(t, r, &q)
	items := itemsOf(t, client, "Shard2")
	items[0]["city"], items[1]["city"] = items[1]["city"], items[0]["city"]
	for _, it := range items {
		table := "Shard2"
		if _, err := client.PutItem(ctx, &dynamodb.PutItemInput{TableName: &table, Item: it}); err != nil {
			t.Fatal(err)
		}
	}
	for _, id := range []string{"p1", "p2"} {
		if _, err := r.Get(ctx, personID.Of(id)); !errors.Is(err, repo.ErrCorrupt) || !errors.Is(err, cipher.ErrAuth) {
			t.Errorf("%s: %v", id, err)
		}
	}

	r, client, _ = people(t)
	p.ID = "p3"
	mustCreate(t, r, &p)
	root, place := itemsOf(t, client, "Root")[0], itemsOf(t, client, "Shard2")[0]
	root["firstname"] = place["city"]
	if _, err := client.PutItem(ctx, &dynamodb.PutItemInput{TableName: new("Root"), Item: root}); err != nil {
		t.Fatal(err)
	}
	if _, err := r.Get(ctx, personID.Of("p3")); !errors.Is(err, repo.ErrCorrupt) || !errors.Is(err, cipher.ErrAuth) {
		t.Errorf("under another path: %v", err)
	}
}

// IGNORE_LIST names variables that are not stored; here the field's tag does.
// Validation runs on load there; here before every write, on read by option.
func TestDiffIgnoredFieldsAndValidation(t *testing.T) {
	ctx := context.Background()
	type account struct {
		ID      string `dynamodbav:"id"`
		Email   string `dynamodbav:"email" validate:"email"`
		Session string `dynamodbav:"-"`
	}
	client := embedded.New().Client()
	model := repo.TableOf("Accounts", repo.KeyOf(func(a *account) *string { return &a.ID }))
	r, err := repo.New(client, model)
	if err != nil {
		t.Fatal(err)
	}
	if err := r.CreateTables(ctx); err != nil {
		t.Fatal(err)
	}
	var failed validator.ValidationErrors
	if _, err := r.Create(ctx, &account{ID: "a", Email: "john"}); !errors.As(err, &failed) || !errors.Is(err, repo.ErrInvalid) {
		t.Fatalf("an invalid value was written: %v", err)
	}
	lax, err := repo.New(client, model, repo.WithValidator(nil))
	if err != nil {
		t.Fatal(err)
	}
	key, err := lax.Create(ctx, &account{ID: "a", Email: "john", Session: "secret"})
	if err != nil {
		t.Fatal(err)
	}
	if _, stored := itemsOf(t, client, "Accounts")[0]["Session"]; stored {
		t.Error("a field tagged - was stored")
	}
	if got, err := r.Get(ctx, key); err != nil || got.Email != "john" {
		t.Fatal(got, err)
	}
	strict, err := repo.New(client, model, repo.ValidateOnRead())
	if err != nil {
		t.Fatal(err)
	}
	if _, err := strict.Get(ctx, key); !errors.As(err, &failed) {
		t.Fatalf("an invalid value was read: %v", err)
	}
}

// KEEP_METADATA chooses per call whether metadata is left in what is returned.
// Here the type has a record or it has not; both read the same objects.
func TestDiffMetadataIsPartOfTheType(t *testing.T) {
	ctx := context.Background()
	type bare struct {
		ID        string `dynamodbav:"ID"`
		FirstName string `dynamodbav:"firstname"`
		LastName  string `dynamodbav:"lastname"`
	}
	type kept = Person
	client := embedded.New().Client()
	with, err := repo.New(client, repo.TableOf("Root", personID, meta.Keep(func(p *Person) *meta.Record { return &p.Meta })))
	if err != nil {
		t.Fatal(err)
	}
	if err := with.CreateTables(ctx); err != nil {
		t.Fatal(err)
	}
	p := kept(john())
	p.ID = "p1"
	if _, err := with.Create(ctx, &p); err != nil {
		t.Fatal(err)
	}
	bareID := repo.KeyOf(func(b *bare) *string { return &b.ID })
	without, err := repo.New(client, repo.TableOf("Root", bareID))
	if err != nil {
		t.Fatal(err)
	}
	got, err := without.Get(ctx, bareID.Of("p1"))
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(&bare{"p1", "john", "smith"}, got); diff != "" {
		t.Fatal(diff)
	}
}

// Lists that mix shards, embedded objects and plain values, empty lists and
// None all round-trip in dynamo-store; here nil and empty are also kept apart.
func TestDiffMixedValuesRoundTrip(t *testing.T) {
	ctx := context.Background()
	type mixed struct {
		ID    string         `dynamodbav:"id"`
		Parts []*Birth       `dynamodbav:"parts"`
		Plain []Birth        `dynamodbav:"plain"`
		Any   []any          `dynamodbav:"any"`
		None  *Birth         `dynamodbav:"none"`
		Nil   []string       `dynamodbav:"nil"`
		Empty []string       `dynamodbav:"empty"`
		Map   map[string]any `dynamodbav:"map"`
	}
	r, err := repo.New(embedded.New().Client(), repo.TableOf("Mixed", repo.KeyOf(func(m *mixed) *string { return &m.ID }),
		shard.EachPtr(shard.To("Parts"), func(m *mixed) *[]*Birth { return &m.Parts })))
	if err != nil {
		t.Fatal(err)
	}
	if err := r.CreateTables(ctx); err != nil {
		t.Fatal(err)
	}
	want := mixed{
		ID:    "m1",
		Parts: []*Birth{{Hospital: "Kosei Nenkin", DOB: "12/2/1995"}, nil, {Hospital: "Good one"}},
		Plain: []Birth{{DOB: "15/03/1980"}},
		Any:   []any{"text", true, nil, []any{}, map[string]any{"k": "v"}},
		Empty: []string{},
		Map:   map[string]any{},
	}
	key, err := r.Create(ctx, &want)
	if err != nil {
		t.Fatal(err)
	}
	got, err := r.Get(ctx, key)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(&want, got); diff != "" {
		t.Fatal(diff)
	}
}
