package api_test

import (
	"context"
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/dystore/dystore/embedded"
	"github.com/dystore/dystore/examples/service/internal/api"
	"github.com/dystore/dystore/examples/service/internal/shop"
	"github.com/dystore/dystore/fault"
)

// service is the API over an embedded engine, without a socket.
type service struct {
	t       testing.TB
	store   *shop.Store
	api     *api.API
	handler http.Handler
	net     *fault.Transport
	now     time.Time
}

func start(t testing.TB, opts ...embedded.Option) *service {
	t.Helper()
	secrets, err := shop.RandomSecrets()
	if err != nil {
		t.Fatal(err)
	}
	s := &service{t: t, now: time.Date(2026, 11, 29, 12, 0, 0, 0, time.UTC)}
	client, net := fault.Wrap(embedded.New(opts...).Client())
	store, err := shop.New(client, secrets)
	if err != nil {
		t.Fatal(err)
	}
	if err := store.CreateTables(t.Context()); err != nil {
		t.Fatal(err)
	}
	s.store, s.net = store, net
	s.api = api.New(store, func() time.Time { return s.now })
	s.handler = s.api.Routes()
	return s
}

// send sends a request; headers are names and values in turn.
func (s *service) send(method, path, body string, headers ...string) *httptest.ResponseRecorder {
	return s.sendWith(s.t.Context(), method, path, body, headers...)
}

func (s *service) sendWith(ctx context.Context, method, path, body string, headers ...string) *httptest.ResponseRecorder {
	r := httptest.NewRequestWithContext(ctx, method, path, strings.NewReader(body))
	for i := 0; i < len(headers); i += 2 {
		r.Header.Set(headers[i], headers[i+1])
	}
	w := httptest.NewRecorder()
	s.handler.ServeHTTP(w, r)
	return w
}

// must sends a request that has to be answered with a status.
func (s *service) must(status int, method, path, body string, headers ...string) *httptest.ResponseRecorder {
	s.t.Helper()
	w := s.send(method, path, body, headers...)
	if w.Code != status {
		s.t.Fatalf("%s %s %s: got %d %s, want %d", method, path, body, w.Code, w.Body, status)
	}
	return w
}

// problem sends a request that has to be answered with a problem of a type.
func (s *service) problem(status int, typ, method, path, body string, headers ...string) map[string]any {
	s.t.Helper()
	w := s.must(status, method, path, body, headers...)
	p := decode[map[string]any](s.t, w)
	if p["type"] != "/problems/"+typ || w.Header().Get("Content-Type") != "application/problem+json" {
		s.t.Errorf("%s %s %s: got %s as %s, want the type %s", method, path, body, w.Body, w.Header().Get("Content-Type"), typ)
	}
	return p
}

func decode[T any](t testing.TB, w *httptest.ResponseRecorder) (v T) {
	t.Helper()
	if err := json.Unmarshal(w.Body.Bytes(), &v); err != nil {
		t.Fatalf("%s: %v", w.Body, err)
	}
	return v
}

// count is the stock of tea in a warehouse.
func (s *service) count(warehouse string) int {
	s.t.Helper()
	return decode[shop.Stock](s.t, s.must(http.StatusOK, "GET", "/stock/"+warehouse+"/tea", "")).Count
}

const (
	ada    = `{"name": "Ada", "email": "ada@example.org"}`
	twoTea = `{"warehouse": "north", "basket": {"lines": [{"sku": "tea", "count": 2}]}}`
)

// stocked is a service with a customer and 10 pieces of tea in the north, none in
// the south.
func stocked(t testing.TB, opts ...embedded.Option) (s *service, customer string) {
	t.Helper()
	s = start(t, opts...)
	customer = s.must(http.StatusCreated, "POST", "/customers", ada, "Idempotency-Key", "ada").Header().Get("Location")
	s.must(http.StatusOK, "PUT", "/stock/north/tea", `{"count": 10}`)
	s.must(http.StatusOK, "PUT", "/stock/south/tea", `{"count": 0}`)
	return s, customer
}
