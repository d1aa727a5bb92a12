package api

import (
	"net/http"

	"github.com/dystore/dystore/examples/service/internal/shop"
	"github.com/dystore/dystore/examples/service/internal/web"
	"github.com/dystore/dystore/meta"
)

// customerBody is what clients send of a customer.
type customerBody struct {
	Name  string `json:"name"`
	Email string `json:"email"`
}

func (a *API) createCustomer(w http.ResponseWriter, r *http.Request) error {
	var in customerBody
	body, err := web.Body(w, r, &in)
	if err != nil {
		return err
	}
	once, err := web.OnceOf(r, body)
	if err != nil {
		return err
	}
	c := shop.Customer{ID: once.ID, Name: in.Name, Email: in.Email}
	_, err = a.store.Customers.Create(r.Context(), &c, once.Option())
	return once.Created(w, "/customers/"+c.ID, err)
}

func (a *API) getCustomer(w http.ResponseWriter, r *http.Request) error {
	c, err := a.store.Customers.Get(r.Context(), shop.CustomerKey.Of(r.PathValue("id")))
	if err != nil {
		return err
	}
	return web.Versioned(w, r, http.StatusOK, c.Meta, c)
}

// putCustomer replaces the version that the client has read.
func (a *API) putCustomer(w http.ResponseWriter, r *http.Request) error {
	var in customerBody
	if _, err := web.Body(w, r, &in); err != nil {
		return err
	}
	version, err := web.IfMatch(r)
	if err != nil {
		return err
	}
	c := shop.Customer{ID: r.PathValue("id"), Name: in.Name, Email: in.Email, Meta: version}
	if _, err := a.store.Customers.Put(r.Context(), &c); err != nil {
		return web.Refused(w, r, a.store.Customers, err, func(c *shop.Customer) meta.Record { return c.Meta })
	}
	return web.Versioned(w, r, http.StatusOK, c.Meta, c)
}

func (a *API) deleteCustomer(w http.ResponseWriter, r *http.Request) error {
	version, err := web.IfMatch(r)
	if err != nil {
		return err
	}
	if err := a.store.Customers.DeleteValue(r.Context(), &shop.Customer{ID: r.PathValue("id"), Meta: version}); err != nil {
		return err
	}
	w.WriteHeader(http.StatusNoContent)
	return nil
}
