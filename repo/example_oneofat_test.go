package repo_test

import (
	"context"
	"fmt"

	"github.com/dystore/dystore/embedded"
	"github.com/dystore/dystore/lens"
	"github.com/dystore/dystore/repo"
)

// Discount is an amount or a percentage.
type Discount interface{ Of(price int) int }

type Amount int

type Percent struct{ Rate int }

func (a Amount) Of(int) int        { return int(a) }
func (p Percent) Of(price int) int { return price * p.Rate / 100 }

type BasketLine struct {
	Price    int
	Discount Discount
}

type Basket struct {
	ID    string
	Lines []BasketLine
}

// A lens leads to an interface where an accessor cannot: in the elements of a list.
func ExampleOneOfAt() {
	ctx, client := context.Background(), embedded.New().Client()
	basketID := repo.KeyOf(func(b *Basket) *string { return &b.ID })
	lines := lens.Of(func(b *Basket) *[]BasketLine { return &b.Lines })
	discount := lens.Of(func(l *BasketLine) *Discount { return &l.Discount })
	baskets, err := repo.New(client, repo.TableOf("Baskets", basketID,
		repo.OneOfAt(lens.Each(lines, discount), repo.Variant[Amount, Discount]("amount"), repo.Variant[Percent, Discount]("percent"))))
	if err != nil {
		panic(err)
	}
	if err := baskets.CreateTables(ctx); err != nil {
		panic(err)
	}
	key, err := baskets.Create(ctx, &Basket{ID: "b1", Lines: []BasketLine{{100, Amount(15)}, {200, Percent{10}}, {300, nil}}})
	if err != nil {
		panic(err)
	}
	got, err := baskets.Get(ctx, key)
	for _, l := range got.Lines {
		if l.Discount != nil {
			fmt.Println(l.Price - l.Discount.Of(l.Price))
		}
	}
	fmt.Println(err)
	// Output:
	// 85
	// 180
	// <nil>
}
