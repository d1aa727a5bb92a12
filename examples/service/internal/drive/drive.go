package drive

import (
	"context"
	"encoding/json"
	"io"
)

// Run sends its requests to the service at base, which must be new, and prints
// them. Ids, times and tokens are left out of what it prints, so that it is the
// same each time.
func Run(ctx context.Context, base string, out io.Writer) error {
	c := &client{ctx: ctx, base: base, out: out}
	customer := c.customers()
	c.stock()
	order := c.orders(customer)
	c.payment(order)
	c.lists(customer)
	c.cancel(customer)
	c.sessions(customer)
	return c.err
}

func (c *client) customers() (customer string) {
	c.say("A customer. The answer is lost, so the client sends the request again.")
	const ada = `{"name": "Ada", "email": "ada@example.org"}`
	c.send("POST", "/customers", ada, "Idempotency-Key", "7a1c")
	customer = c.send("POST", "/customers", ada, "Idempotency-Key", "7a1c").location

	c.say("The same key for another request; a request that is not valid; an e-mail address that is taken.")
	c.send("POST", "/customers", `{"name": "Grace", "email": "grace@example.org"}`, "Idempotency-Key", "7a1c")
	c.send("POST", "/customers", `{"email": "not an address"}`, "Idempotency-Key", "7a1d")
	c.send("POST", "/customers", `{"name": "Ada", "email": "ADA@example.org"}`, "Idempotency-Key", "7a1e")

	c.say("A cached copy that is still right.")
	read := c.send("GET", customer, "")
	c.send("GET", customer, "", "If-None-Match", read.etag)
	return customer
}

func (c *client) stock() {
	c.say("Stock of two warehouses. A movement that is sent twice moves the pieces once.")
	c.send("PUT", "/stock/north/tea", `{"count": 10}`)
	c.send("PUT", "/stock/south/tea", `{"count": 0}`)
	const three = `{"sku": "tea", "from": "north", "to": "south", "count": 3}`
	c.send("POST", "/movements", three, "Idempotency-Key", "b2f0")
	c.send("POST", "/movements", three, "Idempotency-Key", "b2f0")
	c.send("GET", "/stock/south/tea", "")
	c.send("POST", "/movements", `{"sku": "tea", "from": "north", "to": "south", "count": 30}`, "Idempotency-Key", "b2f1")
}

func (c *client) orders(customer string) (order string) {
	c.say("An order takes its lines out of the stock, all of it or nothing.")
	order = c.send("POST", customer+"/orders", `{"warehouse": "north", "basket": {"lines": [{"sku": "tea", "count": 2}]}}`, "Idempotency-Key", "c301").location
	c.send("GET", "/stock/north/tea", "")
	c.send("POST", customer+"/orders", `{"warehouse": "north", "basket": {"lines": [{"sku": "tea", "count": 20}]}}`, "Idempotency-Key", "c302")
	c.send("POST", customer+"/orders", `{"warehouse": "north", "basket": {"lines": [{"sku": "tea", "count": 0}]}}`, "Idempotency-Key", "c303")
	return order
}

func (c *client) payment(order string) {
	c.say("Two people change one order. The second has not seen what the first did.")
	read := c.send("GET", order, "")
	changed := c.send("PATCH", order, `{"note": "ring twice"}`, "If-Match", read.etag)
	c.send("PATCH", order, `{"note": "do not ring"}`, "If-Match", read.etag)
	c.send("PATCH", order, `{"note": "do not ring"}`)

	c.say("An order is paid once.")
	paid := c.send("PUT", order+"/payment", `{"card": {"holder": "Ada", "last4": "4711"}}`, "If-Match", changed.etag)
	c.send("PUT", order+"/payment", `{"voucher": {"code": "XMAS"}}`, "If-Match", paid.etag)
}

func (c *client) lists(customer string) {
	c.say("More orders, and pages of them. The cursor in the link is encrypted.")
	for _, key := range []string{"c304", "c305"} {
		c.send("POST", customer+"/orders", `{"warehouse": "south", "gift": "for you", "basket": {"lines": [{"sku": "tea", "count": 1, "wrap": true}]}}`, "Idempotency-Key", key)
	}
	first := c.send("GET", customer+"/orders?limit=2", "")
	c.send("GET", first.next, "")
	c.send("GET", "/orders?status=open&limit=1", "")
	c.send("GET", "/orders?status=open&cursor=abc", "")
}

func (c *client) cancel(customer string) {
	c.say("An order is cancelled, and its lines are in stock again.")
	var page struct{ Orders []struct{ ID string } }
	c.decode(c.send("GET", customer+"/orders?limit=1", ""), &page)
	if c.err != nil {
		return
	}
	order := customer + "/orders/" + page.Orders[0].ID
	read := c.send("GET", order, "")
	c.send("POST", order+"/cancel", "", "If-Match", read.etag)
	c.send("GET", "/stock/south/tea", "")
}

func (c *client) sessions(customer string) {
	c.say("A session, which ends by itself after an hour, or before.")
	var session struct{ Token string }
	c.decode(c.send("POST", customer+"/sessions", ""), &session)
	c.send("GET", "/session", "", "Authorization", "Bearer "+session.Token)
	c.send("DELETE", "/session", "", "Authorization", "Bearer "+session.Token)
	c.send("GET", "/session", "", "Authorization", "Bearer "+session.Token)
	c.send("GET", "/readyz", "")
}

func (c *client) decode(a answer, into any) {
	if c.err == nil {
		c.err = json.Unmarshal([]byte(a.body), into)
	}
}
