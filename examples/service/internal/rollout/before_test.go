// Package rollout has the orders of the service as they were one version ago, and
// tests that both versions work on the same tables at the same time.
package rollout

import (
	"net/http"
	"slices"
	"time"

	"github.com/dystore/dystore/examples/service/internal/web"
	"github.com/dystore/dystore/lens"
	"github.com/dystore/dystore/meta"
	"github.com/dystore/dystore/repo"
	"github.com/dystore/dystore/shard"
)

// The version before: orders have no Gift, lines no Wrap, and nobody pays with a
// voucher. All else is declared as it is today.
type (
	Order struct {
		Customer  string      `dynamodbav:"customer" json:"customer"`
		ID        string      `dynamodbav:"id" json:"id"`
		Placed    time.Time   `dynamodbav:"placed" json:"placed"`
		Status    string      `dynamodbav:"status" json:"status" validate:"oneof=open paid cancelled"`
		Warehouse string      `dynamodbav:"warehouse" json:"warehouse" validate:"required"`
		Note      string      `dynamodbav:"note,omitempty" json:"note,omitempty" validate:"max=200"`
		Payment   Payment     `dynamodbav:"payment" json:"payment"`
		Basket    Basket      `dynamodbav:"basket" json:"basket"`
		Meta      meta.Record `dynamodbav:"-" json:"-"`
	}
	Basket struct {
		Lines []Line `dynamodbav:"lines" json:"lines" validate:"min=1,max=90,unique=SKU,dive"`
	}
	Line struct {
		SKU   string `dynamodbav:"sku" json:"sku" validate:"required"`
		Count int    `dynamodbav:"count" json:"count" validate:"min=1,max=1000"`
	}
	Payment interface{ payment() }
	Card    struct {
		Holder string `dynamodbav:"holder" json:"holder" validate:"required"`
		Last4  string `dynamodbav:"last4" json:"last4" validate:"len=4,numeric"`
	}
	Transfer struct {
		IBAN string `dynamodbav:"iban" json:"iban" validate:"required"`
	}
)

func (Card) payment()     {}
func (Transfer) payment() {}

var (
	orderKey   = repo.CompositeKeyOf(func(o *Order) *string { return &o.Customer }, func(o *Order) *string { return &o.ID })
	ordersOf   = repo.LocalIndexOf("by-placed", orderKey, func(o *Order) *time.Time { return &o.Placed })
	byStatus   = repo.IndexOf("by-status", func(o *Order) *string { return &o.Status }, func(o *Order) *time.Time { return &o.Placed })
	orderNote  = lens.Of(func(o *Order) *string { return &o.Note })
	orderLines = lens.Of(func(o *Order) *[]Line { return &o.Basket.Lines })
	lineSKU    = lens.Of(func(l *Line) *string { return &l.SKU })
)

func orders() repo.Model[Order] {
	return repo.TableOf("orders", orderKey, ordersOf, byStatus,
		shard.New(shard.To("order-baskets"), func(o *Order) *Basket { return &o.Basket }),
		repo.Identity(lens.Each(orderLines, lineSKU)),
		repo.OneOf(func(o *Order) *Payment { return &o.Payment }, repo.Variant[Card, Payment]("card"), repo.Variant[Transfer, Payment]("transfer")),
		meta.Keep(func(o *Order) *meta.Record { return &o.Meta }),
	)
}

// before is the service of the version before, as far as the tests need it.
type before struct{ orders *repo.Repo[Order] }

func (b before) routes() http.Handler {
	mux := http.NewServeMux()
	mux.Handle("POST /customers/{customer}/orders", web.Handler(b.place))
	mux.Handle("GET /customers/{customer}/orders/{id}", web.Handler(b.get))
	mux.Handle("PATCH /customers/{customer}/orders/{id}", web.Handler(b.change))
	mux.Handle("POST /customers/{customer}/orders/{id}/lines", web.Handler(b.addLine))
	return mux
}

func keyOf(r *http.Request) repo.Key[Order] {
	return orderKey.Of(r.PathValue("customer"), r.PathValue("id"))
}

// place takes nothing out of the stock, which is the same in both versions.
func (b before) place(w http.ResponseWriter, r *http.Request) error {
	var in struct {
		Warehouse, Note string
		Basket          Basket
	}
	body, err := web.Body(w, r, &in)
	if err != nil {
		return err
	}
	once, err := web.OnceOf(r, body)
	if err != nil {
		return err
	}
	o := Order{Customer: r.PathValue("customer"), ID: once.ID, Placed: time.Now().UTC(), Status: "open",
		Warehouse: in.Warehouse, Note: in.Note, Basket: in.Basket}
	_, err = b.orders.Create(r.Context(), &o, once.Option())
	return once.Created(w, r.URL.Path+"/"+o.ID, err)
}

func (b before) get(w http.ResponseWriter, r *http.Request) error {
	o, err := b.orders.Get(r.Context(), keyOf(r))
	if err != nil {
		return err
	}
	return web.Versioned(w, r, http.StatusOK, o.Meta, o)
}

// change changes the note, whatever else the order has.
func (b before) change(w http.ResponseWriter, r *http.Request) error {
	var in struct{ Note string }
	if _, err := web.Body(w, r, &in); err != nil {
		return err
	}
	version, err := web.IfMatch(r)
	if err != nil {
		return err
	}
	if err := b.orders.Update(r.Context(), keyOf(r), orderNote.Set(in.Note), repo.IfUnchanged(&Order{Meta: version})); err != nil {
		return err
	}
	w.WriteHeader(http.StatusNoContent)
	return nil
}

// addLine appends a line that is not there yet, and counts the lines in the note:
// the order and its basket are two items, which change together.
func (b before) addLine(w http.ResponseWriter, r *http.Request) error {
	var line Line
	if _, err := web.Body(w, r, &line); err != nil {
		return err
	}
	err := b.orders.Modify(r.Context(), keyOf(r), func(o *Order) error {
		if slices.ContainsFunc(o.Basket.Lines, func(l Line) bool { return l.SKU == line.SKU }) {
			return nil
		}
		o.Basket.Lines = append(o.Basket.Lines, line)
		o.Note = counted(len(o.Basket.Lines))
		return nil
	})
	if err != nil {
		return err
	}
	w.WriteHeader(http.StatusNoContent)
	return nil
}
