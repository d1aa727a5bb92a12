package repo_test

import (
	"bytes"
	"context"
	"fmt"
	"log"

	"github.com/dystore/dystore/cipher"
	"github.com/dystore/dystore/embedded"
	"github.com/dystore/dystore/lens"
	"github.com/dystore/dystore/repo"
)

type Locker struct {
	Tenant string `dynamodbav:"tenant"`
	No     int    `dynamodbav:"no"`
	Name   string `dynamodbav:"name"`
}

var (
	lockerKey    = repo.CompositeKeyOf(func(t *Locker) *string { return &t.Tenant }, func(t *Locker) *int { return &t.No })
	lockerTenant = lens.Of(func(t *Locker) *string { return &t.Tenant })
	lockerName   = lens.Of(func(t *Locker) *string { return &t.Name })
)

// oneKeyEach is a source with one key for each tenant.
type oneKeyEach struct{}

func (oneKeyEach) Primary(ctx context.Context, tenant string) (*cipher.Key, error) {
	return oneKeyEach{}.ByID(ctx, tenant, 1)
}

func (oneKeyEach) ByID(_ context.Context, tenant string, id cipher.KeyID) (*cipher.Key, error) {
	return cipher.NewKey(id, bytes.Repeat([]byte(tenant[:1]), 32))
}

// Each tenant has its own key 1.
func ExampleKeyUsage_OfScope() {
	ctx := context.Background()
	keys, err := cipher.New(oneKeyEach{})
	if err != nil {
		log.Fatal(err)
	}
	lockers, err := repo.New(embedded.New().Client(), repo.TableOf("Lockers", lockerKey, cipher.Protect(cipher.Scope(keys, lockerTenant), lockerName)))
	if err == nil {
		err = lockers.CreateTables(ctx)
	}
	if err == nil {
		_, err = lockers.PutMany(ctx, []*Locker{{"acme", 1, "A1"}, {"acme", 2, "A2"}, {"globex", 1, "B7"}})
	}
	if err != nil {
		log.Fatal(err)
	}
	used, err := lockers.KeysInUse(ctx)
	if err != nil {
		log.Fatal(err)
	}
	// Each locker has its name, and the list of what is encrypted.
	fmt.Println(used.OfScope("acme", 1), used.OfScope("globex", 1), used.Of(1))
	// Output: 4 2 6
}
