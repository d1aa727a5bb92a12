package api_test

import (
	"bytes"
	"encoding/base64"
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/dystore/dystore/embedded"
	"github.com/dystore/dystore/fault"
)

// place places an order of two pieces of tea.
func (s *service) place(customer, key string) (order, tag string) {
	s.t.Helper()
	order = s.must(http.StatusCreated, "POST", customer+"/orders", twoTea, "Idempotency-Key", key).Header().Get("Location")
	return order, s.must(http.StatusOK, "GET", order, "").Header().Get("ETag")
}

// TestIdempotencyKey: one key and body is one order, as often as it is sent, also
// when the order has changed. Another body under the key is refused.
func TestIdempotencyKey(t *testing.T) {
	s, ada := stocked(t)
	order, tag := s.place(ada, "k")
	for range 3 {
		s.now = s.now.Add(time.Second)
		again, _ := s.place(ada, "k")
		if again != order {
			t.Errorf("got %s, want %s", again, order)
		}
	}
	s.must(http.StatusOK, "PATCH", order, `{"note": "ring"}`, "If-Match", tag)
	if again, _ := s.place(ada, "k"); again != order || s.count("north") != 8 {
		t.Errorf("got %s, want %s; %d pieces are left, want 8", again, order, s.count("north"))
	}
	p := s.problem(http.StatusConflict, "key-used", "POST", ada+"/orders", strings.Replace(twoTea, "2", "3", 1), "Idempotency-Key", "k")
	if p["detail"] != order || s.count("north") != 8 {
		t.Errorf("got %v, want %s; %d pieces are left, want 8", p, order, s.count("north"))
	}
}

// TestRepetitionAtOnce: the same request from several connections at once, while
// each of them may be refused or lost. The last pieces are sold once.
func TestRepetitionAtOnce(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s, ada := stocked(t, embedded.WithConflicts(0.2), embedded.WithSeed(2))
		s.must(http.StatusOK, "PUT", "/stock/north/tea", `{"count": 2}`)
		s.net.Reset(fault.Random(3, 0.2, []fault.Fault{fault.ReplyLost(), fault.SendError()}))
		var clients sync.WaitGroup
		for range 8 {
			clients.Go(func() {
				w := s.send("POST", ada+"/orders", twoTea, "Idempotency-Key", "k")
				for w.Code >= http.StatusInternalServerError { // not done, or not known
					w = s.send("POST", ada+"/orders", twoTea, "Idempotency-Key", "k")
				}
				if w.Code != http.StatusCreated {
					t.Errorf("got %d %s", w.Code, w.Body)
				}
			})
		}
		clients.Wait()
		s.net.Reset()
		page := decode[struct{ Orders []any }](t, s.must(http.StatusOK, "GET", ada+"/orders", ""))
		if len(page.Orders) != 1 || s.count("north") != 0 {
			t.Errorf("%d orders, %d pieces are left; want 1 and 0", len(page.Orders), s.count("north"))
		}
		s.must(http.StatusCreated, "POST", ada+"/orders", twoTea, "Idempotency-Key", "k")
		s.problem(http.StatusConflict, "out-of-stock", "POST", ada+"/orders", twoTea, "Idempotency-Key", "l")
	})
}

// TestMovementIsRemembered: also after more changes of the stock than it
// remembers, because the record of the movement does.
func TestMovementIsRemembered(t *testing.T) {
	s, _ := stocked(t)
	const one = `{"sku": "tea", "from": "north", "to": "south", "count": 1}`
	first := s.must(http.StatusCreated, "POST", "/movements", one, "Idempotency-Key", "first").Header().Get("Location")
	for i := range 9 {
		s.must(http.StatusCreated, "POST", "/movements", one, "Idempotency-Key", fmt.Sprint(i))
	}
	s.must(http.StatusCreated, "POST", "/movements", one, "Idempotency-Key", "first")
	if n := s.count("south"); n != 10 {
		t.Errorf("%d pieces were moved, want 10", n)
	}
	s.problem(http.StatusConflict, "out-of-stock", "POST", "/movements", one, "Idempotency-Key", "last")
	s.must(http.StatusOK, "GET", first, "")
}

// TestVersionOrState: 412 is about what the client has seen, 409 about what the
// order is.
func TestVersionOrState(t *testing.T) {
	s, ada := stocked(t)
	order, tag := s.place(ada, "k")
	changed := s.must(http.StatusOK, "PATCH", order, `{"note": "ring", "gift": "for you"}`, "If-Match", tag).Header().Get("ETag")
	s.net.Reset()
	refused := s.must(http.StatusPreconditionFailed, "PATCH", order, `{"note": "do not ring"}`, "If-Match", tag)
	if got := refused.Header().Get("ETag"); got != changed || s.net.Count() != 1 {
		t.Errorf("refused with the ETag %s after %d requests, want %s after 1", got, s.net.Count(), changed)
	}
	s.problem(http.StatusPreconditionFailed, "changed", "PATCH", order, `{"note": "do not ring"}`, "If-Match", tag)
	s.problem(http.StatusPreconditionRequired, "if-match", "PATCH", order, `{"note": "do not ring"}`)
	s.problem(http.StatusUnprocessableEntity, "invalid", "PATCH", order, `{}`, "If-Match", changed)
	s.problem(http.StatusPreconditionFailed, "changed", "PUT", order+"/payment", card, "If-Match", tag)
	s.problem(http.StatusPreconditionFailed, "changed", "POST", order+"/cancel", "", "If-Match", tag)

	paid := s.must(http.StatusOK, "PUT", order+"/payment", card, "If-Match", changed).Header().Get("ETag")
	s.problem(http.StatusConflict, "state", "PUT", order+"/payment", card, "If-Match", paid)
	s.problem(http.StatusConflict, "state", "POST", order+"/cancel", "", "If-Match", paid)
	s.problem(http.StatusNotFound, "not-found", "GET", order+"x", "")
}

