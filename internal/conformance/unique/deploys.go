package unique

import (
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
	"testing"

	"github.com/dystore/dystore/internal/conformance/kit"
	"github.com/dystore/dystore/lens"
	"github.com/dystore/dystore/repo"
	"github.com/dystore/dystore/shard"
)

// deployChecks are about objects of programs that declare other unique values, or none.
var deployChecks = []kit.Check{
	{Name: "stored before", Run: func(t *testing.T, x *kit.World) {
		ctx := t.Context()
		before, after := kit.Open(t, x, model()), accounts(t, x)
		for _, id := range []string{"a", "b", "c", "d"} {
			a := ann()
			a.ID = id
			create(t, before, a)
		}
		kit.Must(t, after.Update(ctx, key("a"), lens.Add(n, 1)))
		x.Counted(t, "nothing is claimed", map[string]int{"Accounts": 4, "Contacts": 4})
		a, err := after.Get(ctx, key("a"))
		kit.Must(t, err)
		kit.Puts(t, x, after, a, "TransactWriteItems: Put Accounts, Put Phones, Put Emails, Put Logins")
		b, err := after.Get(ctx, key("b"))
		kit.Must(t, err)
		duplicate(t, "put", second(after.Put(ctx, b)), "contact.phone")
		duplicate(t, "update of another field", after.Update(ctx, key("c"), login.SetIfAbsent("x")), "login, tenant")
		kit.Must(t, after.Update(ctx, key("c"), login.Set("c")))
		kit.Must(t, after.Delete(ctx, key("d")))
		x.Counted(t, "after all", map[string]int{"Accounts": 3, "Contacts": 3, "Emails": 1, "Logins": 2, "Phones": 1})
	}},
	{Name: "a program that does not declare it", Run: func(t *testing.T, x *kit.World) {
		ctx := t.Context()
		old, now := kit.Open(t, x, model()), accounts(t, x)
		create(t, now, ann())
		a, err := old.Get(ctx, key("ann"))
		kit.Must(t, err)
		a.Email = "ann@y.org"
		kit.Puts(t, x, old, a, "PutItem: Accounts")
		kit.Must(t, second(old.Put(ctx, &account{ID: "ann", Email: "ann@z.org"})))
		kit.Must(t, old.Update(ctx, key("ann"), email.Set("ann@q.org")))
		duplicate(t, "the old value", second(now.Create(ctx, &account{ID: "bob", Email: "ann@x.org"})), "email")
		kit.WantErr(t, "delete", old.Delete(ctx, key("ann")), repo.ErrCorrupt, "the stored record claims the value in table Phones, which the model does not name; see shard.MovedFrom and repo.AllowTables")
		kit.Must(t, now.Modify(ctx, key("ann"), func(*account) error { return nil }))
		duplicate(t, "the new value", second(now.Create(ctx, &account{ID: "bob", Email: "ann@q.org"})), "email")
		x.Counted(t, "claimed anew", map[string]int{"Accounts": 1, "Emails": 1})
		free(t, now, ann())
		allowed := kit.Open(t, x, model(), repo.AllowTables("Emails", "Logins", "Phones"))
		kit.Must(t, allowed.Delete(ctx, key("ann")))
		x.Counted(t, "deleted", map[string]int{})
	}},
	{Name: "without the type", Run: func(t *testing.T, x *kit.World) {
		ctx, r := t.Context(), accounts(t, x)
		create(t, r, ann())
		some := kit.OpenStored(t, x, "Accounts", "ID", repo.AllowTables("Contacts"))
		doc, err := some.Get(ctx, "ann")
		kit.Must(t, err)
		kit.Equal(t, "email", doc["email"], any("ann@x.org"))
		kit.WantErr(t, "delete", some.Delete(ctx, "ann"), repo.ErrCorrupt, "claims the value in table Phones")
		all := kit.OpenStored(t, x, "Accounts", "ID", repo.AllowTables("Contacts", "Emails", "Logins", "Phones"))
		kit.Must(t, all.Delete(ctx, "ann"))
		x.Counted(t, "deleted", map[string]int{})
	}},
	{Name: "another table", Run: func(t *testing.T, x *kit.World) {
		ctx, r := t.Context(), accounts(t, x)
		create(t, r, ann())
		moved := kit.Open(t, x, model(shard.Unique(shard.To("Mails", shard.KeyName("M"), shard.MovedFrom("Emails")), email), loginOnce, phoneOnce))
		a, err := moved.Get(ctx, key("ann"))
		kit.Must(t, err)
		kit.Puts(t, x, moved, a, "TransactWriteItems: Put Accounts, Put Mails, Delete Emails")
		kit.Must(t, moved.Update(ctx, key("ann"), email.Set("ann@y.org")))
		x.Counted(t, "moved", map[string]int{"Accounts": 1, "Contacts": 1, "Mails": 1, "Logins": 1, "Phones": 1})
		kit.WantErr(t, "back", r.Update(ctx, key("ann"), email.Set("ann@z.org")), repo.ErrCorrupt, "claims the value in table Mails")
		kit.Must(t, moved.Delete(ctx, key("ann")))
	}},
	{Name: "another entity", Run: func(t *testing.T, x *kit.World) {
		r := accounts(t, x)
		other := kit.Open(t, x, repo.TableOf("Others", accountID, keep, inContact, emailOnce, loginOnce, phoneOnce))
		create(t, r, ann())
		create(t, other, ann())
	}},
	{Name: "an item without a record", Run: func(t *testing.T, x *kit.World) {
		ctx, r := t.Context(), accounts(t, x)
		create(t, r, ann())
		plant := func(id string) {
			x.Plant(t, "Accounts", kit.Row{"ID": kit.Str(id), "email": kit.Str("bob@x.org"), "tenant": kit.Str("acme"), "contact": kit.Object(kit.Row{"phone": kit.Str("2")})})
		}
		plant("b")
		duplicate(t, "update", r.Update(ctx, key("b"), email.Set("ann@x.org")), "email")
		duplicate(t, "update of one of two", r.Update(ctx, key("b"), login.Set("ann")), "login, tenant")
		kit.Must(t, r.Update(ctx, key("b"), login.Set("bob")))
		kit.Must(t, second(r.Put(ctx, &account{ID: "c", Tenant: "acme", Login: new("ben")})))
		duplicate(t, "claimed", second(r.Create(ctx, &account{ID: "d", Tenant: "acme", Login: new("bob")})), "login, tenant")
		free(t, r, account{Email: "bob@x.org"})
		plant("e")
		e, err := r.Get(ctx, key("e"))
		kit.Must(t, err)
		kit.Must(t, r.Update(ctx, key("e"), email.Set("e@x.org"), repo.IfUnchanged(e)))
		plant("f")
		f, err := r.Get(ctx, key("f"))
		kit.Must(t, err)
		kit.Must(t, second(r.Put(ctx, f)))
		duplicate(t, "adopted", second(r.Create(ctx, &account{ID: "d", Email: "bob@x.org"})), "email")
		plant("g")
		duplicate(t, "adopted, too", second(r.Put(ctx, &account{ID: "g", Email: "e@x.org"})), "email")
	}},
	{Name: "a record that misleads", Out: kit.Out{Staged: "it puts items under derived keys"}, Run: func(t *testing.T, x *kit.World) {
		ctx, r := t.Context(), accounts(t, x)
		x.Tampered = true
		create(t, r, ann())
		create(t, r, account{ID: "bob", Email: "bob@x.org"})
		mislead := func(table, key string) {
			it := x.Item(t, "Accounts", "ann")
			it["_meta"].(*types.AttributeValueMemberM).Value["q"] = kit.Object(kit.Row{"=email": kit.Object(kit.Row{"t": kit.Str(table), "a": kit.Str("_id"), "k": kit.Str(key)})})
			x.Plant(t, "Accounts", it)
		}
		for _, c := range []struct{ table, key, text string }{
			{"Elsewhere", "k", "the stored record claims the value in table Elsewhere, which the model does not name"},
			{"Logins", "k", `the stored layout has the key attribute "_id" for table Logins, whose key is "K"`},
			{"Emails", "Accounts/=email/Sbob@x.org", "belongs to another object"},
			{"Contacts", "Accounts/Sann/contact", "the stored layout puts this part into the item of contact"},
		} {
			mislead(c.table, c.key)
			kit.WantErr(t, "delete "+c.table, r.Delete(ctx, key("ann")), repo.ErrCorrupt, c.text)
			kit.WantErr(t, "put "+c.table, second(r.Put(ctx, &account{ID: "ann", Email: "new@x.org", Contact: &contact{Street: "x"}})), repo.ErrCorrupt, c.text)
			kit.WantErr(t, "update "+c.table, r.Update(ctx, key("ann"), email.Set("new@x.org"), contacts.Set(&contact{})), repo.ErrCorrupt, c.text)
			_, err := r.Get(ctx, key("ann"))
			kit.Must(t, err)
		}
		mislead("Emails", "Accounts/=email/Sbob@x.org")
		kit.Must(t, r.Delete(ctx, key("ann"), repo.Damaged()))
		duplicate(t, "bob's", second(r.Create(ctx, &account{ID: "new", Email: "bob@x.org"})), "email")
	}},
	{Name: "a damaged record", Run: func(t *testing.T, x *kit.World) {
		ctx, r := t.Context(), accounts(t, x)
		create(t, r, ann())
		it := x.Item(t, "Accounts", "ann")
		it["_meta"].(*types.AttributeValueMemberM).Value["v"] = kit.Str("?")
		x.Plant(t, "Accounts", it)
		kit.WantErr(t, "update", r.Update(ctx, key("ann"), email.Set("x")), repo.ErrCorrupt, "")
		kit.Must(t, r.Delete(ctx, key("ann"), repo.Damaged()))
		x.Counted(t, "deleted", map[string]int{})
	}},
}
