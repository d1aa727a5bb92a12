package repo_test

import (
	"context"
	"fmt"

	"github.com/dystore/dystore/embedded"
	"github.com/dystore/dystore/repo"
)

// Tenants and their payments share a table: a payment is under its tenant's
// partition key.
type (
	Tenant struct {
		ID   string `dynamodbav:"pk"`
		Kind string `dynamodbav:"sk"` // always "PROFILE"
		Name string `dynamodbav:"name"`
	}
	Payment struct {
		Tenant string `dynamodbav:"pk"`
		Number string `dynamodbav:"sk"` // "PAYMENT#1"
		Amount int    `dynamodbav:"amount"`
	}
)

var (
	tenantKey  = repo.CompositeKeyOf(func(t *Tenant) *string { return &t.ID }, func(t *Tenant) *string { return &t.Kind })
	paymentKey = repo.CompositeKeyOf(func(p *Payment) *string { return &p.Tenant }, func(p *Payment) *string { return &p.Number })
)

// One Query yields a tenant and its payments, each as its own type.
func ExampleUnion() {
	ctx := context.Background()
	client := embedded.New().Client()
	tenants, err := repo.New(client, repo.TableOf("Ledger", tenantKey), repo.Entity("tenant"))
	if err != nil {
		fmt.Println(err)
		return
	}
	payments, err := repo.New(client, repo.TableOf("Ledger", paymentKey), repo.Entity("payment"))
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(tenants.CreateTables(ctx))

	fmt.Println(repo.Transact(ctx, []repo.Op{
		tenants.CreateOp(&Tenant{ID: "t1", Kind: "PROFILE", Name: "Ann"}),
		payments.CreateOp(&Payment{Tenant: "t1", Number: "PAYMENT#1", Amount: 30}),
		payments.CreateOp(&Payment{Tenant: "t1", Number: "PAYMENT#2", Amount: 12}),
		payments.CreateOp(&Payment{Tenant: "t2", Number: "PAYMENT#3", Amount: 99}),
	}))

	for o, err := range repo.Union(ctx, tenantKey.In("t1").Backwards(), []repo.Member{tenants, payments}) {
		if err != nil {
			fmt.Println(err) // of one object; the loop may go on
			continue
		}
		switch o := o.(type) {
		case *Tenant:
			fmt.Println("tenant", o.Name)
		case *Payment:
			fmt.Println("payment", o.Number, o.Amount)
		}
	}
	// Output:
	// <nil>
	// <nil>
	// tenant Ann
	// payment PAYMENT#2 12
	// payment PAYMENT#1 30
}
