package shop

import (
	"time"

	"github.com/dystore/dystore/lens"
	"github.com/dystore/dystore/meta"
	"github.com/dystore/dystore/repo"
	"github.com/dystore/dystore/shard"
)

// What an order can be.
const (
	Open      = "open"
	Paid      = "paid"
	Cancelled = "cancelled"
)

type (
	// Order is kept under its customer. Its basket is a part of its own, which
	// lists do not read.
	Order struct {
		Customer  string      `dynamodbav:"customer" json:"customer"`
		ID        string      `dynamodbav:"id" json:"id"`
		Placed    time.Time   `dynamodbav:"placed" json:"placed"`
		Status    string      `dynamodbav:"status" json:"status" validate:"oneof=open paid cancelled"`
		Warehouse string      `dynamodbav:"warehouse" json:"warehouse" validate:"required"`
		Note      string      `dynamodbav:"note,omitempty" json:"note,omitempty" validate:"max=200"`
		Gift      string      `dynamodbav:"gift,omitempty" json:"gift,omitempty" validate:"max=200"`
		Payment   Payment     `dynamodbav:"payment" json:"-"`
		Basket    Basket      `dynamodbav:"basket" json:"basket"`
		Meta      meta.Record `dynamodbav:"-" json:"-"`
	}

	// Basket has at most 90 lines, because an order and the stock of each line
	// are one transaction of at most 100 items.
	Basket struct {
		Lines []Line `dynamodbav:"lines" json:"lines" validate:"min=1,max=90,unique=SKU,dive"`
	}

	// Line is a product and how many of it.
	Line struct {
		SKU   string `dynamodbav:"sku" json:"sku" validate:"required"`
		Count int    `dynamodbav:"count" json:"count" validate:"min=1,max=1000"`
		Wrap  bool   `dynamodbav:"wrap,omitempty" json:"wrap,omitempty"`
	}
)

var (
	// OrderKey is the key of orders: the customer and the id.
	OrderKey = repo.CompositeKeyOf(func(o *Order) *string { return &o.Customer }, func(o *Order) *string { return &o.ID })

	// OrdersOf are the orders of a customer by time; OrdersByStatus those of all
	// customers.
	OrdersOf       = repo.LocalIndexOf("by-placed", OrderKey, func(o *Order) *time.Time { return &o.Placed })
	OrdersByStatus = repo.IndexOf("by-status", func(o *Order) *string { return &o.Status }, func(o *Order) *time.Time { return &o.Placed })

	// Lenses into an order, for changes and conditions.
	OrderStatus  = lens.Of(func(o *Order) *string { return &o.Status })
	OrderNote    = lens.Of(func(o *Order) *string { return &o.Note })
	OrderGift    = lens.Of(func(o *Order) *string { return &o.Gift })
	OrderPayment = lens.Of(func(o *Order) *Payment { return &o.Payment })

	orderLines = lens.Of(func(o *Order) *[]Line { return &o.Basket.Lines })
	lineSKU    = lens.Of(func(l *Line) *string { return &l.SKU })
)

func orders() repo.Model[Order] {
	return repo.TableOf("orders", OrderKey, OrdersOf, OrdersByStatus,
		shard.New(shard.To("order-baskets"), func(o *Order) *Basket { return &o.Basket }),
		repo.Identity(lens.Each(orderLines, lineSKU)),
		repo.OneOf(func(o *Order) *Payment { return &o.Payment }, card, transfer, voucher),
		meta.Keep(func(o *Order) *meta.Record { return &o.Meta }),
	)
}
