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
	"github.com/dystore/dystore/repo"
	"github.com/dystore/dystore/shard"
)

type Stay struct {
	City string `dynamodbav:"city"`
}

type Guest struct {
	ID    string          `dynamodbav:"id"`
	Home  Stay            `dynamodbav:"home"`
	Stays map[string]Stay `dynamodbav:"stays"`
}

var guestID = repo.KeyOf(func(g *Guest) *string { return &g.ID })

// The record of an object has been overwritten by another program. Neither Get
// nor Delete can make anything of it, and nothing says which parts the map had:
// they are found by their owner.
func ExampleDamaged() {
	ctx := context.Background()
	client := embedded.New().Client()
	guests, err := repo.New(client, repo.TableOf("Guests", guestID,
		shard.New(shard.To("Homes"), func(g *Guest) *Stay { return &g.Home }),
		shard.EachValue(shard.To("Stays"), func(g *Guest) *map[string]Stay { return &g.Stays })))
	if err != nil {
		log.Fatal(err)
	}
	if err := guests.CreateTables(ctx); err != nil {
		log.Fatal(err)
	}
	key, err := guests.Create(ctx, &Guest{ID: "g1", Home: Stay{"Osaka"}, Stays: map[string]Stay{"2026": {"Uji"}}})
	if err != nil {
		log.Fatal(err)
	}
	if _, err := client.UpdateItem(ctx, &dynamodb.UpdateItemInput{
		TableName: aws.String("Guests"), Key: map[string]types.AttributeValue{"id": &types.AttributeValueMemberS{Value: "g1"}},
		UpdateExpression:          aws.String("SET #m = :v"),
		ExpressionAttributeNames:  map[string]string{"#m": "_meta"},
		ExpressionAttributeValues: map[string]types.AttributeValue{":v": &types.AttributeValueMemberS{Value: "checked"}},
	}); err != nil {
		log.Fatal(err)
	}

	fmt.Println("corrupt:", errors.Is(guests.Delete(ctx, key), repo.ErrCorrupt))
	fmt.Println("deleted:", guests.Delete(ctx, key, repo.Damaged()))
	for _, table := range []string{"Homes", "Stays"} {
		left, err := client.Scan(ctx, &dynamodb.ScanInput{
			TableName: &table, FilterExpression: aws.String("#m.#o = :owner"),
			ExpressionAttributeNames:  map[string]string{"#m": "_meta", "#o": "o"},
			ExpressionAttributeValues: map[string]types.AttributeValue{":owner": &types.AttributeValueMemberS{Value: "Guests/Sg1"}},
		})
		if err != nil {
			log.Fatal(err)
		}
		fmt.Println("left in", table+":", left.Count)
	}
	_, err = guests.Create(ctx, &Guest{ID: "g1"})
	fmt.Println("created:", err)
	// Output:
	// corrupt: true
	// deleted: <nil>
	// left in Homes: 0
	// left in Stays: 1
	// created: <nil>
}
