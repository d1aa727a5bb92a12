package repo_test

import (
	"context"
	"errors"
	"fmt"

	"github.com/dystore/dystore/embedded"
	"github.com/dystore/dystore/lens"
	"github.com/dystore/dystore/repo"
)

// Means is what an order is paid with.
type Means interface{ Payable() string }

type Card struct {
	Number string `dynamodbav:"number"`
}

type Transfer struct {
	IBAN string `dynamodbav:"iban" validate:"required"`
}

func (c Card) Payable() string      { return "card " + c.Number }
func (t *Transfer) Payable() string { return "account " + t.IBAN }

type PaidOrder struct {
	ID  string `dynamodbav:"id"`
	Pay Means  `dynamodbav:"pay"`
}

var (
	paidID       = repo.KeyOf(func(o *PaidOrder) *string { return &o.ID })
	paidWith     = lens.Of(func(o *PaidOrder) *Means { return &o.Pay })
	byCard       = repo.Variant[Card, Means]("card")
	byTransfer   = repo.Variant[*Transfer, Means]("transfer")
	paidCard     = lens.Join(paidWith, byCard.Lens())
	paidNumber   = lens.Join(paidCard, lens.Of(func(c *Card) *string { return &c.Number }))
	paidTransfer = lens.Join(paidWith, byTransfer.Lens())
)

// A field of an interface type holds one of the variants. Lenses lead into each.
func ExampleOneOf() {
	ctx, client := context.Background(), embedded.New().Client()
	orders, err := repo.New(client, repo.TableOf("Orders", paidID,
		repo.OneOf(func(o *PaidOrder) *Means { return &o.Pay }, byCard, byTransfer)))
	if err != nil {
		panic(err)
	}
	if err := orders.CreateTables(ctx); err != nil {
		panic(err)
	}
	key, err := orders.Create(ctx, &PaidOrder{ID: "o1", Pay: Card{Number: "4111"}})
	if err != nil {
		panic(err)
	}

	fmt.Println(orders.Update(ctx, key, paidNumber.Set("4222"), repo.If(paidCard.Exists())))
	got, err := orders.Get(ctx, key)
	fmt.Println(got.Pay.Payable(), err)

	fmt.Println(orders.Update(ctx, key, paidTransfer.Set(&Transfer{IBAN: "DE89"})))
	got, err = orders.Get(ctx, key)
	fmt.Println(got.Pay.Payable(), err)

	err = orders.Update(ctx, key, paidNumber.Set("4333")) // it is a transfer now
	fmt.Println(errors.Is(err, repo.ErrNoPath))
	// Output:
	// <nil>
	// card 4222 <nil>
	// <nil>
	// account DE89 <nil>
	// true
}
