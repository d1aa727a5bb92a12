package unique

import (
	"context"
	"errors"
	"maps"
	"slices"
	"testing"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/dystore/dystore/embedded"
	"github.com/dystore/dystore/internal/conformance/kit"
	"github.com/dystore/dystore/meta"
	"github.com/dystore/dystore/repo"
	"github.com/dystore/dystore/shard"
)

// TestModel runs random writes of few objects and values, by programs that declare all
// unique values, one, or none, beside a model in maps. After each write the objects,
// the claims and every other item must be those of the model.
func TestModel(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		m := newMachine(t)
		for range rapid.IntRange(1, 14).Draw(t, "writes") {
			m.step()
			m.check()
		}
	})
}

// machine is a system of several programs, and its model.
type machine struct {
	*rapid.T
	ctx      context.Context
	client   *dynamodb.Client
	programs []program
	divided  bool // the contact may be a part
	objects  map[string]held
}

// program is a repository, and the tables of claims that it declares.
type program struct {
	*repo.Repo[account]
	claims []string
}

// held is what the model knows of a stored object.
type held struct {
	account
	flat   bool              // it was stored without parts
	bare   bool              // without a record
	claims map[string]string // keys of claims, by table
}

var (
	claimTables = []string{"Emails", "Logins", "Phones"}
	objectIDs   = []string{"a", "b", "c"}
)

func newMachine(t *rapid.T) *machine {
	m := &machine{T: t, ctx: context.Background(), client: embedded.New().Client(), objects: map[string]held{}}
	parts := map[string]repo.Part[account]{
		"divided": inContact,
		"small":   shard.Optional(shard.To("Contacts", shard.WhenOver(40)), func(a *account) **contact { return &a.Contact }),
		"whole":   nil,
	}
	layout := rapid.SampledFrom([]string{"divided", "small", "whole"}).Draw(t, "layout")
	m.divided = layout != "whole"
	uniques := []repo.Part[account]{emailOnce, loginOnce, phoneOnce}
	for declared := range 3 {
		all := []repo.Part[account]{keep}
		if m.divided {
			all = append(all, parts[layout])
		}
		n := []int{3, 1, 0}[declared]
		r, err := repo.New(m.client, repo.TableOf("Accounts", accountID, append(all, uniques[:n]...)...),
			repo.WithValidator(nil), repo.AllowTables(claimTables[n:]...))
		m.must(err)
		m.must(r.CreateTables(m.ctx))
		m.programs = append(m.programs, program{r, claimTables[:n]})
	}
	return m
}

func (m *machine) must(err error) {
	m.Helper()
	if err != nil {
		m.Fatal(err)
	}
}

// implied are the claims of the values of an object.
func implied(a account) map[string]string {
	claims := map[string]string{}
	if a.Email != "" {
		claims["Emails"] = "Accounts/=email/S" + a.Email
	}
	if a.Tenant != "" && a.Login != nil {
		claims["Logins"] = "Accounts/=login/=tenant/S" + *a.Login + "/S" + a.Tenant
	}
	if a.Contact != nil && a.Contact.Phone != "" {
		claims["Phones"] = "Accounts/=contact.phone/S" + a.Contact.Phone
	}
	return claims
}

// become is the object that a write leaves, which claims anew in tables; duplicate if
// another object has one of the claims.
func (m *machine) become(next account, tables []string) (after held, duplicate bool) {
	before, now := m.objects[next.ID], implied(next)
	after = held{account: next, flat: before.flat, claims: maps.Clone(before.claims)}
	if after.claims == nil {
		after.claims = map[string]string{}
	}
	for _, table := range tables {
		if now[table] == before.claims[table] {
			continue
		}
		if delete(after.claims, table); now[table] == "" {
			continue
		}
		after.claims[table] = now[table]
		for id, other := range m.objects {
			duplicate = duplicate || id != next.ID && other.claims[table] == now[table]
		}
	}
	return after, duplicate
}

// done compares the error of a write with the model's, and moves the model on.
func (m *machine) done(what string, err error, next account, tables []string, whole bool) {
	m.Helper()
	after, duplicate := m.become(next, tables)
	if duplicate {
		m.refused(what, err, repo.ErrDuplicate)
		return
	}
	if err != nil {
		m.Fatalf("%s of %s: %v", what, next.ID, err)
	}
	if whole {
		after.flat = false
	}
	m.objects[next.ID] = after
}

// refused fails unless a write was refused for a reason, and tells nothing of another
// object.
func (m *machine) refused(what string, err, want error) {
	m.Helper()
	var canceled *types.TransactionCanceledException
	if !errors.Is(err, want) || errors.Is(want, repo.ErrDuplicate) && errors.As(err, &canceled) {
		m.Fatalf("%s: %v; want %v", what, err, want)
	}
}

// check compares what is stored with the model.
func (m *machine) check() {
	d, err := kit.DumpTables(m.ctx, m.client, "")
	m.must(err)
	if p := d.Problems(""); len(p) > 0 {
		m.Fatal(p)
	}
	got, want := map[string]string{}, map[string]string{}
	for _, table := range claimTables {
		t := d.Table(table)
		for _, it := range t.Items {
			owner := it["_meta"].(*types.AttributeValueMemberM).Value["o"]
			got[kit.StringOf(it[t.Key[0]])] = kit.StringOf(owner)
		}
	}
	for _, id := range objectIDs {
		o, there := m.objects[id]
		for _, key := range o.claims {
			want[key] = "Accounts/S" + id
		}
		v, err := m.programs[0].Get(m.ctx, key(id))
		if !there {
			m.refused("get", err, repo.ErrNotFound)
			continue
		}
		m.must(err)
		v.Meta = meta.Record{}
		if diff := cmp.Diff(o.account, *v); diff != "" {
			m.Fatalf("%s: %s", id, diff)
		}
	}
	if diff := cmp.Diff(want, got); diff != "" {
		m.Fatalf("claims: %s", diff)
	}
}

// draw is a value of an object.
func (m *machine) draw(id string) account {
	a := account{ID: id, Email: m.one("", "x", "y"), Tenant: m.one("", "t"), N: rapid.IntRange(0, 1).Draw(m.T, "n")}
	if l := m.one("", "l", "m"); l != "" {
		a.Login = &l
	}
	a.Contact = m.contact()
	return a
}

func (m *machine) contact() *contact {
	if m.one("contact", "none") == "none" {
		return nil
	}
	return &contact{Phone: m.one("", "1", "2"), Street: m.one("", "A street that is long enough for a table of its own")}
}

func (m *machine) one(of ...string) string { return rapid.SampledFrom(of).Draw(m.T, "one") }

func (m *machine) some() (string, held, bool, program) {
	id := m.one(objectIDs...)
	o, there := m.objects[id]
	return id, o, there, m.programs[max(0, rapid.IntRange(-3, 2).Draw(m.T, "program"))]
}

// copied is an object whose parts are its own.
func copied(a account) account {
	if a.Contact != nil {
		a.Contact = new(*a.Contact)
	}
	return a
}

// concerned are those of tables that a change of fields is about.
func concerned(tables, fields []string) []string {
	return slices.DeleteFunc(slices.Clone(tables), func(t string) bool { return !slices.Contains(fields, t) })
}
