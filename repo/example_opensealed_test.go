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

type Visit struct {
	Patient string `dynamodbav:"patient"`
	No      int    `dynamodbav:"no"`
	Finding string `dynamodbav:"finding"`
}

var (
	visitKey     = repo.CompositeKeyOf(func(v *Visit) *string { return &v.Patient }, func(v *Visit) *int { return &v.No })
	visitFinding = lens.Of(func(v *Visit) *string { return &v.Finding })
)

// Encrypted values open where the keys are given. Which values those must be is
// stored too, and sealed: plaintext that somebody put in their place is refused.
func ExampleWithOpener() {
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
	visits, err := repo.New(client, repo.TableOf("Visits", visitKey, cipher.Protect(keys, visitFinding)))
	if err != nil {
		log.Fatal(err)
	}
	if err := visits.CreateTables(ctx); err != nil {
		log.Fatal(err)
	}
	for no, finding := range []string{"flu", "well"} {
		if _, err := visits.Create(ctx, &Visit{Patient: "p1", No: no + 1, Finding: finding}); err != nil {
			log.Fatal(err)
		}
	}

	stored, err := repo.Open(client, "Visits", "patient", repo.SortKey("no"), repo.WithOpener(keys))
	if err != nil {
		log.Fatal(err)
	}
	doc, err := stored.Get(ctx, repo.Pair("p1", 2))
	fmt.Println(doc, err)
	for doc, err := range stored.Scan(ctx) {
		fmt.Println(doc["no"], doc["finding"], err)
	}

	sealed, err := repo.Open(client, "Visits", "patient", repo.SortKey("no"))
	if err != nil {
		log.Fatal(err)
	}
	_, err = sealed.Get(ctx, repo.Pair("p1", 2))
	fmt.Println("without the keys:", errors.Is(err, repo.ErrInvalid))
	// Output:
	// map[finding:well no:2 patient:p1] <nil>
	// 1 flu <nil>
	// 2 well <nil>
	// without the keys: true
}
