package repo_test

import (
	"context"
	"errors"
	"testing"

	"github.com/aws/aws-sdk-go-v2/feature/dynamodb/attributevalue"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/dystore/dystore/embedded"
	"github.com/dystore/dystore/lens"
	"github.com/dystore/dystore/meta"
	"github.com/dystore/dystore/repo"
)

func TestRefusedOpen(t *testing.T) {
	client := embedded.New().Client()
	open := func(table, key string, opts ...repo.Option) error {
		_, err := repo.Open(client, table, key, opts...)
		return err
	}
	_, noClient := repo.Open(nil, "Root", "ID")
	opener := repo.WithOpener(testKeys(t))
	const twice = " has two uses; partition key, sort key and record are different attributes"
	for _, c := range []struct {
		name string
		err  error
		text string
	}{
		{"no client", noClient, "invalid: the client is nil"},
		{"no table", open("", "ID"), `invalid: table name ""` + badName},
		{"a table with its prefix", open("Root", "ID", repo.TablePrefix("x/")), `invalid: table name "x/Root"` + badName},
		{"no key", open("Root", ""), "invalid: key: an attribute name has 1 to 255 bytes here, not 0"},
		{"a key that is no text", open("Root", "\xff"), `invalid: key: attribute name "\xff" is not valid UTF-8`},
		{"the key is the record", open("Root", "_meta"), `invalid: attribute "_meta"` + twice},
		{"the key is the sort key", open("Root", "ID", repo.SortKey("ID")), `invalid: attribute "ID"` + twice},
		{"the sort key is the record", open("Root", "ID", repo.SortKey("at"), repo.MetaAttribute("at")), `invalid: attribute "at"` + twice},
		{"no sort key", open("Root", "ID", repo.SortKey("")), "invalid: repo.SortKey: an attribute name has 1 to 255 bytes here, not 0"},
		{"no record", open("Root", "ID", repo.MetaAttribute("")), "invalid: repo.MetaAttribute: an attribute name has 1 to 255 bytes here, not 0"},
		{"the root's table allowed", open("Root", "ID", repo.AllowTables("Root")), `invalid: repo.AllowTables names the root's table "Root"; parts live in tables of their own`},
		{"no table allowed", open("Root", "ID", repo.AllowTables("ok-", "?")), `invalid: repo.AllowTables: table name "?"` + badName},
		{"Plain", open("Root", "ID", repo.Plain()), "invalid: repo.Plain is no option of Open, but of New"},
		{"no paths that must be sealed", open("Root", "ID", opener, repo.MustBeSealed()), "invalid: repo.MustBeSealed: it names no path"},
		{"sealed paths without an opener", open("Root", "ID", repo.MustBeSealed("a")), "invalid: repo.MustBeSealed: without repo.WithOpener nothing encrypted can be read"},
		{"a path that is none", open("Root", "ID", opener, repo.MustBeSealed("a..b")), `invalid: repo.MustBeSealed: path "a..b": an attribute name is missing`},
		{"a path to one element", open("Root", "ID", opener, repo.MustBeSealed("ok", "a.past[3].city")), `invalid: repo.MustBeSealed: path "a.past[3].city": a.past[3] is one element of a list, and a list is encrypted for all of them: a.past[]`},
		{"a path to the key", open("Root", "ID", opener, repo.MustBeSealed("ID")), `invalid: repo.MustBeSealed: path "ID": it is part of the key, which is never encrypted`},
		{"a path to the sort key", open("Root", "ID", opener, repo.MustBeSealed(`["at"]`), repo.SortKey("at")), `invalid: repo.MustBeSealed: path "[\"at\"]": it is part of the key, which is never encrypted`},
		{"a path into the record", open("Root", "ID", opener, repo.MustBeSealed("_meta.s")), `invalid: repo.MustBeSealed: path "_meta.s": it is in the stored record, which is never encrypted`},
		{"two paths that are none", open("Root", "ID", opener, repo.MustBeSealed("[]", "a"), repo.MustBeSealed("")),
			"invalid: repo.MustBeSealed: path \"[]\": a path begins with an attribute name\ninvalid: repo.MustBeSealed: path \"\": an attribute name is missing"},
		{"a nil option", open("Root", "ID", nil), "invalid: option 1 is nil"},
		{"two mistakes", open("", ""), `invalid: table name ""` + badName + "\ninvalid: key: an attribute name has 1 to 255 bytes here, not 0"},
	} {
		if !errors.Is(c.err, repo.ErrInvalid) || c.err.Error() != "repo.Open: "+c.text {
			t.Errorf("%s: %v, want repo.Open: %s", c.name, c.err, c.text)
		}
	}
}

