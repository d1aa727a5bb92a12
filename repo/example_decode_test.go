package repo_test

import (
	"context"
	"fmt"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"

	"github.com/dystore/dystore/embedded"
	"github.com/dystore/dystore/repo"
	"github.com/dystore/dystore/shard"
)

type Essay struct {
	ID    string `dynamodbav:"id"`
	Title string `dynamodbav:"title"`
	Body  Body   `dynamodbav:"body"`
}

type Body struct {
	Text string `dynamodbav:"text"`
}

var essayID = repo.KeyOf(func(e *Essay) *string { return &e.ID })

// Items that another request has found become objects: here those of a raw scan. In
// the same way those of a stream or an export.
func ExampleRepo_Decode() {
	ctx := context.Background()
	client := embedded.New().Client()
	essays, err := repo.New(client, repo.TableOf("Essays", essayID,
		shard.New(shard.To("Bodies"), func(e *Essay) *Body { return &e.Body })))
	if err == nil {
		err = essays.CreateTables(ctx)
	}
	if err != nil {
		fmt.Println(err)
		return
	}
	if _, err := essays.Create(ctx, &Essay{"e1", "Rain", Body{"It rained."}}); err != nil {
		fmt.Println(err)
	}

	found, err := client.Scan(ctx, &dynamodb.ScanInput{TableName: aws.String("Essays")})
	if err != nil {
		fmt.Println(err)
		return
	}
	for e, err := range essays.Decode(ctx, found.Items) {
		fmt.Println(e.Title, e.Body.Text, err)
	}
	// Output: Rain It rained. <nil>
}
