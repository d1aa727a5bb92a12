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

// Only DynamoDB notices that a key has another type than the table's. The error
// is ErrInvalid like every mistake of the caller.
func TestStoredKeyOfAnotherType(t *testing.T) {
	r := newRepos(t)
	for _, key := range []any{3, uint8(3), []byte("x"), attributevalue.Number("1E2")} {
		if _, err := r.stored.Get(context.Background(), key); !errors.Is(err, repo.ErrInvalid) {
			t.Errorf("%v: %v", key, err)
		}
	}
}

// Fields change their types, and other programs write. A stored value that does
// not fit the field is ErrCorrupt at its path, not a zero value.
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

// A table that exists has another key than the model needs.
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
	// An error of the account is not the caller's mistake.
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
