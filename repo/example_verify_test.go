package repo_test

import (
	"context"
	"errors"
	"fmt"
	"log"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/dystore/dystore/embedded"
	"github.com/dystore/dystore/repo"
	"github.com/dystore/dystore/shard"
)

type (
	Deed struct {
		ID   string   `dynamodbav:"id"`
		Text DeedText `dynamodbav:"text"`
	}
	DeedText struct {
		Body string `dynamodbav:"body"`
	}
)

var deedID = repo.KeyOf(func(d *Deed) *string { return &d.ID })

// The tables were made by hand. A program that starts looks whether they are what it
// needs, and stops if they are not.
func ExampleRepo_Verify() {
	ctx := context.Background()
	client := embedded.New().Client()
	deeds, err := repo.New(client, repo.TableOf("Deeds", deedID,
		shard.New(shard.To("Texts"), func(d *Deed) *DeedText { return &d.Text })))
	if err != nil {
		log.Fatal(err)
	}
	root := deeds.Tables()[0] // as the model wants it, and protected
	root.DeletionProtectionEnabled = new(true)
	if _, err := client.CreateTable(ctx, root); err != nil {
		log.Fatal(err)
	}

	err = deeds.Verify(ctx)
	fmt.Println(errors.Is(err, repo.ErrInvalid)) // a program cannot work with these tables
	var v *repo.VerifyError
	if errors.As(err, &v) {
		for _, f := range v.Findings {
			fmt.Printf("%s: %s, %s: %s\n", f.Severity, f.Table, f.Subject, f.Found)
		}
	}

	err = deeds.CreateTables(ctx)
	fmt.Println(err)
	fmt.Println(deeds.Verify(ctx)) // the text of an error has a line for each finding

	_, err = client.UpdateTable(ctx, &dynamodb.UpdateTableInput{TableName: new("Texts"), DeletionProtectionEnabled: new(true), BillingMode: types.BillingModePayPerRequest})
	fmt.Println(err)
	fmt.Println(deeds.Verify(ctx))
	// Output:
	// true
	// error: Texts, table: no table
	// <nil>
	// repo: Verify Deeds: warning: table Texts, deletion protection: found off, wanted on, as table Deeds: without one of its tables an object cannot be read; change it with UpdateTable
	// <nil>
	// <nil>
}
