package unique

import (
	"context"
	"errors"
	"sync"
	"testing"

	"github.com/dystore/dystore/internal/conformance/kit"
	"github.com/dystore/dystore/lens"
	"github.com/dystore/dystore/repo"
)

// duplicates are writes of bob that would give him a value of ann's.
var duplicates = []struct {
	name, path string
	write      func(context.Context, *repo.Repo[account], *account) error
}{
	{"Put", "email", func(ctx context.Context, r *repo.Repo[account], b *account) error {
		b.Email = "ann@x.org"
		return second(r.Put(ctx, b))
	}},
	{"Put, untracked", "login, tenant", func(ctx context.Context, r *repo.Repo[account], _ *account) error {
		return second(r.Put(ctx, &account{ID: "bob", Tenant: "acme", Login: new("ann")}))
	}},
	{"Put, overwriting", "email", func(ctx context.Context, r *repo.Repo[account], b *account) error {
		b.Email = "ann@x.org"
		return second(r.Put(ctx, b, repo.Overwrite()))
	}},
	{"Put, the parts stay", "email", func(ctx context.Context, r *repo.Repo[account], b *account) error {
		b.Email = "ann@x.org"
		return second(r.Put(ctx, b, repo.KeepShards()))
	}},
	{"Put of a part", "contact.phone", func(ctx context.Context, r *repo.Repo[account], b *account) error {
		b.Contact.Phone = "1"
		return second(r.Put(ctx, b))
	}},
	{"Create", "email", func(ctx context.Context, r *repo.Repo[account], _ *account) error {
		return second(r.Create(ctx, &account{ID: "new", Email: "ann@x.org"}))
	}},
	{"Update", "email", func(ctx context.Context, r *repo.Repo[account], _ *account) error {
		return r.Update(ctx, key("bob"), email.Set("ann@x.org"))
	}},
	{"Update, absent", "email", func(ctx context.Context, r *repo.Repo[account], _ *account) error {
		return r.Update(ctx, key("bob"), email.SetIfAbsent("ann@x.org"))
	}},
	{"Update, unchanged", "email", func(ctx context.Context, r *repo.Repo[account], b *account) error {
		return r.Update(ctx, key("bob"), email.Set("ann@x.org"), repo.IfUnchanged(b))
	}},
	{"Update of two fields", "login, tenant", func(ctx context.Context, r *repo.Repo[account], _ *account) error {
		return r.Update(ctx, key("bob"), tenant.Set("acme"), login.Set("ann"))
	}},
	{"Update in a part", "contact.phone", func(ctx context.Context, r *repo.Repo[account], _ *account) error {
		return r.Update(ctx, key("bob"), phone.Set("1"))
	}},
	{"Update of a part", "contact.phone", func(ctx context.Context, r *repo.Repo[account], _ *account) error {
		return r.Update(ctx, key("bob"), contacts.Set(&contact{Phone: "1"}))
	}},
	{"Update, merged", "contact.phone", func(ctx context.Context, r *repo.Repo[account], _ *account) error {
		return r.Update(ctx, key("bob"), lens.Merge(contacts, &contact{Phone: "1"}))
	}},
	{"UpdateGet", "email", func(ctx context.Context, r *repo.Repo[account], _ *account) error {
		return second(repo.UpdateGet(ctx, r, key("bob"), email.Set("ann@x.org")))
	}},
	{"Modify", "email", func(ctx context.Context, r *repo.Repo[account], _ *account) error {
		return r.Modify(ctx, key("bob"), func(a *account) error { a.Email = "ann@x.org"; return nil })
	}},
	{"PutMany", "email", func(ctx context.Context, r *repo.Repo[account], b *account) error {
		b.Email = "ann@x.org"
		_, err := r.PutMany(ctx, []*account{b})
		return errors.Unwrap(one(err))
	}},
	{"Transact", "email", func(ctx context.Context, r *repo.Repo[account], b *account) error {
		b.Email = "ann@x.org"
		return repo.Transact(ctx, []repo.Op{r.UpdateOp(key("ann"), lens.Add(n, 1)), r.PutOp(b)})
	}},
	{"Transact, update", "email", func(ctx context.Context, r *repo.Repo[account], _ *account) error {
		return repo.Transact(ctx, []repo.Op{r.UpdateOp(key("bob"), email.Set("ann@x.org")), r.CheckOp(key("ann"), n.Eq(0))})
	}},
}

