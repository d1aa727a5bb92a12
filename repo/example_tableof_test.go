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
	Depot struct {
		ID  string   `dynamodbav:"id"`
		Map DepotMap `dynamodbav:"map"`
	}
	DepotMap struct {
		Floor string `dynamodbav:"floor"`
	}
)

var depotID = repo.KeyOf(func(d *Depot) *string { return &d.ID })

// The tables belong to another account, which lets this program use them. One ARN says
// that for all tables of the model, since an object is in one region of one account.
func ExampleTableOf() {
	ctx := context.Background()
	client := embedded.New(embedded.WithAccount("eu-west-1", "123456789012")).Client()
	depots, err := repo.New(client, repo.TableOf("arn:aws:dynamodb:eu-west-1:123456789012:table/Depots", depotID,
		shard.New(shard.To("Maps"), func(d *Depot) *DepotMap { return &d.Map })))
	if err == nil {
		err = depots.CreateTables(ctx)
	}
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(depots.Layout())
	key, err := depots.Create(ctx, &Depot{ID: "d1", Map: DepotMap{"ground"}})
	fmt.Println(err)

	// What is stored does not tell how the tables were named.
	same, err := repo.New(client, repo.TableOf("Depots", depotID, shard.New(shard.To("Maps"), func(d *Depot) *DepotMap { return &d.Map })))
	if err != nil {
		log.Fatal(err)
	}
	d, err := same.Get(ctx, key)
	fmt.Println(d.Map.Floor, err)
	// Output:
	// repo_test.Depot → table arn:aws:dynamodb:eu-west-1:123456789012:table/Depots, key id (S), entity "Depots"
	// └─ map: one item → table arn:aws:dynamodb:eu-west-1:123456789012:table/Maps, key _id (S)
	// <nil>
	// ground <nil>
}
