package repo_test

import (
	"context"
	"fmt"
	"log"
	"maps"
	"slices"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"

	"github.com/dystore/dystore/embedded"
	"github.com/dystore/dystore/repo"
)

type Product struct {
	SKU  string `dynamodbav:"sku"`
	Meta string `dynamodbav:"_meta"` // of an older program
}

var productSKU = repo.KeyOf(func(p *Product) *string { return &p.SKU })

// The record is stored as _meta. A model that has an attribute of this name
// gives the record another one.
func ExampleMetaAttribute() {
	ctx := context.Background()
	client := embedded.New().Client()
	products, err := repo.New(client, repo.TableOf("Products", productSKU), repo.MetaAttribute("_record"))
	if err == nil {
		err = products.CreateTables(ctx)
	}
	if err != nil {
		log.Fatal(err)
	}
	_, err = products.Create(ctx, &Product{SKU: "s1", Meta: "red"})
	fmt.Println(err)

	out, err := client.Scan(ctx, &dynamodb.ScanInput{TableName: aws.String("Products")})
	fmt.Println(slices.Sorted(maps.Keys(out.Items[0])), err)
	// Output:
	// <nil>
	// [_meta _record sku] <nil>
}
