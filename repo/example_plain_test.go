package repo_test

import (
	"context"
	"fmt"
	"maps"
	"slices"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"

	"github.com/dystore/dystore/embedded"
	"github.com/dystore/dystore/repo"
)

type Feature struct {
	Name string `dynamodbav:"name"`
	On   bool   `dynamodbav:"on"`
}

var featureName = repo.KeyOf(func(f *Feature) *string { return &f.Name })

// What is stored beside the attributes: a record under _meta or another name,
// or, with Plain, nothing. The prefix and the name of the table may change
// later; the entity and the attribute's name may not.
func ExamplePlain() {
	ctx := context.Background()
	client := embedded.New().Client()
	for _, opts := range [][]repo.Option{
		{repo.TablePrefix("dev-")},
		{repo.TablePrefix("test-"), repo.Entity("feature"), repo.MetaAttribute("$record")},
		{repo.TablePrefix("shared-"), repo.Plain()},
	} {
		features, err := repo.New(client, repo.TableOf("Features", featureName), opts...)
		if err == nil {
			err = features.CreateTables(ctx)
		}
		if err == nil {
			_, err = features.Create(ctx, &Feature{Name: "dark mode", On: true})
		}
		if err != nil {
			fmt.Println(err)
		}
	}

	for _, table := range []string{"dev-Features", "test-Features", "shared-Features"} {
		out, err := client.Scan(ctx, &dynamodb.ScanInput{TableName: aws.String(table)})
		if err != nil {
			fmt.Println(err)
			return
		}
		fmt.Println(table, slices.Sorted(maps.Keys(out.Items[0])))
	}
	// Output:
	// dev-Features [_meta name on]
	// test-Features [$record name on]
	// shared-Features [name on]
}