func TestRefusedStored(t *testing.T) {
	ctx := context.Background()
	r := newRepos(t)
	get := func(key any) func() error {
		return func() error { _, err := r.stored.Get(ctx, key); return err }
	}
	const kinds = "a key is a string, []byte, an integer, attributevalue.Number or time.Time, not "
	var never context.Context
	refusedCalls(t, r, []call{
		{"nil", get(nil), "repo: Get Docs: invalid: key: " + kinds + "<nil>"},
		{"a bool", get(true), "repo: Get Docs: invalid: key: " + kinds + "bool"},
		{"a float", get(1.5), "repo: Get Docs: invalid: key: " + kinds + "float64"},
		{"no number", get(attributevalue.Number("x")), `repo: Get Docs: invalid: key: not a number`},
		{"empty", get(""), `repo: Get Docs "": invalid: key: it is empty`},
		{"no text", get("\xff"), `repo: Get Docs "\xff": invalid: key: it is not valid UTF-8`},
		{"a pair", get(repo.Pair("a", "b")), `repo: Get Docs "a"/"b": invalid: key: it has 2 parts, the key of the table has 1`},
		{"a pair with nothing", get(repo.Pair("a", nil)), `repo: Get Docs "a"/: invalid: key: ` + kinds + "<nil>"},
		{"no context", func() error { _, err := r.stored.Get(never, "1"); return err }, `repo: Get Docs "1": invalid: the context is nil`},
		{"delete nil", func() error { return r.stored.Delete(ctx, nil) }, "repo: Delete Docs: invalid: key: " + kinds + "<nil>"},
		{"delete with a nil option", func() error { return r.stored.Delete(ctx, "1", nil) }, `repo: Delete Docs "1": invalid: call option 1 is nil`},
		{"scan without a context", func() error {
			for _, err := range r.stored.Scan(never) {
				return err
			}
			return nil
		}, "repo: Scan Docs: invalid: the context is nil"},
	})
}

// A key of another type than the table's is only found out by DynamoDB; it is
// the caller's mistake all the same.
func TestStoredKeyOfAnotherType(t *testing.T) {
	r := newRepos(t)
	for _, key := range []any{3, uint8(3), []byte("x"), attributevalue.Number("1E2")} {
		if _, err := r.stored.Get(context.Background(), key); !errors.Is(err, repo.ErrInvalid) {
			t.Errorf("%v: %v", key, err)
		}
	}
}

// What is stored may not be what today's types say: fields change their types,
// and other programs write. That is ErrCorrupt at a path, not a zero value.
func TestStoredInAnotherType(t *testing.T) {
	ctx := context.Background()
	type other struct {
		ID    string
		Name  int
		Count string
		Tags  map[string]string
		Plain []string
		Meta  meta.Record `dynamodbav:"-"`
	}
	id := repo.KeyOf(func(o *other) *string { return &o.ID })
	client := embedded.New().Client()
	olds, err := repo.New(client, repo.TableOf("Docs", id, meta.Keep(func(o *other) *meta.Record { return &o.Meta })))
	if err != nil {
		t.Fatal(err)
	}
	if err := olds.CreateTables(ctx); err != nil {
		t.Fatal(err)
	}
	news, err := repo.New(client, repo.TableOf("Docs", iID, meta.Keep(func(d *iDoc) *meta.Record { return &d.Meta })))
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		old  other
		text string
	}{
		{other{ID: "1", Name: 1, Count: "1"}, `repo: Get Docs "1": stored data is corrupt: codec: Name: expected S for string, got N`},
		{other{ID: "1", Count: "1"}, `repo: Get Docs "1": stored data is corrupt: codec: Name: expected S for string, got N`},
	} {
		if _, err := olds.Put(ctx, &c.old); err != nil {
			t.Fatal(err)
		}
		if _, err := news.Get(ctx, iID.Of("1")); !errors.Is(err, repo.ErrCorrupt) || err.Error() != c.text {
			t.Errorf("Get: %v, want %s", err, c.text)
		}
	}
	if _, err := repo.Read(ctx, news, iID.Of("1"), iCount); !errors.Is(err, repo.ErrCorrupt) || err.Error() != `repo: Read Docs "1", Count: stored data is corrupt: codec: int: expected N for int, got S` {
		t.Errorf("Read: %v", err)
	}
	for name, c := range map[string]struct {
		change lens.Change[iDoc]
		text   string
	}{
		"Add":    {lens.Add(iRate, 1), ""},
		"Append": {lens.Append(iTags, "x"), `repo: Update Docs "1", Tags: invalid: the stored value is M, which the change cannot be applied to`},
		"below":  {iInN.Set(1), `repo: Update Docs "1", Plain.N: the path's parent has no value: Plain has no value`},
	} {
		if _, err := olds.Put(ctx, &other{ID: "1", Tags: map[string]string{}, Plain: []string{}}); err != nil {
			t.Fatal(err)
		}
		err := news.Update(ctx, iID.Of("1"), c.change)
		if c.text == "" && err != nil || c.text != "" && (err == nil || err.Error() != c.text) {
			t.Errorf("%s: %v, want %s", name, err, c.text)
		}
	}
}

