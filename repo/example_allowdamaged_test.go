package repo_test

import (
	"context"
	"errors"
	"fmt"
	"log"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/dystore/dystore/embedded"
	"github.com/dystore/dystore/meta"
	"github.com/dystore/dystore/repo"
	"github.com/dystore/dystore/shard"
)

type Painting struct {
	ID     string      `dynamodbav:"id"`
	Title  string      `dynamodbav:"title"`
	Frame  Frame       `dynamodbav:"frame"`
	Owners []Owner     `dynamodbav:"owners"`
	Meta   meta.Record `dynamodbav:"-"`
}

type Frame struct {
	Wood string `dynamodbav:"wood"`
}

type Owner struct {
	Name string `dynamodbav:"name"`
}

var paintingID = repo.KeyOf(func(p *Painting) *string { return &p.ID })

// restored is a repository with a painting whose frame is in a table that was restored to
// a time before it: the table is empty.
func restored() *repo.Repo[Painting] {
	ctx, client := context.Background(), embedded.New().Client()
	r, err := repo.New(client, repo.TableOf("Paintings", paintingID, meta.Keep(func(p *Painting) *meta.Record { return &p.Meta }),
		shard.New(shard.To("Frames"), func(p *Painting) *Frame { return &p.Frame }),
		shard.Each(shard.To("Owners"), func(p *Painting) *[]Owner { return &p.Owners })))
	if err != nil {
		log.Fatal(err)
	}
	if err := r.CreateTables(ctx); err != nil {
		log.Fatal(err)
	}
	if _, err := r.Create(ctx, &Painting{ID: "p1", Title: "Iris", Frame: Frame{"oak"}, Owners: []Owner{{"Ann"}}}); err != nil {
		log.Fatal(err)
	}
	if _, err := client.DeleteItem(ctx, &dynamodb.DeleteItemInput{
		TableName: aws.String("Frames"), Key: map[string]types.AttributeValue{"_id": &types.AttributeValueMemberS{Value: "Paintings/Sp1/frame"}},
	}); err != nil {
		log.Fatal(err)
	}
	return r
}

// A read returns what is left of the object, and beside it says what is wrong.
func ExampleAllowDamaged() {
	ctx, r, key := context.Background(), restored(), paintingID.Of("p1")
	_, err := r.Get(ctx, key)
	fmt.Println("corrupt:", errors.Is(err, repo.ErrCorrupt))

	p, err := r.Get(ctx, key, repo.AllowDamaged())
	if damaged, ok := errors.AsType[*repo.DamageError](err); ok {
		for _, part := range damaged.Parts {
			fmt.Println(part.Path, "is", part.Cause)
		}
		fmt.Println(p.Title, p.Owners)
	}
	// Output:
	// corrupt: true
	// frame is missing
	// Iris [{Ann}]
}
