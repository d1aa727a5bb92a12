package cipher_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/dystore/dystore/cipher"
	"github.com/dystore/dystore/embedded"
	"github.com/dystore/dystore/lens"
	"github.com/dystore/dystore/meta"
	"github.com/dystore/dystore/repo"
	"github.com/dystore/dystore/shard"
)

// bfSource fails where fail says so, and answers with the key after the one that is asked for
// where it is wrong.
type bfSource struct {
	biSource
	fail  func() error
	wrong cipher.KeyID
}

func (s *bfSource) Primary(ctx context.Context, tenant string) (*cipher.Key, error) {
	return s.ByID(ctx, tenant, 7)
}

func (s *bfSource) ByID(ctx context.Context, tenant string, id cipher.KeyID) (*cipher.Key, error) {
	if s.fail != nil {
		if err := s.fail(); err != nil {
			return nil, err
		}
	}
	return s.biSource.ByID(ctx, tenant, id+s.wrong)
}

// bfNumbers has two objects of different numbers with one tag; source seals them.
func bfNumbers(t *testing.T, source cipher.KeySource) (people *repo.Repo[biPerson], first repo.Selection[biPerson], n int64) {
	t.Helper()
	numbers := cipher.BlindIndex(&biSource{}, 1, biNumber, biByNumber, cipher.TagBits(8))
	by := biIndex("by-number", biByNumber)
	people = biNew(t, embedded.New().Client(), cipher.Protect(withOptions(t, source), biNumber), numbers, by)
	if err := people.CreateTables(t.Context()); err != nil {
		t.Fatal(err)
	}
	seen := map[string]int64{}
	for other := int64(1); ; other++ {
		n, twice := seen[string(biNumberTag(other))]
		if !twice {
			seen[string(biNumberTag(other))] = other
			continue
		}
		for _, n := range []int64{n, other} {
			if _, err := people.Create(t.Context(), &biPerson{Tenant: "acme", ID: fmt.Sprint(n), Number: &n}); err != nil {
				t.Fatal(err)
			}
		}
		return people, by.In(numbers.Eq(n)), n
	}
}

// An object is never found whose value nobody has compared, whenever the key source fails.
func TestBlindIndexWithFailingSource(t *testing.T) {
	source := &bfSource{}
	people, in, want := bfNumbers(t, source)
	for _, why := range []error{errors.New("timeout"), cipher.ErrUnknownKey} {
		all := 0
		for fails := int64(1); fails <= 4; fails++ {
			var calls atomic.Int64
			source.fail = func() error {
				if calls.Add(1) == fails {
					return why
				}
				return nil
			}
			for p, err := range people.Query(t.Context(), in) {
				switch {
				case err != nil && !errors.Is(err, why):
					t.Errorf("%v at %d: %v", why, fails, err)
				case err != nil:
					all++
				case *p.Number != want:
					t.Errorf("%v at %d: found %d instead of %d", why, fails, *p.Number, want)
				}
			}
		}
		if all == 0 {
			t.Errorf("%v: no error", why)
		}
		source.fail = func() error { return why }
		if n, err := people.Count(t.Context(), in); !errors.Is(err, why) {
			t.Errorf("%v: counted %d, %v", why, n, err)
		}
	}
	ctx, cancel := context.WithCancel(t.Context())
	source.fail = func() error { cancel(); return ctx.Err() }
	if n, err := people.Count(ctx, in); !errors.Is(err, context.Canceled) {
		t.Errorf("cancelled: counted %d, %v", n, err)
	}
}

// A source that returns another key than the one it was asked for makes no tag.
func TestBlindIndexOfAnotherKey(t *testing.T) {
	mails := cipher.BlindIndex(&bfSource{wrong: 1}, 1, biEmail, biByEmail)
	people := biNew(t, embedded.New().Client(), cipher.Protect(one(t), biEmail), mails, biIndex("by-email", biByEmail))
	p := &biPerson{Tenant: "acme", ID: "1", Email: "ada"}
	if _, err := people.Create(t.Context(), p); !errors.Is(err, cipher.ErrKeySource) || !errors.Is(err, repo.ErrUnavailable) || p.ByEmail != nil {
		t.Errorf("tag %x, %v", p.ByEmail, err)
	}
}

