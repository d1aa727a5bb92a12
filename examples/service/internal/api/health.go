package api

import (
	"net/http"

	"github.com/dystore/dystore/examples/service/internal/shop"
	"github.com/dystore/dystore/examples/service/internal/web"
	"github.com/dystore/dystore/repo"
)

// live: the process answers. It asks nobody, because a restart mends nothing that
// is elsewhere.
func (a *API) live(w http.ResponseWriter, r *http.Request) error {
	w.WriteHeader(http.StatusNoContent)
	return nil
}

// ready: requests can be served. One eventually consistent read asks DynamoDB.
func (a *API) ready(w http.ResponseWriter, r *http.Request) error {
	if a.ends.Load() {
		return web.NewProblem(http.StatusServiceUnavailable, "shutdown", "the instance ends")
	}
	if _, err := a.store.Stock.Exists(r.Context(), shop.StockKey.Of("ready", "ready"), repo.Eventually()); err != nil {
		return err
	}
	w.WriteHeader(http.StatusNoContent)
	return nil
}

// Ending makes the instance not ready, so that no new requests come while those
// under way end.
func (a *API) Ending() { a.ends.Store(true) }