// A table that exists with another key is not the model's.
func TestTableWithAnotherKey(t *testing.T) {
	ctx := context.Background()
	client := embedded.New().Client()
	name, attribute := "Orders", "Customer"
	_, err := client.CreateTable(ctx, &dynamodb.CreateTableInput{
		TableName: &name, BillingMode: types.BillingModePayPerRequest,
		AttributeDefinitions: []types.AttributeDefinition{{AttributeName: &attribute, AttributeType: types.ScalarAttributeTypeN}},
		KeySchema:            []types.KeySchemaElement{{AttributeName: &attribute, KeyType: types.KeyTypeHash}},
	})
	if err != nil {
		t.Fatal(err)
	}
	for text, m := range map[string]repo.Model[iOrder]{
		"repo: CreateTables Orders: invalid: table Orders exists with the key [Customer], the model needs [Customer At]": repo.TableOf("Orders", iOrderKey),
		"repo: CreateTables Orders: invalid: table Orders exists with Customer of type N, the model needs S":             repo.TableOf("Orders", repo.KeyOf(func(o *iOrder) *string { return &o.Customer })),
		"repo: CreateTables Orders: invalid: table Orders exists with the key [Customer], the model needs [Total]":       repo.TableOf("Orders", repo.KeyOf(func(o *iOrder) *int { return &o.Total })),
	} {
		r, err := repo.New(client, m)
		if err != nil {
			t.Fatal(err)
		}
		if err := r.CreateTables(ctx); !errors.Is(err, repo.ErrInvalid) || err.Error() != text {
			t.Errorf("%v, want %s", err, text)
		}
	}
	byCustomer := repo.KeyOf(func(o *iOrder) *string { return &o.Customer })
	r, err := repo.New(client, repo.TableOf("Orders", byCustomer))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := r.Get(ctx, byCustomer.Of("c")); !errors.Is(err, repo.ErrInvalid) {
		t.Errorf("Get from a table with another key: %v", err)
	}
	if _, err := r.Create(ctx, &iOrder{Customer: "c"}); !errors.Is(err, repo.ErrInvalid) {
		t.Errorf("Create in a table with another key: %v", err)
	}
	// What is wrong with the account is not the caller's mistake.
	nowhere, err := repo.New(client, repo.TableOf("Nowhere", byCustomer))
	if err != nil {
		t.Fatal(err)
	}
	_, create := nowhere.Create(ctx, &iOrder{Customer: "c"})
	_, get := nowhere.Get(ctx, byCustomer.Of("c"))
	for _, err := range []error{create, get, nowhere.Update(ctx, byCustomer.Of("c"), iTotal.Set(1)), nowhere.Delete(ctx, byCustomer.Of("c"))} {
		var missing *types.ResourceNotFoundException
		if !errors.As(err, &missing) || errors.Is(err, repo.ErrInvalid) {
			t.Errorf("a table that does not exist: %v", err)
		}
	}
}
