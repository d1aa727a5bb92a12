// Package keytables has the checks of wrapped keys in a table: of package cipher/keytable.
package keytables

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"
	"testing"

	"github.com/dystore/dystore/cipher"
	"github.com/dystore/dystore/cipher/keytable"
	"github.com/dystore/dystore/fault"
	"github.com/dystore/dystore/internal/conformance/kit"
	"github.com/dystore/dystore/lens"
	"github.com/dystore/dystore/meta"
	"github.com/dystore/dystore/repo"
)

// Run runs the checks of this package.
func Run(t *testing.T, newEngine func(t *testing.T) kit.Engine) {
	kit.Run(t, newEngine, kit.Group{Name: "keys in a table", Checks: []kit.Check{
		{Name: "the life of a key", Run: life},
		{Name: "callers at once", Run: atOnce},
		{Name: "answers that are lost", Run: lostAnswers},
		{Name: "a list of scopes", Run: listed},
		{Name: "what a person has is erased", Run: erased},
	}})
}

// wrapper binds keys to their names, by an AES of its own.
type wrapper struct{ of *cipher.AES }

func bound(name cipher.KeyName) *cipher.Binding {
	return &cipher.Binding{Entity: "key", Key: []cipher.KeyPart{cipher.KeyString(fmt.Sprint(name.ID))}, Path: cipher.Path{cipher.Name("=" + name.Scope)}}
}

func (w wrapper) Wrap(ctx context.Context, secret []byte, name cipher.KeyName) ([]byte, error) {
	return w.of.Seal(ctx, nil, secret, bound(name))
}

func (w wrapper) Unwrap(ctx context.Context, wrapped []byte, name cipher.KeyName) ([]byte, error) {
	return w.of.Open(ctx, nil, wrapped, bound(name))
}

var ticket = keytable.Audit{By: "privacy desk", Why: "request 17"}

// newStore is a store over a table of its own.
func newStore(t *testing.T, x *kit.World) *keytable.Store {
	x.Tampered = true // keys are of no object
	store := storeOf(t, x)
	x.Creates(t, store.CreateTable)
	return store
}

// storeOf is another store over the table.
func storeOf(t *testing.T, x *kit.World) *keytable.Store {
	store, err := keytable.New(x.Client, x.Table("Keys"), wrapper{kit.Keys(t)})
	kit.Must(t, err)
	return store
}

func wants(t *testing.T, what string, err, want error) {
	t.Helper()
	if !errors.Is(err, want) {
		t.Errorf("%s: %v, want %v", what, err, want)
	}
}

// life: a key is made, replaced, taken out of use, put back, destroyed; and its scope is erased.
func life(t *testing.T, x *kit.World) {
	ctx, store := t.Context(), newStore(t, x)
	kit.Must(t, store.CreateTable(ctx)) // which is there
	_, err := store.Primary(ctx, "s")
	wants(t, "no key yet", err, cipher.ErrUnknownKey)
	for replaced := range cipher.KeyID(3) {
		id, err := store.Mint(ctx, "s", replaced)
		kit.Must(t, err)
		kit.Equal(t, "minted", id, replaced+1)
	}
	again, err := store.Mint(ctx, "s", 1)
	kit.Must(t, err)
	kit.Equal(t, "minted again in place of 1", again, 3)
	first, err := store.ByID(ctx, "s", 1)
	kit.Must(t, err)

	kit.Must(t, store.Disable(ctx, "s", 1))
	_, err = storeOf(t, x).ByID(ctx, "s", 1)
	wants(t, "out of use", err, cipher.ErrKeyDisabled)
	kit.Must(t, store.Enable(ctx, "s", 1))
	back, err := store.ByID(ctx, "s", 1)
	kit.Must(t, err)
	kit.Equal(t, "in use again", back, first)
	wants(t, "the primary out of use", store.Disable(ctx, "s", 3), keytable.ErrPrimary)

	gone, err := store.Destroy(ctx, "s", 2, ticket)
	kit.Must(t, err)
	kit.Equal(t, "destroyed", gone.IDs, []cipher.KeyID{2})
	_, err = store.ByID(ctx, "s", 2)
	wants(t, "destroyed", err, cipher.ErrKeyDestroyed)
	wants(t, "destroyed, into use", store.Enable(ctx, "s", 2), cipher.ErrKeyDestroyed)

	end, err := store.Erase(ctx, "s", ticket)
	kit.Must(t, err)
	kit.Equal(t, "erased", end.IDs, []cipher.KeyID{1, 3})
	for id := range cipher.KeyID(5) {
		_, err := store.ByID(ctx, "s", id)
		wants(t, "erased", err, cipher.ErrKeyDestroyed)
		_, err = store.Mint(ctx, "s", id)
		wants(t, "minted after it", err, cipher.ErrKeyDestroyed)
	}
	scope, err := store.Scope(ctx, "s")
	kit.Must(t, err)
	kit.Equal(t, "keys that are known", len(scope.Keys), 3)
	kit.Equal(t, "who has erased it", scope.Erased.Audit, ticket)
}

