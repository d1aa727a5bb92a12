package rollout

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/dystore/dystore/dynamodbtest"
	"github.com/dystore/dystore/embedded"
	"github.com/dystore/dystore/examples/service/internal/api"
	"github.com/dystore/dystore/examples/service/internal/shop"
	"github.com/dystore/dystore/fault"
	"github.com/dystore/dystore/repo"
)

// deployment is both versions, each with a client of its own, over one set of
// tables.
type deployment struct {
	t             *testing.T
	before, today *httptest.Server
	customer      string
	orders        []string // their paths; those of today's version and of the one before in turn
}

// troubles are what happens to the requests of both versions, now and then.
func troubles(seed uint64) fault.Rule {
	return fault.Random(seed, 0.05, []fault.Fault{
		fault.SendError(), fault.ReplyLost(), fault.ServerErrorAfter(), fault.Throttle(), fault.Conflict(),
	})
}

// deploy starts both versions, and places n orders of two lines with each. In those
// of today's version, one line is wrapped as a gift.
func deploy(t *testing.T, n int) *deployment {
	t.Helper()
	engine := dynamodbtest.Start(t, dynamodbtest.Dynoxide(""), dynamodbtest.Embedded(embedded.WithStrictness(1)))
	prefix := repo.TablePrefix(engine.TablePrefix(t))
	secrets, err := shop.RandomSecrets()
	if err != nil {
		t.Fatal(err)
	}
	client, net := fault.Wrap(engine.Client())
	store, err := shop.New(client, secrets, prefix)
	if err != nil {
		t.Fatal(err)
	}
	if err := store.CreateTables(t.Context()); err != nil {
		t.Fatal(err)
	}
	net.Reset(troubles(1))
	oldClient, _ := fault.Wrap(engine.Client(), troubles(2))
	old, err := repo.New(oldClient, orders(), prefix)
	if err != nil {
		t.Fatal(err)
	}
	d := &deployment{t: t, before: httptest.NewServer(before{old}.routes()), today: httptest.NewServer(api.New(store, time.Now).Routes())}
	t.Cleanup(d.before.Close)
	t.Cleanup(d.today.Close)

	d.must(http.StatusOK, d.today, "PUT", "/stock/north/tea", `{"count": 100}`)
	d.must(http.StatusOK, d.today, "PUT", "/stock/north/cup", `{"count": 100}`)
	d.customer = d.must(http.StatusCreated, d.today, "POST", "/customers", `{"name": "Ada", "email": "ada@example.org"}`, "Idempotency-Key", "ada").location
	for i := range n {
		d.place(d.today, fmt.Sprint("today ", i), `{"warehouse": "north", "note": "2 lines", "gift": "0", "basket": {"lines": [
			{"sku": "tea", "count": 1, "wrap": true}, {"sku": "cup", "count": 1}]}}`)
		d.place(d.before, fmt.Sprint("before ", i), `{"warehouse": "north", "note": "2 lines", "basket": {"lines": [
			{"sku": "tea", "count": 1}, {"sku": "cup", "count": 1}]}}`)
	}
	return d
}

func (d *deployment) place(with *httptest.Server, key, body string) {
	d.t.Helper()
	a := d.must(http.StatusCreated, with, "POST", d.customer+"/orders", body, "Idempotency-Key", key)
	d.orders = append(d.orders, a.location)
}

// counted is the note of an order with n lines.
func counted(n int) string { return fmt.Sprintf("%d lines", n) }

// answer is an answer of either version.
type answer struct {
	status         int
	location, etag string
	body           []byte
}

func (d *deployment) send(to *httptest.Server, method, path, body string, headers ...string) answer {
	r, err := http.NewRequestWithContext(d.t.Context(), method, to.URL+path, strings.NewReader(body))
	if err != nil {
		d.t.Error(err)
		return answer{}
	}
	for i := 0; i < len(headers); i += 2 {
		r.Header.Set(headers[i], headers[i+1])
	}
	response, err := to.Client().Do(r)
	if err != nil {
		d.t.Error(err)
		return answer{}
	}
	defer response.Body.Close()
	content, err := io.ReadAll(response.Body)
	if err != nil {
		d.t.Error(err)
	}
	return answer{response.StatusCode, response.Header.Get("Location"), response.Header.Get("ETag"), content}
}

func (d *deployment) must(status int, to *httptest.Server, method, path, body string, headers ...string) answer {
	d.t.Helper()
	a := d.send(to, method, path, body, headers...)
	if a.status != status {
		d.t.Errorf("%s %s %s: got %d %s, want %d", method, path, body, a.status, a.body, status)
	}
	return a
}

// until repeats a request that is refused for its version or for load, or of which
// it is not known whether it was done.
func (d *deployment) until(status int, request func() answer) answer {
	d.t.Helper()
	for {
		switch a := request(); a.status {
		case status:
			return a
		case http.StatusPreconditionFailed, http.StatusServiceUnavailable, http.StatusGatewayTimeout:
		default:
			d.t.Errorf("got %d %s, want %d", a.status, a.body, status)
			return a
		}
	}
}

