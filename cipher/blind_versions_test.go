package cipher_test

import (
	"bytes"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/dystore/dystore/cipher"
	"github.com/dystore/dystore/embedded"
	"github.com/dystore/dystore/lens"
	"github.com/dystore/dystore/repo"
)

// biFormer is a biPerson of version 1, which had no number.
type biFormer struct {
	Tenant, ID, Email string
	ByEmail           cipher.Tag
}

// Objects of an earlier version of the model are found by the tags that they had, and compared
// as what they are today.
func TestBlindIndexOfEarlierVersions(t *testing.T) {
	w, ctx := newBiWorld(t), t.Context()
	old := biNew(t, w.client, w.protects(t), w.emails, w.byEmail)
	for id, mail := range map[string]string{"1": "ada", "2": "eve", "3": "joe"} {
		if _, err := old.Create(ctx, &biPerson{Tenant: "acme", ID: id, Email: mail}); err != nil {
			t.Fatal(err)
		}
	}
	formerTenant := lens.Of(func(p *biFormer) *string { return &p.Tenant })
	up := func(p *biFormer) (*biPerson, error) {
		mail := p.Email
		if mail == "joe" {
			mail = "ada" // which its tag does not know
		}
		return &biPerson{Tenant: p.Tenant, ID: p.ID, Email: mail, ByEmail: p.ByEmail, Number: new(int64(7))}, nil
	}
	today := biNew(t, w.client, w.protects(t), w.emails, w.numbers, w.byEmail, w.byNumber, repo.Schema[biPerson](2,
		repo.Upgrade(1, up, cipher.Protect(cipher.Scope(withOptions(t, w.source), formerTenant), lens.Of(func(p *biFormer) *string { return &p.Email })))))
	found := func(mail string) []string { return biFound(t, today, w.byEmail.In(w.emails.Eq(mail))) }
	for mail, want := range map[string][]string{"ada": {"acme/1"}, "joe": nil, "eve": {"acme/2"}} {
		if d := cmp.Diff(want, found(mail)); d != "" {
			t.Errorf("%s: %s", mail, d)
		}
	}
	if err := today.Update(ctx, biKey.Of("acme", "2"), biEmail.Set("bob")); err != nil {
		t.Fatal(err)
	}
	if done, err := today.Migrate(ctx); err != nil || done.Changed != 2 {
		t.Errorf("%d are migrated: %v", done.Changed, err)
	}
	for mail, want := range map[string][]string{"ada": {"acme/1", "acme/3"}, "bob": {"acme/2"}, "eve": nil} {
		if d := cmp.Diff(want, found(mail)); d != "" {
			t.Errorf("%s: %s", mail, d)
		}
	}
	if got := biFound(t, today, w.byNumber.In(w.numbers.Eq(7))); len(got) != 3 {
		t.Errorf("found %q by what version 1 did not have", got)
	}
}

// An object that is imported is found by the keys of where it is now.
func TestBlindIndexOfImportedObjects(t *testing.T) {
	w, ctx := newBiWorld(t), t.Context()
	key, err := w.people.Create(ctx, &biPerson{Tenant: "acme", ID: "1", Email: "ada", Number: new(int64(7))})
	if err != nil {
		t.Fatal(err)
	}
	var document bytes.Buffer
	if err := w.people.Export(ctx, &document, key); err != nil {
		t.Fatal(err)
	}
	mails := cipher.BlindIndex(w.source, 9, biEmail, biByEmail)
	none := cipher.BlindIndex(w.source, 9, biCity, biByNumber) // which the object does not have
	there := biNew(t, embedded.New().Client(), w.protects(t), mails, none, w.byEmail, w.byNumber)
	if err := there.CreateTables(ctx); err != nil {
		t.Fatal(err)
	}
	if _, err := there.Import(ctx, &document); err != nil {
		t.Fatal(err)
	}
	if got := biFound(t, there, w.byEmail.In(mails.Eq("ada"))); len(got) != 1 {
		t.Errorf("found %q", got)
	}
	if p, err := there.Get(ctx, key); err != nil || p.ByNumber != nil || p.Email != "ada" || *p.Number != 7 {
		t.Errorf("imported %+v, %v", p, err)
	}
}
