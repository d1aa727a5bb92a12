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

type Gauge struct {
	ID    string `dynamodbav:"ID"`
	Level int    `dynamodbav:"level"`
}

var gaugeID = repo.KeyOf(func(g *Gauge) *string { return &g.ID })

// An import that is tried first: nothing is written, and what cannot be imported shows.
func ExampleDryRun() {
	ctx := context.Background()
	client := embedded.New().Client()
	gauges, err := repo.New(client, repo.TableOf("Gauges", gaugeID))
	if err != nil {
		log.Fatal(err)
	}
	before, err := repo.New(client, repo.TableOf("Old", gaugeID))
	if err != nil {
		log.Fatal(err)
	}
	for _, r := range []*repo.Repo[Gauge]{gauges, before} {
		if err := r.CreateTables(ctx); err != nil {
			log.Fatal(err)
		}
	}
	layout := map[string]any{"table_name": "Old", "primary_key_name": "ID", "region_name": "us-east-2", "path": nil, "shards": []any{}}
	for id, level := range map[string]any{"g1": 3, "g2": "full"} {
		item, err := attributevalue.MarshalMap(map[string]any{"ID": id, "level": level, "__dystore_meta__": layout})
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
	done, err := dynamostore.ImportAll(ctx, old, gauges, repo.DryRun())
	fmt.Println(done.Seen, done.Changed, done.Failed)
	fmt.Println(err)
	fmt.Println(gauges.Count(ctx, repo.All[Gauge]()))
	// Output:
	// 2 1 1
	// dynamostore: ImportAll Old "g2", level: invalid: codec: level: expected N for int, got S
	// 0 <nil>
}
