package api

import (
	"crypto/rand"
	"net/http"
	"strings"
	"time"

	"github.com/dystore/dystore/examples/service/internal/shop"
	"github.com/dystore/dystore/examples/service/internal/web"
	"github.com/dystore/dystore/repo"
)

// sessionTime is how long a session lasts.
const sessionTime = time.Hour

// createSession is where a real service checks a password or another proof first.
func (a *API) createSession(w http.ResponseWriter, r *http.Request) error {
	token := rand.Text()
	s := shop.Session{Token: shop.HashToken(token), Customer: r.PathValue("id"), Until: a.now().UTC().Add(sessionTime)}
	err := repo.Transact(r.Context(), []repo.Op{
		a.store.Sessions.CreateOp(&s),
		a.store.Customers.CheckOp(shop.CustomerKey.Of(s.Customer)),
	})
	if err != nil {
		return err
	}
	return web.JSON(w, http.StatusCreated, struct {
		Token string `json:"token"`
		shop.Session
	}{token, s})
}

// getSession says who the caller is. A session that has expired is not there.
func (a *API) getSession(w http.ResponseWriter, r *http.Request) error {
	s, err := a.store.Sessions.Get(r.Context(), shop.SessionKey(bearer(r)))
	if err != nil {
		return err
	}
	return web.JSON(w, http.StatusOK, s)
}

func (a *API) deleteSession(w http.ResponseWriter, r *http.Request) error {
	if err := a.store.Sessions.Delete(r.Context(), shop.SessionKey(bearer(r))); err != nil {
		return err
	}
	w.WriteHeader(http.StatusNoContent)
	return nil
}

func bearer(r *http.Request) string {
	return strings.TrimPrefix(r.Header.Get("Authorization"), "Bearer ")
}
