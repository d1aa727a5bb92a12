package repo_test

import (
	"context"
	"errors"
	"fmt"
	"log"

	"github.com/dystore/dystore/embedded"
	"github.com/dystore/dystore/repo"
	"github.com/dystore/dystore/shard"
)

type (
	Memo struct {
		ID   string   `dynamodbav:"id"`
		Body MemoBody `dynamodbav:"body"`
	}
	MemoBody struct {
		Text string `dynamodbav:"text"`
	}
)

var memoID = repo.KeyOf(func(m *Memo) *string { return &m.ID })

// The model had a shard and has it no longer. Objects that are stored with it
// are read only if its table is allowed.
func ExampleAllowTables() {
	ctx := context.Background()
	client := embedded.New().Client()
	divided, err := repo.New(client, repo.TableOf("Memos", memoID,
		shard.New(shard.To("MemoBodies"), func(m *Memo) *MemoBody { return &m.Body })))
	if err == nil {
		err = divided.CreateTables(ctx)
	}
	if err != nil {
		log.Fatal(err)
	}
	key, err := divided.Create(ctx, &Memo{ID: "m1", Body: MemoBody{"Buy milk."}})
	fmt.Println(err)

	model := repo.TableOf("Memos", memoID)
	strict, err := repo.New(client, model)
	if err != nil {
		log.Fatal(err)
	}
	_, err = strict.Get(ctx, key)
	fmt.Println(errors.Is(err, repo.ErrInvalid), errors.Is(err, repo.ErrCorrupt))

	whole, err := repo.New(client, model, repo.AllowTables("MemoBodies"))
	if err != nil {
		log.Fatal(err)
	}
	m, err := whole.Get(ctx, key)
	fmt.Println(m.Body.Text, err)
	// Output:
	// <nil>
	// false true
	// Buy milk. <nil>
}