// read is an order as today's version shows it.
func (d *deployment) read(order string) (o shop.Order, etag string) {
	d.t.Helper()
	a := d.until(http.StatusOK, func() answer { return d.send(d.today, "GET", order, "") })
	if err := json.Unmarshal(a.body, &struct {
		*shop.Order
		Payment any
	}{Order: &o}); err != nil {
		d.t.Error(err)
	}
	return o, a.etag
}

// TestBothVersionsWrite runs both versions at once, on a network that has faults. The old one adds lines to the
// baskets, the new one changes what only it knows, and a reader looks on. At the
// end every write that was acknowledged is there, and what the old version does
// not know is as the new one has written it.
func TestBothVersionsWrite(t *testing.T) {
	const added, gifts = 6, 12
	d := deploy(t, 2)
	var writers, reader sync.WaitGroup
	for _, order := range d.orders {
		for writer := range 2 {
			writers.Go(func() {
				for i := range added {
					line := fmt.Sprintf(`{"sku": "sku-%d-%d", "count": 1}`, writer, i)
					d.until(http.StatusNoContent, func() answer { return d.send(d.before, "POST", order+"/lines", line) })
				}
			})
		}
		writers.Go(func() {
			for i := range gifts {
				gift := fmt.Sprintf(`{"gift": "%d"}`, i+1)
				d.until(http.StatusOK, func() answer {
					_, etag := d.read(order)
					return d.send(d.today, "PATCH", order, gift, "If-Match", etag)
				})
			}
		})
	}
	done := make(chan struct{})
	reader.Go(func() {
		for {
			for _, order := range d.orders {
				if o, _ := d.read(order); o.Note != counted(len(o.Basket.Lines)) {
					t.Errorf("torn: %q, and the basket has %d lines", o.Note, len(o.Basket.Lines))
				}
			}
			select {
			case <-done:
				return
			default:
			}
		}
	})
	writers.Wait()
	close(done)
	reader.Wait()

	for i, order := range d.orders {
		want := map[string]bool{"tea": i%2 == 0, "cup": false} // wrapped or not
		for writer := range 2 {
			for i := range added {
				want[fmt.Sprintf("sku-%d-%d", writer, i)] = false
			}
		}
		o, _ := d.read(order)
		got := map[string]bool{}
		for _, line := range o.Basket.Lines {
			got[line.SKU] = line.Wrap
		}
		if diff := cmp.Diff(want, got); diff != "" || len(o.Basket.Lines) != len(want) {
			t.Errorf("%d lines (-acknowledged +stored):\n%s", len(o.Basket.Lines), diff)
		}
		if o.Gift != fmt.Sprint(gifts) || o.Note != counted(len(want)) {
			t.Errorf("got the gift %q and the note %q, want %d and %s", o.Gift, o.Note, gifts, counted(len(want)))
		}
	}
}

// TestUnknownVariant: the old version cannot show an order that was paid with a
// voucher, and says so. It can change what it knows, and carries the voucher and
// the gift through.
func TestUnknownVariant(t *testing.T) {
	d := deploy(t, 1)
	voucher, card := d.orders[0], d.orders[1]
	_, etag := d.read(voucher)
	etag = d.must(http.StatusOK, d.today, "PUT", voucher+"/payment", `{"voucher": {"code": "XMAS"}}`, "If-Match", etag).etag

	refused := d.must(http.StatusServiceUnavailable, d.before, "GET", voucher, "")
	if !strings.Contains(string(refused.body), `"/problems/newer-version"`) {
		t.Errorf("got %s", refused.body)
	}
	d.must(http.StatusServiceUnavailable, d.before, "POST", voucher+"/lines", `{"sku": "mug", "count": 1}`)
	d.must(http.StatusNoContent, d.before, "PATCH", voucher, `{"note": "ring"}`, "If-Match", etag)
	after := d.must(http.StatusOK, d.today, "GET", voucher, "")
	for _, want := range []string{`"payment":{"voucher":{"code":"XMAS"}}`, `"note":"ring"`, `"gift":"0"`, `{"sku":"tea","count":1,"wrap":true}`} {
		if !strings.Contains(string(after.body), want) {
			t.Errorf("got %s, want %s in it", after.body, want)
		}
	}

	_, etag = d.read(card)
	d.must(http.StatusOK, d.today, "PUT", card+"/payment", `{"card": {"holder": "Ada", "last4": "4711"}}`, "If-Match", etag)
	old := d.must(http.StatusOK, d.before, "GET", card, "")
	if want := `"payment":{"holder":"Ada","last4":"4711"}`; !strings.Contains(string(old.body), want) {
		t.Errorf("the old version shows %s, want %s in it", old.body, want)
	}
}
