package api_test

import (
	"net/http"
	"strings"
	"testing"
	"testing/synctest"

	"github.com/dystore/dystore/fault"
)

// TestEachFault sends requests that have an Idempotency-Key, with each fault at
// each of the requests that they need. Whatever the client is told, nothing is
// half done; and when it repeats the request, it is done once.
func TestEachFault(t *testing.T) {
	for name, test := range map[string]struct {
		body         string
		path         func(customer string) string
		before, then int // pieces in the north, before it is done and then
	}{
		"order": {twoTea, func(customer string) string { return customer + "/orders" }, 10, 8},
		"movement": {`{"sku": "tea", "from": "north", "to": "south", "count": 3}`,
			func(string) string { return "/movements" }, 10, 7},
		"customer": {`{"name": "Grace", "email": "grace@example.org"}`,
			func(string) string { return "/customers" }, 10, 10},
	} {
		s, customer := stocked(t)
		s.net.Reset()
		s.must(http.StatusCreated, "POST", test.path(customer), test.body, "Idempotency-Key", "k")
		n := 0
		for at, rule := range fault.Each(s.net.Requests(), fault.Standard()...) {
			n++
			t.Run(name+", "+at, func(t *testing.T) {
				synctest.Test(t, func(t *testing.T) {
					s, customer := stocked(t)
					s.net.Reset(rule)
					w := s.send("POST", test.path(customer), test.body, "Idempotency-Key", "k")
					s.net.Reset()
					if got := s.count("north"); got != test.before && got != test.then {
						t.Errorf("%d pieces in the north, want %d or %d", got, test.before, test.then)
					}
					if w.Code != http.StatusCreated {
						w = s.must(http.StatusCreated, "POST", test.path(customer), test.body, "Idempotency-Key", "k")
					}
					s.must(http.StatusOK, "GET", w.Header().Get("Location"), "")
					if got := s.count("north"); got != test.then {
						t.Errorf("%d pieces in the north, want %d", got, test.then)
					}
				})
			})
		}
		if n < 5 {
			t.Errorf("%s: %d faults", name, n)
		}
	}
}

// TestPaymentUnderEachFault: an order is paid, with its payment, or open, without.
// The client who is not told reads it.
func TestPaymentUnderEachFault(t *testing.T) {
	s, customer := stocked(t)
	order, tag := s.place(customer, "k")
	s.net.Reset()
	s.must(http.StatusOK, "PUT", order+"/payment", card, "If-Match", tag)
	for name, rule := range fault.Each(s.net.Requests(), fault.Standard()...) {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				s, customer := stocked(t)
				order, tag := s.place(customer, "k")
				s.net.Reset(rule)
				w := s.send("PUT", order+"/payment", card, "If-Match", tag)
				s.net.Reset()
				o := s.must(http.StatusOK, "GET", order, "").Body.String()
				paid, with := strings.Contains(o, `"status":"paid"`), strings.Contains(o, `"payment":{"card":`)
				if paid != with || !paid && w.Code < http.StatusInternalServerError {
					t.Errorf("answered with %d: %s", w.Code, o)
				}
			})
		})
	}
}

// whole checks that each order of the customer has taken two pieces of tea, and
// returns their number.
func (s *service) whole(customer string) int {
	s.t.Helper()
	page := decode[struct{ Orders []any }](s.t, s.must(http.StatusOK, "GET", customer+"/orders", ""))
	if n, left := len(page.Orders), s.count("north"); left != 10-2*n {
		s.t.Errorf("%d orders of 2 pieces, and %d of 10 pieces are left", n, left)
	}
	return len(page.Orders)
}

// TestLastingFaults: the status says whether the order may be placed: 503 if
// nothing was done, 504 if that is not known. The client's next attempt with the
// same key is safe after both.
func TestLastingFaults(t *testing.T) {
	for _, test := range []struct {
		fault  fault.Fault
		status int
		typ    string
		orders int // that are there, although the client does not know
	}{
		{fault.Throttle(), http.StatusServiceUnavailable, "overloaded", 0},
		{fault.Conflict(), http.StatusServiceUnavailable, "overloaded", 0},
		{fault.SendError(), http.StatusGatewayTimeout, "outcome-unknown", 0},
		{fault.ServerError(), http.StatusGatewayTimeout, "outcome-unknown", 0},
		{fault.ReplyLost(), http.StatusGatewayTimeout, "outcome-unknown", 1},
		{fault.ServerErrorAfter(), http.StatusGatewayTimeout, "outcome-unknown", 1},
	} {
		t.Run(test.fault.String(), func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) { // the 8 seconds of a request take no time
				s, customer := stocked(t)
				s.net.Reset(fault.Inject(test.fault, fault.Op("TransactWriteItems")))
				s.problem(test.status, test.typ, "POST", customer+"/orders", twoTea, "Idempotency-Key", "k")
				s.net.Reset()
				if n := s.whole(customer); n != test.orders {
					t.Errorf("%d orders, want %d", n, test.orders)
				}
				s.must(http.StatusCreated, "POST", customer+"/orders", twoTea, "Idempotency-Key", "k")
				if n := s.whole(customer); n != 1 {
					t.Errorf("%d orders after the next attempt, want 1", n)
				}
			})
		})
	}
}

// TestReadsUnderFaults: a read that fails is 503, and changes nothing.
func TestReadsUnderFaults(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s, customer := stocked(t)
		s.net.Reset(fault.Inject(fault.Throttle()))
		s.problem(http.StatusServiceUnavailable, "overloaded", "GET", customer, "")
		s.problem(http.StatusServiceUnavailable, "overloaded", "GET", "/readyz", "")
		if w := s.send("GET", customer, ""); w.Header().Get("Retry-After") != "1" {
			t.Errorf("Retry-After is %q", w.Header().Get("Retry-After"))
		}
		s.must(http.StatusNoContent, "GET", "/livez", "")
		s.net.Reset()
		s.must(http.StatusNoContent, "GET", "/readyz", "")
		s.api.Ending()
		s.problem(http.StatusServiceUnavailable, "shutdown", "GET", "/readyz", "")
	})
}
