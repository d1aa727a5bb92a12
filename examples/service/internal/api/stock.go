package api

import (
	"errors"
	"net/http"

	"github.com/dystore/dystore/examples/service/internal/shop"
	"github.com/dystore/dystore/examples/service/internal/web"
	"github.com/dystore/dystore/repo"
)

// What clients send. The types have names because errors of validation begin with
// them.
type (
	countBody struct {
		Count int `json:"count" validate:"gte=0"`
	}
	movementBody struct {
		SKU   string `json:"sku" validate:"required"`
		From  string `json:"from" validate:"required"`
		To    string `json:"to" validate:"required,nefield=From"`
		Count int    `json:"count" validate:"min=1"`
	}
)

func (a *API) getStock(w http.ResponseWriter, r *http.Request) error {
	s, err := a.store.Stock.Get(r.Context(), shop.StockKey.Of(r.PathValue("warehouse"), r.PathValue("sku")))
	if err != nil {
		return err
	}
	return web.Versioned(w, r, http.StatusOK, s.Meta, s)
}

// putStock sets what was counted, whatever was there before.
func (a *API) putStock(w http.ResponseWriter, r *http.Request) error {
	var in countBody
	if _, err := web.Body(w, r, &in); err != nil {
		return err
	}
	if err := a.rules.Struct(in); err != nil {
		return err
	}
	s := shop.Stock{Warehouse: r.PathValue("warehouse"), SKU: r.PathValue("sku"), Count: in.Count}
	if _, err := a.store.Stock.Put(r.Context(), &s); err != nil {
		return err
	}
	return web.Versioned(w, r, http.StatusOK, s.Meta, s)
}

// moveStock moves pieces from one warehouse to another, and keeps a record of it:
// all of that or nothing. A repetition finds the record.
func (a *API) moveStock(w http.ResponseWriter, r *http.Request) error {
	var in movementBody
	body, err := web.Body(w, r, &in)
	if err != nil {
		return err
	}
	if err := a.rules.Struct(in); err != nil {
		return err
	}
	once, err := web.OnceOf(r, body)
	if err != nil {
		return err
	}
	m := shop.Movement{ID: once.ID, SKU: in.SKU, From: in.From, To: in.To, Count: in.Count, At: a.now().UTC()}
	err = repo.Transact(r.Context(), []repo.Op{
		a.store.Movements.CreateOp(&m),
		a.store.Take(m.From, m.SKU, m.Count),
		a.store.Bring(m.To, m.SKU, m.Count),
	}, once.Option())
	if refused, ok := errors.AsType[*repo.OpError](err); ok && refused.Index == 1 && errors.Is(err, repo.ErrCondition) {
		err = outOfStock(m.From, m.SKU)
	}
	return once.Created(w, "/movements/"+m.ID, err)
}

func (a *API) getMovement(w http.ResponseWriter, r *http.Request) error {
	m, err := a.store.Movements.Get(r.Context(), shop.MovementKey.Of(r.PathValue("id")))
	if err != nil {
		return err
	}
	return web.JSON(w, http.StatusOK, m)
}

func outOfStock(warehouse, sku string) *web.Problem {
	p := web.NewProblem(http.StatusConflict, "out-of-stock", "the warehouse does not have as many")
	p.Detail = sku + " in " + warehouse
	return p
}
