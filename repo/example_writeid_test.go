package repo_test

import (
	"context"
	"fmt"

	"github.com/dystore/dystore/lens"
	"github.com/dystore/dystore/meta"
	"github.com/dystore/dystore/repo"
)

type Purse struct {
	ID    string      `dynamodbav:"id"`
	Coins int         `dynamodbav:"coins"`
	Meta  meta.Record `dynamodbav:"-"`
}

var (
	purseID    = repo.KeyOf(func(p *Purse) *string { return &p.ID })
	purseCoins = lens.Of(func(p *Purse) *int { return &p.Coins })
)

// A program that keeps the id of a write, in a queue's message for instance,
// can repeat the write after a restart: it is applied once.
func ExampleWithWriteID() {
	ctx := context.Background()
	purses := engineRepo(repo.TableOf("Purses", purseID, meta.Keep(func(p *Purse) *meta.Record { return &p.Meta })))
	key, err := purses.Create(ctx, &Purse{ID: "p1"})
	fmt.Println(err)

	message := meta.NewWriteID().String()
	for range 2 { // the message is delivered twice
		id, err := meta.ParseWriteID(message)
		if err != nil {
			fmt.Println(err)
			return
		}
		fmt.Println(purses.With(repo.WithWriteID(id)).Update(ctx, key, lens.Add(purseCoins, 5)))
	}

	p, err := purses.Get(ctx, key)
	fmt.Println(p.Coins, "version", p.Meta.Version, p.Meta.WriteID.String() == message, err)
	again, err := purses.Get(ctx, key)
	fmt.Println(again.Meta.Equal(p.Meta), err)
	// Output:
	// <nil>
	// <nil>
	// <nil>
	// 5 version 2 true <nil>
	// true <nil>
}
