// Quickstart stores, reads, changes and deletes a person. The parts of the
// person are in several tables, and some fields are encrypted. The program shows
// what is stored and how many requests each step takes.
//
//	go run ./examples/quickstart                                    # an in-process DynamoDB
//	go run ./examples/quickstart -endpoint http://127.0.0.1:8000    # or any other
//
// With an endpoint, credentials and region come from the environment
// (AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY, AWS_SESSION_TOKEN, AWS_REGION).
package main

import (
	"context"
	"crypto/rand"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"strings"

	"github.com/dystore/dystore/cipher"
	"github.com/dystore/dystore/repo"
)

func main() {
	endpoint := flag.String("endpoint", "", "URL of a DynamoDB; without it, one runs in process")
	flag.Parse()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	if err := run(ctx, os.Stdout, *endpoint); err != nil {
		fmt.Fprintln(os.Stderr, "quickstart:", err)
		os.Exit(1)
	}
}

func run(ctx context.Context, out io.Writer, endpoint string) error {
	keys, err := newKeys()
	if err != nil {
		return err
	}
	client, net := connect(endpoint)
	people, err := repo.New(client, model(keys), repo.TablePrefix("quickstart-"))
	if err != nil {
		return err
	}
	if err := people.CreateTables(ctx); err != nil {
		return err
	}
	fmt.Fprintln(out, people.Layout())

	net.heading(out)
	john := Person{
		ID: "p1", FirstName: "john", LastName: "smith", Tags: []string{},
		Location: Location{City: "Osaka", Country: "Japan", Geo: Geo{Lat: "34.69", Lon: "135.50"}},
		Birth:    &Birth{Hospital: "Kosei Nenkin", DOB: "12/2/1995"},
	}
	net.begin()
	key, err := people.Create(ctx, &john)
	if err != nil {
		return err
	}
	net.report(out, "create", "all four items or none")

	got, err := people.Get(ctx, key)
	if err != nil {
		return err
	}
	net.report(out, "read", "%s %s of %s, version %d", got.FirstName, got.LastName, got.Location.City, got.Meta.Version)

	town, err := repo.Read(ctx, people, key, city)
	if err != nil {
		return err
	}
	net.report(out, "read one path", "%s = %q", city, town)

	if err := people.Update(ctx, key, latitude.Set("34.70"), visits.Set(1)); err != nil {
		return err
	}
	net.report(out, "update two paths", "in a nested shard and in the root")

	if err := showTables(ctx, out, client); err != nil {
		return err
	}
	if err := large(ctx, out, people, net); err != nil {
		return err
	}

	net.begin()
	if err := people.Delete(ctx, key); err != nil {
		return err
	}
	net.report(out, "delete", "the root says which items there are")
	return showTables(ctx, out, client)
}

// large stores an object that is too large for one item: DynamoDB's limit is
// 400 KB per item. The key of the object is generated.
func large(ctx context.Context, out io.Writer, people *repo.Repo[Person], net *meter) error {
	ann := Person{FirstName: "ann", LastName: "jones"}
	for i := range 6 {
		ann.Past = append(ann.Past, Location{City: fmt.Sprint("town ", i+1), Country: strings.Repeat("x", 100_000)})
	}
	net.heading(out)
	net.begin()
	key, err := people.Create(ctx, &ann)
	if err != nil {
		return err
	}
	net.report(out, "create 600 KB", "a list of six, 100 KB each")

	if err := people.Update(ctx, key, visits.Set(2)); err != nil {
		return err
	}
	net.report(out, "update one path", "only the root is written")

	towns, err := repo.ReadAll(ctx, people, key, pastCities)
	if err != nil {
		return err
	}
	net.report(out, "read one path", "%s, %d of them", pastCities, len(towns))

	got, err := people.Get(ctx, key)
	if err != nil {
		return err
	}
	net.report(out, "read", "the root says which items there are")

	if err := people.DeleteValue(ctx, got); err != nil {
		return err
	}
	net.report(out, "delete as read", "if nobody has changed it since")
	return nil
}

// newKeys makes a key for this run. A service gets its keys from a secrets
// manager.
func newKeys() (*cipher.AES, error) {
	secret := make([]byte, 32)
	rand.Read(secret) // it never fails
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
