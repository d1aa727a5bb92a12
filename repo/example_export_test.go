package repo_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb"

	"github.com/dystore/dystore/embedded"
	"github.com/dystore/dystore/repo"
	"github.com/dystore/dystore/shard"
)

type Globe struct {
	ID    string     `dynamodbav:"id"`
	Stand GlobeStand `dynamodbav:"stand"`
}

type GlobeStand struct {
	Wood string `dynamodbav:"wood"`
}

var globeID = repo.KeyOf(func(g *Globe) *string { return &g.ID })

// globes are those of one environment.
func globes(client *dynamodb.Client, environment string) *repo.Repo[Globe] {
	r, err := repo.New(client, repo.TableOf("Globes", globeID,
		shard.New(shard.To("Stands"), func(g *Globe) *GlobeStand { return &g.Stand })), repo.TablePrefix(environment))
	if err == nil {
		err = r.CreateTables(context.Background())
	}
	if err != nil {
		panic(err)
	}
	return r
}

// The lines of a document: what it is, the root, the part, the digest.
func ExampleRepo_Export() {
	ctx := context.Background()
	r := globes(embedded.New().Client(), "")
	key, err := r.Create(ctx, &Globe{"g1", GlobeStand{"oak"}})
	if err != nil {
		fmt.Println(err)
		return
	}
	var document bytes.Buffer
	if err := r.Export(ctx, &document, key); err != nil {
		fmt.Println(err)
		return
	}
	lines := strings.Split(strings.TrimSuffix(document.String(), "\n"), "\n")
	fmt.Println(lines[0])
	for _, line := range lines[1:] {
		fmt.Println(line[:18] + "…")
	}
	// Output:
	// {"entity":"Globes","format":"dystore-object","items":2,"key":[{"S":"g1"}],"version":1}
	// {"item":{"_meta":{…
	// {"instance":"stand…
	// {"digest":"sha256:…
}

// A fixture of a test: an object of production goes into the tables of a test.
func ExampleRepo_Import() {
	ctx, client := context.Background(), embedded.New().Client()
	production, test := globes(client, "prod-"), globes(client, "test-")
	key, err := production.Create(ctx, &Globe{"g1", GlobeStand{"oak"}})
	if err != nil {
		fmt.Println(err)
		return
	}
	var document bytes.Buffer
	if err := production.Export(ctx, &document, key); err != nil {
		fmt.Println(err)
		return
	}

	fixture := document.String()
	key, err = test.Import(ctx, strings.NewReader(fixture))
	fmt.Println(key, err)
	g, err := test.Get(ctx, key)
	fmt.Println(g.Stand.Wood, err)

	_, err = test.Import(ctx, strings.NewReader(fixture))
	fmt.Println("again:", errors.Is(err, repo.ErrExists))
	_, err = test.Import(ctx, strings.NewReader(fixture), repo.Overwrite())
	fmt.Println("over it:", err)
	_, err = test.Import(ctx, strings.NewReader(strings.Replace(fixture, "oak", "elm", 1)))
	fmt.Println(err)
	// Output:
	// "g1" <nil>
	// oak <nil>
	// again: true
	// over it: <nil>
	// repo: Import test-Globes: invalid: the document is not the one that was exported: its digest is another
}