// one is the only error of a batch, in something to be unwrapped.
func one(err error) error {
	var batch *repo.BatchError
	if !errors.As(err, &batch) || len(batch.Errs) != 1 {
		return errors.Join(errors.New("no error of a batch of one"), err)
	}
	return wrapped{batch.Errs[0]}
}

type wrapped struct{ error }

func (w wrapped) Unwrap() error { return w.error }

var verbChecks = []kit.Check{
	{Name: "a second object", Run: func(t *testing.T, x *kit.World) {
		ctx, r := t.Context(), accounts(t, x)
		a := *create(t, r, ann())
		for _, c := range duplicates {
			kit.Must(t, r.Delete(ctx, key("bob")))
			b := *create(t, r, bob())
			v := b
			v.Contact = new(*b.Contact)
			duplicate(t, c.name, c.write(ctx, r, &v), c.path)
			kit.Has(t, r, key("bob"), c.name+": bob", b)
			kit.Has(t, r, key("ann"), c.name+": ann", a)
			if c.name != "Create" && v.Meta.Version != b.Meta.Version {
				t.Errorf("%s: version %d of %d", c.name, v.Meta.Version, b.Meta.Version)
			}
		}
		_, err := r.Get(ctx, key("new"))
		kit.WantErr(t, "the new one", err, repo.ErrNotFound, "")
	}},
	{Name: "one after the other", Run: func(t *testing.T, x *kit.World) {
		ctx, r := t.Context(), accounts(t, x)
		create(t, r, ann())
		kit.Must(t, r.Update(ctx, key("ann"), email.Set("ann@y.org")))
		free(t, r, account{Email: "ann@x.org"})
		duplicate(t, "the new value", second(r.Create(ctx, &account{ID: "bob", Email: "ann@y.org"})), "email")
		kit.Must(t, r.Update(ctx, key("ann"), email.Remove(), login.Remove(), contacts.Remove()))
		free(t, r, account{Email: "ann@y.org", Tenant: "acme", Login: new("ann"), Contact: &contact{Phone: "1"}})
		kit.Must(t, r.Modify(ctx, key("ann"), func(a *account) error { *a = ann2(a); return nil }))
		duplicate(t, "all", second(r.Create(ctx, &account{ID: "bob", Contact: &contact{Phone: "1"}})), "contact.phone")
		kit.Must(t, r.Delete(ctx, key("ann"), repo.KeepShards()))
		free(t, r, account{Email: "ann@x.org", Tenant: "acme", Login: new("ann"), Contact: &contact{Phone: "1"}})
		x.Tampered = true // the part stays
	}},
	{Name: "in one transaction", Run: func(t *testing.T, x *kit.World) {
		ctx, r := t.Context(), accounts(t, x)
		create(t, r, ann())
		b, c := account{ID: "b", Email: "new@x.org"}, account{ID: "c", Email: "new@x.org"}
		x.Net.Reset()
		err := repo.Transact(ctx, []repo.Op{r.CreateOp(&b), r.CreateOp(&c)})
		e := kit.WantErr(t, "two creates", err, repo.ErrDuplicate, "operation 0 has it as well")
		kit.Equal(t, "path", e.Path, "email")
		x.WantSent(t, "what was refused")
	}},
	{Name: "a value that changes hands", Run: func(t *testing.T, x *kit.World) {
		ctx, r := t.Context(), accounts(t, x)
		mail := func(id, value string) {
			t.Helper()
			a, err := r.Get(ctx, key(id))
			kit.Must(t, err)
			kit.Equal(t, "e-mail of "+id, a.Email, value)
			duplicate(t, "of "+id, second(r.Create(ctx, &account{ID: "new", Email: value})), "email")
		}
		create(t, r, ann())
		b, c := account{ID: "b", Email: "ann@x.org"}, account{ID: "c", Email: "c@x.org"}
		x.Net.Reset()
		kit.Must(t, repo.Transact(ctx, []repo.Op{r.UpdateOp(key("ann"), email.Set("ann@y.org")), r.CreateOp(&b)}))
		x.WantSent(t, "what another gives up", "GetItem: Accounts", "TransactWriteItems: Update Accounts, Put Emails, Put Accounts, Put Emails")
		mail("ann", "ann@y.org")
		mail("b", "ann@x.org")
		create(t, r, c)
		x.Net.Reset()
		kit.Must(t, repo.Transact(ctx, []repo.Op{r.UpdateOp(key("ann"), email.Set("c@x.org")), r.UpdateOp(key("b"), email.Set("ann@y.org")), r.UpdateOp(key("c"), email.Set("ann@x.org"))}))
		x.WantSent(t, "three in a circle", "GetItem: Accounts", "GetItem: Accounts", "GetItem: Accounts",
			"TransactWriteItems: Update Accounts, Put Emails, Update Accounts, Put Emails, Update Accounts, Put Emails")
		mail("ann", "c@x.org")
		mail("b", "ann@y.org")
		mail("c", "ann@x.org")
		d := account{ID: "d", Email: "c@x.org", Tenant: "acme", Login: new("ann"), Contact: &contact{Phone: "1"}}
		kit.Must(t, repo.Transact(ctx, []repo.Op{r.CreateOp(&d), r.DeleteOp(key("ann"))}))
		mail("d", "c@x.org")
		x.Counted(t, "after all", map[string]int{"Accounts": 3, "Contacts": 1, "Emails": 3, "Logins": 1, "Phones": 1})

		// The one who takes it is refused for another reason, or the value is a third one's.
		err := repo.Transact(ctx, []repo.Op{r.UpdateOp(key("b"), email.Set("b@x.org")), r.CreateOp(&account{ID: "c", Email: "ann@y.org"})})
		kit.WantErr(t, "an object that exists", err, repo.ErrExists, "")
		err = repo.Transact(ctx, []repo.Op{r.UpdateOp(key("b"), email.Set("c@x.org")), r.CreateOp(&account{ID: "e", Email: "ann@y.org"})})
		duplicate(t, "a third one's", err, "email")
		mail("b", "ann@y.org")
		mail("c", "ann@x.org")
		mail("d", "c@x.org")
	}},
	{Name: "racing creates", Run: func(t *testing.T, x *kit.World) {
		ctx, r := t.Context(), accounts(t, x)
		const racers = 8
		errs := make([]error, racers)
		var done sync.WaitGroup
		for i := range racers {
			done.Go(func() { errs[i] = second(r.Create(ctx, &account{ID: string(rune('a' + i)), Email: "ann@x.org"})) })
		}
		done.Wait()
		won := 0
		for _, err := range errs {
			if err == nil {
				won++
			} else {
				duplicate(t, "the others", err, "email")
			}
		}
		kit.Equal(t, "winners", won, 1)
		x.Counted(t, "after the race", map[string]int{"Accounts": 1, "Emails": 1})
	}},
	{Name: "the key beside it", Run: func(t *testing.T, x *kit.World) {
		ctx := t.Context()
		type seat struct {
			Room string `dynamodbav:"room"`
			No   int    `dynamodbav:"no"`
			Name string `dynamodbav:"name"`
		}
		id := repo.CompositeKeyOf(func(s *seat) *string { return &s.Room }, func(s *seat) *int { return &s.No })
		room, name := lens.Of(func(s *seat) *string { return &s.Room }), lens.Of(func(s *seat) *string { return &s.Name })
		r := kit.Open(t, x, repo.TableOf("Seats", id, uniqueOf("Names", room, name)))
		kit.Must(t, second(r.Create(ctx, &seat{"a", 1, "ann"})))
		kit.Must(t, second(r.Create(ctx, &seat{"b", 1, "ann"})))
		kit.Equal(t, "path", kit.WantErr(t, "one room", second(r.Create(ctx, &seat{"a", 2, "ann"})), repo.ErrDuplicate, "").Path, "name, room")
		x.Net.Reset()
		kit.Must(t, r.Update(ctx, id.Of("a", 1), name.Set("anna")))
		x.WantSent(t, "update", "GetItem: Seats", "TransactWriteItems: Update Seats, Put Names, Delete Names")
		kit.Must(t, second(r.Create(ctx, &seat{"a", 2, "ann"})))
	}},
}

// ann2 is ann as a change of a.
func ann2(a *account) account {
	v := ann()
	v.Meta = a.Meta
	return v
}