const card = `{"card": {"holder": "Ada", "last4": "4711"}}`

func TestPayments(t *testing.T) {
	s, ada := stocked(t)
	for i, pay := range []string{card, `{"transfer": {"iban": "DE02"}}`, `{"voucher": {"code": "XMAS"}}`} {
		order, tag := s.place(ada, fmt.Sprint(i))
		s.problem(http.StatusUnprocessableEntity, "payment", "PUT", order+"/payment", `{}`, "If-Match", tag)
		p := s.problem(http.StatusUnprocessableEntity, "invalid", "PUT", order+"/payment", `{"card": {"last4": "1"}}`, "If-Match", tag)
		if got, want := fmt.Sprint(p["fields"]), "[map[path:payment.holder rule:required] map[path:payment.last4 rule:len=4]]"; got != want {
			t.Errorf("got %s, want %s", got, want)
		}
		w := s.must(http.StatusOK, "PUT", order+"/payment", pay, "If-Match", tag)
		if want := `"status":"paid"`; !strings.Contains(w.Body.String(), want) || !strings.Contains(w.Body.String(), `"payment":`+strings.ReplaceAll(pay, " ", "")) {
			t.Errorf("got %s, want %s and %s", w.Body, want, pay)
		}
	}
}

// TestCancel brings the pieces back, once.
func TestCancel(t *testing.T) {
	s, ada := stocked(t)
	order, tag := s.place(ada, "k")
	cancelled := s.must(http.StatusOK, "POST", order+"/cancel", "", "If-Match", tag)
	s.problem(http.StatusPreconditionFailed, "changed", "POST", order+"/cancel", "", "If-Match", tag)
	s.problem(http.StatusConflict, "state", "POST", order+"/cancel", "", "If-Match", cancelled.Header().Get("ETag"))
	if n := s.count("north"); n != 10 {
		t.Errorf("%d pieces are left, want 10", n)
	}
}

// TestPages follows the links, from page to page, to the end. The cursor does not
// show keys, and is no cursor of another list. A list reads no baskets.
func TestPages(t *testing.T) {
	s, ada := stocked(t)
	var want []string
	for i := range 5 {
		s.now = s.now.Add(time.Second)
		order, _ := s.place(ada, fmt.Sprint(i))
		want = append(want, order)
	}
	slices.Reverse(want)
	customer := strings.TrimPrefix(ada, "/customers/")
	next := ada + "/orders?limit=2"
	var got []string
	for pages := 1; next != ""; pages++ {
		s.net.Reset(fault.Inject(fault.Crash(), fault.Op("BatchGetItem")))
		w := s.must(http.StatusOK, "GET", next, "")
		for _, o := range decode[struct{ Orders []struct{ ID string } }](t, w).Orders {
			got = append(got, ada+"/orders/"+o.ID)
		}
		next = link(w)
		if pages > 3 {
			t.Fatalf("page %d links %s", pages, next)
		}
		if next != "" {
			u, err := url.Parse(next)
			if err != nil {
				t.Fatal(err)
			}
			cursor := u.Query().Get("cursor")
			s.problem(http.StatusBadRequest, "cursor", "GET", "/orders?status=open&cursor="+cursor, "")
			plain, err := base64.RawURLEncoding.DecodeString(cursor)
			if err != nil || bytes.Contains(plain, []byte(customer)) || bytes.Contains(plain, []byte("by-placed")) {
				t.Errorf("%s contains %q, %v", cursor, plain, err)
			}
		}
	}
	if !slices.Equal(got, want) {
		t.Errorf("got %v, want %v", got, want)
	}
}

func link(w *httptest.ResponseRecorder) string {
	target, _, _ := strings.Cut(strings.TrimPrefix(w.Header().Get("Link"), "<"), ">")
	return target
}

// TestSessions: a session that has expired is not there, before DynamoDB deletes
// it, which takes days.
func TestSessions(t *testing.T) {
	s, ada := stocked(t, embedded.WithTTLDelay(48*time.Hour))
	s.now = time.Now()
	open := func() string {
		return "Bearer " + decode[struct{ Token string }](t, s.must(http.StatusCreated, "POST", ada+"/sessions", "")).Token
	}
	token := open()
	who := decode[struct{ Customer string }](t, s.must(http.StatusOK, "GET", "/session", "", "Authorization", token)).Customer
	if "/customers/"+who != ada {
		t.Errorf("got %s, want %s", who, ada)
	}
	s.problem(http.StatusNotFound, "not-found", "GET", "/session", "", "Authorization", token+"x")
	s.must(http.StatusNoContent, "DELETE", "/session", "", "Authorization", token)
	s.problem(http.StatusNotFound, "not-found", "GET", "/session", "", "Authorization", token)

	s.now = time.Now().Add(-2 * time.Hour)
	s.problem(http.StatusNotFound, "not-found", "GET", "/session", "", "Authorization", open())
}
