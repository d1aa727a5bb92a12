package repo_test

import (
	"context"
	"errors"
	"fmt"

	"github.com/dystore/dystore/cipher"
	"github.com/dystore/dystore/embedded"
	"github.com/dystore/dystore/lens"
	"github.com/dystore/dystore/repo"
)

type Walker struct {
	ID    string `dynamodbav:"id"`
	Name  string `dynamodbav:"name"`
	Walks int    `dynamodbav:"walks"`
}

var (
	walkerID   = repo.KeyOf(func(g *Walker) *string { return &g.ID })
	walkerName = lens.Of(func(g *Walker) *string { return &g.Name })
)

// walkers are encrypted with keys.
func walkers(db *embedded.DB, keys []cipher.KeysetEntry, parts ...repo.Part[Walker]) (*repo.Repo[Walker], error) {
	ring, err := cipher.NewKeyset(keys...)
	if err != nil {
		return nil, err
	}
	aes, err := cipher.New(ring)
	if err != nil {
		return nil, err
	}
	r, err := repo.New(db.Client(), repo.TableOf("Walkers", walkerID, append(parts, cipher.Protect(aes, walkerName))...))
	if err != nil {
		return nil, err
	}
	return r, r.CreateTables(context.Background())
}

// A walker is forgotten: what is not encrypted stays, for the statistics.
func ExampleAcceptErased() {
	ctx := context.Background()
	db := embedded.New()
	key, err := cipher.NewKey(1, []byte("32 bytes from a secrets manager."))
	if err != nil {
		fmt.Println(err)
		return
	}
	next, err := cipher.NewKey(2, []byte("another 32 bytes, for who comes."))
	if err != nil {
		fmt.Println(err)
		return
	}
	before, err := walkers(db, []cipher.KeysetEntry{cipher.Primary(key)})
	if err == nil {
		_, err = before.Create(ctx, &Walker{ID: "g1", Name: "Ann", Walks: 3})
	}
	if err != nil {
		fmt.Println(err)
		return
	}

	keys := []cipher.KeysetEntry{cipher.Destroyed(1), cipher.Primary(next)}
	strict, err := walkers(db, keys)
	if err == nil {
		_, err = strict.Get(ctx, walkerID.Of("g1"))
	}
	fmt.Println(errors.Is(err, cipher.ErrKeyDestroyed))
	report := func(_ context.Context, path string) { fmt.Println("erased:", path) }
	after, err := walkers(db, keys, repo.AcceptErased(report, walkerName))
	if err != nil {
		fmt.Println(err)
		return
	}
	g, err := after.Get(ctx, walkerID.Of("g1"))
	fmt.Printf("%+v %v\n", *g, err)
	// Output:
	// true
	// erased: name
	// {ID:g1 Name: Walks:3} <nil>
}