// atOnce: callers that mint at once agree, and give no id twice.
func atOnce(t *testing.T, x *kit.World) {
	ctx, store := t.Context(), newStore(t, x)
	for replaced := range cipher.KeyID(4) {
		var wg sync.WaitGroup
		ids, wrapped := make([]cipher.KeyID, 8), make([]string, 8)
		for i := range ids {
			wg.Go(func() {
				id, err := storeOf(t, x).Mint(ctx, "s", replaced)
				if err != nil {
					t.Error(err)
				}
				key, err := store.ByID(ctx, "s", id)
				if err != nil {
					t.Error(err)
				}
				ids[i], wrapped[i] = id, string(key)
			})
		}
		wg.Wait()
		kit.Equal(t, "ids", slices.Compact(ids), []cipher.KeyID{replaced + 1})
		kit.Equal(t, "keys", len(slices.Compact(wrapped)), 1)
	}
}

// lostAnswers: a change whose answer was lost is made once.
func lostAnswers(t *testing.T, x *kit.World) {
	ctx, store := t.Context(), newStore(t, x)
	lost := func(change func() error) {
		t.Helper()
		x.Net.Reset(fault.Inject(fault.ReplyLost(), fault.Op("UpdateItem"), fault.Times(1)))
		kit.Must(t, change())
		if n := len(x.Net.Requests()); n < 2 {
			t.Errorf("%d requests: no answer was lost", n)
		}
	}
	for replaced := range cipher.KeyID(3) {
		lost(func() error { _, err := store.Mint(ctx, "s", replaced); return err })
	}
	lost(func() error { return store.Disable(ctx, "s", 1) })
	lost(func() error { _, err := store.Destroy(ctx, "s", 2, ticket); return err })
	scope, err := store.Scope(ctx, "s")
	kit.Must(t, err)
	kit.Equal(t, "keys", len(scope.Keys), 3)
	kit.Equal(t, "primary", scope.Primary, 3)
	lost(func() error { _, err := store.Erase(ctx, "s", ticket); return err })
	_, err = store.Primary(ctx, "s")
	wants(t, "erased", err, cipher.ErrKeyDestroyed)
}

// listed: all scopes are listed, of any name.
func listed(t *testing.T, x *kit.World) {
	ctx, store := t.Context(), newStore(t, x)
	want := map[string]bool{"": true, "=": true, "snow ☃ 雪": true}
	for i := range 20 {
		want[fmt.Sprint("tenant ", i)] = true
	}
	for name := range want {
		_, err := store.Mint(ctx, name, 0)
		kit.Must(t, err)
	}
	got := map[string]bool{}
	for scope, err := range store.Scopes(ctx) {
		kit.Must(t, err)
		kit.Equal(t, scope.Name, scope.Primary, 1)
		got[scope.Name] = true
	}
	kit.Equal(t, "scopes", got, want)
}

// person has keys of her own.
type person struct {
	ID   string      `dynamodbav:"id"`
	City string      `dynamodbav:"city"`
	Meta meta.Record `dynamodbav:"-"`
}

var (
	personID   = repo.KeyOf(func(p *person) *string { return &p.ID })
	personIs   = lens.Of(func(p *person) *string { return &p.ID })
	personCity = lens.Of(func(p *person) *string { return &p.City })
)

// erased: what is sealed for one person does not open any more, and others' does.
func erased(t *testing.T, x *kit.World) {
	ctx, store := t.Context(), newStore(t, x)
	model := func() *repo.Repo[person] { // whose process has no key in memory
		source, err := cipher.NewWrapped(store, wrapper{kit.Keys(t)})
		kit.Must(t, err)
		keys, err := cipher.New(source)
		kit.Must(t, err)
		return kit.Open(t, x, repo.TableOf("People", personID, cipher.Protect(cipher.Scope(keys, personIs), personCity), meta.Keep(func(p *person) *meta.Record { return &p.Meta })))
	}
	r := model()
	_, err := r.Create(ctx, &person{ID: "ann", City: "Rome"})
	wants(t, "no key yet", err, cipher.ErrUnknownKey)
	for _, id := range []string{"ann", "bo"} {
		_, err := store.Mint(ctx, id, 0)
		kit.Must(t, err)
		_, err = model().Create(ctx, &person{ID: id, City: "Rome"})
		kit.Must(t, err)
	}
	_, err = store.Erase(ctx, "ann", ticket)
	kit.Must(t, err)
	after := model()
	_, err = after.Get(ctx, personID.Of("ann"))
	wants(t, "erased", err, cipher.ErrKeyDestroyed)
	got, err := after.Get(ctx, personID.Of("bo"))
	kit.Must(t, err)
	kit.Equal(t, "another", got.City, "Rome")
	kit.Must(t, after.Update(ctx, personID.Of("ann"), personCity.Remove()))
	usage, err := after.KeysInUse(ctx)
	kit.Must(t, err)
	kit.Equal(t, "values of ann", usage.OfScope("ann", 1), 1) // the list of encrypted paths
}
