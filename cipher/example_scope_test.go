package cipher_test

import (
	"context"
	"errors"
	"fmt"

	"github.com/dystore/dystore/cipher"
	"github.com/dystore/dystore/embedded"
	"github.com/dystore/dystore/lens"
	"github.com/dystore/dystore/repo"
)

// tenantKeys is a source of keys that has some for each tenant.
type tenantKeys map[string]*cipher.Keyset

func (p tenantKeys) Primary(ctx context.Context, tenant string) (*cipher.Key, error) {
	if keys := p[tenant]; keys != nil {
		return keys.Primary(ctx, tenant)
	}
	return nil, cipher.ErrUnknownKey
}

func (p tenantKeys) ByID(ctx context.Context, tenant string, id cipher.KeyID) (*cipher.Key, error) {
	if keys := p[tenant]; keys != nil {
		return keys.ByID(ctx, tenant, id)
	}
	return nil, cipher.ErrUnknownKey
}

// add gives a tenant its one key.
func (p tenantKeys) add(tenant, secret string) error {
	key, err := cipher.NewKey(1, []byte(secret))
	if err == nil {
		p[tenant], err = cipher.NewKeyset(cipher.Primary(key))
	}
	return err
}

type Order struct {
	Tenant string `dynamodbav:"tenant"`
	No     int    `dynamodbav:"no"`
	Card   string `dynamodbav:"card"`
}

var (
	orderKey = repo.CompositeKeyOf(func(o *Order) *string { return &o.Tenant }, func(o *Order) *int { return &o.No })
	tenant   = lens.Of(func(o *Order) *string { return &o.Tenant })
	card     = lens.Of(func(o *Order) *string { return &o.Card })
)

// Each tenant has keys of its own. Who destroys those of one has erased what is encrypted of
// that tenant, in backups as well.
func ExampleScope() {
	ctx := context.Background()
	source := tenantKeys{}
	if err := errors.Join(source.add("acme", "32 bytes from a secrets manager."), source.add("globex", "another 32 bytes, of that tenant")); err != nil {
		fmt.Println(err)
		return
	}
	keys, err := cipher.New(source)
	if err != nil {
		fmt.Println(err)
		return
	}
	orders, err := repo.New(embedded.New().Client(), repo.TableOf("Orders", orderKey, cipher.Protect(cipher.Scope(keys, tenant), card)))
	if err == nil {
		err = orders.CreateTables(ctx)
	}
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, of := range []string{"acme", "globex"} {
		if _, err := orders.Create(ctx, &Order{Tenant: of, No: 1, Card: "4111"}); err != nil {
			fmt.Println(err)
			return
		}
	}
	delete(source, "globex")
	for _, of := range []string{"acme", "globex"} {
		o, err := orders.Get(ctx, orderKey.Of(of, 1))
		if err != nil {
			fmt.Println(of, errors.Is(err, cipher.ErrUnknownKey))
			continue
		}
		fmt.Println(of, o.Card)
	}
	// Output:
	// acme 4111
	// globex true
}

// A function of the binding finds the scope where no type says which field it is, or where
// it depends on the path.
func ExampleScopeBy() {
	ctx := context.Background()
	source := tenantKeys{}
	if err := errors.Join(source.add("acme", "32 bytes from a secrets manager."), source.add("acme/cards", "another 32 bytes, for cards only")); err != nil {
		fmt.Println(err)
		return
	}
	keys, err := cipher.New(source)
	if err != nil {
		fmt.Println(err)
		return
	}
	byPath := cipher.ScopeBy(keys, func(b *cipher.Binding) (string, error) {
		tenant := b.Key[0].Text()
		if b.Path.String() == "card" {
			return tenant + "/cards", nil
		}
		return tenant, nil
	})
	at := &cipher.Binding{Entity: "Orders", Key: []cipher.KeyPart{cipher.KeyString("acme"), cipher.KeyString("1")}, Path: cipher.Path{cipher.Name("card")}}
	envelope, err := byPath.Seal(ctx, nil, []byte("4111"), at)
	if err != nil {
		fmt.Println(err)
		return
	}
	for name, c := range map[string]cipher.Cipher{"path": byPath, "partition": cipher.ScopeBy(keys, cipher.PartitionKey), "sort": cipher.ScopeBy(keys, cipher.SortKey)} {
		scope, err := cipher.ScopeOf(c, at)
		if err != nil {
			fmt.Println(err)
			return
		}
		_, err = c.Open(ctx, nil, envelope, at)
		fmt.Printf("%s: scope %q, opens: %v\n", name, scope, err == nil)
	}
	// Unordered output:
	// path: scope "acme/cards", opens: true
	// partition: scope "acme", opens: false
	// sort: scope "1", opens: false
}
