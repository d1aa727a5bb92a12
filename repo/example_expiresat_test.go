package repo_test

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/dystore/dystore/lens"
	"github.com/dystore/dystore/repo"
	"github.com/dystore/dystore/shard"
)

type Session struct {
	ID    string    `dynamodbav:"id"`
	User  string    `dynamodbav:"user"`
	Until time.Time `dynamodbav:"until,unixtime"`
	Cart  Cart      `dynamodbav:"cart"`
}

type Cart struct {
	Items []string `dynamodbav:"items"`
}

var (
	sessionID    = repo.KeyOf(func(s *Session) *string { return &s.ID })
	sessionUntil = lens.Of(func(s *Session) *time.Time { return &s.Until })
)

// A session and its cart expire together. From that second on the session counts as
// absent, though DynamoDB may take days to delete it.
func ExampleExpiresAt() {
	ctx := context.Background()
	sessions := engineRepo(repo.TableOf("Sessions", sessionID,
		repo.ExpiresAt(func(s *Session) *time.Time { return &s.Until }),
		shard.New(shard.To("Carts"), func(s *Session) *Cart { return &s.Cart })))
	key, err := sessions.Create(ctx, &Session{ID: "s1", User: "ann", Until: time.Now().Add(time.Hour)})
	fmt.Println(err)

	fmt.Println(sessions.Update(ctx, key, sessionUntil.Set(time.Now().Add(2*time.Hour)))) // it goes on
	fmt.Println(sessions.Update(ctx, key, sessionUntil.Set(time.Now())))                  // it ends
	_, err = sessions.Get(ctx, key)
	fmt.Println(errors.Is(err, repo.ErrNotFound))

	_, err = sessions.Create(ctx, &Session{ID: "s1", User: "bob", Until: time.Now().Add(time.Hour)})
	fmt.Println(err)
	// Output:
	// <nil>
	// <nil>
	// <nil>
	// true
	// <nil>
}
