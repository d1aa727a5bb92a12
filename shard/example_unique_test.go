package shard_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"log"

	"github.com/dystore/dystore/cipher"
	"github.com/dystore/dystore/embedded"
	"github.com/dystore/dystore/lens"
	"github.com/dystore/dystore/repo"
	"github.com/dystore/dystore/shard"
)

// Member is what the examples of unique values are about.
type Member struct {
	ID    string `dynamodbav:"id"`
	Club  string `dynamodbav:"club"`
	Email string `dynamodbav:"email,omitempty"`
}

var (
	memberID = repo.KeyOf(func(m *Member) *string { return &m.ID })
	club     = lens.Of(func(m *Member) *string { return &m.Club })
	email    = lens.Of(func(m *Member) *string { return &m.Email })
)

// members is a repository over an engine of its own.
func members(parts ...repo.Part[Member]) *repo.Repo[Member] {
	r, err := repo.New(embedded.New().Client(), repo.TableOf("Members", memberID, parts...))
	if err == nil {
		err = r.CreateTables(context.Background())
	}
	if err != nil {
		log.Fatal(err)
	}
	return r
}

// A second object with the value is refused, by whatever verb. The value is free again
// when the object has another, or is deleted.
func ExampleUnique() {
	ctx := context.Background()
	r := members(shard.Unique(shard.To("Emails"), email))

	ann, err := r.Create(ctx, &Member{ID: "ann", Email: "ann@x.org"})
	fmt.Println(ann, err)
	_, err = r.Create(ctx, &Member{ID: "bob", Email: "ann@x.org"})
	var where *repo.Error
	fmt.Println(errors.Is(err, repo.ErrDuplicate), errors.As(err, &where) && where.Path == "email")
	err = r.Update(ctx, ann, email.Set("ann@y.org"))
	fmt.Println(err)
	bob, err := r.Create(ctx, &Member{ID: "bob", Email: "ann@x.org"})
	fmt.Println(bob, err)
	// Output:
	// "ann" <nil>
	// true true
	// <nil>
	// "bob" <nil>
}

// Several fields are unique together: an address may be in two clubs, and not twice
// in one.
func ExampleUnique_together() {
	ctx := context.Background()
	r := members(shard.Unique(shard.To("Emails"), club, email))

	for _, m := range []Member{{"1", "chess", "ann@x.org"}, {"2", "go", "ann@x.org"}, {"3", "go", "ann@x.org"}} {
		_, err := r.Create(ctx, &m)
		fmt.Println(err)
	}
	// Output:
	// <nil>
	// <nil>
	// repo: Create Members "3", club, email: duplicate value: another object has it
}

// The fields that FoldCase names are compared without regard to case, and stored as
// they are.
func ExampleUniqueFields_FoldCase() {
	ctx := context.Background()
	r := members(shard.Unique(shard.To("Emails"), club, email).FoldCase(email))

	_, err := r.Create(ctx, &Member{"1", "chess", "Ann@x.org"})
	fmt.Println(err)
	_, err = r.Create(ctx, &Member{"2", "chess", "ann@X.org"})
	fmt.Println(errors.Is(err, repo.ErrDuplicate))
	_, err = r.Create(ctx, &Member{"2", "Chess", "ann@X.org"})
	fmt.Println(err)
	// Output:
	// <nil>
	// true
	// <nil>
}

// An encrypted field is claimed by a keyed hash, which does not show the value.
func ExampleUniqueFields_HashedBy() {
	ctx := context.Background()
	key, err := cipher.NewKey(1, bytes.Repeat([]byte{1}, 32)) // random bytes in earnest
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
	secret := bytes.Repeat([]byte{2}, 32) // here as well, and others
	r := members(cipher.Protect(keys, email), shard.Unique(shard.To("Emails"), email).HashedBy(secret))

	fmt.Println(r.Layout())
	_, err = r.Create(ctx, &Member{ID: "ann", Email: "ann@x.org"})
	fmt.Println(err)
	_, err = r.Create(ctx, &Member{ID: "bob", Email: "ann@x.org"})
	fmt.Println(err)
	// Output:
	// shard_test.Member → table Members, key id (S), entity "Members"
	// ├─ email unique → table Emails, key _id (S), hashed
	// └─ email encrypted
	// <nil>
	// repo: Create Members "bob", email: duplicate value: another object has it
}
