package recipes_test

import (
	"context"
	"errors"
	"fmt"

	"github.com/dystore/dystore/lens"
	"github.com/dystore/dystore/repo"
)

type (
	Order struct {
		ID      string  `dynamodbav:"id"`
		Payment Payment `dynamodbav:"payment"`
	}
	// Payment has exactly one non-nil field.
	Payment struct {
		Card     *Card     `dynamodbav:"card"     validate:"required_without_all=Transfer Voucher,excluded_with=Transfer Voucher"`
		Transfer *Transfer `dynamodbav:"transfer" validate:"excluded_with=Card Voucher"`
		Voucher  *Voucher  `dynamodbav:"voucher"  validate:"excluded_with=Card Transfer"`
	}
	Card struct {
		Number string `dynamodbav:"number" validate:"required"`
	}
	Transfer struct {
		IBAN string `dynamodbav:"iban" validate:"required"`
	}
	Voucher struct {
		Code string `dynamodbav:"code" validate:"required"`
	}
)

// Value returns the field that is set, for a type switch.
func (p Payment) Value() any {
	switch {
	case p.Card != nil:
		return p.Card
	case p.Transfer != nil:
		return p.Transfer
	case p.Voucher != nil:
		return p.Voucher
	}
	return nil
}

var (
	orderID   = repo.KeyOf(func(o *Order) *string { return &o.ID })
	orderIBAN = lens.Of(func(o *Order) *string { return &o.Payment.Transfer.IBAN })
)

func Example_variants() {
	ctx := context.Background()
	orders := store(repo.TableOf("Orders", orderID))

	key, err := orders.Create(ctx, &Order{ID: "o1", Payment: Payment{Card: &Card{"4711"}}})
	fmt.Println(err)
	for _, p := range []Payment{{}, {Card: &Card{"4711"}, Voucher: &Voucher{"XMAS"}}, {Transfer: &Transfer{}}} {
		_, err := orders.Put(ctx, &Order{ID: "o1", Payment: p})
		fmt.Println(errors.Is(err, repo.ErrInvalid))
	}

	// A path into a variant that is not set is ErrNoPath.
	iban, err := repo.Read(ctx, orders, key, orderIBAN)
	fmt.Printf("%q %t\n", iban, errors.Is(err, repo.ErrNoPath))

	// Another variant replaces the previous one.
	err = orders.Modify(ctx, key, func(o *Order) error {
		o.Payment = Payment{Transfer: &Transfer{"DE89"}}
		return nil
	})
	fmt.Println(err)
	o, err := orders.Get(ctx, key)
	fmt.Println(err)
	switch p := o.Payment.Value().(type) {
	case *Card:
		fmt.Println("card", p.Number)
	case *Transfer:
		fmt.Println("transfer from", p.IBAN)
	case *Voucher:
		fmt.Println("voucher", p.Code)
	}
	// Output:
	// <nil>
	// true
	// true
	// true
	// "" true
	// <nil>
	// <nil>
	// transfer from DE89
}
