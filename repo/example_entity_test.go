package repo_test

import (
	"fmt"

	"github.com/dystore/dystore/repo"
)

type Patron struct {
	ID string `dynamodbav:"id"`
}

var patronID = repo.KeyOf(func(p *Patron) *string { return &p.ID })

// The entity is part of what is stored. Named once, it stays the same when the
// table gets another name.
func ExampleEntity() {
	for _, table := range []string{"Patrons", "Patrons-v2"} {
		fmt.Println(engineRepo(repo.TableOf(table, patronID)).Layout())
		fmt.Println(engineRepo(repo.TableOf(table, patronID), repo.Entity("patron")).Layout())
	}
	// Output:
	// repo_test.Patron → table Patrons, key id (S), entity "Patrons"
	// repo_test.Patron → table Patrons, key id (S), entity "patron"
	// repo_test.Patron → table Patrons-v2, key id (S), entity "Patrons-v2"
	// repo_test.Patron → table Patrons-v2, key id (S), entity "patron"
}
