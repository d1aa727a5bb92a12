package repo_test

import (
	"context"
	"fmt"
	"log"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/dystore/dystore/embedded"
	"github.com/dystore/dystore/repo"
	"github.com/dystore/dystore/shard"
)

type (
	Poster struct {
		ID     string  `dynamodbav:"id"`
		Artist string  `dynamodbav:"artist"`
		Year   int     `dynamodbav:"year"`
		Prints []Print `dynamodbav:"prints"`
	}
	Print struct {
		Paper string `dynamodbav:"paper"`
	}
)

var posterID = repo.KeyOf(func(p *Poster) *string { return &p.ID })

// A program makes the tables of the model with tags of its own.
func ExampleRepo_Tables() {
	ctx := context.Background()
	client := embedded.New().Client()
	posters, err := repo.New(client, repo.TableOf("Posters", posterID,
		repo.IndexOf("by-artist", func(p *Poster) *string { return &p.Artist }, func(p *Poster) *int { return &p.Year }),
		shard.Each(shard.To("Prints"), func(p *Poster) *[]Print { return &p.Prints })))
	if err != nil {
		log.Fatal(err)
	}
	for _, in := range posters.Tables() {
		in.Tags = []types.Tag{{Key: new("team"), Value: new("shop")}}
		_, err := client.CreateTable(ctx, in)
		fmt.Println(*in.TableName, *in.KeySchema[0].AttributeName, len(in.GlobalSecondaryIndexes), err)
	}
	for _, in := range posters.TimeToLive() { // nothing expires in this model
		if _, err := client.UpdateTimeToLive(ctx, in); err != nil {
			log.Fatal(err)
		}
	}
	fmt.Println(posters.Verify(ctx))
	// Output:
	// Posters id 1 <nil>
	// Prints _id 0 <nil>
	// <nil>
}
