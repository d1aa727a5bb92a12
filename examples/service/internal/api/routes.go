package api

import (
	"net/http"
	"sync/atomic"
	"time"

	"github.com/go-playground/validator/v10"

	"github.com/dystore/dystore/examples/service/internal/shop"
	"github.com/dystore/dystore/examples/service/internal/web"
)

// API has the handlers of the service.
type API struct {
	store *shop.Store
	rules *validator.Validate // of requests that are not objects
	now   func() time.Time
	ends  atomic.Bool
}

// New returns the API over a store. The clock is for the times that it stores.
func New(store *shop.Store, now func() time.Time) *API {
	return &API{store: store, rules: shop.Validator(), now: now}
}

// Routes is what the service serves.
func (a *API) Routes() http.Handler {
	mux := http.NewServeMux()
	for pattern, h := range map[string]web.Handler{
		"POST /customers":        a.createCustomer,
		"GET /customers/{id}":    a.getCustomer,
		"PUT /customers/{id}":    a.putCustomer,
		"DELETE /customers/{id}": a.deleteCustomer,

		"POST /customers/{customer}/orders":             a.placeOrder,
		"GET /customers/{customer}/orders":              a.ordersOf,
		"GET /customers/{customer}/orders/{id}":         a.getOrder,
		"PATCH /customers/{customer}/orders/{id}":       a.changeOrder,
		"PUT /customers/{customer}/orders/{id}/payment": a.payOrder,
		"POST /customers/{customer}/orders/{id}/cancel": a.cancelOrder,
		"GET /orders": a.ordersByStatus,

		"GET /stock/{warehouse}/{sku}": a.getStock,
		"PUT /stock/{warehouse}/{sku}": a.putStock,
		"POST /movements":              a.moveStock,
		"GET /movements/{id}":          a.getMovement,

		"POST /customers/{id}/sessions": a.createSession,
		"GET /session":                  a.getSession,
		"DELETE /session":               a.deleteSession,

		"GET /livez":  a.live,
		"GET /readyz": a.ready,
	} {
		mux.Handle(pattern, h)
	}
	return mux
}
