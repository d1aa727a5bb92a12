package dynamostore_test

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

type m = map[string]any

// table makes a table with some items, in place of a Python program.
func table(client *dynamodb.Client, name, key string, items ...m) {
	type item struct{ Text string }
	ctx := context.Background()
	t, err := repo.New(client, repo.TableOf(name, repo.DetachedKey[item, string](key)))
	if err != nil {
		log.Fatal(err)
	}
	if err := t.CreateTables(ctx); err != nil {
		log.Fatal(err)
	}
	for _, item := range items {
		av, err := attributevalue.MarshalMap(item)
		if err != nil {
			log.Fatal(err)
		}
		if _, err := client.PutItem(ctx, &dynamodb.PutItemInput{TableName: &name, Item: av}); err != nil {
			log.Fatal(err)
		}
	}
}

// layout is the metadata that dynamo-store keeps in each item.
func layout(table, key string, path any, shards ...any) m {
	return m{"table_name": table, "primary_key_name": key, "region_name": "us-east-2", "path": path, "shards": append([]any{}, shards...)}
}

// john has his location in another table, and encrypted values.
func john() *dynamodb.Client {
	client := embedded.New().Client()
	place := layout("Shard2", "IDX", "$.location")
	table(client, "Root", "ID", m{
		"ID": "p1", "__dystore_meta__": layout("Root", "ID", nil, place),
		"firstname": []byte("xNrYO3T8Cjt/WYbGNvmTnbKTBY8FxiQZzoQW1JKuBlOwT1ftfquVZbKm92yO3G50"),
		"age":       []byte("8FSa9PKfJbNU/AEhANKzMie+BvUHMq5UM8ZTf2AOY41Qe3GPQ6F4CKK0MPNOB+q7"),
		"location":  m{"primary_key": "1521dbe1", "table_name:": "Shard2", "region_name:": "us-east-2", "modified_utc": "1795883862"},
	})
	table(client, "Shard2", "IDX", m{
		"IDX": "1521dbe1", "__dystore_meta__": place, "country": "Japan",
		"city": []byte("wBvUo3CtKRLOgNOklueWc/GnO69IhuQ6VHSvo2CeilB5zSpNHSNPd4yRt42kbKC8"),
	})
	return client
}

// passphrases is what the Python program had for CONFIG_LOADER_LOAD_KEY.
func passphrases(path string) string {
	switch path {
	case "firstname", "age", "location.city":
		return "somekey"
	}
	return ""
}

// An object is read from the tables of dynamo-store, and imported into a repository,
// where what was encrypted has its type again.
func Example() {
	type Location struct {
		City    string `dynamodbav:"city"`
		Country string `dynamodbav:"country"`
	}
	type Person struct {
		ID        string   `dynamodbav:"ID"`
		FirstName string   `dynamodbav:"firstname"`
		Age       int      `dynamodbav:"age"`
		Location  Location `dynamodbav:"location"`
	}
	ctx := context.Background()
	client := john()
	old, err := dynamostore.Open(client, "Root", "ID", dynamostore.AllowTables("Shard2"), dynamostore.Passphrase(passphrases))
	if err != nil {
		log.Fatal(err)
	}
	doc, err := old.Get(ctx, "p1")
	fmt.Println(doc, err)

	people, err := repo.New(client, repo.TableOf("People", repo.KeyOf(func(p *Person) *string { return &p.ID })))
	if err != nil {
		log.Fatal(err)
	}
	if err := people.CreateTables(ctx); err != nil {
		log.Fatal(err)
	}
	key, err := dynamostore.Import(ctx, old, people, "p1")
	fmt.Println(key, err)
	p, err := people.Get(ctx, key)
	fmt.Println(*p, err)
	// Output:
	// map[age:42 firstname:john location:map[city:Osaka country:Japan]] <nil>
	// "p1" <nil>
	// {p1 john 42 {Osaka Japan}} <nil>
}
