package api_test

import (
	"net/http"
	"testing"
	"testing/synctest"

	"github.com/dystore/dystore/fault"
)

// TestOrderUnderEachFault places an order, with each fault at each of its requests.
// Whatever the client is told, nothing is half done; and when it repeats the
// request with its Idempotency-Key, the order is placed once.
func TestOrderUnderEachFault(t *testing.T) {
	s, customer := stocked(t)
	s.net.Reset()
	s.must(http.StatusCreated, "POST", customer+"/orders", twoTea, "Idempotency-Key", "k")
	requests := s.net.Requests()
	n := 0
	for name, rule := range fault.Each(requests, fault.Standard()...) {
		n++
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				s, customer := stocked(t)
				s.net.Reset(rule)
				w := s.send("POST", customer+"/orders", twoTea, "Idempotency-Key", "k")
				s.net.Reset()
				if w.Code != http.StatusCreated {
					s.whole(customer)
					w = s.must(http.StatusCreated, "POST", customer+"/orders", twoTea, "Idempotency-Key", "k")
				}
				s.must(http.StatusOK, "GET", w.Header().Get("Location"), "")
				if orders := s.whole(customer); orders != 1 {
					t.Errorf("%d orders, want 1", orders)
				}
			})
		})
	}
	if n < 5 {
		t.Errorf("%d faults at %d requests", n, len(requests))
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