// Migrate goes on after what a source says of one scope's key of tags, and stops after what it
// says of the key of all.
func TestBlindIndexMigratesByScope(t *testing.T) {
	ctx, client := t.Context(), embedded.New().Client()
	protect, by := cipher.Protect(one(t), biCity), biIndex("by-city", biByCity)
	old := biNew(t, client, protect, by)
	if err := old.CreateTables(ctx); err != nil {
		t.Fatal(err)
	}
	for _, tenant := range []string{"a", "b", "c", "d"} {
		if _, err := old.Create(ctx, &biPerson{Tenant: tenant, ID: "1", Home: biPlace{City: "Rome"}}); err != nil {
			t.Fatal(err)
		}
	}
	lost := &biSource{lost: map[string]error{"c": cipher.ErrKeyDestroyed, "": cipher.ErrUnknownKey}}
	done, err := biNew(t, client, protect, by, cipher.BlindIndex(lost, 2, biCity, biByCity)).Migrate(ctx, repo.PageSize(1))
	if !errors.Is(err, cipher.ErrUnknownKey) || done.Seen != 0 {
		t.Errorf("without the key of all tags %d are seen: %v", done.Seen, err)
	}
	cities := cipher.BlindIndex(lost, 2, biCity, biByCity, cipher.TagScope(biTenant))
	r := biNew(t, client, protect, by, cities)
	done, err = r.Migrate(ctx, repo.PageSize(1))
	if !errors.Is(err, cipher.ErrKeyDestroyed) || done.Seen != 4 || done.Changed != 3 || done.Failed != 1 {
		t.Errorf("seen %d, changed %d, failed %d: %v", done.Seen, done.Changed, done.Failed, err)
	}
	for _, tenant := range []string{"a", "b", "d"} {
		if got := biFound(t, r, by.In(cities.Within(tenant).Eq("Rome"))); len(got) != 1 {
			t.Errorf("%s: found %q", tenant, got)
		}
	}
}

// There are no tags of no scope, and a nil Blind is refused as a zero one.
func TestBlindIndexWithoutScope(t *testing.T) {
	type doc struct {
		Tenant, ID, Email string
		Tag               cipher.Tag
	}
	tenant, id := lens.Of(func(d *doc) *string { return &d.Tenant }), lens.Of(func(d *doc) *string { return &d.ID })
	tag := lens.Of(func(d *doc) *cipher.Tag { return &d.Tag })
	email := lens.Of(func(d *doc) *string { return &d.Email })
	mails := cipher.BlindIndex(&biSource{}, 1, email, tag, cipher.TagScope(tenant))
	by := repo.MultiKeyIndexOf("by-tag", repo.PartitionBy(tag), repo.SortBy[doc]())
	key := repo.JoinedKeyOf(repo.AttributeOf("PK", repo.Word[doc]("T"), tenant), repo.AttributeOf("SK", repo.Word[doc]("D"), id))
	r, err := repo.New(embedded.New().Client(), repo.TableOf("Docs", key, cipher.Protect(one(t), email), mails, by))
	if err == nil {
		err = r.CreateTables(t.Context())
	}
	if err != nil {
		t.Fatal(err)
	}
	if _, err := r.Create(t.Context(), &doc{ID: "1", Email: "ada"}); !errors.Is(err, cipher.ErrScope) || !errors.Is(err, repo.ErrInvalid) {
		t.Errorf("an empty scope: %v", err)
	}
	if _, err := r.Create(t.Context(), &doc{Tenant: "a#b", ID: "1", Email: "ada"}); err != nil {
		t.Error(err)
	}
	for within, want := range map[string]string{"": "the scope is empty", "a#b": ""} {
		n, err := r.Count(t.Context(), by.In(mails.Within(within).Eq("ada")))
		if want == "" && (n != 1 || err != nil) || want != "" && (err == nil || !strings.Contains(err.Error(), want)) {
			t.Errorf("within %q: %d, %v", within, n, err)
		}
	}
	var none *cipher.Blind[doc, string]
	if _, err := r.Count(t.Context(), by.In(none.Within("x").Eq("ada"))); err == nil || !strings.Contains(err.Error(), "a zero Blind finds nothing") {
		t.Error(err)
	}
}

type bfHome struct{ City string }

type bfDoc struct {
	ID   string
	Home bfHome
	Tag  cipher.Tag
	Rec  meta.Record `dynamodbav:"-"`
}

