package unique

import (
	"testing"

	"github.com/dystore/dystore/internal/conformance/kit"
	"github.com/dystore/dystore/repo"
	"github.com/dystore/dystore/shard"
)

// partChecks are about values in a part that a write leaves alone.
var partChecks = []kit.Check{
	{Name: "a part that was not read", Run: func(t *testing.T, x *kit.World) {
		ctx, r := t.Context(), accounts(t, x)
		create(t, r, ann())
		for what, opts := range map[string][]repo.CallOption{"root only": {repo.RootOnly()}, "skip": {repo.Skip(inContact)}} {
			a, err := r.Get(ctx, key("ann"), opts...)
			kit.Must(t, err)
			a.Email = what
			kit.Puts(t, x, r, a, "TransactWriteItems: Put Accounts, Put Emails, Delete Emails")
			duplicate(t, what, second(r.Create(ctx, &account{ID: "bob", Contact: &contact{Phone: "1"}})), "contact.phone")
		}
		a, err := r.Get(ctx, key("ann"), repo.RootOnly())
		kit.Must(t, err)
		a.N++
		kit.Must(t, second(r.Put(ctx, a, repo.Overwrite())))
		duplicate(t, "overwritten", second(r.Create(ctx, &account{ID: "bob", Contact: &contact{Phone: "1"}})), "contact.phone")
	}},
	{Name: "a part that stays", Run: func(t *testing.T, x *kit.World) {
		ctx, r := t.Context(), accounts(t, x)
		create(t, r, ann())
		kit.Must(t, second(r.Put(ctx, &account{ID: "ann", Email: "ann@y.org"}, repo.KeepShards())))
		duplicate(t, "the phone", second(r.Create(ctx, &account{ID: "bob", Contact: &contact{Phone: "1"}})), "contact.phone")
		free(t, r, account{Email: "ann@x.org", Tenant: "acme", Login: new("ann")})
		x.Counted(t, "kept", map[string]int{"Accounts": 1, "Contacts": 1, "Emails": 1, "Phones": 1})
	}},
	{Name: "a small part", Run: func(t *testing.T, x *kit.World) {
		ctx := t.Context()
		small := shard.Optional(shard.To("Contacts", shard.WhenOver(64)), func(a *account) **contact { return &a.Contact })
		r := kit.Open(t, x, repo.TableOf("Accounts", accountID, keep, small, phoneOnce))
		create(t, r, ann())
		x.Counted(t, "small", map[string]int{"Accounts": 1, "Phones": 1})
		kit.Must(t, second(r.Put(ctx, &account{ID: "ann"}, repo.KeepShards())))
		duplicate(t, "kept", second(r.Create(ctx, &account{ID: "bob", Contact: &contact{Phone: "1"}})), "contact.phone")
		kit.Must(t, r.Update(ctx, key("ann"), phone.Set("2")))
		big := contact{Phone: "3", Street: string(make([]byte, 100))}
		kit.Must(t, r.Modify(ctx, key("ann"), func(a *account) error { a.Contact = &big; return nil }))
		x.Counted(t, "big", map[string]int{"Accounts": 1, "Contacts": 1, "Phones": 1})
		kit.Must(t, r.Update(ctx, key("ann"), phone.SetIfAbsent("4")))
		kit.Must(t, r.Update(ctx, key("ann"), phone.Set("4")))
		free(t, r, account{Contact: &contact{Phone: "3"}})
		kit.Must(t, r.Modify(ctx, key("ann"), func(a *account) error { a.Contact = nil; return nil }))
		x.Counted(t, "no part", map[string]int{"Accounts": 1})
	}},
	{Name: "a parent that is created", Run: func(t *testing.T, x *kit.World) {
		ctx, r := t.Context(), accounts(t, x)
		create(t, r, account{ID: "ann"})
		kit.WantErr(t, "no parent", r.Update(ctx, key("ann"), phone.Set("1")), repo.ErrNoPath, "")
		x.Counted(t, "nothing", map[string]int{"Accounts": 1})
		kit.Must(t, r.With(repo.EnsureParents()).Update(ctx, key("ann"), phone.Set("1")))
		x.Counted(t, "created", map[string]int{"Accounts": 1, "Contacts": 1, "Phones": 1})
		duplicate(t, "the phone", second(r.Create(ctx, &account{ID: "bob", Contact: &contact{Phone: "1"}})), "contact.phone")
	}},
}
