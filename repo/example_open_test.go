package repo_test

import (
	"context"
	"fmt"
	"log"

	"github.com/dystore/dystore/embedded"
	"github.com/dystore/dystore/repo"
	"github.com/dystore/dystore/shard"
)

type (
	Invoice struct {
		No    string        `dynamodbav:"no"`
		Lines []InvoiceLine `dynamodbav:"lines"`
	}
	InvoiceLine struct {
		Text  string `dynamodbav:"text"`
		Cents int    `dynamodbav:"cents"`
	}
)

var invoiceNo = repo.KeyOf(func(i *Invoice) *string { return &i.No })

// An object can be read, listed and deleted without its Go type, from the
// metadata stored with it. AllowTables says where that may lead.
func ExampleOpen() {
	ctx := context.Background()
	client := embedded.New().Client()
	invoices, err := repo.New(client, repo.TableOf("Invoices", invoiceNo,
		shard.Each(shard.To("InvoiceLines"), func(i *Invoice) *[]InvoiceLine { return &i.Lines })))
	if err != nil {
		log.Fatal(err)
	}
	if err := invoices.CreateTables(ctx); err != nil {
		log.Fatal(err)
	}
	_, err = invoices.Create(ctx, &Invoice{No: "i1", Lines: []InvoiceLine{{"tea", 250}, {"cake", 320}}})
	fmt.Println(err)

	stored, err := repo.Open(client, "Invoices", "no", repo.AllowTables("InvoiceLines"))
	if err != nil {
		log.Fatal(err)
	}
	doc, err := stored.Get(ctx, "i1")
	fmt.Println(doc, err)
	fmt.Println(stored.Delete(ctx, "i1"))
	// Output:
	// <nil>
	// map[lines:[map[cents:250 text:tea] map[cents:320 text:cake]] no:i1] <nil>
	// <nil>
}
