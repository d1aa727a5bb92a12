package unique

import (
	"testing"

	"github.com/dystore/dystore/internal/conformance/kit"
	"github.com/dystore/dystore/lens"
	"github.com/dystore/dystore/repo"
)

// costChecks count requests.
var costChecks = []kit.Check{
	{Name: "puts and deletes", Run: func(t *testing.T, x *kit.World) {
		ctx, r := t.Context(), accounts(t, x)
		a := create(t, r, ann())
		x.WantSent(t, "create", "TransactWriteItems: Put Accounts, Put Contacts, Put Phones, Put Emails, Put Logins")
		a.N = 1
		kit.Puts(t, x, r, a, "PutItem: Accounts")
		a.Email = "ann@y.org"
		kit.Puts(t, x, r, a, "TransactWriteItems: Put Accounts, Put Emails, Delete Emails")
		a.Login, a.Contact.Phone = nil, "2"
		kit.Puts(t, x, r, a, "TransactWriteItems: Put Accounts, Put Contacts, Put Phones, Delete Phones, Delete Logins")
		a.Meta = ann().Meta
		a.Login = new("ann")
		kit.Must(t, second(r.Put(ctx, a)))
		x.WantSent(t, "put, untracked", "GetItem: Accounts", "TransactWriteItems: Put Accounts, Put Contacts, Put Logins")
		kit.Must(t, second(r.Put(ctx, a, repo.Rewrite())))
		x.WantSent(t, "rewrite", "TransactWriteItems: Put Accounts, Put Contacts, Put Phones, Put Emails, Put Logins")
		kit.Must(t, r.Modify(ctx, key("ann"), func(a *account) error { a.Email = "ann@z.org"; return nil }))
		x.WantSent(t, "modify", "BatchGetItem: Accounts, Contacts", "TransactWriteItems: Put Accounts, Put Emails, Delete Emails")
		kit.Must(t, r.Delete(ctx, key("ann")))
		x.WantSent(t, "delete", "GetItem: Accounts", "TransactWriteItems: Delete Accounts, Delete Contacts, Delete Phones, Delete Emails, Delete Logins")
		x.Counted(t, "after all", map[string]int{})
		a = create(t, r, ann())
		x.Net.Reset()
		kit.Must(t, r.DeleteValue(ctx, a))
		x.WantSent(t, "delete of a value", "TransactWriteItems: Delete Accounts, Delete Contacts, Delete Phones, Delete Emails, Delete Logins")
	}},
	{Name: "updates", Run: func(t *testing.T, x *kit.World) {
		ctx, r := t.Context(), accounts(t, x)
		create(t, r, ann())
		x.Net.Reset()
		update := func(what string, change lens.Change[account], sent ...string) {
			t.Helper()
			kit.Must(t, r.Update(ctx, key("ann"), change))
			x.WantSent(t, what, sent...)
		}
		update("what is not unique", lens.Add(n, 1), "TransactWriteItems: Update Accounts")
		update("what is not unique, in a part", street.Set("Side"), "TransactWriteItems: Update Accounts, Update Contacts")
		update("one field", email.Set("ann@y.org"), "GetItem: Accounts", "TransactWriteItems: Update Accounts, Put Emails, Delete Emails")
		update("the same value", email.Set("ann@y.org"), "GetItem: Accounts", "UpdateItem: Accounts")
		update("nothing", email.Remove(), "GetItem: Accounts", "TransactWriteItems: Update Accounts, Delete Emails")
		update("one that was absent", email.SetIfAbsent("ann@z.org"), "GetItem: Accounts", "TransactWriteItems: Update Accounts, Put Emails")
		update("one that was there", email.SetIfAbsent("ann@y.org"), "GetItem: Accounts", "UpdateItem: Accounts")
		update("one field of two", login.Set("anna"), "GetItem: Accounts", "TransactWriteItems: Update Accounts, Put Logins, Delete Logins")
		update("a field of a part", phone.Set("2"), "GetItem: Accounts", "TransactWriteItems: Update Accounts, Update Contacts, Put Phones, Delete Phones")
		update("a part", contacts.Set(&contact{Phone: "3"}), "GetItem: Accounts", "TransactWriteItems: Update Accounts, Put Contacts, Put Phones, Delete Phones")
		update("a field of a part that may be there", phone.SetIfAbsent("4"), "GetItem: Accounts", "GetItem: Contacts", "TransactWriteItems: Update Accounts, Update Contacts")
		update("no part", contacts.Remove(), "GetItem: Accounts", "TransactWriteItems: Update Accounts, Delete Contacts, Delete Phones")
		_, err := repo.UpdateGet(ctx, r, key("ann"), email.Set("ann@x.org"))
		kit.Must(t, err)
		x.WantSent(t, "and the object", "GetItem: Accounts", "TransactWriteItems: Update Accounts, Put Emails, Delete Emails", "BatchGetItem: Accounts, Contacts")
		kit.Must(t, r.Update(ctx, key("ann"), lens.Add(n, 1), repo.If(n.Ge(0))))
		x.WantSent(t, "after all", "TransactWriteItems: Update Accounts")
		want := account{ID: "ann", Email: "ann@x.org", Tenant: "acme", Login: new("anna"), N: 2}
		got, err := r.Get(ctx, key("ann"))
		kit.Must(t, err)
		got.Meta = want.Meta
		kit.Equal(t, "the object", *got, want)
		free(t, r, account{Email: "ann@y.org", Tenant: "acme", Login: new("ann"), Contact: &contact{Phone: "3"}})
	}},
}
