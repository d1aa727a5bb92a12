package repo_test

import (
	"context"
	"fmt"
	"log"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb"

	"github.com/dystore/dystore/embedded"
	"github.com/dystore/dystore/repo"
	"github.com/dystore/dystore/shard"
)

type (
	Lesson struct {
		ID    string `dynamodbav:"id"`
		Video Video  `dynamodbav:"video"`
	}
	Video struct {
		Data []byte `dynamodbav:"data"`
	}
)

var lessonID = repo.KeyOf(func(l *Lesson) *string { return &l.ID })

// Two environments share an AWS account. The prefix is put before every table,
// those of shards included.
func ExampleTablePrefix() {
	ctx := context.Background()
	client := embedded.New().Client()
	for _, environment := range []string{"dev-", "prod-"} {
		lessons, err := repo.New(client, repo.TableOf("Lessons", lessonID,
			shard.New(shard.To("Videos"), func(l *Lesson) *Video { return &l.Video })), repo.TablePrefix(environment))
		if err == nil {
			err = lessons.CreateTables(ctx)
		}
		if err != nil {
			log.Fatal(err)
		}
	}
	out, err := client.ListTables(ctx, &dynamodb.ListTablesInput{})
	fmt.Println(out.TableNames, err)
	// Output: [dev-Lessons dev-Videos prod-Lessons prod-Videos] <nil>
}
