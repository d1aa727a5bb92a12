package api

import (
	"net/http"
	"time"

	"github.com/dystore/dystore/examples/service/internal/shop"
	"github.com/dystore/dystore/examples/service/internal/web"
	"github.com/dystore/dystore/repo"
)

// summary is an order in a list.
type summary struct {
	Customer string    `json:"customer"`
	ID       string    `json:"id"`
	Placed   time.Time `json:"placed"`
	Status   string    `json:"status"`
}

// ordersOf lists the orders of a customer, the newest first.
func (a *API) ordersOf(w http.ResponseWriter, r *http.Request) error {
	return a.list(w, r, shop.OrdersOf.In(r.PathValue("customer")).Backwards())
}

// ordersByStatus lists the orders of all customers in a status, the oldest first.
func (a *API) ordersByStatus(w http.ResponseWriter, r *http.Request) error {
	status := r.URL.Query().Get("status")
	switch status {
	case shop.Open, shop.Paid, shop.Cancelled:
		return a.list(w, r, shop.OrdersByStatus.In(status))
	}
	return web.NewProblem(http.StatusBadRequest, "status", "status is open, paid or cancelled")
}

// list sends a page, without the baskets, and a link to the next one. What cannot
// be read is counted and does not spoil the page.
func (a *API) list(w http.ResponseWriter, r *http.Request, in repo.Range[shop.Order]) error {
	opts, err := web.PageOf(r)
	if err != nil {
		return err
	}
	page, err := a.store.Orders.Page(r.Context(), in, append(opts, repo.RootOnly())...)
	if err != nil {
		return web.PageError(r, err)
	}
	out := struct {
		Orders     []summary `json:"orders"`
		Unreadable int       `json:"unreadable,omitempty"`
	}{Orders: []summary{}, Unreadable: len(page.Failed)}
	for _, o := range page.Objects {
		out.Orders = append(out.Orders, summary{o.Customer, o.ID, o.Placed, o.Status})
	}
	web.Next(w, r, page.Next)
	return web.JSON(w, http.StatusOK, out)
}
