package unique

import (
	"testing"

	"github.com/dystore/dystore/internal/conformance/kit"
	"github.com/dystore/dystore/lens"
	"github.com/dystore/dystore/meta"
	"github.com/dystore/dystore/repo"
	"github.com/dystore/dystore/shard"
)

// account has unique values in its root item and in a part.
type account struct {
	ID      string
	Email   string      `dynamodbav:"email,omitempty"`
	Tenant  string      `dynamodbav:"tenant,omitempty"`
	Login   *string     `dynamodbav:"login"`
	N       int         `dynamodbav:"n"`
	Contact *contact    `dynamodbav:"contact"`
	Meta    meta.Record `dynamodbav:"-"`
}

type contact struct {
	Phone  string `dynamodbav:"phone,omitempty"`
	Street string `dynamodbav:"street"`
}

var (
	accountID = repo.KeyOf(func(a *account) *string { return &a.ID })
	email     = lens.Of(func(a *account) *string { return &a.Email })
	tenant    = lens.Of(func(a *account) *string { return &a.Tenant })
	login     = lens.Of(func(a *account) *string { return a.Login })
	n         = lens.Of(func(a *account) *int { return &a.N })
	phone     = lens.Of(func(a *account) *string { return &a.Contact.Phone })
	street    = lens.Of(func(a *account) *string { return &a.Contact.Street })
	contacts  = lens.Of(func(a *account) **contact { return &a.Contact })

	keep      = meta.Keep(func(a *account) *meta.Record { return &a.Meta })
	inContact = shard.Optional(shard.To("Contacts"), func(a *account) **contact { return &a.Contact })

	emailOnce = shard.Unique(shard.To("Emails"), email)
	loginOnce = shard.Unique(shard.To("Logins", shard.KeyName("K")), tenant, login)
	phoneOnce = shard.Unique(shard.To("Phones"), phone)
)

// model is an account with parts.
func model(parts ...repo.Part[account]) repo.Model[account] {
	return repo.TableOf("Accounts", accountID, append([]repo.Part[account]{keep, inContact}, parts...)...)
}

// accounts is a repository of accounts with all that is unique.
func accounts(t *testing.T, x *kit.World) *repo.Repo[account] {
	return kit.Open(t, x, model(emailOnce, loginOnce, phoneOnce))
}

// ann is an account with all values.
func ann() account {
	return account{ID: "ann", Email: "ann@x.org", Tenant: "acme", Login: new("ann"), Contact: &contact{Phone: "1", Street: "Main"}}
}

// bob has none of them.
func bob() account { return account{ID: "bob", Contact: &contact{Street: "Side"}} }

func create(t *testing.T, r *repo.Repo[account], a account) *account {
	t.Helper()
	_, err := r.Create(t.Context(), &a)
	kit.Must(t, err)
	return &a
}

// free fails t unless nobody has the values of an account: another can have them.
func free(t *testing.T, r *repo.Repo[account], a account) {
	t.Helper()
	a.ID, a.Meta = "free", meta.Record{}
	key, err := r.Create(t.Context(), &a)
	if err != nil {
		t.Errorf("not free: %v", err)
		return
	}
	kit.Must(t, r.Delete(t.Context(), key))
}

// duplicate fails t unless err is ErrDuplicate about a path, and tells nothing of the
// object that has the value.
func duplicate(t *testing.T, what string, err error, path string) {
	t.Helper()
	e := kit.WantErr(t, what, err, repo.ErrDuplicate, "duplicate value: another object has it")
	kit.Equal(t, what+": path", e.Path, path)
}

func key(id string) repo.Key[account] { return accountID.Of(id) }

func second[A any](_ A, err error) error { return err }

// uniqueOf is a unique part of any model.
func uniqueOf[T any](table string, fields ...lens.Field[T]) shard.UniqueFields[T] {
	return shard.Unique(shard.To(table), fields...)
}
