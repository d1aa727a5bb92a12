package unique

import (
	"testing"

	"github.com/dystore/dystore/internal/conformance/kit"
	"github.com/dystore/dystore/lens"
	"github.com/dystore/dystore/repo"
	"github.com/dystore/dystore/shard"
)

// severalChecks count the requests of updates of several unique values at once.
var severalChecks = []kit.Check{
	{Name: "what is read for any is read at once", Run: func(t *testing.T, x *kit.World) {
		ctx, r := t.Context(), accounts(t, x)
		create(t, r, account{ID: "ann", Tenant: "acme", Contact: &contact{Phone: "1"}})
		x.Net.Reset()
		kit.Must(t, r.Update(ctx, key("ann"), email.SetIfAbsent("ann@x.org"), login.Set("ann")))
		x.WantSent(t, "in the root", "GetItem: Accounts", "TransactWriteItems: Update Accounts, Put Emails, Put Logins")
		kit.Must(t, r.Update(ctx, key("ann"), email.SetIfAbsent("ann@y.org"), login.Set("anna"), phone.SetIfAbsent("2")))
		x.WantSent(t, "and in a part", "GetItem: Accounts", "GetItem: Contacts", "TransactWriteItems: Update Accounts, Update Contacts, Put Logins, Delete Logins")
		duplicate(t, "email", second(r.Create(ctx, &account{ID: "bob", Email: "ann@x.org"})), "email")
		duplicate(t, "login", second(r.Create(ctx, &account{ID: "bob", Tenant: "acme", Login: new("anna")})), "login, tenant")
		free(t, r, account{Email: "ann@y.org", Tenant: "acme", Login: new("ann"), Contact: &contact{Phone: "2"}})
	}},
	{Name: "fields of one part", Run: func(t *testing.T, x *kit.World) {
		ctx := t.Context()
		r := kit.Open(t, x, model(uniqueOf("Pairs", phone, street), phoneOnce, uniqueOf("Streets", street)))
		create(t, r, ann())
		x.Net.Reset()
		kit.Must(t, r.Update(ctx, key("ann"), phone.SetIfAbsent("2"), street.SetIfAbsent("Side")))
		x.WantSent(t, "both", "GetItem: Accounts", "GetItem: Contacts", "TransactWriteItems: Update Accounts, Update Contacts")
		x.Counted(t, "as before", map[string]int{"Accounts": 1, "Contacts": 1, "Pairs": 1, "Phones": 1, "Streets": 1})
	}},
	{Name: "beside a change that needs the record", Run: func(t *testing.T, x *kit.World) {
		ctx := t.Context()
		type line struct{ Text string }
		type order struct {
			ID    string
			Shop  string `dynamodbav:"shop"`
			No    string `dynamodbav:"no"`
			Lines []line
		}
		id := repo.KeyOf(func(o *order) *string { return &o.ID })
		shop, no := lens.Of(func(o *order) *string { return &o.Shop }), lens.Of(func(o *order) *string { return &o.No })
		lines := lens.Of(func(o *order) *[]line { return &o.Lines })
		r := kit.Open(t, x, repo.TableOf("Orders", id, uniqueOf("Numbers", shop, no), shard.Each(shard.To("Lines"), func(o *order) *[]line { return &o.Lines })))
		kit.Must(t, second(r.Create(ctx, &order{ID: "a", Shop: "s", No: "1", Lines: []line{{"one"}, {"two"}}})))
		x.Net.Reset()
		kit.Must(t, r.Update(ctx, id.Of("a"), lens.At(lines, 0).Set(line{"new"}), no.Set("2")))
		x.WantSent(t, "both", "GetItem: Orders", "TransactWriteItems: Update Orders, Put Lines, Put Numbers, Delete Numbers")
	}},
}
