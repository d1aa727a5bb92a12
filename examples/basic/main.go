package main

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"log"

	"github.com/dystore/dystore/cipher"
	"github.com/dystore/dystore/embedded"
	"github.com/dystore/dystore/keygen"
	"github.com/dystore/dystore/lens"
	"github.com/dystore/dystore/meta"
	"github.com/dystore/dystore/repo"
	"github.com/dystore/dystore/shard"
)

type Person struct {
	ID       string      `dynamodbav:"id"`
	Name     string      `dynamodbav:"name" validate:"required"`
	Visits   int         `dynamodbav:"visits"`
	Location Location    `dynamodbav:"location"`
	Meta     meta.Record `dynamodbav:"-"` // version and times; makes Put optimistic
}

type Location struct {
	City    string `dynamodbav:"city"`
	Country string `dynamodbav:"country"`
}

var (
	personID = repo.KeyOf(func(p *Person) *string { return &p.ID }, keygen.UUIDv7)
	visits   = lens.Of(func(p *Person) *int { return &p.Visits })
	city     = lens.Of(func(p *Person) *string { return &p.Location.City })
)

// open declares that a person's location is an item in another table, and that
// the city in it is encrypted.
func open(client repo.Client, keys cipher.Cipher) (*repo.Repo[Person], error) {
	return repo.New(client, repo.TableOf("People", personID,
		shard.New(shard.To("Locations"), func(p *Person) *Location { return &p.Location }),
		cipher.Protect(keys, city),
		meta.Keep(func(p *Person) *meta.Record { return &p.Meta }),
	))
}

func run(ctx context.Context) error {
	keys, err := newKeys()
	if err != nil {
		return err
	}
	client := embedded.New().Client() // in a service: dynamodb.NewFromConfig(cfg)
	people, err := open(client, keys)
	if err != nil {
		return err
	}
	if err := people.CreateTables(ctx); err != nil { // for development and tests
		return err
	}

	john := Person{Name: "john", Location: Location{City: "Osaka", Country: "Japan"}}
	key, err := people.Create(ctx, &john) // both items or none; fills john.ID
	if err != nil {
		return err
	}
	err = people.Update(ctx, key, city.Set("New York"), lens.Add(visits, 1), repo.If(visits.Lt(10)))
	if err != nil {
		return err
	}
	town, err := repo.Read(ctx, people, key, city) // one path, a string
	if err != nil {
		return err
	}
	fmt.Println(town)

	john.Name = "jon"
	if _, err := people.Put(ctx, &john); errors.Is(err, repo.ErrConflict) { // the Update came in between
		fmt.Println("conflict: read again")
	}
	got, err := people.Get(ctx, key) // whole, in one committed state
	if err != nil {
		return err
	}
	fmt.Println(got.Name, got.Visits, got.Location, "version", got.Meta.Version)
	return people.Delete(ctx, key) // with all its parts
}

func newKeys() (*cipher.AES, error) {
	secret := make([]byte, 32)
	rand.Read(secret) // in a service: from a secrets manager
	key, err := cipher.NewKey(1, secret)
	if err != nil {
		return nil, err
	}
	ring, err := cipher.NewKeyset(cipher.Primary(key))
	if err != nil {
		return nil, err
	}
	return cipher.New(ring)
}

func main() {
	if err := run(context.Background()); err != nil {
		log.Fatal(err)
	}
}
