package cipher_test

import (
	"bytes"
	"slices"
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

// While a model begins or ends encryption, each of its programs finds what the others have
// written, in the clear or not.
func TestFoundWhileUnprotected(t *testing.T) {
	ctx, w := t.Context(), newBiWorld(t)
	parts := func(state ...repo.Part[biPerson]) []repo.Part[biPerson] {
		return append(state, w.emails, w.numbers, w.cities, w.blobs, w.next, w.byEmail, w.byNumber, w.byNumberKeys, w.byCity, w.byBytes)
	}
	fields := []lens.Field[biPerson]{biEmail, biNumber, biCity, biBytes}
	releases := map[string]*repo.Repo[biPerson]{
		"open":   biNew(t, w.client, parts(cipher.Unprotect(cipher.Scope(withOptions(t, w.source), biTenant), fields...))...),
		"both":   biNew(t, w.client, parts(w.protects(t), repo.AcceptPlain(fields...))...),
		"sealed": biNew(t, w.client, parts(w.protects(t))...),
	}
	for name, r := range releases {
		_, err := r.Create(ctx, &biPerson{Tenant: name, ID: "put", Email: "Ada@example.org", Number: new(int64(7)), Home: biPlace{City: "Rome"}, Bytes: []byte("x")})
		must(t, err)
		_, err = r.Create(ctx, &biPerson{Tenant: name, ID: "updated", Email: "eve@example.org", Home: biPlace{City: "Oslo"}})
		must(t, err)
		must(t, r.Update(ctx, biKey.Of(name, "updated"), biEmail.Set("ada@example.org"), biNumber.Set(7), biHome.Set(biPlace{City: "Rome"}), biBytes.Set([]byte("x"))))
	}
	for _, name := range []string{"open", "both"} {
		r := releases[name]
		for what, search := range map[string]repo.Range[biPerson]{
			"email": w.byEmail.In(w.emails.Eq("ADA@example.org")), "number": w.byNumber.In(w.numbers.Eq(7)), "bytes": w.byBytes.In(w.blobs.Eq([]byte("x"))),
		} {
			want := []string{"both/put", "both/updated", "open/put", "open/updated", "sealed/put", "sealed/updated"}
			if got := biFound(t, r, search); !slices.Equal(got, want) {
				t.Errorf("%s finds by %s %q", name, what, got)
			}
		}
		if got := biFound(t, r, w.byNumber.In(w.numbers.Eq(8))); len(got) != 0 {
			t.Errorf("%s finds by another number %q", name, got)
		}
	}
	// An object changes its form with its tags.
	must(t, releases["open"].Modify(ctx, biKey.Of("sealed", "put"), func(p *biPerson) error { p.Email = "eve@example.org"; return nil }))
	for _, name := range []string{"open", "both"} {
		if got := biFound(t, releases[name], w.byEmail.In(w.emails.Eq("eve@example.org"))); !slices.Equal(got, []string{"sealed/put"}) {
			t.Errorf("%s finds the changed one as %q", name, got)
		}
	}
}