// An object that was stored when the field was in a shard is an error, as in a filter, and is
// found after a migration.
func TestBlindIndexOfAnotherLayout(t *testing.T) {
	ctx, client := t.Context(), embedded.New().Client()
	key := repo.KeyOf(func(d *bfDoc) *string { return &d.ID })
	city, tag := lens.Of(func(d *bfDoc) *string { return &d.Home.City }), lens.Of(func(d *bfDoc) *cipher.Tag { return &d.Tag })
	by := repo.MultiKeyIndexOf("by-tag", repo.PartitionBy(tag), repo.SortBy[bfDoc]())
	parts := []repo.Part[bfDoc]{cipher.Protect(one(t), city), by, meta.Keep(func(d *bfDoc) *meta.Record { return &d.Rec })}
	old, err := repo.New(client, repo.TableOf("Docs", key, append(parts, shard.New(shard.To("Parts"), func(d *bfDoc) *bfHome { return &d.Home }))...))
	if err == nil {
		err = old.CreateTables(ctx)
	}
	if err != nil {
		t.Fatal(err)
	}
	if _, err := old.Create(ctx, &bfDoc{ID: "1", Home: bfHome{"Rome"}}); err != nil {
		t.Fatal(err)
	}
	cities := cipher.BlindIndex(&biSource{}, 1, city, tag)
	r, err := repo.New(client, repo.TableOf("Docs", key, append(parts, cities)...), repo.AllowTables("Parts"))
	if err != nil {
		t.Fatal(err)
	}
	if err := r.Update(ctx, key.Of("1"), city.Set("Oslo")); err != nil {
		t.Fatal(err)
	}
	if n, err := r.Count(ctx, by.In(cities.Eq("Oslo"))); !errors.Is(err, repo.ErrInvalid) || !strings.Contains(err.Error(), "another layout") {
		t.Errorf("counted %d, %v", n, err)
	}
	if done, err := r.Migrate(ctx); err != nil || done.Changed != 1 {
		t.Fatal(done.Changed, err)
	}
	if n, err := r.Count(ctx, by.In(cities.Eq("Oslo"))); err != nil || n != 1 {
		t.Errorf("after the migration: counted %d, %v", n, err)
	}
}

type (
	bfFormer struct {
		ID, Card, Note, Extra string
		Rec                   meta.Record `dynamodbav:"-"`
	}
	bfToday struct {
		ID, Card, Note string
		Rec            meta.Record `dynamodbav:"-"`
	}
)

// What the type does not know is re-encrypted by the cipher that opens it, though another one
// has the same key and does not.
func TestReencryptOfCiphersThatShareKeys(t *testing.T) {
	ctx, client := t.Context(), embedded.New().Client()
	ring := func(primary cipher.KeyID) *cipher.AES {
		entries := []cipher.KeysetEntry{cipher.Primary(newKey(t, primary))}
		if primary == 2 {
			entries = append(entries, cipher.Enabled(newKey(t, 1)))
		}
		return newAES(t, entries...)
	}
	former, err := repo.New(client, repo.TableOf("Docs", repo.KeyOf(func(d *bfFormer) *string { return &d.ID }),
		cipher.Protect(cipher.Scope(ring(1), lens.Of(func(d *bfFormer) *string { return &d.ID })), lens.Of(func(d *bfFormer) *string { return &d.Card })),
		cipher.Protect(ring(1), lens.Of(func(d *bfFormer) *string { return &d.Note }), lens.Of(func(d *bfFormer) *string { return &d.Extra })),
		meta.Keep(func(d *bfFormer) *meta.Record { return &d.Rec })))
	if err == nil {
		err = former.CreateTables(ctx)
	}
	if err != nil {
		t.Fatal(err)
	}
	if _, err := former.Create(ctx, &bfFormer{ID: "1", Card: "c", Note: "n", Extra: "e"}); err != nil {
		t.Fatal(err)
	}
	today, err := repo.New(client, repo.TableOf("Docs", repo.KeyOf(func(d *bfToday) *string { return &d.ID }),
		cipher.Protect(cipher.Scope(ring(2), lens.Of(func(d *bfToday) *string { return &d.ID })), lens.Of(func(d *bfToday) *string { return &d.Card })),
		cipher.Protect(ring(2), lens.Of(func(d *bfToday) *string { return &d.Note })),
		meta.Keep(func(d *bfToday) *meta.Record { return &d.Rec })))
	if err != nil {
		t.Fatal(err)
	}
	for run, changed := range []int64{1, 0} {
		done, err := today.Reencrypt(ctx)
		if err != nil || done.Changed != changed || done.Failed != 0 {
			t.Errorf("run %d: changed %d, failed %d: %v", run, done.Changed, done.Failed, err)
		}
	}
	if used, err := today.KeysInUse(ctx); err != nil || used.Of(1) != 0 {
		t.Errorf("%+v, %v", used, err)
	}
}
