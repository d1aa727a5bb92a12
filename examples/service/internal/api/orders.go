package api

import (
	"errors"
	"net/http"

	"github.com/dystore/dystore/examples/service/internal/shop"
	"github.com/dystore/dystore/examples/service/internal/web"
	"github.com/dystore/dystore/lens"
	"github.com/dystore/dystore/meta"
	"github.com/dystore/dystore/repo"
)

// order is an order as clients see it.
type order struct {
	*shop.Order
	Payment *payment `json:"payment,omitempty"`
}

func orderKey(r *http.Request) repo.Key[shop.Order] {
	return shop.OrderKey.Of(r.PathValue("customer"), r.PathValue("id"))
}

func sendOrder(w http.ResponseWriter, r *http.Request, status int, o *shop.Order) error {
	return web.Versioned(w, r, status, o.Meta, order{o, paymentOf(o.Payment)})
}

// placeOrder is one transaction over three repositories: the customer must exist,
// the warehouse must have every line, and the order is stored.
func (a *API) placeOrder(w http.ResponseWriter, r *http.Request) error {
	var in struct {
		Warehouse string      `json:"warehouse"`
		Note      string      `json:"note"`
		Gift      string      `json:"gift"`
		Basket    shop.Basket `json:"basket"`
	}
	body, err := web.Body(w, r, &in)
	if err != nil {
		return err
	}
	once, err := web.OnceOf(r, body)
	if err != nil {
		return err
	}
	o := shop.Order{Customer: r.PathValue("customer"), ID: once.ID, Placed: a.now().UTC(), Status: shop.Open,
		Warehouse: in.Warehouse, Note: in.Note, Gift: in.Gift, Basket: in.Basket}
	if err := a.rules.Struct(o); err != nil { // before the lines become operations
		return err
	}
	ops := []repo.Op{a.store.Orders.CreateOp(&o), a.store.Customers.CheckOp(shop.CustomerKey.Of(o.Customer))}
	for _, line := range o.Basket.Lines {
		ops = append(ops, a.store.Take(o.Warehouse, line.SKU, line.Count))
	}
	err = repo.Transact(r.Context(), ops, once.Option())
	return once.Created(w, r.URL.Path+"/"+o.ID, refusedOrder(err, &o))
}

// refusedOrder says which line of an order the warehouse does not have.
func refusedOrder(err error, o *shop.Order) error {
	refused, ok := errors.AsType[*repo.OpError](err)
	if !ok || refused.Index < 2 || !errors.Is(err, repo.ErrCondition) && !errors.Is(err, repo.ErrNotFound) {
		return err
	}
	return outOfStock(o.Warehouse, o.Basket.Lines[refused.Index-2].SKU)
}

func (a *API) getOrder(w http.ResponseWriter, r *http.Request) error {
	o, err := a.store.Orders.Get(r.Context(), orderKey(r))
	if err != nil {
		return err
	}
	return sendOrder(w, r, http.StatusOK, o)
}

// changeOrder changes single fields, of the version that the client has read.
func (a *API) changeOrder(w http.ResponseWriter, r *http.Request) error {
	var in struct {
		Note *string `json:"note"`
		Gift *string `json:"gift"`
	}
	if _, err := web.Body(w, r, &in); err != nil {
		return err
	}
	var changes []lens.Change[shop.Order]
	if in.Note != nil {
		changes = append(changes, shop.OrderNote.Set(*in.Note))
	}
	if in.Gift != nil {
		changes = append(changes, shop.OrderGift.Set(*in.Gift))
	}
	return a.update(w, r, changes...)
}

// payOrder is for open orders.
func (a *API) payOrder(w http.ResponseWriter, r *http.Request) error {
	var in payment
	if _, err := web.Body(w, r, &in); err != nil {
		return err
	}
	paid, err := in.variant()
	if err != nil {
		return err
	}
	return a.update(w, r, shop.OrderPayment.Set(paid), shop.OrderStatus.Set(shop.Paid), repo.If(shop.OrderStatus.Eq(shop.Open)))
}

// update makes changes of the version that the client has read, and sends the
// order as it is then.
func (a *API) update(w http.ResponseWriter, r *http.Request, changes ...lens.Change[shop.Order]) error {
	version, err := web.IfMatch(r)
	if err != nil {
		return err
	}
	changes = append(changes, repo.IfUnchanged(&shop.Order{Meta: version}))
	o, err := repo.UpdateGet(r.Context(), a.store.Orders, orderKey(r), changes...)
	if _, ok := errors.AsType[*repo.WrittenError](err); ok { // done, but there is nothing to show
		w.WriteHeader(http.StatusNoContent)
		return nil
	}
	if err != nil {
		return web.Refused(w, r, a.store.Orders, err, func(o *shop.Order) meta.Record { return o.Meta })
	}
	return sendOrder(w, r, http.StatusOK, o)
}

// cancelOrder brings the lines of an open order back, in one transaction.
func (a *API) cancelOrder(w http.ResponseWriter, r *http.Request) error {
	version, err := web.IfMatch(r)
	if err != nil {
		return err
	}
	o, err := a.store.Orders.Get(r.Context(), orderKey(r))
	switch {
	case err != nil:
		return err
	case web.ETag(o.Meta) != web.ETag(version):
		return repo.ErrConflict
	case o.Status != shop.Open:
		return repo.ErrCondition
	}
	o.Status = shop.Cancelled
	ops := []repo.Op{a.store.Orders.PutOp(o)}
	for _, line := range o.Basket.Lines {
		ops = append(ops, a.store.Bring(o.Warehouse, line.SKU, line.Count))
	}
	if err := repo.Transact(r.Context(), ops); err != nil {
		return err
	}
	return sendOrder(w, r, http.StatusOK, o)
}
