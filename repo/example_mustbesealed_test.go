package repo_test

import (
	"context"
	"errors"
	"fmt"
	"log"

	"github.com/dystore/dystore/cipher"
	"github.com/dystore/dystore/embedded"
	"github.com/dystore/dystore/lens"
	"github.com/dystore/dystore/repo"
)

type Letter struct {
	ID   string `dynamodbav:"id"`
	Text string `dynamodbav:"text"`
	From string `dynamodbav:"from"`
}

var (
	letterID   = repo.KeyOf(func(l *Letter) *string { return &l.ID })
	letterText = lens.Of(func(l *Letter) *string { return &l.Text })
	letterFrom = lens.Of(func(l *Letter) *string { return &l.From })
)

// The first release encrypted the text only. Whoever can write to the table
// can put the list of encrypted paths of that time back, and any sender beside
// it. MustBeSealed says what the list must have.
func ExampleMustBeSealed() {
	ctx := context.Background()
	key, err := cipher.NewKey(1, []byte("32 bytes from a secrets manager."))
	if err != nil {
		log.Fatal(err)
	}
	ring, err := cipher.NewKeyset(cipher.Primary(key))
	if err != nil {
		log.Fatal(err)
	}
	keys, err := cipher.New(ring)
	if err != nil {
		log.Fatal(err)
	}
	client := embedded.New().Client()
	release1, err := repo.New(client, repo.TableOf("Letters", letterID, cipher.Protect(keys, letterText)))
	if err != nil {
		log.Fatal(err)
	}
	release2, err := repo.New(client, repo.TableOf("Letters", letterID, cipher.Protect(keys, letterText, letterFrom)))
	if err != nil {
		log.Fatal(err)
	}
	if err := release1.CreateTables(ctx); err != nil {
		log.Fatal(err)
	}
	if _, err := release1.Create(ctx, &Letter{"old", "come", "anybody"}); err != nil {
		log.Fatal(err)
	}
	if _, err := release2.Create(ctx, &Letter{"new", "come", "Ann"}); err != nil {
		log.Fatal(err)
	}

	stored, err := repo.Open(client, "Letters", "id", repo.WithOpener(keys), repo.MustBeSealed("text", "from"))
	if err != nil {
		log.Fatal(err)
	}
	doc, err := stored.Get(ctx, "new")
	fmt.Println(doc, err)
	doc, err = stored.Get(ctx, "old")
	var e *repo.Error
	fmt.Println(doc, errors.Is(err, repo.ErrCorrupt), errors.As(err, &e) && e.Path == "from")
	// Output:
	// map[from:Ann id:new text:come] <nil>
	// map[] true true
}
