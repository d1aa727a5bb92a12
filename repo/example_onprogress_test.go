package repo_test

import (
	"context"
	"fmt"
	"log"

	"github.com/aws/aws-sdk-go-v2/feature/dynamodb/attributevalue"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"

	"github.com/dystore/dystore/dynamostore"
	"github.com/dystore/dystore/embedded"
	"github.com/dystore/dystore/repo"
)

type Dial struct {
	ID string `dynamodbav:"ID"`
}

var dialID = repo.KeyOf(func(d *Dial) *string { return &d.ID })

// The cursor of the last report is where an import goes on that was interrupted.
func ExampleOnProgress() {
	ctx := context.Background()
	client := embedded.New().Client()
	dials, err := repo.New(client, repo.TableOf("Dials", dialID))
	if err != nil {
		log.Fatal(err)
	}
	before, err := repo.New(client, repo.TableOf("Old", dialID))
	if err != nil {
		log.Fatal(err)
	}
	for _, r := range []*repo.Repo[Dial]{dials, before} {
		if err := r.CreateTables(ctx); err != nil {
			log.Fatal(err)
		}
	}
	layout := map[string]any{"table_name": "Old", "primary_key_name": "ID", "region_name": "us-east-2", "path": nil, "shards": []any{}}
	for i := range 120 {
		item, err := attributevalue.MarshalMap(map[string]any{"ID": fmt.Sprint("m", i), "__dystore_meta__": layout})
		if err != nil {
			log.Fatal(err)
		}
		if _, err := client.PutItem(ctx, &dynamodb.PutItemInput{TableName: new("Old"), Item: item}); err != nil {
			log.Fatal(err)
		}
	}
	old, err := dynamostore.Open(client, "Old", "ID")
	if err != nil {
		log.Fatal(err)
	}

	var last repo.Progress
	short, stop := context.WithCancel(ctx)
	_, err = dynamostore.ImportAll(short, old, dials, repo.OnProgress(func(p repo.Progress) {
		last = p
		if p.Seen == 50 {
			stop()
		}
	}))
	fmt.Println(last.Seen, err)
	rest, err := dynamostore.ImportAll(ctx, old, dials, repo.StartAt(last.Cursor))
	fmt.Println(rest.Seen, rest.Changed, err)
	// Output:
	// 50 dynamostore: ImportAll Old: context canceled
	// 70 70 <nil>
}
